//! Unknown events: what nobody handles, what nobody knows, and what nobody can read.
//!
//! Three things look alike and are not:
//!
//! | | what it is | who hears of it | reply |
//! |---|---|---|---|
//! | *unhandled* | a known event, and nobody registered for it | the observer | [`Unmatched::unhandled`](crate::Unmatched::unhandled) |
//! | *unknown* | its name is not in the catalogue | handlers for [`unknown_event`](crate::unknown_event) | theirs; without one, [`Unmatched::unknown`](crate::Unmatched::unknown) |
//! | *unreadable* | verified, and no event: not JSON, a member missing | handlers for [`unreadable_message`](crate::unreadable_message), which get the error and the raw body | 204, unless such a handler fails |
//!
//! # Why 2xx
//!
//! Recall.ai adds events. An event that your program does not know is no fault of the sender, and sending
//! it seven times more over 28 hours would not change your program. Worse, an endpoint where every delivery
//! fails for five days is switched off, with the events you do handle. So the usual choice is
//! [`Unmatched::ACKNOWLEDGE`](crate::Unmatched::ACKNOWLEDGE).
//!
//! [`Unmatched::RETRY_LATER`](crate::Unmatched::RETRY_LATER) is for those who would rather deploy within a
//! day than lose an event: the sender keeps it for you, as long as it goes on trying. The two can be chosen
//! apart:
//!
//! ```
//! use recallai_webhook::dispatch::Answer;
//! use recallai_webhook::{Router, Unmatched};
//!
//! let unmatched = Unmatched { unhandled: Answer::Acknowledge, unknown: Answer::RetryLater };
//! let router = Router::builder(unmatched).build();
//! ```
//!
//! An unreadable message is not among the choices. It was signed, so the sender meant it; the same bytes
//! come again with every retry, and are as unreadable.
//!
//! # Keep what you do not understand
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! use recallai_webhook::dispatch::Delivery;
//! use recallai_webhook::{
//!     Endpoint, Receiver, Reply, Router, Secret, Unmatched, Verifier, unknown_event,
//!     unreadable_message,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let kept = Arc::new(Mutex::new(Vec::new()));
//! let (unknown, unreadable) = (Arc::clone(&kept), Arc::clone(&kept));
//!
//! let router = Router::builder(Unmatched::ACKNOWLEDGE)
//!     .on(unknown_event(), move |event, _| {
//!         unknown.lock().unwrap().push(format!("unknown {}", event.name()));
//!         async {}
//!     })
//!     .on(unreadable_message(), move |message, context| {
//!         let bytes = context.body().len();
//!         unreadable.lock().unwrap().push(format!("{bytes} bytes: {}", message.error));
//!         async {}
//!     })
//!     .build();
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let endpoint = Endpoint::signed("recall", Verifier::new(secret.clone()));
//! let receiver = Receiver::inline(endpoint, router);
//!
//! for body in [r#"{"event":"recording.dreamt","data":{}}"#, "not JSON"] {
//!     let signature = secret.sign("msg_1", 1_614_265_330, body.as_bytes())?;
//!     let headers: [(&str, &[u8]); 3] = [
//!         ("webhook-id", b"msg_1"),
//!         ("webhook-timestamp", b"1614265330"),
//!         ("webhook-signature", signature.as_bytes()),
//!     ];
//!     let now = UNIX_EPOCH + Duration::from_secs(1_614_265_330);
//!     let delivery = Delivery::new(headers, body.as_bytes().into(), now);
//!     assert_eq!(receiver.receive(delivery).await, Reply::Acknowledged);
//! }
//!
//! let kept = kept.lock().unwrap();
//! assert_eq!(kept[0], "unknown recording.dreamt");
//! assert!(kept[1].starts_with("8 bytes: "));
//! # Ok(())
//! # }
//! ```
//!
//! An error of an unreadable message names the member and its path, never a value, so it can go to a log.
//! The body is your users' data; keep it where such data may be.
//!
//! # What is open inside a known event
//!
//! The same rule holds for everything the vendor may extend:
//!
//! - **Codes and sub codes** are text with constants. Compare with those you know, and let the rest pass:
//!   [`Code`](crate::Code) has no closed list.
//! - **Members** that no field holds are kept in `extra`, and survive a round trip.
//! - **`bot`** of a recording may be an object, `null` or absent, as with the Desktop SDK. All three are
//!   [`Nullable`](crate::event::Nullable).
//!
//! Match on the whole name, never on its beginning: `transcript.done` says that a transcript is ready,
//! `transcript.data` carries words while the meeting goes on.
//!
//! # Watch it
//!
//! An [`Observer`](crate::dispatch::Observer), given with
//! [`Receiver::with_observer`](crate::Receiver::with_observer), is called for every delivery, refused ones
//! included. [`Outcome::name`](crate::dispatch::Outcome::name) is a stable word for a metric: `handled`,
//! `unhandled`, `unknown`, `unreadable`, `failed`, or the reason of a refusal, such as
//! `no_matching_signature`. A rising count of `unknown` means that there is an update to make.
