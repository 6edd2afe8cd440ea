//! Which header lines of a request count: one pass over all of them, one complete family chosen.

use std::fmt;

use arrayvec::ArrayVec;

use crate::VerifyError;
use crate::tokens::MAX_TOKENS;

/// The two sets of header names a delivery may be signed under.
///
/// Exhaustive: a third family would change what a complete delivery is, and so break anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeaderFamily {
    /// `svix-id`, `svix-timestamp`, `svix-signature`: older workspaces.
    Svix,
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`: the names of the
    /// [Standard Webhooks](https://www.standardwebhooks.com) specification.
    Webhook,
}

/// One of the three headers of a family.
///
/// Exhaustive: three parts are what a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeaderPart {
    /// The id of the message, the same over all its retries.
    Id,
    /// The time of this attempt, in seconds since the Unix epoch.
    Timestamp,
    /// The signatures, one per key that the sender holds.
    Signature,
}

impl HeaderFamily {
    /// The name of one of the family's headers, in lower case.
    ///
    /// ```
    /// use recallai_webhook_signature::{HeaderFamily, HeaderPart};
    /// assert_eq!(HeaderFamily::Svix.header_name(HeaderPart::Id), "svix-id");
    /// ```
    #[must_use]
    pub const fn header_name(self, part: HeaderPart) -> &'static str {
        match (self, part) {
            (Self::Svix, HeaderPart::Id) => "svix-id",
            (Self::Svix, HeaderPart::Timestamp) => "svix-timestamp",
            (Self::Svix, HeaderPart::Signature) => "svix-signature",
            (Self::Webhook, HeaderPart::Id) => "webhook-id",
            (Self::Webhook, HeaderPart::Timestamp) => "webhook-timestamp",
            (Self::Webhook, HeaderPart::Signature) => "webhook-signature",
        }
    }
}

impl HeaderPart {
    pub(crate) const ALL: [Self; 3] = [Self::Id, Self::Timestamp, Self::Signature];
}

impl fmt::Display for HeaderFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Svix => "svix",
            Self::Webhook => "webhook",
        })
    }
}

impl fmt::Display for HeaderPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "id",
            Self::Timestamp => "timestamp",
            Self::Signature => "signature",
        })
    }
}

/// All lines of both families, as received.
#[derive(Default)]
pub(crate) struct Headers<'d> {
    svix: Lines<'d>,
    webhook: Lines<'d>,
}

/// The lines of one family. An empty line counts as present.
#[derive(Default)]
pub(crate) struct Lines<'d> {
    id: Single<'d>,
    timestamp: Single<'d>,
    signature_present: bool,
    signature: ArrayVec<&'d [u8], MAX_TOKENS>,
    too_many: bool,
}

/// A header that has one value, however often it is repeated.
#[derive(Clone, Copy, Default)]
enum Single<'d> {
    #[default]
    Absent,
    Is(&'d [u8]),
    Conflict,
}

/// The complete family that counts.
#[derive(Clone, Copy)]
pub(crate) struct Triple<'d, 'h> {
    pub(crate) family: HeaderFamily,
    pub(crate) id: &'d [u8],
    pub(crate) timestamp: &'d [u8],
    pub(crate) signature: &'h [&'d [u8]],
}

impl<'d> Headers<'d> {
    /// Adds the lines that may count. Filled in place, because the lists are too large to be moved about.
    #[inline]
    pub(crate) fn read(&mut self, lines: impl IntoIterator<Item = (&'d str, &'d [u8])>) {
        for (name, value) in lines {
            if let Some((family, part)) = recognise(name) {
                let family = match family {
                    HeaderFamily::Svix => &mut self.svix,
                    HeaderFamily::Webhook => &mut self.webhook,
                };
                family.add(part, value);
            }
        }
    }

    /// The svix triple when complete, else the webhook triple; names never mix across families.
    pub(crate) fn triple(&self) -> Result<Triple<'d, '_>, VerifyError> {
        if self.svix.is_complete() {
            self.svix.triple(HeaderFamily::Svix)
        } else if self.webhook.is_complete() {
            self.webhook.triple(HeaderFamily::Webhook)
        } else {
            Err(self.incomplete())
        }
    }

