//! Mistakes that people make with signatures and that no key of the configuration explains: each is
//! tried out, and named only where it does explain the delivery, or shows in its headers.

use recallai_webhook_dispatch::signature::HeaderFamily;
use recallai_webhook_dispatch::signature::danger::{self, secret_from_bytes_of_any_length};
use recallai_webhook_dispatch::{Secret, Verifier};

use super::delivery::Delivery;
use super::{other_header, token};
use crate::header_name::{in_family, is_signature};
use crate::secrets::Labelled;
use crate::time;

/// A mistake: a name for programs, what is wrong, what to do.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) name: &'static str,
    pub(super) message: String,
    pub(super) next: Vec<String>,
}

/// The first mistake that is met. For deliveries that do not verify.
pub(super) fn find(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    wrong_key(delivery, secrets)
        .or_else(|| foreign_family(delivery, secrets))
        // Without all three headers there is nothing to hold a signature against.
        .or_else(|| delivery.family().and_then(|_| respelled_signature(delivery, secrets)))
        .or_else(|| other_header::renamed(delivery))
        .or_else(|| other_header::foreign(delivery))
}

/// The signature was made with something else in the place of the decoded secret.
fn wrong_key(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    if let Some((label, how)) = undecoded(delivery, secrets) {
        return Some(Mistake {
            name: "undecoded_secret",
            message: format!(
                "the signature was made with the text of secret {label:?} as the key ({how}), and not \
                 with the bytes it stands for"
            ),
            next: vec![
                "decode what stands behind `whsec_` as base64, and use those bytes as the key"
                    .into(),
                "this delivery was made by hand or by a test: Recall.ai decodes the secret".into(),
            ],
        });
    }
    // A key of zeros is the empty key: HMAC fills every key up with zeros.
    let empty = secret_from_bytes_of_any_length(&[0]).ok()?;
    fits(delivery, empty).then(|| Mistake {
        name: "empty_secret",
        message: "the signature was made with an empty key, as from a variable that is not set".into(),
        next: vec![
            "set the secret where this was signed".into(),
            "make sure that your receiver refuses to start without a secret: with an empty one anybody can \
             sign"
                .into(),
        ],
    })
}

/// The label of the secret whose text, in one form or another, is the key.
fn undecoded<'s>(delivery: &Delivery, secrets: &'s [Labelled]) -> Option<(&'s str, &'static str)> {
    secrets.iter().find_map(|labelled| {
        let text: &str = &labelled.text;
        let bare = text.trim_start_matches("whsec_");
        let keys = [
            (text.to_owned(), "its text as it is"),
            (bare.to_owned(), "its text without `whsec_`"),
            (format!("whsec_{bare}"), "its text with `whsec_`"),
            (format!("{text}\n"), "its text and a line end"),
            (format!("{text}\r\n"), "its text and a line end"),
            (format!("{bare}\n"), "its text without `whsec_`, and a line end"),
            (format!("\"{text}\""), "its text in quotes"),
        ];
        let is_key = |key: &str| {
            secret_from_bytes_of_any_length(key.as_bytes()).is_ok_and(|key| fits(delivery, key))
        };
        keys.iter().find(|(key, _)| is_key(key)).map(|(_, how)| (labelled.label.as_str(), *how))
    })
}

/// Both families are complete, and the one that counts is of somebody else.
fn foreign_family(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    let lines = delivery.headers.lines().filter(|(name, _)| !in_family(name, HeaderFamily::Svix));
    let without = delivery.with_headers(lines);
    verifies(&without, secrets).then(|| Mistake {
        name: "foreign_svix_headers",
        message: "the webhook-* headers are right, but there are svix-* headers beside them that are not, and \
                  those count where both are complete"
            .into(),
        next: vec![
            "look for what adds svix-* headers, such as a relay that signs what it passes on: let it not, \
             or verify with its secret"
                .into(),
        ],
    })
}

/// A signature is right, or could be, but is written in another way than the sender's.
fn respelled_signature(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    let values = delivery.headers.lines().filter(|(name, _)| is_signature(name));
    let values: Vec<_> =
        values.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect();
    let read = values.iter().flat_map(|value| value.split(' ')).filter_map(token::read);
    let read: Vec<_> = read.map(|read| (with_signature(delivery, &read.proper), read)).collect();
    // Of several, as in a rotation, the one that is right; or else one that can be explained.
    let right = read.iter().find(|(proper, _)| verifies(proper, secrets));
    let explained =
        || read.iter().find_map(|(proper, read)| Some((read, undecoded(proper, secrets)?)));
    let (read, rest) = if let Some((_, read)) = right {
        (read, "apart from that the signature is right".to_owned())
    } else if let Some((read, (label, how))) = explained() {
        let key = format!("the text of secret {label:?} as the key ({how}), not with its bytes");
        (read, format!("and it was made with {key}"))
    } else {
        let rest = "and it is not what a configured secret makes of `id.timestamp.body` either";
        (&read.first()?.1, rest.to_owned())
    };
    let steps = [
        "write a signature as `v1,` and the padded base64 of the 32 bytes, and compare it like that",
        "decode what stands behind `whsec_` as base64, and use those bytes as the key",
        "sign the id, a dot, the timestamp, a dot and the raw body, not the body alone",
    ]
    .map(str::to_owned);
    Some(Mistake {
        name: read.name,
        message: format!("the signature is {}; {rest}", read.how),
        next: steps[..if right.is_some() { 1 } else { 3 }].to_vec(),
    })
}

/// Whether one of the secrets explains the delivery, whatever its age.
fn verifies(delivery: &Delivery, secrets: &[Labelled]) -> bool {
    secrets.iter().any(|labelled| fits(delivery, labelled.secret.clone()))
}

fn fits(delivery: &Delivery, key: Secret) -> bool {
    let builder = danger::without_age_check(Verifier::builder().secret("tried", key));
    builder.build().is_ok_and(|verifier| {
        verifier.verify(delivery.headers.lines(), &delivery.body, time::at(0)).is_ok()
    })
}

/// The same delivery with another text in all signature headers.
fn with_signature(delivery: &Delivery, signature: &str) -> Delivery {
    delivery.with_headers(
        delivery.headers.lines().map(|(name, value)| {
            (name, if is_signature(name) { signature.as_bytes() } else { value })
        }),
    )
}
