//! Deliveries that somebody has captured: what a file of text says of headers and body, whatever wrote
//! it.

mod curl;
mod har;
mod headers;
mod http;
mod object;

use serde_json::Value;

pub(crate) use headers::{Headers, header};

/// Header lines, and the body if the capture has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) headers: Headers,
    /// `None` where the form of the capture has no room for it; an error where it has no use any more.
    pub(crate) body: Result<Option<Vec<u8>>, String>,
    /// What a reader should know about how the body was read.
    pub(crate) notes: Vec<String>,
}

impl Default for Capture {
    fn default() -> Self {
        Self { headers: Headers::default(), body: Ok(None), notes: Vec::new() }
    }
}

/// What a capture may be, for messages.
pub(crate) const FORMS: &str = "a raw HTTP request, the output of `curl -v`, a HAR file, a JSON object \
with `headers` and `body`, or a line of `serve --format json`, `listen --format json` or `capture`";

/// Reads a capture of any form. `entry` is the number of a request in a HAR file, from 1.
pub(crate) fn read(bytes: &[u8], entry: Option<usize>) -> Result<Capture, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(format!("empty; it should be {FORMS}"));
    }
    let json = bytes.trim_ascii_start().starts_with(b"{");
    if let Some(value) = json.then(|| serde_json::from_slice::<Value>(bytes).ok()).flatten() {
        return match value["log"]["entries"].as_array() {
            Some(entries) => har::read(entries, entry),
            None => object::read(&value),
        };
    }
    if json && lines(bytes).all(|(line, _)| is_object(line) || line.trim_ascii().is_empty()) {
        return Err("several lines of JSON; give one of them".to_owned());
    }
    if json {
        return Err("it begins like JSON and is none; for a body alone, use --body".to_owned());
    }
    if curl::is_one(bytes) { curl::read(bytes) } else { http::read(bytes) }
}

/// Reads a file of captures: JSON objects, a line each, or one capture of any form. Gives the numbers of lines
/// that are torn, too, as the last one is after a crash: they are left out.
pub(crate) fn read_all(bytes: &[u8]) -> Result<(Vec<Capture>, Vec<usize>), String> {
    let is_one = !bytes.trim_ascii_start().starts_with(b"{") || is_object(bytes);
    if is_one {
        return read(bytes, None).map(|capture| (vec![capture], Vec::new()));
    }
    let (mut captures, mut torn) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(lines(bytes).map(|(line, _)| line)) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if line.trim_ascii_start().starts_with(b"{") && !is_object(line) {
            torn.push(number);
            continue;
        }
        captures.push(read(line, None).map_err(|error| format!("line {number}: {error}"))?);
    }
    match captures.is_empty() {
        true => Err("it begins like JSON, and none of its lines is an object".to_owned()),
        false => Ok((captures, torn)),
    }
}

fn is_object(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|value| value.is_object())
}

/// Lines without their ends, each with the offset of what follows it.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    bytes.split_inclusive(|&byte| byte == b'\n').map(move |line| {
        at += line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        (line.strip_suffix(b"\r").unwrap_or(line), at)
    })
}

/// A body as the members of an object give it: text, or base64 where it says so.
fn body(text: &str, is_base64: bool) -> Result<Vec<u8>, String> {
    use base64::Engine as _;
    if !is_base64 {
        return Ok(text.as_bytes().to_vec());
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(text);
    decoded.map_err(|_| "the body is said to be base64, and is not".to_owned())
}
