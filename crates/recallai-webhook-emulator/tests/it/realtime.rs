//! The real-time channel: one message after the other, a second between attempts, and no second chance.

use std::time::Duration;

use recallai_webhook_emulator::{
    AttemptResult, Channel, DeliveryControl, DeliveryStatus, EndpointId, EndpointOptions,
    EndpointStatus, ManualError, Message, Sender, Verdict,
};

use crate::world::{BAD, DAY, GOOD, MINUTE, SECOND, endpoint, message, run, secret, steady};

pub(crate) fn realtime(sender: &mut Sender) -> EndpointId {
    let mut options = EndpointOptions::new("realtime", secret("realtime"));
    options.channel = Channel::Realtime;
    sender.add_endpoint(options)
}

/// Somebody joins.
pub(crate) fn join(id: &str, recording: &str, at: Duration) -> Message {
    of("participant_events.join", id, recording, at)
}

fn of(event: &str, id: &str, recording: &str, at: Duration) -> Message {
    let body = format!(
        r#"{{"event":"{event}","data":{{"data":{{
            "participant":{{"id":100,"name":"Ada","is_host":true,"platform":"zoom","extra_data":null}},
            "words":[],
            "timestamp":{{"absolute":"2026-01-01T10:00:00.000000Z","relative":1.0}},"data":null}},
            "realtime_endpoint":{{"id":"e1","metadata":{{}}}},
            "participant_events":{{"id":"p1","metadata":{{}}}},
            "transcript":{{"id":"t1","metadata":{{}}}},
            "recording":{{"id":"{recording}","metadata":{{}}}},"bot":null}}}}"#
    );
    Message::new(id, event, body.into_bytes(), Channel::Realtime, at)
}

#[test]
fn sixty_retries_a_second_apart_and_then_nothing_for_the_recording() {
    let mut sender = steady();
    let endpoint = realtime(&mut sender);
    sender.publish(join("msg_1", "r1", Duration::ZERO));
    sender.publish(join("msg_2", "r1", 10 * SECOND));
    sender.publish(of("transcript.data", "msg_3", "r1", 2 * MINUTE));
    sender.publish(join("msg_4", "r2", 3 * MINUTE));
    let log =
        run(&mut sender, DAY, |attempt| if *attempt.message.id == *"msg_1" { BAD } else { GOOD });

    let first: Vec<_> = log.iter().filter(|(attempt, _)| *attempt.message.id == *"msg_1").collect();
    let times: Vec<u64> = first.iter().map(|(attempt, _)| attempt.at.as_secs()).collect();
    assert_eq!(times, (0..=60).collect::<Vec<u64>>());
    assert_eq!(first[59].1, Verdict::Retry { at: 60 * SECOND });
    assert_eq!(first[60].1, Verdict::EndpointFailed);
    let others: Vec<&str> = log[61..].iter().map(|(attempt, _)| &*attempt.message.id).collect();
    assert_eq!(others, ["msg_4"], "another recording is another matter");

    let status = |id| sender.delivery_status(endpoint, id).unwrap();
    assert_eq!(status("msg_1"), DeliveryStatus::Exhausted);
    assert_eq!(status("msg_2"), DeliveryStatus::Dropped, "it waited for the first");
    assert_eq!(status("msg_3"), DeliveryStatus::Dropped, "another feed of the recording");
    assert_eq!(status("msg_4"), DeliveryStatus::Delivered);

    sender.publish(join("msg_5", "r1", DAY));
    assert_eq!(sender.delivery_status(endpoint, "msg_5"), Some(DeliveryStatus::Dropped));
    assert_eq!(sender.next_due(), None);
}

#[test]
fn the_sixtieth_retry_still_counts() {
    let mut sender = steady();
    let endpoint = realtime(&mut sender);
    sender.publish(join("msg_1", "r1", Duration::ZERO));
    sender.publish(join("msg_2", "r1", SECOND));
    let log = run(&mut sender, DAY, |attempt| if attempt.at < 60 * SECOND { BAD } else { GOOD });
    assert_eq!(log.len(), 62);
    assert_eq!(sender.delivery_status(endpoint, "msg_1"), Some(DeliveryStatus::Delivered));
    assert_eq!(sender.delivery_status(endpoint, "msg_2"), Some(DeliveryStatus::Delivered));
}

