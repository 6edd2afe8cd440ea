//! Bounds: a flood costs little, hides nothing current, and keeps the laws.

use proptest::prelude::*;
use recallai_webhook_recording::{Facts, State, Subject};

use crate::events::{self, BOT, RECORDING, at, bot, media, recording};

fn apply<'f>(subject: Subject, facts: impl IntoIterator<Item = &'f Facts>) -> State {
    let mut state = State::new(subject);
    for facts in facts {
        state.apply(facts);
    }
    state
}

/// The same state from facts in another order, in two halves, and from what is kept of a half.
#[track_caller]
fn check(subject: &Subject, facts: &[Facts], seed: usize) -> State {
    let whole = apply(subject.clone(), facts);
    // A step that shares no factor with the length visits every place.
    let step = (seed..).find(|step| gcd(*step, facts.len()) == 1).unwrap();
    let mixed = apply(subject.clone(), (0..facts.len()).map(|n| &facts[n * step % facts.len()]));
    assert_eq!(whole, mixed);
    let (first, second) = facts.split_at(seed % facts.len());
    let mut halves = apply(subject.clone(), first);
    halves.merge(&apply(subject.clone(), second));
    assert_eq!(whole, halves);
    let mut again = apply(subject.clone(), second);
    again = State::from_json(&again.to_json()).unwrap();
    for facts in first {
        again.apply(facts);
    }
    assert_eq!(whole, again);
    whole
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn observations(seed in 1usize..500, times in proptest::collection::vec(0u32..90_000, 100..140)) {
        let mut facts: Vec<Facts> =
            times.iter().map(|second| recording("processing", &at(*second)).facts()).collect();
        facts.push(recording("done", &at(7)).facts());
        let state = check(&Subject::recording(RECORDING), &facts, seed);
        let item = state.item().unwrap();
        prop_assert_eq!(item.current().code.as_str(), "done");
        prop_assert!(item.timeline().len() <= 64);
    }

    #[test]
    fn media_and_links(seed in 1usize..500, ids in proptest::collection::vec(any::<u16>(), 300..330)) {
        let facts: Vec<Facts> = ids
            .iter()
            .zip(["processing", "done", "deleted"].into_iter().cycle())
            .map(|(id, code)| {
                let kind = if id % 7 == 0 { "audio_mixed" } else { "transcript" };
                let body = media(kind, &format!("m{}", id / 3), code, &at(u32::from(*id)));
                body.with("bot", &format!("b{id}")).facts()
            })
            .chain([recording("failed", &at(1)).facts()])
            .collect();
        let state = check(&Subject::recording(RECORDING), &facts, seed);
        prop_assert!(state.items().count() <= 256 && state.links().count() <= 1024);
        prop_assert!(state.item().is_some(), "the recording itself is always kept");
    }
}

#[test]
fn the_bounds_are_as_documented() {
    let mut recording_facts: Vec<Facts> = (0..1200)
        .map(|n| {
            let body = media("transcript", &format!("t{n}"), "done", &at(n));
            body.with("bot", &format!("b{n}")).facts()
        })
        .chain([recording("done", &at(1)).facts()])
        .collect();
    let state = apply(Subject::recording(RECORDING), &recording_facts);
    assert_eq!((state.items().count(), state.links().count()), (256, 1024));
    recording_facts.reverse();
    let reversed = apply(Subject::recording(RECORDING), &recording_facts);
    assert_eq!(reversed.to_json(), state.to_json());
    let bodies: Vec<_> = (0..100).map(|n| bot("in_call_recording", &at(n))).collect();
    let state = events::state(Subject::bot(BOT), &bodies);
    assert_eq!(state.item().unwrap().timeline().len(), 64);
    assert_eq!(state.item().unwrap().current().updated_at.as_str(), at(99));
}
