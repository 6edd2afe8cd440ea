//! What is sent, and what each side has to say about it.

use super::library::Library;
use Library::{PythonStandardWebhooks, PythonSvix};

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// They sign, we verify.
    Receive,
    /// We sign, they verify.
    Send,
}

impl Direction {
    pub(crate) const BOTH: [Self; 2] = [Self::Receive, Self::Send];
}

/// A secret and what we call it.
pub(crate) struct Key {
    pub(crate) label: &'static str,
    pub(crate) secret: &'static str,
}

const NEW: Key = Key { label: "new", secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" };
const OLD: Key = Key { label: "old", secret: super::support::SECRET };
/// A secret of somebody else, with padding.
const OTHER: Key =
    Key { label: "other", secret: "whsec_AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw=" };

/// What stands in the signature header.
pub(crate) enum Signer {
    /// The signature that this key makes.
    Key(Key),
    /// This text, whoever made it.
    Token(&'static str),
}

use Signer::{Key as By, Token};

/// A right length and form, but a version that nobody knows.
const V2: Signer = Token("v2,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
/// The form of an ed25519 signature, which stands beside others while a sender changes over.
const V1A: Signer = Token(
    "v1a,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
);

/// One message. It is signed over `body` by all of `signers`, and verified over `posted`.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// How the names of the headers begin, if it is not for the library to say.
    pub(crate) family: Option<&'static str>,
    pub(crate) signers: &'static [Signer],
    /// The secrets that we accept when we verify.
    pub(crate) we_hold: &'static [Key],
    /// The secret that they accept when they verify; no library of theirs takes more than one.
    pub(crate) they_hold: Key,
    pub(crate) body: &'static str,
    /// What is posted, if it is not what was signed.
    pub(crate) posted: Option<&'static str>,
    /// How many seconds ago it was signed; when they sign, `None` is now by their own clock.
    pub(crate) age: Option<i64>,
    /// What comes of it when we verify: status, type and key, or status and reason.
    we_say: &'static str,
    /// What comes of it when they verify.
    they_say: &'static str,
    /// Where a library says something else.
    deviations: &'static [Deviation],
}

/// A library that says something else when it verifies.
pub(crate) struct Deviation {
    pub(crate) library: Library,
    pub(crate) says: &'static str,
    pub(crate) because: &'static str,
}

const EVENT: &str = r#"{"event":"bot.fatal","data":{"data":{"code":"fatal","sub_code":"meeting_full","updated_at":"2024-12-04T23:25:56Z"},"bot":{"id":"b1","metadata":{}}}}"#;

/// Two, three and four bytes in UTF-8, a mark that joins the letter before it, a byte order mark,
/// and a separator that some take for the end of a line; and blanks that no serialiser would write.
const UNICODE: &str = "{ \"event\" : \"bot.fatal\",\"data\":{\"data\":{\"code\":\"fatal\",\"sub_code\":null,\"updated_at\":\"2024-12-04T23:25:56Z\"},\"bot\":{\"id\":\"b1\",\"metadata\":{\"título\":\"会議 🎥 e\u{301} \u{feff}\u{2028}\"}}}}\n";

const SOUND: Case = Case {
    name: "",
    family: None,
    signers: &[By(NEW)],
    we_hold: &[NEW],
    they_hold: NEW,
    body: EVENT,
    posted: None,
    age: None,
    we_say: "204 event new",
    they_say: "accepted",
    deviations: &[],
};

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "svix headers",
        family: Some("svix"),
        deviations: &[Deviation {
            library: PythonStandardWebhooks,
            says: "refused, missing",
            because: READS_ONE_FAMILY,
        }],
        ..SOUND
    },
    Case { name: "webhook headers", family: Some("webhook"), ..SOUND },
    Case {
        name: "rotation, by the old",
        signers: &[By(OLD)],
        we_hold: &[NEW, OLD],
        they_hold: OLD,
        we_say: "204 event old",
        ..SOUND
    },
    Case { name: "rotation, by the new", we_hold: &[NEW, OLD], ..SOUND },
    Case {
        name: "rotation, not here yet",
        signers: &[By(NEW), By(OLD)],
        we_hold: &[OLD],
        they_hold: OLD,
        we_say: "204 event old",
        ..SOUND
    },
    Case { name: "two signatures", signers: &[By(NEW), By(OLD)], we_hold: &[NEW, OLD], ..SOUND },
    Case { name: "three, v2 and v1a", signers: &[V2, V1A, By(OTHER), By(OLD), By(NEW)], ..SOUND },
    Case {
        name: "a token without comma",
        signers: &[Token("unsigned"), By(NEW)],
        deviations: &[
            Deviation { library: PythonSvix, says: "refused, ValueError", because: UNPACKS },
            Deviation {
                library: PythonStandardWebhooks,
                says: "refused, ValueError",
                because: UNPACKS,
            },
        ],
        ..SOUND
    },
    Case { name: "unicode body", body: UNICODE, ..SOUND },
    Case {
        name: "empty body",
        body: "",
        we_say: "204 unreadable new",
        deviations: &[Deviation {
            library: PythonStandardWebhooks,
            says: "refused, JSONDecodeError",
            because: READS_JSON,
        }],
        ..SOUND
    },
    Case {
        name: "wrong secret",
        signers: &[By(OTHER)],
        we_hold: &[NEW, OLD],
        we_say: "401 no_matching_signature",
        they_say: "refused, no match",
        ..SOUND
    },
    Case {
        name: "altered body",
        posted: Some(UNICODE),
        we_say: "401 no_matching_signature",
        they_say: "refused, no match",
        ..SOUND
    },
    Case {
        name: "no v1 signature",
        signers: &[V2, V1A],
        we_say: "401 no_usable_signature",
        they_say: "refused, no match",
        ..SOUND
    },
    // Far enough from the tolerance of 300 seconds that no slow machine can make a difference.
    Case {
        name: "ten minutes old",
        age: Some(600),
        we_say: "401 too_old",
        they_say: "refused, too old",
        ..SOUND
    },
    Case {
        name: "an hour ahead",
        age: Some(-3600),
        we_say: "401 too_new",
        they_say: "refused, too new",
        ..SOUND
    },
];

