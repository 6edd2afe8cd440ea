//! Errors, by what can be done about them.

use std::error::Error;
use std::sync::Arc;

/// Why the inbox did not do what it was asked.
///
/// None of the messages holds a body, a header or anything else of a sender.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum InboxError {
    /// The store cannot be written or read at the moment: the disk is full, the folder is read-only,
    /// the connection is gone. Nothing was committed. Another try may succeed, without a restart.
    #[error("the store is unavailable: {reason}")]
    Unavailable {
        /// What the store says, for an operator.
        reason: Arc<str>,
    },
    /// More appends wait than the inbox takes. Nothing was committed; another try may succeed.
    #[error("too many appends are waiting")]
    Overloaded,
    /// The inbox was closed.
    #[error("the inbox is closed")]
    Closed,
    /// The lease has passed to somebody else, or the job has ended: what was done under it does not
    /// count.
    #[error("the lease of job {job} is no longer held")]
    StaleLease {
        /// The id of the job.
        job: i64,
    },
    /// The job is no longer there: it was erased with what it was about, or removed with its subscription.
    /// Nobody else has it, and there is nothing to be told of how it ended.
    #[error("job {job} is no longer there")]
    JobGone {
        /// The id of the job.
        job: i64,
    },
    /// There is no subscription of this name.
    #[error("there is no subscription {name:?}")]
    UnknownSubscription {
        /// The name.
        name: Arc<str>,
    },
    /// The subscription is not parked, so somebody may work for it.
    #[error("subscription {name:?} is in use: only one that is parked can be removed")]
    SubscriptionInUse {
        /// The name.
        name: Arc<str>,
    },
    /// Somebody else works on this store, and only one may.
    #[error("{store} is in use by another process")]
    InUse {
        /// Which store, as an operator knows it.
        store: Arc<str>,
    },
    /// The store was written by an older version of this software, and only who opens it as its owner brings it up to
    /// date.
    #[error(
        "{store} has schema version {found}, this version works with {known}: `serve` brings it up to date"
    )]
    Older {
        /// Which store, as an operator knows it.
        store: Arc<str>,
        /// The version of the store.
        found: u32,
        /// The version that is known.
        known: u32,
    },
    /// The store was written by a newer version of this software.
    #[error("{store} has schema version {found}, this version knows up to {known}")]
    Newer {
        /// Which store, as an operator knows it.
        store: Arc<str>,
        /// The version of the store.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },
    /// What is stored does not make sense, or is not this software's.
    #[error("the store is damaged: {reason}")]
    Damaged {
        /// What does not make sense, for an operator.
        reason: Arc<str>,
    },
    /// What was asked for cannot be done by this inbox as it was opened.
    #[error("not possible: {reason}")]
    Unsupported {
        /// Why not.
        reason: Arc<str>,
    },
}

impl InboxError {
    /// The store failed in a way that may pass.
    pub fn unavailable(error: impl Error) -> Self {
        Self::Unavailable { reason: with_causes(&error).into() }
    }

    /// What is stored does not make sense.
    pub fn damaged(error: impl Error) -> Self {
        Self::Damaged { reason: with_causes(&error).into() }
    }

    /// Whether the same call may succeed later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Overloaded | Self::InUse { .. })
    }

    /// A stable word for the label of a metric.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Overloaded => "overloaded",
            Self::Closed => "closed",
            Self::StaleLease { .. } => "stale_lease",
            Self::JobGone { .. } => "job_gone",
            Self::UnknownSubscription { .. } => "unknown_subscription",
            Self::SubscriptionInUse { .. } => "subscription_in_use",
            Self::InUse { .. } => "in_use",
            Self::Older { .. } => "older",
            Self::Newer { .. } => "newer",
            Self::Damaged { .. } => "damaged",
            Self::Unsupported { .. } => "unsupported",
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
