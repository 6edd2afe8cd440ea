//! Needs: the kinds of artifacts that somebody waits for.

use std::fmt;
use std::str::FromStr;

use recallai_webhook_event::ArtifactKind;
use serde::{Serialize, Serializer};

/// The kinds of artifacts that somebody waits for: at least one.
///
/// Written as `transcript,video_mixed`; the order and white space around the commas do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Need {
    /// One bit for each kind, by its place in [`ArtifactKind::ALL`].
    kinds: u32,
}

/// A [`Need`] that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NeedError {
    /// Nothing is needed.
    #[error("a need names at least one kind of artifact")]
    Empty,
    /// A word names no kind.
    #[error(
        "`{word}` is not a kind of artifact; the kinds are recording, transcript, participant_events, video_mixed, video_separate, audio_mixed, audio_separate and meeting_metadata"
    )]
    UnknownKind {
        /// The word.
        word: String,
    },
}

impl Need {
    /// The need for all of these kinds; a kind given twice is needed once.
    ///
    /// # Errors
    ///
    /// There is no kind.
    pub fn of(kinds: impl IntoIterator<Item = ArtifactKind>) -> Result<Self, NeedError> {
        match kinds.into_iter().fold(0, |all, kind| all | bit(kind)) {
            0 => Err(NeedError::Empty),
            kinds => Ok(Self { kinds }),
        }
    }

    /// The kinds, in the order of [`ArtifactKind::ALL`].
    pub fn kinds(&self) -> impl Iterator<Item = ArtifactKind> + use<> {
        let need = *self;
        ArtifactKind::ALL.into_iter().filter(move |kind| need.contains(*kind))
    }

    /// Whether artifacts of this kind are needed.
    pub fn contains(&self, kind: ArtifactKind) -> bool {
        self.kinds & bit(kind) != 0
    }
}

fn bit(kind: ArtifactKind) -> u32 {
    let place = ArtifactKind::ALL.iter().position(|known| *known == kind);
    place.map_or(0, |place| 1 << place)
}

impl From<ArtifactKind> for Need {
    fn from(kind: ArtifactKind) -> Self {
        Self { kinds: bit(kind) }
    }
}

impl FromStr for Need {
    type Err = NeedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(NeedError::Empty);
        }
        let kinds = text.split(',').map(|word| {
            let word = word.trim();
            word.parse().map_err(|_| NeedError::UnknownKind { word: word.to_owned() })
        });
        Self::of(kinds.collect::<Result<Vec<ArtifactKind>, _>>()?)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, kind) in self.kinds().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{kind}")?;
        }
        Ok(())
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
