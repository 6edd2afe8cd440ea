//! Needs: handlers that run when a recording has what is needed, or turns out not to.

use std::time::Duration;

use recallai_webhook_dispatch::inbox::{JobState, Start, Turn};
use recallai_webhook_dispatch::recording::{Need, Subject};
use recallai_webhook_dispatch::{
    Handler, HandlerResult, JobContext, NeedHandlers, Subscriber, Turned, on_ready,
};

use crate::harness::{Bed, notes, start};
use crate::support::KNOWN;

const VIDEO: &str = r#"{"event":"video_mixed.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:26:56Z"},
    "video_mixed":{"id":"v1","metadata":{}},"recording":{"id":"r1","metadata":{}},"bot":null}}"#;

const VIDEO_FAILED: &str = r#"{"event":"video_mixed.failed","data":{
    "data":{"code":"failed","sub_code":"x","updated_at":"2024-12-04T23:26:56Z"},
    "video_mixed":{"id":"v1","metadata":{}},"recording":{"id":"r1","metadata":{}},"bot":null}}"#;

const TRANSCRIPT_DELETED: &str = r#"{"event":"transcript.deleted","data":{
    "data":{"code":"deleted","sub_code":null,"updated_at":"2024-12-05T23:26:56Z"},
    "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}},"bot":null}}"#;

fn need() -> Need {
    "video_mixed,transcript".parse().unwrap()
}

/// Handlers that note every turn.
fn every_turn() -> (NeedHandlers, tokio::sync::mpsc::UnboundedReceiver<(Turn, String, String)>) {
    let (note, noted) = notes();
    let record = move |expected: Turn| {
        let note = note.clone();
        move |turned: Turned, context: JobContext| {
            assert_eq!(turned.turn, expected, "each turn goes to its own handler");
            let readiness = turned.readiness.name().to_owned();
            note((turned.turn, readiness, context.idempotency_key().into_owned()));
            assert_eq!(turned.recording, Subject::recording("r1"));
            assert_eq!(context.subject(), Some(&turned.recording));
            async {}
        }
    };
    let handlers = on_ready(record(Turn::Ready))
        .on_failed(record(Turn::Failed))
        .on_gone(record(Turn::Gone))
        .give_up_after(Duration::from_secs(3600), record(Turn::TimedOut));
    (handlers, noted)
}

#[tokio::test(start_paused = true)]
async fn ready_is_told_once_whatever_comes_again() {
    let bed = Bed::new();
    let (handlers, mut noted) = every_turn();
    let running = start(&bed, bed.worker().need("w", need(), handlers)).await;
    bed.append("1", KNOWN).await;
    bed.append("2", VIDEO).await;
    let key = "w:recall:recording:r1:ready";
    assert_eq!(noted.recv().await, Some((Turn::Ready, "ready".into(), key.into())));
    bed.append("3", VIDEO).await;
    bed.append("4", KNOWN).await;
    // Far beyond the time after which a pending recording would have been given up.
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    assert!(noted.try_recv().is_err());
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn failed_and_gone_have_handlers_of_their_own() {
    let bed = Bed::new();
    let (handlers, mut noted) = every_turn();
    let running = start(&bed, bed.worker().need("w", need(), handlers)).await;
    bed.append("1", VIDEO_FAILED).await;
    assert_eq!(noted.recv().await.unwrap().0, Turn::Failed);
    bed.append("2", KNOWN).await;
    bed.append("3", TRANSCRIPT_DELETED).await;
    assert_eq!(noted.recv().await.unwrap().0, Turn::Gone);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_stays_pending_is_given_up_and_may_become_ready_later() {
    let bed = Bed::new();
    let (handlers, mut noted) = every_turn();
    let running = start(&bed, bed.worker().need("w", need(), handlers)).await;
    let before = tokio::time::Instant::now();
    bed.append("1", KNOWN).await;
    let (turn, readiness, _) = noted.recv().await.unwrap();
    assert_eq!((turn, &*readiness), (Turn::TimedOut, "pending"));
    assert_eq!(before.elapsed().as_secs(), 3600);
    bed.append("2", VIDEO).await;
    assert_eq!(noted.recv().await.unwrap().0, Turn::Ready);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn without_other_handlers_only_ready_makes_a_job() {
    let bed = Bed::new();
    let (note, mut noted) = notes();
    let ready = on_ready(move |turned, _| {
        note(turned.turn);
        async {}
    });
    let running = start(&bed, bed.worker().need("w", need(), ready)).await;
    bed.append("1", VIDEO_FAILED).await;
    bed.append("2", KNOWN).await;
    assert!(bed.all_jobs().await.is_empty());
    bed.append("3", &VIDEO.replace("v1", "v2")).await;
    assert_eq!(noted.recv().await, Some(Turn::Ready), "a second video was done");
    running.stop().await;
}

struct Pipeline;

impl Handler<Turned, JobContext> for Pipeline {
    async fn handle(&self, turned: Turned, context: JobContext) -> HandlerResult {
        let state = context.recording().await?.ok_or("not known")?;
        assert_eq!(Turn::of(&state.readiness(&need())), Some(turned.turn));
        let readiness = context.readiness(&need()).await?.ok_or("no subject")?;
        assert_eq!(readiness, turned.readiness);
        Ok(())
    }
}

/// A handler with state of its own, for recordings that were ready before it was there.
#[tokio::test(start_paused = true)]
async fn a_need_may_begin_at_the_beginning() {
    let bed = Bed::new();
    bed.append("1", KNOWN).await;
    bed.append("2", VIDEO).await;
    let subscriber = Subscriber::need("w", need(), NeedHandlers::new(Pipeline));
    let subscriber = subscriber.with_start(Start::Beginning);
    let running = start(&bed, bed.worker().subscribe(subscriber)).await;
    while bed.all_jobs().await.is_empty() {
        tokio::task::yield_now().await;
    }
    let job = bed.settled(JobState::Done).await;
    assert_eq!((job.turn, job.error), (Some(Turn::Ready), None));
    running.stop().await;
}
