//! [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md) in
//! its JSON format.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::escape::percent;
use crate::{Attribute, Outgoing};

/// The media type of a document.
const MEDIA_TYPE: &str = "application/cloudevents+json";

/// The prefix of every type.
const TYPE: &str = "ai.recall.";

#[derive(Serialize)]
struct Document<'o> {
    specversion: &'static str,
    id: Cow<'o, str>,
    source: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'o str>,
    datacontenttype: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Cow<'o, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Cow<'o, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<Cow<'o, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messageid: Option<Cow<'o, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<Cow<'o, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'o RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_base64: Option<String>,
}

/// Makes the body a document.
pub(crate) fn wrap(mut outgoing: Outgoing) -> Outgoing {
    // Text only, and writing to memory does not fail.
    let document = serde_json::to_vec(&Document::of(&outgoing)).unwrap_or_default();
    outgoing.body = document.into();
    outgoing.content_type = MEDIA_TYPE;
    outgoing
}

impl<'o> Document<'o> {
    fn of(outgoing: &'o Outgoing) -> Self {
        let data: Option<&RawValue> = serde_json::from_slice(&outgoing.body).ok();
        let text = |attribute| outgoing.attribute(attribute).map(|value| percent(value, may_stand));
        let kind = outgoing.attribute(Attribute::SubjectKind);
        let id = text(Attribute::SubjectId);
        Self {
            specversion: "1.0",
            id: percent(&outgoing.idempotency_key, may_stand),
            source: source(outgoing),
            r#type: kind_of_event(outgoing),
            subject: kind.zip(id).map(|(kind, id)| format!("{kind}/{id}")),
            time: outgoing.attribute(Attribute::ReceivedAt),
            datacontenttype: match data {
                Some(_) => outgoing.content_type,
                // It was sent as JSON, and is none.
                None => "application/octet-stream",
            },
            subscription: text(Attribute::Subscription),
            scope: text(Attribute::Scope),
            endpoint: text(Attribute::Endpoint),
            messageid: text(Attribute::MessageId),
            turn: text(Attribute::Turn),
            data,
            data_base64: data.is_none().then(|| STANDARD.encode(&outgoing.body)),
        }
    }
}

fn source(outgoing: &Outgoing) -> String {
    let mut source = String::from("/recallai-webhook");
    for part in [Attribute::Scope, Attribute::Endpoint] {
        if let Some(part) = outgoing.attribute(part) {
            source.push('/');
            source.push_str(&percent(part, is_unreserved));
        }
    }
    source
}

fn kind_of_event(outgoing: &Outgoing) -> String {
    let turn = outgoing.attribute(Attribute::Turn);
    let event = outgoing.attribute(Attribute::Event);
    match (turn, event) {
        (Some(turn), _) => format!("{TYPE}recording.need.{turn}"),
        (None, Some(event)) => format!("{TYPE}{}", percent(event, may_stand)),
        (None, None) => format!("{TYPE}unreadable"),
    }
}

/// What the type `String` of the specification lets stand: no control characters, no noncharacters.
fn may_stand(c: char) -> bool {
    let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    !c.is_control() && !is_noncharacter
}

/// What stands for itself in every part of a URI, by RFC 3986, section 2.3.
fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

#[cfg(test)]
mod tests {
    use recallai_webhook_dispatch::recording::Subject;
    use serde_json::{Value, json};

    use super::*;

    fn document(outgoing: Outgoing) -> (String, Value) {
        let wrapped = wrap(outgoing);
        assert_eq!(wrapped.content_type, MEDIA_TYPE);
        let text = String::from_utf8(wrapped.body.to_vec()).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        (text, value)
    }

    #[test]
    fn a_message_becomes_a_document() {
        let body = r#"{"event":"transcript.done", "n":1.00000000000000000001}"#;
        let outgoing = Outgoing::json("pipeline:recall:msg_1", body)
            .with_subject("a b", &Subject::recording("r1"))
            .with_attribute(Attribute::Scope, "a b")
            .with_attribute(Attribute::Endpoint, "recall")
            .with_attribute(Attribute::Event, "transcript.done")
            .with_attribute(Attribute::MessageId, "msg_1")
            .with_attribute(Attribute::Attempt, "3")
            .with_attribute(Attribute::Traceparent, "00-0-0-01")
            .with_attribute(Attribute::ReceivedAt, "2021-02-25T15:02:10.000Z");
        let (text, mut value) = document(outgoing);
        assert!(text.contains(body), "{text}");
        value["data"] = Value::Null;
        let expected = json!({
            "specversion": "1.0", "id": "pipeline:recall:msg_1",
            "source": "/recallai-webhook/a%20b/recall", "type": "ai.recall.transcript.done",
            "subject": "recording/r1", "time": "2021-02-25T15:02:10.000Z",
            "datacontenttype": "application/json", "scope": "a b", "endpoint": "recall",
            "messageid": "msg_1", "data": null,
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_body_that_is_no_json_is_kept() {
        let (_, value) = document(Outgoing::json("k", &b"\xff{"[..]));
        assert_eq!(value["data_base64"], "/3s=");
        assert_eq!(value["datacontenttype"], "application/octet-stream");
        assert_eq!(value["type"], "ai.recall.unreadable");
        assert_eq!(value["source"], "/recallai-webhook");
        assert_eq!(value.get("data"), None);
    }

    #[test]
    fn a_turn_has_a_type_of_its_own() {
        let outgoing = Outgoing::json("k\u{0}", "null")
            .with_attribute(Attribute::Scope, "s")
            .with_attribute(Attribute::Turn, "timed_out");
        let (_, value) = document(outgoing);
        assert_eq!(value["type"], "ai.recall.recording.need.timed_out");
        assert_eq!(value["source"], "/recallai-webhook/s");
        assert_eq!(value["id"], "k%00");
        assert!(value.as_object().unwrap().contains_key("data"), "{value}");
    }
}
