//! The metrics: one row for each, with its kind and its help text.

use prometheus::proto::MetricType;

/// A metric, as it is exposed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) kind: MetricType,
    pub(crate) help: &'static str,
}

macro_rules! metrics {
    ($($constant:ident $kind:ident $name:literal $help:literal)+) => {
        $(pub(crate) const $constant: Metric = Metric {
            name: concat!("recallai_webhook_", $name),
            kind: MetricType::$kind,
            help: $help,
        };)+

        /// All metrics, in the order in which they are rendered.
        pub(crate) const ALL: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    BUILD_INFO GAUGE "build_info" "Always 1; the version of the software is its label."
    UPTIME GAUGE "uptime_seconds" "How long the process has been counting."
    RELOADS COUNTER "config_reloads_total" "Reloads of the configuration by result: applied, or refused, which keeps the old one."
    DELIVERIES COUNTER "deliveries_total" "Deliveries by endpoint and result; a result that no sender is told is the reason of a refusal."
    ACKNOWLEDGEMENT HISTOGRAM "acknowledgement_duration_seconds" "From the receipt of a verified delivery until its reply was decided."
    UNKNOWN COUNTER "unknown_events_total" "Verified deliveries whose event name is not in the catalogue."
    CLOCK_SKEW GAUGE "clock_skew_seconds" "Time of receipt less the signed time, of the last verified delivery; signed times are whole seconds."
    LAST_DELIVERY GAUGE "last_delivery_timestamp_seconds" "When the last verified delivery was received, in seconds since the Unix epoch."
    COMMIT HISTOGRAM "inbox_commit_duration_seconds" "How long a transaction of the inbox took until it was durable."
    COMMIT_OPERATIONS HISTOGRAM "inbox_commit_operations" "How many operations were committed together."
    COMMITTED_DELIVERIES COUNTER "inbox_committed_deliveries_total" "Deliveries that commits of the inbox made durable."
    TIME_TO_READY HISTOGRAM "artifact_ready_duration_seconds" "From the first status of an artifact to its done, by the times that the vendor gives, by kind."
    JOBS COUNTER "jobs_total" "Attempts at jobs by subscription and result."
    HANDLER HISTOGRAM "handler_duration_seconds" "From the start of a handler until the end of its attempt was stored."
    OUTPUT_AWAY GAUGE "output_away" "1 while the receiver of the subscription's output is away, and jobs wait for it."
    SPANS_DROPPED COUNTER "trace_spans_dropped_total" "Spans of traces that were dropped: for want of room, or because the collector did not take them."
    INBOX_MESSAGES GAUGE "inbox_messages" "Messages in the inbox by class; of those that were forgotten only the id is kept."
    INBOX_SIZE GAUGE "inbox_size_bytes" "The size of the inbox."
    SUBSCRIPTION_JOBS GAUGE "subscription_jobs" "Jobs that are not done, by subscription and state."
    LAG GAUGE "subscription_lag_jobs" "Jobs that wait, are to be tried again, or run."
    OLDEST_JOB GAUGE "subscription_oldest_job_age_seconds" "The age of the oldest job that is to be worked on; 0 if there is none."
    DEAD_LETTERS GAUGE "dead_letters" "Jobs that used up their attempts and wait for a person."
    PARKED GAUGE "subscription_parked" "1 if nobody works for the subscription."
}

/// Bounds for what takes a blink: from a quarter of a millisecond to 15 seconds, when the sender hangs up.
pub(crate) const BLINKS: &[u64] = &[
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    15_000_000_000,
];

/// Bounds for handlers: from 5 milliseconds to 10 minutes.
pub(crate) const HANDLERS: &[u64] = &[
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
    300_000_000_000,
    600_000_000_000,
];

/// Bounds for artifacts: from 10 seconds to a day.
pub(crate) const ARTIFACTS: &[u64] = &[
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
    120_000_000_000,
    300_000_000_000,
    600_000_000_000,
    1_200_000_000_000,
    1_800_000_000_000,
    3_600_000_000_000,
    7_200_000_000_000,
    14_400_000_000_000,
    43_200_000_000_000,
    86_400_000_000_000,
];

/// Bounds for batches: powers of two, up to the largest.
pub(crate) const BATCHES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

#[cfg(test)]
mod tests {
    use super::*;

    /// What the Prometheus pages on naming ask for, and `promtool check metrics` looks at.
    #[test]
    fn names_follow_the_conventions() {
        for metric in ALL {
            let Metric { name, kind, help } = metric;
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert!(name.starts_with("recallai_webhook_") && !name.contains("__"), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == MetricType::COUNTER, "{name}");
            assert!(help.ends_with('.') && help.len() > 20, "{name}: {help}");
            for reserved in ["_count", "_sum", "_bucket", "_created"] {
                assert!(!name.ends_with(reserved), "{name}");
            }
            for unit in ["milliseconds", "minutes", "hours", "kilobytes", "percent", "_ms"] {
                assert!(!name.contains(unit), "{name} is not in a base unit");
            }
            let is_time = ["duration", "age", "uptime", "skew", "timestamp"];
            if is_time.iter().any(|word| name.split('_').any(|part| part == *word)) {
                assert!(name.ends_with("_seconds"), "{name}");
            }
        }
        let mut names: Vec<_> = ALL.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn bounds_rise() {
        for bounds in [BLINKS, HANDLERS, ARTIFACTS, BATCHES] {
            assert!(bounds.is_sorted_by(|a, b| a < b), "{bounds:?}");
        }
    }
}
