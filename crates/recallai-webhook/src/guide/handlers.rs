//! Handlers, retries and idempotency: what runs when, and why it runs again.
//!
//! # Inline mode
//!
//! A [`Receiver`](crate::Receiver) awaits the handlers, and replies afterwards:
//!
//! | the handlers | reply | the sender |
//! |---|---|---|
//! | all succeed | 204 | forgets the message |
//! | one fails, panics or takes too long | 503 | tries again |
//! | the process dies, the connection breaks | none | tries again |
//!
//! Nothing is stored here. The sender's retries are the queue. The other mode stores first and works
//! afterwards: see [`durable`](super::durable).
//!
//! All handlers of an event run side by side, and one that fails stops no other. Together they have **10
//! seconds** ([`Receiver::with_time_limit`](crate::Receiver::with_time_limit)), because the sender hangs up
//! after **15**. At the limit those still at work are cancelled, at an `await`. What takes longer belongs in
//! a queue or a database of yours: the handler puts it there, and succeeds once it is safe.
//!
//! Do not spawn the work and return. The reply would say that all is well before anything was done, and a
//! failure later is lost.
//!
//! # The sender's schedule
//!
//! | attempt | after the one before |
//! |---|---|
//! | 1 | at once |
//! | 2 | 5 seconds |
//! | 3 | 5 minutes |
//! | 4 | 30 minutes |
//! | 5 | 2 hours |
//! | 6 | 5 hours |
//! | 7 | 10 hours |
//! | 8 | 10 hours |
//!
//! That is eight attempts within about 28 hours, each wait up to a fifth longer or shorter. Then the message has
//! failed; it can be sent again by hand from the dashboard. An endpoint where every attempt fails for five
//! days is switched off, and what was waiting for it is dropped.
//!
//! Real-time endpoints, which belong to one bot, are stricter: 60 attempts at an interval of one second, and
//! then that meeting's endpoint gets nothing more. Give them a receiver of their own, with handlers that do
//! little.
//!
//! # Once is not promised
//!
//! An event can arrive twice: after a 503 because *another* handler failed, after a reply that got lost, by
//! hand from the dashboard. All deliveries of a message have the same `webhook-id` (or `svix-id`), which is
//! [`Context::message_id`](crate::Context::message_id). Use it together with the name of the endpoint as the
//! key, and record it **in the same transaction as the work**:
//!
//! ```
//! use std::collections::HashSet;
//! use std::sync::{Arc, Mutex};
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! use recallai_webhook::dispatch::Delivery;
//! use recallai_webhook::event::ArtifactEvent;
//! use recallai_webhook::names::TRANSCRIPT_DONE;
//! use recallai_webhook::{
//!     Context, Endpoint, EventOf, Handler, HandlerResult, Receiver, Reply, Router, Secret, Unmatched,
//!     Verifier,
//! };
//!
//! /// A stand-in for a database with a unique key.
//! #[derive(Default)]
//! struct Database {
//!     seen: HashSet<(String, String)>,
//!     transcripts: Vec<String>,
//!     is_down: bool,
//! }
//!
//! #[derive(Clone, Default)]
//! struct Transcripts {
//!     database: Arc<Mutex<Database>>,
//! }
//!
//! impl Handler<EventOf<ArtifactEvent>> for Transcripts {
//!     async fn handle(&self, event: EventOf<ArtifactEvent>, context: Context) -> HandlerResult {
//!         let id = context.message_id().ok_or("not signed")?;
//!         let key = (context.endpoint().to_owned(), id.to_owned());
//!         // One transaction: either both are in, or neither.
//!         let mut database = self.database.lock().map_err(|_| "poisoned")?;
//!         if database.is_down {
//!             return Err("the database is down".into());
//!         }
//!         if database.seen.insert(key) {
//!             database.transcripts.push(event.artifact.id.clone());
//!         }
//!         Ok(()) // A duplicate is a success: the work is done.
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transcripts = Transcripts::default();
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!     .on_handler(TRANSCRIPT_DONE, transcripts.clone())
//!     .build();
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let endpoint = Endpoint::signed("recall", Verifier::new(secret.clone()));
//! let receiver = Receiver::inline(endpoint, router);
//!
//! let name = TRANSCRIPT_DONE.as_str();
//! let body = recallai_webhook::event::catalogue::find(name).ok_or("gone")?.example();
//! let signature = secret.sign("msg_1", 1_614_265_330, body.as_bytes())?;
//! let deliver = async || {
//!     let headers: [(&str, &[u8]); 3] = [
//!         ("webhook-id", b"msg_1"),
//!         ("webhook-timestamp", b"1614265330"),
//!         ("webhook-signature", signature.as_bytes()),
//!     ];
//!     let now = UNIX_EPOCH + Duration::from_secs(1_614_265_331);
//!     receiver.receive(Delivery::new(headers, body.clone().into(), now)).await
//! };
//!
//! transcripts.database.lock().unwrap().is_down = true;
//! assert_eq!(deliver().await, Reply::Unavailable); // the sender will try again
//! transcripts.database.lock().unwrap().is_down = false;
//! assert_eq!(deliver().await, Reply::Acknowledged);
//! assert_eq!(deliver().await, Reply::Acknowledged); // a duplicate
//! assert_eq!(transcripts.database.lock().unwrap().transcripts.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Three mistakes are usual:
//!
//! - **Recording the id first.** If the work fails then, the retry meets a known id, and the event is lost.
//! - **Refusing a duplicate**, with 409 or as an attack. Anything but 2xx counts as a failure, and is
//!   retried. A duplicate may even be identical to the byte, timestamp and signature included.
//! - **Forgetting ids too soon.** Keep them for 35 hours at least, the schedule with its jitter.
//!
//! # One fact, two messages
//!
//! Different messages can mean the same thing, and no id tells: `bot.done` and `recording.done` both follow
//! a meeting, and `sdk_upload.complete` and `sdk_upload.completed` the same upload. Start a pipeline from
//! one of them, or make the recording's id its key.
//!
//! # Order
//!
//! There is none. A `processing` can arrive after its `done`, when the first attempt at it failed. Of one
//! artifact, let `processing` never undo `done` or `failed`, and nothing undo `deleted`; for the rest,
//! the later `updated_at` of the status counts, not the time of arrival.
//!
//! # When to fail
//!
//! Fail for what another attempt can mend: a database that is down, a limit that was hit. For the rest, an
//! event about a bot that you have deleted or metadata of another application, return `Ok`: eight attempts
//! would change nothing. Handlers for [`handler_failure`](crate::handler_failure) hear of every failure, for
//! an alert; they change nothing about the reply.
