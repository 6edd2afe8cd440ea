//! Laws: the order of events, their repetition and the way states are merged change nothing.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use recallai_webhook_recording::{Facts, ItemKind, State, Subject};
use serde_json::{Value, json};

use crate::events::{self, Body};

/// Equal instants in several spellings, and times that nobody can read.
const TIMES: [&str; 10] = [
    "2025-03-01T10:00:00.000000Z",
    "2025-03-01T10:00:00+00:00",
    "2025-03-01 10:00:00",
    "2025-03-01T12:00:00+02:00",
    "2025-03-01T10:00:00.000001Z",
    "2025-03-01T11:30:00Z",
    "2025-03-01T09:00:00.123456",
    "soon",
    "",
    "2025-13-41T00:00:00Z",
];

const SUB_CODES: [&str; 3] = ["provider_connection_failed", "zoom_captions_failure", "brand_new"];

fn metadata() -> impl Strategy<Value = Value> {
    select(vec![
        json!({}),
        Value::Null,
        json!({ "user": "1" }),
        json!({ "user": "2", "a": { "z": 1, "b": [1, "\u{e9}\n"] } }),
        json!({ "b": null, "a": "x" }),
    ])
}

fn artifact() -> impl Strategy<Value = Body> {
    let kinds = select(vec!["recording", "transcript", "video_mixed", "audio_separate"]);
    let codes = select(vec!["processing", "done", "failed", "deleted"]);
    let parts = (kinds, codes, select(vec!["x1", "x2"]), select(TIMES.to_vec()), links());
    let more =
        (metadata(), metadata(), any::<bool>(), proptest::option::of(select(&SUB_CODES[..])));
    (parts, more).prop_map(|((kind, code, id, at, links), (own, whole, odd, sub_code))| {
        let mut body = events::event(&format!("{kind}.{code}"), at);
        if kind != "recording" {
            body = body.with_metadata(kind, id, &own);
        }
        if odd {
            body = body.coded("reticulating");
        }
        if let Some(sub_code) = sub_code {
            body = body.because(sub_code);
        }
        linked(body.with_metadata("recording", events::RECORDING, &whole), &links)
    })
}

/// A bot and an upload that an artifact event may name, and the metadata of the bot.
type Links = (Option<&'static str>, Option<&'static str>, Value);

fn links() -> impl Strategy<Value = Links> {
    let bots = proptest::option::of(select(vec!["bot", "bot2"]));
    let uploads = proptest::option::of(select(vec!["up", "up2"]));
    (bots, uploads, metadata())
}

fn linked(mut body: Body, (bot, upload, metadata): &Links) -> Body {
    if let Some(bot) = bot {
        body = body.with_metadata("bot", bot, metadata);
    }
    if let Some(upload) = upload {
        body = body.with("sdk_upload", upload);
    }
    body
}

fn other() -> impl Strategy<Value = Body> {
    let times = || select(TIMES.to_vec());
    let bot_codes =
        select(vec!["joining_call", "in_call_recording", "call_ended", "done", "fatal"]);
    let legacy_codes =
        select(vec!["ready", "recording_done", "media_expired", "done", "unheard_of"]);
    let upload_codes = select(vec!["uploading", "complete", "completed", "failed"]);
    prop_oneof![
        (bot_codes, times(), metadata()).prop_map(|(code, at, metadata)| {
            let body = events::bot(code, at);
            body.with_metadata("bot", events::BOT, &metadata)
        }),
        (legacy_codes, times()).prop_map(|(code, at)| events::legacy(code, None, at)),
        (upload_codes, any::<bool>(), times()).prop_map(|(code, linked, at)| {
            events::upload(code, linked.then_some(events::RECORDING), at)
        }),
        times().prop_map(|at| {
            let body = events::event("realtime_endpoint.done", at).with("realtime_endpoint", "e");
            body.with("recording", events::RECORDING).with("bot", "bot3")
        }),
    ]
}

/// What a run of events tells.
fn facts() -> impl Strategy<Value = Vec<Facts>> {
    let body = prop_oneof![3 => artifact(), 1 => other()];
    proptest::collection::vec(body.prop_map(|body| body.facts()), 0..24)
}

fn subjects() -> [Subject; 3] {
    [
        Subject::recording(events::RECORDING),
        Subject::bot(events::BOT),
        Subject::sdk_upload(events::UPLOAD),
    ]
}

fn apply<'f>(subject: &Subject, facts: impl IntoIterator<Item = &'f Facts>) -> State {
    let mut state = State::new(subject.clone());
    for facts in facts {
        state.apply(facts);
    }
    state
}

fn merged(a: &State, b: &State) -> State {
    let mut merged = a.clone();
    let changed = merged.merge(b);
    assert_eq!(changed, merged != *a);
    merged
}

