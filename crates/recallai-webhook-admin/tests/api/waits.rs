//! Waits, in virtual time.

use std::time::Duration;

use http::{Method, StatusCode};
use recallai_webhook_dispatch::Token;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scene::{ENDPOINT, Scene};

/// A wait of half a minute, as `of` names it, begun before anything else happens.
async fn begin(scene: &Scene, of: &str) -> tokio::task::JoinHandle<(StatusCode, Value)> {
    let router = scene.router();
    let path = format!("{of}/wait?need=transcript&timeout=30");
    let waiting = tokio::spawn(async move { crate::scene::ask(router, Method::GET, &path).await });
    // The runtime has one thread: the wait comes to rest before this is woken.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished());
    let answer = async move {
        let answer = waiting.await.unwrap();
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    };
    tokio::spawn(answer)
}

#[tokio::test(start_paused = true)]
async fn what_is_ready_is_answered_at_once() {
    let mut scene = Scene::new().await;
    scene.transcript("r1", "done").await;
    let begun = Instant::now();
    let path = format!("recordings/{ENDPOINT}/r1/wait?need=transcript");
    let answer = scene.get(&path).await;
    assert_eq!(
        (&answer["readiness"]["state"], &answer["timed_out"]),
        (&json!("ready"), &json!(false))
    );
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_heard_of_can_be_waited_for() {
    let mut scene = Scene::new().await;
    let begun = Instant::now();
    let waiting = begin(&scene, &format!("recordings/{ENDPOINT}/r1")).await;
    scene.transcript("r1", "processing").await;
    scene.transcript("r1", "done").await;
    let (status, answer) = waiting.await.unwrap();
    assert_eq!((status, &answer["readiness"]["state"]), (StatusCode::OK, &json!("ready")));
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_failure_ends_a_wait() {
    let mut scene = Scene::new().await;
    let waiting = begin(&scene, &format!("recordings/{ENDPOINT}/r1")).await;
    scene.transcript("r1", "failed").await;
    let (_, answer) = waiting.await.unwrap();
    assert_eq!(
        (&answer["readiness"]["state"], &answer["timed_out"]),
        (&json!("failed"), &json!(false))
    );
}

#[tokio::test(start_paused = true)]
async fn at_the_timeout_what_is_missing_is_told() {
    let scene = Scene::new().await;
    let begun = Instant::now();
    let path = format!("recordings/{ENDPOINT}/r1/wait?need=transcript&timeout=7");
    let answer = scene.get(&path).await;
    assert_eq!(
        (&answer["readiness"]["state"], &answer["timed_out"]),
        (&json!("pending"), &json!(true))
    );
    assert_eq!(answer["readiness"]["missing"][0]["kind"], "transcript");
    assert_eq!(begun.elapsed(), Duration::from_secs(7));
    assert_eq!(scene.get(&path.replace("=7", "=0")).await["timed_out"], true);
    assert_eq!(begun.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_bot_is_waited_for_by_its_recording() {
    let mut scene = Scene::new().await;
    let waiting = begin(&scene, &format!("bots/{ENDPOINT}/b1")).await;
    scene.event("recording.processing", r#""bot":{"id":"b1","metadata":{}}"#, "r1").await;
    scene.transcript("r1", "done").await;
    let (_, answer) = waiting.await.unwrap();
    assert_eq!(answer["readiness"]["state"], "ready");
    assert_eq!(answer["readiness"]["available"][0]["recording"], "r1");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_waits_but_not_what_is_known() {
    let mut scene = Scene::new().await;
    scene.transcript("known", "done").await;
    let waiting = begin(&scene, &format!("recordings/{ENDPOINT}/r1")).await;
    scene.admin.handle().close();
    let (status, answer) = waiting.await.unwrap();
    assert_eq!(
        (status, &answer["detail"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("shutting down"))
    );
    let begun = Instant::now();
    scene.ask(Method::GET, &format!("bots/{ENDPOINT}/b1/wait?need=transcript")).await.problem(503);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let known = scene.get(&format!("recordings/{ENDPOINT}/known/wait?need=transcript")).await;
    assert_eq!(known["readiness"]["state"], "ready");
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_token_is_taken_back() {
    let scene = Scene::new().await;
    let waiting = begin(&scene, &format!("recordings/{ENDPOINT}/r1")).await;
    let begun = Instant::now();
    scene.admin.handle().set_token(Some(Token::parse("an-admin-token-0001").unwrap()));
    let (status, answer) = waiting.await.unwrap();
    let told = json!("the token was changed while this waited");
    assert_eq!((status, &answer["detail"]), (StatusCode::UNAUTHORIZED, &told));
    assert_eq!(begun.elapsed(), Duration::ZERO);
}
