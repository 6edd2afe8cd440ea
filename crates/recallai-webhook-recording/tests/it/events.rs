//! Events as a test writes them: short words in, a body as the vendor sends it, facts out.

use std::fmt;

use recallai_webhook_event::EventRef;
use recallai_webhook_recording::{Facts, State, Subject};
use serde_json::{Map, Value, json};

/// The recording of most tests.
pub(crate) const RECORDING: &str = "rec";
/// The bot of most tests.
pub(crate) const BOT: &str = "bot";
/// The SDK upload of most tests.
pub(crate) const UPLOAD: &str = "up";

/// A body in the making.
#[derive(Clone)]
pub(crate) struct Body {
    name: String,
    data: Map<String, Value>,
}

/// An event of the shape of API v1.11, without any resource.
pub(crate) fn event(name: &str, at: &str) -> Body {
    let (_, code) = name.split_once('.').unwrap();
    let status = json!({ "code": code, "sub_code": null, "updated_at": at });
    let data = Map::from_iter([("data".to_owned(), status)]);
    Body { name: name.to_owned(), data }
}

/// A status of a recording.
pub(crate) fn recording(code: &str, at: &str) -> Body {
    event(&format!("recording.{code}"), at).with("recording", RECORDING)
}

/// A status of a media object of the recording: `media("transcript", "t1", "done", ..)`.
pub(crate) fn media(kind: &str, id: &str, code: &str, at: &str) -> Body {
    event(&format!("{kind}.{code}"), at).with(kind, id).with("recording", RECORDING)
}

/// A status of a bot.
pub(crate) fn bot(code: &str, at: &str) -> Body {
    event(&format!("bot.{code}"), at).with("bot", BOT)
}

/// A status of an SDK upload, with a recording or without.
pub(crate) fn upload(code: &str, recording: Option<&str>, at: &str) -> Body {
    let event = event(&format!("sdk_upload.{code}"), at).with("sdk_upload", UPLOAD);
    match recording {
        Some(recording) => event.with("recording", recording),
        None => event.member("recording", Value::Null),
    }
}

/// A status of a bot, in the shape from before API v1.11.
pub(crate) fn legacy(code: &str, sub_code: Option<&str>, at: &str) -> Body {
    let status = json!({ "code": code, "sub_code": sub_code, "created_at": at });
    let data = json!({ "bot_id": BOT, "status": status });
    Body { name: "bot.status_change".to_owned(), data: data.as_object().unwrap().clone() }
}

impl Body {
    /// The same with a resource that has no metadata.
    pub(crate) fn with(self, key: &str, id: &str) -> Self {
        self.member(key, json!({ "id": id, "metadata": {} }))
    }

    /// The same with a resource that has metadata.
    pub(crate) fn with_metadata(self, key: &str, id: &str, metadata: &Value) -> Self {
        self.member(key, json!({ "id": id, "metadata": metadata }))
    }

    /// The same with a sub code.
    pub(crate) fn because(mut self, sub_code: &str) -> Self {
        self.data["data"]["sub_code"] = sub_code.into();
        self
    }

    /// The same with a code other than that of the name.
    pub(crate) fn coded(mut self, code: &str) -> Self {
        self.data["data"]["code"] = code.into();
        self
    }

    /// The same with a member of `data`.
    pub(crate) fn member(mut self, key: &str, value: Value) -> Self {
        self.data.insert(key.to_owned(), value);
        self
    }

    /// What the event tells.
    pub(crate) fn facts(&self) -> Facts {
        let body = self.to_string();
        Facts::of(&EventRef::parse(body.as_bytes()).expect(&body))
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", json!({ "event": self.name, "data": self.data }))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The state of a subject after these events.
pub(crate) fn state<'b>(subject: Subject, bodies: impl IntoIterator<Item = &'b Body>) -> State {
    let mut state = State::new(subject);
    for body in bodies {
        state.apply(&body.facts());
    }
    state
}

/// The state of the recording after these events.
pub(crate) fn of_recording(bodies: &[Body]) -> State {
    state(Subject::recording(RECORDING), bodies)
}

/// The state of the bot after these events.
pub(crate) fn of_bot(bodies: &[Body]) -> State {
    state(Subject::bot(BOT), bodies)
}

/// A time of day, from a number of seconds below a hundred thousand.
pub(crate) fn at(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("2025-03-01T{hours:02}:{minutes:02}:{seconds:02}.000000Z")
}
