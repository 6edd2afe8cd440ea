//! The owned and the borrowed reading say the same of every body.

use proptest::prelude::*;

use crate::laws::agreement::check;
use crate::{generate, support};

#[test]
fn on_every_fixture() {
    for fixture in support::all() {
        check(fixture.body.as_bytes());
        check(support::compact(&fixture.body).as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn on_every_generated_event(body in generate::event()) {
        check(body.as_bytes());
    }

    #[test]
    fn on_damaged_fixtures(body in generate::damaged()) {
        check(&body);
    }
}
