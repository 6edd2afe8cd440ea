//! Subscriptions as they are stored: nothing is lost, and equal interests are equal text.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use recallai_webhook_event::{ArtifactKind, Code};
use recallai_webhook_inbox::recording::Need;
use recallai_webhook_inbox::{Filter, Interest, Subscription, Turn};

fn filters() -> impl Strategy<Value = Filter> {
    let base = prop_oneof![
        Just(Filter::events()),
        Just(Filter::unknown()),
        Just(Filter::unreadable()),
        Just(Filter::everything()),
    ];
    let names = prop::collection::vec("[a-z_.*\"\\\\é]{1,12}", 0..4);
    let kinds = prop::collection::vec(select(ArtifactKind::ALL.to_vec()), 0..4);
    let codes = prop::collection::vec(".{1,8}", 0..3);
    (base, names, kinds, codes).prop_map(|(base, names, kinds, codes)| {
        let base = names.iter().fold(base, |filter, name| filter.with_name(name.parse().unwrap()));
        let base = kinds.into_iter().fold(base, Filter::with_kind);
        codes.iter().fold(base, |filter, code| filter.with_code(Code::from(code.as_str())))
    })
}

fn subscriptions() -> impl Strategy<Value = Subscription> {
    let kinds = subsequence(ArtifactKind::ALL.to_vec(), 1..ArtifactKind::ALL.len());
    let turns = subsequence(Turn::ALL.to_vec(), 0..Turn::ALL.len());
    let time = prop::option::of((0..1_000_000_u64).prop_map(Duration::from_millis));
    let needs = (kinds, turns, time).prop_map(|(kinds, turns, time)| {
        let need = Subscription::need("s", Need::of(kinds).unwrap());
        let need = turns.into_iter().fold(need, Subscription::with_turn);
        time.into_iter().fold(need, Subscription::with_give_up_after)
    });
    prop_oneof![filters().prop_map(|filter| Subscription::messages("s", filter)), needs]
}

proptest! {
    #[test]
    fn round_trip(subscription in subscriptions()) {
        let text = subscription.interest.to_json();
        let read = Interest::from_json(&text).unwrap();
        prop_assert_eq!(&read, &subscription.interest);
        let mut again = subscription;
        again.interest = read;
        prop_assert_eq!(again.interest.to_json(), text);
    }

    #[test]
    fn equal_text_is_equal_interest(a in subscriptions(), b in subscriptions()) {
        prop_assert_eq!(a.interest == b.interest, a.interest.to_json() == b.interest.to_json());
    }

    #[test]
    fn anything_else_is_an_error(text in ".{0,40}") {
        prop_assert!(Interest::from_json(&text).is_err());
    }
}

#[test]
fn unknown_words_are_damage() {
    for text in [
        "",
        "{}",
        r#"{"messages":{"classes":["dreamt"]}}"#,
        r#"{"messages":{"classes":["event"],"kinds":["hologram"]}}"#,
        r#"{"messages":{"classes":["event"],"names":[""]}}"#,
        r#"{"need":{"need":"hologram","on":["ready"]}}"#,
        r#"{"need":{"need":"transcript","on":["early"]}}"#,
        r#"{"need":{"need":"transcript","on":["timed_out"]}}"#,
        r#"{"need":{"need":"transcript","on":["ready"],"give_up_after_seconds":-1}}"#,
    ] {
        assert!(Interest::from_json(text).is_err(), "{text}");
    }
}
