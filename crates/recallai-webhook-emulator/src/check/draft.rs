//! Making a request from what a case says of it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::texts;
use super::variant::{Body, HeaderNames, HeaderPart, Signature, Timestamp, Variant, Write};
use crate::sender::{Signer, USER_AGENT, Writing};
use crate::{HeaderFamily, Request, Seed, SigningSecret, ids};

/// What requests of one case are made with.
pub(super) struct Draft<'a> {
    pub(super) secret: &'a SigningSecret,
    pub(super) seed: Seed,
    pub(super) time_limit: Duration,
    /// The family that the receiver reads.
    pub(super) family: HeaderFamily,
    pub(super) case: &'static str,
    /// When the case began: its ids are of that time.
    pub(super) began: u64,
    pub(super) unix_now: u64,
}

/// A request that was made.
#[derive(Debug, Clone)]
pub(super) struct Drafted {
    pub(super) request: Request,
    /// Its right signature in base64 without padding, where it does not have that itself.
    pub(super) secret_mac: Option<String>,
}

impl Draft<'_> {
    /// The request that a case says this of.
    pub(super) fn request(&self, variant: &Variant) -> Drafted {
        let id = self.message_id(variant.message);
        let (timestamp, signed) = self.timestamp(variant.timestamp);
        let body = self.body(variant);
        let mac = |secret: &SigningSecret| secret.mac(&id, &signed, &body);
        let right = mac(self.secret);
        let signatures = self.signatures(variant.signature, right, mac);

        let body = if variant.body.is_changed() { changed(&body) } else { body };
        let mut request = unsigned(&body);
        request.method = variant.method;
        request.headers.extend(self.headers(variant.header_names, &id, &timestamp, &signatures));
        request.writing = match variant.writing {
            Write::Whole => Writing::default(),
            Write::Half => Writing { cut_at: Some(body.len() / 2), ..Writing::default() },
            Write::Slowly => {
                Writing { over: self.time_limit.saturating_mul(2), ..Writing::default() }
            }
        };
        let mut right = STANDARD.encode(right);
        right.truncate(right.trim_end_matches('=').len());
        let is_sent = request.headers.iter().any(|(_, value)| value.contains(&right));
        Drafted { request, secret_mac: (!is_sent).then_some(right) }
    }

    fn message_id(&self, message: u16) -> String {
        let parts = [b"check message".as_slice(), self.case.as_bytes(), &message.to_le_bytes()];
        ids::message(self.began, &mut self.seed.stream_for(&parts))
    }

    /// The text of the header, and the text that is signed.
    fn timestamp(&self, timestamp: Timestamp) -> (String, String) {
        let now = self.unix_now;
        let same = |text: String| (text.clone(), text);
        match timestamp {
            Timestamp::Now => same(now.to_string()),
            Timestamp::Off(seconds) => same(now.saturating_add_signed(seconds).to_string()),
            Timestamp::Prefixed(prefix) => same(format!("{prefix}{now}")),
            Timestamp::PrefixedUnsigned(prefix) => (format!("{prefix}{now}"), now.to_string()),
            Timestamp::Word(word) => same(word.to_owned()),
            Timestamp::Milliseconds => same(now.saturating_mul(1000).to_string()),
        }
    }

    /// The body that is signed.
    fn body(&self, variant: &Variant) -> Arc<[u8]> {
        let bytes = match variant.body {
            Body::Text(text) => self.text(text, variant),
            Body::Changed => self.text(texts::JOINING, variant),
            Body::Bytes(bytes) => bytes.to_vec(),
            Body::Example(entry) => entry.example().into_bytes(),
            Body::Large(bytes) => {
                let metadata = format!(r#""metadata":{{"notes":"{}"}}"#, "a".repeat(bytes));
                self.text(&texts::JOINING.replace(r#""metadata":{}"#, &metadata), variant)
            }
        };
        bytes.into()
    }

    /// A text with ids of this case and message.
    fn text(&self, text: &str, variant: &Variant) -> Vec<u8> {
        // All that a case says of a recording is about the same one.
        let subject = if text.contains("@recording") { 0 } else { variant.message };
        let id = |what: &str| {
            let number = subject.to_le_bytes();
            let parts = [b"check id", self.case.as_bytes(), what.as_bytes(), &number];
            ids::uuid(&mut self.seed.stream_for(&parts))
        };
        let now = i64::try_from(self.unix_now).ok().and_then(|now| {
            let time = jiff::Timestamp::from_second(now).ok()?;
            Some(format!("{time:.6}"))
        });
        text.replace("@bot", &id("bot"))
            .replace("@recording", &id("recording"))
            .replace("@artifact", &id("artifact"))
            .replace("@now", &now.unwrap_or_default())
            .into_bytes()
    }

    /// The lines of the signature header, of which `mac` makes what another secret than the right one signs.
    fn signatures(
        &self,
        signature: Signature,
        mac_of_right: [u8; 32],
        mac: impl Fn(&SigningSecret) -> [u8; 32],
    ) -> Vec<String> {
        let right = STANDARD.encode(mac_of_right);
        let strange = || STANDARD.encode(mac(&SigningSecret::generate(self.seed, "nobody's")));
        let one = match signature {
            Signature::Right => format!("v1,{right}"),
            Signature::Mistyped => self.mistype(&format!("v1,{right}")),
            Signature::Strange => format!("v1,{}", strange()),
            Signature::EmptyKey => format!("v1,{}", STANDARD.encode(mac(&SigningSecret::empty()))),
            Signature::Cut(length) => format!("v1,{}", right.get(..length).unwrap_or_default()),
            Signature::Longer => {
                let longer: Vec<u8> = mac_of_right.into_iter().chain([0]).collect();
                format!("v1,{}", STANDARD.encode(longer))
            }
            Signature::Bare => right,
            Signature::OtherVersion => format!("v2,{right}"),
            Signature::Nothing => String::new(),
            Signature::Hex => {
                let hex: String = mac_of_right.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("v1,{hex}")
            }
            Signature::LooseBase64 => format!("v1,{}", loose(&right)),
            Signature::AfterStrange => format!("v1,{} v1,{right}", strange()),
            Signature::BeforeStrange => format!("v1,{right} v1,{}", strange()),
            Signature::AmongVersions => format!("v1a,{0} v1,{right} v9,{0}", strange()),
            Signature::Joined => format!("v1,{right}, v1,{}", strange()),
            Signature::OnLines => {
                return vec![format!("v1,{}", strange()), format!("v1,{right}")];
            }
        };
        vec![one]
    }

    /// Changes one character of `v1,` and a signature into another one of base64. The last before the padding is
    /// left alone: it holds bits that belong to no byte.
    fn mistype(&self, signature: &str) -> String {
        let parts = [b"check mistype".as_slice(), self.case.as_bytes()];
        let place = "v1,".len() + self.seed.stream_for(&parts).up_to(41) as usize;
        let change = |(at, c): (usize, char)| match (at == place, c) {
            (false, c) => c,
            (true, 'A') => 'B',
            (true, _) => 'A',
        };
        signature.chars().enumerate().map(change).collect()
    }

    fn headers(
        &self,
        names: HeaderNames,
        id: &str,
        timestamp: &str,
        signatures: &[String],
    ) -> Vec<(String, String)> {
        let family = match names {
            HeaderNames::Webhook => HeaderFamily::Webhook,
            HeaderNames::Svix | HeaderNames::BothWebhookForged | HeaderNames::BothSvixForged => {
                HeaderFamily::Svix
            }
            _ => self.family,
        };
        let mut lines = triple(family, id, timestamp, signatures);
        let forged: Vec<String> = signatures.iter().map(|value| self.mistype(value)).collect();
        match names {
            HeaderNames::BothWebhookForged => {
                lines.extend(triple(family.other(), id, timestamp, &forged));
            }
            HeaderNames::BothSvixForged => {
                lines = triple(family, id, timestamp, &forged);
                lines.extend(triple(family.other(), id, timestamp, signatures));
            }
            HeaderNames::None => lines.clear(),
            HeaderNames::Without(left_out) => lines.retain(|(part, ..)| *part != left_out),
            HeaderNames::Split(other) => {
                for (part, name, _) in lines.iter_mut().filter(|(part, ..)| *part == other) {
                    *name = part.name(family.other());
                }
            }
            HeaderNames::Accepted | HeaderNames::Webhook | HeaderNames::Svix => {}
        }
        lines.into_iter().map(|(_, name, value)| (name.to_owned(), value)).collect()
    }
}

/// The request with the headers that have nothing to do with its signature.
fn unsigned(body: &Arc<[u8]>) -> Request {
    let signer = Signer {
        secrets: Vec::new(),
        family: HeaderFamily::default(),
        user_agent: USER_AGENT.into(),
        headers: [].into(),
    };
    signer.request("", 0, body)
}

/// The three headers of a family, each with what it is.
fn triple(
    family: HeaderFamily,
    id: &str,
    timestamp: &str,
    signatures: &[String],
) -> Vec<(HeaderPart, &'static str, String)> {
    let line = |part: HeaderPart, value: &str| (part, part.name(family), value.to_owned());
    let mut lines = vec![line(HeaderPart::Id, id), line(HeaderPart::Timestamp, timestamp)];
    lines.extend(signatures.iter().map(|value| line(HeaderPart::Signature, value)));
    lines
}

/// The body with another last digit, which is one of an id.
fn changed(body: &[u8]) -> Arc<[u8]> {
    let mut body = body.to_vec();
    if let Some(digit) = body.iter_mut().rfind(|byte| byte.is_ascii_digit()) {
        *digit ^= 1;
    }
    body.into()
}

/// The same bytes in base64 that no encoder writes: the last character before the padding of 32 bytes has two
/// bits that belong to no byte, and one of them is set.
fn loose(base64: &str) -> String {
    let Some((rest, last)) = base64.strip_suffix('=').and_then(|text| text.split_at_checked(42))
    else {
        return base64.to_owned();
    };
    // It stands at every fourth place of the alphabet, so that the letter after it is the next of base64.
    let next = last.bytes().map(|byte| char::from(byte.saturating_add(1)));
    next.fold(rest.to_owned(), |text, next| text + &String::from(next)) + "="
}
