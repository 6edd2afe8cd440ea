//! Faults: what each does on the wire, what a receiver should make of it, and that none of them matters in the
//! end.

use std::collections::BTreeSet;
use std::time::Duration;

use recallai_webhook_emulator::{
    AttemptResult, DeliveryStatus, EndpointOptions, Expected, Fault, Faults, FaultsError, Outgoing,
    Role, Seed, Sender,
};
use recallai_webhook_event::EventRef;

use crate::ids::ksuid_time;
use crate::realtime;
use crate::receiver::{self, Arrived, Receiver};
use crate::world::{GOOD, MINUTE, SECOND, START, endpoint, jittered, secret, steady};

const MESSAGES: u32 = 24;

/// A sender with messages a few seconds apart.
fn sender() -> Sender {
    let mut sender = jittered(3);
    endpoint(&mut sender, "a");
    for number in 0..MESSAGES {
        sender.publish(receiver::message(number, number * 4 * SECOND));
    }
    sender
}

fn only(fault: Fault) -> Faults {
    Faults::none().with(fault, 1.0)
}

/// All that a fault, happening always, makes arrive, with times and answers.
fn arrivals(fault: Fault) -> Vec<Arrived> {
    let mut receiver = Receiver::new(&secret("a"));
    receiver::run(&mut sender(), &only(fault), &mut receiver).1
}

#[test]
fn names_are_read_back() {
    for fault in Fault::ALL {
        assert_eq!(fault.name().parse(), Ok(fault));
        assert_eq!(fault.to_string(), fault.name());
        assert!(!fault.about().is_empty());
    }
    let names: BTreeSet<&str> = Fault::ALL.into_iter().map(Fault::name).collect();
    assert_eq!(names.len(), Fault::ALL.len());
}

#[test]
fn lists_of_faults() {
    let rate = Faults::DEFAULT_RATE;
    for (text, faults) in [
        ("", Faults::none()),
        ("none", Faults::none()),
        ("all", Faults::all(rate)),
        ("duplicate", Faults::none().with(Fault::Duplicate, rate)),
        (
            " duplicate , reorder : 0.2,",
            Faults::none().with(Fault::Duplicate, rate).with(Fault::Reorder, 0.2),
        ),
        ("all:1,slow-body:0", Faults::all(1.0).with(Fault::SlowBody, 0.0)),
        ("slow-body:0,all:1", Faults::all(1.0)),
        ("all,none,delay:0.5", Faults::none().with(Fault::Delay, 0.5)),
    ] {
        assert_eq!(text.parse(), Ok(faults), "{text:?}");
    }
    assert!(Faults::none().is_none() && !Faults::all(0.1).is_none());
    assert_eq!(Faults::none().with(Fault::Delay, f64::NAN), Faults::none());
    assert_eq!(Faults::none().with(Fault::Delay, 7.0).rate(Fault::Delay), 1.0);

    let unknown = "duplicate,reorders".parse::<Faults>().unwrap_err();
    assert_eq!(unknown, FaultsError::UnknownFault { name: "reorders".to_owned() });
    assert!(unknown.to_string().contains("`reorder`"), "{unknown}");
    for rate in ["", "x", "1.1", "-0.1", "NaN", "inf"] {
        let error = format!("delay:{rate}").parse::<Faults>().unwrap_err();
        let expected = FaultsError::Rate { name: "delay".to_owned(), rate: rate.to_owned() };
        assert_eq!(error, expected);
    }
}

#[test]
fn without_faults_the_request_is_the_senders() {
    let mut receiver = Receiver::new(&secret("a"));
    let (plans, arrived) = receiver::run(&mut sender(), &Faults::none(), &mut receiver);
    assert_eq!((plans.len(), arrived.len()), (MESSAGES as usize, MESSAGES as usize));
    for (attempt, plan) in plans {
        let [send] = &plan.sends[..] else { panic!("{plan:?}") };
        assert_eq!(send.request, attempt.request);
        assert_eq!((send.after, send.deadline), (Duration::ZERO, attempt.deadline));
        assert_eq!((send.role, send.expected()), (Role::Attempt, Expected::Stored));
        assert!(send.faults.is_empty() && plan.lost.is_none());
    }
}

