//! Subscriptions: what jobs are made for, and how far the work has come.

use std::time::SystemTime;

use recallai_webhook_dispatch::inbox::{self, JobState, StoredSubscription};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Time;
use super::word::OrderWord;

/// A subscription with its backlog.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Subscription {
    /// The name.
    name: String,
    interest: Interest,
    order: OrderWord,
    /// Whether nobody works for it: its jobs wait.
    parked: bool,
    /// Whether jobs were made for all messages that it is meant for.
    filled: bool,
    /// The number of the last message that jobs were made for; null once all were.
    filled_to: Option<i64>,
    jobs: JobCounts,
    /// When the oldest job that has not ended was made.
    oldest_at: Option<Time>,
    /// How old that job is, in seconds; 0 if there is none.
    lag_seconds: f64,
    /// Whether the receiver of its output is away, as far as this process knows; null while it answers.
    away: Option<Away>,
}

/// A receiver that is away, for which jobs wait.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Away {
    /// Since when.
    since: Time,
    /// What was heard from it last.
    error: String,
}

/// How many jobs stand where. Those that are done are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct JobCounts {
    /// Needs that are given up later, unless they turn before, and jobs that were put off.
    scheduled: u64,
    /// Ready to run, or behind another job of the same subject.
    waiting: u64,
    /// Failed, and waiting for the next attempt.
    retrying: u64,
    /// Being worked on.
    running: u64,
    /// Dead letters.
    dead: u64,
}

/// What jobs are made for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Interest {
    /// A job for each message that the filter matches.
    Messages {
        /// Of one of these classes.
        classes: Vec<String>,
        /// With a name that one of these patterns fits; empty for any.
        names: Vec<String>,
        /// About an artifact of one of these kinds; empty for any.
        kinds: Vec<String>,
        /// With one of these status codes; empty for any.
        codes: Vec<String>,
    },
    /// A job when a recording comes to have what is needed, or turns out not to.
    Need {
        /// The kinds of artifacts that are needed.
        need: Vec<String>,
        /// Which turns make a job.
        on: Vec<String>,
        /// After how long a recording that is still pending makes a job; null for never.
        give_up_after_seconds: Option<f64>,
    },
}

impl Subscription {
    pub(crate) fn of(
        stored: &StoredSubscription,
        away: Option<recallai_webhook_telemetry::Away>,
        now: SystemTime,
    ) -> Self {
        let subscription = &stored.subscription;
        let age = stored.oldest.and_then(|oldest| now.duration_since(oldest).ok());
        Self {
            name: subscription.name.to_string(),
            interest: Interest::of(&subscription.interest),
            order: OrderWord(subscription.order),
            parked: stored.parked,
            filled: stored.filled_to.is_none(),
            filled_to: stored.filled_to,
            jobs: JobCounts::of(stored),
            oldest_at: stored.oldest.map(Time),
            lag_seconds: age.unwrap_or_default().as_secs_f64(),
            away: away.map(|away| Away { since: Time(away.since), error: away.error.into() }),
        }
    }
}

impl JobCounts {
    pub(crate) fn of(stored: &StoredSubscription) -> Self {
        Self {
            scheduled: stored.count(JobState::Scheduled),
            waiting: stored.count(JobState::Waiting),
            retrying: stored.count(JobState::Retrying),
            running: stored.count(JobState::Running),
            dead: stored.count(JobState::Dead),
        }
    }
}

/// An interest as [`inbox::Interest::to_json`] writes it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Messages {
        #[serde(default)]
        classes: Vec<String>,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default)]
        kinds: Vec<String>,
        #[serde(default)]
        codes: Vec<String>,
    },
    Need {
        need: String,
        on: Vec<String>,
        #[serde(default)]
        give_up_after_seconds: Option<f64>,
    },
}

impl Interest {
    fn of(interest: &inbox::Interest) -> Self {
        match serde_json::from_str(&interest.to_json()) {
            Ok(Written::Need { need, on, give_up_after_seconds }) => Self::Need {
                need: need.split(',').map(str::to_owned).collect(),
                on,
                give_up_after_seconds,
            },
            Ok(Written::Messages { classes, names, kinds, codes }) => {
                Self::Messages { classes, names, kinds, codes }
            }
            // A filter of nothing that is known here.
            Err(_) => {
                let (names, kinds, codes) = (Vec::new(), Vec::new(), Vec::new());
                Self::Messages { classes: Vec::new(), names, kinds, codes }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use recallai_webhook_dispatch::event::ArtifactKind;
    use recallai_webhook_dispatch::inbox::{Filter, Subscription};

    use super::*;

    #[test]
    fn every_interest_is_read_as_the_inbox_writes_it() {
        let filter = Filter::events().with_name("recording.*".parse().unwrap());
        let messages = Subscription::messages("a", filter.with_kind(ArtifactKind::Transcript));
        let json = serde_json::to_value(Interest::of(&messages.interest)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "messages", "classes": ["event"], "names": ["recording.*"],
                "kinds": ["transcript"], "codes": [],
            })
        );
        let need = Subscription::need("b", ArtifactKind::Transcript);
        let need = need.with_give_up_after(Duration::from_millis(1500));
        let json = serde_json::to_value(Interest::of(&need.interest)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "need", "need": ["transcript"], "on": ["ready"],
                "give_up_after_seconds": 1.5,
            })
        );
    }
}
