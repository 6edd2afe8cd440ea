//! A raw HTTP/1.1 request: header lines, an empty line, the body. The request line may be missing.

use super::headers::header;
use super::{Capture, FORMS, lines};

pub(super) fn read(bytes: &[u8]) -> Result<Capture, String> {
    // As before what somebody has pasted.
    let bytes = bytes.trim_ascii_start();
    let mut capture = Capture::default();
    let mut end = None;
    for (number, (line, after)) in lines(bytes).enumerate() {
        if line.is_empty() {
            end = Some(after);
            break;
        }
        match header(line) {
            Some(header) => capture.headers.extend([header]),
            None if number == 0 && line.windows(6).any(|part| part == b" HTTP/") => {}
            None => {
                let line = number + 1;
                return Err(format!("line {line} is no header; it should be {FORMS}"));
            }
        }
    }
    let Some(end) = end else { return Ok(capture) };
    let body = &bytes[end..];
    if capture.headers.value("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        return Err(
            "the body is in chunks, as on the wire; put the whole body into a file of its own \
                    and give it with --body"
                .to_owned(),
        );
    }
    let length =
        capture.headers.value("content-length").and_then(|value| value.parse::<usize>().ok());
    let body = match length {
        Some(length) if is_line_end_after(body, length) => {
            capture.notes.push(format!(
                "the file has a line end behind the {length} bytes that content-length tells; it was left out"
            ));
            &body[..length]
        }
        Some(length) if length != body.len() => {
            capture.notes.push(format!(
                "content-length tells {length} bytes and the capture has {}: it is not the body as it \
                 came",
                body.len()
            ));
            body
        }
        _ => body,
    };
    capture.body = Some(body.to_vec());
    Ok(capture)
}

/// Whether all that stands behind the body is the end of a line, as editors add it.
fn is_line_end_after(body: &[u8], length: usize) -> bool {
    body.get(length..).is_some_and(|rest| matches!(rest, b"\n" | b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Option<String> {
        read(text.as_bytes()).unwrap().body.map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn a_body_is_kept_byte_for_byte() {
        let capture =
            read(b"POST /x HTTP/1.1\r\nHost: a\r\nWebhook-Id:  m \r\n\r\n{}\r\n\n").unwrap();
        let headers = [("Host", "a"), ("Webhook-Id", "m")];
        assert!(capture.headers.lines().eq(headers.map(|(name, value)| (name, value.as_bytes()))));
        assert_eq!(capture.body.as_deref(), Some(&b"{}\r\n\n"[..]));
        assert_eq!(body("a: b\n\n"), Some(String::new()), "an empty body is one");
        assert_eq!(body("a: b\n"), None, "none was captured");
    }

    #[test]
    fn content_length_tells_what_an_editor_added() {
        assert_eq!(body("content-length: 2\n\n{}\n").as_deref(), Some("{}"));
        assert_eq!(body("content-length: 3\n\n{}\n").as_deref(), Some("{}\n"));
        let cut = read(b"content-length: 9\n\n{}").unwrap();
        assert!(cut.notes[0].contains("9 bytes"), "{cut:?}");
    }

    #[test]
    fn what_is_no_request_is_an_error() {
        for text in ["hello", "a: b\nno header\n\n{}", "transfer-encoding: chunked\n\n2\r\n{}\r\n0"]
        {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
