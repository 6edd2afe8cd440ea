//! Endpoints: what they subscribe to, when they are disabled, and what people do by hand.

use std::time::Duration;

use recallai_webhook_emulator::{
    AttemptResult, DeliveryControl, DeliveryStatus, DisableReason, EndpointId, EndpointOptions,
    EndpointStatus, ManualError, Sender, SenderOptions, Subscription, Trigger, Verdict,
};

use crate::world::{
    BAD, DAY, GOOD, HOUR, MINUTE, SECOND, endpoint, message, named, run, secret, steady,
};

const ABORT: AttemptResult = AttemptResult::Status {
    code: 400,
    retry_after: None,
    delivery_control: Some(DeliveryControl::AbortMessage),
};

fn disabled(sender: &Sender, endpoint: EndpointId) -> Option<(Duration, DisableReason)> {
    match sender.endpoint_status(endpoint) {
        Some(EndpointStatus::Disabled { since, reason }) => Some((since, reason)),
        _ => None,
    }
}

#[test]
fn endpoints_get_the_events_that_they_subscribe_to() {
    let mut sender = steady();
    let all = endpoint(&mut sender, "all");
    let mut options = EndpointOptions::new("some", secret("some"));
    options.events = Subscription::names(["recording.done", "bot"]);
    let some = sender.add_endpoint(options);

    for (id, event, endpoints) in
        [("msg_1", "recording.done", 2), ("msg_2", "recording.failed", 1), ("msg_3", "bot.done", 1)]
    {
        assert_eq!(sender.publish(named(id, event, Duration::ZERO)), endpoints, "{event}");
        assert_eq!(sender.publish(named(id, event, Duration::ZERO)), 0, "{event}, once more");
    }
    let log = run(&mut sender, DAY, |_| GOOD);
    let got = |endpoint| {
        let of = log.iter().filter(|(attempt, _)| attempt.endpoint == endpoint);
        of.map(|(attempt, _)| attempt.message.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(got(all), ["msg_1", "msg_2", "msg_3"]);
    assert_eq!(got(some), ["msg_1"]);
    assert_eq!(sender.delivery_status(some, "msg_2"), None);
}

#[test]
fn endpoints_share_the_id_and_nothing_else() {
    let mut sender = steady();
    let (good, bad) = (endpoint(&mut sender, "good"), endpoint(&mut sender, "bad"));
    sender.publish(message("msg_1", Duration::ZERO));
    let log = run(&mut sender, MINUTE, |attempt| if attempt.endpoint == good { GOOD } else { BAD });
    assert_eq!(log.len(), 3);
    let header = |at: usize, name| log[at].0.request.header(name).unwrap().to_owned();
    assert_eq!(header(0, "webhook-id"), header(1, "webhook-id"));
    assert_ne!(header(0, "webhook-signature"), header(1, "webhook-signature"));
    assert_eq!(sender.delivery_status(good, "msg_1"), Some(DeliveryStatus::Delivered));
    assert_eq!(sender.delivery_status(bad, "msg_1"), Some(DeliveryStatus::Pending));
}

/// An endpoint that is down for the first six hours: when a message is made, and which attempt, at what time,
/// is the one that arrives.
const SIX_HOURS_DOWN: [(u64, u32, u64); 7] = [
    (0, 6, 7 * 3_600 + 35 * 60 + 5),
    (3 * 3_600, 6, 10 * 3_600 + 35 * 60 + 5),
    (5 * 3_600, 5, 7 * 3_600 + 35 * 60 + 5),
    (5 * 3_600 + 50 * 60, 4, 6 * 3_600 + 25 * 60 + 5),
    (5 * 3_600 + 59 * 60, 3, 6 * 3_600 + 4 * 60 + 5),
    (6 * 3_600 - 3, 2, 6 * 3_600 + 2),
    (6 * 3_600, 1, 6 * 3_600),
];

#[test]
fn an_endpoint_down_for_six_hours_gets_every_message() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    for (made, ..) in SIX_HOURS_DOWN {
        sender.publish(message(&format!("msg_{made}"), Duration::from_secs(made)));
    }
    let log = run(&mut sender, 3 * DAY, |attempt| if attempt.at < 6 * HOUR { BAD } else { GOOD });
    for (made, number, at) in SIX_HOURS_DOWN {
        let id = format!("msg_{made}");
        let arrived = log
            .iter()
            .find(|(attempt, verdict)| *attempt.message.id == *id && *verdict == Verdict::Delivered)
            .map(|(attempt, _)| (attempt.number, attempt.at.as_secs()));
        assert_eq!(arrived, Some((number, at)), "made at {made}");
        assert_eq!(sender.delivery_status(endpoint, &id), Some(DeliveryStatus::Delivered));
    }
    assert_eq!(disabled(&sender, endpoint), None);
}

#[test]
fn an_endpoint_down_for_six_days_is_disabled_and_recovered() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    let id = |number: u32| format!("msg_{number:02}");
    // One message every six hours: 0 h, 6 h, ... 150 h.
    for number in 0..=25 {
        sender.publish(message(&id(number), number * 6 * HOUR));
    }
    let log = run(&mut sender, 150 * HOUR, |_| BAD);
    // The first failure is at 0 h. The clock starts 12 h later, and has run for 5 days at 132 h.
    assert_eq!(disabled(&sender, endpoint), Some((132 * HOUR, DisableReason::Failing)));
    let (last, verdict) = log.last().unwrap();
    assert_eq!((last.at, *verdict), (132 * HOUR, Verdict::EndpointDisabled));
    // All eight attempts take 27 h 35 min 5 s: messages made up to 102 h have had them.
    for number in 0..25 {
        let status =
            if number * 6 <= 102 { DeliveryStatus::Exhausted } else { DeliveryStatus::Dropped };
        assert_eq!(sender.delivery_status(endpoint, &id(number)), Some(status), "{}", id(number));
    }
    assert_eq!(sender.delivery_status(endpoint, &id(25)), Some(DeliveryStatus::Pending));

    // The endpoint is mended, but nothing comes by itself.
    assert_eq!(sender.recover(endpoint, Duration::ZERO, 150 * HOUR), Err(ManualError::Disabled));
    sender.enable(endpoint).unwrap();
    assert_eq!(sender.recover(endpoint, 120 * HOUR, 149 * HOUR), Ok(5));
    assert_eq!(sender.recover(endpoint, Duration::ZERO, 149 * HOUR), Ok(20));
    assert_eq!(sender.recover(endpoint, Duration::ZERO, 149 * HOUR), Ok(0), "all are on their way");
    let log = run(&mut sender, 30 * DAY, |_| GOOD);
    assert_eq!(log.len(), 26);
    for number in 0..=25 {
        let status = sender.delivery_status(endpoint, &id(number));
        assert_eq!(status, Some(DeliveryStatus::Delivered), "{}", id(number));
    }
}

