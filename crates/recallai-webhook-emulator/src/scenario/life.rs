//! The usual life of recordings and media objects, from `start`, `end` and `deleted`.

use recallai_webhook_event::names::families;
use recallai_webhook_event::{ArtifactEvent, ArtifactKind, FamilyName, Name, catalogue};
use serde_json::Map;

use super::document::{Document, Outcome};
use super::error::ScenarioError;
use super::offset::Offset;
use crate::meeting::{Moment, Said, Script, What};

/// When the statuses are reached, and how it ends.
struct Life<'a> {
    start: Option<Offset>,
    end: Option<Offset>,
    deleted: Option<Offset>,
    outcome: Outcome,
    sub_code: Option<&'a str>,
}

/// Adds what the tables of recordings and media objects say. At one time, media objects come before their
/// recording: when that is done, they are.
pub(super) fn add(document: &Document, script: &mut Script) -> Result<(), ScenarioError> {
    let mut moments = Vec::new();
    for (recording, (label, written)) in document.recording.iter().enumerate() {
        let life = Life {
            start: written.start,
            end: written.end,
            deleted: written.deleted,
            outcome: written.outcome,
            sub_code: written.sub_code.as_deref(),
        };
        life.check(&format!("recording.{label}"))?;
        let own = life.statuses(ArtifactKind::Recording);
        // A media object fails without the sub code of its recording: their lists have nothing in common.
        let shared = Life { sub_code: None, ..life };
        let prefix = format!("{label}/");
        let listed = script.artifacts.iter().enumerate();
        for (artifact, role) in listed.filter(|(_, role)| role.thing.label.starts_with(&prefix)) {
            for (at, name, said) in shared.statuses(role.kind) {
                moments.push(moment(at, What::Artifact { name, artifact, said }));
            }
        }
        for (at, name, said) in own {
            moments.push(moment(at, What::Recording { name, recording, said }));
        }
    }
    for (label, written) in document.artifact.iter() {
        let life = Life {
            start: written.start,
            end: written.end,
            deleted: written.deleted,
            outcome: written.outcome,
            sub_code: written.sub_code.as_deref(),
        };
        life.check(&format!("artifact.{label}"))?;
        let mut roles = script.artifacts.iter().enumerate();
        let Some((artifact, role)) = roles.find(|(_, role)| role.thing.label == *label) else {
            continue;
        };
        for (at, name, said) in life.statuses(role.kind) {
            moments.push(moment(at, What::Artifact { name, artifact, said }));
        }
    }
    script.moments.append(&mut moments);
    Ok(())
}

fn moment(at: Offset, what: What) -> Moment {
    Moment { at: at.0, what, data: Map::new() }
}

impl Life<'_> {
    fn check(&self, key: &str) -> Result<(), ScenarioError> {
        let fail = |member: &str, problem: &str| {
            Err(ScenarioError::at(format!("{key}.{member}"), problem))
        };
        let failed = self.outcome == Outcome::Failed;
        match (self.start, self.end, self.deleted) {
            (Some(start), Some(end), _) if end < start => fail("end", "before `start`"),
            (_, Some(end), Some(deleted)) if deleted < end => fail("deleted", "before `end`"),
            (None, Some(_), _) => fail("end", "there is no `start`"),
            (_, None, Some(_)) => fail("deleted", "there is no `end`"),
            (_, None, None) if failed => {
                fail("outcome", "there is no `end` at which it could fail")
            }
            _ if self.sub_code.is_some() && !failed => {
                fail("sub_code", "says why something failed, but `outcome` is not `failed`")
            }
            _ => Ok(()),
        }
    }

    /// The statuses as time, event and code.
    fn statuses(&self, kind: ArtifactKind) -> Vec<(Offset, Name<ArtifactEvent>, Said)> {
        let (code, sub_code) = match self.outcome {
            Outcome::Done => ("done", None),
            Outcome::Failed => ("failed", self.sub_code.map(str::to_owned)),
        };
        let reached = [
            (self.start, "processing", None),
            (self.end, code, sub_code),
            (self.deleted, "deleted", None),
        ];
        let reached = reached.into_iter().filter_map(|(at, code, sub_code)| {
            let name = family(kind).name(&format!("{}.{code}", kind.as_str()))?;
            Some((at?, name, Said { code, sub_code }))
        });
        reached.collect()
    }
}

/// The family that tells of a kind.
pub(super) fn family(kind: ArtifactKind) -> FamilyName<ArtifactEvent> {
    let all = [
        families::RECORDING,
        families::TRANSCRIPT,
        families::PARTICIPANT_EVENTS,
        families::VIDEO_MIXED,
        families::VIDEO_SEPARATE,
        families::AUDIO_MIXED,
        families::AUDIO_SEPARATE,
        families::MEETING_METADATA,
    ];
    let wanted = catalogue::Family::Artifact(kind);
    all.into_iter().find(|family| family.family() == wanted).unwrap_or(families::RECORDING)
}
