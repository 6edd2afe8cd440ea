//! The state of one subject: the set of what was observed of it.

use recallai_webhook_event::ArtifactKind;

use crate::facts::{Facts, Media, Report};
use crate::metadata::{self, Metadata};
use crate::observation::{self, Rank};
use crate::{
    Item, ItemKind, Need, Observation, Readiness, Subject, SubjectKind, bounded, readiness,
};

/// The most media objects that are kept of one recording.
const MAX_MEDIA: usize = 255;

/// The most links that are kept of one subject.
const MAX_LINKS: usize = 1024;

/// What is known of one recording, bot or upload.
///
/// It is a set, and applying facts is a union: any order and any repetition of events gives the same
/// state, and the same [`to_json`](Self::to_json) bytes. What is *current* is a view of the set.
///
/// The set is bounded: 64 observations of each item, of which the current one is always kept, 256
/// items, and 1,024 links. Over a bound the greatest of a total order stay, so the bound, too, does not
/// depend on the order of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(crate) subject: Subject,
    /// Whether all but the marks of deletion was forgotten, and is to stay so.
    pub(crate) erased: bool,
    /// Of the subject itself; from the least to the current one.
    pub(crate) observations: Vec<Observation>,
    pub(crate) metadata: Option<Metadata>,
    /// By kind and id.
    pub(crate) media: Vec<MediaState>,
    pub(crate) links: Vec<Subject>,
}

/// What is known of one media object of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaState {
    pub(crate) kind: ArtifactKind,
    pub(crate) id: Box<str>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) metadata: Option<Metadata>,
}

