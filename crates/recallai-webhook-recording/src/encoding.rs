//! States as text: canonical, compact JSON that a person can read in a database shell.

use std::borrow::Cow;

use recallai_webhook_event::{ArtifactKind, Json, SubCode, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::metadata::Metadata;
use crate::observation::{self, code};
use crate::state::MediaState;
use crate::{ItemKind, Observation, State, Subject};

/// The form that is written, and the only one that is read.
const FORM: u32 = 1;

/// A text that is no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It is not JSON, or not of the form that `State::to_json` writes. What stands there is not
    /// shown: metadata is the user's data.
    #[error("not the JSON of a state, at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Another version of this crate wrote it.
    #[error("state of form {form}; this version reads form 1")]
    Form {
        /// The form that the text has.
        form: u32,
    },
    /// A subject or an artifact of a kind that is not known.
    #[error("state with an unknown kind of {what}")]
    UnknownKind {
        /// What has the kind: `subject`, `link` or `artifact`.
        what: &'static str,
    },
    /// Metadata that is no JSON object within the limits of `recallai-webhook-event`.
    #[error("state with unreadable metadata")]
    Metadata,
}

impl State {
    /// The state as JSON. Equal states give equal bytes.
    pub fn to_json(&self) -> String {
        let media = self.media.iter().map(|media| media.observations.len() + 2).sum::<usize>();
        let lines = 4 + self.observations.len() + media + self.links.len();
        let mut out = String::with_capacity(lines * 64);
        out.push_str(r#"{"form":1,"subject":"#);
        write_subject(&mut out, &self.subject);
        if self.erased {
            out.push_str(r#","erased":true"#);
        }
        write_observations(&mut out, &self.observations);
        write_metadata(&mut out, self.metadata.as_ref());
        write_list(&mut out, "artifacts", &self.media, write_media);
        write_list(&mut out, "links", &self.links, write_subject);
        out.push('}');
        out
    }

    /// Reads what [`to_json`](Self::to_json) wrote, also by another version with other ranks: what
    /// is current is found anew.
    ///
    /// # Errors
    ///
    /// The text is not of this form.
    pub fn from_json(text: &str) -> Result<Self, StateError> {
        let malformed = |error: serde_json::Error| StateError::Malformed {
            line: error.line(),
            column: error.column(),
        };
        let stored: Stored<'_> = serde_json::from_str(text).map_err(malformed)?;
        if stored.form != FORM {
            return Err(StateError::Form { form: stored.form });
        }
        let mut state = Self::new(subject(stored.subject, "subject")?);
        state.observations = read_observations(stored.seen, state.kind());
        state.metadata = read_metadata(stored.metadata)?;
        for stored in stored.artifacts {
            state.merge_media(&stored.read()?);
        }
        for link in stored.links {
            state.link(&subject(link, "link")?);
        }
        Ok(if stored.erased { state.tombstone() } else { state })
    }
}

/// Kind and id of a subject.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>, #[serde(borrow)] Cow<'a, str>);

/// Code, time, and the sub code if there is one.
#[derive(Deserialize)]
struct Seen<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(default)] Option<Cow<'a, str>>,
);

#[derive(Deserialize)]
struct StoredMetadata<'a> {
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    value: &'a RawValue,
}

#[derive(Deserialize)]
struct StoredMedia<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    seen: Vec<Seen<'a>>,
    #[serde(borrow, default)]
    metadata: Option<StoredMetadata<'a>>,
}

#[derive(Deserialize)]
struct Stored<'a> {
    form: u32,
    #[serde(borrow)]
    subject: Name<'a>,
    #[serde(default)]
    erased: bool,
    #[serde(borrow, default)]
    seen: Vec<Seen<'a>>,
    #[serde(borrow, default)]
    metadata: Option<StoredMetadata<'a>>,
    #[serde(borrow, default)]
    artifacts: Vec<StoredMedia<'a>>,
    #[serde(borrow, default)]
    links: Vec<Name<'a>>,
}

impl StoredMedia<'_> {
    fn read(self) -> Result<MediaState, StateError> {
        let unknown = |_| StateError::UnknownKind { what: "artifact" };
        let kind: ArtifactKind = self.kind.parse().map_err(unknown)?;
        let observations = read_observations(self.seen, ItemKind::Artifact(kind));
        let metadata = read_metadata(self.metadata)?;
        Ok(MediaState { kind, id: self.id.into(), observations, metadata })
    }
}

impl From<Seen<'_>> for Observation {
    fn from(Seen(code_text, updated_at, sub_code): Seen<'_>) -> Self {
        let sub_code = sub_code.map(|sub_code| SubCode::from(&*sub_code));
        Self::new(code(&code_text), sub_code, &*updated_at)
    }
}

fn subject(Name(kind, id): Name<'_>, what: &'static str) -> Result<Subject, StateError> {
    let kind = kind.parse().map_err(|_| StateError::UnknownKind { what })?;
    Ok(Subject::new(kind, id))
}

fn read_observations(seen: Vec<Seen<'_>>, kind: ItemKind) -> Vec<Observation> {
    observation::set(seen.into_iter().map(Observation::from).collect(), kind)
}

fn read_metadata(stored: Option<StoredMetadata<'_>>) -> Result<Option<Metadata>, StateError> {
    let Some(StoredMetadata { at, value }) = stored else {
        return Ok(None);
    };
    let json = Json::parse(value.get()).map_err(|_| StateError::Metadata)?;
    if !json.text().starts_with('{') {
        return Err(StateError::Metadata);
    }
    Ok(Some(Metadata::new(&json, Timestamp::new(&at))))
}

fn write_subject(out: &mut String, subject: &Subject) {
    out.push('[');
    write_text(out, subject.kind.as_str());
    out.push(',');
    write_text(out, &subject.id);
    out.push(']');
}

fn write_media(out: &mut String, media: &MediaState) {
    out.push_str(r#"{"kind":"#);
    write_text(out, media.kind.as_str());
    out.push_str(r#","id":"#);
    write_text(out, &media.id);
    write_observations(out, &media.observations);
    write_metadata(out, media.metadata.as_ref());
    out.push('}');
}

fn write_observations(out: &mut String, observations: &[Observation]) {
    write_list(out, "seen", observations, |out, observation| {
        out.push('[');
        write_text(out, observation.code.as_str());
        out.push(',');
        write_text(out, observation.updated_at.as_str());
        if let Some(sub_code) = &observation.sub_code {
            out.push(',');
            write_text(out, sub_code.as_str());
        }
        out.push(']');
    });
}

fn write_metadata(out: &mut String, metadata: Option<&Metadata>) {
    if let Some(Metadata { at, json }) = metadata {
        out.push_str(r#","metadata":{"at":"#);
        write_text(out, at.as_str());
        out.push_str(r#","value":"#);
        out.push_str(json);
        out.push('}');
    }
}

/// A further member that is a list; left out if it is empty.
fn write_list<T>(out: &mut String, name: &str, list: &[T], write: impl Fn(&mut String, &T)) {
    for (index, element) in list.iter().enumerate() {
        if index == 0 {
            out.push_str(",\"");
            out.push_str(name);
            out.push_str("\":[");
        } else {
            out.push(',');
        }
        write(out, element);
    }
    if !list.is_empty() {
        out.push(']');
    }
}

fn write_text(out: &mut String, text: &str) {
    // Without an early end it takes many bytes at a time, and most texts have none of these.
    let escapes = |has, byte| has | (byte < b' ') | (byte == b'"') | (byte == b'\\');
    if text.bytes().fold(false, escapes) {
        // Writing a string to a string does not fail.
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
        return;
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}
