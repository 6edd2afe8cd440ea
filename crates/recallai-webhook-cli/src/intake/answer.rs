//! Answers to the sender.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use recallai_webhook_dispatch::Reply;

/// What the sender is answered.
pub(crate) type Answer = Response<Full<Bytes>>;

/// The answer that says a reply.
pub(crate) fn reply(reply: Reply) -> Answer {
    let mut answer = status(status_code(reply.status()));
    *answer.body_mut() = Full::new(Bytes::from_static(reply.text().as_bytes()));
    if let Some((name, value)) = reply.header() {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A status and nothing else.
pub(crate) fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

fn status_code(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
