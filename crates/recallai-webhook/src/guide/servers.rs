//! Serving with axum, hyper or tower: one service, mounted in three ways, and an extractor.
//!
//! `Webhooks` maps paths to receivers. It is a `hyper::service::Service` and a `tower::Service`, reads the
//! raw body itself, and never fails: every request gets a response. The examples need the feature
//! `hyper`, which is on by default, and the extractor needs `axum`.
//!
//! Paths are matched as a whole; where no receiver is, the answer is 404. A framework that strips a prefix
//! before it calls a service, as axum's `nest_service` does, leaves the rest of the path to be matched.
//!
//! # In an axum application
//!
//! Mount it with `route_service`. Your own routes, layers and state stay as they are:
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use axum::body::Body;
//! use axum::http::{Request, StatusCode};
//! use axum::routing::get;
//! use recallai_webhook::{Endpoint, Receiver, Router, Secret, Unmatched, Verifier, Webhooks};
//! use tower::ServiceExt;
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let router = Router::builder(Unmatched::ACKNOWLEDGE).build();
//! let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
//! let webhooks = Webhooks::new().endpoint("/webhooks/recall", receiver);
//!
//! let app = axum::Router::new()
//!     .route("/health", get(|| async { "well\n" }))
//!     .route_service("/webhooks/recall", webhooks);
//!
//! // `axum::serve(listener, app)` runs it. Here it is asked in process, without a signature.
//! let unsigned = Request::post("/webhooks/recall").body(Body::from("{}"))?;
//! let response = app.clone().oneshot(unsigned).await?;
//! assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
//!
//! let health = app.oneshot(Request::get("/health").body(Body::empty())?).await?;
//! assert_eq!(health.status(), StatusCode::OK);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "axum"))]
//! # fn main() {}
//! ```
//!
//! A layer that reads or rewrites bodies, such as decompression, must not stand in front of it: the
//! signature covers the bytes that were sent. CSRF protection has to leave the path out, and so has
//! anything that asks for a session.
//!
//! # An axum handler with an extractor
//!
//! `VerifiedEvent` is an argument of your own handler, which then decides the reply. It must be the last
//! argument, because it consumes the body:
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::{Arc, OnceLock};
//! use std::time::{SystemTime, UNIX_EPOCH};
//!
//! use axum::body::Body;
//! use axum::http::{Request, StatusCode};
//! use axum::routing::post;
//! use recallai_webhook::{Admission, Endpoint, Event, Secret, VerifiedEvent, Verifier};
//! use tower::ServiceExt;
//!
//! /// 204 once the event is safe, 503 to get it again.
//! async fn received(verified: VerifiedEvent) -> StatusCode {
//!     match store(verified.event) {
//!         Ok(()) => StatusCode::NO_CONTENT,
//!         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
//!     }
//! }
//!
//! /// Stands for a queue of yours. This one is full after one event.
//! fn store(event: Arc<Event>) -> Result<(), Arc<Event>> {
//!     static QUEUE: OnceLock<Arc<Event>> = OnceLock::new();
//!     QUEUE.set(event)
//! }
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let admission = Admission::new(Endpoint::signed("recall", Verifier::new(secret.clone())));
//! let app = axum::Router::new().route("/webhooks/recall", post(received)).with_state(admission);
//!
//! let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
//! let body = recallai_webhook::event::catalogue::find("recording.done").ok_or("gone")?.example();
//! let statuses = [StatusCode::NO_CONTENT, StatusCode::SERVICE_UNAVAILABLE];
//! for (id, status) in ["msg_1", "msg_2"].into_iter().zip(statuses) {
//!     let request = Request::post("/webhooks/recall")
//!         .header("webhook-id", id)
//!         .header("webhook-timestamp", now)
//!         .header("webhook-signature", secret.sign(id, now, body.as_bytes())?)
//!         .body(Body::from(body.clone()))?;
//!     assert_eq!(app.clone().oneshot(request).await?.status(), status);
//! }
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "axum"))]
//! # fn main() {}
//! ```
//!
//! Where the state is a type of your own, implement `FromRef` so that an `Admission` can be taken from it.
//! A verified body that is no readable event does not reach the handler: it is answered 204 and logged.
//! Take a `VerifiedRequest` to see those too. There is no router and no time limit here; both are yours.
//!
//! # With tower
//!
//! Layers wrap it as they wrap any service. `Webhooks::respond` is the same without the trait:
//!
//! ```
//! # #[cfg(feature = "hyper")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use recallai_webhook::Webhooks;
//! use tower::{Service, ServiceExt};
//!
//! let mut service = ServiceExt::<Request<Full<Bytes>>>::map_response(
//!     Webhooks::new(),
//!     |response: Response<_>| response.status().as_u16(),
//! );
//! let request: Request<Full<Bytes>> = Request::post("/nowhere").body(Full::from("{}"))?;
//! assert_eq!(service.call(request).await?, 404);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "hyper"))]
//! # fn main() {}
//! ```
//!
//! # In a hyper server
//!
//! Hand a clone of `Webhooks` to each connection. `Server` does this, with limits on connections and time
//! and a shutdown that drops no request; a server of your own has to bring them:
//!
//! ```no_run
//! # #[cfg(feature = "hyper")]
//! # async fn run(webhooks: recallai_webhook::Webhooks) -> Result<(), Box<dyn std::error::Error>> {
//! use hyper::server::conn::http1;
//! use hyper_util::rt::{TokioIo, TokioTimer};
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! loop {
//!     let (stream, _) = listener.accept().await?;
//!     let connection = http1::Builder::new()
//!         .timer(TokioTimer::new())
//!         .serve_connection(TokioIo::new(stream), webhooks.clone());
//!     tokio::spawn(connection);
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! # What is answered
//!
//! | status | when |
//! |---|---|
//! | 204 | verified, and handled or nothing that a retry could mend |
//! | 400 | the body was cut short |
//! | 401 | not verified; one text for every reason |
//! | 404, 405 | no receiver at this path; not a `POST` |
//! | 408 | the body took longer than 10 s (and, in `Server`, a head that took longer than 15 s) |
//! | 413 | the body is over 512 KiB |
//! | 431 | in `Server`: the head is over 32 KiB, or has more than 100 lines |
//! | 503 | a handler failed or took too long; `retry-after: 5` |
//!
//! The limits are fields of `Limits`, given with `with_limits`. Everything but 2xx makes the sender try
//! again; it follows no redirects, so a 301 to a path with a slash is a failure too.
