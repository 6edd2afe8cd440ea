//! Metrics and snapshot: what is counted of real deliveries and jobs, and whether Prometheus reads it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod scene;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::event::ArtifactKind;
use recallai_webhook_dispatch::inbox::Inbox as _;
use recallai_webhook_telemetry::{AskAway, Away, Reload, Telemetry};
use scene::Scene;

/// The value of a series.
#[track_caller]
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is not in\n{text}")).parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn deliveries_are_counted_by_endpoint_and_result() {
    let scene = Scene::new();
    scene.telemetry.declare_endpoint("recall");
    scene.telemetry.declare_endpoint("quiet");
    scene.all_outcomes().await;
    let text = scene.render().await;
    let count = |endpoint: &str, result: &str| {
        let labels = format!(r#"{{endpoint="{endpoint}",result="{result}"}}"#);
        value(&text, &format!("recallai_webhook_deliveries_total{labels}"))
    };
    assert_eq!(count("recall", "stored"), 2.0);
    assert_eq!(count("recall", "duplicate"), 1.0);
    assert_eq!(count("recall", "conflict"), 1.0);
    assert_eq!(count("recall", "unknown"), 2.0);
    assert_eq!(count("recall", "unreadable"), 1.0);
    assert_eq!(count("recall", "no_matching_signature"), 12.0);
    assert_eq!(count("recall", "not_stored"), 1.0);
    // Before anything came, so that the first is seen to rise.
    assert_eq!((count("quiet", "stored"), count("quiet", "not_stored")), (0.0, 0.0));
    // Six were stored, one of them twice, and another with two bodies; one could not be stored.
    let acknowledged =
        r#"recallai_webhook_acknowledgement_duration_seconds_count{endpoint="recall"}"#;
    assert_eq!(value(&text, acknowledged), 8.0);
    assert_eq!(value(&text, r#"recallai_webhook_unknown_events_total{endpoint="recall"}"#), 2.0);
    // The scene's deliveries arrive a second and a half after they were signed.
    assert_eq!(value(&text, r#"recallai_webhook_clock_skew_seconds{endpoint="recall"}"#), 1.5);
}

/// Whatever a sender chooses makes no series.
#[tokio::test(start_paused = true)]
async fn no_label_comes_from_a_sender() {
    let scene = Scene::new();
    scene.all_outcomes().await;
    for n in 0..300 {
        scene
            .deliver(&format!("msg_x{n}"), &format!(r#"{{"event":"made.up{n}","data":{{}}}}"#))
            .await;
    }
    let text = scene.render().await;
    assert!(!text.contains("hologram") && !text.contains("made.up"), "{text}");
    assert!(!text.contains("msg_") && !text.contains("r1"), "{text}");
    assert_eq!(scene.telemetry.snapshot().unknown_names.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn jobs_are_counted_and_measured() {
    let scene = Scene::new();
    scene.deliver("msg_1", scene::DONE).await;
    // It fails once, succeeds, and its like dies.
    scene.work("flaky", 2, false).await;
    scene.work("broken", 2, true).await;
    let text = scene.render().await;
    let jobs = |subscription: &str, result: &str| {
        let labels = format!(r#"{{subscription="{subscription}",result="{result}"}}"#);
        value(&text, &format!("recallai_webhook_jobs_total{labels}"))
    };
    assert_eq!((jobs("flaky", "retrying"), jobs("flaky", "done")), (1.0, 1.0));
    assert_eq!((jobs("broken", "retrying"), jobs("broken", "dead")), (1.0, 1.0));
    let of =
        |name: &str| value(&text, &format!(r#"recallai_webhook_{name}{{subscription="flaky"}}"#));
    // Each attempt takes two seconds of the scene's clock.
    assert_eq!(of("handler_duration_seconds_count"), 2.0);
    assert_eq!(of("handler_duration_seconds_sum"), 4.0);
    assert_eq!((of("dead_letters"), of("subscription_lag_jobs")), (0.0, 0.0));
    let dead = r#"recallai_webhook_dead_letters{subscription="broken"}"#;
    assert_eq!(value(&text, dead), 1.0);
    let seen = scene.telemetry.snapshot().jobs;
    let seen: Vec<_> =
        seen.iter().map(|job| (&*job.subscription, job.done, job.retried, job.dead)).collect();
    assert_eq!(seen, [("broken", 0, 1, 1), ("flaky", 1, 1, 0)]);
}

#[test]
fn receivers_that_are_away_are_asked_for_each_time() {
    let telemetry = Telemetry::new();
    let is_away = Arc::new(AtomicBool::new(false));
    let ask = |is_away: &Arc<AtomicBool>| -> AskAway {
        let is_away = Arc::clone(is_away);
        Arc::new(move || is_away.load(Relaxed).then(|| Away::new(SystemTime::UNIX_EPOCH, "gone")))
    };
    let name = |name: &str| name.into();
    telemetry.watch_receivers([(name("a"), ask(&is_away)), (name("b"), Arc::new(|| None))]);
    let series = |name| format!(r#"recallai_webhook_output_away{{subscription="{name}"}}"#);
    let shown = |name| value(&telemetry.render_without_inbox(), &series(name));
    assert_eq!((shown("a"), shown("b"), telemetry.away("a")), (0.0, 0.0, None));
    is_away.store(true, Relaxed);
    assert_eq!((shown("a"), shown("b")), (1.0, 0.0));
    assert_eq!(telemetry.away("a"), Some(Away::new(SystemTime::UNIX_EPOCH, "gone")));
    assert_eq!(telemetry.away("c"), None);
    // After a reload without the other one.
    telemetry.watch_receivers([(name("a"), ask(&is_away))]);
    assert!(!telemetry.render_without_inbox().contains(&series("b")));
}

#[tokio::test(start_paused = true)]
async fn lag_and_age_are_those_of_the_inbox() {
    let scene = Scene::new();
    scene.declare("later").await;
    scene.deliver("msg_1", scene::DONE).await;
    scene.deliver("msg_2", scene::OTHER).await;
    scene.pass(Duration::from_secs(90)).await;
    let text = scene.render().await;
    let of =
        |name: &str| value(&text, &format!(r#"recallai_webhook_{name}{{subscription="later"}}"#));
    assert_eq!(of("subscription_lag_jobs"), 2.0);
    assert_eq!(of("subscription_oldest_job_age_seconds"), 90.0);
    assert_eq!(of("subscription_parked"), 0.0);
    let waiting = r#"recallai_webhook_subscription_jobs{subscription="later",state="waiting"}"#;
    assert_eq!(value(&text, waiting), 2.0);
    assert_eq!(value(&text, r#"recallai_webhook_inbox_messages{class="event"}"#), 2.0);
    // One that is gone leaves no series behind.
    scene.inbox.park("later").await.unwrap();
    scene.inbox.unsubscribe("later").await.unwrap();
    assert!(!scene.render().await.contains("later"));
}

#[tokio::test(start_paused = true)]
async fn the_process_is_told_of() {
    let scene = Scene::new();
    let telemetry = scene.telemetry.clone().with_version("1.2.3");
    telemetry.reloaded(Reload::Applied);
    scene.pass(Duration::from_secs(60)).await;
    let text = telemetry.render_without_inbox();
    assert_eq!(value(&text, r#"recallai_webhook_build_info{version="1.2.3"}"#), 1.0);
    assert_eq!(value(&text, "recallai_webhook_uptime_seconds"), 60.0);
    assert_eq!(value(&text, r#"recallai_webhook_config_reloads_total{result="applied"}"#), 1.0);
    assert_eq!(value(&text, r#"recallai_webhook_config_reloads_total{result="refused"}"#), 0.0);
    assert!(!text.contains("inbox_messages"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn commits_are_measured() {
    use recallai_webhook_dispatch::inbox::{CommitObserver, CommitReport};
    let telemetry = Telemetry::new();
    for (messages, operations, millis) in [(3, 4, 2), (0, 2, 4)] {
        let report = CommitReport::new(messages, operations, Duration::from_millis(millis));
        CommitObserver::observe(&telemetry, &report);
    }
    let text = telemetry.render_without_inbox();
    assert_eq!(value(&text, "recallai_webhook_inbox_commit_duration_seconds_sum"), 0.006);
    assert_eq!(value(&text, "recallai_webhook_inbox_commit_operations_sum"), 6.0);
    assert_eq!(value(&text, "recallai_webhook_inbox_committed_deliveries_total"), 3.0);
    let commits = telemetry.snapshot().commits;
    assert_eq!((commits.latency.count, commits.mean_batch), (2, Some(3.0)));
    assert_eq!(commits.latency.p50_seconds, Some(0.0025));
}

/// The document that the dashboard reads, to the letter.
#[tokio::test(start_paused = true)]
async fn the_snapshot_is_what_the_page_reads() {
    let scene = Scene::new();
    scene.all_outcomes().await;
    scene.work("flaky", 1, false).await;
    let seen = serde_json::to_value(scene.telemetry.snapshot()).unwrap();
    assert_eq!(seen["since"], "2021-02-25T15:02:11.504Z");
    let endpoint = &seen["endpoints"][0];
    assert_eq!(endpoint["endpoint"], "recall");
    assert_eq!(endpoint["results"]["stored"], 2);
    assert_eq!(endpoint["last_delivery_at"], "2021-02-25T15:02:11.500Z");
    assert_eq!(endpoint["clock_skew_seconds"], 1.5);
    assert_eq!(seen["ack_latency"]["count"], 8);
    // All took four milliseconds, as far as the buckets tell.
    assert_eq!(seen["ack_latency"]["p50_seconds"], 0.00375);
    assert_eq!(seen["commits"]["count"], 0);
    assert!(seen["commits"]["p50_seconds"].is_null() && seen["commits"]["mean_batch"].is_null());
    let minutes = seen["minutes"].as_array().unwrap();
    assert_eq!(minutes.len(), 60);
    let sum =
        |member: &str| minutes.iter().map(|minute| minute[member].as_u64().unwrap()).sum::<u64>();
    let sums = ["accepted", "duplicates", "refused", "not_stored"].map(sum);
    assert_eq!(sums, [5, 2, 12, 1]);
    assert_eq!(minutes[0]["at"], "2021-02-25T14:03:00.000Z");
    let refusals = seen["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 12);
    assert_eq!(refusals[0]["reason"], "no_matching_signature");
    // The log explains ten; the newest are not explained.
    assert!(refusals[0]["diagnosis"].is_null());
    assert!(refusals[11]["diagnosis"].as_str().unwrap().contains("secret"), "{seen}");
    let name = serde_json::json!(
        {"name": "hologram.done", "count": 2, "last_at": "2021-02-25T15:02:11.504Z"}
    );
    assert_eq!(seen["unknown_names"], serde_json::json!([name]));
    assert_eq!(seen["jobs"][0]["subscription"], "flaky");
}

/// The text, held to what the format asks for: each family with help and type before its series, no series
/// twice, and histograms that add up.
#[tokio::test(start_paused = true)]
async fn the_text_keeps_the_rules_of_the_format() {
    let text = full_text().await;
    let (mut types, mut seen) = (HashMap::new(), HashSet::new());
    let mut last_bucket = HashMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
            assert!(text.contains(&format!("# HELP {name} ")), "{name} has no help");
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, number) = line.rsplit_once(' ').unwrap();
        let number: f64 = number.parse().unwrap();
        assert!(seen.insert(series.to_owned()), "{series} twice");
        let name = series.split('{').next().unwrap();
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| {
            name.strip_suffix(end)
                .filter(|family| types.get(*family).is_some_and(|t| t == "histogram"))
        });
        let family = family.unwrap_or(name);
        let kind = types.get(family).unwrap_or_else(|| panic!("{line} before its type"));
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
        if name.ends_with("_bucket") && kind == "histogram" {
            let (labels, _) = series.split_once("le=").unwrap();
            let before = last_bucket.insert(labels.to_owned(), number).unwrap_or_default();
            assert!(number >= before, "{series} is below the bucket before it");
        }
    }
    for (labels, infinite) in last_bucket {
        let count = labels.replace("_bucket{", "_count{").replace(",}", "}");
        let count = count.trim_end_matches(['{', ',']).to_owned();
        let count = if count.contains('{') { format!("{count}}}") } else { count };
        assert_eq!(value(&text, &count), infinite, "{labels}");
    }
    assert!(types.len() >= 20, "{types:?}");
}

/// Debian's checker reads the text as Prometheus does, and knows the conventions for names.
#[tokio::test(start_paused = true)]
async fn promtool_finds_nothing_to_say() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let Some(promtool) = scene::promtool() else { return };
    let text = full_text().await;
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

/// With a series in every family.
async fn full_text() -> String {
    use recallai_webhook_dispatch::inbox::{CommitObserver, CommitReport};
    let scene = Scene::new();
    scene.telemetry.watch_receivers([("pipeline".into(), Arc::new(|| None) as AskAway)]);
    scene.telemetry.watch_dropped_spans(|| 0);
    scene.all_outcomes().await;
    scene.work("flaky", 2, false).await;
    scene.telemetry.artifact_ready(ArtifactKind::Transcript, Duration::from_secs(75));
    CommitObserver::observe(&scene.telemetry, &CommitReport::new(1, 2, Duration::from_millis(1)));
    let mut stats = scene.inbox.stats().await.unwrap();
    stats.size = Some(4096);
    let text = scene.telemetry.render(&stats);
    for name in scene::metric_names() {
        assert!(text.contains(&format!("# TYPE {name} ")), "{name} has no series");
    }
    text
}
