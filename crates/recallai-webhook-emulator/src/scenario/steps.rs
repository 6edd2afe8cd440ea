//! Steps: what happens at a time, as written, and what it means.

use std::time::Duration;

use recallai_webhook_event::ArtifactKind;
use recallai_webhook_event::catalogue::{self, Family};
use recallai_webhook_event::names::{PARTICIPANT_EVENTS_CHAT_MESSAGE, families};

use super::cast;
use super::document::Document;
use super::error::ScenarioError;
use super::life::family;
use super::written::Written;
use crate::meeting::{Moment, Script, What};

type Result<T, E = ScenarioError> = std::result::Result<T, E>;

/// Adds what the steps say.
pub(super) fn add(document: &Document, script: &mut Script) -> Result<()> {
    for (index, step) in document.steps.iter().enumerate() {
        let step = Written { step, key: format!("steps[{index}]") };
        let what = step.what(script)?;
        step.check_data(script, &what)?;
        for nth in 0..step.repeats()? {
            let every = step.step.every.map_or(Duration::ZERO, |every| every.0);
            let at = step.step.at.0.saturating_add(every.saturating_mul(nth));
            script.moments.push(Moment { at, what: what.clone(), data: step.step.data.clone() });
        }
    }
    Ok(())
}

impl Written<'_> {
    fn what(&self, script: &mut Script) -> Result<What> {
        let event = &*self.step.event;
        let Some(entry) = catalogue::find(event) else {
            self.takes(&[])?;
            return Ok(What::Unknown { name: event.to_owned() });
        };
        match entry.family {
            Family::Artifact(ArtifactKind::Recording) => {
                let name = self.name(families::RECORDING.name(event))?;
                let recording = cast::recording(script, self.of(&["sub_code"])?, &self.at("of"))?;
                Ok(What::Recording { name, recording, said: self.said(entry) })
            }
            Family::Artifact(kind) => {
                let name = self.name(family(kind).name(event))?;
                let label = self.of(&["sub_code"])?;
                let artifact = self.artifact(script, kind, label)?;
                Ok(What::Artifact { name, artifact, said: self.said(entry) })
            }
            Family::Bot => {
                let name = self.name(families::BOT.name(event))?;
                let bot = self.bot(script, &["sub_code"])?;
                Ok(What::Bot { name, bot, said: self.said(entry) })
            }
            Family::SdkUpload => {
                let name = self.name(families::SDK_UPLOAD.name(event))?;
                let uploads = script.uploads.iter().map(|upload| &upload.thing);
                let upload = self.pick("sdk_upload", uploads, &["sub_code"])?;
                Ok(What::Upload { name, upload, said: self.said(entry) })
            }
            Family::RealtimeEndpoint => {
                let name = self.name(families::REALTIME_ENDPOINT.name(event))?;
                let endpoint = self.endpoint(script, &["sub_code"])?;
                Ok(What::Endpoint { name, endpoint, said: self.said(entry) })
            }
            Family::SlackTeam => {
                let name = self.name(families::SLACK_TEAM.name(event))?;
                let team = self.pick("slack_team", script.teams.iter(), &["sub_code"])?;
                Ok(What::Team { name, team, said: self.said(entry) })
            }
            Family::Calendar => {
                let name = self.name(families::CALENDAR.name(event))?;
                let calendar = self.pick("calendar", script.calendars.iter(), &[])?;
                Ok(What::Calendar { name, calendar })
            }
            Family::SlackHuddle => {
                self.takes(&[])?;
                Ok(What::Huddle { name: self.name(families::SLACK_HUDDLE.name(event))? })
            }
            Family::BotStatusChange => {
                let bot = self.bot(script, &["recording", "code", "sub_code", "text"])?;
                Ok(What::StatusChange {
                    name: self.name(families::BOT_STATUS_CHANGE.name(event))?,
                    bot,
                    recording: self.recording(script)?,
                    code: self.needs("code", self.step.code.as_ref())?.clone(),
                    sub_code: self.step.sub_code.clone(),
                    text: self.step.text.clone(),
                })
            }
            Family::BotLog => {
                let bot = self.bot(script, &["level", "text"])?;
                Ok(What::Log {
                    name: self.name(families::BOT_LOG.name(event))?,
                    bot,
                    level: self.step.level.clone().unwrap_or_else(|| "info".to_owned()),
                    text: self.needs("text", self.step.text.as_ref())?.clone(),
                })
            }
            Family::BotTranscription => {
                let bot = self.bot(script, &["recording", "participant", "text"])?;
                Ok(What::Transcription {
                    name: self.name(families::BOT_TRANSCRIPTION.name(event))?,
                    bot,
                    recording: self.recording(script)?,
                    participant: self.participant(script)?,
                    text: self.needs("text", self.step.text.as_ref())?.clone(),
                })
            }
            Family::ParticipantAction => {
                let is_chat = event == PARTICIPANT_EVENTS_CHAT_MESSAGE.as_str();
                let takes: &[&str] =
                    if is_chat { &["participant", "text"] } else { &["participant"] };
                let endpoint = self.endpoint(script, takes)?;
                let text = match is_chat {
                    true => Some(self.needs("text", self.step.text.as_ref())?.clone()),
                    false => None,
                };
                Ok(What::Action {
                    name: self.name(families::PARTICIPANT_ACTION.name(event))?,
                    endpoint,
                    feed: self.feed(script, endpoint, ArtifactKind::ParticipantEvents)?,
                    participant: self.participant(script)?,
                    text,
                })
            }
            Family::TranscriptStream => {
                let endpoint = self.endpoint(script, &["participant", "text"])?;
                Ok(What::Words {
                    name: self.name(families::TRANSCRIPT_STREAM.name(event))?,
                    endpoint,
                    feed: self.feed(script, endpoint, ArtifactKind::Transcript)?,
                    participant: self.participant(script)?,
                    text: self.needs("text", self.step.text.as_ref())?.clone(),
                })
            }
            Family::MediaStream => Err(self.error(
                "event",
                format!("`{event}` comes over a WebSocket only, which is no webhook"),
            )),
            _ => Err(self.error("event", format!("this version cannot make `{event}`"))),
        }
    }
}
