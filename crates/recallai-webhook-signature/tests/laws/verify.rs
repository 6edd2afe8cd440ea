//! What is accepted was signed, with a key that is configured, over these bytes, at this time.

use recallai_webhook_signature::{Finding, Secret, Verifier};

use super::request::{OLD_SECRET, Request, SECONDS, SECRET, now};

/// The law of the fuzz target `verify`.
pub(crate) fn check(input: &[u8]) {
    let request = Request::parse(input);
    let secrets = [("new", SECRET), ("old", OLD_SECRET)];
    let secrets = secrets.map(|(label, text)| (label, Secret::parse(text).unwrap()));
    let verifier = secrets.iter().fold(Verifier::builder(), |builder, (label, secret)| {
        builder.secret(*label, secret.clone())
    });
    let verifier = verifier.build().unwrap();

    let verdict = verifier.verify(request.lines(), &request.body, now());
    let diagnosis = verifier.diagnose(request.lines(), &request.body, now(), std::iter::empty());
    let is_valid = matches!(diagnosis.finding(), Finding::Valid { .. });
    assert_eq!(is_valid, verdict.is_ok(), "{diagnosis:?}");
    assert!(!diagnosis.to_string().is_empty());

    if let Ok(verified) = verdict {
        let (_, secret) = secrets.iter().find(|(label, _)| *label == verified.key_label()).unwrap();
        let signature = secret.sign(verified.id(), verified.timestamp(), &request.body).unwrap();
        assert_eq!(verified.signature(), signature);
        assert!(verified.timestamp().abs_diff(SECONDS) <= 300);
        assert_eq!(verified.body(), request.body);
        // The same headers vouch for no other body.
        let altered = [&request.body[..], b" "].concat();
        assert!(verifier.verify(request.lines(), &altered, now()).is_err());
    }
    check_secret(&String::from_utf8_lossy(input));
}

/// Any text is a secret, or an error that does not repeat it.
fn check_secret(text: &str) {
    match Secret::parse(text) {
        Ok(secret) => assert_eq!(format!("{secret:?}"), "Secret([redacted])"),
        Err(error) => assert!(text.len() < 24 || !error.to_string().contains(text)),
    }
}
