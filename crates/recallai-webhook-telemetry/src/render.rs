//! Rendering: what was counted, and what stands in the inbox, as the text that Prometheus reads.

use std::time::{SystemTime, UNIX_EPOCH};

use prometheus::TextEncoder;
use prometheus::proto::{self, MetricFamily, MetricType};
use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::{Class, JobState, Stats, StoredSubscription};

use crate::meter::Reading;
use crate::names::{self, Metric};
use crate::telemetry::Inner;

type Labels<'l> = &'l [(&'l str, &'l str)];

pub(crate) fn text(inner: &Inner, stats: Option<&Stats>, now: SystemTime) -> String {
    let mut families = Families::new();
    process(&mut families, inner, now);
    endpoints(&mut families, inner);
    commits(&mut families, inner);
    subscriptions(&mut families, inner);
    if let Some(dropped) = inner.dropped_spans() {
        families.number(&names::SPANS_DROPPED, &[], dropped as f64);
    }
    if let Some(stats) = stats {
        inbox(&mut families, stats, now);
    }
    families.text()
}

fn process(families: &mut Families, inner: &Inner, now: SystemTime) {
    families.number(&names::BUILD_INFO, &[("version", inner.version())], 1.0);
    let uptime = now.duration_since(inner.since).unwrap_or_default();
    families.number(&names::UPTIME, &[], uptime.as_secs_f64());
    for (result, count) in inner.reloads.all() {
        families.number(&names::RELOADS, &[("result", result)], count as f64);
    }
    for (kind, histogram) in ArtifactKind::ALL.iter().zip(&inner.time_to_ready) {
        families.histogram(&names::TIME_TO_READY, &[("kind", kind.as_str())], &histogram.read());
    }
}

fn endpoints(families: &mut Families, inner: &Inner) {
    for (endpoint, meters) in inner.endpoints.all() {
        let labels: Labels<'_> = &[("endpoint", &endpoint)];
        for (result, count) in meters.results.all() {
            let labels = [("endpoint", &*endpoint), ("result", result)];
            families.number(&names::DELIVERIES, &labels, count as f64);
        }
        families.histogram(&names::ACKNOWLEDGEMENT, labels, &meters.acknowledgement.read());
        families.number(&names::UNKNOWN, labels, meters.unknown.get() as f64);
        if let Some(skew) = meters.skew() {
            families.number(&names::CLOCK_SKEW, labels, skew);
        }
        if let Some(last) = meters.last_delivery() {
            let since = last.duration_since(UNIX_EPOCH).unwrap_or_default();
            families.number(&names::LAST_DELIVERY, labels, since.as_secs_f64());
        }
    }
}

fn commits(families: &mut Families, inner: &Inner) {
    families.histogram(&names::COMMIT, &[], &inner.commit.read());
    families.histogram(&names::COMMIT_OPERATIONS, &[], &inner.commit_operations.read());
    let committed = inner.committed_deliveries.get() as f64;
    families.number(&names::COMMITTED_DELIVERIES, &[], committed);
}

fn subscriptions(families: &mut Families, inner: &Inner) {
    for (subscription, meters) in inner.subscriptions.all() {
        for (result, count) in meters.results.all() {
            let labels = [("subscription", &*subscription), ("result", result)];
            families.number(&names::JOBS, &labels, count as f64);
        }
        let labels = [("subscription", &*subscription)];
        families.histogram(&names::HANDLER, &labels, &meters.handler.read());
    }
    for (subscription, away) in inner.receivers.all() {
        let is_away = f64::from(u8::from(away.is_some()));
        families.number(&names::OUTPUT_AWAY, &[("subscription", &subscription)], is_away);
    }
}

fn inbox(families: &mut Families, stats: &Stats, now: SystemTime) {
    for class in Class::ALL {
        let count = stats.messages.get(&class).copied().unwrap_or_default();
        families.number(&names::INBOX_MESSAGES, &[("class", class.as_str())], count as f64);
    }
    families.number(&names::INBOX_MESSAGES, &[("class", "forgotten")], stats.forgotten as f64);
    if let Some(size) = stats.size {
        families.number(&names::INBOX_SIZE, &[], size as f64);
    }
    for stored in &stats.subscriptions {
        subscription(families, stored, now);
    }
}

fn subscription(families: &mut Families, stored: &StoredSubscription, now: SystemTime) {
    let name = &*stored.subscription.name;
    for state in JobState::NOT_DONE {
        let labels = [("subscription", name), ("state", state.as_str())];
        families.number(&names::SUBSCRIPTION_JOBS, &labels, stored.count(state) as f64);
    }
    let labels: Labels<'_> = &[("subscription", name)];
    let behind: u64 = JobState::BEHIND.iter().map(|state| stored.count(*state)).sum();
    families.number(&names::LAG, labels, behind as f64);
    let age = stored.oldest.and_then(|oldest| now.duration_since(oldest).ok()).unwrap_or_default();
    families.number(&names::OLDEST_JOB, labels, age.as_secs_f64());
    families.number(&names::DEAD_LETTERS, labels, stored.count(JobState::Dead) as f64);
    families.number(&names::PARKED, labels, f64::from(u8::from(stored.parked)));
}

/// One family for each metric, filled while it is rendered: a gauge of a subscription that is gone is gone
/// too, and two who ask at once do not see each other.
struct Families(Vec<MetricFamily>);

impl Families {
    fn new() -> Self {
        let family = |metric: &Metric| {
            let mut family = MetricFamily::default();
            family.set_name(metric.name.to_owned());
            family.set_help(metric.help.to_owned());
            family.set_field_type(metric.kind);
            family
        };
        Self(names::ALL.iter().map(family).collect())
    }

    fn number(&mut self, metric: &Metric, labels: Labels<'_>, value: f64) {
        let mut sample = sample(labels);
        if metric.kind == MetricType::COUNTER {
            let mut counter = proto::Counter::default();
            counter.set_value(value);
            sample.set_counter(counter);
        } else {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(value);
            sample.set_gauge(gauge);
        }
        self.push(metric, sample);
    }

    fn histogram(&mut self, metric: &Metric, labels: Labels<'_>, reading: &Reading) {
        let bucket = |(bound, count): &(f64, u64)| {
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(*count);
            bucket
        };
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(reading.buckets.iter().map(bucket).collect());
        histogram.set_sample_count(reading.count);
        histogram.set_sample_sum(reading.sum);
        let mut sample = sample(labels);
        sample.set_histogram(histogram);
        self.push(metric, sample);
    }

    fn push(&mut self, metric: &Metric, sample: proto::Metric) {
        if let Some(family) = self.0.iter_mut().find(|family| family.name() == metric.name) {
            family.mut_metric().push(sample);
        }
    }

    fn text(mut self) -> String {
        // What has no series yet is not shown: a family without one is no text.
        self.0.retain(|family| !family.get_metric().is_empty());
        let mut text = String::new();
        if let Err(error) = TextEncoder::new().encode_utf8(&self.0, &mut text) {
            tracing::error!(%error, "metrics were not rendered to the end");
        }
        text
    }
}

fn sample(labels: Labels<'_>) -> proto::Metric {
    let pair = |(name, value): &(&str, &str)| {
        let mut pair = proto::LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    };
    proto::Metric::from_label(labels.iter().map(pair).collect())
}
