//! Answers: what a status comes to.

use std::time::{Duration, SystemTime};

use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::time::timeout;

use crate::OutputError;
use crate::printable::beginning;

/// How much of a body is read, in bytes.
const READ: usize = 4096;

/// How long. The status has come; the body is only for people, and for the connection to be used again.
const READ_TIME: Duration = Duration::from_secs(1);

/// How much of it is shown, in bytes.
const SHOWN: usize = 200;

/// What an answer says of what was sent.
pub(super) async fn judge(origin: &str, answer: Response<Incoming>) -> Result<(), OutputError> {
    let (head, mut body) = answer.into_parts();
    let mut read = Vec::new();
    // What has come until then is what there is to show.
    let _ = timeout(READ_TIME, gather(&mut body, &mut read)).await;
    match head.status.is_success() {
        true => Ok(()),
        false => Err(refusal(origin, head.status, &head.headers, &read)),
    }
}

async fn gather(body: &mut Incoming, read: &mut Vec<u8>) {
    while let Some(Ok(frame)) = body.frame().await {
        if let Some(data) = frame.data_ref() {
            read.extend(data.iter().take(READ.saturating_sub(read.len())));
        }
        if read.len() >= READ {
            return;
        }
    }
}

fn refusal(origin: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> OutputError {
    let mut reason = format!("{origin} answered {status}");
    if status.is_redirection() {
        let target = headers.get(LOCATION).and_then(target).unwrap_or_default();
        return OutputError::refused(format!("{reason}{target}; redirects are not followed"));
    }
    let shown = beginning(body, SHOWN);
    if !shown.is_empty() {
        reason = format!("{reason}: {shown}");
    }
    match status {
        StatusCode::GONE | StatusCode::PAYLOAD_TOO_LARGE => OutputError::permanent(reason),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            OutputError::unavailable(reason, retry_after(headers, SystemTime::now()))
        }
        _ if status.is_server_error() => {
            OutputError::unavailable(reason, retry_after(headers, SystemTime::now()))
        }
        _ => OutputError::refused(reason),
    }
}

/// Where a redirect leads, without user, path and query, in which there may be a token.
fn target(location: &HeaderValue) -> Option<String> {
    let uri = Uri::try_from(location.as_bytes()).ok()?;
    match (uri.scheme_str(), uri.host()) {
        (Some(scheme), Some(host)) => Some(format!(" to {scheme}://{host}")),
        (None, None) if !location.as_bytes().starts_with(b"//") => {
            Some(" to another path".to_owned())
        }
        _ => None,
    }
}

/// Seconds, or a date; RFC 9110, section 10.2.3. What is neither says nothing.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits: as long as can be.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    let wait = date.duration_since(Timestamp::try_from(now).ok()?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        // The examples of RFC 9110, sections 5.6.7 and 10.2.3.
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        for (text, expected) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn of_a_redirect_only_scheme_and_host_are_shown() {
        let host = " to https://b.example";
        for (location, shown) in [
            ("https://user:hunter2@b.example:8443/hunter2?token=hunter2", host),
            ("https://b.example", host),
            ("/login?token=hunter2", " to another path"),
            ("//b.example/hunter2", ""),
            ("hunter2 hunter2", ""),
        ] {
            let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
            let error = refusal("https://a.example", StatusCode::FOUND, &headers, b"hunter2");
            let expected =
                format!("https://a.example answered 302 Found{shown}; redirects are not followed");
            assert_eq!(error.to_string(), expected, "{location}");
        }
    }

    #[test]
    fn a_status_says_whether_another_attempt_is_of_use() {
        let told = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            refusal("https://a.example", status, &HeaderMap::new(), body.as_bytes())
        };
        for status in [410, 413] {
            assert!(told(status, "").is_permanent(), "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504, 599] {
            assert!(told(status, "").is_outage(), "{status}");
        }
        for status in [301, 304, 308, 400, 401, 403, 404, 409, 415, 422, 451] {
            let error = told(status, "");
            assert!(!error.is_permanent() && !error.is_outage(), "{status}");
        }
        let long = format!("no\r\n\x1b[31m{}", "x".repeat(300));
        let shown = format!("no ·[31m{}…", "x".repeat(191));
        let error = told(500, &long).to_string();
        assert_eq!(error, format!("https://a.example answered 500 Internal Server Error: {shown}"));
    }
}