#[test]
fn a_good_receiver_answers_each_fault_as_expected_and_loses_nothing() {
    let mut reference = Receiver::new(&secret("a"));
    receiver::run(&mut sender(), &Faults::none(), &mut reference);
    assert_eq!(reference.state().len(), MESSAGES as usize);

    for fault in Fault::ALL {
        let mut receiver = Receiver::new(&secret("a"));
        let (plans, arrived) = receiver::run(&mut sender(), &only(fault), &mut receiver);
        assert_eq!(receiver.state(), reference.state(), "{fault}");
        let touched = arrived.iter().filter(|(send, ..)| send.faults.contains(&fault)).count()
            + plans.iter().filter(|(_, plan)| plan.lost == Some(fault)).count();
        assert!(touched >= MESSAGES as usize, "{fault} happened {touched} times");
        for (send, _, status) in &arrived {
            assert!(send.expected().allows(*status), "{fault}: {status} for {send:?}");
            if let Expected::Refused(expected) = send.expected() {
                assert_eq!((*status, send.faults.as_slice()), (expected, &[fault][..]));
            }
        }
    }
}

#[test]
fn with_everything_going_wrong_the_end_is_the_same() {
    let mut reference = Receiver::new(&secret("a"));
    receiver::run(&mut sender(), &Faults::none(), &mut reference);
    for (seed, rate) in [(1, 0.05), (2, 0.3), (3, 0.7), (4, 1.0)] {
        let faults = Faults::all(rate).seeded(Seed(seed));
        let mut receiver = Receiver::new(&secret("a"));
        let (_, arrived) = receiver::run(&mut sender(), &faults, &mut receiver);
        assert_eq!(receiver.state(), reference.state(), "seed {seed}, rate {rate}");
        assert!(arrived.iter().all(|(send, _, status)| send.expected().allows(*status)));
    }
}

#[test]
fn the_real_time_channel_loses_nothing_either() {
    let run = |faults: &Faults| {
        let mut sender = steady();
        let endpoint = realtime::realtime(&mut sender);
        for number in 0..MESSAGES {
            let recording = ["r1", "r2"][number as usize % 2];
            sender.publish(realtime::join(&format!("msg_{number:02}"), recording, number * SECOND));
        }
        let mut receiver = Receiver::new(&secret("realtime"));
        receiver::run(&mut sender, faults, &mut receiver);
        for number in 0..MESSAGES {
            let status = sender.delivery_status(endpoint, &format!("msg_{number:02}"));
            assert_eq!(status, Some(DeliveryStatus::Delivered));
        }
        let stored =
            (0..MESSAGES).map(|number| receiver.stored.remove(&format!("msg_{number:02}")));
        stored.collect::<Option<Vec<_>>>().unwrap()
    };
    assert_eq!(run(&Faults::all(0.5)), run(&Faults::none()));
}

#[test]
fn expectations_allow_what_they_should() {
    assert!(Expected::Refused(401).allows(400) && Expected::Refused(401).allows(401));
    assert!(!Expected::Refused(401).allows(204) && !Expected::Refused(401).allows(500));
    assert!(Expected::Stored.allows(200) && Expected::StoredOnce.allows(204));
    assert!(!Expected::Stored.allows(401) && !Expected::StoredOnce.allows(409));
}

