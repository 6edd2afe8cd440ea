//! One trace of a hundred meetings, delivered over HTTP in ten orders, each message twice: the state of
//! everything is the same to the byte, and what waits for a recording is told once.
#![cfg(all(feature = "hyper", feature = "sqlite"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use recallai_webhook::hyper::{Server, Webhooks};
use recallai_webhook::inbox::{Inbox, JobQuery, SubjectQuery, Subscription};
use recallai_webhook::recording::{Need, SubjectKind};
use recallai_webhook::sqlite::SqliteInbox;
use recallai_webhook::{Endpoint, Receiver, Secret, Verifier};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const RECORDINGS: usize = 100;
const EVENTS: usize = 30;
const ORDERS: u64 = 10;
const CONNECTIONS: usize = 16;
const NEED: &str = "transcript,video_mixed";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_orders_come_to_one_state() {
    let trace: Vec<_> = (0..RECORDINGS).flat_map(meeting).collect();
    assert_eq!(trace.len(), RECORDINGS * EVENTS);
    let mut first = None;
    for order in 0..ORDERS {
        let mut deliveries: Vec<_> = trace.iter().chain(&trace).cloned().collect();
        shuffle(&mut deliveries, order);
        let (state, ready) = deliver(deliveries).await;
        assert_eq!(state.len(), 2 * RECORDINGS, "the recordings and their bots");
        for (recording, readiness) in &ready {
            // One that failed or was deleted may have been ready on the way, in some orders.
            let (is_ready, jobs) = *readiness;
            assert!(jobs == 1 || (!is_ready && jobs == 0), "{recording}: {jobs} jobs");
        }
        match &first {
            None => first = Some(state),
            Some(first) => assert_eq!(*first, state, "order {order}"),
        }
    }
}

type States = BTreeMap<String, String>;
/// Of each recording, whether it is ready, and how many jobs say so.
type Ready = BTreeMap<String, (bool, usize)>;

