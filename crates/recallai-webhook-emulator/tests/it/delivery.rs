//! Laws: what holds of every schedule, every outage and every mixture of faults.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use recallai_webhook_emulator::{
    Attempt, AttemptResult, Backoff, DeliveryStatus, Fault, Faults, Schedule, Seed, Sender, Verdict,
};

use crate::receiver::{self, Receiver};
use crate::world::{self, BAD, DAY, GOOD, HOUR, endpoint, jittered, secret};

/// The delays of the dashboard channel in seconds, from its documentation.
const STEPS: [u64; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/// Messages of four hours and an outage of up to two days.
#[derive(Debug, Clone)]
struct Outage {
    seed: u64,
    made: Vec<u64>,
    down: std::ops::Range<u64>,
    result: AttemptResult,
}

fn outage() -> impl Strategy<Value = Outage> {
    let results = prop_oneof![
        Just(BAD),
        Just(AttemptResult::status(429)),
        Just(AttemptResult::Timeout),
        Just(AttemptResult::Transport),
        (0..100_000_u64).prop_map(|seconds| AttemptResult::Status {
            code: 503,
            retry_after: Some(Duration::from_secs(seconds)),
            delivery_control: None,
        }),
    ];
    let made = proptest::collection::vec(0..4 * 3_600_u64, 1..8);
    (any::<u64>(), made, 0..4 * 3_600_u64, 0..48 * 3_600_u64, results).prop_map(
        |(seed, made, from, length, result)| Outage {
            seed,
            made,
            down: from..from + length,
            result,
        },
    )
}

impl Outage {
    fn is_down(&self, at: Duration) -> bool {
        self.down.contains(&at.as_secs())
    }

    fn run(&self) -> (Sender, Vec<(Attempt, Verdict)>) {
        let mut sender = jittered(self.seed);
        endpoint(&mut sender, "a");
        for (number, at) in self.made.iter().enumerate() {
            sender.publish(world::message(&format!("msg_{number}"), Duration::from_secs(*at)));
        }
        let log = world::run(&mut sender, 30 * DAY, |attempt| {
            if self.is_down(attempt.at) { self.result } else { GOOD }
        });
        (sender, log)
    }
}

/// The attempts of each message, without instant re-sends, in the order of their time.
fn by_message(log: &[(Attempt, Verdict)]) -> BTreeMap<Arc<str>, Vec<&Attempt>> {
    let mut attempts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (attempt, _) in log.iter().filter(|(attempt, _)| !attempt.is_resend) {
        attempts.entry(Arc::clone(&attempt.message.id)).or_default().push(attempt);
    }
    attempts
}

proptest! {
    #[test]
    fn jitter_stays_within_a_fifth_of_what_hints_may_ask(
        failures in 0_usize..10,
        retry_after in proptest::option::of(0_u64..1_000_000),
        is_overloaded: bool,
        chance: u64,
    ) {
        let mut backoff = Backoff::default();
        backoff.retry_after = retry_after.map(Duration::from_secs);
        backoff.is_overloaded = is_overloaded;
        let delay = Schedule::DASHBOARD.delay(failures, backoff, chance);
        let step = failures.checked_sub(1).and_then(|index| STEPS.get(index));
        prop_assert_eq!(delay.is_some(), step.is_some());
        let Some((delay, step)) = delay.zip(step) else { return Ok(()) };
        let asked = retry_after.unwrap_or(0).clamp(*step, step * 2);
        let base = if is_overloaded { asked.max(60) } else { asked };
        let (shortest, longest) = (base as f64 * 0.8, base as f64 * 1.2);
        let found = delay.as_secs_f64();
        prop_assert!((shortest - 1e-6..=longest + 1e-6).contains(&found), "{} of {}", found, base);
    }

    #[test]
    fn a_message_arrives_with_the_first_attempt_that_finds_the_endpoint_up(outage in outage()) {
        let (sender, log) = outage.run();
        let attempts = by_message(&log);
        prop_assert_eq!(attempts.len(), outage.made.len());
        for (id, attempts) in attempts {
            let (last, failed) = attempts.split_last().unwrap();
            prop_assert!(failed.iter().all(|attempt| outage.is_down(attempt.at)));
            // All of an instant failure's second try happens in the same moment.
            let has_arrived = !outage.is_down(last.at);
            prop_assert!(has_arrived || attempts.len() == 8);
            let status = if has_arrived { DeliveryStatus::Delivered } else { DeliveryStatus::Exhausted };
            prop_assert_eq!(sender.delivery_status(last.endpoint, &id), Some(status));
        }
        prop_assert_eq!(sender.next_due(), None);
    }

    #[test]
    fn no_attempt_comes_before_its_time(outage in outage()) {
        let (_, log) = outage.run();
        prop_assert!(log.is_sorted_by_key(|(attempt, _)| attempt.at));
        for attempts in by_message(&log).values() {
            prop_assert_eq!(attempts[0].at, attempts[0].message.at);
            for (pair, step) in attempts.windows(2).zip(STEPS) {
                let waited = (pair[1].at - pair[0].at).as_secs_f64();
                prop_assert!(waited >= step as f64 * 0.8 - 1e-6, "{} for {}", waited, step);
                prop_assert_eq!(pair[1].number, pair[0].number + 1);
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_attempts(outage in outage()) {
        let (first, again) = (outage.run().1, outage.run().1);
        let seen = |log: &[(Attempt, Verdict)]| {
            log.iter().map(|(attempt, verdict)| (attempt.at, attempt.request.clone(), *verdict))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(seen(&first), seen(&again));
    }

    #[test]
    fn replies_in_any_order_leave_nothing_open(
        seed: u64,
        steps in proptest::collection::vec((any::<bool>(), any::<prop::sample::Index>(), 0_u8..6), 1..200),
    ) {
        let mut sender = jittered(seed);
        let ids = ["a", "b"].map(|name| endpoint(&mut sender, name));
        for number in 0..6_u32 {
            sender.publish(world::message(&format!("msg_{number}"), number * HOUR));
        }
        let mut under_way = Vec::new();
        let mut now = Duration::ZERO;
        for (begins, which, result) in steps {
            if begins {
                now = now.max(sender.next_due().unwrap_or(now));
                under_way.extend(sender.begin(now));
            } else if !under_way.is_empty() {
                let attempt = under_way.remove(which.index(under_way.len()));
                let result = match result {
                    0 => GOOD,
                    1 => AttemptResult::Transport,
                    2 => AttemptResult::Timeout,
                    _ => BAD,
                };
                sender.finish(attempt.id, result, now).unwrap();
            }
        }
        for attempt in under_way {
            sender.finish(attempt.id, GOOD, now).unwrap();
        }
        world::run(&mut sender, 400 * DAY, |_| GOOD);
        for endpoint in ids {
            for number in 0..6_u32 {
                let status = sender.delivery_status(endpoint, &format!("msg_{number}")).unwrap();
                prop_assert!(
                    matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Exhausted),
                    "{:?}", status,
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_mixture_of_faults_changes_the_end(
        seed: u64,
        rates in proptest::collection::vec(0.0..=1.0_f64, Fault::ALL.len()),
    ) {
        let faults = Fault::ALL.into_iter().zip(rates)
            .fold(Faults::none(), |faults, (fault, rate)| faults.with(fault, rate))
            // A megabyte for each attempt is for the tests of that fault.
            .with(Fault::OversizedBody, 0.0)
            .seeded(Seed(seed));
        let state = |faults: &Faults| {
            let mut sender = jittered(seed);
            endpoint(&mut sender, "a");
            for number in 0..10 {
                sender.publish(receiver::message(number, number * Duration::from_secs(3)));
            }
            let mut receiver = Receiver::new(&secret("a"));
            let (_, arrived) = receiver::run(&mut sender, faults, &mut receiver);
            let is_fine = arrived.iter().all(|(send, _, status)| send.expected().allows(*status));
            let state: Vec<Vec<u8>> = receiver.state().into_iter().map(<[u8]>::to_vec).collect();
            (is_fine, state)
        };
        let (is_fine, end) = state(&faults);
        prop_assert!(is_fine);
        prop_assert_eq!(end, state(&Faults::none()).1);
    }
}
