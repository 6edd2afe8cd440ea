//! How that receiver verifies, with the mistakes of its flaw.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_emulator::Request;

use super::flaw::Flaw;
use super::receiver::Receiver;
use super::rewriting;

/// Why a delivery is refused, and the signature that was expected.
pub(super) struct Refusal(pub(super) &'static str, pub(super) String);

/// The three headers.
pub(super) struct Headers {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) signatures: Vec<String>,
}

impl Receiver {
    pub(super) fn verify(&self, request: &Request, now: u64) -> Result<Headers, Refusal> {
        if self.lets_in(request) {
            let id = request.header("webhook-id").unwrap_or_default().to_owned();
            return Ok(Headers { id, timestamp: String::new(), signatures: Vec::new() });
        }
        let nothing = |reason| Refusal(reason, String::new());
        let headers = self.headers(request).ok_or_else(|| nothing("a header is missing"))?;
        let (signed, seconds) =
            self.timestamp(&headers.timestamp).ok_or_else(|| nothing("no timestamp"))?;
        let bodies = self.bodies(&request.body);
        let sign = |key: &[u8], body: &[u8]| {
            let text = [format!("{}.{signed}.", headers.id).as_bytes(), body].concat();
            hmac_sha256::HMAC::mac(text, key)
        };
        let key = STANDARD.decode(self.secret.reveal().trim_start_matches("whsec_")).unwrap();
        let mut rights: Vec<[u8; 32]> = bodies.iter().map(|body| sign(&key, body)).collect();
        let expected = rights.first().map(|right| STANDARD.encode(right)).unwrap_or_default();
        if self.flaw == Flaw::EmptySecret {
            rights.extend(bodies.iter().map(|body| sign(b"", body)));
        }
        let fits = |token: &String| rights.iter().any(|right| self.fits(token, right));
        if !headers.signatures.iter().any(fits) {
            return Err(Refusal("wrong signature", expected));
        }
        match self.is_fresh(seconds, now) {
            true => Ok(headers),
            false => Err(Refusal("too old", expected)),
        }
    }

    /// Whether it looks no further.
    fn lets_in(&self, request: &Request) -> bool {
        let lacks = |part: &str| {
            ["svix", "webhook"].iter().all(|it| request.header(&format!("{it}-{part}")).is_none())
        };
        let [no_id, no_timestamp, no_signature] = ["id", "timestamp", "signature"].map(lacks);
        match self.flaw {
            Flaw::VerifiesNothing => true,
            Flaw::NeedsNoId => no_id && !no_signature,
            Flaw::NeedsNoTimestamp => no_timestamp && !no_signature,
            Flaw::NeedsNoSignature => no_signature && !no_id,
            Flaw::NeedsNoHeaders => no_id && no_timestamp && no_signature,
            _ => false,
        }
    }

    /// What it signs in place of the body: any of these may be the right one.
    fn bodies(&self, body: &[u8]) -> Vec<Vec<u8>> {
        match self.flaw {
            Flaw::RewritesBody => rewriting::rewritten(body).into_iter().collect(),
            Flaw::SortsMembers if body.starts_with(br#"{"data":{"bot""#) => {
                rewriting::sorted(body).into_iter().collect()
            }
            Flaw::TextOnly => {
                str::from_utf8(body).ok().map(|text| text.into()).into_iter().collect()
            }
            Flaw::IgnoresBody => {
                let mut other = body.to_vec();
                if let Some(digit) = other.iter_mut().rfind(|byte| byte.is_ascii_digit()) {
                    *digit ^= 1;
                }
                vec![body.to_vec(), other]
            }
            _ => vec![body.to_vec()],
        }
    }

