//! Telemetry: takes note of what observers are told, and gives it out.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::{Clock, CommitObserver, CommitReport, Stats, SystemClock};
use recallai_webhook_dispatch::{JobObserver, JobReport, Observer, Outcome, Report};
use tokio::sync::Notify;

use crate::away::{AskAway, Away, Receivers};
use crate::endpoint::EndpointMeters;
use crate::meter::{Counter, Histogram, Named, Reading, Words, lock};
use crate::names::{ARTIFACTS, BATCHES, BLINKS};
use crate::recent::{Recent, Tally};
use crate::render;
use crate::snapshot::{Commits, EndpointSeen, JobsSeen, Latency, RefusalSeen, Snapshot};
use crate::subscription::SubscriptionMeters;

/// The results of an endpoint that are there, at zero, before the first delivery: an alert on one that rises
/// would miss a first one that comes out of nowhere.
const EXPECTED_RESULTS: [&str; 3] = ["stored", "duplicate", "not_stored"];

/// Counts and measures what it is told of. Cheap to clone; clones count together.
///
/// It is an [`Observer`] of deliveries, a [`JobObserver`] of a worker and a [`CommitObserver`] of an inbox.
/// A call costs a few hundred nanoseconds at most, and allocates only what it sees for the first time.
#[derive(Clone)]
pub struct Telemetry {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    clock: Arc<dyn Clock>,
    pub(crate) since: SystemTime,
    version: OnceLock<Box<str>>,
    pub(crate) endpoints: Named<EndpointMeters>,
    /// Tells who looks for their last deliveries that endpoints were declared.
    pub(crate) declared: Notify,
    pub(crate) subscriptions: Named<SubscriptionMeters>,
    pub(crate) receivers: Receivers,
    dropped_spans: Mutex<Option<AskCount>>,
    pub(crate) commit: Histogram,
    pub(crate) commit_operations: Histogram,
    pub(crate) committed_deliveries: Counter,
    pub(crate) reloads: Words,
    /// In the order of [`ArtifactKind::ALL`].
    pub(crate) time_to_ready: [Histogram; ArtifactKind::ALL.len()],
    recent: Mutex<Recent>,
}

/// Tells a count of somebody else's as it stands now.
type AskCount = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What came of a reload of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reload {
    /// The new one holds.
    Applied,
    /// It was not accepted, and the old one holds.
    Refused,
}

impl Reload {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Applied, Self::Refused];

    /// The word for it in the label of a metric.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
        }
    }
}