#[test]
fn an_endpoint_may_be_given_more_time_or_less() {
    for (time, expected) in [(DAY, Some(36 * HOUR)), (Duration::MAX, None)] {
        let mut options = SenderOptions::default();
        options.disable_after = time;
        let mut sender = Sender::new(options);
        let endpoint = endpoint(&mut sender, "a");
        for number in 0..=200 {
            sender.publish(message(&format!("msg_{number}"), number * HOUR));
        }
        run(&mut sender, 300 * HOUR, |_| BAD);
        assert_eq!(disabled(&sender, endpoint).map(|(since, _)| since), expected);
    }
}

/// A failure every so many hours, and nothing else: when the endpoint is disabled, in hours.
const CLOCK: [(u32, Option<u32>); 5] = [
    // The clock starts at 12 h, and at 132 h it has run for five days.
    (1, Some(132)),
    (12, Some(132)),
    // 13 h + 120 h is 133 h, and the next failure is at 143 h.
    (13, Some(143)),
    // Two failures in 24 hours, ends included: 24 h + 120 h.
    (24, Some(144)),
    // Never two in 24 hours.
    (25, None),
];

#[test]
fn the_clock_starts_with_failures_half_a_day_apart_within_a_day() {
    for (every, expected) in CLOCK {
        let mut sender = steady();
        let endpoint = endpoint(&mut sender, "a");
        for number in 0..=700 / every {
            sender.publish(message(&format!("msg_{number}"), number * every * HOUR));
        }
        run(&mut sender, 60 * DAY, |_| ABORT);
        let since = disabled(&sender, endpoint).map(|(since, _)| since);
        assert_eq!(since, expected.map(|hours| hours * HOUR), "every {every} h");
    }
}

#[test]
fn one_success_sets_the_clock_back() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    for number in 0..720_u32 {
        sender.publish(message(&format!("msg_{number}"), number * HOUR));
    }
    // One message in 130 hours arrives. Without it the endpoint would be disabled two hours later.
    let log = run(&mut sender, 30 * DAY, |attempt| {
        if attempt.message.at.as_secs() % (130 * 3_600) == 0 { GOOD } else { ABORT }
    });
    assert_eq!(log.len(), 720);
    assert_eq!(disabled(&sender, endpoint), None);
}

#[test]
fn an_endpoint_may_ask_to_be_disabled() {
    for code in [200, 503] {
        let mut sender = steady();
        let endpoint = endpoint(&mut sender, "a");
        for (id, at) in [("msg_1", 0), ("msg_2", 2), ("msg_3", 3)] {
            sender.publish(message(id, Duration::from_secs(at)));
        }
        let disable = AttemptResult::Status {
            code,
            retry_after: None,
            delivery_control: Some(DeliveryControl::Disable),
        };
        let log =
            run(
                &mut sender,
                DAY,
                |attempt| {
                    if *attempt.message.id == *"msg_1" { BAD } else { disable }
                },
            );
        assert_eq!(log.len(), 2, "nothing after it was disabled");
        assert_eq!(disabled(&sender, endpoint), Some((2 * SECOND, DisableReason::Asked)));
        let is_accepted = code == 200;
        let second = if is_accepted { DeliveryStatus::Delivered } else { DeliveryStatus::Dropped };
        let status = |id| sender.delivery_status(endpoint, id).unwrap();
        assert_eq!(status("msg_1"), DeliveryStatus::Dropped, "its retry was to come");
        assert_eq!(status("msg_2"), second);
        assert_eq!(status("msg_3"), DeliveryStatus::Dropped, "made while it was disabled");
    }
}

