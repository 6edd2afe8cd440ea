//! Leases: held while a handler works, and what happens when they are not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Claim, Inbox, InboxError, JobEnd, JobState};
use recallai_webhook_dispatch::{JobReport, any_event};

use crate::harness::{Bed, notes, start, unavailable};
use crate::support::KNOWN;

const LEASE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_handler_may_work_for_longer_than_a_lease() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context| {
        let note = note.clone();
        async move {
            tokio::time::sleep(10 * LEASE).await;
            note((context.attempt(), context.is_cancelled()));
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some((1, false)));
    assert_eq!(bed.settled(JobState::Done).await.attempts, 1);
    assert!(bed.calls("renew") >= 19, "{}", bed.calls("renew"));
    running.stop().await;
}

/// Somebody who is told that this process is dead takes its job.
#[tokio::test(start_paused = true)]
async fn a_lost_lease_cancels_the_handler_and_its_result_does_not_count() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let stages = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&stages);
    let worker = bed
        .worker()
        // No place is free for this worker to take the job from itself.
        .with_concurrency(1)
        .with_observer(move |report: &JobReport<'_>| {
            observed.lock().unwrap().push(report.stage.name());
        })
        .on("w", any_event(), move |_, context| {
            let note = note.clone();
            async move {
                note("started");
                assert!(!context.is_cancelled());
                context.cancelled().await;
                assert!(context.is_cancelled());
                note("cancelled");
            }
        });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some("started"));

    // No renewal gets through until the lease is over, and another worker comes.
    bed.fail("renew", unavailable(), usize::MAX);
    tokio::time::sleep(LEASE + Duration::from_secs(1)).await;
    let claimed = bed.claim(Claim::new("w", 1, LEASE)).await.unwrap();
    assert_eq!(claimed.jobs.len(), 1);
    bed.fail("renew", unavailable(), 0);
    assert_eq!(noted.recv().await, Some("cancelled"));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(*stages.lock().unwrap(), ["started", "lost"]);
    assert_eq!(bed.calls("settle"), 0);

    // The other one's end is what counts.
    bed.settle(claimed.jobs[0].lease, JobEnd::Done).await.unwrap();
    assert_eq!(bed.job().await.attempts, 2);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_listen_is_dropped_when_its_lease_is_lost() {
    struct Dropped(Box<dyn Fn() + Send>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            (self.0)();
        }
    }
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, _| {
        let note = note.clone();
        async move {
            note("started");
            let _guard = Dropped(Box::new(move || note("dropped")));
            std::future::pending::<()>().await;
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some("started"));
    bed.fail("renew", InboxError::StaleLease { job: 1 }, 1);
    assert_eq!(noted.recv().await, Some("dropped"));
    running.stop().await;
    assert_eq!(bed.calls("settle"), 0);
}

/// Which stages were reported of the one job when its attempt had ended, whatever its handler makes of it.
async fn stages_of_a_gone_job(of: &'static str, succeeds: bool) -> Vec<&'static str> {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed
        .worker()
        .with_observer(move |report: &JobReport<'_>| note(report.stage.name()))
        .on("w", any_event(), move |_, context| async move {
            if of == "renew" {
                context.cancelled().await;
            }
            if succeeds { Ok(()) } else { Err("it failed") }
        });
    bed.fail(of, InboxError::JobGone { job: 1 }, 1);
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    let stages = [noted.recv().await, noted.recv().await].map(Option::unwrap);
    running.stop().await;
    stages.to_vec()
}

/// As one that erases what it is about.
#[tokio::test(start_paused = true)]
async fn what_succeeds_is_done_although_its_job_is_gone() {
    assert_eq!(stages_of_a_gone_job("settle", true).await, ["started", "done"]);
    assert_eq!(stages_of_a_gone_job("settle", false).await, ["started", "lost"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_whose_job_is_gone_is_cancelled() {
    assert_eq!(stages_of_a_gone_job("renew", false).await, ["started", "lost"]);
}

/// A result that cannot be stored at once would be work done for nothing.
#[tokio::test(start_paused = true)]
async fn a_result_is_offered_again_while_the_store_fails() {
    let bed = Bed::new();
    let worker = bed.worker().on("w", any_event(), |_, _| async {});
    let running = start(&bed, worker).await;
    bed.fail("settle", unavailable(), 5);
    bed.append("msg_1", KNOWN).await;
    assert_eq!(bed.settled(JobState::Done).await.attempts, 1);
    assert_eq!(bed.calls("settle"), 6);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_result_that_cannot_be_stored_for_longer_than_a_lease_is_given_up() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context| {
        note(context.attempt());
        async {}
    });
    let running = start(&bed, worker).await;
    bed.fail("settle", unavailable(), usize::MAX);
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some(1));
    // At least once: it runs again.
    assert_eq!(noted.recv().await, Some(2));
    bed.fail("settle", unavailable(), 0);
    bed.settled(JobState::Done).await;
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_for_a_time_is_waited_for() {
    let bed = Bed::new();
    let worker = bed.worker().on("w", any_event(), |_, _| async {});
    let running = start(&bed, worker).await;
    bed.fail("claim", unavailable(), 20);
    bed.append("msg_1", KNOWN).await;
    bed.settled(JobState::Done).await;
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_for_good_ends_the_worker() {
    for method in ["subscribe", "claim", "fill"] {
        let bed = Bed::new();
        let damaged = InboxError::Damaged { reason: "a page is gone".into() };
        bed.fail(method, damaged, 1);
        let worker = bed.worker().on("w", any_event(), |_, _| async {}).build().unwrap();
        let ended = worker.run(std::future::pending::<()>()).await;
        assert!(matches!(ended, Err(InboxError::Damaged { .. })), "{method}");
    }
}

/// A person has removed it by hand; the others go on.
#[tokio::test(start_paused = true)]
async fn a_subscription_that_is_removed_stops_nobody_else() {
    let bed = Bed::new();
    let worker = bed.worker().on("gone", any_event(), |_, _| async {});
    let running = start(&bed, worker.on("w", any_event(), |_, _| async {})).await;
    bed.park("gone").await.unwrap();
    bed.unsubscribe("gone").await.unwrap();
    bed.append("msg_1", KNOWN).await;
    bed.settled(JobState::Done).await;
    running.stop().await;
}
