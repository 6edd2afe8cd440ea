//! Which header lines count: the choice of the family against a slow model of the rule, and what
//! must make no difference.

use recallai_webhook_signature::{
    HeaderFamily, HeaderPart, Secret, Verified, Verifier, VerifyError, danger,
};

use super::request::{OLD_SECRET, Request, SECRET, now};

const PARTS: [HeaderPart; 3] = [HeaderPart::Id, HeaderPart::Timestamp, HeaderPart::Signature];

/// The law of the fuzz target `headers`.
pub(crate) fn check(input: &[u8]) {
    let request = Request::parse(input);
    let builder = Verifier::builder()
        .secret("new", Secret::parse(SECRET).unwrap())
        .secret("old", Secret::parse(OLD_SECRET).unwrap());
    let verifier = danger::without_age_check(builder).build().unwrap();
    let verify = |lines: &[(&str, &[u8])]| {
        let verdict = verifier.verify(lines.iter().copied(), &request.body, now());
        verdict.map(|verified| Facts::of(&verified))
    };

    let lines: Vec<(&str, &[u8])> = request.lines().collect();
    let verdict = verify(&lines);
    agrees_with_the_model(&lines, &verdict);

    let shouted: Vec<_> = lines.iter().map(|(name, _)| name.to_ascii_uppercase()).collect();
    let shouted: Vec<_> =
        shouted.iter().zip(&lines).map(|(name, l)| (name.as_str(), l.1)).collect();
    assert_eq!(verify(&shouted), verdict, "the case of a name");
    let reversed: Vec<_> = lines.iter().rev().copied().collect();
    assert_eq!(unordered(verify(&reversed)), unordered(verdict.clone()), "the order of lines");
    let others = [("host", &b"x"[..]), ("svix-ids", b"x"), ("webhook-", b""), ("", b"")];
    let more: Vec<_> = others.into_iter().chain(lines.iter().copied()).collect();
    assert_eq!(verify(&more), verdict, "other headers");
}

/// What is known of an accepted delivery, but for which of several right signatures was met first.
#[derive(Clone, Debug, PartialEq)]
struct Facts {
    family: HeaderFamily,
    id: String,
    timestamp: u64,
}

impl Facts {
    fn of(verified: &Verified<'_>) -> Self {
        let (family, timestamp) = (verified.header_family(), verified.timestamp());
        Self { family, id: verified.id().to_owned(), timestamp }
    }
}

/// Of two faults in the lines of the signature, the first in their order is told.
fn unordered(verdict: Result<Facts, VerifyError>) -> Result<Facts, VerifyError> {
    verdict.map_err(|error| match error {
        VerifyError::InvalidHeader { part: HeaderPart::Signature, .. } => {
            VerifyError::TooManySignatures
        }
        error => error,
    })
}

fn agrees_with_the_model(lines: &[(&str, &[u8])], verdict: &Result<Facts, VerifyError>) {
    let has = |family: HeaderFamily, part: HeaderPart| {
        lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(family.header_name(part)))
    };
    let count = |family| PARTS.into_iter().filter(|&part| has(family, part)).count();
    let (svix, webhook) = (count(HeaderFamily::Svix), count(HeaderFamily::Webhook));
    let chosen = match (svix, webhook) {
        (3, _) => Some(HeaderFamily::Svix),
        (_, 3) => Some(HeaderFamily::Webhook),
        _ => None,
    };
    match *verdict {
        Err(VerifyError::NoSignatureHeaders) => assert_eq!((svix, webhook), (0, 0)),
        Err(VerifyError::MissingHeader { family, part }) => {
            assert_eq!(chosen, None);
            assert!(!has(family, part) && count(family) == svix.max(webhook));
        }
        Err(VerifyError::InvalidHeader { family, .. })
        | Err(VerifyError::ConflictingHeader { family, .. })
        | Ok(Facts { family, .. }) => assert_eq!(chosen, Some(family)),
        Err(_) => assert!(chosen.is_some()),
    }
}
