//! What goes wrong on the way, and what a receiver should make of it.

mod bodies;
mod faults;
mod plan;
mod sabotage;

use std::fmt;
use std::str::FromStr;

pub use faults::{Faults, FaultsError};
pub use plan::{FaultPlan, Outgoing, Role};

/// One thing that goes wrong with an attempt. Each has a row in [`Fault::ALL`] order: a name, what a receiver
/// should make of it, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The message comes twice, signed anew.
    Duplicate,
    /// The same bytes come twice in a row.
    InstantResend,
    /// Later messages overtake it.
    Reorder,
    /// It comes minutes late.
    Delay,
    /// The first attempt never arrives.
    LostFirstAttempt,
    /// Its signature is mistyped.
    BadSignature,
    /// It is signed with another secret.
    WrongSecret,
    /// It is signed for a time long past.
    StaleClock,
    /// It is signed for a time to come.
    FutureClock,
    /// It has no id header.
    MissingId,
    /// It has no timestamp header.
    MissingTimestamp,
    /// It has no signature header.
    MissingSignature,
    /// It has none of the three headers.
    Unsigned,
    /// It is signed with a new key and the old one.
    Rotation,
    /// It has the headers of the other family.
    FamilySwitch,
    /// Its body trickles in.
    SlowBody,
    /// Its body ends too early.
    CutBody,
    /// Its body is larger than any that the sender makes.
    OversizedBody,
    /// Beside it comes a body that is not JSON.
    MalformedJson,
    /// Beside it comes JSON that is no event.
    UnreadableEvent,
    /// Beside it comes a body that is not UTF-8.
    NonUtf8Body,
    /// Beside it comes an event that nobody knows yet.
    UnknownEvent,
}

/// What a receiver should make of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// Refuse it with this status: nothing of it is kept, and the sender tries again. Another 4xx refuses
    /// it, too, but says less.
    Refused(u16),
    /// Store it and answer 2xx.
    Stored,
    /// Answer 2xx, and store one of all that have this message id.
    StoredOnce,
}

impl Expected {
    /// Whether this status is an answer that fits.
    pub const fn allows(self, status: u16) -> bool {
        match self {
            Self::Refused(_) => matches!(status, 400..=499),
            Self::Stored | Self::StoredOnce => matches!(status, 200..=299),
        }
    }
}

/// How a fault works on an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It costs the attempt: the receiver refuses it.
    Refuse,
    /// It costs the attempt: nothing arrives.
    Lose,
    /// The attempt is another one, but good.
    Alter,
    /// The message comes again.
    Again,
    /// A message of its own comes beside it.
    Beside,
}

/// What is known of a fault.
struct Row {
    name: &'static str,
    effect: Effect,
    expected: Expected,
    about: &'static str,
}

impl Fault {
    /// All faults, in the order in which people read about them.
    pub const ALL: [Self; 22] = [
        Self::Duplicate,
        Self::InstantResend,
        Self::Reorder,
        Self::Delay,
        Self::LostFirstAttempt,
        Self::BadSignature,
        Self::WrongSecret,
        Self::StaleClock,
        Self::FutureClock,
        Self::MissingId,
        Self::MissingTimestamp,
        Self::MissingSignature,
        Self::Unsigned,
        Self::Rotation,
        Self::FamilySwitch,
        Self::SlowBody,
        Self::CutBody,
        Self::OversizedBody,
        Self::MalformedJson,
        Self::UnreadableEvent,
        Self::NonUtf8Body,
        Self::UnknownEvent,
    ];

    /// Its name on a command line, such as `bad-signature`.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What a receiver should make of it.
    ///
    /// A refused attempt is followed by the sender's retry, which is good; so with every fault the message
    /// itself arrives in the end.
    pub const fn expected(self) -> Expected {
        self.row().expected
    }

