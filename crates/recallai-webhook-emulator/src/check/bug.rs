//! The mistakes that the check names.

use std::fmt;

/// A mistake of a receiver that the check has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Bug {
    /// It reads only `svix-*` headers.
    ReadsOnlySvix,
    /// It reads only `webhook-*` headers.
    ReadsOnlyWebhook,
    /// It reads `webhook-*` headers before `svix-*` headers.
    PrefersWebhook,
    /// It takes an id of one family and a signature of the other.
    MixesFamilies,
    /// It answers duplicates with an error.
    RefusesDuplicates,
    /// It takes a re-send for a replay.
    TakesResendForReplay,
    /// It fails when a message comes more than once at the same time.
    RacesOnId,
    /// It remembers an id before it has checked the signature.
    RemembersForgeries,
    /// It fails when many messages come at once.
    FailsUnderBurst,
    /// It knows a closed list of events.
    ClosedEvents,
    /// It refuses codes or members that it does not know.
    ClosedShapes,
    /// It needs a bot in every event.
    NeedsBot,
    /// It needs the key that the vendor's page does not have.
    NeedsOwnKey,
    /// It expects events in order.
    ExpectsOrder,
    /// It fails on some events of the catalogue.
    FailsOnEvents,
    /// It takes words for the status of a transcript.
    ReadsPrefixes,
    /// It verifies a body that was parsed and written anew.
    RewritesBody,
    /// It does not verify the body.
    IgnoresBody,
    /// It answers an error to what it cannot read.
    RefusesUnreadable,
    /// It verifies text instead of bytes.
    VerifiesText,
    /// It verifies nothing.
    VerifiesNothing,
    /// It accepts wrong signatures.
    AcceptsWrongSignatures,
    /// It accepts an empty signature.
    AcceptsEmptySignature,
    /// It compares only the beginning of a signature.
    ComparesPrefix,
    /// It accepts what was signed with an empty secret.
    EmptySecret,
    /// It reads signatures loosely.
    LooseSignatures,
    /// It does not check the timestamp.
    NoTimestampCheck,
    /// It allows deliveries too little time.
    LittleTolerance,
    /// It reads timestamps loosely.
    LooseTimestamps,
    /// It does without headers that are signed.
    NeedsNotAllHeaders,
    /// It reads one signature of several.
    ReadsOneSignature,
    /// It reads one header line of several.
    ReadsOneLine,
    /// Its limit for bodies is too low.
    RefusesLargeBodies,
    /// It has no limit for bodies.
    NoBodyLimit,
    /// It takes half a body for a whole one.
    AcceptsCutBodies,
    /// It waits for slow bodies without end.
    WaitsForSlowBodies,
    /// It takes other methods for deliveries.
    TakesOtherMethods,
    /// It works before it answers.
    WorksBeforeAnswering,
    /// It limits the rate of deliveries.
    LimitsRate,
    /// It answers with redirects.
    Redirects,
    /// It stopped answering while it was checked.
    WentAway,
    /// It asks the sender to stop.
    StopsSender,
    /// It answers forgeries with server errors.
    FailsOnForgeries,
    /// It answers forgeries with a status that means something else.
    MisnamesRefusals,
    /// It tells which check has failed.
    TellsReason,
    /// It tells the right signature.
    TellsSignature,
}

