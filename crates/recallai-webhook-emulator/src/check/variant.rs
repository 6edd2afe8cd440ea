//! Variants of an ordinary delivery: what can be said of one request of a case.

use recallai_webhook_event::Entry;

use super::texts;
use crate::HeaderFamily;

/// One request of a case, as data: it is an ordinary delivery but for what is said of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    /// Which message of the case it is: what has the same number has the same id.
    pub(super) message: u16,
    pub(super) body: Body,
    pub(super) timestamp: Timestamp,
    pub(super) signature: Signature,
    pub(super) header_names: HeaderNames,
    pub(super) writing: Write,
    /// Whether it is the request before, byte for byte.
    pub(super) is_resend: bool,
    /// Whether it is the second try of what was answered with an error.
    pub(super) is_retry: bool,
    pub(super) method: &'static str,
    pub(super) wanted: Wanted,
}

/// An ordinary delivery, which is to be accepted.
pub(super) const ORDINARY: Variant = Variant {
    message: 0,
    body: Body::Text(texts::JOINING),
    timestamp: Timestamp::Now,
    signature: Signature::Right,
    header_names: HeaderNames::Accepted,
    writing: Write::Whole,
    is_resend: false,
    is_retry: false,
    method: "POST",
    wanted: Wanted::Accepted,
};

/// A body.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// A text in which `@bot`, `@recording`, `@artifact` and `@now` stand for ids and the time.
    Text(&'static str),
    /// Any bytes.
    Bytes(&'static [u8]),
    /// The example of an event.
    Example(&'static Entry),
    /// An event with as many bytes of metadata.
    Large(usize),
    /// An ordinary body, of which one byte is changed after it was signed.
    Changed,
}

/// What the timestamp header says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Timestamp {
    Now,
    /// So many seconds from now.
    Off(i64),
    /// The time with this before it. What is signed is the same text.
    Prefixed(&'static str),
    /// The time with this before it. What is signed is the time without it.
    PrefixedUnsigned(&'static str),
    /// A word.
    Word(&'static str),
    Milliseconds,
}

/// What the signature header says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signature {
    Right,
    /// One character is another.
    Mistyped,
    /// Made with a secret that the receiver does not have.
    Strange,
    /// Made with no key at all.
    EmptyKey,
    /// Only so many characters after `v1,`.
    Cut(usize),
    /// One byte more than a signature has.
    Longer,
    /// Without `v1,`.
    Bare,
    /// `v2,` before it.
    OtherVersion,
    /// Nothing.
    Nothing,
    Hex,
    /// Base64 whose last character has bits that belong to no byte.
    LooseBase64,
    /// That of a strange secret, then the right one.
    AfterStrange,
    /// The right one, then that of a strange secret.
    BeforeStrange,
    /// Signatures of unknown versions around the right one.
    AmongVersions,
    /// As `AfterStrange`, each in a header of its own.
    OnLines,
    /// As `BeforeStrange`, joined by a proxy.
    Joined,
}

/// Which names the headers have.
#[derive(Debug, Clone, Copy)]
pub(super) enum HeaderNames {
    /// Those of the family that the receiver reads.
    Accepted,
    Webhook,
    Svix,
    /// Both families; the signature of `webhook-*` is mistyped.
    BothWebhookForged,
    /// Both families; the signature of `svix-*` is mistyped.
    BothSvixForged,
    /// This header has the name of the other family.
    Split(HeaderPart),
    /// This header is not there.
    Without(HeaderPart),
    /// None of the three is there.
    None,
}

/// One of the three headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderPart {
    Id,
    Timestamp,
    Signature,
}

/// How the body is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Write {
    Whole,
    /// Half of it, and then no more.
    Half,
    /// So that the time limit is over before it ends.
    Slowly,
}

/// The answer that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// 2xx.
    Accepted,
    /// 2xx, though nothing can be made of it.
    Kept,
    /// 4xx: it is a forgery.
    Refused,
    /// An answer, and not 2xx: it is no delivery.
    TurnedAway,
    /// Not 2xx, or the connection is closed: it is half a delivery.
    NotTaken,
    /// 4xx, or the connection is closed.
    TooLarge,
    /// Any answer before the time limit, or the connection is closed.
    CutOff,
    /// Another case judges it.
    Any,
}

impl HeaderPart {
    /// The header's name in a family.
    pub(super) const fn name(self, family: HeaderFamily) -> &'static str {
        let [id, timestamp, signature] = family.names();
        match self {
            Self::Id => id,
            Self::Timestamp => timestamp,
            Self::Signature => signature,
        }
    }
}

impl Body {
    pub(super) const fn is_changed(self) -> bool {
        matches!(self, Self::Changed)
    }
}

impl Variant {
    pub(super) const fn of(self, message: u16) -> Self {
        Self { message, ..self }
    }

    pub(super) const fn with(self, body: Body) -> Self {
        Self { body, ..self }
    }

    pub(super) const fn text(self, text: &'static str) -> Self {
        self.with(Body::Text(text))
    }

    pub(super) const fn at(self, timestamp: Timestamp) -> Self {
        Self { timestamp, ..self }
    }

    pub(super) const fn signed(self, signature: Signature) -> Self {
        Self { signature, ..self }
    }

    pub(super) const fn named(self, header_names: HeaderNames) -> Self {
        Self { header_names, ..self }
    }

    pub(super) const fn written(self, writing: Write) -> Self {
        Self { writing, ..self }
    }

    pub(super) const fn resent(self) -> Self {
        Self { is_resend: true, ..self }
    }

    /// The same of another message, whose number no case uses.
    pub(super) const fn anew(self) -> Self {
        self.of(self.message | 0x8000)
    }

    pub(super) const fn retried(self) -> Self {
        Self { is_retry: true, ..self.anew() }
    }

    pub(super) const fn by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(super) const fn wants(self, wanted: Wanted) -> Self {
        Self { wanted, ..self }
    }

    pub(super) const fn refused(self) -> Self {
        self.wants(Wanted::Refused)
    }
}
