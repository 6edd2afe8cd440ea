//! A sender and its faults as one run, against the same receiver as the parts.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_emulator::{
    AttemptResult, Emulation, EndpointOptions, Expected, Fault, Faults, Figures, Reception, Role,
    Seed, Sender, SenderOptions, Sending,
};

use crate::receiver::{self, Receiver};
use crate::world::{BAD, DAY, GOOD, HOUR, START, endpoint, jittered, message, secret, steady};
use crate::{builtin, meeting};

/// A sender with one endpoint, and faults.
fn emulation(sender: Sender, faults: Faults) -> Emulation {
    let mut emulation = Emulation::new(sender, faults);
    endpoint(emulation.sender_mut(), "mine");
    emulation
}

/// Runs it to its end; `answer` says what comes of each request, at once.
fn run(
    emulation: &mut Emulation,
    mut answer: impl FnMut(&Sending, Duration) -> AttemptResult,
) -> Vec<(Sending, Reception)> {
    let mut log = Vec::new();
    while let Some(now) = emulation.next_due() {
        while let Some(sending) = emulation.begin(now) {
            let result = answer(&sending, now);
            let judgement = emulation.finish(sending.id, result, now).unwrap();
            log.push((sending, judgement.reception));
        }
    }
    assert!(emulation.is_over());
    log
}

fn published(sender: Sender, faults: Faults, count: u32) -> Emulation {
    let mut emulation = emulation(sender, faults);
    for number in 0..count {
        emulation.publish(receiver::message(number, HOUR * number));
    }
    emulation
}

#[test]
fn it_sends_what_the_parts_send() {
    let faults = Faults::all(0.3).with(Fault::OversizedBody, 0.0).seeded(Seed(5));
    let trace = meeting(builtin("plain-bot"), 5);
    let (mut sender, mut whole) = (jittered(5), emulation(jittered(5), faults.clone()));
    endpoint(&mut sender, "mine");
    for message in &trace.messages {
        sender.publish(message.clone());
        whole.publish(message.clone());
    }
    let mut parts_receiver = Receiver::new(&secret("mine"));
    let (_, arrived) = receiver::run(&mut sender, &faults, &mut parts_receiver);

    let mut whole_receiver = Receiver::new(&secret("mine"));
    let mut bodies = Vec::new();
    run(&mut whole, |sending, now| {
        bodies.push((now, sending.request.clone()));
        answer(&mut whole_receiver, sending, now)
    });
    let mut expected: Vec<_> =
        arrived.into_iter().map(|(send, at, _)| (at, send.request)).collect();
    let key = |(at, request): &(Duration, recallai_webhook_emulator::Request)| {
        (*at, request.headers.clone(), request.body.clone())
    };
    expected.sort_by_key(key);
    bodies.sort_by_key(key);
    assert_eq!(bodies, expected);
    assert_eq!(whole_receiver.stored, parts_receiver.stored);
}

/// What the receiver of the other tests answers.
fn answer(receiver: &mut Receiver, sending: &Sending, now: Duration) -> AttemptResult {
    AttemptResult::status(receiver.answer(&sending.request, now))
}

#[test]
fn a_good_receiver_is_found_good() {
    let mut emulation = published(jittered(3), Faults::all(0.3).seeded(Seed(3)), 40);
    let mut receiver = Receiver::new(&secret("mine"));
    let log = run(&mut emulation, |sending, now| answer(&mut receiver, sending, now));
    for (sending, reception) in &log {
        assert_eq!(*reception, Reception::AsExpected, "{:?}", sending.faults);
    }
    let figures = emulation.figures();
    assert_eq!(figures.messages, receiver.stored.len() as u64);
    assert_eq!(figures.delivered, figures.messages);
    assert_eq!(figures.undelivered(), 0);
    assert_eq!(figures.attempts, log.len() as u64);
    assert_eq!(figures.attempts, figures.statuses.values().sum::<u64>());
    assert_eq!(figures.attempts, figures.delivered + figures.duplicates + figures.rejected);
    let is_lost = |(sending, _): &&(Sending, Reception)| sending.attempt == 2;
    assert!(log.iter().filter(is_lost).count() as u64 >= figures.lost);
    for (figure, name) in
        [(figures.duplicates, "duplicates"), (figures.rejected, "rejected"), (figures.lost, "lost")]
    {
        assert!(figure > 0, "{name}");
    }
    assert_eq!((figures.wrongly_accepted, figures.not_accepted), (0, 0));
}

#[test]
fn one_that_takes_everything_is_found_out() {
    let faults = Faults::none().with(Fault::WrongSecret, 1.0);
    let mut emulation = published(steady(), faults, 2);
    let log = run(&mut emulation, |_, _| GOOD);
    assert!(log.iter().all(|(_, reception)| *reception == Reception::WronglyAccepted));
    assert_eq!(emulation.figures().wrongly_accepted, 2);
}

/// What the sender does not know of comes again, too.
#[test]
fn a_message_beside_another_is_tried_again() {
    let faults = Faults::none().with(Fault::UnknownEvent, 1.0).seeded(Seed(1));
    let mut emulation = published(steady(), faults, 1);
    let mut seen = Vec::new();
    let log = run(&mut emulation, |sending, now| {
        if sending.role != Role::Beside {
            return GOOD;
        }
        let timestamp = sending.request.header("webhook-timestamp").unwrap().to_owned();
        assert_eq!(timestamp, (START + now.as_secs()).to_string(), "signed when it is sent");
        seen.push((sending.message_id.clone(), sending.request.body.clone(), now));
        if sending.attempt < 3 { BAD } else { GOOD }
    });
    let [(id, body, first), (_, _, second), (_, _, third)] = &seen[..] else { panic!("{log:?}") };
    assert!(seen.iter().all(|(other, same, _)| other == id && same == body));
    assert_eq!([*second - *first, *third - *second].map(|time| time.as_secs()), [5, 300]);
    let figures = emulation.figures();
    assert_eq!((figures.messages, figures.delivered, figures.not_accepted), (2, 2, 2));
}

