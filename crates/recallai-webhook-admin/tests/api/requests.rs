//! Requests that are not as they should be: each is refused with a problem that says why.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use recallai_webhook_dispatch::inbox::Inbox;

use crate::scene::Scene;

#[tokio::test]
async fn parameters_that_cannot_be_read_are_named() {
    let scene = Scene::new().await;
    for (path, part) in [
        ("messages?limit=0", "limit"),
        ("messages?limit=501", "limit"),
        ("messages?limit=%2B5", "limit"),
        ("messages?limit=5&limit=6", "limit"),
        ("messages?cursor=-1", "cursor"),
        ("messages?cursor=9999999999999999999", "cursor"),
        ("messages?class=none", "class"),
        ("messages?subject=r1", "subject"),
        ("messages?name=", "name"),
        ("messages?scope=", "scope"),
        ("messages?order=newest&sort=up", "sort"),
        ("recordings?need=", "need"),
        ("recordings?need=video", "need"),
        ("recordings?readiness=done", "readiness"),
        ("recordings/a/b/wait", "need"),
        ("recordings/a/b/wait?need=transcript&timeout=301", "timeout"),
        ("recordings/a/b/wait?need=transcript&timeout=1e1", "timeout"),
        ("stats?fresh=1", "fresh"),
        ("health?%00", "unknown field"),
        ("messages/0", "path: a whole number"),
        ("messages/9007199254740992", "path: a whole number"),
        ("messages/one", "path: a whole number"),
        ("dead-letters/-1", "path: a whole number"),
    ] {
        let problem = scene.ask(Method::GET, path).await.problem(400);
        assert!(problem.contains(part), "{path}: {problem}");
    }
    scene.ask(Method::GET, "bots?id=").await.problem(400);
    scene.ask(Method::GET, "bots/%FF/b").await.problem(400);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let scene = Scene::new().await;
    for path in [
        "none",
        "",
        "recordings/",
        "recordings/a",
        "messages/1/none",
        "bots/a/b",
        "uploads/%00/%F0%9F%90%88",
        "messages/1",
        "messages/1/raw",
        "recordings/a/b/timeline",
    ] {
        scene.ask(Method::GET, path).await.problem(404);
    }
}

#[tokio::test]
async fn another_method_is_told_which_there_are() {
    let scene = Scene::new().await;
    for (path, allow) in
        [("stats", "GET,HEAD"), ("messages/1/replay", "POST"), ("recordings/a/b", "GET,HEAD")]
    {
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = scene.ask(method.clone(), path).await;
            answer.problem(405);
            assert_eq!(answer.headers[header::ALLOW], allow, "{method} {path}");
        }
        let options = scene.ask(Method::OPTIONS, path).await;
        assert_eq!(
            (options.status, &options.headers[header::ALLOW]),
            (StatusCode::NO_CONTENT, &allow.parse().unwrap())
        );
    }
    let head = scene.ask(Method::HEAD, "stats").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn bodies_have_a_type_a_length_and_a_meaning() {
    let scene = Scene::new().await;
    let send = async |kind: Option<&str>, body: Vec<u8>| {
        let mut request =
            Request::post("/api/v1/dead-letters/discard").header(header::HOST, "localhost");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        scene.send(request.body(Body::from(body)).unwrap()).await
    };
    let body = || br#"{"ids":[1]}"#.to_vec();
    assert_eq!(send(Some("Application/JSON; charset=utf-8"), body()).await.status, StatusCode::OK);
    send(None, body()).await.problem(415);
    send(Some("text/plain"), body()).await.problem(415);
    send(Some("application/json"), b"{".to_vec()).await.problem(400);
    send(Some("application/json"), b"\xff".to_vec()).await.problem(400);
    send(Some("application/json"), br#"{"ids":[1]} 1"#.to_vec()).await.problem(400);
    send(Some("application/json"), b"7".to_vec()).await.problem(422);
    send(Some("application/json"), vec![b' '; 65537]).await.problem(413);
    let mut longest = body();
    longest.resize(65536, b' ');
    assert_eq!(send(Some("application/json"), longest).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_503_and_says_when_to_try_again() {
    let scene = Scene::new().await;
    scene.inbox.close().await;
    for path in ["stats", "messages", "recordings", "dead-letters", "subscriptions", "bots/a/b"] {
        let answer = scene.ask(Method::GET, path).await;
        answer.problem(503);
        assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    }
}

#[tokio::test]
async fn whatever_id_was_received_can_be_asked_for() {
    let mut scene = Scene::new().await;
    let id = format!("a/b?c%20 {}", "x".repeat(20_000));
    scene.transcript(&id, "done").await;
    let encoded =
        id.replace('%', "%25").replace('/', "%2F").replace('?', "%3F").replace(' ', "%20");
    for path in ["", "/timeline", "/wait?need=transcript"] {
        scene.get(&format!("recordings/recall/{encoded}{path}")).await;
    }
    let found = scene.get(&format!("recordings?id={encoded}")).await;
    assert_eq!(found["items"][0]["id"], *id);
    let message = scene.get("messages/1").await["id"].as_str().unwrap().to_owned();
    assert!(message.len() > 20_000);
    let message = message.replace('%', "%25").replace('?', "%3F").replace(' ', "%20");
    let found = scene.get(&format!("messages?id={message}")).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}
