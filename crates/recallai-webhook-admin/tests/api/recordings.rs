//! Recordings, bots and uploads: listed, read and judged.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use http::{Method, StatusCode};
use recallai_webhook_dispatch::inbox::{Erase, Filter, Inbox, Subscription};
use recallai_webhook_dispatch::recording::Subject;
use recallai_webhook_telemetry::{AskAway, Away};
use serde_json::{Value, json};

use crate::scene::{ENDPOINT, EVERYTHING, Scene};

fn member<'v>(items: &'v [Value], name: &str) -> Vec<&'v str> {
    items.iter().map(|item| item[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_recording_is_on_one_page_while_others_are_heard_of() {
    let mut scene = Scene::new().await;
    for recording in ["a", "b", "c", "d", "e"] {
        scene.transcript(recording, "done").await;
    }
    let first = scene.get("recordings?limit=2").await;
    scene.transcript("f", "done").await;
    // News of one that was listed does not bring it again.
    scene.transcript("e", "deleted").await;
    let cursor = first["next"].as_str().unwrap();
    let rest = scene.get(&format!("recordings?limit=3&cursor={cursor}")).await;
    assert_eq!(member(first["items"].as_array().unwrap(), "id"), ["e", "d"]);
    assert_eq!(member(rest["items"].as_array().unwrap(), "id"), ["c", "b", "a"]);
    assert_eq!(rest["next"], json!(null));
    assert_eq!(
        member(&scene.pages("recordings?order=oldest&limit=4").await.concat(), "id"),
        ["a", "b", "c", "d", "e", "f"]
    );
}

#[tokio::test]
async fn recordings_are_found_by_how_a_need_stands() {
    let mut scene = Scene::new().await;
    for (recording, code) in [("a", "done"), ("b", "processing"), ("c", "failed"), ("d", "done")] {
        scene.transcript(recording, code).await;
    }
    let found = async |readiness: &str| -> Vec<String> {
        let path = format!("recordings?limit=1&need=transcript&readiness={readiness}");
        let items = scene.pages(&path).await.concat();
        assert!(items.iter().all(|item| item["readiness"]["state"] == readiness), "{items:?}");
        member(&items, "id").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(found("ready").await, ["d", "a"]);
    assert_eq!(found("pending").await, ["b"]);
    assert_eq!(found("failed").await, ["c"]);
    assert_eq!(found("gone").await, [""; 0]);
    let video = scene.get("recordings?need=transcript,video_mixed&id=a").await;
    assert_eq!(video["items"][0]["readiness"]["state"], "pending");
    assert_eq!(video["items"][0]["readiness"]["missing"][0]["kind"], "video_mixed");
    assert_eq!(scene.get("recordings?id=a").await["items"][0]["readiness"], json!(null));
    assert_eq!(scene.get("recordings?scope=other").await["items"], json!([]));
}

#[tokio::test]
async fn a_recording_is_told_of_with_what_surrounds_it() {
    let scene = Scene::after("async-transcript").await;
    let need = "need=transcript,video_mixed";
    let list = scene.get(&format!("recordings?{need}")).await;
    let summary = &list["items"][0];
    let id = summary["id"].as_str().unwrap();
    let detail = scene.get(&format!("recordings/{ENDPOINT}/{id}?{need}")).await;
    for (name, value) in summary.as_object().unwrap() {
        assert_eq!(detail[name], *value, "{name}");
    }
    assert_eq!(detail["readiness"]["state"], "ready");
    assert_eq!(detail["outcome"]["name"], "recorded");
    assert_eq!(detail["outcome"]["of"]["id"], detail["bots"][0]);
    let timeline = scene.get(&format!("recordings/{ENDPOINT}/{id}/timeline")).await;
    assert_eq!(timeline["items"], detail["timeline"]);
    let times = timeline["items"].as_array().unwrap();
    assert!(times.len() > 4 && member(times, "at").is_sorted());
    let about = scene.pages(&format!("messages?subject=recording:{id}&limit=500")).await.concat();
    let seqs: Vec<_> = about.iter().map(|message| message["seq"].clone()).collect();
    assert_eq!(detail["messages"], json!(seqs));
}

#[tokio::test]
async fn what_a_need_made_is_told_with_the_recording() {
    let mut scene = Scene::new().await;
    let need = Subscription::need(
        "ready",
        "transcript".parse::<recallai_webhook_dispatch::recording::Need>().unwrap(),
    );
    scene.inbox.subscribe(&need).await.unwrap();
    scene.transcript("r1", "done").await;
    let jobs = &scene.get(&format!("recordings/{ENDPOINT}/r1")).await["jobs"];
    assert_eq!(jobs.as_array().unwrap().len(), 1);
    assert_eq!((&jobs[0]["subscription"], &jobs[0]["turn"]), (&json!("ready"), &json!("ready")));
}

#[tokio::test]
async fn a_bot_that_never_recorded_has_an_outcome() {
    let scene = Scene::after("bot-denied").await;
    let bots = scene.get("bots").await;
    let id = bots["items"][0]["id"].as_str().unwrap();
    let bot = scene.get(&format!("bots/{ENDPOINT}/{id}")).await;
    assert_eq!(bot["outcome"]["name"], "denied");
    assert_eq!(bot["recordings"], json!([]));
    assert!(!bot["messages"].as_array().unwrap().is_empty());
    assert_eq!(scene.get("uploads").await["items"], json!([]));
}

#[tokio::test]
async fn an_upload_leads_to_its_recording() {
    let scene = Scene::after("desktop-upload").await;
    let uploads = scene.get("uploads").await;
    let id = uploads["items"][0]["id"].as_str().unwrap();
    let upload = scene.get(&format!("uploads/{ENDPOINT}/{id}")).await;
    let recording = upload["recordings"][0].as_str().unwrap();
    let recording = scene.get(&format!("recordings/{ENDPOINT}/{recording}")).await;
    assert_eq!(recording["uploads"], json!([id]));
    assert_eq!(recording["outcome"], upload["outcome"]);
}

#[tokio::test]
async fn of_what_was_erased_the_id_is_left() {
    let mut scene = Scene::new().await;
    scene.transcript("r1", "done").await;
    scene.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await.unwrap();
    let recording = scene.get(&format!("recordings/{ENDPOINT}/r1?need=transcript")).await;
    assert_eq!(recording["erased_at"], "2024-12-04T23:13:20.000Z");
    assert_eq!(recording["readiness"]["state"], "gone");
    assert_eq!(recording["messages"], json!([]));
    scene.ask(Method::GET, "messages/1").await.problem(404);
}

#[tokio::test]
async fn ids_are_escaped_in_paths() {
    let mut scene = Scene::new().await;
    scene.transcript("a/b c", "done").await;
    let recording = scene.get(&format!("recordings/{ENDPOINT}/a%2Fb%20c")).await;
    assert_eq!(recording["id"], "a/b c");
}

#[tokio::test]
async fn subscriptions_tell_how_far_behind_they_are() {
    let mut scene = Scene::new().await;
    scene.inbox.subscribe(&Subscription::messages("audit", Filter::events())).await.unwrap();
    scene.transcript("a", "done").await;
    scene.let_die("no answer").await;
    let list = scene.get("subscriptions").await;
    assert_eq!(member(list["items"].as_array().unwrap(), "name"), ["audit", EVERYTHING]);
    let dead = scene.get(&format!("subscriptions/{EVERYTHING}")).await;
    assert_eq!((&dead["jobs"]["dead"], &dead["oldest_at"]), (&json!(1), &json!(null)));
    let behind = scene.get("subscriptions/audit").await;
    assert_eq!(behind["jobs"]["waiting"], 1);
    assert_eq!(behind["oldest_at"], "2024-12-04T23:13:20.000Z");
    assert!(behind["lag_seconds"].as_f64().unwrap() > 0.0);

    let away = || Some(Away::new(UNIX_EPOCH, "nobody is there"));
    scene.telemetry.watch_receivers([("audit".into(), Arc::new(away) as AskAway)]);
    let behind = scene.get("subscriptions/audit").await;
    let expected = json!({"since": "1970-01-01T00:00:00.000Z", "error": "nobody is there"});
    assert_eq!(behind["away"], expected);
    let list = scene.get("subscriptions").await;
    assert_eq!(list["items"][0]["away"], expected);
    assert_eq!(list["items"][1]["away"], json!(null));
    scene.ask(Method::GET, "subscriptions/none").await.problem(404);
}

#[tokio::test]
async fn a_subscription_is_removed_if_nobody_works_for_it() {
    let mut scene = Scene::new().await;
    scene.transcript("a", "done").await;
    scene.let_die("no answer").await;
    let path = format!("subscriptions/{EVERYTHING}");
    let told = scene.ask(Method::DELETE, &path).await.problem(409);
    assert!(told.contains("in use"), "{told}");
    assert_eq!(scene.get(&path).await["jobs"]["dead"], 1);

    scene.inbox.park(EVERYTHING).await.unwrap();
    let stood = scene.ask(Method::DELETE, &path).await;
    assert_eq!((stood.status, &stood.json()["jobs"]["dead"]), (StatusCode::OK, &json!(1)));
    scene.ask(Method::GET, &path).await.problem(404);
    scene.ask(Method::DELETE, &path).await.problem(404);
    assert_eq!(scene.get("dead-letters").await["items"], json!([]));
}