impl State {
    /// The state of a subject of which nothing is known.
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            erased: false,
            observations: Vec::new(),
            metadata: None,
            media: Vec::new(),
            links: Vec::new(),
        }
    }

    /// What the state is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Adds what the facts tell about this subject; what they tell about others is left alone.
    /// `true` if the state changed.
    pub fn apply(&mut self, facts: &Facts) -> bool {
        let Some(named) = facts.named().find(|named| named.subject == self.subject) else {
            return false;
        };
        let mut changed = false;
        if !self.erased {
            changed |= metadata::join(&mut self.metadata, named.metadata.as_ref());
            for other in facts.subjects().filter(|other| may_link(named.subject.kind, other.kind)) {
                changed |= self.link(other);
            }
        }
        match &facts.report {
            Some(Report { media: Some(media), observation, .. })
                if self.subject.kind == SubjectKind::Recording =>
            {
                changed |= self.observe_media(media, observation);
            }
            Some(Report { kind, media: None, observation }) if *kind == self.kind() => {
                changed |= self.observe(observation);
            }
            _ => {}
        }
        changed
    }

    /// Adds all that another state of the same subject knows. `true` if this one changed; a state of
    /// another subject changes nothing.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.subject != other.subject {
            return false;
        }
        let mut changed = false;
        if other.erased && !self.erased {
            *self = self.tombstone();
            changed = true;
        }
        for observation in &other.observations {
            changed |= self.observe(observation);
        }
        if self.erased {
            return changed;
        }
        changed |= metadata::join(&mut self.metadata, other.metadata.as_ref());
        for link in &other.links {
            changed |= self.link(link);
        }
        for theirs in &other.media {
            changed |= self.merge_media(theirs);
        }
        changed
    }

    /// The items with a status: the recording and its media objects, ordered by kind and id, or the
    /// one bot or upload. Only what was reported is here.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.item().into_iter().chain(self.media.iter().filter_map(MediaState::item))
    }

    /// The subject itself as an item, if a status of it was reported.
    pub fn item(&self) -> Option<Item<'_>> {
        Item::new(self.kind(), &self.subject.id, &self.observations, self.metadata())
    }

    /// The subjects that events named together with this one, in order. A recording links to bots
    /// and uploads, these to recordings.
    pub fn links(&self) -> impl Iterator<Item = &Subject> {
        self.links.iter()
    }

    /// The metadata of the subject itself: a JSON object in canonical spelling (members sorted by
    /// name, no white space). The latest that was reported counts; an empty one says nothing.
    pub fn metadata(&self) -> Option<&str> {
        self.metadata.as_ref().map(|metadata| &*metadata.json)
    }

    /// Whether the subject was deleted, at the vendor or here.
    pub fn is_deleted(&self) -> bool {
        self.erased || self.item().is_some_and(|item| item.is_deleted())
    }

    /// Whether this is a [`tombstone`](Self::tombstone).
    pub fn is_tombstone(&self) -> bool {
        self.erased
    }

    /// What remains when the subject is erased here: its name, the observations that it was deleted,
    /// and the mark of the erasure. A tombstone takes nothing else in, so no late event resurrects
    /// what was erased, and it counts as deleted.
    #[must_use]
    pub fn tombstone(&self) -> Self {
        let deleted = |observation: &&Observation| observation.rank(self.kind()) == Rank::Deleted;
        Self {
            erased: true,
            observations: self.observations.iter().filter(deleted).cloned().collect(),
            ..Self::new(self.subject.clone())
        }
    }

    /// Whether the needed artifacts of this recording are there.
    pub fn readiness(&self, need: &Need) -> Readiness {
        readiness::of_recording(self, need)
    }

    pub(crate) fn kind(&self) -> ItemKind {
        ItemKind::of(self.subject.kind)
    }

    pub(crate) fn link(&mut self, other: &Subject) -> bool {
        bounded::insert(&mut self.links, MAX_LINKS, other, Subject::cmp)
    }

    fn observe(&mut self, observation: &Observation) -> bool {
        let kind = self.kind();
        if self.erased && observation.rank(kind) != Rank::Deleted {
            return false;
        }
        observation::insert(&mut self.observations, observation, kind)
    }

    fn observe_media(&mut self, media: &Media, observation: &Observation) -> bool {
        if self.erased {
            return false;
        }
        let found = self.media.binary_search_by(|mine| mine.key().cmp(&(media.kind, &*media.id)));
        if let Ok(place) = found {
            let mine = &mut self.media[place];
            let kind = ItemKind::Artifact(mine.kind);
            return observation::insert(&mut mine.observations, observation, kind)
                | metadata::join(&mut mine.metadata, media.metadata.as_ref());
        }
        self.add_media(&MediaState {
            kind: media.kind,
            id: media.id.clone(),
            observations: vec![observation.clone()],
            metadata: media.metadata.clone(),
        })
    }

    pub(crate) fn merge_media(&mut self, theirs: &MediaState) -> bool {
        let found = self.media.binary_search_by(|mine| mine.key().cmp(&theirs.key()));
        let Ok(place) = found else {
            return self.add_media(theirs);
        };
        let mine = &mut self.media[place];
        let kind = ItemKind::Artifact(mine.kind);
        let mut changed = metadata::join(&mut mine.metadata, theirs.metadata.as_ref());
        for observation in &theirs.observations {
            changed |= observation::insert(&mut mine.observations, observation, kind);
        }
        changed
    }

    /// By key alone: an order that changed with the status would let an item come back that was
    /// dropped before. Over the bound transcripts go first, the one kind that comes in numbers.
    fn add_media(&mut self, media: &MediaState) -> bool {
        bounded::insert(&mut self.media, MAX_MEDIA, media, |a, b| a.key().cmp(&b.key()))
    }
}

/// Events that name a bot or an upload and no recording do not tie the two.
fn may_link(one: SubjectKind, other: SubjectKind) -> bool {
    (one == SubjectKind::Recording) != (other == SubjectKind::Recording)
}

impl MediaState {
    pub(crate) fn key(&self) -> (ArtifactKind, &str) {
        (self.kind, &self.id)
    }

    fn item(&self) -> Option<Item<'_>> {
        let metadata = self.metadata.as_ref().map(|metadata| &*metadata.json);
        Item::new(ItemKind::Artifact(self.kind), &self.id, &self.observations, metadata)
    }
}
