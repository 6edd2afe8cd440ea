//! Your own transport: from headers and bytes to a reply, without an HTTP library.
//!
//! [`Receiver::receive`](crate::Receiver::receive) takes a [`Delivery`](crate::dispatch::Delivery): all
//! header lines, the raw body, and the time. It gives back a [`Reply`](crate::Reply). Where the three come
//! from is your affair: a serverless function, a queue that carries whole requests, a server of another
//! kind.
//!
//! # A function that is called with a request
//!
//! The types here stand for those of a platform that hands over JSON, with the body in base64 or as text:
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering};
//! use std::sync::Arc;
//! use std::time::{Duration, SystemTime, UNIX_EPOCH};
//!
//! use recallai_webhook::dispatch::Delivery;
//! use recallai_webhook::names::RECORDING_DONE;
//! use recallai_webhook::{Endpoint, Receiver, Reply, Router, Secret, Unmatched, Verifier};
//!
//! /// A request as the platform gives it.
//! struct Request {
//!     headers: Vec<(String, String)>,
//!     query: Option<String>,
//!     /// As it came over the wire, already out of base64.
//!     body: Vec<u8>,
//! }
//!
//! /// What the platform wants back.
//! struct Response {
//!     status: u16,
//!     headers: Vec<(String, String)>,
//!     body: String,
//! }
//!
//! /// The longest body that is looked at: the sender's own limit is about 350 kB.
//! const LONGEST: usize = 512 * 1024;
//!
//! async fn handle(receiver: &Receiver, request: Request, now: SystemTime) -> Response {
//!     if request.body.len() > LONGEST {
//!         return response(Reply::TooLarge);
//!     }
//!     let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
//!     let delivery =
//!         Delivery::new(headers, request.body.into(), now).with_query(request.query.as_deref());
//!     response(receiver.receive(delivery).await)
//! }
//!
//! fn response(reply: Reply) -> Response {
//!     let headers = reply.header().map(|(name, value)| (name.to_owned(), value.to_owned()));
//!     Response {
//!         status: reply.status(),
//!         headers: headers.into_iter().collect(),
//!         body: reply.text().to_owned(),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once, when the function starts:
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let done = Arc::new(AtomicUsize::new(0));
//! let counter = Arc::clone(&done);
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!     .on(RECORDING_DONE, move |_, _| {
//!         let counter = Arc::clone(&counter);
//!         async move {
//!             counter.fetch_add(1, Ordering::Relaxed);
//!         }
//!     })
//!     .build();
//! let verifier = Verifier::new(secret.clone());
//! let receiver = Receiver::inline(Endpoint::signed("recall", verifier), router);
//!
//! // For each request. This one is signed here, as the sender would.
//! let timestamp = 1_614_265_330;
//! let body = br#"{"event":"recording.done","data":{
//!     "data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},
//!     "recording":{"id":"r1","metadata":{}}}}"#;
//! let signature = secret.sign("msg_1", timestamp, body)?;
//! let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
//! let request = Request {
//!     headers: vec![
//!         header("Webhook-Id", "msg_1"),
//!         header("Webhook-Timestamp", &timestamp.to_string()),
//!         header("Webhook-Signature", &signature),
//!     ],
//!     query: None,
//!     body: body.to_vec(),
//! };
//! let now = UNIX_EPOCH + Duration::from_secs(timestamp + 1);
//! let answer = handle(&receiver, request, now).await;
//! assert_eq!((answer.status, answer.body.as_str()), (204, ""));
//! assert_eq!(done.load(Ordering::Relaxed), 1);
//!
//! // Without its headers it is nobody's.
//! let forged = Request { headers: Vec::new(), query: None, body: body.to_vec() };
//! assert_eq!(handle(&receiver, forged, now).await.status, 401);
//! assert_eq!(done.load(Ordering::Relaxed), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What a transport has to keep
//!
//! - **The body, byte for byte.** Not the parsed JSON written anew, not text that was decoded and encoded
//!   again. Where the platform marks a body as base64, decode it, and nothing more.
//! - **All header lines.** Names in any case. Where a name comes more than once, each line is an item of its
//!   own; do not keep the last one only.
//! - **The time of arrival**, not the time when a queue was emptied. A delivery is accepted within five
//!   minutes of the timestamp it was signed with. If requests wait longer than that in a queue of yours,
//!   store the time with them and pass it on: that is the time that counts.
//! - **The status and the one header of the reply.** The text of the reply is for whoever looks; the sender
//!   keeps an excerpt of it.
//! - **Bounds.** Dispatch bounds neither the body nor the time it takes to arrive. [`Reply`](crate::Reply)
//!   has rows for what your transport refuses on its own: `TooLarge`, `Timeout`, `BadRequest`,
//!   `MethodNotAllowed`, `NotFound`.
//! - **A tokio runtime with time enabled**, for the time limit of handlers.
//!
//! # Serverless functions
//!
//! Do not answer first and work later: many platforms stop a function once it has answered, and the work
//! with it. [`Receiver`](crate::Receiver) replies after the work, which is what such a platform needs.
//! Make the platform's own time limit longer than that of the receiver, so that a slow handler ends as a
//! 503 of ours and not as a cut connection. Keep the receiver outside of the function that is called for
//! each request; it is cheap to clone and holds the parsed secrets.
//!
//! # Without a router
//!
//! [`Endpoint::verify`](crate::Endpoint::verify) gives a [`VerifiedDelivery`](crate::VerifiedDelivery),
//! which only an endpoint can make. It owns the raw body and is cheap to clone: hand it to a queue of your
//! own, and answer 204 once it is safe there.
