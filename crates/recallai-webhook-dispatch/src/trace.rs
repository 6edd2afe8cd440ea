//! Trace ids: derived from what a message and a job are known by, so that the delivery, every attempt at a
//! job and whatever a handler calls belong to one trace, in any process and after any restart, with nothing
//! stored.
//!
//! ```
//! use recallai_webhook_dispatch::trace::{SpanId, TraceId, traceparent};
//!
//! let trace = TraceId::of_message("recall", "msg_1");
//! let delivery = SpanId::of_message("recall", "msg_1");
//! assert_eq!(
//!     traceparent(trace, delivery),
//!     "00-03961e9b048ae6a107f07a1f08fbfa19-84837b7961793b41-01",
//! );
//! ```
//!
//! An id is the first bytes of a SHA-256 over a word for what it is derived from, and then each part behind
//! its length: no two kinds of ids, and no two ways to join parts, come to the same. Ids tell nothing secret
//! and are as good as random to a sampler that goes by them.

use std::fmt;

use recallai_webhook_inbox::Lease;
use sha2::{Digest as _, Sha256};

/// The id of a trace: 16 bytes, never all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The id of a span: 8 bytes, never all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

impl TraceId {
    /// The trace of a message: of its deliveries and of all attempts at jobs about it. The id is the one
    /// that messages of the endpoint are [stored](crate::Receiver::durable) under.
    pub fn of_message(endpoint: &str, message_id: &str) -> Self {
        Self(derive("trace of message", &[endpoint.as_bytes(), message_id.as_bytes()]))
    }

    /// The trace of a job that is about no message: of all attempts at a turn of a need.
    pub fn of_job(idempotency_key: &str) -> Self {
        Self(derive("trace of job", &[idempotency_key.as_bytes()]))
    }

    /// The bytes, in the order in which they are written.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl SpanId {
    /// The first delivery of a message, the root of its trace.
    pub fn of_message(endpoint: &str, message_id: &str) -> Self {
        Self(derive("span of message", &[endpoint.as_bytes(), message_id.as_bytes()]))
    }

    /// An attempt at a job. It is known by its lease beside the key, since the number of an attempt comes
    /// again after a revival, a replay, and a shutdown that gave it back.
    pub fn of_attempt(idempotency_key: &str, lease: Lease) -> Self {
        let (job, token) = (lease.job.to_be_bytes(), lease.token.to_be_bytes());
        Self(derive("span of attempt", &[idempotency_key.as_bytes(), &job, &token]))
    }

    /// The bytes, in the order in which they are written.
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0
    }
}

/// The `traceparent` header of W3C Trace Context, version 00, with the flag of a sampled trace: for whatever
/// is called from within the span.
pub fn traceparent(trace: TraceId, span: SpanId) -> String {
    Sampler::ALL.traceparent(trace, span)
}

/// Says which traces are kept: a share of them, and by the id alone, so that every part of a trace is kept or
/// none. It decides as the `TraceIdRatioBased` sampler of OpenTelemetry's libraries does: a service that is
/// called keeps the same traces at the same ratio.
///
/// ```
/// use recallai_webhook_dispatch::trace::{Sampler, SpanId, TraceId};
///
/// let (trace, span) = (TraceId::of_message("recall", "msg_1"), SpanId::of_message("recall", "msg_1"));
/// let none = Sampler::of_ratio(0.0).ok_or("not a ratio")?;
/// assert!(Sampler::ALL.keeps(trace) && !none.keeps(trace));
/// assert!(none.traceparent(trace, span).ends_with("-00"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampler {
    /// The last 64 bits of an id, but for the lowest, are compared with it: what is below is kept.
    bound: u64,
}

impl Sampler {
    /// Keeps all traces.
    pub const ALL: Self = Self { bound: 1 << 63 };

    /// Keeps a share of them, from 0 to 1; `None` if the ratio is not that.
    pub fn of_ratio(ratio: f64) -> Option<Self> {
        let is_share = (0.0..=1.0).contains(&ratio);
        is_share.then_some(Self { bound: (ratio * Self::ALL.bound as f64) as u64 })
    }

