//! The verifier: the checks in their order.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::claims::{Claims, Tolerance};
use crate::headers::Headers;
use crate::key::Key;
use crate::tokens::Tokens;
use crate::{HeaderPart, Secret, Verified, VerifierBuilder, VerifyError};

/// Verifies deliveries against one or more keys.
///
/// Cheap to clone: clones share the keys.
#[derive(Clone)]
pub struct Verifier {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) keys: Vec<Key>,
    pub(crate) tolerance: Tolerance,
}

impl Verifier {
    /// A verifier with one secret, labelled `default`, and a tolerance of five minutes.
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        let builder = Self::builder().secret("default", secret);
        Self { inner: Arc::new(builder.into_inner()) }
    }

    /// A verifier to be configured.
    #[must_use]
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    /// Verifies one delivery.
    ///
    /// `headers` are all headers of the request, or at least all lines of the six that may count; names
    /// in any case, values as received. `body` is the raw body, before anything has parsed it. `now` is
    /// the time by the receiver's clock.
    ///
    /// The checks, in this order:
    ///
    /// 1. The `svix-*` headers count when all three are there, else the `webhook-*` headers when all
    ///    three are there. Names never mix.
    /// 2. The id is printable ASCII without a dot, the timestamp plain digits. Repeated lines of one
    ///    name agree.
    /// 3. The timestamp lies within the tolerance of `now`, ends included, in whole seconds.
    /// 4. Among at most 32 signatures on all lines, at least one has the form that a key makes.
    /// 5. An active key made one of them over `id.timestamp.body`, each as received.
    ///
    /// Nothing is hashed before the last, and nothing is allocated for secrets. A `v1a` signature copies
    /// the body once per check.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`] for logs and metrics. The sender gets the same answer for all of them.
    pub fn verify<'d, I>(
        &'d self,
        headers: I,
        body: &'d [u8],
        now: SystemTime,
    ) -> Result<Verified<'d>, VerifyError>
    where
        I: IntoIterator<Item = (&'d str, &'d [u8])>,
    {
        let mut lines = Headers::default();
        lines.read(headers);
        self.verify_headers(&lines, body, now)
    }

    fn verify_headers<'d>(
        &'d self,
        headers: &Headers<'d>,
        body: &'d [u8],
        now: SystemTime,
    ) -> Result<Verified<'d>, VerifyError> {
        let claims = Claims::parse(headers.triple()?)?;
        self.inner.tolerance.check(claims.seconds, now)?;
        let mut tokens = Tokens::default();
        tokens.read(claims.signature, claims.family)?;
        self.inner.find(&claims, &tokens, body, |key| key.is_active(now))
    }
}

impl Inner {
    /// Whether any key makes signatures of `version`.
    pub(crate) fn makes(&self, version: &[u8]) -> bool {
        self.keys.iter().any(|key| key.version() == version)
    }

    /// Tries every key that `active` lets through.
    #[inline]
    pub(crate) fn find<'d>(
        &'d self,
        claims: &Claims<'d, '_>,
        tokens: &Tokens<'d>,
        body: &'d [u8],
        active: impl Fn(&Key) -> bool,
    ) -> Result<Verified<'d>, VerifyError> {
        let mut error = VerifyError::NoActiveSecret;
        for key in self.keys.iter().filter(|&key| active(key)) {
            if !key.may_match(tokens) {
                if error == VerifyError::NoActiveSecret {
                    error = VerifyError::NoUsableSignature;
                }
                continue;
            }
            error = VerifyError::NoMatchingSignature;
            if let Some(signature) = key.matching(tokens, claims.content(body)) {
                return verified(claims, signature, key, body);
            }
        }
        Err(error)
    }
}

fn verified<'d>(
    claims: &Claims<'d, '_>,
    signature: &'d [u8],
    key: &'d Key,
    body: &'d [u8],
) -> Result<Verified<'d>, VerifyError> {
    // Both are ASCII by now, which the types do not say.
    let text = |bytes: &'d [u8], part| {
        let family = claims.family;
        str::from_utf8(bytes).map_err(|_| VerifyError::InvalidHeader { family, part })
    };
    Ok(Verified {
        id: text(claims.id, HeaderPart::Id)?,
        timestamp: claims.seconds,
        signature: text(signature, HeaderPart::Signature)?,
        family: claims.family,
        key_label: &key.label,
        body,
    })
}

/// Labels, expiries and tolerances; no key.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.inner.keys)
            .field("tolerance", &self.inner.tolerance)
            .finish()
    }
}
