//! The end of a worker: what runs may finish, what does not is given back.

use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Inbox, JobState};
use recallai_webhook_dispatch::{GivenUp, RetryPolicy, Worker, WorkerBuilder, any_event};
use tokio::time::Instant;

use crate::harness::{Bed, notes, start, unavailable};
use crate::support::{KNOWN, OTHER};

#[tokio::test(start_paused = true)]
async fn a_handler_may_finish_and_nothing_more_is_begun() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().with_concurrency(1).on("w", any_event(), move |event, context| {
        let note = note.clone();
        async move {
            note(event.name().to_string());
            tokio::time::sleep(Duration::from_secs(14)).await;
            assert!(!context.is_cancelled());
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    bed.append("msg_2", OTHER).await;
    assert_eq!(noted.recv().await.as_deref(), Some("transcript.done"));
    running.stop().await;
    let states: Vec<_> = bed.all_jobs().await.iter().map(|job| (job.state, job.attempts)).collect();
    assert_eq!(states, [(JobState::Done, 1), (JobState::Waiting, 0)]);
}

/// Who waits for somebody else has nothing to finish.
#[tokio::test(start_paused = true)]
async fn a_handler_that_gives_up_when_the_worker_stops_has_its_job_given_back_at_once() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context| {
        let note = note.clone();
        async move {
            note("started");
            context.stopping().await;
            note("stopping");
            assert!(!context.is_cancelled());
            Err(GivenUp::new())
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some("started"));
    let before = Instant::now();
    running.stop().await;
    assert_eq!(noted.recv().await, Some("stopping"));
    assert_eq!(before.elapsed(), Duration::ZERO);
    let job = bed.job().await;
    assert_eq!((job.state, job.attempts, job.error), (JobState::Waiting, 0, None));
}

/// It says so of itself only while the worker stops.
#[tokio::test(start_paused = true)]
async fn who_gives_up_without_need_has_failed() {
    let bed = Bed::new();
    let worker = bed.worker().with_retry(RetryPolicy::never());
    let worker = worker.on("w", any_event(), |_, _| async { Err(GivenUp::new()) });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(bed.settled(JobState::Dead).await.attempts, 1);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_does_not_finish_in_time_is_cancelled_and_given_back() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, context| {
        let note = note.clone();
        async move {
            note("started");
            context.cancelled().await;
            note("cancelled");
            // What it answers now says nothing about the event.
            Err("interrupted")
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    assert_eq!(noted.recv().await, Some("started"));
    let before = Instant::now();
    running.stop().await;
    assert_eq!(noted.recv().await, Some("cancelled"));
    assert_eq!(before.elapsed().as_secs(), 15);
    let job = bed.job().await;
    assert_eq!((job.state, job.attempts, job.error), (JobState::Waiting, 0, None));
}

/// Work that was finished in the last moment is not done again.
#[tokio::test(start_paused = true)]
async fn a_handler_that_succeeds_when_it_is_cancelled_has_succeeded() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().with_grace(Duration::ZERO).on("w", any_event(), move |_, context| {
        let note = note.clone();
        async move {
            note(());
            context.cancelled().await;
        }
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    noted.recv().await;
    running.stop().await;
    assert_eq!(bed.job().await.state, JobState::Done);
}

#[tokio::test(start_paused = true)]
async fn a_stubborn_handler_and_a_store_that_fails_do_not_hold_up_the_end() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, _| {
        note(());
        std::future::pending::<()>()
    });
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    noted.recv().await;
    bed.fail("settle", unavailable(), usize::MAX);
    let before = Instant::now();
    running.stop().await;
    assert!(before.elapsed() <= Duration::from_secs(15 + 1 + 2), "{:?}", before.elapsed());
    assert_eq!(bed.job().await.state, JobState::Running, "until its lease is over");
}

/// The lease is a minute; a supervisor waits for less.
#[tokio::test(start_paused = true)]
async fn what_the_store_does_not_take_at_the_end_is_not_tried_for_long() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, _| {
        note(());
        async {}
    });
    let running = start(&bed, worker).await;
    bed.fail("settle", unavailable(), usize::MAX);
    bed.append("msg_1", KNOWN).await;
    noted.recv().await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let before = Instant::now();
    running.stop().await;
    assert!(before.elapsed() <= Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!(bed.job().await.state, JobState::Running, "until its lease is over");
}

/// A shutdown that comes while the store gives out jobs.
#[tokio::test(start_paused = true)]
async fn jobs_that_were_claimed_too_late_are_given_back_without_being_begun() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, _| {
        note(());
        async {}
    });
    let running = start(&bed, worker).await;
    let gate = bed.hold("claim");
    bed.append("msg_1", KNOWN).await;
    assert_eq!(bed.settled(JobState::Running).await.attempts, 1);
    let opened = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        gate.add_permits(1);
    };
    tokio::join!(running.stop(), opened);
    let job = bed.job().await;
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
    assert!(noted.recv().await.is_none(), "it was not begun");
}

