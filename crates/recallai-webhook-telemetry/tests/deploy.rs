//! The dashboard for Grafana and the alerts for Prometheus: whether they name what there is, and whether
//! Prometheus reads them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod scene;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use recallai_webhook_dispatch::inbox::InboxError;
use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart, VerifyError};
use recallai_webhook_dispatch::{Failure, Outcome, Refusal, TokenRefusal};
use recallai_webhook_telemetry::Reload;
use serde_json::Value;

/// What says more of a histogram than its name.
const SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn dashboard() -> Value {
    serde_json::from_str(&read("deploy/grafana/recallai-webhook.json")).unwrap()
}

/// The metrics that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let known = scene::metric_names();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words = words.filter(|word| word.starts_with("recallai_webhook_"));
    let name = |word: &str| {
        let family = SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix));
        let family = family.filter(|family| known.iter().any(|name| name == family));
        family.unwrap_or(word).to_owned()
    };
    words.map(name).collect()
}

/// The expressions of all panels.
fn expressions(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

/// The values of a key of the alerts, in order.
fn alerts(key: &str) -> Vec<String> {
    let alerts = read("deploy/prometheus/alerts.yml");
    let lines = alerts.lines().map(|line| line.trim_start().trim_start_matches("- "));
    lines.filter_map(|line| Some(line.strip_prefix(key)?.trim().to_owned())).collect()
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn the_dashboard_has_a_panel_for_each_metric_and_for_nothing_else() {
    let shown = named(&expressions(&dashboard()).join("\n"));
    let rendered: BTreeSet<String> = scene::metric_names().into_iter().collect();
    assert_eq!(shown, rendered);
    // Variables ask for metrics too.
    let all = named(&dashboard().to_string());
    assert_eq!(all, rendered);
}

#[test]
fn panels_of_the_dashboard_do_not_overlap() {
    let dashboard = dashboard();
    let mut taken = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let of = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{}", panel["title"]);
        assert!(of("x") + of("w") <= 24, "{}", panel["title"]);
        for place in (0..of("h")).flat_map(|y| (0..of("w")).map(move |x| (x, y))) {
            let place = (place.0 + of("x"), place.1 + of("y"));
            assert!(taken.insert(place), "{} at {place:?}", panel["title"]);
        }
    }
}

#[test]
fn alerts_watch_metrics_that_there_are() {
    let rendered: BTreeSet<String> = scene::metric_names().into_iter().collect();
    for file in ["deploy/prometheus/alerts.yml", "deploy/prometheus/alerts_test.yml"] {
        let watched = named(&read(file));
        assert!(watched.len() >= 8, "{watched:?}");
        assert!(watched.is_subset(&rendered), "{:?}", watched.difference(&rendered));
    }
}

/// Every reason to refuse a delivery.
fn refusals() -> Vec<&'static str> {
    let (family, part) = (HeaderFamily::Svix, HeaderPart::Id);
    let signatures = [
        VerifyError::NoSignatureHeaders,
        VerifyError::MissingHeader { family, part },
        VerifyError::InvalidHeader { family, part },
        VerifyError::ConflictingHeader { family, part },
        VerifyError::TooManySignatures,
        VerifyError::TooOld { seconds: 301 },
        VerifyError::TooNew { seconds: 301 },
        VerifyError::NoUsableSignature,
        VerifyError::NoMatchingSignature,
        VerifyError::NoActiveSecret,
    ];
    let tokens = [TokenRefusal::Missing, TokenRefusal::Wrong].map(Refusal::Token);
    signatures.map(Refusal::Signature).into_iter().chain(tokens).map(Refusal::name).collect()
}

/// The words that an expression compares the label `result` with.
fn results(expression: &str) -> Vec<&str> {
    let matchers = expression.split("result=").skip(1);
    let texts = matchers.filter_map(|matcher| matcher.split('"').nth(1));
    texts.flat_map(|text| text.split('|')).collect()
}

/// A word that is no result would watch nothing, and say nothing.
#[test]
fn results_that_are_watched_are_those_of_the_code() {
    let closed = InboxError::Closed;
    let failure = Failure::Panic("".into());
    let mut known = refusals();
    known.extend([Outcome::NotStored(&closed).name(), Outcome::Failed(&failure).name()]);
    known.extend(Reload::ALL.map(Reload::name));
    let alerts = read("deploy/prometheus/alerts.yml");
    let watched = results(&alerts);
    assert!(watched.len() >= 8, "{watched:?}");
    for result in watched {
        assert!(known.contains(&result), "{result}");
    }
    // Each reason is shown, and nothing else is taken for one.
    let panel = expressions(&dashboard()).into_iter().find(|expression| expression.contains(".*|"));
    let panel = panel.unwrap();
    let beginnings: Vec<&str> =
        results(&panel).into_iter().map(|word| word.strip_suffix(".*").unwrap()).collect();
    let is_shown = |name: &str| beginnings.iter().any(|beginning| name.starts_with(beginning));
    for name in refusals() {
        assert!(is_shown(name), "{name}");
    }
    let conflict = Outcome::Conflict.name();
    assert!(!is_shown(conflict) && !is_shown(Outcome::NotStored(&closed).name()), "{panel}");
}

#[test]
fn each_alert_is_explained_where_it_says() {
    let operations = read("docs/operations.md");
    let names = alerts("alert:");
    assert!(names.len() >= 8, "{names:?}");
    for key in ["summary:", "description:", "severity:", "runbook:"] {
        assert_eq!(alerts(key).len(), names.len(), "each alert has one {key}");
    }
    let headings = operations.lines().filter_map(|line| line.strip_prefix("## "));
    let anchors: Vec<String> = headings.map(anchor).collect();
    for runbook in alerts("runbook:") {
        let found = runbook.strip_prefix("docs/operations.md#");
        assert!(found.is_some_and(|found| anchors.iter().any(|a| a == found)), "{runbook}");
    }
    let rows = operations.lines().filter_map(|line| line.strip_prefix("| `RecallaiWebhook"));
    let rows = rows.map(|row| format!("RecallaiWebhook{}", row.split('`').next().unwrap()));
    assert_eq!(rows.collect::<Vec<_>>(), names, "a row in the same order");
}

#[test]
fn promtool_reads_the_alerts_and_their_tests_hold() {
    let Some(promtool) = scene::promtool() else { return };
    let folder = root().join("deploy/prometheus");
    run(Command::new(&promtool).args(["check", "rules", "alerts.yml"]).current_dir(&folder));
    run(Command::new(&promtool).args(["test", "rules", "alerts_test.yml"]).current_dir(&folder));
    // Each alert fires in a test: one that is not in them may never do.
    let tests = read("deploy/prometheus/alerts_test.yml");
    for name in alerts("alert:") {
        assert!(tests.contains(&name), "{name} has no test");
    }
}

/// Expressions of the dashboard, written down as rules.
#[test]
fn promtool_reads_the_expressions_of_the_dashboard() {
    let Some(promtool) = scene::promtool() else { return };
    let mut rules = String::from("groups:\n  - name: panels\n    rules:\n");
    for (at, expression) in expressions(&dashboard()).into_iter().enumerate() {
        let expression = expression.replace("$__rate_interval", "5m");
        writeln!(rules, "      - record: panel:{at}\n        expr: {expression:?}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("panels.yml"), rules).unwrap();
    run(Command::new(promtool).args(["check", "rules", "panels.yml"]).current_dir(folder.path()));
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}