#[test]
fn no_reply_changes_the_second() {
    let abort = AttemptResult::Status {
        code: 429,
        retry_after: Some(MINUTE),
        delivery_control: Some(DeliveryControl::Disable),
    };
    for (result, ended) in [
        (AttemptResult::status(400), 0),
        (abort, 0),
        (AttemptResult::Transport, 0),
        (AttemptResult::Timeout, 15),
    ] {
        let mut sender = steady();
        realtime(&mut sender);
        sender.publish(join("msg_1", "r1", Duration::ZERO));
        let log = run(&mut sender, DAY, |attempt| if attempt.number == 1 { result } else { GOOD });
        assert_eq!(log.len(), 2);
        assert_eq!(log[1].0.at, Duration::from_secs(ended + 1), "{result:?}");
        assert!(!log[1].0.is_resend);
    }
}

#[test]
fn delivery_control_is_not_for_this_channel() {
    let mut sender = steady();
    let endpoint = realtime(&mut sender);
    sender.publish(join("msg_1", "r1", Duration::ZERO));
    sender.publish(join("msg_2", "r1", SECOND));
    let disable = AttemptResult::Status {
        code: 204,
        retry_after: None,
        delivery_control: Some(DeliveryControl::Disable),
    };
    assert_eq!(run(&mut sender, DAY, |_| disable).len(), 2);
    assert_eq!(sender.endpoint_status(endpoint), Some(EndpointStatus::Enabled));
}

#[test]
fn messages_of_a_feed_wait_for_each_other() {
    let mut sender = steady();
    realtime(&mut sender);
    for (id, at) in [("msg_1", 0), ("msg_2", 1), ("msg_3", 30)] {
        sender.publish(join(id, "r1", Duration::from_secs(at)));
    }
    sender.publish(of("transcript.data", "msg_4", "r1", 2 * SECOND));
    sender.publish(join("msg_5", "r2", 3 * SECOND));

    let slow = sender.begin(Duration::ZERO).unwrap();
    assert_eq!(*slow.message.id, *"msg_1");
    // Another feed and another recording do not wait.
    for id in ["msg_4", "msg_5"] {
        let attempt = sender.begin(5 * SECOND).unwrap();
        assert_eq!(*attempt.message.id, *id);
        sender.finish(attempt.id, GOOD, 5 * SECOND).unwrap();
    }
    assert_eq!(sender.next_due(), None, "the others wait for the first");
    sender.finish(slow.id, GOOD, 12 * SECOND).unwrap();
    let log = run(&mut sender, DAY, |_| GOOD);
    let rest: Vec<(&str, u64)> =
        log.iter().map(|(attempt, _)| (&*attempt.message.id, attempt.at.as_secs())).collect();
    assert_eq!(rest, [("msg_2", 12), ("msg_3", 30)]);
}

#[test]
fn the_channels_do_not_mix() {
    let mut sender = steady();
    let (realtime, dashboard) = (realtime(&mut sender), endpoint(&mut sender, "dashboard"));
    sender.publish(join("msg_1", "r1", Duration::ZERO));
    sender.publish(message("msg_2", Duration::ZERO));
    assert_eq!(sender.delivery_status(realtime, "msg_2"), None);
    assert_eq!(sender.delivery_status(dashboard, "msg_1"), None);
}

#[test]
fn nothing_is_done_by_hand() {
    let mut sender = steady();
    let endpoint = realtime(&mut sender);
    sender.publish(join("msg_1", "r1", Duration::ZERO));
    let no = Err(ManualError::Realtime);
    assert_eq!(sender.resend(endpoint, "msg_1", SECOND), no);
    assert_eq!(sender.disable(endpoint, SECOND), no);
    assert_eq!(sender.enable(endpoint), no);
    assert_eq!(sender.recover(endpoint, SECOND, SECOND), Err(ManualError::Realtime));
}