    /// What it is and why it matters, in a sentence.
    pub const fn about(self) -> &'static str {
        self.row().about
    }

    const fn effect(self) -> Effect {
        self.row().effect
    }

    /// Whether it is about the signature, and so nothing for a workspace that signs nothing.
    const fn needs_key(self) -> bool {
        matches!(
            self,
            Self::BadSignature
                | Self::WrongSecret
                | Self::StaleClock
                | Self::FutureClock
                | Self::MissingId
                | Self::MissingTimestamp
                | Self::MissingSignature
                | Self::Unsigned
                | Self::Rotation
                | Self::FamilySwitch
        )
    }

    #[rustfmt::skip]
    const fn row(self) -> Row {
        use Effect::{Again, Alter, Beside, Lose, Refuse};
        use Expected::{Refused, Stored, StoredOnce};
        let (name, effect, expected, about) = match self {
            Self::Duplicate => ("duplicate", Again, StoredOnce,
                "the sender delivers at least once: the id is the same, timestamp and signature are new"),
            Self::InstantResend => ("instant-resend", Again, StoredOnce,
                "after a broken connection the sender repeats itself byte for byte: no replay, and no attack"),
            Self::Reorder => ("reorder", Alter, Stored,
                "messages are sent side by side: a later one may arrive first"),
            Self::Delay => ("delay", Alter, Stored,
                "a message may come minutes late; it is signed when it is sent"),
            Self::LostFirstAttempt => ("lost-first-attempt", Lose, Stored,
                "the first attempt gets lost on the way, and the retry is all that arrives"),
            Self::BadSignature => ("bad-signature", Refuse, Refused(401),
                "a signature that is off by one character proves nothing"),
            Self::WrongSecret => ("wrong-secret", Refuse, Refused(401),
                "a well-formed signature of somebody else is a forgery"),
            Self::StaleClock => ("stale-clock", Refuse, Refused(401),
                "a delivery signed long ago may be a recorded one"),
            Self::FutureClock => ("future-clock", Refuse, Refused(401),
                "a delivery signed for a time to come could be kept and replayed then"),
            Self::MissingId => ("missing-id", Refuse, Refused(401),
                "the id is part of what is signed"),
            Self::MissingTimestamp => ("missing-timestamp", Refuse, Refused(401),
                "the timestamp is part of what is signed"),
            Self::MissingSignature => ("missing-signature", Refuse, Refused(401),
                "without a signature anybody may have sent it"),
            Self::Unsigned => ("unsigned", Refuse, Refused(401),
                "a proxy may have stripped the headers, or anybody may have sent it"),
            Self::Rotation => ("rotation", Alter, Stored,
                "while a key is rotated there are two signatures, and the one that counts comes second"),
            Self::FamilySwitch => ("family-switch", Alter, Stored,
                "`svix-*` and `webhook-*` headers mean the same"),
            Self::SlowBody => ("slow-body", Refuse, Refused(408),
                "a body that trickles in must not hold a connection for ever"),
            Self::CutBody => ("cut-body", Refuse, Refused(400),
                "half a body is no body, whatever its beginning says"),
            Self::OversizedBody => ("oversized-body", Refuse, Refused(413),
                "a megabyte is three times what the sender ever sends, and memory is finite"),
            Self::MalformedJson => ("malformed-json", Beside, Stored,
                "a verified body that is not JSON: sending it again would not mend it, refusing it costs eight attempts"),
            Self::UnreadableEvent => ("unreadable-event", Beside, Stored,
                "verified JSON without the name of an event: keep it for people, and answer 2xx"),
            Self::NonUtf8Body => ("non-utf8-body", Beside, Stored,
                "a verified body of any bytes: the signature is over bytes, not over text"),
            Self::UnknownEvent => ("unknown-event", Beside, Stored,
                "the vendor adds events without notice: a closed list fails on the day of the next one"),
        };
        Row { name, effect, expected, about }
    }
}

/// A fault's place in [`Fault::ALL`] is its number: [`Faults`] finds its likelihood there.
const _: () = {
    let mut at = 0;
    while at < Fault::ALL.len() {
        assert!(Fault::ALL[at] as usize == at, "a fault is not at its place in the list");
        at += 1;
    }
    assert!(Fault::UnknownEvent as usize + 1 == Fault::ALL.len(), "the last fault is not the last");
};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = FaultsError;

    fn from_str(name: &str) -> Result<Self, FaultsError> {
        let found = Self::ALL.into_iter().find(|fault| fault.name() == name);
        found.ok_or_else(|| FaultsError::UnknownFault { name: name.to_owned() })
    }
}