impl Telemetry {
    /// Begins to count, by the clock of this machine.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Begins to count, by another clock. Times of receipt are compared with it.
    pub fn with_clock(clock: impl Clock) -> Self {
        let reloads = Words::default();
        Reload::ALL.iter().for_each(|reload| reloads.add(reload.name(), 0));
        let inner = Inner {
            since: clock.now(),
            clock: Arc::new(clock),
            version: OnceLock::new(),
            endpoints: Named::default(),
            declared: Notify::new(),
            subscriptions: Named::default(),
            receivers: Receivers::default(),
            dropped_spans: Mutex::default(),
            commit: Histogram::of_durations(BLINKS),
            commit_operations: Histogram::of_counts(BATCHES),
            committed_deliveries: Counter::default(),
            reloads,
            time_to_ready: ArtifactKind::ALL.map(|_| Histogram::of_durations(ARTIFACTS)),
            recent: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same with the version of the program, for the build info; without it, that of this crate. Once it
    /// was named, it stays, for all clones.
    #[must_use]
    pub fn with_version(self, version: impl Into<Box<str>>) -> Self {
        // An error is the version that was named before.
        let _ = self.inner.version.set(version.into());
        self
    }

    /// Makes the series of an endpoint, at zero, before its first delivery, so that the first failure is
    /// seen to rise. Endpoints that were not declared appear with their first delivery. When a declared one
    /// had its last delivery before the process began, [`LastDeliveries`](crate::LastDeliveries) finds.
    pub fn declare_endpoint(&self, name: &str) {
        let meters = self.inner.endpoints.of(name);
        EXPECTED_RESULTS.iter().for_each(|result| meters.results.add(result, 0));
        self.inner.declared.notify_one();
    }

    /// Has the receivers of subscriptions be asked whether they are away, in place of those before.
    pub fn watch_receivers(&self, receivers: impl IntoIterator<Item = (Box<str>, AskAway)>) {
        self.inner.receivers.replace(receivers.into_iter().collect());
    }

    /// Since when the receiver of a subscription is away, and why.
    pub fn away(&self, subscription: &str) -> Option<Away> {
        self.inner.receivers.of(subscription)
    }

    /// Has whoever sends traces be asked at each scrape how many spans were dropped, in place of the one before:
    /// `Traces::dropped`, with the feature `otlp`. The metric is there from then on; without traces there is none.
    pub fn watch_dropped_spans(&self, dropped: impl Fn() -> u64 + Send + Sync + 'static) {
        *lock(&self.inner.dropped_spans) = Some(Arc::new(dropped));
    }

    /// Takes note of a reload of the configuration.
    pub fn reloaded(&self, reload: Reload) {
        self.inner.reloads.add(reload.name(), 1);
    }

    /// Takes note of how long an artifact took from its first status to its `done`.
    /// [`TimeToReady`](crate::TimeToReady) does it.
    pub fn artifact_ready(&self, kind: ArtifactKind, took: Duration) {
        let at = ArtifactKind::ALL.iter().position(|known| *known == kind);
        if let Some(histogram) = at.and_then(|at| self.inner.time_to_ready.get(at)) {
            histogram.observe_time(took);
        }
    }

    /// All metrics in the text format of Prometheus, version 0.0.4, whose content type is
    /// [`CONTENT_TYPE`](crate::CONTENT_TYPE). What stands in the inbox comes from its
    /// [`stats`](recallai_webhook_dispatch::inbox::Inbox::stats).
    pub fn render(&self, stats: &Stats) -> String {
        render::text(&self.inner, Some(stats), self.now())
    }

    /// The same without what stands in the inbox: for a composition without one, or while it cannot be
    /// asked.
    pub fn render_without_inbox(&self) -> String {
        render::text(&self.inner, None, self.now())
    }

    /// What was counted, for a page that a person looks at. Its size is bounded.
    pub fn snapshot(&self) -> Snapshot {
        let inner = &self.inner;
        let (minutes, refusals, unknown_names) = {
            let recent = lock(&inner.recent);
            (recent.minutes(self.now()), recent.refusals(), recent.names())
        };
        let mut acknowledgement = Histogram::of_durations(BLINKS).read();
        let mut endpoints = Vec::new();
        for (endpoint, meters) in inner.endpoints.all() {
            acknowledgement.merge(&meters.acknowledgement.read());
            let results = meters.results.all();
            let (last_delivery_at, clock_skew_seconds) = (meters.last_delivery(), meters.skew());
            endpoints.push(EndpointSeen {
                endpoint,
                results,
                last_delivery_at,
                clock_skew_seconds,
            });
        }
        let mean_batch = inner.commit_operations.read().mean();
        Snapshot {
            since: inner.since,
            endpoints,
            ack_latency: latency(&acknowledgement),
            commits: Commits { latency: latency(&inner.commit.read()), mean_batch },
            minutes,
            refusals,
            unknown_names,
            jobs: inner.subscriptions.all().into_iter().map(jobs).collect(),
        }
    }

    fn now(&self) -> SystemTime {
        self.inner.clock.now()
    }
}

impl Inner {
    pub(crate) fn version(&self) -> &str {
        self.version.get().map_or(env!("CARGO_PKG_VERSION"), |version| version)
    }

    /// How many spans of traces were dropped, if there are traces.
    pub(crate) fn dropped_spans(&self) -> Option<u64> {
        let ask = lock(&self.dropped_spans).clone();
        ask.map(|ask| ask())
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for Telemetry {
    fn observe(&self, report: &Report<'_>) {
        let now = self.now();
        let meters = self.inner.endpoints.of(report.endpoint);
        meters.results.add(report.outcome.name(), 1);
        if let Some(delivery) = report.delivery {
            meters.delivered(delivery, now);
        }
        // Not by the outcome, which of a message that comes again is another.
        let unknown = report.event_name.filter(|name| !is_known(name));
        if unknown.is_some() {
            meters.unknown.add(1);
        }
        let mut recent = lock(&self.inner.recent);
        recent.tally(now, tally(&report.outcome));
        if let Some(name) = unknown {
            recent.unknown(now, name);
        }
        if let Outcome::Refused(refusal) = report.outcome {
            let (endpoint, diagnosis) = (report.endpoint, report.diagnosis);
            recent.refuse(RefusalSeen::new(now, endpoint, refusal.name(), diagnosis));
        }
    }
}

impl JobObserver for Telemetry {
    fn observe(&self, report: &JobReport<'_>) {
        self.inner.subscriptions.of(report.subscription).reported(report, self.now());
    }
}

impl CommitObserver for Telemetry {
    fn observe(&self, report: &CommitReport) {
        self.inner.commit.observe_time(report.time);
        self.inner.commit_operations.observe(report.operations as u64);
        self.inner.committed_deliveries.add(report.messages as u64);
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("since", &self.inner.since).finish_non_exhaustive()
    }
}

fn is_known(name: &str) -> bool {
    recallai_webhook_dispatch::event::catalogue::find(name).is_some()
}

fn tally(outcome: &Outcome<'_>) -> Tally {
    match outcome {
        Outcome::Refused(_) => Tally::Refused,
        Outcome::Duplicate | Outcome::Conflict | Outcome::Forgotten => Tally::Duplicate,
        Outcome::NotStored(_) | Outcome::Failed(_) => Tally::NotStored,
        _ => Tally::Accepted,
    }
}

fn latency(reading: &Reading) -> Latency {
    let (p50_seconds, p99_seconds) = (reading.quantile(0.5), reading.quantile(0.99));
    Latency { count: reading.count, p50_seconds, p99_seconds }
}

fn jobs((subscription, meters): (Box<str>, Arc<SubscriptionMeters>)) -> JobsSeen {
    let results = meters.results.all();
    let count = |name| results.get(name).copied().unwrap_or_default();
    JobsSeen {
        subscription,
        done: count("done"),
        retried: count("retrying"),
        dead: count("dead"),
        released: count("released"),
        lost: count("lost"),
        not_settled: count("not_settled"),
    }
}
