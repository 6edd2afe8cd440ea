//! Spans: what of a report goes into a trace.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::trace::{SpanId, TraceId};
use recallai_webhook_dispatch::{Failure, JobReport, Outcome, Report, Stage, VerifiedDelivery};

use super::wire::{KeyValue, Span, SpanKind, Status, StatusCode};

/// How long a text of a sender may be, in bytes: its id of a message, its name of an event.
const LONGEST: usize = 256;

/// Kept, in the flags of W3C.
const SAMPLED: u32 = 1;

/// The span of a delivery that was let in.
pub(super) fn delivery(
    report: &Report<'_>,
    delivery: &VerifiedDelivery,
    trace: TraceId,
    now: SystemTime,
) -> Span {
    let outcome = &report.outcome;
    let root = delivery.root_span_id();
    let mut span = new(trace, delivery.received_at(), now);
    // Every attempt names the first delivery as its parent, and so does every delivery that is not the one
    // which the message came in with.
    if brought_it(outcome) {
        span.span_id = root.to_bytes().to_vec();
    } else {
        span.span_id = random();
        span.parent_span_id = root.to_bytes().to_vec();
    }
    span.name = format!("receive {}", report.endpoint);
    span.kind = SpanKind::Server.into();
    span.attributes.extend([
        KeyValue::text("messaging.operation.name", "receive"),
        KeyValue::text("messaging.operation.type", "receive"),
        KeyValue::text("messaging.destination.name", report.endpoint),
        KeyValue::number("messaging.message.body.size", delivery.body().len() as u64),
        KeyValue::number("http.response.status_code", report.reply.status().into()),
        KeyValue::text("recallai_webhook.result", outcome.name()),
    ]);
    if let Some(id) = delivery.message_id() {
        span.attributes.push(KeyValue::text("messaging.message.id", bounded(id)));
    }
    if let Some(name) = report.event_name {
        span.attributes.push(KeyValue::text("recallai_webhook.event", bounded(name)));
    }
    match outcome {
        Outcome::NotStored(error) => failed(&mut span, error.name()),
        Outcome::Failed(failure) => failed(&mut span, kind(failure)),
        _ => {}
    }
    span
}

/// The span of an attempt at a job, once it has ended.
pub(super) fn attempt(
    report: &JobReport<'_>,
    trace: TraceId,
    started: SystemTime,
    now: SystemTime,
) -> Span {
    let mut span = new(trace, started, now);
    span.span_id = report.span_id().to_bytes().to_vec();
    span.name = format!("process {}", report.subscription);
    span.kind = SpanKind::Consumer.into();
    span.attributes.extend([
        KeyValue::text("messaging.operation.name", "process"),
        KeyValue::text("messaging.operation.type", "process"),
        KeyValue::text("messaging.destination.subscription.name", report.subscription),
        KeyValue::text("recallai_webhook.result", report.stage.name()),
        KeyValue::number("recallai_webhook.attempt", report.attempt.into()),
    ]);
    if let Some((endpoint, id)) = report.endpoint.zip(report.message_id) {
        span.parent_span_id = SpanId::of_message(endpoint, id).to_bytes().to_vec();
        span.attributes.push(KeyValue::text("messaging.destination.name", endpoint));
        span.attributes.push(KeyValue::text("messaging.message.id", bounded(id)));
    }
    if let Some(subject) = report.subject {
        let (kind, id) = (subject.kind.as_str(), bounded(&subject.id));
        span.attributes.push(KeyValue::text("recallai_webhook.subject", &format!("{kind} {id}")));
    }
    match report.stage {
        Stage::Retrying { failure, .. } | Stage::Dead { failure } => {
            failed(&mut span, kind(failure));
        }
        Stage::NotSettled { error } => failed(&mut span, error.name()),
        _ => {}
    }
    span
}

fn new(trace: TraceId, from: SystemTime, to: SystemTime) -> Span {
    Span {
        trace_id: trace.to_bytes().to_vec(),
        start_time_unix_nano: nanoseconds(from),
        // A clock that was set back makes no span that ends before it begins.
        end_time_unix_nano: nanoseconds(to.max(from)),
        attributes: vec![KeyValue::text("messaging.system", "recallai")],
        flags: SAMPLED,
        ..Span::default()
    }
}

/// Whether the message came in with this delivery.
fn brought_it(outcome: &Outcome<'_>) -> bool {
    !matches!(
        outcome,
        Outcome::Duplicate
            | Outcome::Conflict
            | Outcome::Forgotten
            | Outcome::NotStored(_)
            | Outcome::Failed(_)
    )
}

/// What it failed with is not told: an error may say anything, the body included.
fn failed(span: &mut Span, kind: &str) {
    span.attributes.push(KeyValue::text("error.type", kind));
    span.status = Some(Status { code: StatusCode::Error.into() });
}

fn kind(failure: &Failure) -> &'static str {
    match failure {
        Failure::Error(_) if failure.is_permanent() => "permanent",
        Failure::Error(_) => "error",
        Failure::Panic(_) => "panic",
        Failure::TimedOut(_) => "timeout",
        _ => "_OTHER",
    }
}

/// An id for a span that nobody else has to know. The keys of a hash map are random enough to tell spans
/// of one trace apart, and cannot fail.
fn random() -> Vec<u8> {
    // All zero would mean that there is none.
    RandomState::new().build_hasher().finish().max(1).to_be_bytes().to_vec()
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn bounded(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}
