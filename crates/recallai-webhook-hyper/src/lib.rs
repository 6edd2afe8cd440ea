//! Serves [Recall.ai] webhooks over HTTP: a hyper 1 service, a tower service, axum extractors, and a
//! server with limits.
//!
//! [`Webhooks`] maps paths to receivers and answers every request as the sender expects it. It is a
//! `hyper::service::Service` and a `tower::Service`, so it runs in any server of theirs; [`Server`]
//! is one that owns its sockets and adds what only the owner of a socket can do, for a service of
//! your own as well.
//!
//! ```
//! use recallai_webhook_hyper::Webhooks;
//! use recallai_webhook_hyper::dispatch::{
//!     Endpoint, Receiver, Router, Secret, Unmatched, Verifier, event::names::RECORDING_DONE,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!     .on(RECORDING_DONE, |event, _| async move { println!("{} is done", event.recording.id) })
//!     .build();
//! let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
//! let webhooks = Webhooks::new().endpoint("/webhooks/recall", receiver);
//!
//! // Asked in process, by somebody who did not sign:
//! let forged = http::Request::post("/webhooks/recall").body(String::from("{}"))?;
//! assert_eq!(webhooks.respond(forged).await.status(), 401);
//!
//! # #[cfg(feature = "server")]
//! # {
//! // And over a socket, until the future at the end completes: here, at once.
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! recallai_webhook_hyper::Server::new(webhooks).serve(listener, async {}).await?;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! In an existing axum application, either mount the service with `Router::route_service`, or let a
//! handler take a [`VerifiedEvent`] (feature `axum`). In a hyper server, hand [`Webhooks`] to
//! `serve_connection`. The folder `examples` has one of each, and the tests run them.
//!
//! # Limits
//!
//! [`Limits`] bounds what a request may cost: the size of its body (413, before a byte of it is
//! read where `content-length` says so), the time its head and its body may take (408), and how
//! many connections are open. `Expect: 100-continue` is answered only once the body is wanted.
//!
//! What a delivery means is not decided here: verification, routing and the reply table are
//! `recallai-webhook-dispatch`. TLS and HTTP/2 end at the proxy in front, or in the server that the
//! service is mounted in.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks
#![allow(clippy::disallowed_methods, reason = "an adapter is where the clock is read")]

#[cfg(feature = "server")]
mod connection;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "server")]
mod incoming;
mod intake;
mod limits;
#[cfg(feature = "server")]
mod listener;
mod response;
#[cfg(feature = "server")]
mod room;
#[cfg(feature = "server")]
mod server;
mod webhooks;

#[cfg(feature = "axum")]
pub use extract::{Admission, Rejection, VerifiedEvent, VerifiedRequest};
#[cfg(feature = "server")]
pub use incoming::Incoming;
pub use limits::Limits;
#[cfg(feature = "server")]
pub use listener::bind;
pub use response::response;
#[cfg(feature = "server")]
pub use server::Server;
pub use webhooks::{ResponseFuture, Webhooks};

pub use recallai_webhook_dispatch as dispatch;
