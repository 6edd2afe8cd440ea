//! The mistakes that the check names.

use std::fmt;

use super::Grade;

/// Makes [`Bug`] of rows: a variant, its name, what the receiver does wrong, and what to do about it.
macro_rules! bugs {
    ($($variant:ident, $name:literal, $about:literal, $remedy:literal;)*) => {
        /// A mistake of a receiver that the check has found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Bug {
            $(#[doc = concat!("It ", $about, ".")] $variant,)*
        }

        impl Bug {
            /// All that the check can name.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name for programs, such as `reads-only-svix`. Names stay what they are.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What the receiver does wrong, in a few words.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)*
                }
            }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str {
                match self {
                    $(Self::$variant => $remedy,)*
                }
            }
        }
    };
}

bugs! {
    ReadsOnlySvix, "reads-only-svix", "reads only svix-* headers",
        "read the webhook-* headers as well: workspaces made since 2025-12-15 send those";
    ReadsOnlyWebhook, "reads-only-webhook", "reads only webhook-* headers",
        "read the svix-* headers as well: workspaces made before 2025-12-15 send those";
    PrefersWebhook, "prefers-webhook", "reads webhook-* headers before svix-* headers",
        "where all three svix-* headers are there, use those";
    MixesFamilies, "mixes-families", "mixes the two families of headers",
        "take all three headers from one family";
    RefusesDuplicates, "refuses-duplicates", "answers duplicates with an error",
        "answer 2xx to a message that is there already: all else is a failure, and sent again";
    TakesResendForReplay, "takes-resend-for-replay", "takes a re-send for a replay",
        "tell messages apart by their id, and answer 2xx to one that is there already";
    RacesOnId, "races-on-id", "fails when a message comes twice at once",
        "insert the id with a unique key, and answer 2xx when it is there already";
    RemembersForgeries, "remembers-forgeries", "remembers an id before it has checked the signature",
        "check the signature first, then look for the id";
    TrustsKnownIds, "trusts-known-ids", "accepts forgeries with an id that it knows",
        "check the signature first, then look for the id";
    FailsUnderBurst, "fails-under-burst", "fails when many messages come at once",
        "serve many connections at once, and do no more before the answer than to store the message";
    ClosedEvents, "closed-events", "knows a closed list of events",
        "answer 2xx to events that are not known, and keep them";
    ClosedShapes, "closed-shapes", "refuses codes or members that it does not know",
        "let unknown codes be text, and pass over unknown members";
    NeedsBot, "needs-bot", "needs a bot in every event",
        "let bot be null or absent: recordings of the Desktop SDK have none";
    NeedsOwnKey, "needs-own-key", "needs a media object under its own key",
        "look under `transcript`, too, or answer 2xx without it";
    ExpectsOrder, "expects-order", "expects events in order",
        "order events by updated_at: they are sent side by side";
    FailsOnEvents, "fails-on-events", "fails on some events",
        "answer 2xx to whatever is verified, whether it is handled or not";
    ReadsPrefixes, "reads-prefixes", "takes the words of a transcript for its status",
        "compare whole event names: transcript.data is none of the transcript's statuses";
    RewritesBody, "rewrites-body", "verifies a body that was parsed and written anew",
        "verify the bytes as they came, before anything reads them";
    IgnoresBody, "ignores-body", "does not verify the body",
        "sign id, timestamp and body, joined by dots, and compare";
    RefusesUnreadable, "refuses-unreadable", "answers an error to what it cannot read",
        "answer 2xx and keep the bytes: the sender would send the same again, eight times";
    VerifiesText, "verifies-text", "verifies text instead of bytes",
        "sign the bytes of the body as they came";
    VerifiesNothing, "verifies-nothing", "verifies nothing",
        "compare the signature with one of your own, and refuse what differs";
    AcceptsWrongSignatures, "accepts-wrong-signatures", "accepts wrong signatures",
        "compare the whole signature with one of your own";
    AcceptsEmptySignature, "accepts-empty-signature", "accepts an empty signature",
        "compare whole signatures, of 32 bytes, and refuse all others";
    ComparesPrefix, "compares-prefix", "compares only the beginning of a signature",
        "compare whole signatures, of 32 bytes, and refuse all others";
    EmptySecret, "empty-secret", "accepts what an empty secret signed",
        "refuse to start without a secret";
    LooseSignatures, "loose-signatures", "reads signatures loosely",
        "take `v1,` and the canonical base64 of 32 bytes, and nothing else";
    NoTimestampCheck, "no-timestamp-check", "does not check the timestamp",
        "refuse what was signed more than five minutes ago or ahead";
    LittleTolerance, "little-tolerance", "allows deliveries too little time",
        "allow five minutes, and keep the clock right";
    LooseTimestamps, "loose-timestamps", "reads timestamps loosely",
        "take plain digits only, and sign the text of the header as it came";
    NeedsNotAllHeaders, "needs-not-all-headers", "does without a header that is signed",
        "refuse deliveries without id, timestamp or signature";
    ReadsOneSignature, "reads-one-signature", "reads one signature of several",
        "split the header on spaces, and accept when any of its v1 signatures is right";
    ReadsOneLine, "reads-one-line", "reads one signature header of several",
        "read all lines of the header, and those that a proxy has joined with commas";
    RefusesLargeBodies, "refuses-large-bodies", "has too low a limit for bodies",
        "allow 512 KiB: the sender sends up to about 350 kB";
    NoBodyLimit, "no-body-limit", "has no limit for bodies",
        "answer 413 to more than 512 KiB, before it is in memory";
    AcceptsCutBodies, "accepts-cut-bodies", "takes half a body for a whole one",
        "read as many bytes as content-length says, or refuse";
    WaitsForSlowBodies, "waits-for-slow-bodies", "waits for slow bodies without end",
        "give a body ten seconds, then answer 408 or close the connection";
    TakesOtherMethods, "takes-other-methods", "takes other methods for deliveries",
        "answer 405 to all but POST";
    WorksBeforeAnswering, "works-before-answering", "works before it answers",
        "store the message, answer 2xx, and do the work after that";
    LimitsRate, "limits-rate", "limits the rate of deliveries",
        "let what is signed through, however much there is: 429 puts off all deliveries";
    Redirects, "redirects", "answers with a redirect",
        "give the sender the final URL: it follows no redirects";
    WentAway, "went-away", "stopped taking deliveries while it was checked",
        "look at its log: it may have crashed, or something before it turns the check away";
    FailsOnDeliveries, "fails-on-deliveries", "fails on an ordinary delivery",
        "look at its log: there was an error, or no answer, to what it should take";
    FailsNowAndThen, "fails-now-and-then", "fails now and then",
        "look at its log: it answered an error, and did as it should when asked again";
    DropsRequests, "drops-requests", "leaves requests that it refuses without an answer",
        "answer 401, or 405 to another method: a connection that breaks or hangs looks like an outage";
    StopsSender, "stops-sender", "asks the sender to stop",
        "send no webhook-delivery header, unless deliveries are to end";
    FailsOnForgeries, "fails-on-forgeries", "answers forgeries with a server error",
        "answer 401: a flood of forgeries must not look like an outage";
    MisnamesRefusals, "misnames-refusals", "answers forgeries with a redirect, 404, 410 or 429",
        "answer 401: 404 and 410 look like a wrong URL, 429 like too much traffic, and no sender follows";
    TellsReason, "tells-reason", "tells which check has failed",
        "give all refusals one status and one body, and keep the reason for the log";
    TellsSignature, "tells-signature", "tells the right signature to whoever asks",
        "say nothing of what was expected, neither in answers nor in logs";
}

impl Bug {
    /// What a failure means that shows it: not always what the case is about.
    pub(super) const fn grade(self, of_case: Grade) -> Grade {
        match self {
            Self::WentAway => Grade::Must,
            Self::DropsRequests | Self::FailsOnForgeries | Self::MisnamesRefusals => Grade::Should,
            _ => of_case,
        }
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
