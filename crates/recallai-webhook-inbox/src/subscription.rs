//! Subscriptions: durable, named interests, for each of which jobs are made.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_recording::{Need, Readiness};
use serde::{Deserialize, Serialize};

use crate::filter::{Filter, FilterRow};
use crate::word::words;
use crate::{InboxError, LONGEST_WAIT};

/// A named interest. It is a row of the store: it outlives the process, and jobs are made for it
/// whether or not anybody works on them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// The name; it stands in logs, in metrics and in idempotency keys.
    pub name: Arc<str>,
    /// What jobs are made for.
    pub interest: Interest,
    /// Where a new subscription begins.
    pub start: Start,
    /// Whether a job that waits for another attempt holds up those behind it.
    pub order: Order,
}

/// What jobs are made for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interest {
    /// A job for each message that a filter matches.
    Messages(Filter),
    /// A job when a recording comes to have what is needed, or turns out not to.
    Need {
        /// The kinds of artifacts that are needed.
        need: Need,
        /// Which turns make a job, each at most once for a recording. [`Turn::TimedOut`] is none of
        /// them: that one comes of `give_up_after` alone.
        on: BTreeSet<Turn>,
        /// After how long a recording that is still pending makes a [`Turn::TimedOut`], counted from
        /// when it was first heard of, by the store's clock.
        give_up_after: Option<Duration>,
    },
}

/// What can happen to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Turn {
    /// Everything needed is done.
    Ready,
    /// Something needed failed.
    Failed,
    /// Something needed was deleted.
    Gone,
    /// It was pending for too long.
    TimedOut,
}

/// Where a new subscription begins. It has no meaning for one that exists: that goes on from where it
/// was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Start {
    /// With the next message.
    #[default]
    Now,
    /// With the first message that is stored.
    Beginning,
}

/// Jobs of one subject run one after the other, in the order in which the messages were committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Order {
    /// A job that waits for another attempt lets later ones pass.
    #[default]
    Relaxed,
    /// Later ones wait until it succeeds, dies, or is discarded.
    Strict,
}

words!(Turn, "turn", [Ready = "ready", Failed = "failed", Gone = "gone", TimedOut = "timed_out"]);
words!(Start, "start", [Now = "now", Beginning = "beginning"]);
words!(Order, "order", [Relaxed = "relaxed", Strict = "strict"]);

impl Turn {
    /// The turn that a readiness is; `None` while it is pending.
    pub fn of(readiness: &Readiness) -> Option<Self> {
        match readiness {
            Readiness::Ready(_) => Some(Self::Ready),
            Readiness::Failed(_) => Some(Self::Failed),
            Readiness::Gone(_) => Some(Self::Gone),
            _ => None,
        }
    }
}

impl Subscription {
    /// A job for each message that the filter matches, from now on.
    pub fn messages(name: impl Into<Arc<str>>, filter: Filter) -> Self {
        Self::new(name, Interest::Messages(filter))
    }

    /// A job when a recording has what is needed, from now on. Add other turns with
    /// [`with_turn`](Self::with_turn).
    pub fn need(name: impl Into<Arc<str>>, need: impl Into<Need>) -> Self {
        let (need, on) = (need.into(), BTreeSet::from([Turn::Ready]));
        Self::new(name, Interest::Need { need, on, give_up_after: None })
    }

    /// A subscription to what is of interest, from now on.
    pub fn new(name: impl Into<Arc<str>>, interest: Interest) -> Self {
        let name = name.into();
        Self { name, interest, start: Start::default(), order: Order::default() }
    }

    /// The same with a job for another turn of its need. No effect on messages, nor of
    /// [`Turn::TimedOut`], which takes a time: [`with_give_up_after`](Self::with_give_up_after).
    #[must_use]
    pub fn with_turn(mut self, turn: Turn) -> Self {
        if let Interest::Need { on, .. } = &mut self.interest
            && turn != Turn::TimedOut
        {
            on.insert(turn);
        }
        self
    }

    /// The same with a [`Turn::TimedOut`] for recordings that are pending for longer; for at most
    /// [`LONGEST_WAIT`]. No effect on messages.
    #[must_use]
    pub fn with_give_up_after(mut self, time: Duration) -> Self {
        if let Interest::Need { give_up_after, .. } = &mut self.interest {
            *give_up_after = Some(time.min(LONGEST_WAIT));
        }
        self
    }

    /// The same with another beginning.
    #[must_use]
    pub fn with_start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// The same with another order.
    #[must_use]
    pub fn with_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }
}

impl Interest {
    /// The interest as JSON: equal interests, equal text. What a store keeps.
    pub fn to_json(&self) -> String {
        let row = match self {
            Self::Messages(filter) => InterestRow::Messages(filter.to_row()),
            Self::Need { need, on, give_up_after } => InterestRow::Need {
                need: need.to_string(),
                on: on.iter().map(|turn| turn.as_str().to_owned()).collect(),
                give_up_after_seconds: give_up_after.map(|time| time.as_secs_f64()),
            },
        };
        // Text and numbers only, and writing to a string does not fail.
        serde_json::to_string(&row).unwrap_or_default()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`InboxError::Damaged`]: the text is something else.
    pub fn from_json(text: &str) -> Result<Self, InboxError> {
        let interest = match serde_json::from_str(text).map_err(InboxError::damaged)? {
            InterestRow::Messages(row) => Filter::from_row(&row).map(Self::Messages),
            InterestRow::Need { need, on, give_up_after_seconds } => {
                let turns = on.iter().map(|word| word.parse()).collect::<Result<BTreeSet<_>, _>>();
                let time = give_up_after_seconds.map(Duration::try_from_secs_f64).transpose();
                match (need.parse(), turns, time) {
                    (Ok(need), Ok(on), Ok(give_up_after)) if !on.contains(&Turn::TimedOut) => {
                        Some(Self::Need { need, on, give_up_after })
                    }
                    _ => None,
                }
            }
        };
        interest
            .ok_or_else(|| InboxError::Damaged { reason: "an interest with unknown words".into() })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum InterestRow {
    Messages(FilterRow),
    Need {
        need: String,
        on: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        give_up_after_seconds: Option<f64>,
    },
}

/// What became of subscribing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subscribed {
    /// It is new.
    Created,
    /// It was there, with the same interest and order.
    Unchanged,
    /// It was there with another interest or order; the new one holds for jobs that are made from now
    /// on.
    Changed,
    /// It was parked, and goes on from where it was.
    Resumed,
}
