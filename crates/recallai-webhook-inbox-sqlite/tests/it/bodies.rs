//! Bodies to append.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_inbox::{NewMessage, SignatureFamily, Signed};

/// A status event of an artifact of a recording, with the bot it belongs to.
pub(crate) fn artifact(kind: &str, code: &str, recording: &str, second: u64) -> String {
    format!(
        r#"{{"event":"{kind}.{code}","data":{{
            "data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:{:02}:{:02}Z"}},
            "{kind}":{{"id":"{kind}-{recording}","metadata":{{}}}},
            "recording":{{"id":"{recording}","metadata":{{}}}},
            "bot":{{"id":"bot-{recording}","metadata":{{}}}}}}}}"#,
        second / 60 % 60,
        second % 60
    )
}

/// A message of the endpoint `recall`, signed at the time it was received.
pub(crate) fn message(id: &str, body: String, seconds: u64) -> NewMessage {
    let signed = Signed::new(SignatureFamily::Svix, seconds, "v1,c2ln", "default");
    NewMessage::parse("recall", id, body, at(seconds)).with_signature(signed)
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}
