//! Who may ask for what: by the token, by the name of the host, and from which site.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, Request, StatusCode};
use recallai_webhook_admin::Admin;
use recallai_webhook_dispatch::Token;
use recallai_webhook_dispatch::inbox::MemoryInbox;
use recallai_webhook_telemetry::Telemetry;
use tower::ServiceExt;

const TOKEN: &str = "an-admin-token-0001";
const OTHER: &str = "an-admin-token-0002";

fn admin() -> Admin {
    Admin::new(Arc::new(MemoryInbox::new())).with_telemetry(Telemetry::new())
}

fn token(text: &str) -> Token {
    Token::parse(text).unwrap()
}

/// What is answered, and the beginning of the body: a stream has no end.
async fn send(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let is_stream = request.uri().path().ends_with("/stream");
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = match is_stream && head.status.is_success() {
        true => Vec::new(),
        false => to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    };
    (head.status, head.headers, String::from_utf8(body).unwrap())
}

async fn get(
    router: &Router,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, String) {
    send(router, request("GET", path, headers)).await
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

/// Every operation of the document, with something in the place of each parameter, and what is beside them.
async fn guarded() -> Vec<(&'static str, String)> {
    let host = [("host", "localhost")];
    let (_, _, document) = get(&admin().router(), "/api/v1/openapi.json", &host).await;
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let mut all = vec![
        ("GET", "/metrics".to_owned()),
        ("GET", "/api/v1/openapi.json".to_owned()),
        ("GET", "/api/v1/nothing".to_owned()),
    ];
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path: Vec<_> =
            path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        for (method, name) in [("get", "GET"), ("post", "POST")] {
            if operations.get(method).is_some() {
                all.push((name, path.join("/")));
            }
        }
    }
    assert!(all.iter().any(|(_, path)| path == "/api/v1/stream"), "{all:?}");
    assert!(all.len() > 25, "{all:?}");
    all
}

#[tokio::test]
async fn everything_with_data_asks_for_the_token() {
    let router = admin().with_token(token(TOKEN)).router();
    let bearer = format!("Bearer {TOKEN}");
    for (method, path) in guarded().await {
        let (status, headers, _) = send(&router, request(method, &path, &[])).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{method} {path}");
        let given = request(method, &path, &[("authorization", &bearer)]);
        let (status, headers, _) = send(&router, given).await;
        assert_ne!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{method} {path}");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff", "{method} {path}");
    }
}

