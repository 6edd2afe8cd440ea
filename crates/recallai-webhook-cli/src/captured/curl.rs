//! The output of `curl -v`: header lines behind `> `. It does not show the body.

use super::headers::header;
use super::{Capture, lines};

/// Whether a request begins there, `> POST /path HTTP/1.1`, and not in the body of another form.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let is_start = |line: &[u8]| line.windows(6).any(|part| part == b" HTTP/");
    let mut head = lines(bytes).map(|(line, _)| line).skip_while(|line| line.is_empty());
    let first = head.find(|line| line.is_empty() || is_start(line));
    first.is_some_and(|line| sent(line).is_some())
}

pub(super) fn read(bytes: &[u8]) -> Result<Capture, String> {
    let mut capture = Capture::default();
    let sent = lines(bytes).filter_map(|(line, _)| sent(line));
    // Of several requests the first: the end of its head is an empty line.
    for line in sent.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()) {
        capture.headers.extend(header(line));
    }
    Ok(capture)
}

fn sent(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(b"> ").or_else(|| line.strip_prefix(b">")).map(<[u8]>::trim_ascii_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_request_is_read() {
        let text = b"*   Trying 127.0.0.1:8080...\r\n> POST /hook HTTP/1.1\r\n> Host: a\r\n\
            > webhook-id: m\r\n> \r\n} [2 bytes data]\r\n< HTTP/1.1 401 Unauthorized\r\n< date: x\r\n\
            > GET /next HTTP/1.1\r\n> Host: b\r\n>\r\n";
        assert!(is_one(text));
        let capture = read(text).unwrap();
        let headers = [("Host", "a"), ("webhook-id", "m")];
        assert!(capture.headers.lines().eq(headers.map(|(name, value)| (name, value.as_bytes()))));
        assert_eq!(capture.body, Ok(None));
        assert!(!is_one(b"host: a\n\n> quoted HTTP/1.1 in a body"));
        assert!(!is_one(b"POST / HTTP/1.1\n> GET / HTTP/1.1"));
    }
}