#[test]
fn an_instant_resend_has_the_same_bytes_and_a_duplicate_only_the_id() {
    let mut receiver = Receiver::new(&secret("a"));
    let (plans, _) = receiver::run(&mut sender(), &only(Fault::InstantResend), &mut receiver);
    for (_, plan) in &plans {
        let [first, again] = &plan.sends[..] else { panic!("{plan:?}") };
        assert_eq!((first.role, again.role), (Role::Attempt, Role::Again));
        assert_eq!((&first.request, first.after), (&again.request, again.after));
        assert_eq!(again.expected(), Expected::StoredOnce);
    }
    let mut receiver = Receiver::new(&secret("a"));
    let (plans, _) = receiver::run(&mut sender(), &only(Fault::Duplicate), &mut receiver);
    let mut others = 0;
    for (attempt, plan) in &plans {
        let [first, again] = &plan.sends[..] else { panic!("{plan:?}") };
        let header = |send: &Outgoing, name| send.request.header(name).unwrap().to_owned();
        assert_eq!(first.request, attempt.request);
        assert_eq!(header(first, "webhook-id"), header(again, "webhook-id"));
        let sent = START + (attempt.at + again.after).as_secs();
        assert_eq!(header(again, "webhook-timestamp"), sent.to_string());
        others +=
            usize::from(header(first, "webhook-signature") != header(again, "webhook-signature"));
    }
    assert!(others > MESSAGES as usize / 2, "most are sent in another second");
    assert_eq!(receiver.stored.len(), MESSAGES as usize);
}

#[test]
fn reordered_messages_are_overtaken_and_delayed_ones_are_late_but_fresh() {
    let order: Vec<_> =
        arrivals(Fault::Reorder).into_iter().map(|(send, ..)| send.message_id).collect();
    assert_eq!(order.len(), MESSAGES as usize);
    assert!(!order.is_sorted(), "ids are numbered in the order of the messages");
    for (send, at, _) in arrivals(Fault::Delay) {
        assert!((MINUTE..=10 * MINUTE).contains(&send.after), "{:?}", send.after);
        let timestamp = send.request.header("webhook-timestamp");
        assert_eq!(timestamp, Some((START + at.as_secs()).to_string().as_str()));
        assert_eq!(send.deadline, at + 15 * SECOND);
    }
}

#[test]
fn a_lost_first_attempt_is_followed_by_the_second() {
    for (send, ..) in arrivals(Fault::LostFirstAttempt) {
        assert!(send.faults.is_empty());
    }
    let mut receiver = Receiver::new(&secret("a"));
    let faults = only(Fault::LostFirstAttempt);
    let (plans, _) = receiver::run(&mut sender(), &faults, &mut receiver);
    for (attempt, plan) in plans {
        let lost = (attempt.number == 1).then_some(Fault::LostFirstAttempt);
        assert_eq!((plan.lost, plan.sends.len()), (lost, usize::from(lost.is_none())));
    }
}

#[test]
fn faults_of_the_signature() {
    let refused =
        |fault| arrivals(fault).into_iter().filter(move |(send, ..)| send.faults.contains(&fault));
    for (send, at, _) in refused(Fault::StaleClock) {
        let timestamp: u64 = send.request.header("webhook-timestamp").unwrap().parse().unwrap();
        let old = START + at.as_secs() - timestamp;
        assert!((600..=86_400).contains(&old), "{old}");
    }
    for (send, at, _) in refused(Fault::FutureClock) {
        let timestamp: u64 = send.request.header("webhook-timestamp").unwrap().parse().unwrap();
        let ahead = timestamp - START - at.as_secs();
        assert!((600..=86_400).contains(&ahead), "{ahead}");
    }
    for (send, at, _) in refused(Fault::BadSignature) {
        let timestamp = START + at.as_secs();
        let right = secret("a").sign(&send.message_id, timestamp, &send.request.body);
        let found = send.request.header("webhook-signature").unwrap();
        let differ = right.bytes().zip(found.bytes()).filter(|(a, b)| a != b).count();
        assert_eq!((found.len(), differ), (right.len(), 1), "{found} for {right}");
    }
    for (fault, missing) in [
        (Fault::MissingId, &["Webhook-Id"][..]),
        (Fault::MissingTimestamp, &["Webhook-Timestamp"]),
        (Fault::MissingSignature, &["Webhook-Signature"]),
        (Fault::Unsigned, &["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"]),
    ] {
        let (send, ..) = refused(fault).next().unwrap();
        for name in ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"] {
            assert_eq!(send.request.header(name).is_none(), missing.contains(&name), "{fault}");
        }
        assert!(send.request.header("content-type").is_some());
        assert!(!send.message_id.is_empty());
    }
    for (send, at, _) in arrivals(Fault::Rotation) {
        let right = secret("a").sign(&send.message_id, START + at.as_secs(), &send.request.body);
        let signatures: Vec<&str> =
            send.request.header("webhook-signature").unwrap().split(' ').collect();
        assert_eq!((signatures.len(), signatures[1]), (2, right.as_str()), "the old key is second");
    }
    for (send, ..) in arrivals(Fault::FamilySwitch) {
        assert!(send.request.header("svix-signature").is_some());
        assert!(send.request.header("webhook-signature").is_none());
    }
}

