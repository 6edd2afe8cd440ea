//! What is asked of a store that keeps house, and how far it came.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_recording::Subject;

use crate::{Endpoints, Seq};

/// Which jobs are to run once more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replay {
    /// The messages that they are about.
    pub messages: Vec<Seq>,
    /// The subscriptions that they are for, each of which has to exist; `None` for all whose filter
    /// matches.
    pub subscriptions: Option<Vec<Arc<str>>>,
    /// With another idempotency key, so that whoever is called does it once more. The default is the
    /// same key.
    pub new_key: bool,
}

impl Replay {
    /// The jobs of these messages, for all subscriptions, under their keys.
    pub fn of(messages: impl Into<Vec<Seq>>) -> Self {
        Self { messages: messages.into(), subscriptions: None, new_key: false }
    }

    /// Only for these subscriptions.
    #[must_use]
    pub fn with_subscriptions<N: Into<Arc<str>>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.subscriptions = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Under new idempotency keys, or under the same.
    #[must_use]
    pub fn with_new_key(mut self, new_key: bool) -> Self {
        self.new_key = new_key;
        self
    }

    /// Whether jobs of this subscription are meant.
    pub fn is_for(&self, subscription: &str) -> bool {
        let names = self.subscriptions.as_ref();
        names.is_none_or(|names| names.iter().any(|name| **name == *subscription))
    }
}

/// Which messages are to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reparse {
    /// From this message on.
    pub from: Seq,
    /// At most so many messages are read.
    pub limit: usize,
    /// Only count.
    pub dry_run: bool,
}

impl Reparse {
    /// The first piece: up to a thousand messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// From this message on.
    #[must_use]
    pub fn with_from(mut self, from: Seq) -> Self {
        self.from = from;
        self
    }

    /// At most so many messages.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only count, or do it.
    #[must_use]
    pub fn with_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

impl Default for Reparse {
    fn default() -> Self {
        Self { from: 0, limit: 1000, dry_run: false }
    }
}

/// Which messages are old enough to be pruned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prune {
    /// Only messages whose last delivery was received before. A message with a job that is not done is
    /// kept, dead letters included; so is one that a subscription has not come to yet, and one whose
    /// sender may still repeat it: see [`RESEND_WINDOW`].
    pub received_before: SystemTime,
    /// Nothing is kept for parked subscriptions: their jobs of such messages go too, and what they have not
    /// come to they never get. The default is to keep it.
    pub parked: bool,
    /// Only messages that came to one of these endpoints.
    pub endpoints: Endpoints,
    /// Where the piece begins: 0 at the start, then [`Progress::next`] of the piece before. Messages are
    /// looked at by endpoint, the oldest of each first.
    pub from: Seq,
    /// At most so many messages are looked at, and at least one. What is forgotten, of another endpoint or
    /// too young is not looked at, so that a piece costs what there is to prune, not what there is.
    pub limit: usize,
    /// Only count.
    pub dry_run: bool,
}

/// How long the sender may repeat a message after its last delivery: 35 hours. Nothing younger is pruned.
/// The sender's schedule takes 27 hours and 35 minutes, and each of its steps may be longer by a fifth.
pub const RESEND_WINDOW: Duration = Duration::from_secs(35 * 3600);

impl Prune {
    /// The first piece of pruning what was received before: up to a thousand messages.
    pub fn before(received_before: SystemTime) -> Self {
        Self {
            received_before,
            parked: false,
            endpoints: Endpoints::default(),
            from: 0,
            limit: 1000,
            dry_run: false,
        }
    }

    /// Keeping nothing for parked subscriptions, or what they are not done with.
    #[must_use]
    pub fn with_parked(mut self, parked: bool) -> Self {
        self.parked = parked;
        self
    }

    /// Only messages of these endpoints.
    #[must_use]
    pub fn with_endpoints(mut self, endpoints: Endpoints) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Where the piece begins.
    #[must_use]
    pub fn with_from(mut self, from: Seq) -> Self {
        self.from = from;
        self
    }

    /// At most so many messages.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only count, or do it.
    #[must_use]
    pub fn with_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erase {
    /// The workspace.
    pub scope: Arc<str>,
    /// A recording, or a bot or an upload with its recordings.
    pub subject: Subject,
    /// Only count.
    pub dry_run: bool,
}

impl Erase {
    /// A subject of a scope.
    pub fn of(scope: impl Into<Arc<str>>, subject: Subject) -> Self {
        Self { scope: scope.into(), subject, dry_run: false }
    }

    /// Only count, or do it.
    #[must_use]
    pub fn with_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// How far a piece of long work has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many things were looked at.
    pub examined: u64,
    /// How many things were changed, or would be.
    pub changed: u64,
    /// How many jobs were made, or would be.
    pub jobs: u64,
    /// Where the next piece begins; `None` at the end.
    pub next: Option<Seq>,
}

impl Progress {
    /// So many things were looked at, and nothing came of it; this was the end.
    pub fn of(examined: u64) -> Self {
        Self { examined, ..Self::default() }
    }

    /// The same with so many things changed.
    #[must_use]
    pub fn with_changed(mut self, changed: u64) -> Self {
        self.changed = changed;
        self
    }

    /// The same with so many jobs made.
    #[must_use]
    pub fn with_jobs(mut self, jobs: u64) -> Self {
        self.jobs = jobs;
        self
    }

    /// The same with where to go on.
    #[must_use]
    pub fn with_next(mut self, next: Option<Seq>) -> Self {
        self.next = next;
        self
    }
}

/// What was erased with a subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erased {
    /// Messages of which only the id is left.
    pub messages: u64,
    /// Jobs that had not ended.
    pub jobs: u64,
    /// Subjects whose state was reduced to deleted marks: with a bot, its recordings too.
    pub subjects: u64,
}

impl Erased {
    /// So many subjects, about which there was nothing.
    pub fn of(subjects: u64) -> Self {
        Self { subjects, ..Self::default() }
    }

    /// The same with so many messages.
    #[must_use]
    pub fn with_messages(mut self, messages: u64) -> Self {
        self.messages = messages;
        self
    }

    /// The same with so many jobs.
    #[must_use]
    pub fn with_jobs(mut self, jobs: u64) -> Self {
        self.jobs = jobs;
        self
    }
}
