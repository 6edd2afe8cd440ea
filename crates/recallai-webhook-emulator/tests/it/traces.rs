//! Traces: reproducible, in order, and each part by itself.

use std::collections::BTreeSet;
use std::time::Duration;

use recallai_webhook_emulator::{Message, Plan, Seed, Trace};

use crate::{builtin, builtins, events, meeting};

fn bodies(trace: &Trace) -> BTreeSet<Vec<u8>> {
    trace.messages.iter().map(|message| message.body.to_vec()).collect()
}

#[test]
fn one_seed_gives_one_trace_and_another_seed_other_ids_and_times() {
    for scenario in builtins() {
        let first = meeting(scenario.clone(), 1);
        assert_eq!(first, meeting(scenario.clone(), 1));
        let other = meeting(scenario.clone(), 2);
        assert_eq!(first.messages.len(), other.messages.len());
        for (one, two) in first.messages.iter().zip(&other.messages) {
            assert_eq!(one.event, two.event, "the story is the same");
            assert_ne!(one.id, two.id);
        }
        let times = |trace: &Trace| trace.messages.iter().map(|one| one.at).collect::<Vec<_>>();
        assert_ne!(times(&first), times(&other), "{}", scenario.name());
    }
}

#[test]
fn jitter_is_bounded_and_leaves_the_order() {
    for scenario in builtins() {
        let told: Vec<String> = scenario.events().map(str::to_owned).collect();
        for seed in 0..50 {
            let trace = meeting(scenario.clone(), seed);
            let sent: Vec<&str> = trace.messages.iter().map(|message| &*message.event).collect();
            assert_eq!(sent, told, "{}, seed {seed}", scenario.name());
            assert!(trace.messages.is_sorted_by_key(|message| message.at));
            let last = trace.messages.last().unwrap().at;
            assert!(last >= scenario.duration());
            assert!(last <= scenario.duration() + Duration::from_secs(2));
        }
    }
}

#[test]
fn meetings_overlap_and_their_messages_are_in_order_of_time() {
    let plan = Plan::new()
        .with_meetings(builtin("plain-bot"), 20)
        .with_meetings(builtin("async-transcript"), 10);
    let trace = Trace::of(&plan, Seed(1), Trace::usual_start());
    assert!(trace.messages.is_sorted_by_key(|message| message.at));
    let recordings = |event: &str| {
        let of = events(&trace).into_iter().filter(|one| one.name() == event);
        of.map(|one| one.recording_id().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (started, done) = (recordings("recording.processing"), recordings("recording.done"));
    assert_eq!(started.iter().collect::<BTreeSet<_>>().len(), 30);
    assert_eq!(done.iter().collect::<BTreeSet<_>>(), started.iter().collect::<BTreeSet<_>>());
    let at = |event: &str, nth: usize| {
        let mut of = trace.messages.iter().filter(|message| &*message.event == event);
        of.nth(nth).unwrap().at
    };
    assert!(at("recording.processing", 5) < at("recording.done", 0), "no overlap");
}

#[test]
fn spacing_is_an_average() {
    let of = |spacing| {
        let plan = Plan::new().with_meetings(builtin("bot-fatal"), 1000).with_spacing(spacing);
        let trace = Trace::of(&plan, Seed(1), Trace::usual_start());
        let joins = trace.messages.iter().filter(|message| &*message.event == "bot.joining_call");
        joins.map(|message| message.at).max().unwrap()
    };
    let last = of(Duration::from_secs(10)).as_secs();
    assert!((9_500..10_500).contains(&last), "{last}");
    assert!(of(Duration::ZERO) <= Duration::from_secs(2));
}

/// A meeting is the same whichever others take place: only when it begins depends on them.
#[test]
fn a_meeting_keeps_its_ids_whatever_else_is_planned() {
    let ids = |plan: &Plan| {
        let trace = Trace::of(plan, Seed(9), Trace::usual_start());
        let of_scenario = |message: &&Message| &*message.event == "recording.done";
        let done: Trace = trace.messages.iter().filter(of_scenario).cloned().collect();
        let done = events(&done);
        done.iter().map(|event| event.recording_id().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let alone = Plan::new().with_meetings(builtin("plain-bot"), 3);
    let more = alone.clone().with_meetings(builtin("async-transcript"), 5);
    assert_eq!(ids(&alone).len(), 3);
    assert!(ids(&more).is_superset(&ids(&alone)));
    assert_eq!(ids(&more).len(), 8);
}

#[test]
fn an_entry_that_is_there_twice_has_meetings_of_its_own() {
    let plan = Plan::new()
        .with_meetings(builtin("bot-fatal"), 2)
        .with_meetings(builtin("bot-fatal"), 3)
        .with_spacing(Duration::ZERO);
    let trace = Trace::of(&plan, Seed(1), Trace::usual_start());
    let ids: BTreeSet<_> = trace.messages.iter().map(|message| message.id.clone()).collect();
    assert_eq!(ids.len(), 10);
    assert_eq!(bodies(&trace).len(), 10);
}

/// Ten thousand meetings are what a soak test asks for; nothing of it may be quadratic.
#[test]
fn many_meetings_have_ids_of_their_own() {
    let plan = Plan::new()
        .with_meetings(builtin("bot-fatal"), 10_000)
        .with_spacing(Duration::from_millis(10));
    let trace = Trace::of(&plan, Seed(3), Trace::usual_start());
    let ids: BTreeSet<_> = trace.messages.iter().map(|message| message.id.clone()).collect();
    assert_eq!(ids.len(), 20_000);
}

#[test]
fn a_start_beyond_what_can_be_spelled_is_held() {
    let far = Trace::usual_start() + Duration::from_secs(300_000 * 365 * 86_400);
    let trace = Trace::of(&Plan::from(builtin("plain-bot")), Seed(1), far);
    let body = String::from_utf8(trace.messages[0].body.to_vec()).unwrap();
    assert!(body.contains("9999-12-30"), "{body}");
}
