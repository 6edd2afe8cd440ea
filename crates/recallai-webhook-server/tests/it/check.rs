//! What is found wrong before anything is opened.

use recallai_webhook_server::Service;
use recallai_webhook_server::config::Sources;

/// An endpoint with a secret.
fn with_secret() -> Sources {
    let secret = ("SECRET".to_owned(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let sources = Sources::new().with_variables([secret]);
    sources.with_assignment("endpoints.recall.secrets=[{ env = \"SECRET\" }]").unwrap()
}

/// What is said of a configuration: warnings, or else problems.
fn said(assignments: &[&str]) -> String {
    let add = |sources: Sources, assignment: &&str| sources.with_assignment(assignment).unwrap();
    let sources = assignments.iter().fold(with_secret(), add);
    match Service::new(sources).check() {
        Ok(loaded) => {
            loaded.warnings.iter().map(|warning| format!("warning {warning}\n")).collect()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn limits_that_refuse_what_is_usual_are_told() {
    for (assignment, expected) in [
        ("limits.body_len=100KiB", "warning --set: limits.body_len"),
        ("limits.head_len=1KiB", "warning --set: limits.head_len"),
        ("limits.header_lines=8", "warning --set: limits.header_lines"),
        ("limits.body_time=1h", "warning --set: limits.body_time"),
        ("limits.head_time=7d", "warning --set: limits.head_time"),
        ("limits.acknowledgement_time=15s", "warning --set: limits.acknowledgement_time"),
        ("limits.connections=0", "--set: limits.connections: with nothing allowed"),
        ("endpoints.recall.tolerance=0s", "--set: endpoints.recall.tolerance: with none"),
        ("endpoints.recall.tolerance=5s", "warning --set: endpoints.recall.tolerance"),
        ("endpoints.recall.tolerance=2d", "warning --set: endpoints.recall.tolerance"),
    ] {
        let said = said(&[assignment]);
        assert!(said.contains(expected), "{assignment}: {said}");
    }
    assert!(!said(&[]).contains("limits"), "the defaults are usual");
}

#[cfg(feature = "command")]
#[test]
fn the_name_of_what_erases_is_taken() {
    let erase = "subscriptions.erase.output={ type = 'command', program = 'sh' }";
    let said = said(&[erase, "retention.erase_deleted=true"]);
    assert!(said.contains("subscriptions.erase: this name is taken"), "{said}");
}

#[test]
fn a_folder_that_is_not_there_is_told_and_no_error() {
    let said = said(&["inbox.path=/no/such/folder/inbox.db"]);
    assert!(
        said.contains("warning") && said.contains("inbox.path: its folder is not there"),
        "{said}"
    );
}

#[cfg(feature = "file")]
#[test]
fn each_file_is_written_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let inbox = format!("inbox.path={}", path("inbox.db"));
    let output = |name: &str, file: &str| {
        format!("subscriptions.{name}.output={{ type = 'file', path = '{}' }}", path(file))
    };
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let one = output("a", "archive.ndjson");
    assert_eq!(said(&[&inbox, &one, &output("b", "other.ndjson")]), "");
    let twice = said(&[&inbox, &one, &output("b", "sub/../archive.ndjson")]);
    assert!(
        twice.contains("subscriptions.b.output.path: subscriptions.a.output.path is"),
        "{twice}"
    );
    let nowhere = said(&[&inbox, &output("a", "none/archive.ndjson")]);
    assert!(nowhere.contains("subscriptions.a.output.path: its folder is not there"), "{nowhere}");
    let over = said(&[&inbox, &output("a", "./inbox.db")]);
    assert!(over.contains("subscriptions.a.output.path: inbox.path is this file too"), "{over}");
}

/// It may be there when the first message comes.
#[cfg(feature = "command")]
#[test]
fn a_program_that_is_not_there_is_told_and_no_error() {
    let checked = |program: &str| {
        let output =
            format!("subscriptions.a.output={{ type = 'command', program = '{program}' }}");
        let sources = with_secret().with_assignment(&output).unwrap();
        let loaded = Service::new(sources).check().unwrap();
        loaded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let warned = checked("no-such-program-anywhere");
    let expected = "subscriptions.a.output: program: it is not there, or cannot be run";
    assert!(warned.iter().any(|warning| warning.contains(expected)), "{warned:?}");
    let warned = checked("sh");
    assert!(!warned.iter().any(|warning| warning.contains("program")), "{warned:?}");
}

#[cfg(feature = "otlp")]
const COLLECTOR: &str = "telemetry.otlp={ endpoint = \"http://127.0.0.1:4318\", \
                         headers = { authorization = { env = \"NONE\" } } }";

#[cfg(feature = "otlp")]
#[test]
fn what_a_header_for_the_collector_holds_has_to_be_there() {
    let sources = with_secret().with_assignment(COLLECTOR).unwrap();
    let error = Service::new(sources).check().unwrap_err().to_string();
    let expected = "telemetry.otlp.headers.authorization: $NONE is not set, or is empty";
    assert!(error.contains(expected), "{error}");
}