/// What an answer to a bad request comes to.
#[test]
fn only_a_refusal_is_one() {
    for (fault, result, expected) in [
        (Fault::WrongSecret, AttemptResult::status(401), Reception::AsExpected),
        (Fault::WrongSecret, AttemptResult::status(429), Reception::AsExpected),
        (Fault::WrongSecret, AttemptResult::status(502), Reception::NotRefused),
        (Fault::WrongSecret, AttemptResult::status(302), Reception::NotRefused),
        (Fault::WrongSecret, AttemptResult::Transport, Reception::NotRefused),
        (Fault::SlowBody, AttemptResult::Timeout, Reception::NotRefused),
        (Fault::SlowBody, AttemptResult::Transport, Reception::AsExpected),
        (Fault::OversizedBody, AttemptResult::Transport, Reception::AsExpected),
        (Fault::CutBody, AttemptResult::status(200), Reception::WronglyAccepted),
    ] {
        let mut emulation = published(steady(), Faults::none().with(fault, 1.0), 1);
        let sending = emulation.begin(Duration::ZERO).unwrap();
        let judgement = emulation.finish(sending.id, result, Duration::ZERO).unwrap();
        assert_eq!(judgement.reception, expected, "{fault}, {result:?}");
        let figures = emulation.figures();
        let counted = [figures.rejected, figures.not_refused, figures.wrongly_accepted];
        assert_eq!(counted.iter().sum::<u64>(), 1, "{figures:?}");
        assert_eq!((figures.delivered, figures.duplicates), (0, 0));
    }
}

#[test]
fn one_that_takes_nothing_is_tried_to_the_end() {
    let mut emulation = published(steady(), Faults::none(), 1);
    let log = run(&mut emulation, |_, _| BAD);
    assert_eq!(log.len(), 8);
    let mut expected = Figures::default();
    (expected.messages, expected.attempts, expected.not_accepted) = (1, 8, 8);
    expected.statuses.insert(500, 8);
    assert_eq!(emulation.figures(), expected);
}

#[test]
fn what_got_lost_is_given_up_at_its_deadline() {
    let faults = Faults::none().with(Fault::LostFirstAttempt, 1.0);
    let mut emulation = published(steady(), faults, 1);
    assert!(emulation.begin(Duration::ZERO).is_none(), "nothing goes out");
    assert_eq!(emulation.next_due(), Some(Duration::from_secs(15)));
    assert!(!emulation.is_over());
    let log = run(&mut emulation, |_, _| GOOD);
    // A timeout is followed by half a minute of quiet at least.
    assert_eq!(log.iter().map(|(sending, _)| sending.attempt).collect::<Vec<_>>(), [2]);
    assert_eq!((emulation.figures().lost, emulation.figures().delivered), (1, 1));
}

#[test]
fn a_request_is_finished_once() {
    let mut emulation = published(steady(), Faults::none(), 1);
    let sending = emulation.begin(Duration::ZERO).unwrap();
    assert_eq!(emulation.in_flight(), 1);
    emulation.finish(sending.id, GOOD, Duration::ZERO).unwrap();
    assert_eq!(emulation.in_flight(), 0);
    emulation.finish(sending.id, GOOD, Duration::ZERO).unwrap_err();
}

/// A day of the sender takes 24 seconds of the receiver, for whom every signature is fresh.
#[test]
fn what_goes_faster_is_signed_for_the_time_of_the_receiver() {
    let mut options = SenderOptions::default();
    options.start = UNIX_EPOCH + Duration::from_secs(START);
    options.dashboard.jitter = 0.0;
    options.speed = 3600.0;
    let faults = Faults::none().with(Fault::Delay, 1.0).seeded(Seed(1));
    let mut emulation = emulation(Sender::new(options), faults);
    emulation.publish(message("msg_1", Duration::ZERO));
    let mut seen = Vec::new();
    let log = run(&mut emulation, |sending, now| {
        let signed = sending.request.header("webhook-timestamp").unwrap().parse::<u64>().unwrap();
        assert_eq!(signed, START + now.as_secs() / 3600);
        seen.push(signed - START);
        BAD
    });
    assert_eq!(log.len(), 8);
    let whole = DAY.as_secs() / 3600;
    assert!(*seen.last().unwrap() >= whole, "{seen:?}");
    // The sender waits as long as ever, 15 seconds, which is 15 hours of its own; the delay comes before.
    let delay = log[0].0.deadline - 15 * HOUR;
    assert!((60..=600).contains(&delay.as_secs()), "{delay:?}");
}

#[test]
fn a_wrong_speed_is_the_usual_one() {
    for speed in [0.0, -1.0, f64::NAN] {
        let mut options = SenderOptions::default();
        options.speed = speed;
        let sender = Sender::new(options);
        let usual = Sender::new(SenderOptions::default());
        assert_eq!(sender.unix_time(DAY), usual.unix_time(DAY), "{speed}");
    }
}

#[test]
fn two_endpoints_are_told_apart() {
    let mut emulation = emulation(steady(), Faults::none());
    emulation.sender_mut().add_endpoint(EndpointOptions::new("other", secret("other")));
    assert_eq!(emulation.publish(message("msg_1", Duration::ZERO)), 2);
    let log = run(&mut emulation, |sending, _| {
        assert_eq!(sending.expected, Expected::Stored);
        GOOD
    });
    let figures = emulation.figures();
    assert_eq!((log.len(), figures.delivered, figures.duplicates), (2, 2, 0));
}
