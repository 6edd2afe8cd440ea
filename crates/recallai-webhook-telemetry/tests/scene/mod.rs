//! What the tests share: an endpoint, an inbox, a clock that stands, and a worker.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "who runs the tests says what has to be installed")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::inbox::{
    Filter, Inbox, ManualClock, MemoryInbox, Start, Subscription,
};
use recallai_webhook_dispatch::{
    Delivery, Endpoint, JobReport, Receiver, Reply, RetryPolicy, Secret, Stage, Subscriber,
    Verifier, Worker, any_event,
};
use recallai_webhook_telemetry::Telemetry;

/// When the sender signs, in seconds since the Unix epoch.
pub(crate) const SIGNED: u64 = 1_614_265_330;

/// When a delivery is received and when it is answered, in milliseconds after that.
const RECEIVED: u64 = 1500;
const ANSWERED: u64 = 1504;

pub(crate) const DONE: &str = r#"{"event":"transcript.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2021-02-25T15:02:00Z"},
    "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}}}}"#;

pub(crate) const OTHER: &str = r#"{"event":"recording.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2021-02-25T15:02:00Z"},
    "recording":{"id":"r2","metadata":{}}}}"#;

pub(crate) struct Scene {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) inbox: Arc<MemoryInbox>,
    pub(crate) telemetry: Telemetry,
    pub(crate) receiver: Receiver,
}

pub(crate) fn secret() -> Secret {
    Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

pub(crate) fn other_secret() -> Secret {
    Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap()
}

pub(crate) fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SIGNED) + Duration::from_millis(millis)
}

impl Scene {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::new(at(ANSWERED)));
        let inbox = Arc::new(MemoryInbox::with_clock(Arc::clone(&clock)));
        let telemetry = Telemetry::with_clock(Arc::clone(&clock));
        let endpoint = Endpoint::signed("recall", Verifier::new(secret()));
        let receiver = Receiver::durable(endpoint, inbox.clone()).with_observer(telemetry.clone());
        Self { clock, inbox, telemetry, receiver }
    }

    pub(crate) async fn deliver(&self, id: &str, body: &str) -> Reply {
        deliver(&self.receiver, &secret(), id, body).await
    }

    /// A delivery that somebody else has signed.
    pub(crate) async fn forge(&self, body: &str) -> Reply {
        deliver(&self.receiver, &other_secret(), "msg_forged", body).await
    }

    /// Deliveries with every outcome of durable mode but forgotten.
    pub(crate) async fn all_outcomes(&self) {
        let unknown = r#"{"event":"hologram.done","data":{}}"#;
        for (id, body) in [
            ("msg_1", DONE),
            ("msg_1", DONE),
            ("msg_2", OTHER),
            ("msg_2", DONE),
            ("msg_3", unknown),
            ("msg_4", unknown),
            ("msg_5", r#"{"event":"transcript.done","data":{}}"#),
        ] {
            assert_eq!(self.deliver(id, body).await.status(), 204);
        }
        for _ in 0..12 {
            assert_eq!(self.forge(DONE).await.status(), 401);
        }
        let closed = MemoryInbox::new();
        closed.close().await;
        let endpoint = Endpoint::signed("recall", Verifier::new(secret()));
        let full = Receiver::durable(endpoint, Arc::new(closed));
        let full = full.with_observer(self.telemetry.clone());
        assert_eq!(deliver(&full, &secret(), "msg_6", DONE).await.status(), 503);
    }

    pub(crate) async fn declare(&self, name: &str) {
        let subscription = Subscription::messages(name.to_owned(), Filter::events());
        self.inbox.subscribe(&subscription).await.unwrap();
    }

    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Works on all messages from the beginning until a job has ended: each attempt takes two seconds,
    /// and fails, but the last where it need not.
    pub(crate) async fn work(&self, name: &str, attempts: u32, dies: bool) {
        let (clock, tried) = (Arc::clone(&self.clock), Arc::new(AtomicU32::new(0)));
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let end = std::sync::Mutex::new(Some(end));
        let telemetry = self.telemetry.clone();
        let retry = RetryPolicy::default().with_attempts(attempts);
        let retry_clock = Arc::clone(&self.clock);
        let observer = move |report: &JobReport<'_>| {
            recallai_webhook_dispatch::JobObserver::observe(&telemetry, report);
            match report.stage {
                // The store goes by its own clock, which stands.
                Stage::Retrying { after, .. } => retry_clock.advance(after),
                Stage::Done | Stage::Dead { .. } => drop(end.lock().unwrap().take()),
                _ => {}
            }
        };
        let subscriber = Subscriber::on(name.to_owned(), any_event(), move |_, _| {
            clock.advance(Duration::from_secs(2));
            let fails = dies || tried.fetch_add(1, Ordering::SeqCst) + 1 < attempts;
            async move { if fails { Err("it failed") } else { Ok(()) } }
        });
        let worker = Worker::builder(self.inbox.clone())
            .subscribe(subscriber.with_start(Start::Beginning).with_concurrency(1))
            .with_retry(retry)
            .with_observer(observer)
            .build()
            .unwrap();
        worker.run(ended).await.unwrap();
    }

    pub(crate) async fn render(&self) -> String {
        self.telemetry.render(&self.inbox.stats().await.unwrap())
    }
}

pub(crate) async fn deliver(receiver: &Receiver, secret: &Secret, id: &str, body: &str) -> Reply {
    let signature = secret.sign(id, SIGNED, body.as_bytes()).unwrap();
    let timestamp = SIGNED.to_string();
    let headers: [(&str, &[u8]); 3] = [
        ("webhook-id", id.as_bytes()),
        ("webhook-timestamp", timestamp.as_bytes()),
        ("webhook-signature", signature.as_bytes()),
    ];
    receiver.receive(Delivery::new(headers, body.to_owned().into(), at(RECEIVED))).await
}

/// The names of all metrics, as the table of the crate has them.
pub(crate) fn metric_names() -> Vec<String> {
    let rows = include_str!("../../src/names.rs").lines().map(str::trim);
    let rows = rows.filter(|row| {
        [" COUNTER \"", " GAUGE \"", " HISTOGRAM \""].iter().any(|kind| row.contains(kind))
    });
    rows.map(|row| format!("recallai_webhook_{}", row.split('"').nth(1).unwrap())).collect()
}

/// Prometheus' own checker; `None` if it is not installed, which is said on stderr, and is an error where
/// it has to be there.
pub(crate) fn promtool() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("promtool"));
    let found = found.into_iter().find(|file| file.is_file());
    if found.is_none() {
        let is_required =
            std::env::var("RECALLAI_WEBHOOK_PROMTOOL").is_ok_and(|value| value == "required");
        assert!(!is_required, "promtool is not installed: Debian's package `prometheus` has it");
        eprintln!("skipped: promtool is not installed (Debian's package `prometheus` has it)");
    }
    found
}
