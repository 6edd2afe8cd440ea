//! The keys of a step: which it may have, what they lead to, and what is wrong with them.

use recallai_webhook_event::catalogue::Entry;
use recallai_webhook_event::{ArtifactKind, Name};

use super::cast::{self, list, pick};
use super::document::Step;
use super::error::ScenarioError;
use crate::meeting::{self, Said, Script, Thing, What};

type Result<T, E = ScenarioError> = std::result::Result<T, E>;

/// The most often that one step can be repeated.
const MOST_REPEATS: u32 = 100_000;

/// Members of `data` that the families write themselves.
const OWN_MEMBERS: [&str; 13] = [
    "data",
    "bot",
    "bot_id",
    "recording",
    "recording_id",
    "sdk_upload",
    "realtime_endpoint",
    "slack_team",
    "calendar_id",
    "last_updated_ts",
    "status",
    "log",
    "job_id",
];

/// A step and the key that leads to it.
pub(super) struct Written<'a> {
    pub(super) step: &'a Step,
    pub(super) key: String,
}

impl Written<'_> {
    /// The name that the catalogue has just put into this family.
    pub(super) fn name<P>(&self, name: Option<Name<P>>) -> Result<Name<P>> {
        name.ok_or_else(|| {
            self.error("event", format!("this version cannot make `{}`", self.step.event))
        })
    }

    /// The code that belongs to the name. `completed` is the one that carries the code of another.
    pub(super) fn said(&self, entry: &'static Entry) -> Said {
        let code = match entry.code() {
            Some("completed") => "complete",
            code => code.unwrap_or_default(),
        };
        Said { code, sub_code: self.step.sub_code.clone() }
    }

    pub(super) fn bot(&self, script: &Script, takes: &[&str]) -> Result<usize> {
        self.pick("bot", script.bots.iter(), takes)
    }

    pub(super) fn endpoint(&self, script: &Script, takes: &[&str]) -> Result<usize> {
        let endpoints = script.endpoints.iter().map(|endpoint| &endpoint.thing);
        self.pick("realtime_endpoint", endpoints, takes)
    }

    /// The media object of a kind; a label such as `meeting/transcript` leads to one that a recording lists.
    pub(super) fn artifact(
        &self,
        script: &Script,
        kind: ArtifactKind,
        label: Option<&str>,
    ) -> Result<usize> {
        let of_kind = script.artifacts.iter().enumerate().filter(|(_, role)| role.kind == kind);
        let (indexes, things): (Vec<usize>, Vec<&Thing>) =
            of_kind.map(|(index, role)| (index, &role.thing)).unzip();
        let picked = pick(kind.as_str(), &things, label, &self.at("of"))?;
        Ok(indexes[picked])
    }

    /// The media object that a real-time event belongs to: the first of its kind and recording.
    pub(super) fn feed(
        &self,
        script: &Script,
        endpoint: usize,
        kind: ArtifactKind,
    ) -> Result<usize> {
        let recording = script.endpoints[endpoint].recording;
        let fits =
            |artifact: &meeting::Artifact| artifact.recording == recording && artifact.kind == kind;
        script.artifacts.iter().position(fits).ok_or_else(|| {
            let label = &script.recordings[recording].thing.label;
            let problem = format!(
                "`{}` belongs to a {kind}, which the recording `{label}` does not have",
                self.step.event
            );
            self.error("event", problem)
        })
    }

    pub(super) fn recording(&self, script: &Script) -> Result<Option<usize>> {
        let label = self.step.recording.as_deref();
        label.map(|label| cast::recording(script, Some(label), &self.at("recording"))).transpose()
    }

    /// The participant, who is counted when first seen.
    pub(super) fn participant(&self, script: &mut Script) -> Result<usize> {
        let name = self.needs("participant", self.step.participant.as_ref())?;
        let known = script.participants.iter().position(|participant| participant == name);
        Ok(known.unwrap_or_else(|| {
            script.participants.push(name.clone());
            script.participants.len() - 1
        }))
    }

    pub(super) fn pick<'t>(
        &self,
        sort: &str,
        things: impl Iterator<Item = &'t Thing>,
        takes: &[&str],
    ) -> Result<usize> {
        pick(sort, &things.collect::<Vec<_>>(), self.of(takes)?, &self.at("of"))
    }

    /// The label in `of`, once it is clear that the event takes nothing else than these keys.
    pub(super) fn of(&self, takes: &[&str]) -> Result<Option<&str>> {
        let all: Vec<&str> = ["of"].into_iter().chain(takes.iter().copied()).collect();
        self.takes(&all)?;
        Ok(self.step.of.as_deref())
    }

    pub(super) fn takes(&self, keys: &[&str]) -> Result<()> {
        let step = self.step;
        let given = [
            ("of", step.of.is_some()),
            ("recording", step.recording.is_some()),
            ("code", step.code.is_some()),
            ("sub_code", step.sub_code.is_some()),
            ("text", step.text.is_some()),
            ("level", step.level.is_some()),
            ("participant", step.participant.is_some()),
        ];
        match given.iter().find(|(key, is_given)| *is_given && !keys.contains(key)) {
            None => Ok(()),
            Some((key, _)) => {
                let keys = list(keys.iter().copied().chain(["data"]));
                Err(self.error(key, format!("says nothing in `{}`; expected {keys}", step.event)))
            }
        }
    }

    pub(super) fn needs<'v, T>(&self, key: &str, value: Option<&'v T>) -> Result<&'v T> {
        value.ok_or_else(|| self.error(key, format!("`{}` cannot be without it", self.step.event)))
    }

    pub(super) fn repeats(&self) -> Result<u32> {
        match (self.step.repeat, self.step.every) {
            (None, None) => Ok(1),
            (Some(repeat), Some(_)) if (1..=MOST_REPEATS).contains(&repeat) => Ok(repeat),
            (Some(_), Some(_)) => {
                Err(self.error("repeat", format!("expected 1 to {MOST_REPEATS}")))
            }
            (Some(_), None) => {
                Err(self.error("repeat", "how often? There is no `every`".to_owned()))
            }
            (None, Some(_)) => {
                Err(self.error("every", "how many times? There is no `repeat`".to_owned()))
            }
        }
    }

    /// Members that would be there twice, and references that lead nowhere.
    pub(super) fn check_data(&self, script: &Script, what: &What) -> Result<()> {
        let is_free = matches!(what, What::Huddle { .. } | What::Unknown { .. });
        let things: Vec<String> =
            script.things().map(|(sort, thing)| format!("{sort}.{}", thing.label)).collect();
        let exists = |reference: &str| things.iter().any(|thing| thing == reference);
        for (key, value) in &self.step.data {
            let is_own = OWN_MEMBERS.contains(&&**key) || key.parse::<ArtifactKind>().is_ok();
            if is_own && !is_free {
                let problem =
                    format!("the sender writes this member of `{}` itself", self.step.event);
                return Err(self.error(&format!("data.{key}"), problem));
            }
            if let Some(problem) = meeting::problem(value, Some(&exists)) {
                return Err(self.error(&format!("data.{key}"), problem));
            }
        }
        Ok(())
    }

    pub(super) fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.key)
    }

    pub(super) fn error(&self, key: &str, problem: String) -> ScenarioError {
        ScenarioError::at(self.at(key), problem)
    }
}