pub(crate) const READS_ONE_FAMILY: &str = "it looks for webhook-* headers only";
pub(crate) const READS_JSON: &str = "it reads the body as JSON once the signature has matched";
const UNPACKS: &str = "it unpacks every token into two, and raises no error of its own";

impl Case {
    /// What has to come of it, and the reason if it is not what the others say.
    pub(crate) fn expected(
        &self,
        direction: Direction,
        library: Library,
    ) -> (&'static str, Option<&'static str>) {
        let deviation = self.deviations.iter().find(|deviation| deviation.library == library);
        match (direction, deviation) {
            (Direction::Receive, _) => (self.we_say, None),
            (Direction::Send, None) => (self.they_say, None),
            (Direction::Send, Some(deviation)) => (deviation.says, Some(deviation.because)),
        }
    }
}

/// Refusals of theirs, in our words and in theirs. `:` ends a name whose text is not theirs to keep.
pub(crate) const REFUSALS: &[(&str, &str)] = &[
    ("no match", "WebhookVerificationError: No matching signature found"),
    ("too old", "WebhookVerificationError: Message timestamp too old"),
    ("too new", "WebhookVerificationError: Message timestamp too new"),
    ("missing", "WebhookVerificationError: Missing required headers"),
    ("no match", "NoMatch:"),
    ("too old", "TooOld:"),
    ("too new", "TooNew:"),
    ("missing", "MissingHeader:"),
    ("ValueError", "ValueError:"),
    ("JSONDecodeError", "JSONDecodeError:"),
    ("UnicodeDecodeError", "UnicodeDecodeError:"),
];

/// An answer with its refusal in our words, if it is one of those.
pub(crate) fn in_short(answer: &str) -> String {
    let Some(refusal) = answer.strip_prefix("refused ") else { return answer.to_owned() };
    let is =
        |theirs: &str| refusal == theirs || theirs.ends_with(':') && refusal.starts_with(theirs);
    let known = REFUSALS.iter().find(|(_, theirs)| is(theirs));
    format!("refused, {}", known.map_or(refusal, |(ours, _)| ours))
}
