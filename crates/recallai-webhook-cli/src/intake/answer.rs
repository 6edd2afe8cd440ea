//! Answers to the sender.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use recallai_webhook_dispatch::Reply;
use recallai_webhook_hyper::response;

/// What the sender is answered.
pub(crate) type Answer = Response<Full<Bytes>>;

/// The answer that says a reply, to a delivery that has been read.
pub(crate) fn reply(reply: Reply) -> Answer {
    response(reply, false)
}

/// A status and nothing else.
pub(crate) fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}
