//! A receiver written by hand that does one thing wrong, or nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use recallai_webhook_emulator::check::Answer;
use recallai_webhook_emulator::{Request, SigningSecret};

use super::flaw::Flaw;
use super::verifying::{Headers, Refusal};

/// How long a good answer takes.
const TOOK: Duration = Duration::from_millis(4);

pub(super) struct Receiver {
    pub(super) flaw: Flaw,
    pub(super) secret: SigningSecret,
    /// What it remembers: ids, and what its flaw makes it remember.
    seen: BTreeSet<String>,
    /// What it answers since it has crashed.
    crashed: Option<Answer>,
    /// How many requests have come.
    requests: u64,
}

impl Receiver {
    pub(super) fn new(flaw: Flaw, secret: SigningSecret) -> Self {
        Self { flaw, secret, seen: BTreeSet::new(), crashed: None, requests: 0 }
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
        let own = self.flaw;
        let has = |flaw| own == flaw;
        self.requests += 1;
        if let Some(answer) = &self.crashed {
            return answer.clone();
        }
        if has(Flaw::EveryThird) && self.requests.is_multiple_of(3) {
            return Answer::reply(500, TOOK);
        }
        if has(Flaw::BreaksOnGet) && request.method == "GET" {
            return Answer::broken();
        }
        if request.method != "POST" && !has(Flaw::AnyMethod) {
            return Answer::reply(405, TOOK);
        }
        if !request.writing.over.is_zero() {
            return if has(Flaw::SlowBodies) { Answer::TimedOut } else { Answer::reply(408, TOOK) };
        }
        let is_cut = request.writing.cut_at.is_some_and(|at| at < request.body.len());
        if is_cut {
            self.crashed = match self.flaw {
                Flaw::CutBodyCrash => Some(Answer::NoConnection),
                Flaw::CutBodyHang => Some(Answer::TimedOut),
                Flaw::CutBodyReset => Some(Answer::broken()),
                _ => None,
            };
        }
        if is_cut && !has(Flaw::CutBodies) {
            return Answer::broken();
        }
        let most = if has(Flaw::SmallBodies) { 100 << 10 } else { 512 << 10 };
        if request.body.len() > most && !has(Flaw::AnyBody) {
            return Answer::reply(413, TOOK);
        }
        let is_known = request.header("webhook-id").is_some_and(|id| self.seen.contains(id));
        if is_known && (has(Flaw::TrustsKnownIds) || has(Flaw::QuietlyRemembersForgeries)) {
            return Answer::reply(204, TOOK);
        }
        let headers = match self.verify(request, now) {
            Ok(headers) => headers,
            Err(refusal) => return self.refuse(request, &refusal),
        };
        if let Some(status) = self.stumble(request, &headers) {
            return Answer::reply(status, TOOK);
        }
        // One that remembers forgeries is to forget all else, so that this is its only mistake.
        if !has(Flaw::RemembersForgeries) && !has(Flaw::QuietlyRemembersForgeries) {
            self.seen.insert(headers.id);
        }
        let text = String::from_utf8_lossy(&request.body).into_owned();
        match self.flaw {
            Flaw::HangsOnSvix if request.header("svix-id").is_some() => Answer::TimedOut,
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
            Flaw::HangsOnForgeries => return Answer::TimedOut,
            Flaw::ClosesOnForgeries => return Answer::broken(),
            Flaw::FailsOnForgeries => 500,
            Flaw::RedirectsForgeries => 302,
            Flaw::TellsReasonByStatus => match *reason {
                "a header is missing" => 400,
                "too old" => 403,
                _ => 401,
            },
            Flaw::NotFoundForForgeries => 404,
            _ => 401,
        };
        if [Flaw::RemembersForgeries, Flaw::QuietlyRemembersForgeries].contains(&self.flaw) {
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
            Flaw::NeedsOrder => {
                let recording = recording(&text);
                if has(r#""recording.done"#) {
                    self.seen.insert(recording.clone());
                }
                has("recording.processing") && self.seen.contains(&recording)
            }
            Flaw::NeedsProcessing => {
                let recording = recording(&text);
                if has("recording.processing") {
                    self.seen.insert(recording.clone());
                }
                has(r#""recording.done"#) && !self.seen.contains(&recording)
            }
            Flaw::FailsOnWebhook => {
                request.header("webhook-id").is_some() && request.header("svix-id").is_none()
            }
            Flaw::StumblesOnce => has("by_hologram") && self.seen.insert("once".to_owned()),
            Flaw::RefusesUnparsable => {
                return serde_json::from_slice::<serde_json::Value>(&request.body)
                    .is_err()
                    .then_some(400);
            }
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
}

/// The id of the recording that a body is about.
fn recording(body: &str) -> String {
    let id = body.split(r#""recording":{"id":""#).nth(1).and_then(|rest| rest.split('"').next());
    id.unwrap_or_default().to_owned()
}