#[tokio::test]
async fn missing_and_wrong_are_answered_alike() {
    let router = admin().with_token(token(TOKEN)).router();
    let (status, headers, missing) = get(&router, "/api/v1/stats", &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers[CONTENT_TYPE], "application/problem+json");
    assert!(headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer "));
    for value in [
        format!("Bearer {OTHER}"),
        format!("Bearer {TOKEN}x"),
        format!("Bearer {}", &TOKEN[..TOKEN.len() - 1]),
        format!("Basic {TOKEN}"),
        TOKEN.to_owned(),
        "Bearer ".to_owned(),
        String::new(),
    ] {
        let (status, _, wrong) = get(&router, "/api/v1/stats", &[("authorization", &value)]).await;
        assert_eq!((status, &wrong), (StatusCode::UNAUTHORIZED, &missing), "{value}");
        assert!(!wrong.contains(TOKEN));
    }
    let right = format!("Bearer {TOKEN}");
    let twice = [("authorization", &*right), ("authorization", &*right)];
    assert_eq!(get(&router, "/api/v1/stats", &twice).await.0, StatusCode::UNAUTHORIZED);
    let in_query = format!("/api/v1/stats?token={TOKEN}");
    assert_eq!(get(&router, &in_query, &[]).await.0, StatusCode::UNAUTHORIZED);
    for right in [right, format!("bearer {TOKEN}"), format!("BEARER  {TOKEN}")] {
        let (status, _, _) = get(&router, "/api/v1/stats", &[("authorization", &right)]).await;
        assert_eq!(status, StatusCode::OK, "{right}");
    }
}

#[tokio::test]
async fn what_holds_no_data_is_open() {
    let router = admin().with_token(token(TOKEN)).router();
    for path in ["/", "/assets/app.js", "/healthz", "/readyz"] {
        assert_eq!(get(&router, path, &[]).await.0, StatusCode::OK, "{path}");
    }
    assert_eq!(get(&router, "/nothing", &[]).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_token_holds_from_the_next_request_on() {
    let admin = admin().with_token(token(TOKEN));
    let (handle, router) = (admin.handle(), admin.router());
    let status = async |given: &str| {
        get(&router, "/api/v1/stats", &[("authorization", given), ("host", "localhost")]).await.0
    };
    let (old, new) = (format!("Bearer {TOKEN}"), format!("Bearer {OTHER}"));
    assert_eq!(
        (status(&old).await, status(&new).await),
        (StatusCode::OK, StatusCode::UNAUTHORIZED)
    );
    handle.set_token(Some(token(OTHER)));
    assert_eq!(
        (status(&old).await, status(&new).await),
        (StatusCode::UNAUTHORIZED, StatusCode::OK)
    );
    handle.set_token(None);
    assert_eq!(status("none").await, StatusCode::OK);
}

#[tokio::test]
async fn without_a_token_a_foreign_name_of_this_host_is_refused() {
    let admin = admin().with_hosts(["Admin.internal"]);
    let (handle, router) = (admin.handle(), admin.router());
    let status = async |host: &str| get(&router, "/api/v1/stats", &[("host", host)]).await.0;
    for own in ["127.0.0.1:8081", "localhost:8081", "[::1]:8081", "admin.internal"] {
        assert_eq!(status(own).await, StatusCode::OK, "{own}");
    }
    for foreign in ["rebound.example", "rebound.example:8081", "localhost.example", ""] {
        assert_eq!(status(foreign).await, StatusCode::FORBIDDEN, "{foreign}");
    }
    let (status_of_none, _, _) = get(&router, "/metrics", &[]).await;
    assert_eq!(status_of_none, StatusCode::FORBIDDEN);
    handle.set_hosts(["other.internal"]);
    assert_eq!(status("admin.internal").await, StatusCode::FORBIDDEN);
    assert_eq!(status("other.internal").await, StatusCode::OK);
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let open = admin().router();
    let locked = admin().with_token(token(TOKEN)).router();
    let bearer = format!("Bearer {TOKEN}");
    for router in [open, locked] {
        let status = async |method: &str, more: &[(&str, &str)]| {
            let mut headers = vec![("host", "localhost:8081"), ("authorization", &*bearer)];
            headers.extend(more);
            send(&router, request(method, "/api/v1/dead-letters/1/retry", &headers)).await.0
        };
        for more in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "http://localhost:3000"),
            ("origin", "null"),
        ] {
            assert_eq!(status("POST", &[more]).await, StatusCode::FORBIDDEN, "{more:?}");
        }
        for own in
            [&[][..], &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8081")]]
        {
            assert_eq!(status("POST", own).await, StatusCode::NOT_FOUND, "{own:?}");
        }
        // It is a form that other sites may send without asking; only JSON is taken.
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let replay = |headers: &[(&str, &str)]| {
            let mut all = vec![("host", "localhost"), ("authorization", &*bearer)];
            all.extend(headers);
            let mut request = request("POST", "/api/v1/messages/1/replay", &all);
            *request.body_mut() = Body::from("{}");
            request
        };
        let (status, _, _) = send(&router, replay(&form)).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}

#[test]
fn nothing_shows_the_token() {
    let admin = admin().with_token(token(TOKEN));
    assert!(!format!("{admin:?} {:?}", admin.handle()).contains(TOKEN));
}
