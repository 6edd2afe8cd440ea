//! Facts: what one event tells about recordings, bots and uploads.

use recallai_webhook_event::names::{SDK_UPLOAD_COMPLETE, SDK_UPLOAD_COMPLETED};
use recallai_webhook_event::{
    ArtifactKind, Code, EventRef, Family, ResourceRef, StatusRef, Timestamp,
};

use crate::metadata::Metadata;
use crate::{ItemKind, Observation, Subject};

/// The two names of the event that an upload is complete; the code of either may be that of the other.
const COMPLETE: [&str; 2] = [SDK_UPLOAD_COMPLETE.as_str(), SDK_UPLOAD_COMPLETED.as_str()];

/// What one event tells: which recording, bot and upload it names, and the status it reports.
///
/// The eight artifact families, `bot.*` (also before API v1.11) and `sdk_upload.*` report a status. The
/// others only tell whom they are about, and which recording is of which bot: what happens in a meeting,
/// and the logs of a bot, belong to a recording or a bot too, though they take no part in readiness.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    pub(crate) recording: Option<Named>,
    pub(crate) sdk_upload: Option<Named>,
    pub(crate) bot: Option<Named>,
    pub(crate) report: Option<Report>,
    /// Whether the event says, by its name, that the upload is complete.
    completes_upload: bool,
}

/// A subject that the event names, with the metadata it carries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    pub(crate) subject: Subject,
    pub(crate) metadata: Option<Metadata>,
}

/// The status that the event reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    pub(crate) kind: ItemKind,
    /// The media object; `None` if the status is that of the subject itself.
    pub(crate) media: Option<Media>,
    pub(crate) observation: Observation,
}

/// A media object of a recording.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Media {
    pub(crate) kind: ArtifactKind,
    pub(crate) id: Box<str>,
    pub(crate) metadata: Option<Metadata>,
}

impl Facts {
    /// What an event tells. It cannot fail: an event that tells nothing gives empty facts.
    pub fn of(event: &EventRef<'_>) -> Self {
        let Some(family) = event.family() else { return Self::default() };
        match (family, event.status()) {
            (Family::Artifact(kind), Some(status)) => Self::of_artifact(event, status, kind),
            (Family::Bot | Family::BotStatusChange, Some(status)) => {
                Self::of_item(event, status, ItemKind::Bot)
            }
            (Family::SdkUpload, Some(status)) => Self {
                completes_upload: COMPLETE.contains(&event.name()),
                ..Self::of_item(event, status, ItemKind::SdkUpload)
            },
            _ => Self::of_names(event, None),
        }
    }

    /// Whether the event tells nothing.
    pub fn is_empty(&self) -> bool {
        self.primary().is_none()
    }

    /// What the event is mostly about: the recording, else the SDK upload, else the bot. The order
    /// of jobs is kept by it.
    pub fn primary(&self) -> Option<&Subject> {
        self.subjects().next()
    }

    /// Every subject that the event names, the primary one first; each once.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.named().map(|named| &named.subject)
    }

    /// The kind of artifact whose status the event reports.
    pub fn artifact(&self) -> Option<ArtifactKind> {
        match self.report.as_ref()?.kind {
            ItemKind::Artifact(kind) => Some(kind),
            ItemKind::Bot | ItemKind::SdkUpload => None,
        }
    }

    /// The status code that the event reports of an artifact, a bot or an upload.
    pub fn code(&self) -> Option<&Code> {
        self.report.as_ref().map(|report| &report.observation.code)
    }

    /// The SDK upload, if the event tells that it is complete. The vendor sends
    /// `sdk_upload.complete` and `sdk_upload.completed`, with different message ids, for one fact.
    pub fn completes_upload(&self) -> Option<&Subject> {
        let upload = self.sdk_upload.as_ref().filter(|_| self.completes_upload)?;
        Some(&upload.subject)
    }

    pub(crate) fn named(&self) -> impl Iterator<Item = &Named> {
        [&self.recording, &self.sdk_upload, &self.bot].into_iter().flatten()
    }

    fn of_artifact(event: &EventRef<'_>, status: &StatusRef<'_>, kind: ArtifactKind) -> Self {
        let observation = Observation::from_ref(status);
        let media = event.target().filter(|_| kind != ArtifactKind::Recording);
        let media = media.map(|target| Media {
            kind,
            id: (&*target.id).into(),
            metadata: Metadata::of(target, &observation.updated_at),
        });
        let mut facts = Self::of_names(event, Some(&observation.updated_at));
        facts.report = Some(Report { kind: ItemKind::Artifact(kind), media, observation });
        facts
    }

    fn of_item(event: &EventRef<'_>, status: &StatusRef<'_>, kind: ItemKind) -> Self {
        let observation = Observation::from_ref(status);
        let mut facts = Self::of_names(event, Some(&observation.updated_at));
        facts.report = Some(Report { kind, media: None, observation });
        facts
    }

    /// Who is named; with metadata if the event has a time to order it by.
    fn of_names(event: &EventRef<'_>, at: Option<&Timestamp>) -> Self {
        let named = |make: fn(Box<str>) -> Subject, resource: Option<&ResourceRef<'_>>| {
            resource.map(|resource| Named {
                subject: make((&*resource.id).into()),
                metadata: at.and_then(|at| Metadata::of(resource, at)),
            })
        };
        Self {
            recording: named(Subject::recording, event.recording()),
            sdk_upload: named(Subject::sdk_upload, event.sdk_upload()),
            bot: named(Subject::bot, event.bot()),
            report: None,
            completes_upload: false,
        }
    }
}
