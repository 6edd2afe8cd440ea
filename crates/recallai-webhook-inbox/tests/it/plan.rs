//! Plans: one row for each thing that a message can come to.

use std::time::Duration;

use recallai_webhook_inbox::plan::{self, Touched};
use recallai_webhook_inbox::recording::{State, Subject};
use recallai_webhook_inbox::{Filter, Reading, Start, Subscription, Turn};

use crate::reading;

const HOUR: Duration = Duration::from_secs(3600);

fn transcript(code: &str) -> Reading {
    artifact(code, "t1")
}

fn artifact(code: &str, id: &str) -> Reading {
    reading(
        &format!("transcript.{code}"),
        &[("transcript", id), ("recording", "r1"), ("bot", "b1")],
    )
}

fn state(readings: &[Reading]) -> Option<State> {
    let mut state = State::new(Subject::recording("r1"));
    readings.iter().for_each(|reading| {
        state.apply(reading.facts());
    });
    (!readings.is_empty()).then_some(state)
}

fn need() -> Subscription {
    let need: recallai_webhook_inbox::recording::Need = "transcript".parse().unwrap();
    let need = Subscription::need("n", need);
    need.with_turn(Turn::Failed).with_turn(Turn::Gone).with_give_up_after(HOUR)
}

/// The turns that a message makes, with their delays, where the recording stood so before.
fn turns(before: &[Reading], now: &Reading, need: &Subscription) -> Vec<(Turn, Option<Duration>)> {
    let mut touched: Vec<_> = now
        .facts()
        .subjects()
        .map(|subject| {
            let stored = (*subject == Subject::recording("r1")).then(|| state(before)).flatten();
            Touched::new(subject, stored)
        })
        .collect();
    let jobs = plan::jobs(now, &mut touched, [need]);
    jobs.into_iter()
        .map(|job| {
            let turn = job.turn.unwrap();
            assert_eq!(job.subject, Some(Subject::recording("r1")));
            assert_eq!(job.mark, Some(turn.as_str()));
            (turn, job.scheduled_in)
        })
        .collect()
}

#[test]
fn turns_of_a_need() {
    let processing = || transcript("processing");
    for (before, now, expected) in [
        // First heard of.
        (vec![], transcript("done"), vec![(Turn::Ready, None)]),
        (vec![], transcript("failed"), vec![(Turn::Failed, None)]),
        (vec![], transcript("deleted"), vec![(Turn::Gone, None)]),
        (vec![], processing(), vec![(Turn::TimedOut, Some(HOUR))]),
        // Heard of before.
        (vec![processing()], transcript("done"), vec![(Turn::Ready, None)]),
        (vec![processing()], processing(), vec![]),
        (vec![transcript("done")], transcript("done"), vec![]),
        (vec![transcript("done")], processing(), vec![]),
        (vec![transcript("done")], transcript("deleted"), vec![(Turn::Gone, None)]),
        (vec![transcript("failed")], artifact("done", "t2"), vec![(Turn::Ready, None)]),
        (vec![transcript("done")], artifact("failed", "t2"), vec![]),
        (vec![transcript("deleted")], transcript("done"), vec![]),
        // Failed, and live again, is pending; that is no turn.
        (vec![transcript("failed")], artifact("processing", "t2"), vec![]),
    ] {
        let seen = turns(&before, &now, &need());
        assert_eq!(seen, expected, "{:?} after {before:?}", now.event_name());
    }
}

#[test]
fn turns_that_were_not_asked_for() {
    let need: recallai_webhook_inbox::recording::Need = "transcript".parse().unwrap();
    let ready = Subscription::need("n", need);
    assert_eq!(turns(&[], &transcript("failed"), &ready), []);
    assert_eq!(turns(&[], &transcript("processing"), &ready), []);
    // Giving up takes a time: as a turn it changes nothing.
    assert_eq!(turns(&[], &transcript("processing"), &ready.with_turn(Turn::TimedOut)), []);
}

#[test]
fn messages_about_no_recording_make_no_turns() {
    assert_eq!(turns(&[], &reading("bot.done", &[("bot", "b1")]), &need()), []);
}

#[test]
fn jobs_of_messages() {
    let all = Subscription::messages("s", Filter::everything());
    for (reading, subject, mark) in [
        (transcript("done"), Some(Subject::recording("r1")), None),
        (reading("bot.done", &[("bot", "b1")]), Some(Subject::bot("b1")), None),
        (
            reading("sdk_upload.complete", &[("sdk_upload", "u1"), ("recording", "r1")]),
            Some(Subject::sdk_upload("u1")),
            Some("complete"),
        ),
        (
            reading("sdk_upload.completed", &[("sdk_upload", "u1")]),
            Some(Subject::sdk_upload("u1")),
            Some("complete"),
        ),
        (Reading::unknown("hologram.done"), None, None),
        (Reading::unreadable("not an object"), None, None),
    ] {
        let job = plan::for_message(&reading, &all).unwrap();
        assert_eq!((job.subject, job.mark, job.turn), (subject, mark, None), "{reading:?}");
    }
    let events = Subscription::messages("s", Filter::events());
    assert_eq!(plan::for_message(&Reading::unknown("hologram.done"), &events), None);
    assert_eq!(plan::for_message(&transcript("done"), &need()), None);
}

#[test]
fn states_from_the_beginning() {
    let need = need().with_start(Start::Beginning);
    for (readings, expected) in [
        (vec![transcript("done")], vec![(Some(Turn::Ready), None)]),
        (vec![transcript("failed")], vec![(Some(Turn::Failed), None)]),
        (vec![transcript("processing")], vec![(Some(Turn::TimedOut), Some(HOUR))]),
    ] {
        let state = state(&readings).unwrap();
        let jobs = plan::for_state(&state, &need);
        let jobs: Vec<_> = jobs.into_iter().map(|job| (job.turn, job.scheduled_in)).collect();
        assert_eq!(jobs, expected);
        assert_eq!(plan::is_pending(&state, &need), expected[0].0 == Some(Turn::TimedOut));
    }
    let bot = State::new(Subject::bot("b1"));
    assert_eq!(plan::for_state(&bot, &need), []);
    let done = state(&[transcript("done")]).unwrap();
    assert_eq!(plan::for_state(&done, &need.with_start(Start::Now)), []);
}

#[test]
fn keys() {
    let all = Subscription::messages("s", Filter::everything());
    let done = transcript("done");
    let message = plan::for_message(&done, &all).unwrap();
    let key = |endpoint, id| message.idempotency_key("scope", endpoint, id);
    let first = key("us", "m1");
    let replayed = [1, 2].map(|replays| plan::replayed_key(&first, replays));
    let [once, twice] = replayed;
    let keys = [first.clone(), key("us", "m2"), key("eu", "m1"), once, twice];
    let different: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len(), "{keys:?}");
    assert_eq!(plan::replayed_key(&first, 0), first);

    // Both spellings meet under one key, whichever comes first.
    let complete = reading("sdk_upload.complete", &[("sdk_upload", "u1")]);
    let completed = reading("sdk_upload.completed", &[("sdk_upload", "u1")]);
    let key =
        |reading, id| plan::for_message(reading, &all).unwrap().idempotency_key("scope", "us", id);
    assert_eq!(key(&complete, "m1"), key(&completed, "m2"));
}