impl Bug {
    /// What the receiver does wrong, in a few words.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        self.row().1
    }

    #[rustfmt::skip]
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::ReadsOnlySvix => ("reads only svix-* headers",
                "read the webhook-* headers as well: workspaces made since 2025-12-15 send those"),
            Self::ReadsOnlyWebhook => ("reads only webhook-* headers",
                "read the svix-* headers as well: workspaces made before 2025-12-15 send those"),
            Self::PrefersWebhook => ("reads webhook-* headers before svix-* headers",
                "where all three svix-* headers are there, use those"),
            Self::MixesFamilies => ("mixes the two families of headers",
                "take all three headers from one family"),
            Self::RefusesDuplicates => ("answers duplicates with an error",
                "answer 2xx to a message that is there already: all else is a failure, and sent again"),
            Self::TakesResendForReplay => ("takes a re-send for a replay",
                "tell messages apart by their id, and answer 2xx to one that is there already"),
            Self::RacesOnId => ("fails when a message comes twice at once",
                "insert the id with a unique key, and answer 2xx when it is there already"),
            Self::RemembersForgeries => ("remembers an id before it has checked the signature",
                "check the signature first, then look for the id"),
            Self::FailsUnderBurst => ("fails when many messages come at once",
                "serve many connections at once, and do no more before the answer than to store the message"),
            Self::ClosedEvents => ("knows a closed list of events",
                "answer 2xx to events that are not known, and keep them"),
            Self::ClosedShapes => ("refuses codes or members that it does not know",
                "let unknown codes be text, and pass over unknown members"),
            Self::NeedsBot => ("needs a bot in every event",
                "let bot be null or absent: recordings of the Desktop SDK have none"),
            Self::NeedsOwnKey => ("needs a media object under its own key",
                "look under `transcript`, too, or answer 2xx without it"),
            Self::ExpectsOrder => ("expects events in order",
                "order events by updated_at: they are sent side by side"),
            Self::FailsOnEvents => ("fails on some events",
                "answer 2xx to whatever is verified, whether it is handled or not"),
            Self::ReadsPrefixes => ("takes the words of a transcript for its status",
                "compare whole event names: transcript.data is none of the transcript's statuses"),
            Self::RewritesBody => ("verifies a body that was parsed and written anew",
                "verify the bytes as they came, before anything reads them"),
            Self::IgnoresBody => ("does not verify the body",
                "sign id, timestamp and body, joined by dots, and compare"),
            Self::RefusesUnreadable => ("answers an error to what it cannot read",
                "answer 2xx and keep the bytes: the sender would send the same again, eight times"),
            Self::VerifiesText => ("verifies text instead of bytes",
                "sign the bytes of the body as they came"),
            Self::VerifiesNothing => ("verifies nothing",
                "compare the signature with one of your own, and refuse what differs"),
            Self::AcceptsWrongSignatures => ("accepts wrong signatures",
                "compare the whole signature with one of your own"),
            Self::AcceptsEmptySignature => ("accepts an empty signature",
                "compare whole signatures, of 32 bytes, and refuse all others"),
            Self::ComparesPrefix => ("compares only the beginning of a signature",
                "compare whole signatures, of 32 bytes, and refuse all others"),
            Self::EmptySecret => ("accepts what an empty secret signed",
                "refuse to start without a secret"),
            Self::LooseSignatures => ("reads signatures loosely",
                "take `v1,` and the canonical base64 of 32 bytes, and nothing else"),
            Self::NoTimestampCheck => ("does not check the timestamp",
                "refuse what was signed more than five minutes ago or ahead"),
            Self::LittleTolerance => ("allows deliveries too little time",
                "allow five minutes, and keep the clock right"),
            Self::LooseTimestamps => ("reads timestamps loosely",
                "take plain digits only, and sign the text of the header as it came"),
            Self::NeedsNotAllHeaders => ("does without a header that is signed",
                "refuse deliveries without id, timestamp or signature"),
            Self::ReadsOneSignature => ("reads one signature of several",
                "split the header on spaces, and accept when any of its v1 signatures is right"),
            Self::ReadsOneLine => ("reads one signature header of several",
                "read all lines of the header, and those that a proxy has joined with commas"),
            Self::RefusesLargeBodies => ("has too low a limit for bodies",
                "allow 512 KiB: the sender sends up to about 350 kB"),
            Self::NoBodyLimit => ("has no limit for bodies",
                "answer 413 to more than 512 KiB, before it is in memory"),
            Self::AcceptsCutBodies => ("takes half a body for a whole one",
                "read as many bytes as content-length says, or refuse"),
            Self::WaitsForSlowBodies => ("waits for slow bodies without end",
                "give a body ten seconds, then answer 408 or close the connection"),
            Self::TakesOtherMethods => ("takes other methods for deliveries",
                "answer 405 to all but POST"),
            Self::WorksBeforeAnswering => ("works before it answers",
                "store the message, answer 2xx, and do the work after that"),
            Self::LimitsRate => ("limits the rate of deliveries",
                "let what is signed through, however much there is: 429 puts off all deliveries"),
            Self::Redirects => ("answers with a redirect",
                "give the sender the final URL: it follows no redirects"),
            Self::WentAway => ("stopped answering while it was checked",
                "look at its log: it may have crashed"),
            Self::StopsSender => ("asks the sender to stop",
                "send no webhook-delivery header, unless deliveries are to end"),
            Self::FailsOnForgeries => ("answers forgeries with a server error",
                "answer 401: a flood of forgeries must not look like an outage"),
            Self::MisnamesRefusals => ("answers forgeries with 404, 410 or 429",
                "answer 401: 404 and 410 look like a wrong URL, and 429 like too much traffic"),
            Self::TellsReason => ("tells which check has failed",
                "give all refusals one body, and keep the reason for the log"),
            Self::TellsSignature => ("tells the right signature to whoever asks",
                "say nothing of what was expected, neither in answers nor in logs"),
        }
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
