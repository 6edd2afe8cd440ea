//! Several endpoints in one service: each path has its own way of being trusted.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::{Endpoint, Receiver, Token, any_event, danger};
use support::{BODY, other_secret, receiver, request, router, secret};

mod support;

const TOKEN: &str = "a-token-of-the-desktop-sdk";

fn webhooks() -> Webhooks {
    let token = Token::parse(TOKEN).unwrap();
    let desktop = Receiver::inline(Endpoint::token("desktop", token), router().build());
    let open = Receiver::inline(danger::unverified_endpoint("open"), router().build());
    Webhooks::new()
        .endpoint("/us", receiver(secret(), router()))
        .endpoint("/eu", receiver(other_secret(), router()))
        .endpoint("/desktop", desktop)
        .endpoint("/open", open)
}

async fn status(request: Request<Full<Bytes>>) -> u16 {
    webhooks().respond(request).await.status().as_u16()
}

/// An unsigned request.
fn unsigned(path: &str, authorization: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::post(path);
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    request.body(Full::from(BODY)).unwrap()
}

#[tokio::test]
async fn a_delivery_is_good_only_where_its_secret_is() {
    for (path, secret, expected) in [
        ("/us", secret(), 204),
        ("/us", other_secret(), 401),
        ("/eu", other_secret(), 204),
        ("/eu", secret(), 401),
        ("/desktop", secret(), 401),
        ("/asia", secret(), 404),
    ] {
        assert_eq!(status(request(path, &secret, BODY, Full::from)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_token_comes_in_the_query_or_as_a_bearer() {
    let bearer = format!("Bearer {TOKEN}");
    for (path, authorization, expected) in [
        (format!("/desktop?token={TOKEN}"), None, 204),
        (format!("/desktop?more=1&token={TOKEN}"), None, 204),
        ("/desktop".to_owned(), Some(bearer.as_str()), 204),
        ("/desktop".to_owned(), None, 401),
        ("/desktop?token=".to_owned(), None, 401),
        ("/desktop?token=some-other-token".to_owned(), None, 401),
        ("/desktop?token=some-other-token".to_owned(), Some(bearer.as_str()), 401),
        ("/desktop".to_owned(), Some("Bearer some-other-token"), 401),
        ("/desktop".to_owned(), Some(TOKEN), 401),
        (format!("/us?token={TOKEN}"), Some(bearer.as_str()), 401),
    ] {
        assert_eq!(
            status(unsigned(&path, authorization)).await,
            expected,
            "{path} {authorization:?}"
        );
    }
}

#[tokio::test]
async fn only_an_endpoint_that_says_danger_lets_everything_in() {
    assert_eq!(status(unsigned("/open", None)).await, 204);
    assert_eq!(status(unsigned("/us", None)).await, 401);
    assert_eq!(status(unsigned("/eu", None)).await, 401);
}

#[tokio::test]
async fn a_path_given_again_replaces_the_receiver_and_no_other_service() {
    let before = webhooks();
    let after = before.clone().endpoint("/us", receiver(other_secret(), router()));
    let signed = || request("/us", &other_secret(), BODY, Full::<Bytes>::from);
    assert_eq!(before.respond(signed()).await.status(), 401);
    assert_eq!(after.respond(signed()).await.status(), 204);
}

#[tokio::test]
async fn a_handler_knows_the_endpoint() {
    let (seen, mut endpoints) = tokio::sync::mpsc::unbounded_channel();
    let tell = router().on(any_event(), move |_, context| {
        seen.send(context.endpoint().to_owned()).unwrap();
        async {}
    });
    let shared = Arc::new(tell.build());
    let [first, second] = ["first", "second"].map(danger::unverified_endpoint);
    let webhooks = Webhooks::new()
        .endpoint("/1", Receiver::inline(first, Arc::clone(&shared)))
        .endpoint("/2", Receiver::inline(second, shared));
    for (path, name) in [("/2", "second"), ("/1", "first")] {
        assert_eq!(webhooks.respond(unsigned(path, None)).await.status(), 204);
        assert_eq!(endpoints.recv().await.as_deref(), Some(name));
    }
}
