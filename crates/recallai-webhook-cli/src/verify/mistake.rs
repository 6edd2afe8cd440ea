//! Mistakes that people make with signatures and that no key of the configuration explains: each is
//! tried out, and named only where it does explain the delivery, or shows in its headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::signature::danger::{self, secret_from_bytes_of_any_length};
use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};
use recallai_webhook_dispatch::{Secret, Verifier};

use super::delivery::Delivery;
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
        .or_else(|| respelled_signature(delivery, secrets))
        .or_else(|| other_header(delivery))
}

/// The signature was made with something else in the place of the decoded secret.
fn wrong_key(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    for labelled in secrets {
        let text: &str = &labelled.text;
        let bare = text.trim_start_matches("whsec_");
        let keys = [
            (text.to_owned(), "its text as it is"),
            (bare.to_owned(), "its text without `whsec_`"),
            (format!("whsec_{bare}"), "its text with `whsec_`"),
            (format!("{text}\n"), "its text and a line end"),
        ];
        for (key, words) in keys {
            if secret_from_bytes_of_any_length(key.as_bytes()).is_ok_and(|key| fits(delivery, key))
            {
                let label = &labelled.label;
                return Some(Mistake {
                    name: "undecoded_secret",
                    message: format!(
                        "the signature was made with the text of secret {label:?} as the key ({words}), \
                         and not with the bytes it stands for"
                    ),
                    next: vec![
                        "decode what stands behind `whsec_` as base64, and use those bytes as the key".into(),
                        "this delivery was made by hand or by a test: Recall.ai decodes the secret".into(),
                    ],
                });
            }
        }
    }
    // A key of zeros is the empty key: HMAC fills every key up with zeros.
    let empty = secret_from_bytes_of_any_length(&[0]).ok()?;
    fits(delivery, empty).then(|| Mistake {
        name: "empty_secret",
        message: "the signature was made with an empty key, as from a variable that is not set"
            .into(),
        next: vec![
            "set the secret where this was signed".into(),
            "make sure that your receiver refuses to start without a secret: with an empty one \
             anybody can sign"
                .into(),
        ],
    })
}

/// The signature is right, or could be, but is spelled in another way than the sender's.
fn respelled_signature(delivery: &Delivery, secrets: &[Labelled]) -> Option<Mistake> {
    let signatures = delivery.headers.lines().filter(|(name, _)| is_signature(name));
    for (_, value) in signatures {
        let value = String::from_utf8_lossy(value).into_owned();
        for token in value.split(' ').filter(|token| !token.is_empty()) {
            let bare = token.rsplit([',', '=']).find(|part| !part.is_empty()).unwrap_or(token);
            let (name, spelling, mac) = if let Some(mac) = hexadecimal(bare) {
                ("hexadecimal_signature", "a hexadecimal digest", mac)
            } else if token.starts_with("v1,") {
                continue;
            } else if let Some(mac) = STANDARD.decode(token).ok().filter(|mac| mac.len() == 32) {
                ("signature_without_version", "base64 without `v1,` in front", mac)
            } else {
                continue;
            };
            let proper = format!("v1,{}", STANDARD.encode(mac));
            let is_right = secrets
                .iter()
                .any(|labelled| fits(&with_signature(delivery, &proper), labelled.secret.clone()));
            let right = if is_right {
                "apart from that it is right"
            } else {
                "and apart from that it is not what a configured secret makes of `id.timestamp.body` either"
            };
            return Some(Mistake {
                name,
                message: format!("the signature is {spelling}; {right}"),
                next: vec![
                    "write a signature as `v1,` and the base64 of the 32 bytes, and compare it like that".into(),
                    "sign the id, a dot, the timestamp, a dot and the raw body, not the body alone".into(),
                ],
            });
        }
    }
    None
}

/// There is no signature where the sender puts it, but something that looks like one elsewhere.
fn other_header(delivery: &Delivery) -> Option<Mistake> {
    let is_ours = |name: &str| name.starts_with("svix-") || name.starts_with("webhook-");
    let names: Vec<String> =
        delivery.headers.lines().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if names.iter().any(|name| is_ours(name)) {
        return None;
    }
    let other = names.iter().find(|name| name.contains("signature") || name.contains("hmac"))?;
    Some(Mistake {
        name: "foreign_signature_header",
        message: format!(
            "there is a header {other}, which Recall.ai does not send: its signature stands in \
             webhook-signature or svix-signature, beside an id and a timestamp"
        ),
        next: vec![
            "in your receiver, read webhook-id, webhook-timestamp and webhook-signature, and the same \
             with svix- for older workspaces"
                .into(),
            "if a real delivery came without them: create the workspace secret in the dashboard \
             (Developers > API keys & secrets); deliveries are signed from then on"
                .into(),
        ],
    })
}

/// Whether a key explains the delivery, whatever its age.
fn fits(delivery: &Delivery, key: Secret) -> bool {
    let builder = danger::without_age_check(Verifier::builder().secret("tried", key));
    builder.build().is_ok_and(|verifier| {
        verifier.verify(delivery.headers.lines(), &delivery.body, time::at(0)).is_ok()
    })
}

/// The same delivery with another text in all signature headers.
fn with_signature(delivery: &Delivery, signature: &str) -> Delivery {
    let lines = delivery.headers.lines().map(|(name, value)| {
        let value = if is_signature(name) { signature.as_bytes() } else { value };
        (name.to_owned(), value.to_vec())
    });
    Delivery { headers: lines.collect(), ..delivery.clone() }
}

/// Whether a header holds signatures, in one family or the other.
fn is_signature(name: &str) -> bool {
    [HeaderFamily::Svix, HeaderFamily::Webhook]
        .into_iter()
        .any(|family| name.eq_ignore_ascii_case(family.header_name(HeaderPart::Signature)))
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}
