//! Runners: no subscription waits for another, no subject for another, and nobody for nothing.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Filter, Inbox, JobState, Order, Start};
use recallai_webhook_dispatch::{Message, Receiver, Reply, RetryPolicy, Subscriber, any_event};
use tokio::sync::Semaphore;

use crate::harness::{Bed, notes, start};
use crate::support::{KNOWN, UNKNOWN, UNREADABLE, at, deliver, secret, signed};

/// A status of a recording.
fn body(recording: &str, code: &str) -> String {
    KNOWN
        .replace("\"r1\"", &format!("{recording:?}"))
        .replace("transcript.done", &format!("transcript.{code}"))
        .replace("\"code\":\"done\"", &format!("\"code\":{code:?}"))
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_delays_no_acknowledgement_and_no_other_subscription() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed
        .worker()
        .with_concurrency(1)
        .on("hangs", any_event(), |_, _| std::future::pending::<()>())
        .on("fails", any_event(), |_, _| async { Err("always") })
        .on("works", any_event(), move |event, _| {
            note(event.recording_id().map(str::to_owned));
            async {}
        })
        .with_grace(Duration::ZERO);
    let running = start(&bed, worker).await;
    let receiver = Receiver::durable(signed("recall"), bed.inbox());
    let before = tokio::time::Instant::now();
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Acknowledged);
    assert_eq!(noted.recv().await, Some(Some("r1".to_owned())));
    for number in 0..20 {
        bed.append(&format!("more_{number}"), &body(&format!("r{number}"), "done")).await;
        assert_eq!(noted.recv().await, Some(Some(format!("r{number}"))));
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn jobs_of_one_recording_run_in_order_one_at_a_time_and_others_beside_them() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let gate = Arc::new(Semaphore::new(0));
    let opens = Arc::clone(&gate);
    let worker = bed.worker().on("w", any_event(), move |event, _| {
        let (note, gate) = (note.clone(), Arc::clone(&opens));
        async move {
            let status = event.status().map(|status| status.code.to_string());
            let line =
                format!("{} {}", event.recording_id().unwrap_or("-"), status.unwrap_or_default());
            note(line);
            gate.acquire().await.unwrap().forget();
        }
    });
    let running = start(&bed, worker).await;
    bed.append("1", &body("a", "processing")).await;
    bed.append("2", &body("a", "done")).await;
    bed.append("3", &body("b", "processing")).await;
    bed.append("4", &body("a", "deleted")).await;
    let mut first = [noted.recv().await.unwrap(), noted.recv().await.unwrap()];
    first.sort();
    assert_eq!(first, ["a processing", "b processing"]);
    tokio::task::yield_now().await;
    assert!(noted.try_recv().is_err(), "the others of the recording wait");
    gate.add_permits(2);
    assert_eq!(noted.recv().await.as_deref(), Some("a done"));
    gate.add_permits(1);
    assert_eq!(noted.recv().await.as_deref(), Some("a deleted"));
    gate.add_permits(1);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_waits_for_its_retry_lets_others_pass_unless_the_order_is_strict() {
    for (order, expected) in [
        (Order::Relaxed, ["processing 1", "done 1", "processing 2"]),
        (Order::Strict, ["processing 1", "processing 2", "done 1"]),
    ] {
        let bed = Bed::new();
        let (note, mut noted) = notes();
        let subscriber = Subscriber::on("w", any_event(), move |event, context| {
            let code = event.status().map(|status| status.code.to_string()).unwrap_or_default();
            note(format!("{code} {}", context.attempt()));
            async move {
                if code == "processing" && context.attempt() == 1 { Err("no") } else { Ok(()) }
            }
        });
        let running = start(&bed, bed.worker().subscribe(subscriber.with_order(order))).await;
        bed.append("1", &body("a", "processing")).await;
        bed.append("2", &body("a", "done")).await;
        for expected in expected {
            assert_eq!(noted.recv().await.as_deref(), Some(expected), "{order:?}");
        }
        running.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_jobs_run_at_once_than_there_are_places() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let places = Arc::new(Semaphore::new(3));
    let subscriber = Subscriber::on("w", any_event(), move |event, _| {
        let (note, places) = (note.clone(), Arc::clone(&places));
        async move {
            let _place = places.try_acquire().map_err(|_| "too many")?;
            let recording: u64 = event.recording_id().and_then(|id| id.parse().ok()).unwrap();
            tokio::time::sleep(Duration::from_secs(1 + recording % 3)).await;
            note(());
            Ok::<_, &str>(())
        }
    });
    let subscriber = subscriber.with_concurrency(3).with_retry(RetryPolicy::never());
    let running = start(&bed, bed.worker().subscribe(subscriber)).await;
    let before = tokio::time::Instant::now();
    for number in 0..12 {
        bed.append(&format!("{number}"), &body(&format!("{number}"), "done")).await;
    }
    for _ in 0..12 {
        noted.recv().await;
    }
    // 24 seconds of work, begun in order as soon as there is a place.
    assert_eq!(before.elapsed().as_secs(), 9);
    running.stop().await;
}

/// While a commit takes its time, the places of those that ended are used; but not without end.
#[tokio::test(start_paused = true)]
async fn a_handler_that_has_ended_gives_its_place_away_before_its_job_is_settled() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let worker = bed.worker().with_concurrency(1).on("w", any_event(), move |event, _| {
        note(event.recording_id().map(str::to_owned));
        async {}
    });
    let running = start(&bed, worker).await;
    let settles = bed.hold("settle");
    for recording in ["a", "b", "c"] {
        bed.append(recording, &body(recording, "done")).await;
    }
    assert_eq!(noted.recv().await, Some(Some("a".to_owned())));
    assert_eq!(noted.recv().await, Some(Some("b".to_owned())));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(noted.try_recv().is_err(), "twice as many jobs as places are on their way");
    settles.add_permits(1);
    assert_eq!(noted.recv().await, Some(Some("c".to_owned())));
    settles.add_permits(2);
    running.stop().await;
}

/// What is stored before a subscription begins, in every sort and in order.
#[tokio::test(start_paused = true)]
async fn a_subscription_may_begin_at_the_beginning() {
    let bed = Bed::new();
    bed.append("1", UNREADABLE).await;
    for number in 0..450 {
        bed.append(&format!("known_{number}"), KNOWN).await;
    }
    bed.append("3", UNKNOWN).await;
    let (note, mut noted) = notes();
    let (sort_note, later_note) = (note.clone(), note);
    let all = Subscriber::messages("all", Filter::everything(), move |message, _| {
        sort_note(match message {
            Message::Event(_) => "event",
            Message::Unknown(_) => "unknown",
            _ => "unreadable",
        });
        async {}
    });
    let worker = bed.worker().with_concurrency(1).subscribe(all.with_start(Start::Beginning)).on(
        "later",
        any_event(),
        move |_, _| {
            later_note("later");
            async {}
        },
    );
    let running = start(&bed, worker).await;
    let mut all = Vec::new();
    for _ in 0..452 {
        all.push(noted.recv().await.unwrap());
    }
    assert_eq!((all[0], all[1], all[450], all[451]), ("unreadable", "event", "event", "unknown"));
    assert!(noted.try_recv().is_err());
    running.stop().await;
}

/// A person parks a subscription and resumes it, while its worker runs.
#[tokio::test(start_paused = true)]
async fn what_came_while_a_subscription_was_parked_is_made_up_for() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let subscriber = Subscriber::on("w", any_event(), move |_, context| {
        note(context.message_id().map(str::to_owned));
        async {}
    });
    let subscription = subscriber.subscription().clone();
    let running = start(&bed, bed.worker().subscribe(subscriber)).await;
    bed.append("before", KNOWN).await;
    assert_eq!(noted.recv().await, Some(None), "nothing here is signed");
    bed.park("w").await.unwrap();
    for number in 0..250 {
        bed.append(&format!("{number}"), KNOWN).await;
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(noted.try_recv().is_err());
    bed.subscribe(&subscription).await.unwrap();
    for _ in 0..250 {
        noted.recv().await.unwrap();
    }
    bed.append("after", KNOWN).await;
    noted.recv().await.unwrap();

    // And it goes on where it was removed, once it is declared anew.
    bed.park("w").await.unwrap();
    bed.unsubscribe("w").await.unwrap();
    bed.subscribe(&subscription).await.unwrap();
    bed.append("anew", KNOWN).await;
    noted.recv().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(noted.try_recv().is_err());
    running.stop().await;
}

/// A day without a message costs no look at the store.
#[tokio::test(start_paused = true)]
async fn idle_costs_nothing() {
    let bed = Bed::new();
    let worker = bed.worker().on("w", any_event(), |_, _| async {});
    let running = start(&bed, worker).await;
    bed.append("msg_1", KNOWN).await;
    bed.settled(JobState::Done).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = bed.calls("claim");
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    assert_eq!(bed.calls("claim"), before);
    assert!(bed.check().await.unwrap().is_empty());
    running.stop().await;
}
