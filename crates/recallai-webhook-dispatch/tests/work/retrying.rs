//! Failures: when a job is tried again, when it is given up, and who hears of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use recallai_webhook_dispatch::event::names::{TRANSCRIPT_DONE, TRANSCRIPT_FAILED};
use recallai_webhook_dispatch::inbox::JobState;
use recallai_webhook_dispatch::{
    JobReport, Permanent, PutOff, RetryAfter, RetryPolicy, Stage, Subscriber, WorkerError,
    any_event,
};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::harness::{Bed, notes, start};
use crate::support::{self, KNOWN};

#[tokio::test(start_paused = true)]
async fn a_job_is_tried_again_after_growing_waits_and_is_then_a_dead_letter() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed
        .worker()
        .with_retry(RetryPolicy::default().with_attempts(8).with_cap(Duration::from_secs(100)))
        .on("w", any_event(), move |_, context| {
            note((Instant::now(), context.attempt()));
            async { Err("the disk is full") }
        });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;

    let policy = RetryPolicy::default().with_cap(Duration::from_secs(100));
    let (mut before, _) = noted.recv().await.unwrap();
    for attempt in 1..8 {
        let (at, next) = noted.recv().await.unwrap();
        assert_eq!(next, attempt + 1);
        let waited = at - before;
        // No sooner than the policy says, and as soon after as tokio's timer is exact.
        let delay = policy.delay(attempt, "w:recall:msg_1");
        assert!(
            waited >= delay && waited < delay + Duration::from_millis(5),
            "{waited:?} {delay:?}"
        );
        assert!(waited <= Duration::from_secs(100) + Duration::from_millis(5));
        before = at;
    }
    let job = bed.settled(JobState::Dead).await;
    assert_eq!((job.attempts, job.error.as_deref()), (8, Some("handler failed: the disk is full")));
    running.stop().await;
    assert!(noted.recv().await.is_none(), "a dead letter waits for a person");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_succeeds_at_last_is_done() {
    let bed = Bed::new();
    let worker = bed.worker().on("w", TRANSCRIPT_DONE, |_, context| async move {
        if context.attempt() < 3 { Err("not yet") } else { Ok(()) }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let job = bed.settled(JobState::Done).await;
    assert_eq!((job.attempts, job.error), (3, None));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_put_off_comes_back_and_has_not_failed() {
    let bed = Bed::new();
    let hour = Duration::from_secs(3600);
    let (note, mut noted) = notes();
    let (told, mut stages) = notes();
    let worker = bed
        .worker()
        .with_retry(RetryPolicy::default().with_attempts(1))
        .with_observer(move |report: &JobReport<'_>| told(report.stage.name()))
        .on("w", any_event(), move |_, context| {
            let now = Instant::now();
            note((now, context.attempt()));
            async move { Err(PutOff::until_after(hour)) }
        });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let (first, _) = noted.recv().await.unwrap();
    for number in 1..4 {
        let (at, attempt) = noted.recv().await.unwrap();
        let waited = at - first;
        let late = Duration::from_millis(5) * number;
        assert!(waited >= hour * number && waited < hour * number + late, "{waited:?}");
        assert_eq!(attempt, 1);
    }
    let job = bed.settled(JobState::Scheduled).await;
    assert_eq!((job.attempts, job.failures.len()), (0, 0));
    running.stop().await;
    for expected in ["started", "put_off", "started", "put_off"] {
        assert_eq!(stages.recv().await, Some(expected));
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no such workspace")]
struct NoWorkspace(#[source] NoAnswer);

#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer(#[source] std::io::Error);

#[tokio::test(start_paused = true)]
async fn a_permanent_error_is_a_dead_letter_at_once_and_is_stored_with_its_cause() {
    let bed = Bed::new();
    let worker = bed.worker().on("w", any_event(), |_, _| async {
        Err(Permanent::new(NoWorkspace(NoAnswer(std::io::Error::other("gone")))))
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let job = bed.settled(JobState::Dead).await;
    assert_eq!(job.attempts, 1);
    assert_eq!(job.error.as_deref(), Some("handler failed: no such workspace: no answer: gone"));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_error_can_ask_for_a_longer_wait_and_for_no_shorter_one() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let policy = RetryPolicy::default().with_attempts(3).with_base(Duration::from_secs(1000));
    let asked = [4000, 0];
    let worker = bed.worker().with_retry(policy.clone()).on("w", any_event(), move |_, context| {
        let attempt = context.attempt();
        note(Instant::now());
        async move {
            match asked.get(attempt as usize - 1) {
                Some(asked) => Err(RetryAfter::new(Duration::from_secs(*asked), "busy")),
                None => Ok(()),
            }
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let mut before = noted.recv().await.unwrap();
    for expected in [Duration::from_secs(4000), policy.delay(2, "w:recall:msg_1")] {
        let at = noted.recv().await.unwrap();
        let waited = at - before;
        assert!(waited >= expected && waited < expected + Duration::from_millis(5), "{waited:?}");
        before = at;
    }
    let job = bed.settled(JobState::Done).await;
    assert_eq!(job.attempts, 3);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_and_a_time_limit_are_failures_like_others() {
    for (panics, expected) in
        [(true, "handler panicked: out of range"), (false, "handlers took longer than 7s")]
    {
        let bed = Bed::new();
        let subscriber = Subscriber::on("w", any_event(), move |_, _| async move {
            if panics {
                support::panics("out of range").await;
            }
            std::future::pending::<()>().await;
        });
        let subscriber = subscriber.with_time_limit(Duration::from_secs(7));
        let worker = bed.worker().with_retry(RetryPolicy::never()).subscribe(subscriber);
        let running = start(&bed, worker).await;
        bed.append("msg_1", KNOWN).await;
        if !panics {
            tokio::time::advance(Duration::from_secs(7)).await;
        }
        let job = bed.settled(JobState::Dead).await;
        assert_eq!(job.error.as_deref(), Some(expected));
        running.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_can_do_without_the_time_limit_of_its_worker() {
    let bed = Bed::new();
    let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let at_work = (Arc::clone(&started), Arc::clone(&finish));
    let subscriber = Subscriber::on("w", any_event(), move |_, _| {
        let (started, finish) = at_work.clone();
        async move {
            started.notify_one();
            finish.notified().await;
        }
    });
    let worker = bed.worker().with_retry(RetryPolicy::never());
    let worker = worker.with_time_limit(Duration::from_secs(7));
    let running = start(&bed, worker.subscribe(subscriber.without_time_limit())).await;
    bed.append("msg_1", KNOWN).await;
    started.notified().await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    finish.notify_one();
    bed.settled(JobState::Done).await;
    running.stop().await;
}

/// As after a deployment whose handler takes less than the one before: nothing vanishes.
#[tokio::test(start_paused = true)]
async fn a_job_that_its_handler_does_not_take_any_more_is_a_dead_letter() {
    let bed = Bed::new();
    let before = bed.worker().on("w", any_event(), |_, _| std::future::pending::<()>());
    let running = start(&bed, before.with_grace(Duration::ZERO)).await;
    bed.append("msg_1", KNOWN).await;
    running.stop().await;
    // Of the same family, so its payload would fit.
    let running = start(&bed, bed.worker().on("w", TRANSCRIPT_FAILED, |_, _| async {})).await;
    let job = bed.settled(JobState::Dead).await;
    assert!(job.error.unwrap().contains("no handler of this subscription takes such a job"));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn failure_handlers_hear_of_each_failed_attempt_after_it_is_stored() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let store = bed.clone();
    let worker = bed
        .worker()
        .with_retry(RetryPolicy::default().with_attempts(2))
        .on("w", any_event(), |_, _| async { Err("no") })
        .on_failure(move |failed, context| {
            let (note, store) = (note.clone(), store.clone());
            async move {
                let stored = store.job().await.state;
                note((failed.to_owned(), context.attempt(), stored));
                Err("not even this")
            }
        });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let (failed, attempt, stored) = noted.recv().await.unwrap();
    assert_eq!((failed.is_dead(), attempt, stored), (false, 1, JobState::Retrying));
    assert_eq!(failed.message_id.as_deref(), Some("msg_1"));
    assert_eq!(failed.failure.to_string(), "handler failed: no");
    let (failed, attempt, stored) = noted.recv().await.unwrap();
    assert_eq!((failed.is_dead(), attempt, stored), (true, 2, JobState::Dead));
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_each_stage_of_a_job_and_may_panic() {
    let bed = Bed::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let worker = bed
        .worker()
        .with_observer(move |report: &JobReport<'_>| {
            let line =
                format!("{} {} {}", report.subscription, report.attempt, report.stage.name());
            observed.lock().unwrap().push(line);
            assert!(!matches!(report.stage, Stage::Started), "observer");
        })
        .on("w", any_event(), |_, context| async move {
            if context.attempt() == 1 { Err("no") } else { Ok(()) }
        });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    bed.settled(JobState::Done).await;
    running.stop().await;
    assert_eq!(*seen.lock().unwrap(), ["w 1 started", "w 1 retrying", "w 2 started", "w 2 done"]);
}

#[tokio::test]
async fn a_worker_needs_names_that_are_told_apart_and_a_lease() {
    let bed = Bed::new();
    let on = |name: &str| bed.worker().on(name, any_event(), |_, _| async {});
    let error = on("w").on("w", TRANSCRIPT_DONE, |_, _| async {}).build().unwrap_err();
    assert_eq!(error, WorkerError::DuplicateName { name: "w".into() });
    assert_eq!(on("").build().unwrap_err(), WorkerError::EmptyName);
    assert_eq!(on("w").with_lease(Duration::ZERO).build().unwrap_err(), WorkerError::EmptyLease);
    assert!(on("w").on("v", TRANSCRIPT_DONE, |_, _| async {}).build().is_ok());
}

fn policies() -> impl Strategy<Value = RetryPolicy> {
    let factor = prop_oneof![Just(2.0), Just(f64::NAN), Just(f64::INFINITY), -3.0..300.0];
    (0..u64::MAX, factor, 0..u64::MAX).prop_map(|(base, factor, cap)| {
        let policy = RetryPolicy::default().with_base(Duration::from_micros(base));
        policy.with_factor(factor).with_cap(Duration::from_micros(cap))
    })
}

proptest! {
    /// Odd policies give odd waits, but never a panic, and nothing over the cap.
    #[test]
    fn no_wait_is_longer_than_its_ceiling_or_the_cap(
        policy in policies(),
        attempt in prop_oneof![0..20_u32, Just(u32::MAX)],
        key in ".{0,20}",
    ) {
        let delay = policy.delay(attempt, &key);
        prop_assert!(delay <= policy.ceiling(attempt));
        prop_assert!(policy.ceiling(attempt) <= policy.cap);
        prop_assert_eq!(delay, policy.delay(attempt, &key));
    }
}

/// Jobs that failed together come back apart.
#[test]
fn waits_are_spread_over_the_whole_ceiling() {
    let policy = RetryPolicy::default();
    let parts = (0..1000).map(|number| {
        let delay = policy.delay(3, &format!("w:recall:msg_{number}"));
        delay.as_secs_f64() / policy.ceiling(3).as_secs_f64()
    });
    let mut tenths = [0; 10];
    parts.for_each(|part| tenths[((part * 10.0) as usize).min(9)] += 1);
    assert!(tenths.iter().all(|count| (60..140).contains(count)), "{tenths:?}");
}