    /// Whether each family has a part that the other lacks, and together they have all three.
    pub(crate) fn is_split(&self) -> bool {
        !self.svix.is_complete()
            && !self.webhook.is_complete()
            && HeaderPart::ALL.iter().all(|&part| self.svix.has(part) || self.webhook.has(part))
    }

    /// Names the part that is missing from the family that came closest.
    #[cold]
    fn incomplete(&self) -> VerifyError {
        let (svix, webhook) = (self.svix.count(), self.webhook.count());
        let (family, lines) = match (svix, webhook) {
            (0, 0) => return VerifyError::NoSignatureHeaders,
            _ if svix >= webhook => (HeaderFamily::Svix, &self.svix),
            _ => (HeaderFamily::Webhook, &self.webhook),
        };
        let missing = HeaderPart::ALL.into_iter().find(|&part| !lines.has(part));
        VerifyError::MissingHeader { family, part: missing.unwrap_or(HeaderPart::Signature) }
    }
}

impl<'d> Lines<'d> {
    #[inline]
    fn add(&mut self, part: HeaderPart, value: &'d [u8]) {
        match part {
            HeaderPart::Id => self.id.add(value),
            HeaderPart::Timestamp => self.timestamp.add(value),
            HeaderPart::Signature => {
                self.signature_present = true;
                // A line without a token costs the sender nothing, so it may not use up a place.
                if value.iter().any(|&byte| byte != b' ') {
                    self.too_many |= self.signature.try_push(value).is_err();
                }
            }
        }
    }

    fn has(&self, part: HeaderPart) -> bool {
        match part {
            HeaderPart::Id => !matches!(self.id, Single::Absent),
            HeaderPart::Timestamp => !matches!(self.timestamp, Single::Absent),
            HeaderPart::Signature => self.signature_present,
        }
    }

    fn count(&self) -> usize {
        HeaderPart::ALL.iter().filter(|&&part| self.has(part)).count()
    }

    fn is_complete(&self) -> bool {
        HeaderPart::ALL.iter().all(|&part| self.has(part))
    }

    fn triple(&self, family: HeaderFamily) -> Result<Triple<'d, '_>, VerifyError> {
        let single = |line: Single<'d>, part| match line {
            Single::Is(value) => Ok(value),
            Single::Conflict => Err(VerifyError::ConflictingHeader { family, part }),
            Single::Absent => Err(VerifyError::MissingHeader { family, part }),
        };
        let id = single(self.id, HeaderPart::Id)?;
        let timestamp = single(self.timestamp, HeaderPart::Timestamp)?;
        if self.too_many {
            return Err(VerifyError::TooManySignatures);
        }
        Ok(Triple { family, id, timestamp, signature: &self.signature })
    }
}

impl<'d> Single<'d> {
    fn add(&mut self, value: &'d [u8]) {
        *self = match *self {
            Self::Absent => Self::Is(value),
            Self::Is(first) if first == value => Self::Is(first),
            Self::Is(_) | Self::Conflict => Self::Conflict,
        };
    }
}

#[inline]
fn recognise(name: &str) -> Option<(HeaderFamily, HeaderPart)> {
    use HeaderFamily::{Svix, Webhook};
    use HeaderPart::{Id, Signature, Timestamp};
    Some(match name {
        "svix-id" => (Svix, Id),
        "svix-timestamp" => (Svix, Timestamp),
        "svix-signature" => (Svix, Signature),
        "webhook-id" => (Webhook, Id),
        "webhook-timestamp" => (Webhook, Timestamp),
        "webhook-signature" => (Webhook, Signature),
        _ => return recognise_in_any_case(name),
    })
}

/// Most libraries hand names over in lower case, so that this is for the rest of them and for all other
/// headers, most of which differ in length.
fn recognise_in_any_case(name: &str) -> Option<(HeaderFamily, HeaderPart)> {
    let is = |family: HeaderFamily, part| {
        name.eq_ignore_ascii_case(family.header_name(part)).then_some((family, part))
    };
    let in_family = |family| HeaderPart::ALL.into_iter().find_map(|part| is(family, part));
    match name.as_bytes() {
        [b's' | b'S', ..] => in_family(HeaderFamily::Svix),
        [b'w' | b'W', ..] => in_family(HeaderFamily::Webhook),
        _ => None,
    }
}
