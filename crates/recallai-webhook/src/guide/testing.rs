//! Testing: sign a body as the sender does, and call the receiver in process.
//!
//! No test needs a network, an account, or a way around verification.
//! [`Secret::sign`](crate::Secret::sign) makes the signature, and the time is an argument, so that a test
//! does not depend on when it runs.
//!
//! # A receiver in a test
//!
//! Examples of all known events are in the catalogue: [`Entry::example`](crate::event::Entry::example) has
//! the documented shape, with made-up ids.
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering};
//! use std::sync::Arc;
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! use recallai_webhook::dispatch::Delivery;
//! use recallai_webhook::event::catalogue;
//! use recallai_webhook::{
//!     Code, Endpoint, Receiver, Reply, Router, Secret, Unmatched, Verifier, artifact,
//! };
//!
//! const NOW: u64 = 1_700_000_000;
//!
//! /// Delivers a body as the sender would.
//! async fn deliver(receiver: &Receiver, secret: &Secret, id: &str, body: &str) -> Reply {
//!     let timestamp = NOW.to_string();
//!     let signature = secret.sign(id, NOW, body.as_bytes()).unwrap();
//!     let headers = [
//!         ("webhook-id", id.as_bytes()),
//!         ("webhook-timestamp", timestamp.as_bytes()),
//!         ("webhook-signature", signature.as_bytes()),
//!     ];
//!     let received_at = UNIX_EPOCH + Duration::from_secs(NOW + 1);
//!     receiver.receive(Delivery::new(headers, body.to_owned().into(), received_at)).await
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let failures = Arc::new(AtomicUsize::new(0));
//! let counter = Arc::clone(&failures);
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!     .on(artifact(None, Code::FAILED), move |_, _| {
//!         counter.fetch_add(1, Ordering::Relaxed);
//!         async {}
//!     })
//!     .build();
//!
//! let secret = Secret::from_bytes(&[7; 32])?;
//! let endpoint = Endpoint::signed("test", Verifier::new(secret.clone()));
//! let receiver = Receiver::inline(endpoint, router);
//!
//! // Every event that is known, once: none of them may be refused.
//! for entry in catalogue::CATALOGUE {
//!     let reply = deliver(&receiver, &secret, "msg_1", &entry.example()).await;
//!     assert_eq!(reply, Reply::Acknowledged, "{}", entry.name);
//! }
//! // `failed` of the recording and of its seven media objects.
//! assert_eq!(failures.load(Ordering::Relaxed), 8);
//!
//! // A stranger's secret opens nothing.
//! let other = Secret::from_bytes(&[8; 32])?;
//! let body = catalogue::find("recording.done").ok_or("gone")?.example();
//! assert_eq!(deliver(&receiver, &other, "msg_2", &body).await, Reply::Unauthorized);
//! # Ok(())
//! # }
//! ```
//!
//! # A whole meeting, with everything that goes wrong
//!
//! What breaks handlers is the order, the repetition and the outage. `recallai-webhook-testing`, a
//! dev-dependency, plays whole meetings against them: with deliveries that are late, doubled, forged or cut short,
//! and with the sender's retries. Everything is in process and on a virtual clock, so that a day takes
//! milliseconds; the same seed gives the same run.
//!
//! ```
//! use std::time::Duration;
//!
//! use recallai_webhook::dispatch::WorkerBuilder;
//! use recallai_webhook::event::names::TRANSCRIPT_DONE;
//! use recallai_webhook::on_ready;
//! use recallai_webhook::recording::Need;
//! use recallai_webhook_testing::Harness;
//! use recallai_webhook_testing::emulator::Scenario;
//!
//! const NEED: &str = "transcript,video_mixed";
//!
//! /// The handlers, as the service has them.
//! fn handlers(worker: WorkerBuilder) -> WorkerBuilder {
//!     let need: Need = NEED.parse().unwrap();
//!     worker
//!         .on("fetch", TRANSCRIPT_DONE, |_, context| async move {
//!             // An API that fails at first.
//!             if context.attempt() < 3 { Err("no answer") } else { Ok(()) }
//!         })
//!         .need("pipeline", need, on_ready(|_, _| async {}))
//! }
//!
//! // `#[tokio::test]` in yours.
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let meeting = Scenario::builtin("async-transcript")?;
//! let run = Harness::new()
//!     .scenario(meeting.clone())
//!     .seed(7)
//!     .faults("all:0.1".parse()?)
//!     .down(Duration::from_secs(60)..Duration::from_secs(6 * 3600))
//!     .worker(handlers)
//!     .run()
//!     .await?;
//!
//! // All was received in the end, and every answer was as it should be.
//! run.assert_received();
//! run.assert_no_dead_letters();
//! assert_eq!(run.calls("fetch").failed().count(), 2);
//! assert_eq!(run.calls("fetch").succeeded().count(), 1);
//! assert_eq!(run.calls("pipeline").succeeded().count(), 1);
//! assert_eq!(run.only_recording()?.readiness(&NEED.parse()?).name(), "ready");
//!
//! // It ended as if nothing had gone wrong.
//! let clean = Harness::new().scenario(meeting).seed(7).worker(handlers).run().await?;
//! run.assert_same_states(&clean);
//! # Ok(())
//! # }
//! ```
//!
//! `Harness::inline` takes a router instead, and `Harness::receiver` whatever takes a request and gives a status
//! code: here the whole service, which checks signatures against the machine's clock.
//!
//! ```
//! # #[cfg(feature = "hyper")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::SystemTime;
//!
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use recallai_webhook::{Endpoint, Receiver, Router, Secret, Unmatched, Verifier, Webhooks};
//! use recallai_webhook_testing::emulator::{Scenario, SigningSecret};
//! use recallai_webhook_testing::{Arrival, Harness};
//!
//! let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! let router = Router::builder(Unmatched::ACKNOWLEDGE).build();
//! let endpoint = Endpoint::signed("test", Verifier::new(Secret::parse(secret)?));
//! let webhooks = Webhooks::new().endpoint("/hook", Receiver::inline(endpoint, router));
//!
//! let run = Harness::new()
//!     .scenario(Scenario::builtin("plain-bot")?)
//!     .faults("all:0.1".parse()?)
//!     .secret(SigningSecret::parse(secret)?)
//!     .signed_at(SystemTime::now())
//!     .receiver(move |arrival: Arrival| {
//!         let webhooks = webhooks.clone();
//!         let body = Full::new(Bytes::copy_from_slice(&arrival.request.body));
//!         let mut request = http::Request::post("/hook");
//!         for (name, value) in &arrival.request.headers {
//!             request = request.header(name, value);
//!         }
//!         let request = request.body(body).unwrap();
//!         async move { webhooks.respond(request).await.status().as_u16() }
//!     })
//!     .run()
//!     .await?;
//! run.assert_received();
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "hyper"))]
//! # fn main() {}
//! ```
//!
//! For receivers in other languages, `recallai-webhook emulate --check` does the like over HTTP.
//!
//! # A handler alone
//!
//! A handler is a function of an event and a context; keep the work in a function that takes what it needs,
//! and test that. Events are built with constructors or parsed:
//!
//! ```
//! use recallai_webhook::event::{ArtifactEvent, Event};
//!
//! fn title(event: &ArtifactEvent) -> String {
//!     let meeting = event.recording.metadata.as_ref().and_then(|all| all.get_str("meeting"));
//!     format!("{} of {}", event.kind, meeting.as_deref().unwrap_or("an unnamed meeting"))
//! }
//!
//! let event = Event::parse(br#"{"event":"transcript.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},
//!     "transcript":{"id":"t1","metadata":{}},
//!     "recording":{"id":"r1","metadata":{"meeting":"Planning"}}}}"#)?;
//! let transcript = event.payload::<ArtifactEvent>().ok_or("another event")?;
//! assert_eq!(title(transcript), "transcript of Planning");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The whole HTTP service
//!
//! `Webhooks::respond` takes a request of the `http` crate and needs no socket. It reads the clock, so the
//! request is signed now:
//!
//! ```
//! # #[cfg(feature = "hyper")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::{SystemTime, UNIX_EPOCH};
//!
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use recallai_webhook::{Endpoint, Receiver, Router, Secret, Unmatched, Verifier, Webhooks};
//!
//! let secret = Secret::from_bytes(&[7; 32])?;
//! let router = Router::builder(Unmatched::ACKNOWLEDGE).build();
//! let endpoint = Endpoint::signed("test", Verifier::new(secret.clone()));
//! let webhooks = Webhooks::new().endpoint("/hook", Receiver::inline(endpoint, router));
//!
//! let body = r#"{"event":"recording.dreamt","data":{}}"#;
//! let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
//! let request = http::Request::post("/hook")
//!     .header("webhook-id", "msg_1")
//!     .header("webhook-timestamp", now)
//!     .header("webhook-signature", secret.sign("msg_1", now, body.as_bytes())?)
//!     .body(Full::new(Bytes::from(body)))?;
//! assert_eq!(webhooks.respond(request).await.status(), 204);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "hyper"))]
//! # fn main() {}
//! ```
//!
//! # A running service
//!
//! The binary plays the sender, against this machine unless `--allow-remote` is given:
//!
//! ```text
//! recallai-webhook send transcript.failed http://127.0.0.1:8080/webhooks/recall
//! recallai-webhook send --file body.json --family svix
//! recallai-webhook send recording.done --set data.recording.id=r1
//! recallai-webhook send recording.done --instant-resend   # twice, with one message id
//! recallai-webhook send recording.done --wrong-secret     # has to be refused
//! recallai-webhook send recording.done --stale-clock      # so has this: its timestamp is too old
//! ```
//!
//! The secret comes from `RECALLAI_WEBHOOK_SECRET` or `--secret-file`. `recallai-webhook sign --body FILE`
//! prints header lines for `curl -H @FILE`, and `recallai-webhook verify CAPTURE` says what is wrong with a
//! request that was captured.
//!
//! A check of all that a receiver has to get right, in any language, is in `docs/testing-your-receiver.md` of
//! the repository.
//!
//! # What a test should ask
//!
//! - The same message twice: is the work done once?
//! - A handler that fails and then succeeds: is the work done in the end?
//! - An event that does not exist yet, and a `bot` that is `null`: 204?
//! - `done` before `processing`: does the status stay `done`?
