//! Standings of subscriptions, and what reading again and erasing come to.

use std::time::SystemTime;

use recallai_webhook_inbox::plan::{self, Reread, Standing, Touched};
use recallai_webhook_inbox::recording::{Need, State, Subject};
use recallai_webhook_inbox::{
    Filter, NewMessage, Order, Reading, Start, StoredMessage, Subscribed, Subscription, Turn,
};

use crate::reading;

fn messages(start: Start) -> Subscription {
    Subscription::messages("s", Filter::events()).with_start(start)
}

fn need() -> Subscription {
    Subscription::need("n", "transcript".parse::<Need>().unwrap())
}

#[test]
fn who_takes_note_and_who_has_passed() {
    let parked = |mut standing: Standing| {
        standing.park(7);
        standing
    };
    let now = Standing::new(messages(Start::Now), 5);
    let first = Standing::new(messages(Start::Beginning), 5);
    for (standing, fills_from, takes_note, passed) in [
        (now.clone(), None, true, [false, false, true, true]),
        (first.clone(), Some(0), false, [false, false, false, false]),
        (parked(now), None, false, [false, false, true, false]),
        (parked(first), None, false, [false, false, false, false]),
        (Standing::new(need(), 5), None, true, [false, false, true, true]),
        (parked(Standing::new(need(), 5)), None, true, [false, false, true, true]),
    ] {
        assert_eq!(standing.fills_from(), fills_from, "{standing:?}");
        assert_eq!(standing.takes_note(), takes_note, "{standing:?}");
        assert_eq!([1, 5, 7, 8].map(|seq| standing.has_passed(seq)), passed, "{standing:?}");
    }
}

#[test]
fn what_becomes_of_declaring_again() {
    let mut standing = Standing::new(messages(Start::Beginning), 5);
    assert_eq!(standing.declare(&messages(Start::Now), 6), Subscribed::Unchanged);
    standing.park(6);
    assert_eq!(standing.declare(&messages(Start::Now), 7), Subscribed::Resumed);
    assert_eq!((standing.fills_from(), standing.since), (Some(0), 0));
    let strict = messages(Start::Now).with_order(Order::Strict);
    assert_eq!(standing.declare(&strict, 8), Subscribed::Changed);
    assert_eq!((standing.fills_from(), standing.since), (Some(0), 8));
}

#[test]
fn what_reading_again_comes_to() {
    let done = reading("transcript.done", &[("transcript", "t1"), ("recording", "r1")]);
    let stored = |reading: &Reading| {
        let time = SystemTime::UNIX_EPOCH;
        StoredMessage::of(3, &NewMessage::new("e", "m", "", time, reading.clone()))
    };
    let subject = Subject::recording("r1");
    let mut known = State::new(subject.clone());
    known.apply(done.facts());
    let heard_of = |state: Option<&State>| vec![Touched::new(&subject, state.cloned())];

    let standings = |position| {
        let mut behind = Standing::new(messages(Start::Beginning), 0);
        behind.position = Some(position);
        [behind, Standing::new(need(), 0)]
    };
    let (to_come, passed) = (standings(2), standings(3));
    let old = stored(&Reading::unknown("transcript.done"));

    let mut touched = heard_of(Some(&known));
    assert_eq!(plan::reparse(&stored(&done), &done, &mut touched, &passed), Reread::Same);
    assert_eq!(plan::reparse(&old, &done, &mut Vec::new(), &passed), Reread::Erased);
    for (state, standings, expected) in [
        (None, &passed, vec![None, Some(Turn::Ready)]),
        (None, &to_come, vec![Some(Turn::Ready)]),
        (Some(&known), &passed, vec![None]),
        (Some(&known), &to_come, vec![]),
    ] {
        let Reread::New(jobs) = plan::reparse(&old, &done, &mut heard_of(state), standings) else {
            panic!("nothing new");
        };
        assert_eq!(jobs.iter().map(|job| job.turn).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn what_is_erased_with_a_subject() {
    let of_bot =
        reading("transcript.done", &[("transcript", "t1"), ("recording", "r1"), ("bot", "b1")]);
    for (subject, expected) in [
        (Subject::recording("r1"), vec![Subject::recording("r1")]),
        (Subject::bot("b1"), vec![Subject::bot("b1"), Subject::recording("r1")]),
    ] {
        let mut state = State::new(subject.clone());
        state.apply(of_bot.facts());
        assert_eq!(plan::erased_with(&subject, Some(&state)), expected);
        assert_eq!(plan::erased_with(&subject, None), [subject]);
    }
}
