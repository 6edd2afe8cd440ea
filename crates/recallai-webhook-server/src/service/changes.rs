//! Files that the configuration names: when what is in them has changed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

/// How often it is looked. A change counts once two looks have found the same, so after two seconds at most.
const EVERY: Duration = Duration::from_secs(1);

/// What is in files, as a number for each; nothing for one that cannot be read.
///
/// Modification times do not tell: a mounted secret is replaced by a link, and may be older than the one
/// before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Contents(BTreeMap<PathBuf, Option<u64>>);

impl Contents {
    pub(super) fn of(files: &BTreeSet<PathBuf>) -> Self {
        Self(files.iter().map(|file| (file.clone(), digest(file))).collect())
    }

    /// The same files as far as they are known here, and others as they are now.
    pub(super) fn about(&self, files: &BTreeSet<PathBuf>) -> Self {
        let of = |file: &PathBuf| self.0.get(file).copied().unwrap_or_else(|| digest(file));
        Self(files.iter().map(|file| (file.clone(), of(file))).collect())
    }
}

/// Nothing of a pipe either: who reads one takes away what is in it, or waits for it.
fn digest(file: &PathBuf) -> Option<u64> {
    std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
    let bytes = zeroize::Zeroizing::new(std::fs::read(file).ok()?);
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Some(hasher.finish())
}

/// Looks at files for as long as somebody waits.
pub(super) struct Changes {
    files: BTreeSet<PathBuf>,
    known: Contents,
    seen: Contents,
    ticks: Interval,
}

impl Changes {
    /// Of files that were read when they were like this.
    pub(super) fn new(files: BTreeSet<PathBuf>, known: Contents) -> Self {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { files, seen: known.clone(), known, ticks }
    }

    /// The files that it looks at.
    pub(super) fn files(&self) -> &BTreeSet<PathBuf> {
        &self.files
    }

    /// From now on others, that were read when they were like this.
    pub(super) fn follow(&mut self, files: BTreeSet<PathBuf>, known: Contents) {
        (self.files, self.seen, self.known) = (files, known.clone(), known);
    }

    /// Completes when something has changed and nobody is writing it any more.
    pub(super) async fn changed(&mut self) {
        loop {
            self.ticks.tick().await;
            let files = self.files.clone();
            // Elsewhere: a disk may be slow, or gone.
            let looking = tokio::task::spawn_blocking(move || Contents::of(&files));
            let Ok(now) = looking.await else { continue };
            let is_settled = now == self.seen;
            self.seen = now;
            if is_settled && self.seen != self.known {
                self.known = self.seen.clone();
                return;
            }
        }
    }
}
