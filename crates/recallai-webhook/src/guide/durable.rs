//! Durable mode: every verified message is stored before it is acknowledged, and worked on until the work
//! succeeds.
//!
//! In [inline mode](super::handlers) the sender's retries are your queue: eight attempts within 28 hours,
//! all handlers of an event together, within 10 seconds. Durable mode has a queue of its own. The sender
//! hears of success as soon as the message is safe, and of nothing that happens later; each handler has its
//! own retries, for as long as it takes.
//!
//! # Two halves
//!
//! A [`Receiver::durable`](crate::Receiver::durable) puts messages into an
//! [`Inbox`](crate::inbox::Inbox), and a [`Worker`](crate::Worker) takes them out. The inbox stands in
//! between; both halves may live in one process, or in several that share a store.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! use recallai_webhook::dispatch::Delivery;
//! use recallai_webhook::inbox::MemoryInbox;
//! use recallai_webhook::names::TRANSCRIPT_DONE;
//! use recallai_webhook::recording::Need;
//! use recallai_webhook::{
//!     Code, Endpoint, Receiver, Reply, Secret, Verifier, Worker, artifact, on_ready,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // For a test. A service takes an inbox that outlives it.
//! let inbox = Arc::new(MemoryInbox::new());
//!
//! let (ready, mut is_ready) = tokio::sync::mpsc::unbounded_channel();
//! let worker = Worker::builder(inbox.clone())
//!     .on("alert", artifact(None, Code::FAILED), |event, _| async move {
//!         println!("{} of {} failed", event.kind, event.recording.id);
//!     })
//!     .need("pipeline", "transcript".parse::<Need>()?, on_ready(move |turned, context| {
//!         let ready = ready.clone();
//!         async move { ready.send((turned.recording.id, context.idempotency_key().into_owned())) }
//!     }))
//!     .build()?;
//! // Before the first delivery can come: jobs are made for what comes from now on.
//! worker.declare().await?;
//! let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
//! let working = tokio::spawn(worker.run(stopped));
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let endpoint = Endpoint::signed("recall", Verifier::new(secret.clone()));
//! let receiver = Receiver::durable(endpoint, inbox);
//!
//! let example = recallai_webhook::event::catalogue::find(TRANSCRIPT_DONE.as_str());
//! let body = example.ok_or("gone")?.example();
//! let signature = secret.sign("msg_1", 1_614_265_330, body.as_bytes())?;
//! let headers: [(&str, &[u8]); 3] = [
//!     ("webhook-id", b"msg_1"),
//!     ("webhook-timestamp", b"1614265330"),
//!     ("webhook-signature", signature.as_bytes()),
//! ];
//! let now = UNIX_EPOCH + Duration::from_secs(1_614_265_331);
//! for _ in 0..2 {
//!     // The second is a duplicate, and is acknowledged like the first.
//!     let delivery = Delivery::new(headers, body.clone().into(), now);
//!     assert_eq!(receiver.receive(delivery).await, Reply::Acknowledged);
//! }
//!
//! let (recording, key) = is_ready.recv().await.ok_or("the worker has stopped")?;
//! assert_eq!(key, format!("pipeline:recall:recording:{recording}:ready"));
//! let _ = stop.send(());
//! working.await??;
//! # Ok(())
//! # }
//! ```
//!
//! `Receiver` and `Webhooks` fit together as in [inline mode](super::servers).
//!
//! # What the sender is told
//!
//! | the delivery | reply |
//! |---|---|
//! | verified, and new | 204, after the store has made it durable |
//! | verified, and known: a retry, or sent again by hand | 204; it is counted, and makes no other job |
//! | verified, of no known name or not readable | 204; it is stored, for handlers of [`unknown_event`](crate::unknown_event) and [`unreadable_message`](crate::unreadable_message), and for a newer version |
//! | verified, but the store fails, hangs or is closed | 503 |
//! | not verified | 401; nothing is stored |
//!
//! What handlers do is none of the sender's business here.
//!
//! # Names
//!
//! Each handler is registered under a name, which is a *subscription* in the store. It outlives the process:
//! while no worker runs, jobs pile up for it. So a name stays when code moves, and a new name begins with the
//! next message, or at the beginning with
//! [`Subscriber::with_start`](crate::Subscriber::with_start). Two handlers have two names, and neither waits
//! for the other.
//!
//! # At least once
//!
//! A job runs until its handler succeeds. If the process dies between the work and the note that it is done,
//! it runs again. Give [`Context::idempotency_key`](crate::Context::idempotency_key) to whatever you call, or
//! record it in the same transaction as the work.
//!
//! Jobs of one recording run one at a time, in the order in which the messages were stored. A job that waits
//! for its next attempt lets later ones pass, unless the subscriber asks for
//! [`Order::Strict`](crate::inbox::Order::Strict). The order of arrival is not the order of events: what a
//! recording has come to is in [`Context::recording`](crate::Context::recording).
//!
//! # Failures
//!
//! An error, a panic and a time limit are failures. The job is tried again after a wait that grows from
//! seconds to an hour ([`RetryPolicy`](crate::RetryPolicy), 12 attempts by default); after the last it is a
//! *dead letter*, which waits for a person. [`Permanent`](crate::Permanent) says that no other attempt would
//! help; [`PutOff`](crate::PutOff) that it is too early, which is no failure. Hear of failures with
//! [`WorkerBuilder::on_failure`](crate::dispatch::WorkerBuilder::on_failure).
//!
//! # Needs
//!
//! To start a pipeline from one event is a mistake as soon as it needs two artifacts, since they come in any
//! order. Name what is needed, and [`on_ready`](crate::on_ready) runs once for a recording when all of it is
//! done. Other handlers can be added for what failed, was deleted, or did not come in time.
//!
//! # Long work
//!
//! A job is held under a lease of 60 seconds, which is renewed while its handler runs, however long that
//! takes. If it is lost (the store could not be reached for a minute), somebody else takes the job, and
//! [`Context::cancelled`](crate::Context::cancelled) completes. At a shutdown handlers have 15 seconds to
//! finish; then they are cancelled, and their jobs are given back without having counted.