/// The rank that a user could read off a code.
fn rank(kind: ItemKind, code: &str) -> u8 {
    match (kind, code) {
        (_, "deleted" | "media_expired") => 2,
        (ItemKind::Bot, "failed") => 0,
        (_, "done" | "failed" | "fatal" | "complete" | "completed") => 1,
        _ => 0,
    }
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing(
        facts in facts(),
        order in any::<Vec<Index>>(),
        shuffled in any::<Vec<u32>>(),
    ) {
        let mut again: Vec<&Facts> = facts.iter().collect();
        if !facts.is_empty() {
            again.extend(order.iter().take(30).map(|index| index.get(&facts)));
        }
        let mut keyed: Vec<_> = again
            .into_iter()
            .enumerate()
            .map(|(place, facts)| (shuffled.get(place).copied().unwrap_or(place as u32), facts))
            .collect();
        keyed.sort_by_key(|(key, _)| *key);
        for subject in subjects() {
            let once = apply(&subject, &facts);
            let other = apply(&subject, keyed.iter().map(|(_, facts)| *facts));
            let backwards = apply(&subject, facts.iter().rev());
            prop_assert_eq!(once.to_json(), other.to_json());
            prop_assert_eq!(once.to_json(), backwards.to_json());
            prop_assert_eq!(once, other);
        }
    }

    #[test]
    fn a_fact_that_was_applied_changes_nothing(facts in facts()) {
        for subject in subjects() {
            let mut state = State::new(subject);
            for fact in &facts {
                let before = state.clone();
                let changed = state.apply(fact);
                prop_assert_eq!(changed, state != before);
                prop_assert!(!state.apply(fact));
            }
        }
    }

    #[test]
    fn merging_is_a_union(a in facts(), b in facts(), c in facts()) {
        for subject in subjects() {
            let [sa, sb, sc] = [&a, &b, &c].map(|facts| apply(&subject, facts));
            prop_assert_eq!(merged(&sa, &sa), sa.clone());
            prop_assert_eq!(merged(&sa, &sb), merged(&sb, &sa));
            let left = merged(&merged(&sa, &sb), &sc);
            prop_assert_eq!(&left, &merged(&sa, &merged(&sb, &sc)));
            prop_assert_eq!(left, apply(&subject, a.iter().chain(&b).chain(&c)));
        }
    }

    #[test]
    fn nothing_moves_backwards_and_deleted_is_final(facts in facts()) {
        for subject in subjects() {
            let mut state = State::new(subject);
            for fact in &facts {
                let before = state.clone();
                state.apply(fact);
                prop_assert!(!before.is_deleted() || state.is_deleted());
                for item in before.items() {
                    let now = state.items().find(|now| (now.kind(), now.id()) == (item.kind(), item.id()));
                    let now = now.unwrap();
                    let rank = |item: &recallai_webhook_recording::Item<'_>| {
                        rank(item.kind(), item.current().code.as_str())
                    };
                    prop_assert!(rank(&now) >= rank(&item));
                    prop_assert!(now.timeline().len() >= item.timeline().len());
                    if rank(&now) == rank(&item) {
                        let instant = |item: &recallai_webhook_recording::Item<'_>| {
                            item.current().updated_at.instant()
                        };
                        prop_assert!(instant(&now) >= instant(&item));
                    }
                }
            }
        }
    }

    #[test]
    fn items_are_in_order_and_their_times_fit(facts in facts()) {
        for subject in subjects() {
            let state = apply(&subject, &facts);
            let keys: Vec<_> = state.items().map(|item| (item.kind(), item.id())).collect();
            prop_assert!(keys.is_sorted());
            prop_assert!(state.links().is_sorted());
            for item in state.items() {
                let timeline = item.timeline();
                prop_assert!(timeline.contains(&item.current()));
                prop_assert!(timeline.iter().map(|one| one.updated_at.instant()).is_sorted());
                let (since, current) = (item.since().instant(), item.current().updated_at.instant());
                prop_assert!(since <= current);
                prop_assert_eq!(since.is_some(), current.is_some());
            }
        }
    }

    #[test]
    fn json_gives_the_state_back(facts in facts()) {
        for subject in subjects() {
            let state = apply(&subject, &facts);
            let json = state.to_json();
            let read = State::from_json(&json).unwrap();
            prop_assert_eq!(&read, &state);
            prop_assert_eq!(read.to_json(), json);
        }
    }

    #[test]
    fn a_tombstone_takes_nothing_in(a in facts(), b in facts()) {
        for subject in subjects() {
            let [sa, sb] = [&a, &b].map(|facts| apply(&subject, facts));
            let erased = merged(&sa, &sb).tombstone();
            let mut late = sa.tombstone();
            for fact in &b {
                late.apply(fact);
            }
            prop_assert_eq!(&late, &erased);
            prop_assert_eq!(&merged(&sa.tombstone(), &sb), &erased);
            prop_assert_eq!(&merged(&sa, &sb.tombstone()), &erased);
            prop_assert!(late.is_deleted() && late.is_tombstone());
            prop_assert!(!late.clone().merge(&erased));
            prop_assert_eq!((late.links().count(), late.metadata()), (0, None));
            prop_assert_eq!(State::from_json(&late.to_json()).unwrap(), late);
        }
    }
}
