//! No input panics, and every error can be shown.

use proptest::collection::vec;
use proptest::prelude::*;
use recallai_webhook_event::{EventRef, Timestamp};

use crate::laws::parse::read;
use crate::{generate, support};

#[test]
fn no_fixture_cut_short_at_any_byte() {
    for fixture in support::all() {
        let body = fixture.body.trim_end().as_bytes();
        for end in 0..body.len() {
            read(&body[..end]);
            assert!(EventRef::parse(&body[..end]).is_err(), "{} to byte {end}", fixture.file);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_bytes(body in vec(any::<u8>(), 0..200)) {
        read(&body);
    }

    #[test]
    fn no_damaged_fixture(body in generate::damaged()) {
        read(&body);
    }

    #[test]
    fn no_time(text in any::<String>()) {
        let _ = Timestamp::new(&text).instant();
    }
}
