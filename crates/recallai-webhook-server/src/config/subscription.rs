//! `[subscriptions.NAME]`: what is passed on, and to whom.

use recallai_webhook_dispatch::RetryPolicy;
use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::{Order, Pattern, Start, Turn};
use recallai_webhook_outputs::{Envelope, OutputOptions, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Word;

/// A subscription: messages that match, or recordings that have what is needed, and an output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Subscription {
    /// Only events of these names, in which `*` stands for any text; without any, all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Word<Pattern>>,
    /// Only events of these kinds of artifacts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Word<ArtifactKind>>,
    /// Only events with these status codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Whether events of the catalogue are meant.
    #[serde(default = "yes")]
    pub known: bool,
    /// Whether events are meant whose name is not in the catalogue.
    #[serde(default)]
    pub unknown: bool,
    /// Whether messages are meant that are no readable event. They have no name: no other condition
    /// goes with it.
    #[serde(default)]
    pub unreadable: bool,
    /// Instead of messages: recordings that have these kinds of artifacts, such as
    /// `["video_mixed", "transcript"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub need: Vec<Word<ArtifactKind>>,
    /// For a need: which turns are passed on, of `ready`, `failed` and `gone`. Without any, `ready`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Word<Turn>>,
    /// For a need: after how long a recording is passed on as `timed_out` that is still pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give_up_after: Option<Period>,
    /// Where a new subscription begins: with the next message, `now`, or with the first that is stored,
    /// `beginning`.
    #[serde(default = "now")]
    pub start: Word<Start>,
    /// Whether a job that waits for another attempt holds up those behind it of the same recording:
    /// `relaxed` or `strict`.
    #[serde(default = "relaxed")]
    pub order: Word<Order>,
    /// How many jobs run at once.
    #[serde(default = "concurrency")]
    pub concurrency: usize,
    /// How long one attempt may take. The output has limits of its own beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Period>,
    /// How often a job is tried, and how long it waits in between.
    #[serde(default)]
    pub retry: Retry,
    /// `raw` passes the body on as it was received; `cloudevents` makes it a CloudEvents 1.0 document.
    #[serde(default)]
    pub envelope: Envelope,
    /// Where to: a table whose `type` says what it is.
    pub output: OutputOptions,
}

const fn yes() -> bool {
    true
}

const fn now() -> Word<Start> {
    Word(Start::Now)
}

const fn relaxed() -> Word<Order> {
    Word(Order::Relaxed)
}

const fn concurrency() -> usize {
    8
}

/// How often a job is tried. The wait before each attempt is a part of a ceiling that grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Retry {
    /// After so many failed attempts a job is a dead letter.
    pub attempts: u32,
    /// The longest wait after the first attempt.
    pub base: Period,
    /// By how much that grows with each attempt.
    pub factor: f64,
    /// The longest wait of all.
    pub cap: Period,
}

impl Default for Retry {
    fn default() -> Self {
        let RetryPolicy { attempts, base, factor, cap, .. } = RetryPolicy::default();
        Self { attempts, base: base.into(), factor, cap: cap.into() }
    }
}