#[test]
fn what_is_made_after_enabling_is_sent() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", HOUR));
    sender.publish(message("msg_2", 3 * HOUR));
    sender.disable(endpoint, Duration::ZERO).unwrap();
    assert_eq!(disabled(&sender, endpoint), Some((Duration::ZERO, DisableReason::Manual)));
    assert!(run(&mut sender, 2 * HOUR, |_| GOOD).is_empty());
    sender.enable(endpoint).unwrap();
    let log = run(&mut sender, DAY, |_| GOOD);
    assert_eq!(log.len(), 1);
    assert_eq!(*log[0].0.message.id, *"msg_2");
}

#[test]
fn an_attempt_that_is_under_way_is_not_followed_by_retries_once_disabled() {
    for (result, verdict, status) in [
        (BAD, Verdict::EndpointDisabled, DeliveryStatus::Dropped),
        (GOOD, Verdict::Delivered, DeliveryStatus::Delivered),
    ] {
        let mut sender = steady();
        let endpoint = endpoint(&mut sender, "a");
        sender.publish(message("msg_1", Duration::ZERO));
        let attempt = sender.begin(Duration::ZERO).unwrap();
        sender.disable(endpoint, SECOND).unwrap();
        assert_eq!(sender.finish(attempt.id, result, 2 * SECOND), Ok(verdict));
        assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(status));
        assert_eq!(sender.next_due(), None);
    }
}

#[test]
fn a_message_is_resent_by_hand_once() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    sender.publish(message("msg_2", 2 * HOUR));
    run(&mut sender, HOUR, |_| GOOD);

    // Delivered or not, the same id goes out again, signed anew.
    sender.resend(endpoint, "msg_1", HOUR).unwrap();
    let log = run(&mut sender, 90 * MINUTE, |_| BAD);
    assert_eq!(log.len(), 1, "no retries");
    let (attempt, _) = &log[0];
    assert_eq!((attempt.number, attempt.trigger, attempt.at), (2, Trigger::Manual, HOUR));
    assert_eq!(attempt.request.header("webhook-id"), Some("msg_1"));
    assert_eq!(
        sender.delivery_status(endpoint, "msg_1"),
        Some(DeliveryStatus::Delivered),
        "as it was"
    );

    let unknown = ManualError::UnknownMessage { id: "msg_3".into() };
    assert_eq!(sender.resend(endpoint, "msg_3", HOUR), Err(unknown));
    let early = ManualError::UnknownMessage { id: "msg_2".into() };
    assert_eq!(sender.resend(endpoint, "msg_2", HOUR), Err(early), "not made yet");
}

#[test]
fn a_resend_that_arrives_ends_the_schedule() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    run(&mut sender, MINUTE, |_| BAD);
    assert!(sender.next_due().is_some());

    // One that fails leaves the schedule alone ...
    sender.resend(endpoint, "msg_1", MINUTE).unwrap();
    let log = run(&mut sender, 2 * MINUTE, |_| BAD);
    assert_eq!(log.last().unwrap().1, Verdict::Superseded);
    assert_eq!(sender.next_due(), Some(5 * MINUTE + 5 * SECOND));

    // ... and one that arrives ends it.
    sender.resend(endpoint, "msg_1", 2 * MINUTE).unwrap();
    run(&mut sender, 3 * MINUTE, |_| GOOD);
    assert_eq!(sender.next_due(), None);
    assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(DeliveryStatus::Delivered));
}

#[test]
fn a_failure_after_the_message_has_arrived_otherwise_changes_nothing() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let slow = sender.begin(Duration::ZERO).unwrap();
    sender.resend(endpoint, "msg_1", SECOND).unwrap();
    let by_hand = sender.begin(SECOND).unwrap();
    sender.finish(by_hand.id, GOOD, SECOND).unwrap();
    let verdict = sender.finish(slow.id, AttemptResult::Timeout, slow.deadline).unwrap();
    assert_eq!(verdict, Verdict::Superseded);
    assert_eq!(sender.next_due(), None);
    assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(DeliveryStatus::Delivered));
}

#[test]
fn enabling_sets_the_clock_back() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    for number in 0..20 * 24 {
        sender.publish(message(&format!("msg_{number}"), number * HOUR));
    }
    run(&mut sender, 7 * DAY, |_| ABORT);
    assert_eq!(disabled(&sender, endpoint), Some((132 * HOUR, DisableReason::Failing)));
    sender.enable(endpoint).unwrap();
    run(&mut sender, 30 * DAY, |_| ABORT);
    // 12 h for the clock to start, and five days more, from the first failure after 7 days.
    assert_eq!(disabled(&sender, endpoint), Some(((7 * 24 + 132) * HOUR, DisableReason::Failing)));
}
