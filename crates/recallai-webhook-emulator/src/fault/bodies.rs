//! Bodies that no sender should send.

use super::Fault;
use crate::Message;

/// Three times what the sender ever sends, and twice what a receiver should take.
const OVERSIZED: usize = 1 << 20;

/// The body with spaces after it: the same JSON, and too much of it.
pub(super) fn oversized(body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().max(OVERSIZED) + 1, b' ');
    body
}

/// The body of the message that a fault sends beside the real one. It names nothing of the real one, so that a
/// receiver that makes something of it does the real one no harm.
pub(super) fn body(fault: Fault, message: &Message) -> Vec<u8> {
    let event = message.event.as_ref();
    match fault {
        Fault::MalformedJson => format!(r#"{{"event":"{event}","data":{{"data":"#).into_bytes(),
        Fault::UnreadableEvent => br#"{"event":42,"data":{}}"#.to_vec(),
        Fault::NonUtf8Body => {
            let mut body = format!(r#"{{"event":"{event}","data":{{"note":""#).into_bytes();
            body.extend_from_slice(b"\xff\xfe\"}}");
            body
        }
        _ => concat!(
            r#"{"event":"hologram.reticulated","data":{"#,
            r#""data":{"code":"reticulated","sub_code":null,"updated_at":"2026-01-01T00:00:00.000000Z"},"#,
            r#""hologram":{"id":"5bd0f1a2-3c4e-4f60-8a7b-9c0d1e2f3a4b","metadata":{}}}}"#,
        )
        .as_bytes()
        .to_vec(),
    }
}
