//! The schedule of the dashboard channel, held against tables written by hand.

use std::time::Duration;

use recallai_webhook_emulator::{
    AttemptResult, Backoff, DeliveryControl, DeliveryStatus, Schedule, Verdict,
};

use crate::world::{BAD, DAY, GOOD, HOUR, MINUTE, SECOND, START, endpoint, message, run, steady};

/// When each attempt of a message begins that is never accepted, from the sender's documentation.
const ATTEMPTS: [u64; 8] = [
    0,
    5,
    5 + 300,
    5 + 300 + 1_800,
    5 + 300 + 1_800 + 7_200,
    5 + 300 + 1_800 + 7_200 + 18_000,
    5 + 300 + 1_800 + 7_200 + 18_000 + 36_000,
    5 + 300 + 1_800 + 7_200 + 18_000 + 36_000 + 36_000,
];

/// No number in the middle, since jitter is drawn evenly: the delay itself.
const MIDDLE: u64 = u64::MAX / 2;

fn seconds(failures: usize, backoff: Backoff, chance: u64) -> Option<f64> {
    Schedule::DASHBOARD.delay(failures, backoff, chance).map(|delay| delay.as_secs_f64())
}

#[test]
fn eight_attempts() {
    assert_eq!(Schedule::DASHBOARD.attempts(), 8);
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let log = run(&mut sender, 30 * DAY, |_| BAD);
    let times: Vec<u64> = log.iter().map(|(attempt, _)| attempt.at.as_secs()).collect();
    assert_eq!(times, ATTEMPTS);
    assert_eq!(times[7], 27 * 3_600 + 35 * 60 + 5);
    let stamps: Vec<u64> = log.iter().map(|(attempt, _)| attempt.timestamp - START).collect();
    assert_eq!(stamps, ATTEMPTS);
    let numbers: Vec<u32> = log.iter().map(|(attempt, _)| attempt.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(log[0].1, Verdict::Retry { at: 5 * SECOND });
    assert_eq!(log[7].1, Verdict::Exhausted);
    assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(DeliveryStatus::Exhausted));
    assert_eq!(sender.next_due(), None);
}

#[test]
fn retries_are_counted_from_the_end_of_the_failure() {
    let mut sender = steady();
    endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let attempt = sender.begin(Duration::ZERO).unwrap();
    assert_eq!(sender.next_due(), None, "nothing else is due while it is under way");
    let verdict = sender.finish(attempt.id, BAD, 9 * SECOND).unwrap();
    assert_eq!(verdict, Verdict::Retry { at: 14 * SECOND });
    assert!(sender.finish(attempt.id, GOOD, 9 * SECOND).is_err(), "told twice");
    assert!(sender.begin(13 * SECOND).is_none());
    assert!(sender.begin(14 * SECOND).is_some());
}

#[test]
fn only_2xx_is_success() {
    for (code, is_good) in [
        (199, false),
        (200, true),
        (204, true),
        (299, true),
        (300, false),
        (302, false),
        (400, false),
        (401, false),
        (404, false),
        (410, false),
        (500, false),
    ] {
        let mut sender = steady();
        endpoint(&mut sender, "a");
        sender.publish(message("msg_1", Duration::ZERO));
        let attempts = run(&mut sender, 30 * DAY, |_| AttemptResult::status(code)).len();
        assert_eq!(attempts, if is_good { 1 } else { 8 }, "{code}");
    }
}

#[test]
fn jitter_moves_each_delay_by_a_fifth() {
    for (failures, planned) in
        [5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0].into_iter().enumerate()
    {
        let delay = |chance| seconds(failures + 1, Backoff::default(), chance).unwrap();
        assert!((delay(0) - planned * 0.8).abs() < 1e-6);
        assert!((delay(MIDDLE) - planned).abs() < 1e-6);
        assert!((delay(u64::MAX) - planned * 1.2).abs() < 1e-6);
    }
    assert_eq!(seconds(0, Backoff::default(), 0), None);
    assert_eq!(seconds(8, Backoff::default(), 0), None);
}

#[test]
fn retry_after_counts_from_one_to_two_steps() {
    for (failures, asked, delay) in [
        (1, 0, 5.0),
        (1, 5, 5.0),
        (1, 7, 7.0),
        (1, 10, 10.0),
        (1, 120, 10.0),
        (2, 5, 300.0),
        (2, 450, 450.0),
        (2, 601, 600.0),
        (7, 86_400, 72_000.0),
    ] {
        let backoff = Backoff::retry_after(Duration::from_secs(asked));
        let middle = seconds(failures, backoff, MIDDLE).unwrap();
        assert!((middle - delay).abs() < 1e-6, "{asked} after failure {failures}: {middle}");
        // Jitter comes last: what was asked for may be undercut by a fifth.
        let shortest = seconds(failures, backoff, 0).unwrap();
        assert!((shortest - delay * 0.8).abs() < 1e-6, "{asked} after failure {failures}");
    }
}

