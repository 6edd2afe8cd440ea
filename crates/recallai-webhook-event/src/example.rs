//! Example bodies: for documentation, for trying a receiver out, and for the tests that walk the
//! whole catalogue.

use serde_json::{Value, json};

use crate::catalogue::{Entry, Family};
use crate::grammar::target_member;
use crate::{ArtifactKind, names};

const RECORDING: &str = "03d06804-0cb2-42f8-a255-5b950dde7c57";
const BOT: &str = "0b85d2f9-d54a-47f6-b28d-4c63229f4035";
const UPLOAD: &str = "fa08e580-d7b6-4f88-9f71-5b718c5a5f77";
const ARTIFACT: &str = "04530d90-6745-455a-b190-e55d463cbb2a";
const ENDPOINT: &str = "9c8e6a3f-0000-4000-8000-000000000003";
const UPDATED_AT: &str = "2024-12-04T23:25:56.339940Z";

impl Entry {
    /// A body of this event in its documented shape, with made-up ids, as compact JSON.
    pub fn example(&self) -> String {
        json!({ "event": self.name, "data": data(self) }).to_string()
    }
}

fn data(entry: &Entry) -> Value {
    let resource = |id: &str| json!({ "id": id, "metadata": {} });
    let status = || json!({ "code": code(entry), "sub_code": null, "updated_at": UPDATED_AT });
    match entry.family {
        Family::Artifact(kind) => {
            let mut data = json!({ "data": status(), "recording": resource(RECORDING) });
            if kind != ArtifactKind::Recording {
                data[kind.as_str()] = resource(ARTIFACT);
            }
            data["bot"] = resource(BOT);
            data
        }
        Family::Bot => json!({ "data": status(), "bot": resource(BOT) }),
        Family::SdkUpload => json!({
            "data": status(), "recording": resource(RECORDING), "sdk_upload": resource(UPLOAD),
        }),
        Family::RealtimeEndpoint => json!({
            "data": status(), "realtime_endpoint": resource(ENDPOINT),
            "recording": resource(RECORDING), "bot": resource(BOT),
        }),
        Family::SlackTeam => json!({ "data": status(), "slack_team": resource(ARTIFACT) }),
        Family::Calendar if entry.name == names::CALENDAR_SYNC_EVENTS.as_str() => {
            json!({ "calendar_id": ARTIFACT, "last_updated_ts": UPDATED_AT })
        }
        Family::Calendar => json!({ "calendar_id": ARTIFACT }),
        Family::BotStatusChange => json!({ "bot_id": BOT, "status": {
            "code": "in_call_recording", "created_at": UPDATED_AT, "sub_code": null,
            "message": null, "recording_id": RECORDING,
        }}),
        Family::BotLog => json!({ "bot_id": BOT, "log": {
            "level": "error", "message": "Failed to connect", "created_at": UPDATED_AT,
        }}),
        Family::BotTranscription => json!({ "bot_id": BOT, "recording_id": RECORDING,
            "transcript": { "original_transcript_id": 1, "speaker": "Ada", "speaker_id": 100,
                "words": [{ "text": "hello", "start_time": 10.4, "end_time": 10.7 }] } }),
        Family::SlackHuddle => json!({}),
        Family::ParticipantAction => feed(entry, &action(entry)),
        Family::TranscriptStream => feed(entry, &words(entry)),
        Family::MediaStream => feed(
            entry,
            &json!({ "buffer": "AAAA", "timestamp": { "absolute": UPDATED_AT, "relative": 0.5 } }),
        ),
    }
}

/// `sdk_upload.completed` is the one event that carries the code of another.
fn code(entry: &Entry) -> &'static str {
    match entry.code() {
        Some("completed") => "complete",
        code => code.unwrap_or_default(),
    }
}

fn feed(entry: &Entry, detail: &Value) -> Value {
    let resource = |id: &str| json!({ "id": id, "metadata": {} });
    let mut data = json!({
        "data": detail, "realtime_endpoint": resource(ENDPOINT),
        "recording": resource(RECORDING), "bot": resource(BOT),
    });
    if let Some(member) = target_member(entry) {
        data[member] = resource(ARTIFACT);
    }
    data
}

fn participant() -> Value {
    json!({ "id": 100, "name": "Ada", "is_host": true, "platform": "desktop",
        "extra_data": {}, "email": null })
}

fn action(entry: &Entry) -> Value {
    let chat = entry.name == names::PARTICIPANT_EVENTS_CHAT_MESSAGE.as_str();
    json!({
        "participant": participant(),
        "timestamp": { "absolute": UPDATED_AT, "relative": 16.8 },
        "data": if chat { json!({ "text": "hello", "to": "everyone" }) } else { Value::Null },
    })
}

fn words(entry: &Entry) -> Value {
    if entry.name == names::TRANSCRIPT_PROVIDER_DATA.as_str() {
        return json!({ "provider": "in its own shape" });
    }
    json!({
        "words": [{ "text": "hello", "start_timestamp": { "relative": 10.4 },
            "end_timestamp": { "relative": 10.7 } }],
        "language_code": "en",
        "participant": participant(),
    })
}
