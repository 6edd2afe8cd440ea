//! Your first event in five minutes: a secret, a router, a server, and a way to try them.
//!
//! # 1. A project
//!
//! Nothing is published yet. Clone the repository beside your project, and depend on it by path:
//!
//! ```toml
//! [dependencies]
//! recallai-webhook = { path = "../recallai-webhook/crates/recallai-webhook" }
//! tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
//! tracing-subscriber = "0.3"
//! ```
//!
//! The last one is for the log. Why a delivery was refused is written there and nowhere else, because
//! the sender is not told; without a subscriber it is lost.
//!
//! # 2. A receiver
//!
//! ```no_run
//! # #[cfg(feature = "hyper")] mod example {
//! use recallai_webhook::names::RECORDING_DONE;
//! use recallai_webhook::{Endpoint, Receiver, Router, Secret, Server, Unmatched, Verifier, Webhooks};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // In your program: tracing_subscriber::fmt::init();
//!     let secret = Secret::parse(&std::env::var("RECALLAI_WEBHOOK_SECRET")?)?;
//!
//!     let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!         .on(RECORDING_DONE, |event, _| async move {
//!             println!("recording {} is done", event.recording.id);
//!         })
//!         .build();
//!
//!     let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
//!     let webhooks = Webhooks::new().endpoint("/webhooks/recall", receiver);
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     Server::new(webhooks).serve(listener, std::future::pending()).await?;
//!     Ok(())
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! Four things meet here:
//!
//! - The **verifier** holds the secrets and decides who is let in. See [`secrets`](crate::guide::secrets).
//! - The **endpoint** gives a URL path of yours a name, which stands in logs and metrics.
//! - The **router** knows which handler wants which event. The constant decides the type of the
//!   handler's argument: `RECORDING_DONE` gives an [`ArtifactEvent`](crate::event::ArtifactEvent). See
//!   [`handlers`](crate::guide::handlers).
//! - The **receiver** puts them together and decides the reply.
//!
//! # 3. Try it without an account
//!
//! The binary of `recallai-webhook-cli` signs an example body and posts it. Install it from the clone,
//! with `cargo install --path crates/recallai-webhook-cli`. Any secret of the right form will do, as long
//! as both sides have the same. This makes one:
//!
//! ```text
//! export RECALLAI_WEBHOOK_SECRET=whsec_$(openssl rand -base64 24)
//! cargo run &
//! recallai-webhook send recording.done http://127.0.0.1:8080/webhooks/recall
//! ```
//!
//! It prints the event, the message id and `204 No Content`; your program prints the recording. With
//! another secret it prints `401 Unauthorized`, and your log says why.
//!
//! # 4. With the real sender
//!
//! 1. Give the receiver a public `https` URL. On a developer's machine that takes a tunnel; in production,
//!    a proxy that ends TLS and hands on body and headers unchanged.
//! 2. In the dashboard of Recall.ai, in the region where your bots run, add an endpoint with that URL, path
//!    included, and subscribe it to the events you want. What is not subscribed is never sent.
//! 3. Copy the secret from the dashboard; [`secrets`](crate::guide::secrets) says where it is.
//! 4. Send a test event from the dashboard. It has made-up ids: do not look them up.
//!
//! If it is refused or does not arrive, `docs/troubleshooting.md` in the repository goes through the
//! symptoms.
//!
//! # What an event looks like
//!
//! The same body in a test, without any network:
//!
//! ```
//! use recallai_webhook::Event;
//! use recallai_webhook::names::RECORDING_DONE;
//!
//! let event = Event::parse(br#"{"event":"recording.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56.339940Z"},
//!     "recording":{"id":"03d06804","metadata":{"customer":"42"}},
//!     "bot":null}}"#)?;
//!
//! let recording = event.named(RECORDING_DONE).ok_or("another event")?;
//! assert_eq!(recording.recording.id, "03d06804");
//! assert_eq!(recording.status.code, "done");
//! // Recordings of the Desktop SDK have no bot: `null` and absent are both usual.
//! assert!(recording.bot.as_ref().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An event carries ids and a status, never a URL of media. Fetch those from the API of Recall.ai when you
//! need them, because they expire after some hours.
