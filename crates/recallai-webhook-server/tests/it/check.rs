//! What is found wrong before anything is opened.
#![cfg(feature = "otlp")]

use recallai_webhook_server::Service;
use recallai_webhook_server::config::Sources;

const COLLECTOR: &str = "telemetry.otlp={ endpoint = \"http://127.0.0.1:4318\", \
                         headers = { authorization = { env = \"NONE\" } } }";

#[test]
fn what_a_header_for_the_collector_holds_has_to_be_there() {
    let secret = ("SECRET".to_owned(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let sources = Sources::new().with_variables([secret]);
    let sources = sources.with_assignment("endpoints.recall.secrets=[{ env = \"SECRET\" }]");
    let sources = sources.unwrap().with_assignment(COLLECTOR).unwrap();
    let error = Service::new(sources).check().unwrap_err().to_string();
    let expected = "telemetry.otlp.headers.authorization: $NONE is not set, or is empty";
    assert!(error.contains(expected), "{error}");
}
