//! What is sent, and what the libraries have to say about it.

use recallai_webhook_emulator::{BUILTIN, Fault, Faults, HeaderFamily};

use super::sent::{Sent, secret};
use super::{NpmSvix, PythonStandardWebhooks, PythonSvix, Row};
use crate::cases::{Deviation, READS_JSON};

/// What a body may be spelled like, beside the usual.
const SPELLINGS: &[&str] = &[
    r#"time = "offset""#,
    r#"time = "seconds""#,
    r#"time = "no-offset""#,
    r#"time = "space""#,
    r#"artifact_key = "vendor-page""#,
];

/// Who holds one key while deliveries are signed with the new and the old one.
const ROTATED: [(&str, &str); 3] =
    [("new", "accepted"), ("old", "accepted"), ("next", "refused, no match")];

/// A fault, and what the libraries say of a delivery that it has happened to.
struct Spoilt {
    fault: Fault,
    they_say: &'static str,
    deviations: &'static [Deviation],
}

const fn accepted(fault: Fault) -> Spoilt {
    Spoilt { fault, they_say: "accepted", deviations: &[] }
}

const fn refused(fault: Fault, they_say: &'static str) -> Spoilt {
    Spoilt { fault, they_say, deviations: &[] }
}

const FAULTS: &[Spoilt] = &[
    accepted(Fault::Duplicate),
    accepted(Fault::InstantResend),
    accepted(Fault::Reorder),
    refused(Fault::BadSignature, "refused, no match"),
    refused(Fault::WrongSecret, "refused, no match"),
    refused(Fault::StaleClock, "refused, too old"),
    refused(Fault::FutureClock, "refused, too new"),
    refused(Fault::MissingId, "refused, missing"),
    refused(Fault::MissingTimestamp, "refused, missing"),
    refused(Fault::MissingSignature, "refused, missing"),
    refused(Fault::Unsigned, "refused, missing"),
    accepted(Fault::Rotation),
    accepted(Fault::FamilySwitch),
    accepted(Fault::OversizedBody),
    Spoilt {
        deviations: &[Deviation {
            library: PythonStandardWebhooks,
            says: "refused, JSONDecodeError",
            because: READS_JSON,
        }],
        ..accepted(Fault::MalformedJson)
    },
    accepted(Fault::UnreadableEvent),
    Spoilt {
        deviations: &[
            Deviation { library: PythonSvix, says: "refused, UnicodeDecodeError", because: TEXT },
            Deviation {
                library: PythonStandardWebhooks,
                says: "refused, UnicodeDecodeError",
                because: TEXT,
            },
            Deviation { library: NpmSvix, says: "refused, no match", because: REPLACED },
        ],
        ..accepted(Fault::NonUtf8Body)
    },
    accepted(Fault::UnknownEvent),
];

const TEXT: &str = "it verifies text, and raises no error of its own for bytes that are none";
const REPLACED: &str = "it verifies text, in which bytes that are none have been replaced";

/// Faults that a library cannot see, and why.
const UNSEEN: &[(Fault, &str)] = &[
    (
        Fault::Delay,
        "it is signed for the minutes in which it goes out, and no library waits so long",
    ),
    (Fault::LostFirstAttempt, "nothing goes out"),
    (Fault::SlowBody, "only the connection tells"),
    (Fault::CutBody, "only the connection tells"),
];

/// Everything that the emulator sends with the headers of a family.
pub(super) fn of(family: HeaderFamily) -> Vec<Row> {
    let row = |name: String, sent: &Sent<'_>| Row {
        name,
        family,
        held: secret("new"),
        requests: sent.requests(),
        they_say: "accepted",
        deviations: &[],
    };
    let mut rows = Vec::new();
    for (name, scenario) in BUILTIN {
        rows.push(row((*name).to_owned(), &Sent::of(family, scenario)));
    }
    let (_, plain) = BUILTIN[0];
    for spelling in SPELLINGS {
        let scenario = format!("{plain}\n[spelling]\n{spelling}\n");
        rows.push(row((*spelling).to_owned(), &Sent::of(family, &scenario)));
    }
    for (key, they_say) in ROTATED {
        let sent = Sent { is_rotated: true, ..Sent::of(family, plain) };
        let row = row(format!("rotated, by the {key} key"), &sent);
        rows.push(Row { held: secret(key), they_say, ..row });
    }
    for Spoilt { fault, they_say, deviations } in FAULTS {
        let sent = Sent { faults: Faults::none().with(*fault, 1.0), ..Sent::of(family, plain) };
        let row = row(format!("with {fault}"), &sent);
        let family = if *fault == Fault::FamilySwitch { family.other() } else { family };
        rows.push(Row { family, they_say, deviations, ..row });
    }
    rows
}

#[test]
fn every_fault_has_its_row_or_cannot_be_seen() {
    for fault in Fault::ALL {
        let rows = FAULTS.iter().filter(|row| row.fault == fault).count();
        let unseen = UNSEEN.iter().filter(|(other, _)| *other == fault).count();
        assert_eq!(rows + unseen, 1, "{fault}");
    }
}