#[tokio::test(start_paused = true)]
async fn a_worker_parks_those_whom_it_does_not_know_only_if_it_is_asked() {
    let bed = Bed::new();
    let others = bed.worker().on("old", any_event(), |_, _| async {});
    start(&bed, others).await.stop().await;
    let parked = async || {
        let stored = bed.subscriptions().await.unwrap();
        stored.iter().filter(|stored| stored.parked).count()
    };
    let new = || bed.worker().on("new", any_event(), |_, _| async {});
    start(&bed, new()).await.stop().await;
    assert_eq!(parked().await, 0);
    start(&bed, new().park_others()).await.stop().await;
    assert_eq!(parked().await, 1);
}

/// A worker that does not run yet, and has a job to do.
async fn with_work(bed: &Bed, worker: WorkerBuilder) -> Worker {
    let worker = worker.build().unwrap();
    worker.declare().await.unwrap();
    bed.append("msg_1", KNOWN).await;
    worker
}

/// The place of this worker was taken by another one, which is no reason to do the work twice.
#[tokio::test(start_paused = true)]
async fn a_handler_whose_worker_was_replaced_has_the_time_that_it_needs() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let hour = Duration::from_secs(3600);
    let builder = bed.worker().on("w", any_event(), move |_, context| {
        let note = note.clone();
        async move {
            note(());
            tokio::time::sleep(hour).await;
            assert!(!context.is_cancelled());
        }
    });
    let worker = with_work(&bed, builder).await;
    let (shutdown, is_shut_down) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run_until(is_shut_down, std::future::pending::<()>()));
    noted.recv().await;
    drop(shutdown);
    running.await.unwrap().unwrap();
    let job = bed.job().await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 1));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_cut_off_gives_back_what_runs() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let builder = bed.worker().on("w", any_event(), move |_, context| {
        note(());
        async move {
            context.cancelled().await;
            Err("interrupted")
        }
    });
    let worker = with_work(&bed, builder).await;
    let (cut, is_cut) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run_until(async move { noted.recv().await }, is_cut));
    assert_eq!(bed.settled(JobState::Running).await.attempts, 1);
    drop(cut);
    running.await.unwrap().unwrap();
    let job = bed.job().await;
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
}

/// Whoever runs a worker has declared its subscriptions before, perhaps when the disk was not full yet.
#[tokio::test(start_paused = true)]
async fn a_store_that_takes_no_subscription_for_a_time_is_waited_for() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().on("w", any_event(), move |_, _| {
        note(());
        async {}
    });
    let worker = with_work(&bed, worker).await;
    bed.fail("subscribe", unavailable(), 3);
    worker.run(noted.recv()).await.unwrap();
    assert_eq!(bed.job().await.state, JobState::Done);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_the_store_hears_that_it_is_to_end() {
    let bed = Bed::new();
    bed.fail("subscribe", unavailable(), usize::MAX);
    let worker = bed.worker().on("w", any_event(), |_, _| async {}).build().unwrap();
    worker.run(tokio::time::sleep(Duration::from_secs(60))).await.unwrap();
}
