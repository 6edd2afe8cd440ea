//! The detail of real-time events: who did or said what, in the vendor's shape.

use recallai_webhook_event::{Json, names};
use serde::Serialize;

/// Who, when and what.
pub(super) struct Live<'a> {
    pub(super) event: &'static str,
    /// The position in the script's list.
    pub(super) participant: usize,
    pub(super) name: &'a str,
    pub(super) text: Option<&'a str>,
    pub(super) absolute: &'a str,
    /// Seconds since the recording began.
    pub(super) relative: f64,
}

/// How long a word takes, in seconds.
const WORD: f64 = 0.32;

#[derive(Serialize)]
struct Participant<'a> {
    id: u64,
    name: &'a str,
    is_host: bool,
    platform: &'static str,
    extra_data: Empty,
    email: Option<&'static str>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Action<'a> {
    participant: Participant<'a>,
    timestamp: Both<'a>,
    data: Option<Chat<'a>>,
}

#[derive(Serialize)]
struct Both<'a> {
    absolute: &'a str,
    relative: f64,
}

#[derive(Serialize)]
struct Chat<'a> {
    text: &'a str,
    to: &'static str,
}

#[derive(Serialize)]
struct Utterance<'a> {
    words: Vec<Word<'a>>,
    language_code: &'static str,
    participant: Participant<'a>,
}

#[derive(Serialize)]
struct Word<'a> {
    text: &'a str,
    start_timestamp: Relative,
    end_timestamp: Relative,
}

#[derive(Serialize)]
struct Relative {
    relative: f64,
}

/// The vendor publishes no shape of it: this is what one transcription provider sends.
#[derive(Serialize)]
struct Provider<'a> {
    r#type: &'static str,
    channel: Alternatives<'a>,
}

#[derive(Serialize)]
struct Alternatives<'a> {
    alternatives: [Alternative<'a>; 1],
}

#[derive(Serialize)]
struct Alternative<'a> {
    transcript: &'a str,
    confidence: f64,
}

/// Words in the shape before API v1.11.
#[derive(Serialize)]
struct Legacy<'a> {
    original_transcript_id: u64,
    speaker: &'a str,
    speaker_id: u64,
    words: Vec<LegacyWord<'a>>,
}

#[derive(Serialize)]
struct LegacyWord<'a> {
    text: &'a str,
    start_time: f64,
    end_time: f64,
    confidence: f64,
}

impl<'a> Live<'a> {
    /// `data.data` of what a participant did.
    pub(super) fn action(&self) -> Json {
        let timestamp = Both { absolute: self.absolute, relative: milliseconds(self.relative) };
        let data = self.text.map(|text| Chat { text, to: "everyone" });
        json(&Action { participant: self.participant(), timestamp, data })
    }

    /// `data.data` of words.
    pub(super) fn words(&self) -> Json {
        if self.event == names::TRANSCRIPT_PROVIDER_DATA.as_str() {
            let transcript = self.text.unwrap_or_default();
            let alternatives = [Alternative { transcript, confidence: 0.98 }];
            return json(&Provider { r#type: "Results", channel: Alternatives { alternatives } });
        }
        let words = self.timed().map(|(text, start, end)| Word {
            text,
            start_timestamp: Relative { relative: start },
            end_timestamp: Relative { relative: end },
        });
        let words = words.collect();
        json(&Utterance { words, language_code: "en", participant: self.participant() })
    }

    /// `data.transcript` of words before API v1.11; `nth` counts them.
    pub(super) fn legacy(&self, nth: u64) -> Json {
        let words = self.timed().map(|(text, start_time, end_time)| LegacyWord {
            text,
            start_time,
            end_time,
            confidence: 0.98,
        });
        json(&Legacy {
            original_transcript_id: nth,
            speaker: self.name,
            speaker_id: self.id(),
            words: words.collect(),
        })
    }

    /// Small and per recording: 100, 200 and so on, as the vendor counts them.
    fn id(&self) -> u64 {
        (self.participant as u64 + 1) * 100
    }

    fn participant(&self) -> Participant<'a> {
        Participant {
            id: self.id(),
            name: self.name,
            is_host: self.participant == 0,
            platform: "desktop",
            extra_data: Empty {},
            email: None,
        }
    }

    /// Each word with its begin and end.
    fn timed(&self) -> impl Iterator<Item = (&'a str, f64, f64)> {
        let from = self.relative;
        self.text.unwrap_or_default().split_whitespace().enumerate().map(move |(index, word)| {
            let start = from + WORD * index as f64;
            (word, milliseconds(start), milliseconds(start + WORD))
        })
    }
}

fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// What `serde_json` has just written is JSON, and far from any limit.
fn json(value: &impl Serialize) -> Json {
    let text = serde_json::to_string(value).unwrap_or_default();
    Json::parse(&text).unwrap_or_else(|_| Json::from(serde_json::Value::Null))
}
