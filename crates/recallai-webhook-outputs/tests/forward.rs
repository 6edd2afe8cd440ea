//! What a worker hands to an output, and what becomes of the output's answers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "each way to subscribe is handed over")]
#![allow(clippy::disallowed_methods, reason = "messages are received now")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use recallai_webhook_outputs::dispatch::event::ArtifactKind::{Transcript, VideoMixed};
use recallai_webhook_outputs::dispatch::inbox::{
    Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage, SignatureFamily, Signed, StoredJob,
    Turn,
};
use recallai_webhook_outputs::dispatch::recording::Need;
use recallai_webhook_outputs::dispatch::{JobReport, RetryPolicy, Stage, Subscriber, Worker};
use recallai_webhook_outputs::{
    Attribute, Envelope, Forward, Guarded, Outgoing, Output, OutputError,
};
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, timeout};

/// What only a fault makes long.
const LONG: Duration = Duration::from_secs(60);

/// Keeps what it is sent, and answers what it is told, then success.
#[derive(Default)]
struct Recorder {
    sent: Mutex<Vec<Outgoing>>,
    answers: Mutex<Vec<OutputError>>,
}

#[async_trait]
impl Output for Recorder {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.sent.lock().unwrap().push(outgoing.clone());
        self.answers.lock().unwrap().pop().map_or(Ok(()), Err)
    }

    async fn probe(&self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// A recorder that a guard has.
struct Shared(Arc<Recorder>);

#[async_trait]
impl Output for Shared {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.0.send(outgoing).await
    }

    async fn probe(&self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Lets a worker do what there is to do after some messages, and returns what was sent and the jobs.
async fn run(
    answers: Vec<OutputError>,
    subscriber: impl FnOnce(Forward) -> Subscriber,
    envelope: Envelope,
    bodies: &[String],
) -> (Vec<Outgoing>, Vec<StoredJob>) {
    let recorder = Arc::new(Recorder { answers: answers.into(), ..Recorder::default() });
    let inbox = Arc::new(MemoryInbox::new());
    let forward = Forward::to(recorder.clone()).with_envelope(envelope);
    let (ended, mut ends) = watch::channel(0);
    let subscriber = subscriber(forward)
        .with_retry(RetryPolicy::default().with_base(Duration::from_millis(1)).with_attempts(5));
    let worker = Worker::builder(inbox.clone()).subscribe(subscriber);
    let worker = worker
        .with_observer(move |report: &JobReport<'_>| {
            if matches!(report.stage, Stage::Done | Stage::Dead { .. })
                || matches!(report.stage, Stage::Retrying { after, .. } if after > LONG)
            {
                ended.send_modify(|ended| *ended += 1);
            }
        })
        .build()
        .unwrap();
    worker.declare().await.unwrap();
    for (number, body) in bodies.iter().enumerate() {
        let message =
            NewMessage::parse("recall", format!("msg_{number}"), body.clone(), SystemTime::now());
        let signed = Signed::new(SignatureFamily::Webhook, 1_733_354_757, "v1,x", "default");
        inbox.append(message.with_scope("eu").with_signature(signed)).await.unwrap();
    }
    let jobs = inbox.jobs(&JobQuery::default()).await.unwrap();
    let count = jobs.iter().filter(|job| job.state != JobState::Scheduled).count();
    let (stop, stopped) = oneshot::channel::<()>();
    let worked = tokio::spawn(worker.run(stopped));
    timeout(LONG, ends.wait_for(|ended| *ended >= count)).await.unwrap().unwrap();
    stop.send(()).unwrap();
    worked.await.unwrap().unwrap();
    let jobs = inbox.jobs(&JobQuery::default()).await.unwrap();
    (std::mem::take(&mut *recorder.sent.lock().unwrap()), jobs)
}

fn artifact(kind: &str, code: &str) -> String {
    let at = "2024-12-04T23:25:56.339940Z";
    let body = json!({"event": format!("{kind}.{code}"), "data": {
        "data": {"code": code, "sub_code": null, "updated_at": at},
        kind: {"id": format!("{kind}-1"), "metadata": {}},
        "recording": {"id": "r1", "metadata": {}}, "bot": {"id": "b1", "metadata": {}},
    }});
    body.to_string()
}

fn messages(forward: Forward) -> Subscriber {
    forward.messages("pipeline", Filter::everything())
}

#[tokio::test]
async fn a_message_is_passed_on_as_it_came() {
    let bodies = [artifact("transcript", "done"), "no json \u{fffd}".to_owned()];
    let (mut sent, _) = run(vec![], messages, Envelope::Raw, &bodies).await;
    sent.sort_by_key(|outgoing| outgoing.idempotency_key.clone());
    let [known, unreadable] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((&*known.body, &*known.subject), (bodies[0].as_bytes(), "eu/recording/r1"));
    let said: Vec<_> =
        known.attributes.iter().map(|(name, value)| (name.name(), &**value)).collect();
    let received_at = known.attribute(Attribute::ReceivedAt).unwrap();
    let traceparent = known.attribute(Attribute::Traceparent).unwrap();
    let key = &*known.idempotency_key;
    let expected = [
        ("subscription", "pipeline"),
        ("scope", "eu"),
        ("endpoint", "recall"),
        ("message-id", "msg_0"),
        ("event", "transcript.done"),
        ("received-at", received_at),
        ("attempt", "1"),
        ("idempotency-key", key),
        ("subject-kind", "recording"),
        ("subject-id", "r1"),
        ("traceparent", traceparent),
    ];
    assert_eq!(said, expected);
    assert_eq!(traceparent.split('-').map(str::len).collect::<Vec<_>>(), [2, 32, 16, 2]);

    assert_eq!(&*unreadable.body, bodies[1].as_bytes());
    assert_eq!(unreadable.attribute(Attribute::Event), None);
    assert_eq!(&*unreadable.subject, "");
}

#[tokio::test]
async fn another_attempt_is_the_same_but_for_its_number() {
    let answers = || vec![OutputError::refused("full"), OutputError::timed_out("it")];
    let (sent, jobs) =
        run(answers(), messages, Envelope::CloudEvents, &[artifact("transcript", "done")]).await;
    let said = |attribute| -> Vec<_> {
        sent.iter().map(|outgoing| outgoing.attribute(attribute).unwrap().to_owned()).collect()
    };
    assert_eq!(said(Attribute::Attempt), ["1", "2", "3"]);
    let keys = said(Attribute::IdempotencyKey);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    // One trace, and a span for each attempt.
    let traces = said(Attribute::Traceparent);
    let [trace, span] = [1, 2].map(|part| -> std::collections::BTreeSet<_> {
        traces.iter().map(|trace| trace.split('-').nth(part).unwrap()).collect()
    });
    assert_eq!((trace.len(), span.len()), (1, 3));
    assert!(sent.iter().all(|outgoing| outgoing.body == sent[0].body));
    assert_eq!((jobs[0].state, jobs[0].attempts), (JobState::Done, 3));
    let failures: Vec<_> = jobs[0].failures.iter().map(|failure| &*failure.error).collect();
    assert_eq!(failures, ["handler failed: it was not confirmed in time", "handler failed: full"]);
}

#[tokio::test]
async fn what_no_attempt_can_mend_is_a_dead_letter_at_once() {
    let answers = vec![OutputError::permanent("too large")];
    let (sent, jobs) =
        run(answers, messages, Envelope::Raw, &[artifact("transcript", "done")]).await;
    assert_eq!(sent.len(), 1);
    assert_eq!((jobs[0].state, jobs[0].attempts), (JobState::Dead, 1));
    assert!(jobs[0].error.as_deref().unwrap().contains("too large"), "{:?}", jobs[0].error);
}

#[tokio::test]
async fn what_the_receiver_wants_later_is_not_tried_before() {
    let answers = vec![OutputError::unavailable("busy", Some(Duration::from_secs(1000)))];
    let (sent, jobs) =
        run(answers, messages, Envelope::Raw, &[artifact("transcript", "done")]).await;
    assert_eq!((sent.len(), jobs[0].state, jobs[0].attempts), (1, JobState::Retrying, 1));
    assert!(jobs[0].due_at > Some(SystemTime::now() + Duration::from_secs(900)), "{:?}", jobs[0]);
}

/// A receiver that is away does not hold up the end of a worker.
#[tokio::test(start_paused = true)]
async fn jobs_that_wait_for_a_receiver_are_given_back_when_the_worker_stops() {
    let answers = (0..5).map(|_| OutputError::unreachable("sending", "nobody is there")).collect();
    let recorder = Arc::new(Recorder { answers: Mutex::new(answers), ..Recorder::default() });
    let guarded = Guarded::new("recorder", Shared(Arc::clone(&recorder))).with_failures(1);
    let guarded: Arc<dyn Output> = Arc::new(guarded);
    let inbox = Arc::new(MemoryInbox::new());
    let subscriber = messages(Forward::to(Arc::clone(&guarded)));
    let worker = Worker::builder(inbox.clone()).subscribe(subscriber).build().unwrap();
    worker.declare().await.unwrap();
    for number in 0..3 {
        let (id, body) = (format!("msg_{number}"), "no json");
        inbox.append(NewMessage::parse("recall", id, body, SystemTime::now())).await.unwrap();
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let worked = tokio::spawn(worker.run(stopped));
    while guarded.away().is_none() {
        tokio::task::yield_now().await;
    }
    let before = Instant::now();
    stop.send(()).unwrap();
    worked.await.unwrap().unwrap();
    assert!(before.elapsed() < Duration::from_secs(1), "{:?}", before.elapsed());
    let jobs = inbox.jobs(&JobQuery::default()).await.unwrap();
    let stand: Vec<_> = jobs.iter().map(|job| (job.state, job.attempts)).collect();
    assert_eq!(stand, [(JobState::Waiting, 0); 3]);
}

/// What the specification asks of a document in the JSON format.
fn is_cloudevent(outgoing: &Outgoing) -> Value {
    assert_eq!(outgoing.content_type, "application/cloudevents+json");
    let document: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(document["specversion"], "1.0");
    for required in ["id", "source", "type"] {
        assert!(document[required].as_str().is_some_and(|text| !text.is_empty()), "{required}");
    }
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    for (name, value) in document.as_object().unwrap() {
        assert!(is_name(name) || name == "data_base64", "{name}");
        assert!(name == "data" || value.is_string(), "{name}");
    }
    assert!(document.get("data").is_none() || document.get("data_base64").is_none());
    document
}

#[tokio::test]
async fn a_message_in_an_envelope_is_a_cloudevent() {
    let bodies = [artifact("transcript", "done"), "no json".to_owned()];
    let (mut sent, _) = run(vec![], messages, Envelope::CloudEvents, &bodies).await;
    sent.sort_by_key(|outgoing| outgoing.idempotency_key.clone());
    let known = is_cloudevent(&sent[0]);
    assert_eq!(known["id"], *sent[0].idempotency_key);
    assert_eq!(known["source"], "/recallai-webhook/eu/recall");
    assert_eq!(known["type"], "ai.recall.transcript.done");
    assert_eq!(known["subject"], "recording/r1");
    assert_eq!(known["datacontenttype"], "application/json");
    assert_eq!(known["time"], *sent[0].attribute(Attribute::ReceivedAt).unwrap());
    assert_eq!(known["data"], serde_json::from_str::<Value>(&bodies[0]).unwrap());
    let unreadable = is_cloudevent(&sent[1]);
    assert_eq!(unreadable["type"], "ai.recall.unreadable");
    assert_eq!(unreadable["data_base64"], "bm8ganNvbg==");
}

fn need(turns: impl IntoIterator<Item = Turn>) -> impl FnOnce(Forward) -> Subscriber {
    let turns: Vec<_> = turns.into_iter().collect();
    let need = Need::of([VideoMixed, Transcript]).unwrap();
    move |forward| forward.need("ready", need, turns, None)
}

#[tokio::test]
async fn a_recording_that_has_what_is_needed_is_passed_on_once() {
    let bodies = [
        artifact("transcript", "done"),
        artifact("video_mixed", "processing"),
        artifact("video_mixed", "done"),
        artifact("video_mixed", "done"),
    ];
    let (sent, _) = run(vec![], need([Turn::Ready]), Envelope::Raw, &bodies).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].attribute(Attribute::Turn), Some("ready"));
    assert_eq!(sent[0].attribute(Attribute::SubjectId), Some("r1"));
    let document: Value = serde_json::from_slice(&sent[0].body).unwrap();
    let since = "2024-12-04T23:25:56.339940Z";
    let readiness = &document["readiness"];
    assert_eq!(document["scope"], "eu");
    assert_eq!(document["recording"], "r1");
    assert_eq!(document["need"], json!(["transcript", "video_mixed"]));
    assert_eq!(document["turn"], "ready");
    assert_eq!(readiness["state"], "ready");
    for available in readiness["available"].as_array().unwrap() {
        assert_eq!(available["since"], since);
    }
    assert_eq!(readiness["missing"], json!([]));
}

#[tokio::test]
async fn a_failure_is_passed_on_where_it_is_asked_for() {
    let bodies = [artifact("transcript", "failed")];
    let (sent, _) =
        run(vec![], need([Turn::Ready, Turn::Failed]), Envelope::CloudEvents, &bodies).await;
    assert_eq!(sent.len(), 1);
    let document = is_cloudevent(&sent[0]);
    assert_eq!(document["type"], "ai.recall.recording.need.failed");
    assert_eq!(document["data"]["readiness"]["failed"][0]["kind"], "transcript");
    let (sent, jobs) = run(vec![], need([Turn::Ready]), Envelope::Raw, &bodies).await;
    assert!(sent.is_empty() && jobs.is_empty(), "{sent:?} {jobs:?}");
}

#[tokio::test]
async fn a_turn_that_was_not_asked_for_ends_without_being_sent() {
    let bodies = [artifact("transcript", "done"), artifact("video_mixed", "done")];
    let (sent, jobs) = run(vec![], need([Turn::Failed]), Envelope::Raw, &bodies).await;
    assert!(sent.is_empty(), "{sent:?}");
    assert_eq!(jobs[0].state, JobState::Done);
}
