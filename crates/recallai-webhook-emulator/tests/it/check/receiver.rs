//! A receiver written by hand that does one thing wrong, or nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_emulator::check::Answer;
use recallai_webhook_emulator::{Request, SigningSecret};

use super::flaw::Flaw;
use super::rewriting;

/// How long a good answer takes.
const TOOK: Duration = Duration::from_millis(4);

pub(super) struct Receiver {
    flaw: Flaw,
    secret: SigningSecret,
    /// What it remembers: ids, and what its flaw makes it remember.
    seen: BTreeSet<String>,
    has_crashed: bool,
}

/// Why a delivery is refused, and the signature that was expected.
struct Refusal(&'static str, String);

/// The three headers.
struct Headers {
    id: String,
    timestamp: String,
    signatures: Vec<String>,
}

impl Receiver {
    pub(super) fn new(flaw: Flaw, secret: SigningSecret) -> Self {
        Self { flaw, secret, seen: BTreeSet::new(), has_crashed: false }
    }

    /// Answers requests that come at once.
    pub(super) fn answer_all(&mut self, requests: &[Request], now: u64) -> Vec<Answer> {
        let answer = |(number, request): (usize, &Request)| {
            let is_race = self.flaw == Flaw::RacesOnId && number > 0 && *request == requests[0];
            let is_too_many = self.flaw == Flaw::TwentyAtOnce && number >= 20;
            match self.flaw {
                Flaw::RateLimit if number >= 20 => Answer::reply(429, TOOK),
                Flaw::OneAtATime if number > 0 => Answer::TimedOut,
                _ if is_race || is_too_many => Answer::reply(503, TOOK),
                _ => self.answer(request, now),
            }
        };
        requests.iter().enumerate().map(answer).collect()
    }

    fn answer(&mut self, request: &Request, now: u64) -> Answer {
        let has = |flaw| self.flaw == flaw;
        if self.has_crashed {
            return Answer::NoConnection;
        }
        if request.method != "POST" && !has(Flaw::AnyMethod) {
            return Answer::reply(405, TOOK);
        }
        if !request.writing.over.is_zero() {
            return if has(Flaw::SlowBodies) { Answer::TimedOut } else { Answer::reply(408, TOOK) };
        }
        let is_cut = request.writing.cut_at.is_some_and(|at| at < request.body.len());
        if has(Flaw::CutBodyCrash) && is_cut {
            self.has_crashed = true;
        }
        if is_cut && !has(Flaw::CutBodies) {
            return Answer::Broken;
        }
        let most = if has(Flaw::SmallBodies) { 100 << 10 } else { 512 << 10 };
        if request.body.len() > most && !has(Flaw::AnyBody) {
            return Answer::reply(413, TOOK);
        }
        let headers = match self.verify(request, now) {
            Ok(headers) => headers,
            Err(refusal) => return self.refuse(request, &refusal),
        };
        if let Some(status) = self.stumble(request, &headers) {
            return Answer::reply(status, TOOK);
        }
        // One that remembers forgeries is to forget all else, so that this is its only mistake.
        if self.flaw != Flaw::RemembersForgeries {
            self.seen.insert(headers.id);
        }
        let text = String::from_utf8_lossy(&request.body).into_owned();
        match self.flaw {
            Flaw::HangsOnUnknown if text.contains("hologram.reticulated") => Answer::TimedOut,
            Flaw::HangsOnMalformed if text.ends_with(':') => Answer::TimedOut,
            Flaw::WorksFirst if text.contains(r#".done""#) => Answer::TimedOut,
            Flaw::Slow => Answer::reply(204, Duration::from_secs(4)),
            Flaw::Disables => {
                let mut answer = Answer::reply(204, TOOK);
                if let Answer::Reply { headers, .. } = &mut answer {
                    headers.push(("Webhook-Delivery".to_owned(), "disable".to_owned()));
                }
                answer
            }
            _ => Answer::reply(204, TOOK),
        }
    }

    fn refuse(&mut self, request: &Request, Refusal(reason, expected): &Refusal) -> Answer {
        let status = match self.flaw {
            Flaw::FailsOnForgeries => 500,
            Flaw::NotFoundForForgeries => 404,
            _ => 401,
        };
        if self.flaw == Flaw::RemembersForgeries {
            self.seen.extend(request.header("webhook-id").map(str::to_owned));
        }
        let text = match self.flaw {
            Flaw::TellsReason => (*reason).to_owned(),
            Flaw::TellsSignature => format!("expected {expected}"),
            _ => String::new(),
        };
        let mut answer = Answer::reply(status, TOOK);
        if let Answer::Reply { body, .. } = &mut answer {
            *body = text.into_bytes();
        }
        answer
    }

    /// What goes wrong with a delivery that is verified.
    fn stumble(&mut self, request: &Request, headers: &Headers) -> Option<u16> {
        let text = String::from_utf8_lossy(&request.body);
        let has = |part: &str| text.contains(part);
        let fails = match self.flaw {
            Flaw::ConflictOnDuplicate | Flaw::RemembersForgeries => {
                return self.seen.contains(&headers.id).then_some(409);
            }
            Flaw::ReplayGuard => {
                let key = format!("{} {}", headers.timestamp, headers.signatures.join(" "));
                return (!self.seen.insert(key)).then_some(401);
            }
            Flaw::ClosedEvents => has("hologram.reticulated"),
            Flaw::ClosedSubCodes => has("by_hologram"),
            Flaw::ClosedMembers => has("sent_by"),
            Flaw::NeedsBot => has("recording.done") && !has(r#""bot":{"#),
            Flaw::NeedsOwnKey => has("video_mixed.done") && !has(r#""video_mixed":"#),
            Flaw::NeedsOrder => has("2020-01-01"),
            Flaw::FailsOnSlack => has("slack_team."),
            Flaw::NoRealtime => has(r#""event":"participant_events.join"#),
            Flaw::RedirectsRealtime => {
                return has(r#""event":"participant_events.join"#).then_some(308);
            }
            Flaw::NoLegacy => has("bot.status_change"),
            Flaw::TranscriptPrefix => has(r#""event":"transcript."#) && !has(r#""code":"#),
            Flaw::RefusesMalformed => text.ends_with(':'),
            Flaw::RefusesNoEvent => !has(r#""event""#) && has("}"),
            _ => false,
        };
        fails.then_some(500)
    }

    fn verify(&self, request: &Request, now: u64) -> Result<Headers, Refusal> {
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