    /// The text that is signed, and the time that it says.
    fn timestamp(&self, text: &str) -> Option<(String, u64)> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        match self.flaw {
            Flaw::LooseTimestamps => text.parse::<u64>().ok().map(|it| (it.to_string(), it)),
            Flaw::NoTimestampCheck => Some((text.to_owned(), 0)),
            _ => text.parse().ok().filter(|_| is_plain).map(|seconds| (text.to_owned(), seconds)),
        }
    }

    fn is_fresh(&self, seconds: u64, now: u64) -> bool {
        let is_fresh = |seconds: u64, most: u64| seconds.abs_diff(now) <= most;
        match self.flaw {
            Flaw::NoTimestampCheck => true,
            Flaw::OnlyTooOld => seconds + 300 >= now,
            Flaw::Milliseconds => is_fresh(seconds, 300) || is_fresh(seconds / 1000, 300),
            Flaw::TwoMinutes => is_fresh(seconds, 120),
            _ => is_fresh(seconds, 300),
        }
    }

    fn fits(&self, token: &str, right: &[u8; 32]) -> bool {
        let expected = STANDARD.encode(right);
        let Some((version, text)) = token.split_once(',') else {
            return match self.flaw {
                Flaw::NoVersion => token == expected,
                Flaw::AcceptsEmptyHeader => token.is_empty(),
                _ => false,
            };
        };
        if version != "v1" && self.flaw != Flaw::AnyVersion {
            return false;
        }
        let differing = |a: &str, b: &str| a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
        text == expected
            || match self.flaw {
                Flaw::NearlyRight => text.ends_with('=') && differing(text, &expected) == 1,
                Flaw::AcceptsEmpty => text.is_empty(),
                Flaw::ComparesPrefix => expected.starts_with(text),
                Flaw::ComparesBeginning => {
                    STANDARD.decode(text).is_ok_and(|bytes| bytes.starts_with(right))
                }
                Flaw::Hex => text == right.map(|byte| format!("{byte:02x}")).concat(),
                Flaw::LooseBase64 => text.ends_with('=') && text.get(..42) == expected.get(..42),
                _ => false,
            }
    }

    /// The headers of the family that is there whole; `svix-*` first.
    fn headers(&self, request: &Request) -> Option<Headers> {
        let families: &[&str] = match self.flaw {
            Flaw::OnlySvix => &["svix"],
            Flaw::OnlyWebhook => &["webhook"],
            Flaw::WebhookFirst => &["webhook", "svix"],
            _ => &["svix", "webhook"],
        };
        let whole = families.iter().find_map(|family| self.triple(request, &[family]));
        match self.flaw {
            Flaw::MixesFamilies => whole.or_else(|| self.triple(request, families)),
            _ => whole,
        }
    }

    fn triple(&self, request: &Request, families: &[&str]) -> Option<Headers> {
        let lines = |part: &str| -> Vec<&str> {
            let is_named = |name: &str| {
                families.iter().any(|it| name.eq_ignore_ascii_case(&format!("{it}-{part}")))
            };
            let lines = request.headers.iter().filter(|(name, _)| is_named(name));
            lines.map(|(_, value)| value.as_str()).collect()
        };
        let (id, timestamp) = (*lines("id").first()?, *lines("timestamp").first()?);
        let mut signatures = lines("signature");
        if [Flaw::FirstLine, Flaw::FirstSignature].contains(&self.flaw) {
            signatures.truncate(1);
        }
        signatures.first()?;
        let tokens = signatures.iter().flat_map(|line| line.split(' '));
        let mut tokens: Vec<String> = tokens.map(|token| self.unjoined(token)).collect();
        match self.flaw {
            Flaw::FirstSignature => tokens.truncate(1),
            Flaw::LastSignature => tokens = tokens.pop().into_iter().collect(),
            _ => {}
        }
        Some(Headers { id: id.to_owned(), timestamp: timestamp.to_owned(), signatures: tokens })
    }

    /// A token without the comma by which a proxy has joined it to the next.
    fn unjoined(&self, token: &str) -> String {
        match token.strip_suffix(',') {
            Some(joined) if joined.contains(',') && self.flaw != Flaw::NoJoined => {
                joined.to_owned()
            }
            _ => token.to_owned(),
        }
    }
}
