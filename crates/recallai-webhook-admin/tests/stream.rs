//! The live stream, over the router and over a real socket.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may be told to run for longer"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use recallai_webhook_admin::Admin;
use recallai_webhook_dispatch::Token;
use recallai_webhook_dispatch::inbox::{
    Appended, Claim, Filter, Inbox, JobEnd, ManualClock, MemoryInbox, MessageQuery, NewMessage,
    Prune, RESEND_WINDOW, Subscription,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use recallai_webhook_telemetry::Telemetry;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// An event as a client sees it.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    name: String,
    id: Option<i64>,
    data: Value,
}

/// The whole events at the beginning of a text, which is left with what is cut.
fn events(text: &mut String) -> Vec<Event> {
    let mut found = Vec::new();
    while let Some(end) = text.find("\n\n") {
        let block: String = text.drain(..end + 2).collect();
        let field = |name: &str| {
            block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(str::to_owned)
        };
        // A comment has none of them.
        if let Some(name) = field("event") {
            let id = field("id").map(|id| id.parse().unwrap());
            found.push(Event {
                name,
                id,
                data: serde_json::from_str(&field("data").unwrap()).unwrap(),
            });
        }
    }
    found
}

async fn append(inbox: &dyn Inbox, number: u32) -> i64 {
    let body = r#"{"event":"later.made_up"}"#;
    let message = NewMessage::parse("recall", format!("msg_{number}"), body, UNIX_EPOCH);
    match inbox.append(message).await.unwrap() {
        Appended::New { seq, .. } => seq,
        other => panic!("{other:?}"),
    }
}

fn request(path: &str, last: Option<&str>) -> Request<Body> {
    let mut request = Request::get(path).header("host", "localhost");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    request.body(Body::empty()).unwrap()
}

/// A client within the process.
struct Client {
    body: Body,
    text: String,
    waiting: std::collections::VecDeque<Event>,
}

