//! A raw HTTP/1.1 request: header lines, an empty line, the body. The request line may be missing.

use super::headers::header;
use super::{Capture, FORMS, lines};
use crate::plural::count;

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
            // The parts of a request line that HTTP/2 has among its headers.
            None if line.starts_with(b":") => {}
            None if number == 0 && line.windows(6).any(|part| part == b" HTTP/") => {}
            None => {
                let line = number + 1;
                return Err(format!("line {line} is no header; it should be {FORMS}"));
            }
        }
    }
    let Some(end) = end else { return Ok(capture) };
    let body = &bytes[end..];
    let encoding = capture.headers.value("transfer-encoding").unwrap_or_default();
    if encoding.to_ascii_lowercase().contains("chunked") && begins_with_chunk(body) {
        capture.body =
            Err("the body is in chunks, as on the wire; put the whole body into a file of its \
                            own and give it with --body"
                .to_owned());
        return Ok(capture);
    }
    let length =
        capture.headers.value("content-length").and_then(|value| value.parse::<usize>().ok());
    let body = match length {
        Some(length) if is_line_end_after(body, length) => {
            capture.notes.push(format!(
                "the file has a line end behind the {} that content-length tells; it was left out",
                count(length as u64, "byte")
            ));
            &body[..length]
        }
        Some(length) if length != body.len() => {
            capture.notes.push(format!(
                "content-length tells {} and the capture has {}: it is not the body as it came",
                count(length as u64, "byte"),
                body.len()
            ));
            body
        }
        _ => body,
    };
    capture.body = Ok(Some(body.to_vec()));
    Ok(capture)
}

/// The length of a chunk, in hexadecimal digits on a line of its own.
fn begins_with_chunk(body: &[u8]) -> bool {
    let line = lines(body).next().map_or(&b""[..], |(line, _)| line);
    !line.is_empty() && line.iter().all(u8::is_ascii_hexdigit)
}

/// Whether all that stands behind the body is the end of a line, as editors add it.
fn is_line_end_after(body: &[u8], length: usize) -> bool {
    body.get(length..).is_some_and(|rest| matches!(rest, b"\n" | b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Option<String> {
        read(text.as_bytes()).unwrap().body.unwrap().map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn a_body_is_kept_byte_for_byte() {
        let capture =
            read(b"POST /x HTTP/1.1\r\nHost: a\r\nWebhook-Id:  m \r\n\r\n{}\r\n\n").unwrap();
        let headers = [("Host", "a"), ("Webhook-Id", "m")];
        assert!(capture.headers.lines().eq(headers.map(|(name, value)| (name, value.as_bytes()))));
        assert_eq!(capture.body, Ok(Some(b"{}\r\n\n".to_vec())));
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
        for text in ["hello", "a: b\nno header\n\n{}"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn chunks_are_refused_unless_somebody_has_joined_them() {
        let chunked = read(b"transfer-encoding: Chunked\n\n2\r\n{}\r\n0").unwrap();
        assert!(chunked.body.unwrap_err().contains("--body"));
        assert_eq!(body("transfer-encoding: chunked\n\n{}").as_deref(), Some("{}"));
    }
}
