//! The line of what is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use crate::{Attribute, Outgoing};

/// What a line of JSON is of.
const JSON: &str = "application/json";

/// A document that has everything in it, and is the line.
const CLOUD_EVENT: &str = "application/cloudevents+json";

/// The line, with the newline at its end.
pub(super) fn line(outgoing: &Outgoing) -> Vec<u8> {
    let content_type = outgoing.content_type;
    let is_json = content_type == JSON || content_type.ends_with("+json");
    let body: Option<&RawValue> =
        is_json.then(|| serde_json::from_slice(&outgoing.body).ok()).flatten();
    let mut line = Vec::with_capacity(outgoing.body.len() + 512);
    match body {
        Some(document) if content_type == CLOUD_EVENT => compact(document.get(), &mut line),
        body => members(outgoing, body, &mut line),
    }
    line.push(b'\n');
    line
}

fn members(outgoing: &Outgoing, body: Option<&RawValue>, line: &mut Vec<u8>) {
    line.extend_from_slice(br#"{"idempotency_key":"#);
    text(&outgoing.idempotency_key, line);
    let attributes = outgoing.attributes.iter();
    for (attribute, value) in attributes.filter(|(known, _)| *known != Attribute::IdempotencyKey) {
        name(&attribute.name().replace('-', "_"), line);
        text(value, line);
    }
    if outgoing.content_type != JSON {
        name("content_type", line);
        text(outgoing.content_type, line);
    }
    match body {
        Some(body) => {
            name("body", line);
            compact(body.get(), line);
        }
        None => {
            name("body_base64", line);
            text(&STANDARD.encode(&outgoing.body), line);
        }
    }
    line.push(b'}');
}

fn name(name: &str, line: &mut Vec<u8>) {
    line.push(b',');
    text(name, line);
    line.push(b':');
}

/// A JSON string, in which a newline is escaped.
fn text(value: &str, line: &mut Vec<u8>) {
    // `Value` is written without an error, as a string has no keys that could be none.
    line.extend_from_slice(serde_json::Value::from(value).to_string().as_bytes());
}

/// Valid JSON without the white space between its tokens; the tokens stay as they are.
fn compact(json: &str, line: &mut Vec<u8>) {
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in json.bytes() {
        if is_text {
            is_text = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        } else {
            is_text = byte == b'"';
        }
        line.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use recallai_webhook_dispatch::recording::Subject;
    use serde_json::{Value, json};

    use super::*;
    use crate::Envelope;

    fn text_of(outgoing: &Outgoing) -> String {
        let text = String::from_utf8(line(outgoing)).unwrap();
        assert_eq!(text.find('\n'), Some(text.len() - 1), "{text}");
        text
    }

    fn message(body: &'static [u8]) -> Outgoing {
        Outgoing::json("pipeline:recall:msg\n1", body)
            .with_attribute(Attribute::IdempotencyKey, "pipeline:recall:msg\n1")
            .with_attribute(Attribute::MessageId, "msg\n1")
            .with_subject("eu", &Subject::recording("r\"1"))
    }

    #[test]
    fn a_message_is_one_line_whatever_its_body() {
        let begin = r#"{"idempotency_key":"pipeline:recall:msg\n1","message_id":"msg\n1","subject_kind":"recording","subject_id":"r\"1","#;
        for (body, end) in [
            (
                &b" {\"n\" :\r\n 1.00000000000000000001, \"t\":\"a \\\" \\\\\" }\n"[..],
                r#""body":{"n":1.00000000000000000001,"t":"a \" \\"}}"#,
            ),
            (b"null", r#""body":null}"#),
            (b"{\"n\":1e400,\"n\":2}", r#""body":{"n":1e400,"n":2}}"#),
            (b"{\"a\":\n", r#""body_base64":"eyJhIjoK"}"#),
            (b"\xff{", r#""body_base64":"/3s="}"#),
            (b"", r#""body_base64":""}"#),
        ] {
            assert_eq!(text_of(&message(body)), format!("{begin}{end}\n"));
        }
    }

    #[test]
    fn what_is_no_json_is_not_taken_for_it() {
        let mut outgoing = Outgoing::json("k", "1");
        outgoing.content_type = "text/plain";
        let expected = json!({
            "idempotency_key": "k", "content_type": "text/plain", "body_base64": "MQ==",
        });
        let value: Value = serde_json::from_str(&text_of(&outgoing)).unwrap();
        assert_eq!(value, expected);
    }

    #[test]
    fn the_document_of_an_envelope_is_the_line() {
        let wrapped = Envelope::CloudEvents.wrap(message(b"{\n\"event\": \"bot.done\"\n}"));
        let value: Value = serde_json::from_str(&text_of(&wrapped)).unwrap();
        assert_eq!(value["specversion"], "1.0");
        assert_eq!(value["id"], "pipeline:recall:msg%0A1");
        assert_eq!(value["data"], json!({"event": "bot.done"}));
        assert_eq!(value.get("body"), None);
    }

    proptest! {
        #[test]
        fn compact_json_says_the_same(
            texts in prop::collection::vec(("(?s).{0,8}", "(?s).{0,8}", any::<i64>()), 0..4),
        ) {
            let value: Vec<Value> =
                texts.into_iter().map(|(name, text, n)| json!({name: [text, n]})).collect();
            let value = Value::from(value);
            let mut compacted = Vec::new();
            compact(&serde_json::to_string_pretty(&value).unwrap(), &mut compacted);
            prop_assert_eq!(compacted, serde_json::to_vec(&value).unwrap());
        }
    }
}
