//! Messages: listed, read and replayed.

use http::{Method, StatusCode, header};
use recallai_webhook_dispatch::inbox::{Inbox, JobQuery, JobState, NewMessage};
use serde_json::json;

use crate::scene::{ENDPOINT, EVERYTHING, Scene, start};

#[tokio::test]
async fn each_message_is_on_one_page_while_others_arrive() {
    let mut scene = Scene::after("async-transcript").await;
    let before: Vec<i64> = (1..=count(&scene).await).rev().collect();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for arrival in 0.. {
        let page = scene.get(&format!("messages?order=newest&limit=4{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["seq"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
        scene.transcript(&format!("late-{arrival}"), "done").await;
    }
    assert!(before.len() > 8);
    assert_eq!(seen, before);
    // From the other end, what has arrived is behind everything else.
    let pages = scene.pages("messages?order=oldest&limit=7").await.concat();
    let seqs: Vec<_> = pages.iter().map(|item| item["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=count(&scene).await).collect::<Vec<_>>());
}

async fn count(scene: &Scene) -> i64 {
    let messages = &scene.get("stats").await["messages"];
    ["event", "unknown", "unreadable"].iter().map(|class| messages[class].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn filters_hold_together() {
    let mut scene = Scene::after("async-transcript").await;
    scene.transcript("r9", "failed").await;
    scene
        .append(
            NewMessage::parse("other", "msg_other", r#"{"event":"new.thing","data":{}}"#, start())
                .with_scope("eu"),
        )
        .await;
    scene.append(NewMessage::parse(ENDPOINT, "msg_broken", "{", start())).await;
    let names = async |query: &str| -> Vec<String> {
        let items = scene.pages(&format!("messages?limit=2&{query}")).await.concat();
        items.iter().map(|item| item["name"].as_str().unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(names("name=transcript.*&subject=recording:r9").await, ["transcript.failed"]);
    assert_eq!(names("class=unreadable").await, ["-"]);
    assert_eq!(names("class=unknown&scope=eu").await, ["new.thing"]);
    assert_eq!(names("class=event&scope=eu").await, [""; 0]);
    assert_eq!(names("endpoint=other").await, ["new.thing"]);
    assert_eq!(names("id=msg_r9_transcript.failed").await, ["transcript.failed"]);
    assert_eq!(names("name=recording.done").await, ["recording.done"]);
    let broken = &scene.get("messages?class=unreadable").await["items"][0];
    assert_eq!((&broken["subject"], &broken["size"]), (&json!(null), &json!(1)));
    assert!(broken["error"].is_string());
}

#[tokio::test]
async fn a_message_has_its_verification_its_fields_and_its_jobs() {
    let mut scene = Scene::new().await;
    let seq = scene.transcript("r1", "done").await;
    scene.let_die("no answer").await;
    let message = scene.get(&format!("messages/{seq}")).await;
    assert_eq!(message["name"], "transcript.done");
    assert_eq!(message["subject"], json!({ "kind": "recording", "id": "r1" }));
    assert_eq!(message["event"]["data"]["transcript"]["id"], "t-r1");
    assert_eq!(message["signature"]["family"], "svix");
    assert_eq!(message["signature"]["timestamp"], "2024-12-04T23:13:21.000Z");
    assert_eq!(message["signature"]["skew_seconds"], -1.0);
    assert_eq!(message["received_at"], "2024-12-04T23:13:20.000Z");
    let job = &message["jobs"][0];
    assert_eq!((&job["state"], &job["subscription"]), (&json!("dead"), &json!(EVERYTHING)));
    let failure = json!({ "attempt": 1, "at": "2024-12-04T23:13:20.000Z", "error": "no answer" });
    assert_eq!(job["failures"], json!([failure]));
}

#[tokio::test]
async fn a_body_is_answered_byte_for_byte_with_what_verifies_it() {
    let mut scene = Scene::new().await;
    let body = b"{\"event\": 1.0e2, \xff".to_vec();
    let seq = scene.append(NewMessage::parse(ENDPOINT, "msg_odd", body.clone(), start())).await;
    let answer = scene.ask(Method::GET, &format!("messages/{seq}/raw")).await;
    assert_eq!(answer.body, body);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(answer.headers["recallai-webhook-id"], "msg_odd");
    assert_eq!(answer.headers["recallai-webhook-timestamp"], "1733354001");
    assert_eq!(answer.headers["recallai-webhook-signature"], "v1,c2lnbmVk");
    assert_eq!(answer.headers["recallai-webhook-family"], "svix");
}

#[tokio::test]
async fn a_replay_makes_jobs_wait_again() {
    let mut scene = Scene::new().await;
    let seq = scene.transcript("r1", "done").await;
    scene.let_die("no answer").await;
    let key = job(&scene, seq).await.idempotency_key;
    let path = format!("messages/{seq}/replay");

    let answer = scene.post(&path, json!({ "subscriptions": [EVERYTHING] })).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "jobs": 1 })));
    let waiting = job(&scene, seq).await;
    assert_eq!((waiting.state, &waiting.idempotency_key), (JobState::Waiting, &key));

    scene.let_die("no answer").await;
    let answer = scene.post(&path, json!({ "new_key": true })).await;
    assert_eq!(answer.json(), json!({ "jobs": 1 }));
    assert_ne!(job(&scene, seq).await.idempotency_key, key);

    scene.let_die("no answer").await;
    assert_eq!(scene.ask(Method::POST, &path).await.json(), json!({ "jobs": 1 }));
}

#[tokio::test]
async fn a_replay_of_what_is_not_there_changes_nothing() {
    let mut scene = Scene::new().await;
    let seq = scene.transcript("r1", "done").await;
    scene.let_die("no answer").await;
    scene.ask(Method::POST, "messages/99/replay").await.problem(404);
    let path = format!("messages/{seq}/replay");
    let problem = scene.post(&path, json!({ "subscriptions": [EVERYTHING, "none"] })).await;
    assert!(problem.problem(404).contains("none"));
    scene.post(&path, json!({ "subscriptions": [] })).await.problem(422);
    scene.post(&path, json!({ "subscriptions": null })).await.problem(422);
    scene.post(&path, json!({ "new-key": true })).await.problem(422);
    assert_eq!(job(&scene, seq).await.state, JobState::Dead);
}

async fn job(scene: &Scene, seq: i64) -> recallai_webhook_dispatch::inbox::StoredJob {
    scene.inbox.jobs(&JobQuery::new().with_message(seq)).await.unwrap().remove(0)
}
