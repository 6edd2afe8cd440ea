//! JSON objects: a line of `serve --format json`, or `headers` and `body` as serverless platforms and
//! request inspectors write them.

use serde_json::Value;

use super::headers::{listed, named};
use super::{Capture, FORMS, Headers, body};

pub(super) fn read(value: &Value) -> Result<Capture, String> {
    let headers = match (&value["headers"], value["signature"].as_str()) {
        (Value::Object(members), _) => {
            let lines = members.iter().flat_map(|(name, value)| {
                // One value, or all of a repeated header.
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                values.iter().filter_map(|value| named(name, value))
            });
            lines.collect()
        }
        (list @ Value::Array(_), _) => listed(list),
        (_, Some(signature)) => of_serve(value, signature)?,
        _ if value["event"].is_string() => {
            return Err("this is a body; give it with --body, and its headers with -H".to_owned());
        }
        _ => return Err(format!("a JSON object without `headers`; it should be {FORMS}")),
    };
    let is_base64 = value["isBase64Encoded"] == true;
    let text = |name: &str| value[name].as_str();
    let body = match (text("body"), text("body_base64")) {
        (Some(text), _) => Some(body(text, is_base64)?),
        (None, Some(text)) => Some(body(text, true)?),
        (None, None) if value["body"].is_object() => {
            return Err("`body` is an object: it was parsed, and what was signed is lost; \
                        capture it before that, as text"
                .to_owned());
        }
        (None, None) => None,
    };
    Ok(Capture { headers, body, notes: Vec::new() })
}

/// What `serve` has verified, under names of one family: it does not tell which it was.
fn of_serve(value: &Value, signature: &str) -> Result<Headers, String> {
    let id = value["message_id"].as_str().ok_or("no `message_id` in this line")?;
    let timestamp = value["timestamp"].as_u64().ok_or("no `timestamp` in this line")?.to_string();
    let header = |name: &str, value: &str| (format!("webhook-{name}"), value.as_bytes().to_vec());
    let lines = [("id", id), ("timestamp", &timestamp), ("signature", signature)];
    Ok(lines.map(|(name, value)| header(name, value)).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, names: &[&str], body: Option<&str>) {
        let capture = read(value).unwrap();
        let found: Vec<_> = capture.headers.lines().map(|(name, _)| name).collect();
        assert_eq!(found, names);
        assert_eq!(capture.body.as_deref(), body.map(str::as_bytes));
    }

    #[test]
    fn the_usual_shapes_are_read() {
        check(
            &json!({ "headers": { "a": "1", "b": ["2", "3"] }, "body": "x" }),
            &["a", "b", "b"],
            Some("x"),
        );
        check(&json!({ "headers": [{ "name": "a", "value": "1" }] }), &["a"], None);
        check(&json!({ "headers": {}, "body": "e30=", "isBase64Encoded": true }), &[], Some("{}"));
        check(
            &json!({ "message_id": "m", "timestamp": 1, "signature": "v1,x", "body_base64": "e30=" }),
            &["webhook-id", "webhook-timestamp", "webhook-signature"],
            Some("{}"),
        );
    }

    #[test]
    fn what_has_lost_the_body_says_so() {
        let error = |value| read(&value).unwrap_err();
        assert!(error(json!({ "headers": {}, "body": { "event": "x" } })).contains("parsed"));
        assert!(error(json!({ "event": "bot.done", "data": {} })).contains("--body"));
        assert!(error(json!({ "x": 1 })).contains("headers"));
        assert!(
            error(json!({ "headers": {}, "body": "!", "isBase64Encoded": true }))
                .contains("base64")
        );
    }
}