#[test]
fn faults_of_the_body() {
    for (send, ..) in arrivals(Fault::CutBody) {
        let is_cut = send.request.writing.cut_at.is_some_and(|at| at < send.request.body.len());
        assert_eq!(is_cut, send.faults == [Fault::CutBody]);
    }
    let oversized = arrivals(Fault::OversizedBody);
    let (send, ..) = oversized.iter().find(|(send, ..)| !send.faults.is_empty()).unwrap();
    assert!(send.request.body.len() > 1 << 20);
    let trimmed = send.request.body.trim_ascii_end();
    assert!(trimmed.len() < 1_000 && EventRef::parse(trimmed).is_ok(), "the event and spaces");
}

#[test]
fn what_comes_beside_a_message_has_an_id_of_its_own() {
    for fault in
        [Fault::MalformedJson, Fault::UnreadableEvent, Fault::NonUtf8Body, Fault::UnknownEvent]
    {
        let real: BTreeSet<_> =
            (0..MESSAGES).map(|number| receiver::message(number, Duration::ZERO).id).collect();
        let beside: Vec<Outgoing> = arrivals(fault)
            .into_iter()
            .map(|(send, ..)| send)
            .filter(|send| send.role == Role::Beside)
            .collect();
        assert_eq!(beside.len(), MESSAGES as usize, "one for each message");
        let ids: BTreeSet<_> = beside.iter().map(|send| &send.message_id).collect();
        assert_eq!(ids.len(), beside.len());
        let times: BTreeSet<u64> = ids.iter().map(|id| ksuid_time(id)).collect();
        let made = (0..MESSAGES).map(|number| START + 4 * u64::from(number));
        assert_eq!(times, made.collect(), "each is as old as the message it comes beside");
        for send in &beside {
            assert!(!real.contains(&send.message_id));
            assert_eq!(send.request.header("webhook-id"), Some(&*send.message_id));
            let body = &send.request.body;
            let event = EventRef::parse(body);
            match fault {
                Fault::UnknownEvent => assert!(event.unwrap().entry().is_none()),
                Fault::NonUtf8Body => assert!(std::str::from_utf8(body).is_err()),
                _ => assert!(event.is_err()),
            }
        }
    }
}

#[test]
fn faults_cost_three_attempts_at_most_and_none_by_hand() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(receiver::message(1, Duration::ZERO));
    let faults = Faults::all(1.0);
    let mut number = 0;
    while let Some(due) = sender.next_due() {
        let attempt = sender.begin(due).unwrap();
        let plan = faults.plan(&attempt);
        let is_good = plan
            .sends
            .iter()
            .any(|send| send.role == Role::Attempt && send.expected() == Expected::Stored);
        number += 1;
        assert_eq!(is_good, number > 3, "attempt {number}");
        sender.finish(attempt.id, AttemptResult::status(500), due).unwrap();
    }
    assert_eq!(number, 8);

    let id = receiver::message(1, Duration::ZERO).id;
    sender.resend(endpoint, &id, 30 * MINUTE).unwrap();
    let manual = sender.begin(30 * MINUTE).unwrap();
    let plan = faults.plan(&manual);
    assert_eq!((plan.sends.len(), &plan.sends[0].request), (1, &manual.request));
}

