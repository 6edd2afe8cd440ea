//! Identity: by what a message is known again.

use std::borrow::Cow;
use std::fmt::Write as _;

use recallai_webhook_inbox::{Job, Task};
use sha2::{Digest as _, Sha256};

use crate::VerifiedDelivery;
use crate::trace::TraceId;

/// The trace that attempts at a job belong to.
pub(crate) fn trace_of(job: &Job) -> TraceId {
    match &job.task {
        Task::Message(message) => TraceId::of_message(&message.endpoint, &message.id),
        _ => TraceId::of_job(&job.idempotency_key),
    }
}

/// The id that the sender signed; without one, `body:` and the SHA-256 of the body in hexadecimal. Two
/// different events with equal bodies are one then, which beats two jobs for each repetition.
pub(crate) fn message_id(delivery: &VerifiedDelivery) -> Cow<'_, str> {
    if let Some(id) = delivery.message_id() {
        return Cow::Borrowed(id);
    }
    let digest = Sha256::digest(delivery.body());
    let mut id = String::with_capacity("body:".len() + 2 * digest.len());
    id.push_str("body:");
    for byte in digest {
        // Writing to a string does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    Cow::Owned(id)
}
