//! Deliveries: one HTTP attempt at a message, before and after it was verified.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use recallai_webhook_event::{EventRef, ParseError};
use recallai_webhook_inbox::{SignatureFamily, StoredMessage};
use recallai_webhook_signature::{HeaderFamily, Verified};

use crate::identity;
use crate::trace::{SpanId, TraceId};

/// A delivery as an adapter received it.
#[derive(Clone)]
pub struct Delivery<'h, H> {
    pub(crate) headers: H,
    pub(crate) query: Option<&'h str>,
    pub(crate) body: Bytes,
    pub(crate) received_at: SystemTime,
}

impl<'h, H> Delivery<'h, H>
where
    H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
{
    /// A delivery: all header lines as name and value, the whole body, and the time by the
    /// receiver's clock. The headers are gone over again when a refusal has to be explained.
    pub fn new(headers: H, body: Bytes, received_at: SystemTime) -> Self {
        Self { headers, query: None, body, received_at }
    }

    /// The same with the query of the URL, where endpoints with a token may find it.
    #[must_use]
    pub fn with_query(mut self, query: Option<&'h str>) -> Self {
        self.query = query;
        self
    }
}

/// Nothing of it but its size: headers and query can hold a token, the body is the user's data.
impl<H> fmt::Debug for Delivery<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("body_len", &self.body.len())
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

/// A delivery that its endpoint has let in, now or before it was stored. Cheap to clone; only
/// [`Endpoint`](crate::Endpoint) and [`Worker`](crate::Worker) make one, so a function that takes it
/// cannot be handed anything else.
#[derive(Clone)]
pub struct VerifiedDelivery {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint: Arc<str>,
    scope: Arc<str>,
    signed: Option<Signed>,
    body: Bytes,
    received_at: SystemTime,
}

/// What the signature vouches for, and what it takes to verify it again.
struct Signed {
    /// The id, the signature and the label of the key, one after the other.
    text: Box<str>,
    id_end: usize,
    signature_end: usize,
    timestamp: u64,
    family: HeaderFamily,
}

impl VerifiedDelivery {
    pub(crate) fn new(
        endpoint: &Arc<str>,
        scope: &Arc<str>,
        signed: Option<&Verified<'_>>,
        body: &Bytes,
        received_at: SystemTime,
    ) -> Self {
        let inner = Inner {
            endpoint: Arc::clone(endpoint),
            scope: Arc::clone(scope),
            signed: signed.map(Signed::of),
            body: body.clone(),
            received_at,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The first delivery of a message, as it was stored; `None` if its body was not asked for.
    pub(crate) fn stored(message: &StoredMessage) -> Option<Self> {
        let signed = message.signed.as_ref().map(|signed| {
            let family = match signed.family {
                SignatureFamily::Svix => HeaderFamily::Svix,
                SignatureFamily::Webhook => HeaderFamily::Webhook,
            };
            let timestamp = signed.timestamp;
            Signed::new(&message.id, &signed.signature, &signed.key_label, timestamp, family)
        });
        let inner = Inner {
            endpoint: Arc::clone(&message.endpoint),
            scope: Arc::clone(&message.scope),
            signed,
            body: message.body.clone()?,
            received_at: message.received_at,
        };
        Some(Self { inner: Arc::new(inner) })
    }

    /// The name of the endpoint that the delivery came to.
    pub fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    /// The scope of the endpoint.
    pub fn scope(&self) -> &str {
        &self.inner.scope
    }

    pub(crate) fn shared_endpoint(&self) -> &Arc<str> {
        &self.inner.endpoint
    }

    pub(crate) fn shared_scope(&self) -> &Arc<str> {
        &self.inner.scope
    }

    /// The id of the message: the same over all retries, and what to deduplicate by, together with
    /// the endpoint. `None` where nothing signed vouches for an id.
    pub fn message_id(&self) -> Option<&str> {
        self.inner.signed.as_ref().map(|signed| &signed.text[..signed.id_end])
    }

    /// The trace of the message. See [`trace`](crate::trace).
    pub fn trace_id(&self) -> TraceId {
        TraceId::of_message(self.endpoint(), &identity::message_id(self))
    }

    /// The root of the trace: the first delivery of the message.
    pub fn root_span_id(&self) -> SpanId {
        SpanId::of_message(self.endpoint(), &identity::message_id(self))
    }

    /// When the sender made this attempt, in seconds since the Unix epoch.
    pub fn timestamp(&self) -> Option<u64> {
        self.inner.signed.as_ref().map(|signed| signed.timestamp)
    }

    /// The signature that matched, such as `v1,…`. With id, timestamp and body it can be verified
    /// again.
    pub fn signature(&self) -> Option<&str> {
        let signed = self.inner.signed.as_ref()?;
        Some(&signed.text[signed.id_end..signed.signature_end])
    }

    /// The label of the secret that the signature was made with.
    pub fn key_label(&self) -> Option<&str> {
        self.inner.signed.as_ref().map(|signed| &signed.text[signed.signature_end..])
    }

    /// Which family of headers carried the signature.
    pub fn header_family(&self) -> Option<HeaderFamily> {
        self.inner.signed.as_ref().map(|signed| signed.family)
    }

    /// The body, byte for byte as it was received.
    pub fn body(&self) -> &Bytes {
        &self.inner.body
    }

    /// When the delivery was received.
    pub fn received_at(&self) -> SystemTime {
        self.inner.received_at
    }

    /// Reads the event in place.
    ///
    /// # Errors
    ///
    /// The body is unreadable; that it was signed does not make it an event.
    pub fn event(&self) -> Result<EventRef<'_>, ParseError> {
        EventRef::parse(&self.inner.body)
    }
}

impl Signed {
    fn of(verified: &Verified<'_>) -> Self {
        let (id, signature, label) = (verified.id(), verified.signature(), verified.key_label());
        Self::new(id, signature, label, verified.timestamp(), verified.header_family())
    }

    fn new(id: &str, signature: &str, label: &str, timestamp: u64, family: HeaderFamily) -> Self {
        let mut text = String::with_capacity(id.len() + signature.len() + label.len());
        text.push_str(id);
        text.push_str(signature);
        text.push_str(label);
        Self {
            text: text.into_boxed_str(),
            id_end: id.len(),
            signature_end: id.len() + signature.len(),
            timestamp,
            family,
        }
    }
}

/// Everything but the body, of which only the length is shown: it is the user's data.
impl fmt::Debug for VerifiedDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedDelivery")
            .field("endpoint", &self.endpoint())
            .field("message_id", &self.message_id())
            .field("timestamp", &self.timestamp())
            .field("key_label", &self.key_label())
            .field("body_len", &self.body().len())
            .finish_non_exhaustive()
    }
}
