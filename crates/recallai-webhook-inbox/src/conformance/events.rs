//! The events that cases are made of, as bodies in the form of the vendor's.

use std::sync::Arc;

use recallai_webhook_recording::Need;

use super::world::{Checked, Failure};
use crate::{NewMessage, Reader, Reading};

/// An event, from which the body is written.
#[derive(Clone)]
pub(super) struct Event {
    name: String,
    code: String,
    /// The member of the artifact, and its id.
    artifact: Option<(String, String)>,
    recording: Option<String>,
    bot: Option<String>,
    upload: Option<String>,
    second: u32,
}

impl Event {
    /// Of an artifact: `transcript.done` of the recording `r1`. For `recording.*` of the recording
    /// itself.
    pub(super) fn of(name: &str, recording: &str) -> Self {
        let kind = name.split('.').next().unwrap_or_default();
        let artifact = (kind != "recording").then(|| (kind.into(), format!("{kind}-{recording}")));
        Self { artifact, recording: Some(recording.into()), ..Self::bare(name) }
    }

    /// Of a bot: `bot.done`.
    pub(super) fn of_bot(name: &str, bot: &str) -> Self {
        Self { bot: Some(bot.into()), ..Self::bare(name) }
    }

    /// Of an upload: `sdk_upload.complete`.
    pub(super) fn of_upload(name: &str, upload: &str) -> Self {
        Self { upload: Some(upload.into()), ..Self::bare(name) }
    }

    /// Without any subject: a name that is not in the catalogue, or one that tells nothing.
    pub(super) fn bare(name: &str) -> Self {
        let code = name.rsplit('.').next().unwrap_or_default();
        let (artifact, recording, bot, upload) = (None, None, None, None);
        Self { name: name.into(), code: code.into(), artifact, recording, bot, upload, second: 0 }
    }

    /// At this second of the meeting, by the sender.
    pub(super) fn at(mut self, second: u32) -> Self {
        self.second = second;
        self
    }

    /// Another artifact of the kind.
    pub(super) fn artifact(mut self, id: &str) -> Self {
        self.artifact = self.artifact.map(|(kind, _)| (kind, id.into()));
        self
    }

    /// By this bot.
    pub(super) fn by(mut self, bot: &str) -> Self {
        self.bot = Some(bot.into());
        self
    }

    /// In this upload.
    pub(super) fn in_upload(mut self, upload: &str) -> Self {
        self.upload = Some(upload.into());
        self
    }

    /// Naming this recording.
    pub(super) fn with_recording(mut self, recording: &str) -> Self {
        self.recording = Some(recording.into());
        self
    }

    pub(super) fn body(&self) -> String {
        let Self { name, code, second, .. } = self;
        let (minute, second) = (second / 60, second % 60);
        let artifact = self.artifact.as_ref().map(|(kind, id)| (kind.as_str(), id));
        let members = [
            artifact,
            self.recording.as_ref().map(|id| ("recording", id)),
            self.bot.as_ref().map(|id| ("bot", id)),
            self.upload.as_ref().map(|id| ("sdk_upload", id)),
        ];
        let members: String = members
            .into_iter()
            .flatten()
            .map(|(key, id)| format!(r#","{key}":{{"id":"{id}","metadata":{{"of":"{key}"}}}}"#))
            .collect();
        format!(
            r#"{{"event":"{name}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2026-01-01T10:{minute:02}:{second:02}Z"}}{members}}}}}"#
        )
    }
}

/// A need in words.
pub(super) fn need(words: &str) -> Checked<Need> {
    words.parse().map_err(|error| Failure::new("a need", format!("{error}")))
}

/// A message as a version of the catalogue reads it in which nothing of this name stands.
pub(super) fn read_without(mut message: NewMessage, name: &str) -> NewMessage {
    message.reading = Reading::unknown(name);
    message
}

/// The reader of the present catalogue.
pub(super) fn present() -> Arc<Reader> {
    Arc::new(Reading::of)
}

/// Permutations of a few things by number, each of them for some number.
pub(super) fn shuffled<T>(mut things: Vec<T>, mut number: usize) -> Vec<T> {
    let mut shuffled = Vec::with_capacity(things.len());
    while !things.is_empty() {
        let at = number % things.len();
        number /= things.len();
        shuffled.push(things.remove(at));
    }
    shuffled
}
