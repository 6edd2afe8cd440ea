//! Serializing an event gives a body equivalent to the one it was read from.

use proptest::prelude::*;
use recallai_webhook_event::{CATALOGUE, EventRef};

use crate::laws::parse::survives as check;
use crate::laws::tree::Tree;
use crate::{generate, support};

#[test]
fn every_fixture_survives() {
    for fixture in support::events() {
        check(&fixture.body);
        check(&support::compact(&fixture.body));
    }
}

/// With each member taken out, null, or of another type, as far as the body is readable then: what
/// is absent stays absent, and null stays null.
#[test]
fn every_readable_mutation_of_a_fixture_survives() {
    let mut readable = 0;
    for fixture in support::events() {
        for mutation in Tree::parse(&fixture.body).mutations() {
            let body = mutation.to_string();
            if EventRef::parse(body.as_bytes()).is_ok() {
                readable += 1;
                check(&body);
            }
        }
    }
    assert!(readable > 1000, "{readable}");
}

/// A member that the vendor may add to any object of any event.
#[test]
fn an_unknown_member_of_every_object_survives() {
    for entry in CATALOGUE {
        let body = Tree::parse(&entry.example());
        for object in std::iter::once(Vec::new()).chain(body.paths()) {
            let path = [object, vec!["unheard_of".to_owned()]].concat();
            check(&body.with(&path, Some(Tree::parse(r#"{"a":[1.0]}"#))).to_string());
        }
    }
}

#[test]
fn what_the_vendor_may_add_survives() {
    // A name of next year, with and without data.
    check(r#"{"event":"video_mixed.archived","data":[1e2,-0,12345678901234567890123],"more":{}}"#);
    check(r#"{"event":"video_mixed.archived"}"#);
    // An artifact under `transcript`, beside its own key that is null.
    check(
        r#"{"data":{"video_mixed":null,"transcript":{"id":"t"},"recording":{"id":"r","x":[]},
            "data":{"code":"c","updated_at":"","error":{"code":1.0}}},"event":"video_mixed.done"}"#,
    );
    // Both keys.
    check(
        r#"{"event":"video_mixed.done","data":{"transcript":{"id":"t"},"video_mixed":{"id":"v"},
            "recording":{"id":"r"},"data":{"code":"done","updated_at":""}}}"#,
    );
    // Members of other families.
    check(
        r#"{"event":"bot.done","data":{"bot":{"id":"b"},"recording":7,"sdk_upload":null,
            "data":{"code":"done","updated_at":"","sub_code":null}}}"#,
    );
    // A feed that is null.
    check(r#"{"event":"transcript.data","data":{"data":null,"transcript":null,"bot":null}}"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_generated_event_survives(body in generate::event()) {
        check(&body);
    }
}
