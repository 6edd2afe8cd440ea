//! JSON objects: a line of `serve --format json`, or `headers` and `body` as serverless platforms and
//! request inspectors write them.

use serde_json::Value;

use super::headers::{listed, named};
use super::{Capture, FORMS, Headers, body};

pub(super) fn read(value: &Value) -> Result<Capture, String> {
    let headers = match (&value["headers"], value["signature"].as_str()) {
        (Value::Object(members), _) => members
            .iter()
            .flat_map(|(name, value)| {
                // One value, or all of a repeated header.
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                values.iter().filter_map(|value| named(name, value).transpose())
            })
            .collect::<Result<_, _>>()?,
        (Value::Array(items), _) => listed(items)?,
        (_, Some(signature)) => of_serve(value, signature)?,
        _ if value["event"].is_string() => {
            return Err("this is a body; give it with --body, and its headers with -H".to_owned());
        }
        _ => return Err(format!("a JSON object without `headers`; it should be {FORMS}")),
    };
    let is_base64 = value["isBase64Encoded"] == true;
    let text = |name: &str| value[name].as_str();
    let body = match (text("body"), text("body_base64")) {
        (Some(text), _) => body(text, is_base64).map(Some),
        (None, Some(text)) => body(text, true).map(Some),
        (None, None) if value["body"].is_null() => Ok(None),
        (None, None) => {
            Err("`body` is no text: it was parsed, and what was signed is lost; capture it \
                             before that"
                .to_owned())
        }
    };
    Ok(Capture { headers, body, notes: Vec::new() })
}

/// What `serve` has verified.
fn of_serve(value: &Value, signature: &str) -> Result<Headers, String> {
    let id = value["message_id"].as_str().ok_or("no `message_id` in this line")?;
    let timestamp = value["timestamp"].as_u64().ok_or("no `timestamp` in this line")?.to_string();
    let family = value["header_family"].as_str().ok_or("no `header_family` in this line")?;
    let lines = [("id", id), ("timestamp", &timestamp), ("signature", signature)];
    let lines = lines.map(|(part, value)| (format!("{family}-{part}"), value.as_bytes().to_vec()));
    Ok(lines.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, names: &[&str], body: Option<&str>) {
        let capture = read(value).unwrap();
        let found: Vec<_> = capture.headers.lines().map(|(name, _)| name).collect();
        assert_eq!(found, names);
        assert_eq!(capture.body, Ok(body.map(|body| body.as_bytes().to_vec())));
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
            &json!({ "message_id": "m", "timestamp": 1, "header_family": "webhook", "signature": "v1,x", "body_base64": "e30=" }),
            &["webhook-id", "webhook-timestamp", "webhook-signature"],
            Some("{}"),
        );
    }

    /// Pairs, a flat list as Node's `rawHeaders`, and a number for the timestamp.
    #[test]
    fn no_header_is_left_out_in_silence() {
        check(&json!({ "headers": [["a", "1"], ["b", "2"]] }), &["a", "b"], None);
        check(&json!({ "headers": ["a", "1", "b", "2"] }), &["a", "b"], None);
        check(&json!({ "headers": ["a: 1", "b: 2"] }), &["a", "b"], None);
        check(&json!({ "headers": { "a": "1", "b": null, ":method": "POST" } }), &["a"], None);
        check(&json!({ "headers": { "a": 1 } }), &["a"], None);
        let bytes = json!({ "headers": [{ "name": "a", "value_base64": "/w==" }] });
        let headers = read(&bytes).unwrap().headers;
        assert!(headers.lines().eq([("a", &b"\xff"[..])]));
        assert_eq!(headers.to_json(), bytes["headers"]);
        for odd in [json!({ "a": {} }), json!(["a"]), json!([["a"]]), json!({ "a b": "1" })] {
            assert!(read(&json!({ "headers": odd })).unwrap_err().contains("header"));
        }
    }

    #[test]
    fn what_has_lost_the_body_says_so() {
        let error = |value| read(&value).and_then(|capture| capture.body).unwrap_err();
        assert!(error(json!({ "headers": {}, "body": { "event": "x" } })).contains("parsed"));
        assert!(error(json!({ "event": "bot.done", "data": {} })).contains("--body"));
        assert!(error(json!({ "x": 1 })).contains("headers"));
        assert!(
            error(json!({ "headers": {}, "body": "!", "isBase64Encoded": true }))
                .contains("base64")
        );
    }
}