#[test]
fn one_fault_costs_an_attempt_and_each_gets_its_turn() {
    let mut costly = BTreeSet::new();
    for seed in 0..200 {
        let mut sender = steady();
        endpoint(&mut sender, "a");
        sender.publish(receiver::message(1, Duration::ZERO));
        let attempt = sender.begin(Duration::ZERO).unwrap();
        let faults = Faults::all(1.0).with(Fault::OversizedBody, 0.0).seeded(Seed(seed));
        let plan = faults.plan(&attempt);
        assert!(plan.sends.is_sorted_by_key(|send| send.after), "earliest first");
        let of_attempt = plan.sends.iter().find(|send| send.role == Role::Attempt);
        assert_eq!(of_attempt.is_none(), plan.lost.is_some());
        let refused = |fault: &&Fault| matches!(fault.expected(), Expected::Refused(_));
        let found: Vec<Fault> = of_attempt.map_or(vec![Fault::LostFirstAttempt], |send| {
            send.faults.iter().filter(refused).copied().collect()
        });
        assert_eq!(found.len(), 1, "{found:?}");
        costly.extend(found);
    }
    let refusing =
        Fault::ALL.iter().filter(|fault| matches!(fault.expected(), Expected::Refused(_)));
    // All of those but the one that is left out, and the one that loses the attempt.
    assert_eq!(costly.len(), refusing.count());
}

#[test]
fn a_resend_of_the_sender_stays_as_it_is() {
    let mut sender = steady();
    endpoint(&mut sender, "a");
    sender.publish(receiver::message(1, Duration::ZERO));
    let first = sender.begin(Duration::ZERO).unwrap();
    sender.finish(first.id, AttemptResult::Transport, Duration::ZERO).unwrap();
    let again = sender.begin(Duration::ZERO).unwrap();
    assert!(again.is_resend);
    let plan = Faults::all(1.0).plan(&again);
    assert_eq!((plan.sends.len(), &plan.sends[0].request), (1, &first.request));
}

#[test]
fn nothing_is_done_to_signatures_that_are_not_there() {
    let mut sender = steady();
    let mut options = EndpointOptions::new("a", secret("a"));
    options.secret = None;
    sender.add_endpoint(options);
    sender.publish(receiver::message(1, Duration::ZERO));
    let attempt = sender.begin(Duration::ZERO).unwrap();
    let needs_key: Vec<Fault> = Fault::ALL
        .into_iter()
        .filter(|fault| fault.expected() == Expected::Refused(401))
        .chain([Fault::Rotation, Fault::FamilySwitch])
        .collect();
    let faults = needs_key.iter().fold(Faults::none(), |faults, fault| faults.with(*fault, 1.0));
    let plan = faults.plan(&attempt);
    assert_eq!(plan.sends[0].request, attempt.request);
    assert!(sender.finish(attempt.id, GOOD, Duration::ZERO).is_ok());
}

#[test]
fn chance_follows_the_seed_and_each_fault_has_its_own() {
    let plans = |faults: &Faults| {
        let mut receiver = Receiver::new(&secret("a"));
        let plans = receiver::run(&mut sender(), faults, &mut receiver).0;
        plans.into_iter().map(|(_, plan)| plan).collect::<Vec<_>>()
    };
    let faults = Faults::all(0.2);
    assert_eq!(plans(&faults), plans(&faults));
    assert_ne!(plans(&faults), plans(&faults.clone().seeded(Seed(1))));

    // One more fault changes nothing about where and how another happens.
    let reorder = Faults::none().with(Fault::Reorder, 0.5);
    let both = reorder.clone().with(Fault::Duplicate, 0.5);
    let of_attempts = |faults: &Faults| {
        let sends = plans(faults).into_iter().flat_map(|plan| plan.sends);
        sends.filter(|send| send.role == Role::Attempt).collect::<Vec<_>>()
    };
    assert_eq!(of_attempts(&reorder), of_attempts(&both));
    let (mut together, mut apart) = (0, 0);
    for plan in plans(&both) {
        let is_overtaken = plan.sends.iter().any(|send| send.faults == [Fault::Reorder]);
        match (is_overtaken, plan.sends.len() == 2) {
            (true, true) => together += 1,
            (false, false) => {}
            _ => apart += 1,
        }
    }
    assert!(together > 2 && apart > 2, "{together} together, {apart} apart");
    let overtaken = of_attempts(&reorder).iter().filter(|send| !send.faults.is_empty()).count();
    assert!((6..=18).contains(&overtaken), "{overtaken} of {MESSAGES} at one half");
}
