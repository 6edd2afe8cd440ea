//! The service in process: as a tower service, in hyper without our server, over bodies of any kind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use recallai_webhook_hyper::{Limits, Webhooks};
use support::{BODY, PATH, receiver, request, router, secret};
use tokio::time::Instant;
use tower::ServiceExt;

mod support;

/// A body that arrives by script.
#[derive(Clone, Default)]
struct Scripted(VecDeque<Step>);

#[derive(Clone)]
enum Step {
    Data(&'static str),
    Trailers,
    Error,
    Stall,
    /// Nobody may ask for more.
    Untouched,
}

impl Body for Scripted {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        match self.0.pop_front() {
            None => Poll::Ready(None),
            Some(Step::Data(data)) => {
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(data.as_bytes())))))
            }
            Some(Step::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new())))),
            Some(Step::Error) => Poll::Ready(Some(Err("the connection broke"))),
            Some(Step::Stall) => {
                self.0.push_front(Step::Stall);
                Poll::Pending
            }
            Some(Step::Untouched) => panic!("the body was asked for"),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}

fn webhooks() -> Webhooks {
    let mut limits = Limits::default();
    limits.body_len = BODY.len();
    Webhooks::new().endpoint(PATH, receiver(secret(), router())).with_limits(limits)
}

/// Signs the usual body, sends what the script says, and sees how the service takes it.
async fn answer(steps: impl IntoIterator<Item = Step>) -> (u16, bool) {
    let steps: VecDeque<_> = steps.into_iter().collect();
    let request = request(PATH, &secret(), BODY, |_| Scripted(steps.clone()));
    let response = webhooks().oneshot(request).await.unwrap();
    (response.status().as_u16(), response.headers().contains_key(CONNECTION))
}

#[tokio::test]
async fn a_tower_service_answers_a_delivery() {
    let request = request(PATH, &secret(), BODY, Full::<Bytes>::from);
    let response = webhooks().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 204);
    assert!(response.headers().is_empty());
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "");
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let (first, rest) = BODY.split_at(10);
    let (second, third) = rest.split_at(20);
    let pieces = [first, "", second, third, ""].map(Step::Data);
    assert_eq!(answer(pieces.clone()).await, (204, false));
    assert_eq!(answer(pieces.into_iter().chain([Step::Trailers])).await, (204, false));
}

#[tokio::test]
async fn a_body_of_unknown_length_is_read_up_to_the_limit_and_no_further() {
    let steps = [Step::Data(BODY), Step::Data("!"), Step::Untouched];
    assert_eq!(answer(steps).await, (413, true));
}

#[tokio::test]
async fn a_length_over_the_limit_is_refused_without_asking_for_the_body() {
    for (len, expected) in [(BODY.len() + 1, 413), (usize::MAX, 413)] {
        let untouched = |_| Scripted([Step::Untouched].into());
        let mut request = request(PATH, &secret(), BODY, untouched);
        request.headers_mut().insert(CONTENT_LENGTH, len.into());
        assert_eq!(webhooks().oneshot(request).await.unwrap().status(), expected);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    assert_eq!(answer([Step::Data("{"), Step::Error]).await, (400, true));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_given_up_after_the_time_it_may_take() {
    let start = Instant::now();
    assert_eq!(answer([Step::Data("{"), Step::Stall]).await, (408, true));
    assert_eq!(start.elapsed().as_secs(), Limits::default().body_time.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_is_given_up() {
    let slow = router().on(recallai_webhook_hyper::dispatch::any_event(), |_, _| async {
        tokio::time::sleep(Duration::from_secs(11)).await;
    });
    let webhooks = Webhooks::new().endpoint(PATH, receiver(secret(), slow));
    let request = request(PATH, &secret(), BODY, Full::<Bytes>::from);
    assert_eq!(webhooks.oneshot(request).await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_body_nobody_reads_closes_the_connection() {
    for (method, path, expected) in [("POST", "/elsewhere", 404), ("PUT", PATH, 405)] {
        for (steps, closes) in [(vec![Step::Untouched], true), (vec![], false)] {
            let body = Scripted(steps.into());
            let request = http::Request::builder().method(method).uri(path).body(body).unwrap();
            let response = webhooks().oneshot(request).await.unwrap();
            assert_eq!(response.status(), expected);
            assert_eq!(response.headers().contains_key(CONNECTION), closes);
        }
    }
}

#[cfg(feature = "server")]
#[tokio::test]
async fn a_hyper_connection_serves_it_as_it_is() {
    use hyper::server::conn::http1;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let (mut client, server) = tokio::io::duplex(64 * 1024);
    let serving =
        http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(server), webhooks());
    let exchange = async {
        client.write_all(support::good().as_bytes()).await.unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).await.unwrap();
        reply
    };
    let (served, reply) = tokio::join!(serving, exchange);
    served.unwrap();
    assert!(reply.starts_with("HTTP/1.1 204"), "{reply}");
}
