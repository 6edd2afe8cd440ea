//! An account that sends: meetings from the scenarios of the emulator, signed and received now.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::event::names::TRANSCRIPT_DONE;
use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_dispatch::{
    Delivery, Endpoint, Receiver, Reply, RetryPolicy, Secret, Verifier, Worker, any_event,
};
use recallai_webhook_emulator::{Message, Plan, Scenario, Seed, SigningSecret, Trace};
use recallai_webhook_telemetry::Telemetry;
use serde_json::Value;

const MINUTE: Duration = Duration::from_secs(60);

/// When a meeting of this scenario is recorded, and nothing of it is ready.
const MEANWHILE: Duration = Duration::from_secs(20 * 60);

/// The scenario of a meeting whose transcript comes in the end.
const USUAL: &str = "async-transcript";

/// What else may come of meetings.
const OTHERS: [&str; 6] = [
    "separate-tracks",
    "recording-failed",
    "transcript-failed",
    "bot-denied",
    "pause-and-resume",
    "unknown-event",
];

/// An account, and who receives what it sends.
pub(crate) struct Account {
    receiver: Receiver,
    secret: SigningSecret,
    /// Whether the archive takes transcripts.
    is_closed: Arc<AtomicBool>,
    /// How many meetings there were.
    meetings: u64,
    /// What is still to come of the meeting that goes on.
    rest: Vec<Message>,
}

impl Account {
    pub(crate) async fn open(inbox: Arc<dyn Inbox>, telemetry: Telemetry) -> Self {
        let secret = SigningSecret::generate(Seed(1), "recall");
        let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
        let receiver = Receiver::durable(Endpoint::signed("recall", verifier), inbox.clone());
        let is_closed = Arc::new(AtomicBool::new(false));
        let closed = Arc::clone(&is_closed);
        let mut retry = RetryPolicy::default().with_attempts(2);
        retry.base = Duration::from_millis(10);
        let worker = Worker::builder(inbox)
            .with_observer(telemetry.clone())
            .with_retry(retry)
            .on("archive", TRANSCRIPT_DONE, move |_, _| {
                let is_closed = closed.load(Ordering::Relaxed);
                async move { if is_closed { Err("the archive is closed") } else { Ok(()) } }
            })
            .on("notify", any_event(), |_, _| async {})
            .build()
            .unwrap();
        worker.declare().await.unwrap();
        tokio::spawn(worker.run(std::future::pending::<()>()));
        let receiver = receiver.with_observer(telemetry);
        Self { receiver, secret, is_closed, meetings: 0, rest: Vec::new() }
    }

    /// A meeting is held, and gives back the id of its recording.
    pub(crate) async fn begin_meeting(&mut self) -> String {
        let (before, rest): (Vec<_>, _) = self
            .meeting(USUAL, 45 * MINUTE)
            .into_iter()
            .partition(|message| message.at < MEANWHILE);
        self.rest = rest;
        self.send(&before).await;
        before.iter().find_map(recording).unwrap()
    }

    pub(crate) async fn end_meeting(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        self.send(&rest).await;
    }

    /// The archive is closed when two transcripts come.
    pub(crate) async fn make_dead_letters(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        for ago in [80, 130] {
            let messages = self.meeting(USUAL, ago * MINUTE);
            self.send(&messages).await;
        }
    }

    /// The archive is open again.
    pub(crate) fn mend(&self) {
        self.is_closed.store(false, Ordering::Relaxed);
    }

    /// A day of meetings, of which not all go well.
    pub(crate) async fn hold_meetings(&mut self) {
        for (scenario, hour) in OTHERS.into_iter().zip(3..) {
            let messages = self.meeting(scenario, hour * 60 * MINUTE);
            self.send(&messages).await;
        }
        self.make_dead_letters().await;
        self.begin_meeting().await;
    }

    /// Somebody else, who does not know the secret, sends.
    pub(crate) async fn forge(&self) {
        let secret = SigningSecret::generate(Seed(2), "somebody else");
        let reply = self.deliver("msg_forged", br#"{"event":"recording.done"}"#, &secret).await;
        assert_eq!(reply, Reply::Unauthorized);
    }

    fn meeting(&mut self, scenario: &str, ago: Duration) -> Vec<Message> {
        self.meetings += 1;
        let plan = Plan::from(Scenario::builtin(scenario).unwrap());
        Trace::of(&plan, Seed(self.meetings), SystemTime::now() - ago).messages
    }

    async fn send(&self, messages: &[Message]) {
        for message in messages {
            let reply = self.deliver(&message.id, &message.body, &self.secret).await;
            assert_eq!(reply, Reply::Acknowledged, "{}", message.event);
        }
    }

    async fn deliver(&self, id: &str, body: &[u8], secret: &SigningSecret) -> Reply {
        let now = SystemTime::now();
        let timestamp = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signature = secret.sign(id, timestamp, body);
        let timestamp = timestamp.to_string();
        let headers = [
            ("webhook-id", id.as_bytes()),
            ("webhook-timestamp", timestamp.as_bytes()),
            ("webhook-signature", signature.as_bytes()),
        ];
        self.receiver.receive(Delivery::new(headers, body.to_vec().into(), now)).await
    }
}

fn recording(message: &Message) -> Option<String> {
    let body: Value = serde_json::from_slice(&message.body).unwrap();
    body["data"]["recording"]["id"].as_str().map(str::to_owned)
}
