//! Questions to the store.

use std::sync::Arc;

use recallai_webhook_recording::{Subject, SubjectKind};

use crate::{Class, JobId, JobState, Pattern, Seq};

/// How many rows an answer has at most if the query does not say: 100.
pub const DEFAULT_LIMIT: usize = 100;

/// Which messages to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MessageQuery {
    /// Only messages committed after this one.
    pub after: Option<Seq>,
    /// Only messages committed before this one.
    pub before: Option<Seq>,
    /// The latest first. The default is the order of commits.
    pub newest_first: bool,
    /// At most so many; [`DEFAULT_LIMIT`] by default.
    pub limit: usize,
    /// Only of this endpoint.
    pub endpoint: Option<Arc<str>>,
    /// Only of this scope.
    pub scope: Option<Arc<str>>,
    /// Only with this id.
    pub id: Option<Box<str>>,
    /// Only with a name that fits.
    pub name: Option<Pattern>,
    /// Only of this class.
    pub class: Option<Class>,
    /// Only messages whose primary subject this is: an event that names a recording is
    /// about the recording, then about an upload, then about a bot.
    pub subject: Option<Subject>,
    /// With bodies. The default is without.
    pub bodies: bool,
}

/// Which jobs to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct JobQuery {
    /// Only jobs with a larger id.
    pub after: Option<JobId>,
    /// Only jobs with a smaller id.
    pub before: Option<JobId>,
    /// Those made last come first. The default is by id, in which order they were made.
    pub newest_first: bool,
    /// At most so many; [`DEFAULT_LIMIT`] by default.
    pub limit: usize,
    /// Only of this subscription.
    pub subscription: Option<Arc<str>>,
    /// Only in this state; [`JobState::Dead`] lists the dead letters.
    pub state: Option<JobState>,
    /// Only about this message.
    pub message: Option<Seq>,
    /// Only of this subject, in this scope.
    pub subject: Option<(Arc<str>, Subject)>,
}

/// Which subjects to list. All conditions hold together; each is open by default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubjectQuery {
    /// Only subjects with a larger [`place`](crate::StoredSubject::place).
    pub after: Option<i64>,
    /// Only subjects with a smaller place.
    pub before: Option<i64>,
    /// Those first heard of last come first. The default is the reverse.
    pub newest_first: bool,
    /// At most so many; [`DEFAULT_LIMIT`] by default.
    pub limit: usize,
    /// Only of this scope.
    pub scope: Option<Arc<str>>,
    /// Only of this kind.
    pub kind: Option<SubjectKind>,
    /// Only with this id; several scopes may know it.
    pub id: Option<Box<str>>,
}

impl Default for MessageQuery {
    fn default() -> Self {
        Self {
            after: None,
            before: None,
            newest_first: false,
            limit: DEFAULT_LIMIT,
            endpoint: None,
            scope: None,
            id: None,
            name: None,
            class: None,
            subject: None,
            bodies: false,
        }
    }
}

impl Default for JobQuery {
    fn default() -> Self {
        Self {
            after: None,
            before: None,
            newest_first: false,
            limit: DEFAULT_LIMIT,
            subscription: None,
            state: None,
            message: None,
            subject: None,
        }
    }
}

impl Default for SubjectQuery {
    fn default() -> Self {
        Self {
            after: None,
            before: None,
            newest_first: false,
            limit: DEFAULT_LIMIT,
            scope: None,
            kind: None,
            id: None,
        }
    }
}

impl MessageQuery {
    /// All messages, in the order of commits, without bodies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only messages committed after this one.
    #[must_use]
    pub fn with_after(mut self, after: Seq) -> Self {
        self.after = Some(after);
        self
    }

    /// Only messages committed before this one.
    #[must_use]
    pub fn with_before(mut self, before: Seq) -> Self {
        self.before = Some(before);
        self
    }

    /// The latest first, or in the order of commits.
    #[must_use]
    pub fn with_newest_first(mut self, newest_first: bool) -> Self {
        self.newest_first = newest_first;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only of this endpoint.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<Arc<str>>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Only of this scope.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<Arc<str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Only with this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Only with a name that fits.
    #[must_use]
    pub fn with_name(mut self, name: Pattern) -> Self {
        self.name = Some(name);
        self
    }

    /// Only of this class.
    #[must_use]
    pub fn with_class(mut self, class: Class) -> Self {
        self.class = Some(class);
        self
    }

    /// Only messages whose primary subject this is.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// With bodies, or without.
    #[must_use]
    pub fn with_bodies(mut self, bodies: bool) -> Self {
        self.bodies = bodies;
        self
    }
}

impl JobQuery {
    /// All jobs, by id.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only jobs with a larger id.
    #[must_use]
    pub fn with_after(mut self, after: JobId) -> Self {
        self.after = Some(after);
        self
    }

    /// Only jobs with a smaller id.
    #[must_use]
    pub fn with_before(mut self, before: JobId) -> Self {
        self.before = Some(before);
        self
    }

    /// Those made last come first, or by id.
    #[must_use]
    pub fn with_newest_first(mut self, newest_first: bool) -> Self {
        self.newest_first = newest_first;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only of this subscription.
    #[must_use]
    pub fn with_subscription(mut self, subscription: impl Into<Arc<str>>) -> Self {
        self.subscription = Some(subscription.into());
        self
    }

    /// Only in this state.
    #[must_use]
    pub fn with_state(mut self, state: JobState) -> Self {
        self.state = Some(state);
        self
    }

    /// Only about this message.
    #[must_use]
    pub fn with_message(mut self, message: Seq) -> Self {
        self.message = Some(message);
        self
    }

    /// Only of this subject, in this scope.
    #[must_use]
    pub fn with_subject(mut self, scope: impl Into<Arc<str>>, subject: Subject) -> Self {
        self.subject = Some((scope.into(), subject));
        self
    }
}

impl SubjectQuery {
    /// All subjects, in the order in which they were first heard of.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only subjects with a larger place.
    #[must_use]
    pub fn with_after(mut self, after: i64) -> Self {
        self.after = Some(after);
        self
    }

    /// Only subjects with a smaller place.
    #[must_use]
    pub fn with_before(mut self, before: i64) -> Self {
        self.before = Some(before);
        self
    }

    /// Those first heard of last come first, or the reverse.
    #[must_use]
    pub fn with_newest_first(mut self, newest_first: bool) -> Self {
        self.newest_first = newest_first;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only of this scope.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<Arc<str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Only of this kind.
    #[must_use]
    pub fn with_kind(mut self, kind: SubjectKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only with this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.id = Some(id.into());
        self
    }
}
