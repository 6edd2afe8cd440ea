//! Laws: whatever handlers do, however many workers there are and whenever they are stopped, every job is
//! done once, in its turn.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use proptest::prelude::*;
use recallai_webhook_dispatch::inbox::{Inbox, Order};
use recallai_webhook_dispatch::{RetryPolicy, Subscriber, WorkerBuilder, any_event};

use crate::harness::{Bed, start};
use crate::support::KNOWN;

/// A message about a recording, and what its handler does.
#[derive(Debug, Clone)]
struct Plan {
    recording: u8,
    failures: u32,
    panics: bool,
    time: Duration,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let plan = (0..4_u8, 0..4_u32, any::<bool>(), 0..2000_u64).prop_map(
        |(recording, failures, panics, time)| Plan {
            recording,
            failures,
            panics,
            time: Duration::from_millis(time),
        },
    );
    prop::collection::vec(plan, 1..16)
}

/// What was seen of all handlers.
#[derive(Debug, Default)]
struct Seen {
    running: HashSet<u8>,
    done: Vec<usize>,
    failed: BTreeMap<usize, u32>,
}

/// Notes that a recording is worked on, until it is dropped, as when the handler is cancelled.
struct Turn(Arc<Mutex<Seen>>, u8);

impl Turn {
    fn take(seen: &Arc<Mutex<Seen>>, recording: u8) -> Self {
        assert!(seen.lock().unwrap().running.insert(recording), "two at a time");
        Self(Arc::clone(seen), recording)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // A panic in a panic would hide the first.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).running.remove(&self.1);
    }
}

fn worker(
    bed: &Bed,
    plans: &Arc<Vec<Plan>>,
    seen: &Arc<Mutex<Seen>>,
    order: Order,
    places: usize,
) -> WorkerBuilder {
    let (plans, seen) = (Arc::clone(plans), Arc::clone(seen));
    let subscriber = Subscriber::on("w", any_event(), move |event, context| {
        let (plans, seen) = (Arc::clone(&plans), Arc::clone(&seen));
        async move {
            let key = context.idempotency_key();
            let index: usize = key.rsplit(':').next().unwrap().parse().unwrap();
            let plan = &plans[index];
            assert_eq!(event.recording_id(), Some(&*plan.recording.to_string()));
            let _turn = Turn::take(&seen, plan.recording);
            tokio::time::sleep(plan.time).await;
            let mut seen = seen.lock().unwrap();
            if context.attempt() <= plan.failures {
                // What fails after it was cancelled does not count.
                if !context.is_cancelled() {
                    let failed = seen.failed.entry(index).or_default();
                    *failed += 1;
                    assert_eq!(*failed, context.attempt(), "not counted, or twice");
                }
                drop(seen);
                assert!(!plan.panics, "on purpose");
                return Err("on purpose");
            }
            seen.done.push(index);
            Ok(())
        }
    });
    let retry = RetryPolicy::default().with_cap(Duration::from_secs(20));
    let subscriber = subscriber.with_order(order).with_retry(retry);
    let worker = bed.worker().with_concurrency(places).with_grace(Duration::from_millis(500));
    worker.subscribe(subscriber)
}

async fn hold(plans: Vec<Plan>, is_strict: bool, places: usize, workers: usize, stops: Vec<u64>) {
    let (bed, seen, plans) = (Bed::new(), Arc::default(), Arc::new(plans));
    let order = if is_strict { Order::Strict } else { Order::Relaxed };
    let mut running = VecDeque::new();
    for _ in 0..workers {
        running.push_back(start(&bed, worker(&bed, &plans, &seen, order, places)).await);
    }
    for (index, plan) in plans.iter().enumerate() {
        let recording = format!("\"{}\"", plan.recording);
        bed.append(&index.to_string(), &KNOWN.replace("\"r1\"", &recording)).await;
    }
    for stop in stops {
        tokio::time::sleep(Duration::from_millis(stop)).await;
        running.pop_front().unwrap().stop().await;
        running.push_back(start(&bed, worker(&bed, &plans, &seen, order, places)).await);
    }
    // Longer than all the work and all the waits one after the other.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    for running in running {
        running.stop().await;
    }

    assert_eq!(bed.check().await.unwrap(), []);

    let seen = seen.lock().unwrap();
    let mut done = seen.done.clone();
    if is_strict {
        for recording in 0..4 {
            let its = |index: &&usize| plans[**index].recording == recording;
            assert!(done.iter().filter(its).is_sorted(), "{done:?}");
        }
    }
    done.sort_unstable();
    assert_eq!(done, (0..plans.len()).collect::<Vec<_>>(), "each is done once");
    for (index, plan) in plans.iter().enumerate() {
        assert_eq!(seen.failed.get(&index).copied().unwrap_or_default(), plan.failures);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_job_is_done_once_and_in_its_turn(
        plans in plans(),
        is_strict: bool,
        places in 1..5_usize,
        workers in 1..4_usize,
        stops in prop::collection::vec(0..5000_u64, 0..4),
    ) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(hold(plans, is_strict, places, workers, stops));
    }
}
