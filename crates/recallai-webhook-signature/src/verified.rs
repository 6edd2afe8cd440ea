//! A delivery that has been verified.

use crate::HeaderFamily;

/// A delivery whose signature, timestamp and headers have been checked.
///
/// Only [`Verifier::verify`](crate::Verifier::verify) makes one, so a function that takes it cannot be
/// handed anything else. It borrows the headers, the body and the verifier.
///
/// ```compile_fail
/// use recallai_webhook_signature::Verified;
/// let forged = Verified { id: "msg_1", ..panic!() };
/// ```
#[derive(Clone, Copy)]
pub struct Verified<'d> {
    pub(crate) id: &'d str,
    pub(crate) timestamp: u64,
    pub(crate) signature: &'d str,
    pub(crate) family: HeaderFamily,
    pub(crate) key_label: &'d str,
    pub(crate) body: &'d [u8],
}

impl<'d> Verified<'d> {
    /// The message id, as received: printable ASCII, not empty, without a dot.
    ///
    /// The same over all retries of a message, and for every endpoint that the message goes to.
    #[must_use]
    pub const fn id(&self) -> &'d str {
        self.id
    }

    /// When this attempt was made, in seconds since the Unix epoch.
    ///
    /// Its decimal digits are exactly the header's text.
    #[must_use]
    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// The signature that matched, one of possibly many: `v1,` or `v1a,` and base64.
    #[must_use]
    pub const fn signature(&self) -> &'d str {
        self.signature
    }

    /// Which family of headers the delivery was verified by.
    #[must_use]
    pub const fn header_family(&self) -> HeaderFamily {
        self.family
    }

    /// The label of the secret or public key that matched.
    #[must_use]
    pub const fn key_label(&self) -> &'d str {
        self.key_label
    }

    /// The body, byte for byte as it was signed.
    #[must_use]
    pub const fn body(&self) -> &'d [u8] {
        self.body
    }
}

/// Everything but the body, of which only the length is shown: it is the user's data.
impl std::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("family", &self.family)
            .field("key_label", &self.key_label)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}