#[test]
fn timeouts_and_429_wait_for_a_minute_at_least() {
    let delay = |failures| seconds(failures, Backoff::overloaded(), MIDDLE).unwrap().round();
    assert_eq!([1, 2, 3].map(delay), [60.0, 300.0, 1_800.0]);

    for (result, second) in [
        (AttemptResult::status(429), 60),
        (AttemptResult::Timeout, 15 + 60),
        (AttemptResult::status(503), 5),
    ] {
        let mut sender = steady();
        endpoint(&mut sender, "a");
        sender.publish(message("msg_1", Duration::ZERO));
        let log =
            run(&mut sender, 30 * DAY, |attempt| if attempt.number == 1 { result } else { GOOD });
        assert_eq!(log[1].0.at, Duration::from_secs(second), "{result:?}");
    }
}

#[test]
fn a_429_with_retry_after_waits_for_the_longer() {
    let mut backoff = Backoff::retry_after(10 * SECOND);
    backoff.is_overloaded = true;
    assert_eq!(seconds(1, backoff, MIDDLE).unwrap().round(), 60.0);
    let mut backoff = Backoff::retry_after(HOUR);
    backoff.is_overloaded = true;
    assert_eq!(seconds(2, backoff, MIDDLE).unwrap().round(), 600.0);
}

#[test]
fn a_broken_connection_is_tried_again_at_once_with_the_same_bytes() {
    let mut sender = steady();
    endpoint(&mut sender, "a");
    sender.publish(message("msg_1", MINUTE));
    let first = sender.begin(MINUTE).unwrap();
    let broke = MINUTE + SECOND;
    assert_eq!(sender.finish(first.id, AttemptResult::Transport, broke), Ok(Verdict::Resend));
    assert_eq!(sender.next_due(), Some(broke));

    let again = sender.begin(broke).unwrap();
    assert!(again.is_resend);
    assert_eq!(again.request, first.request, "the very bytes");
    assert_eq!((again.number, again.timestamp), (1, first.timestamp));
    // Once only: the next failure is one of the schedule, and the first of its kind.
    let verdict = sender.finish(again.id, AttemptResult::Transport, broke).unwrap();
    assert_eq!(verdict, Verdict::Retry { at: broke + 5 * SECOND });

    // A later attempt has its own.
    let second = sender.begin(broke + 5 * SECOND).unwrap();
    assert_eq!((second.number, second.is_resend), (2, false));
    assert_ne!(second.request, first.request, "signed for another time");
    let verdict = sender.finish(second.id, AttemptResult::Transport, broke + 5 * SECOND);
    assert_eq!(verdict, Ok(Verdict::Resend));
}

#[test]
fn a_connection_that_breaks_later_is_an_ordinary_failure() {
    let mut sender = steady();
    endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let first = sender.begin(Duration::ZERO).unwrap();
    let broke = SECOND + Duration::from_millis(1);
    let verdict = sender.finish(first.id, AttemptResult::Transport, broke).unwrap();
    assert_eq!(verdict, Verdict::Retry { at: broke + 5 * SECOND });
}

#[test]
fn a_message_can_be_aborted() {
    assert_eq!(DeliveryControl::parse("abort-message"), Some(DeliveryControl::AbortMessage));
    assert_eq!(DeliveryControl::parse("disable"), Some(DeliveryControl::Disable));
    assert_eq!(DeliveryControl::parse("Abort"), None);

    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    sender.publish(message("msg_2", Duration::ZERO));
    let abort = AttemptResult::Status {
        code: 422,
        retry_after: None,
        delivery_control: Some(DeliveryControl::AbortMessage),
    };
    let log =
        run(&mut sender, DAY, |attempt| if *attempt.message.id == *"msg_1" { abort } else { GOOD });
    let verdicts: Vec<Verdict> = log.iter().map(|(_, verdict)| *verdict).collect();
    assert_eq!(verdicts, [Verdict::Aborted, Verdict::Delivered]);
    assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(DeliveryStatus::Aborted));
    assert_eq!(sender.delivery_status(endpoint, "msg_2"), Some(DeliveryStatus::Delivered));
}