impl Client {
    async fn connect(router: &Router, path: &str, last: Option<&str>) -> Self {
        let answer = router.clone().oneshot(request(path, last)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/event-stream");
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
        Self { body: answer.into_body(), text: String::new(), waiting: Default::default() }
    }

    /// The next piece as text; `None` at the end.
    async fn piece(&mut self) -> Option<String> {
        let frame = self.body.frame().await?.unwrap().into_data().unwrap();
        Some(String::from_utf8(frame.to_vec()).unwrap())
    }

    async fn event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let piece = self.piece().await?;
            self.text.push_str(&piece);
            self.waiting.extend(events(&mut self.text));
        }
    }

    async fn named(&mut self, name: &str) -> Event {
        loop {
            let event = self.event().await.unwrap();
            if event.name == name {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn it_begins_with_what_comes_from_now_on() {
    let inbox = Arc::new(MemoryInbox::new());
    append(&*inbox, 1).await;
    let router = Admin::new(inbox.clone()).router();
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    let seq = append(&*inbox, 2).await;
    let event = client.named("message").await;
    assert_eq!(event.id, Some(seq));
    assert_eq!(event.data["seq"], seq);
    assert_eq!(event.data["id"], "msg_2");
    assert_eq!(event.data["name"], "later.made_up");
    assert_eq!(event.data["class"], "unknown");
}

#[tokio::test]
async fn it_goes_on_after_the_last_event_that_was_seen() {
    let inbox = Arc::new(MemoryInbox::new());
    let mut all = Vec::new();
    for number in 0..120 {
        all.push(append(&*inbox, number).await);
    }
    let router = Admin::new(inbox.clone()).router();
    let from = |query: i64| format!("/api/v1/stream?last_event_id={query}");
    for (path, last, expected) in [
        ("/api/v1/stream".to_owned(), Some(0), &all[..]),
        ("/api/v1/stream".to_owned(), Some(all[99]), &all[100..]),
        (from(all[99]), None, &all[100..]),
        (from(all[3]), Some(all[99]), &all[100..]),
    ] {
        let last = last.map(|last| last.to_string());
        let mut client = Client::connect(&router, &path, last.as_deref()).await;
        for seq in expected {
            assert_eq!(client.named("message").await.id, Some(*seq), "{path} {last:?}");
        }
    }
}

#[tokio::test]
async fn who_is_cut_off_before_the_first_event_misses_nothing() {
    let inbox = Arc::new(MemoryInbox::new());
    let before = append(&*inbox, 1).await;
    let router = Admin::new(inbox.clone()).router();
    for (last, first) in [(None, before), (Some("0"), 0)] {
        let mut client = Client::connect(&router, "/api/v1/stream", last).await;
        assert_eq!(client.piece().await.unwrap(), format!("id: {first}\n\n"));
    }
    let seq = append(&*inbox, 2).await;
    let mut client = Client::connect(&router, "/api/v1/stream", Some(&before.to_string())).await;
    assert_eq!(client.named("message").await.id, Some(seq));
}

/// As after a backup was restored: the numbers that the client has seen are given out once more.
#[tokio::test]
async fn who_has_seen_more_than_there_is_is_told_and_goes_on_from_the_newest() {
    for stored in [0, 3] {
        let inbox = Arc::new(MemoryInbox::new());
        let mut newest = 0;
        for number in 0..stored {
            newest = append(&*inbox, number).await;
        }
        let router = Admin::new(inbox.clone()).router();
        for beyond in [newest + 1, newest + 100, newest + (1 << 40)] {
            let last = Some(beyond.to_string());
            let mut client = Client::connect(&router, "/api/v1/stream", last.as_deref()).await;
            let reset = format!("event: reset\nid: {newest}\ndata: {{\"seq\":{newest}}}\n\n");
            assert_eq!(client.piece().await.unwrap(), reset);
            newest = append(&*inbox, 100 + u32::try_from(newest).unwrap()).await;
            assert_eq!(client.named("message").await.id, Some(newest), "after {beyond}");
        }
        // The one that was seen last is not beyond it.
        let last = newest.to_string();
        let mut client = Client::connect(&router, "/api/v1/stream", Some(&last)).await;
        assert_eq!(client.piece().await.unwrap(), format!("id: {newest}\n\n"));
    }
}

#[tokio::test]
async fn streams_and_waits_leave_room_for_all_else() {
    let admin = Admin::new(Arc::new(MemoryInbox::new())).with_telemetry(Telemetry::new());
    let router = admin.router();
    let status =
        async |path: &str| router.clone().oneshot(request(path, None)).await.unwrap().status();
    let mut open = Vec::new();
    let refused = loop {
        let answer = router.clone().oneshot(request("/api/v1/stream", None)).await.unwrap();
        match answer.status() {
            StatusCode::OK => open.push(answer),
            _ => break answer,
        }
        assert!(open.len() < 256, "as many as the admin listener has connections");
    };
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.headers()[CONTENT_TYPE], "application/problem+json");
    let wait = "/api/v1/recordings/recall/r1/wait?need=transcript&timeout=0";
    assert_eq!(status(wait).await, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/healthz", "/readyz", "/metrics", "/api/v1/stats"] {
        assert_eq!(status(path).await, StatusCode::OK, "{path}");
    }
    open.pop();
    assert_eq!(status(wait).await, StatusCode::OK);
}

#[tokio::test]
async fn what_was_pruned_is_left_out() {
    let now = UNIX_EPOCH + RESEND_WINDOW * 3;
    let inbox = Arc::new(MemoryInbox::with_clock(ManualClock::new(now)));
    for number in 0..3 {
        append(&*inbox, number).await;
    }
    inbox.prune(&Prune::before(now - RESEND_WINDOW)).await.unwrap();
    let seq = append(&*inbox, 3).await;
    assert_eq!(inbox.messages(&MessageQuery::default()).await.unwrap().len(), 1);
    let router = Admin::new(inbox).router();
    let mut client = Client::connect(&router, "/api/v1/stream", Some("1")).await;
    assert_eq!(client.named("message").await.id, Some(seq));
}

#[tokio::test]
async fn an_id_that_none_is_like_is_refused() {
    let router = Admin::new(Arc::new(MemoryInbox::new())).router();
    for last in ["", "x", "-1", "1.5", "99999999999999999999"] {
        let answer = router.clone().oneshot(request("/api/v1/stream", Some(last))).await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{last}");
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
    }
    for query in ["last_event_id=x", "last_event_id=", "after=1"] {
        let path = format!("/api/v1/stream?{query}");
        let answer = router.clone().oneshot(request(&path, None)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_says_something_each_fifteen_seconds() {
    let router = Admin::new(Arc::new(MemoryInbox::new())).router();
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    assert_eq!(client.event().await.unwrap().name, "subscriptions");
    let quiet_since = tokio::time::Instant::now();
    let piece = client.piece().await.unwrap();
    assert!(piece.starts_with(':'), "{piece}");
    assert_eq!(quiet_since.elapsed().as_secs(), 15);
}

#[tokio::test(start_paused = true)]
async fn it_tells_how_subscriptions_stand_and_when_that_changes() {
    let inbox = Arc::new(MemoryInbox::new());
    inbox.subscribe(&Subscription::messages("archive", Filter::everything())).await.unwrap();
    let router = Admin::new(inbox.clone()).router();
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    let event = client.named("subscriptions").await;
    assert_eq!(event.id, None, "it would be taken for the number of a message");
    assert_eq!(event.data["items"][0]["name"], "archive");
    assert_eq!(event.data["items"][0]["jobs"]["waiting"], 0);
    append(&*inbox, 1).await;
    let event = client.named("subscriptions").await;
    assert_eq!(event.data["items"][0]["jobs"]["waiting"], 1);
    let claim = Claim::new("archive", 1, std::time::Duration::from_secs(60));
    let job = inbox.claim(claim).await.unwrap().jobs.remove(0);
    inbox.settle(job.lease, JobEnd::Dead { error: "no".into() }).await.unwrap();
    let event = client.named("subscriptions").await;
    assert_eq!(event.data["items"][0]["jobs"]["dead"], 1);
    // Nothing has changed: what comes next is a comment.
    let piece = client.piece().await.unwrap();
    assert!(piece.starts_with(':'), "{piece}");
}

#[tokio::test]
async fn it_ends_when_the_process_does() {
    let admin = Admin::new(Arc::new(MemoryInbox::new()));
    let (handle, router) = (admin.handle(), admin.router());
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    client.named("subscriptions").await;
    handle.close();
    assert_eq!(client.event().await, None);
    let answer = router.oneshot(request("/api/v1/stream", None)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn it_ends_when_the_token_is_taken_back() {
    let inbox = Arc::new(MemoryInbox::new());
    let admin = Admin::new(inbox.clone());
    let (handle, router) = (admin.handle(), admin.router());
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    client.named("subscriptions").await;
    handle.set_ready_lag(None);
    // As at a reload that changes something else.
    handle.set_token(None);
    append(&*inbox, 1).await;
    client.named("message").await;
    handle.set_token(Some(Token::parse("an-admin-token-0001").unwrap()));
    assert_eq!(client.event().await, None);
}

#[tokio::test]
async fn an_inbox_that_does_not_answer_is_told_with_a_status() {
    let inbox = Arc::new(MemoryInbox::new());
    let router = Admin::new(inbox.clone()).router();
    let mut client = Client::connect(&router, "/api/v1/stream", None).await;
    client.named("subscriptions").await;
    inbox.close().await;
    assert_eq!(client.event().await, None);
    let answer = router.oneshot(request("/api/v1/stream", None)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8(body.to_vec()).unwrap().contains("closed"));
}

/// Numbers by xorshift, the same for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Reads events until so many bytes have come, then cuts the connection, wherever that is.
async fn listen(address: SocketAddr, bytes: usize, seen: &watch::Sender<Vec<i64>>) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let last = seen.borrow().last().copied().unwrap_or(0);
    // In HTTP/1.0 a body has no frames, and ends with the connection.
    let head =
        format!("GET /api/v1/stream HTTP/1.0\r\nhost: localhost\r\nlast-event-id: {last}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let (mut text, mut left, mut piece) = (String::new(), bytes, [0; 512]);
    let mut in_body = false;
    while left > 0 {
        let room = left.min(piece.len());
        let read = socket.read(&mut piece[..room]).await.unwrap();
        assert_ne!(read, 0, "the stream has ended: {text}");
        left -= read;
        text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        if !in_body {
            let Some(end) = text.find("\r\n\r\n") else { continue };
            assert!(text.starts_with("HTTP/1.0 200"), "{text}");
            text.drain(..end + 4);
            in_body = true;
        }
        let new = events(&mut text).into_iter().filter(|event| event.name == "message");
        let new: Vec<_> = new.map(|event| event.id.unwrap()).collect();
        if !new.is_empty() {
            seen.send_modify(|seen| seen.extend(new));
        }
    }
}

/// While somebody listens who is cut off at any byte, messages are appended in bursts, each as soon as all of
/// the last one were seen: so connections begin just while something is stored, and what is missed once is
/// waited for in vain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_is_seen_once_and_in_order_however_often_the_connection_breaks() {
    let connections = std::env::var("RECALLAI_WEBHOOK_RECONNECTS");
    let connections: u32 = connections.map_or(400, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    // Its reads take a while, in another thread than its writes.
    let inbox = Arc::new(SqliteInbox::open(folder.path().join("inbox.db")).unwrap());
    let router = Admin::new(inbox.clone()).router();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());

    let (seen, mut sees) = watch::channel(Vec::new());
    let (enough, mut is_enough) = watch::channel(false);
    let writer = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            let (mut all, mut dice) = (Vec::new(), Dice(0x5eed));
            while !*is_enough.borrow_and_update() {
                for _ in 0..1 + dice.below(4) {
                    all.push(append(&*inbox, u32::try_from(all.len()).unwrap()).await);
                }
                sees.wait_for(|seen: &Vec<i64>| seen.len() >= all.len()).await.unwrap();
            }
            all
        }
    });
    let mut dice = Dice(7);
    for _ in 0..connections {
        listen(address, 1 + usize::try_from(dice.below(3000)).unwrap(), &seen).await;
    }
    enough.send_replace(true);
    // What was cut off of the last burst is still awaited.
    let reader = tokio::spawn({
        let seen = seen.clone();
        async move {
            loop {
                listen(address, 1000, &seen).await;
            }
        }
    });
    let all = writer.await.unwrap();
    reader.abort();
    assert_eq!(*seen.borrow(), all);
    let most = connections as usize / 4;
    assert!(all.len() > most, "only {} messages", all.len());
}