/// Delivers everything to a server on a file of its own.
async fn deliver(deliveries: Vec<(String, String)>) -> (States, Ready) {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let need: Need = NEED.parse().unwrap();
    inbox.subscribe(&Subscription::need("pipeline", need)).await.unwrap();
    let endpoint = Endpoint::signed("recall", Verifier::new(Secret::parse(SECRET).unwrap()));
    let receiver = Receiver::durable(endpoint, Arc::new(inbox.clone()));
    let webhooks = Webhooks::new().endpoint("/webhooks/recall", receiver);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(Server::new(webhooks).serve(listener, async {
        let _ = stopped.await;
    }));

    let deliveries = Arc::new(deliveries);
    let mut senders = JoinSet::new();
    for first in 0..CONNECTIONS {
        let deliveries = Arc::clone(&deliveries);
        senders.spawn(async move {
            let own = deliveries.iter().skip(first).step_by(CONNECTIONS);
            send(address, own.cloned().collect()).await;
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent.unwrap();
    }
    let _ = stop.send(());
    server.await.unwrap().unwrap();

    let (states, ready) = look(&inbox, &need).await;
    assert_eq!(inbox.check().await.unwrap(), []);
    inbox.close().await;
    (states, ready)
}

async fn send(address: SocketAddr, deliveries: Vec<(String, String)>) {
    let secret = Secret::parse(SECRET).unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    for (id, body) in deliveries {
        #[allow(clippy::disallowed_methods, reason = "the server reads the real clock")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signature = secret.sign(&id, now, body.as_bytes()).unwrap();
        let request = format!(
            "POST /webhooks/recall HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\
             webhook-id: {id}\r\nwebhook-timestamp: {now}\r\nwebhook-signature: {signature}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut reply).await.unwrap(), 0);
        }
        assert!(reply.starts_with(b"HTTP/1.1 204"), "{}", String::from_utf8_lossy(&reply));
    }
}

async fn look(inbox: &SqliteInbox, need: &Need) -> (States, Ready) {
    let query = SubjectQuery::new().with_limit(usize::from(u16::MAX));
    let (mut states, mut ready) = (States::new(), Ready::new());
    for stored in inbox.subjects(&query).await.unwrap() {
        let subject = stored.state.subject();
        states.insert(subject.to_string(), stored.state.to_json());
        if subject.kind == SubjectKind::Recording {
            let is_ready = stored.state.readiness(need).name() == "ready";
            ready.insert(subject.to_string(), (is_ready, 0));
        }
    }
    let query = JobQuery::new().with_limit(usize::from(u16::MAX));
    for job in inbox.jobs(&query).await.unwrap() {
        ready.get_mut(&job.subject.unwrap().to_string()).unwrap().1 += 1;
    }
    (states, ready)
}

/// What one meeting sends: its bot's life, the recording, and seven kinds of media, the transcript
/// twice. In some, something fails, is made again, or is deleted. Times collide on purpose.
fn meeting(number: usize) -> Vec<(String, String)> {
    let mut events = Vec::new();
    let (bot, recording) = (format!("bot-{number}"), format!("recording-{number}"));
    let times = ["2024-12-04T23:25", "2024-12-04T23:26"];
    let mut push = |name: &str, artifact: Option<&str>, second: usize| {
        let (family, code) = name.split_once('.').unwrap();
        let at = times[second / 60 % 2];
        // Half of the meetings spell their times in another way.
        let zone = if number.is_multiple_of(2) { "Z" } else { "+00:00" };
        let status = format!(
            r#""data":{{"code":"{code}","sub_code":null,"updated_at":"{at}:{:02}.5{zone}"}}"#,
            second % 60
        );
        let bot = format!(r#""bot":{{"id":"{bot}","metadata":{{"meeting":"{number}"}}}}"#);
        let recording = format!(
            r#""recording":{{"id":"{recording}","metadata":{{"step":"{}"}}}}"#,
            second / 20
        );
        let data = match artifact {
            None if family == "bot" => format!("{status},{bot}"),
            None => format!("{status},{recording},{bot}"),
            Some(id) => {
                format!(r#"{status},"{family}":{{"id":"{id}","metadata":{{}}}},{recording},{bot}"#)
            }
        };
        let id = format!("msg_{number:03}_{:02}", events.len());
        events.push((id, format!(r#"{{"event":"{name}","data":{{{data}}}}}"#)));
    };
    for (at, code) in ["joining_call", "in_waiting_room", "in_call_recording", "call_ended", "done"]
        .into_iter()
        .enumerate()
    {
        push(&format!("bot.{code}"), None, at * 20);
    }
    for (code, second) in [("processing", 40), ("paused", 50), ("processing", 55), ("done", 80)] {
        push(&format!("recording.{code}"), None, second);
    }
    let kinds = [
        "transcript",
        "participant_events",
        "video_mixed",
        "video_separate",
        "audio_mixed",
        "audio_separate",
        "meeting_metadata",
    ];
    for (at, kind) in kinds.into_iter().enumerate() {
        let id = format!("{kind}-{number}");
        push(&format!("{kind}.processing"), Some(&id), 60);
        let end = if (number + at).is_multiple_of(9) { "failed" } else { "done" };
        push(&format!("{kind}.{end}"), Some(&id), 80 + at);
    }
    let second = format!("transcript-{number}-2");
    for code in ["processing", "processing", "done"] {
        push(&format!("transcript.{code}"), Some(&second), 90);
    }
    // The same instant as `done`, and after it.
    let video = format!("video_mixed-{number}");
    push("video_mixed.processing", Some(&video), 82);
    push("audio_mixed.processing", Some(&format!("audio_mixed-{number}")), 118);
    let last =
        if number.is_multiple_of(10) { "video_mixed.deleted" } else { "video_mixed.processing" };
    push(last, Some(&video), 100);
    push("meeting_metadata.deleted", Some(&format!("meeting_metadata-{number}")), 110);
    events
}

fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for at in (1..items.len()).rev() {
        // xorshift64
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        items.swap(at, (x % (at as u64 + 1)) as usize);
    }
}