    /// Whether the trace is kept.
    pub fn keeps(self, trace: TraceId) -> bool {
        let last = u128::from_be_bytes(trace.0) as u64;
        last >> 1 < self.bound
    }

    /// The `traceparent` header as [`traceparent`] makes it, which says whether the trace is kept.
    pub fn traceparent(self, trace: TraceId, span: SpanId) -> String {
        let flags = u8::from(self.keeps(trace));
        format!("00-{trace}-{span}-{flags:02x}")
    }
}

impl Default for Sampler {
    fn default() -> Self {
        Self::ALL
    }
}

fn derive<const N: usize>(kind: &str, parts: &[&[u8]]) -> [u8; N] {
    let mut hash = Sha256::new();
    hash.update(b"recallai-webhook ");
    for part in [&[kind.as_bytes()], parts].concat() {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut id = [0; N];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    if id == [0; N] {
        // Nobody will see it; but all zero means that there is none.
        id[N - 1] = 1;
    }
    id
}

fn hexadecimal(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

macro_rules! shown {
    ($($id:ident)*) => { $(
        /// In lower-case hexadecimal, as in `traceparent`.
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hexadecimal(&self.0, f)
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hexadecimal(&self.0, f)
            }
        }
    )* };
}

shown!(TraceId SpanId);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_tell_apart_what_is_apart() {
        let traces = [
            TraceId::of_message("a", "bc"),
            TraceId::of_message("ab", "c"),
            TraceId::of_message("", "abc"),
            TraceId::of_job("abc"),
            TraceId::of_job("a:bc"),
        ];
        assert_eq!(traces.iter().collect::<HashSet<_>>().len(), traces.len());
        let spans = [
            SpanId::of_message("a", "bc"),
            SpanId::of_message("ab", "c"),
            SpanId::of_attempt("s:a:bc", Lease::new(1, 1)),
            SpanId::of_attempt("s:a:bc", Lease::new(1, 2)),
            SpanId::of_attempt("s:a:bc", Lease::new(2, 1)),
            SpanId::of_attempt("s:a:bc.1", Lease::new(1, 1)),
        ];
        assert_eq!(spans.iter().collect::<HashSet<_>>().len(), spans.len());
    }

    /// What another implementation makes of it: `hashlib` of Python. Ids that change break the traces of all
    /// messages that are under way.
    #[test]
    fn ids_are_what_they_were() {
        let trace = TraceId::of_message("recall", "msg_1");
        assert_eq!(trace.to_string(), "03961e9b048ae6a107f07a1f08fbfa19");
        assert_eq!(
            TraceId::of_job("pipeline:acme:recording:r1:ready").to_string(),
            "8ddf215699c21da0df3fc1450aff7db7"
        );
        assert_eq!(SpanId::of_message("recall", "msg_1").to_string(), "84837b7961793b41");
        let attempt = SpanId::of_attempt("notify:recall:msg_1", Lease::new(7, 2));
        assert_eq!(attempt.to_string(), "60622577cf7b6238");
        assert_eq!(
            traceparent(trace, attempt),
            "00-03961e9b048ae6a107f07a1f08fbfa19-60622577cf7b6238-01"
        );
        assert_eq!(traceparent(trace, attempt).len(), 55);
    }

    fn kept(ratio: f64) -> usize {
        let sampler = Sampler::of_ratio(ratio).unwrap();
        let traces = (0..10_000).map(|n| TraceId::of_message("recall", &format!("msg_{n}")));
        traces.filter(|trace| sampler.keeps(*trace)).count()
    }

    /// The ids are always the same, so the counts are too: within four standard deviations.
    #[test]
    fn a_share_is_kept() {
        assert_eq!((kept(0.0), kept(1.0)), (0, 10_000));
        assert!((880..=1120).contains(&kept(0.1)), "{}", kept(0.1));
        assert!((4800..=5200).contains(&kept(0.5)), "{}", kept(0.5));
    }

    #[test]
    fn a_ratio_that_is_no_share_is_refused() {
        for ratio in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Sampler::of_ratio(ratio).is_none(), "{ratio}");
        }
    }
}
