//! Ten thousand messages through a worker, with the receiver gone in the middle.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use recallai_webhook_outputs::dispatch::inbox::{
    Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage,
};
use recallai_webhook_outputs::dispatch::{RetryPolicy, Subscriber, Worker};
use recallai_webhook_outputs::{Attribute, Guarded, Outgoing, Output, OutputError};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

pub(crate) const MESSAGES: usize = 10_000;

/// When the receiver goes: with so many messages confirmed.
const BEFORE: usize = 3000;

/// How many are sent at a time.
const CONCURRENCY: usize = 64;

/// What only a fault makes long.
const LONG: Duration = Duration::from_secs(300);

/// An output whose sends are counted.
pub(crate) struct Counted {
    output: Box<dyn Output>,
    counts: watch::Sender<Counts>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    attempts: usize,
    confirmed: usize,
    failed: usize,
}

/// What the worker did.
pub(crate) struct Run {
    started: Instant,
    sent: usize,
    failed: usize,
    keys: BTreeSet<String>,
}

/// Lets a worker send them all. Once a part is confirmed, `stop` stops the receiver; once a send has failed for
/// that, `start` starts it again.
pub(crate) async fn run<S>(
    output: impl Output,
    stop: impl FnOnce() -> S,
    start: impl FnOnce(S),
) -> Run {
    let counts = watch::Sender::new(Counts::default());
    let mut watching = counts.subscribe();
    let counted = Arc::new(Counted { output: Box::new(Guarded::new("many", output)), counts });
    let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::new());
    let subscriber = subscriber(Arc::clone(&counted) as Arc<dyn Output>)
        .with_concurrency(CONCURRENCY)
        .with_retry(
            RetryPolicy::default()
                .with_attempts(10_000)
                .with_base(Duration::from_millis(50))
                .with_cap(Duration::from_secs(1)),
        );
    let worker = Worker::builder(Arc::clone(&inbox)).subscribe(subscriber).build().unwrap();
    worker.declare().await.unwrap();
    for number in 0..MESSAGES {
        let id = format!("msg_{number}");
        let message = NewMessage::parse("recall", id, body(number), SystemTime::now());
        inbox.append(message).await.unwrap();
    }

    let started = Instant::now();
    let (finish, finished) = oneshot::channel::<()>();
    let worker = tokio::spawn(worker.run(finished));
    let mut until = async |condition: fn(&Counts) -> bool| {
        *timeout(LONG, watching.wait_for(condition)).await.unwrap().unwrap()
    };
    until(|counts| counts.confirmed >= BEFORE).await;
    let stopped = tokio::task::block_in_place(stop);
    until(|counts| counts.failed > 0).await;
    tokio::task::block_in_place(|| start(stopped));
    let counts = until(|counts| counts.confirmed >= MESSAGES).await;
    finish.send(()).unwrap();
    worker.await.unwrap().unwrap();
    assert!(counts.failed > 0 && counts.confirmed == MESSAGES, "{counts:?}");

    let jobs = inbox.jobs(&JobQuery::default().with_limit(2 * MESSAGES)).await.unwrap();
    assert_eq!(jobs.len(), MESSAGES);
    assert!(jobs.iter().all(|job| job.state == JobState::Done));
    let keys = jobs.iter().map(|job| job.idempotency_key.to_string()).collect();
    counted.output.close().await;
    Run { started, sent: counts.attempts, failed: counts.failed, keys }
}

impl Run {
    /// Holds what was read back against what was sent, and prints a row of figures.
    pub(crate) fn check(self, name: &str, seconds: f64, received: &[String]) {
        let distinct: BTreeSet<_> = received.iter().cloned().collect();
        let duplicates = received.len() - distinct.len();
        println!(
            "| {name} | {MESSAGES} | {} | {} | {duplicates} | {seconds:.1} |",
            self.sent,
            received.len(),
        );
        let lost: Vec<_> = self.keys.difference(&distinct).take(5).collect();
        assert!(lost.is_empty(), "{name} lost {lost:?}");
        assert_eq!(distinct.len(), MESSAGES, "{name} has what was never sent");
        // No more than were under way when it was stopped: answers that still come begin the count anew.
        assert!(self.failed <= CONCURRENCY, "{name}: {} attempts failed", self.failed);
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

/// Of five events about each recording: jobs of one subject run one after the other.
fn body(number: usize) -> String {
    let recording = number / 5;
    format!(
        r#"{{"event":"transcript.done","data":{{
            "data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},
            "transcript":{{"id":"t{number}","metadata":{{}}}},
            "recording":{{"id":"r{recording}","metadata":{{}}}}}}}}"#
    )
}

fn subscriber(output: Arc<dyn Output>) -> Subscriber {
    Subscriber::messages("many", Filter::everything(), move |message, context| {
        let output = Arc::clone(&output);
        async move {
            let mut outgoing =
                Outgoing::json(context.idempotency_key().into_owned(), context.body().clone());
            outgoing.subject =
                context.subject().map(ToString::to_string).unwrap_or_default().into();
            outgoing.attributes =
                vec![(Attribute::Event, message.event_name().unwrap_or_default().into())];
            output.send(&outgoing).await
        }
    })
}

#[async_trait]
impl Output for Counted {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.counts.send_modify(|counts| counts.attempts += 1);
        let sent = self.output.send(outgoing).await;
        self.counts.send_modify(|counts| match &sent {
            Ok(()) => counts.confirmed += 1,
            Err(_) => counts.failed += 1,
        });
        sent
    }

    async fn probe(&self) -> Result<(), OutputError> {
        self.output.probe().await
    }
}
