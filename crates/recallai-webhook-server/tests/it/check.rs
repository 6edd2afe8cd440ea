//! What is found wrong before anything is opened.

use recallai_webhook_server::Service;
use recallai_webhook_server::config::Sources;

/// An endpoint with a secret.
fn with_secret() -> Sources {
    let secret = ("SECRET".to_owned(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let sources = Sources::new().with_variables([secret]);
    sources.with_assignment("endpoints.recall.secrets=[{ env = \"SECRET\" }]").unwrap()
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
    let expected = "subscriptions.a.output: program: is not there, or cannot be run";
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
