//! HAR files, as browsers and proxies export them.

use serde_json::Value;

use super::headers::listed;
use super::{Capture, Headers, body};
use crate::header_name::is_ours;

/// Reads the request of a number, or the only one that carries signature headers.
pub(super) fn read(entries: &[Value], entry: Option<usize>) -> Result<Capture, String> {
    let request = match entry {
        Some(number) => number
            .checked_sub(1)
            .and_then(|index| entries.get(index))
            .ok_or_else(|| format!("no entry {number}; the file has {}", entries.len()))?,
        None => only_signed(entries)?,
    };
    let request = &request["request"];
    let data = &request["postData"];
    let has_none = request["method"] == "GET" && data["text"].is_null();
    let is_base64 = data["encoding"] == "base64";
    Ok(Capture {
        headers: headers(request)?,
        body: match data["text"].as_str() {
            Some(text) => body(text, is_base64).map(Some),
            None => Ok(has_none.then(Vec::new)),
        },
        notes: Vec::new(),
    })
}

fn only_signed(entries: &[Value]) -> Result<&Value, String> {
    let signed: Vec<usize> = (0..entries.len()).filter(|&at| is_signed(&entries[at])).collect();
    match signed[..] {
        [only] => Ok(&entries[only]),
        [] if entries.len() == 1 => Ok(&entries[0]),
        [] => Err(format!(
            "none of the {} requests has signature headers; --entry NUMBER takes one all the same",
            entries.len()
        )),
        _ => {
            let numbers: Vec<_> = signed.iter().map(|at| (at + 1).to_string()).collect();
            let numbers = numbers.join(", ");
            Err(format!(
                "several requests have signature headers; choose one with --entry: {numbers}"
            ))
        }
    }
}

fn headers(request: &Value) -> Result<Headers, String> {
    listed(request["headers"].as_array().map_or(&[][..], Vec::as_slice))
}

/// Whether it carries any of the signature headers.
fn is_signed(entry: &Value) -> bool {
    let headers = headers(&entry["request"]);
    headers.is_ok_and(|headers| headers.lines().any(|(name, _)| is_ours(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(name: &str, data: &Value) -> Value {
        json!({ "request": { "headers": [{ "name": name, "value": "m" }], "postData": data } })
    }

    #[test]
    fn the_signed_request_is_found() {
        let text = json!({ "text": "{\"a\": 1}" });
        let entries = [entry("Host", &json!(null)), entry("Svix-Id", &text)];
        let capture = read(&entries, None).unwrap();
        assert!(capture.headers.lines().eq([("Svix-Id", &b"m"[..])]));
        assert_eq!(capture.body, Ok(Some(b"{\"a\": 1}".to_vec())));
        assert_eq!(read(&entries, Some(1)).unwrap().body, Ok(None));
        assert!(read(&entries, Some(3)).is_err() && read(&entries, Some(0)).is_err());
    }

    #[test]
    fn a_choice_is_asked_for() {
        let signed = || entry("webhook-id", &json!({ "text": "e30=", "encoding": "base64" }));
        assert_eq!(read(&[signed()], None).unwrap().body, Ok(Some(b"{}".to_vec())));
        assert!(read(&[signed(), signed()], None).unwrap_err().contains("1, 2"));
        assert!(read(&[], None).is_err());
    }
}
