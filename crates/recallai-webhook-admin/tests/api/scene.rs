//! An inbox that meetings have filled, and requests to the API over it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode, header};
use recallai_webhook_admin::Admin;
use recallai_webhook_dispatch::inbox::{
    Appended, Claim, Filter, Inbox, Job, JobEnd, ManualClock, MemoryInbox, NewMessage,
    SignatureFamily, Signed, Subscription,
};
use recallai_webhook_emulator::{Plan, Scenario, Seed, Trace};
use recallai_webhook_telemetry::Telemetry;
use serde_json::Value;
use tower::ServiceExt;

/// The subscription that wants every event.
pub(crate) const EVERYTHING: &str = "pipeline";

/// The endpoint, and its scope.
pub(crate) const ENDPOINT: &str = "recall";

pub(crate) struct Scene {
    pub(crate) inbox: Arc<MemoryInbox>,
    pub(crate) admin: Admin,
    pub(crate) telemetry: Telemetry,
    messages: u64,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The time at which meetings begin.
pub(crate) fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_733_354_000)
}

impl Scene {
    /// An empty inbox, with a subscription.
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(start()));
        let inbox = Arc::new(MemoryInbox::with_clock(Arc::clone(&clock)));
        let all = Subscription::messages(EVERYTHING, Filter::events());
        inbox.subscribe(&all).await.unwrap();
        let telemetry = Telemetry::with_clock(clock);
        let admin =
            Admin::new(Arc::clone(&inbox) as Arc<dyn Inbox>).with_telemetry(telemetry.clone());
        Self { inbox, admin, telemetry, messages: 0 }
    }

    /// The same after a meeting of a scenario.
    pub(crate) async fn after(scenario: &str) -> Self {
        let mut scene = Self::new().await;
        scene.play(scenario, 1).await;
        scene
    }

    /// Lets a meeting take place: all that is told of it is stored.
    pub(crate) async fn play(&mut self, scenario: &str, seed: u64) {
        let plan = Plan::from(Scenario::builtin(scenario).unwrap());
        for message in Trace::of(&plan, Seed(seed), Trace::usual_start()).messages {
            let body = message.body.to_vec();
            self.append(NewMessage::parse(ENDPOINT, &*message.id, body, start() + message.at))
                .await;
        }
    }

    pub(crate) async fn append(&mut self, message: NewMessage) -> i64 {
        self.messages += 1;
        let timestamp = 1_733_354_000 + self.messages;
        let signed = Signed::new(SignatureFamily::Svix, timestamp, "v1,c2lnbmVk", "current");
        match self.inbox.append(message.with_signature(signed)).await.unwrap() {
            Appended::New { seq } => seq,
            other => panic!("{other:?}"),
        }
    }

    /// Stores what was told of the transcript of a recording.
    pub(crate) async fn transcript(&mut self, recording: &str, code: &str) -> i64 {
        let transcript = format!(r#""transcript":{{"id":"t-{recording}","metadata":{{}}}}"#);
        self.event(&format!("transcript.{code}"), &transcript, recording).await
    }

    /// Stores an event about a recording, with other members beside it.
    pub(crate) async fn event(&mut self, name: &str, members: &str, recording: &str) -> i64 {
        let code = name.rsplit('.').next().unwrap();
        let body = format!(
            r#"{{"event":"{name}","data":{{
                "data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:20:00Z"}},
                {members},"recording":{{"id":"{recording}","metadata":{{}}}}}}}}"#
        );
        let id = format!("msg_{recording}_{name}");
        self.append(NewMessage::parse(ENDPOINT, id, body, start())).await
    }

    /// Takes all jobs there are.
    pub(crate) async fn claim(&self) -> Vec<Job> {
        let claim = Claim::new(EVERYTHING, 1000, Duration::from_secs(60));
        self.inbox.claim(claim).await.unwrap().jobs
    }

    /// Lets all jobs there are die, one after the other of each subject.
    pub(crate) async fn let_die(&self, error: &str) -> usize {
        let mut dead = 0;
        loop {
            let jobs = self.claim().await;
            if jobs.is_empty() {
                return dead;
            }
            dead += jobs.len();
            for job in jobs {
                let end = JobEnd::Dead { error: error.into() };
                self.inbox.settle(job.lease, end).await.unwrap();
            }
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.admin.clone().router()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(self.router(), request).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str) -> Answer {
        ask(self.router(), method, path).await
    }

    /// The answer to a GET, which succeeds.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let request = Request::post(format!("/api/v1/{path}")).header(header::HOST, "localhost");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// The items of a list, page by page, as they are found by `path`, which has a query.
    pub(crate) async fn pages(&self, path: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}{cursor}")).await;
            pages.push(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { return pages };
            cursor = format!("&cursor={next}");
        }
    }
}

/// The answer of a router to a request without a body.
pub(crate) async fn ask(router: Router, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
    send(router, request.header(header::HOST, "localhost").body(Body::empty()).unwrap()).await
}

async fn send(router: Router, request: Request<Body>) -> Answer {
    let (head, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: head.status, headers: head.headers, body }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What is answered, as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/json");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// What is wrong, which has to be a problem of this status.
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        problem["detail"].as_str().unwrap().to_owned()
    }
}
