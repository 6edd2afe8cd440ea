//! Replies as HTTP responses.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use recallai_webhook_dispatch::Reply;

/// The response that says a reply, as [`Webhooks`](crate::Webhooks) answers it.
///
/// `has_body` is whether the request had one. If so, a reply that is given before a body was read to
/// its end closes the connection, since the next request on it could not be found.
pub fn response(reply: Reply, has_body: bool) -> Response<Full<Bytes>> {
    let text = reply.text();
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() =
        StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if !text.is_empty() {
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, plain);
    }
    if let Some((name, value)) = reply.header() {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if has_body && leaves_body_unread(reply) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn leaves_body_unread(reply: Reply) -> bool {
    matches!(
        reply,
        Reply::NotFound
            | Reply::MethodNotAllowed
            | Reply::TooLarge
            | Reply::Timeout
            | Reply::BadRequest
    )
}
