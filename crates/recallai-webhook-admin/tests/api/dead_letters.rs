//! Dead letters: listed, retried and discarded.

use http::Method;
use recallai_webhook_dispatch::inbox::{Inbox, JobQuery, JobState};
use serde_json::{Value, json};

use crate::scene::{EVERYTHING, Scene};

/// Five recordings whose transcripts nobody could fetch.
async fn dead() -> (Scene, Vec<i64>) {
    let mut scene = Scene::new().await;
    for recording in ["a", "b", "c", "d", "e"] {
        scene.transcript(recording, "done").await;
    }
    assert_eq!(scene.let_die("no answer from the API").await, 5);
    let ids = in_state(&scene, JobState::Dead).await;
    (scene, ids)
}

async fn in_state(scene: &Scene, state: JobState) -> Vec<i64> {
    let jobs = scene.inbox.jobs(&JobQuery::new().with_state(state)).await.unwrap();
    jobs.iter().map(|job| job.id).collect()
}

fn ids(items: &[Value]) -> Vec<i64> {
    items.iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn they_are_listed_newest_first_with_what_they_failed_with() {
    let (scene, mut all) = dead().await;
    let oldest = scene.pages("dead-letters?order=oldest&limit=2").await.concat();
    assert_eq!(ids(&oldest), all);
    all.reverse();
    let pages = scene.pages(&format!("dead-letters?limit=2&subscription={EVERYTHING}")).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(ids(&pages.concat()), all);
    assert_eq!(pages[0][0]["failures"][0]["error"], "no answer from the API");
    assert_eq!(scene.pages("dead-letters?subscription=none").await, [[Value::Null; 0]]);
    let one = scene.get(&format!("dead-letters/{}", all[0])).await;
    assert_eq!(one["failures"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_is_retried_and_another_discarded() {
    let (scene, ids) = dead().await;
    let retry = format!("dead-letters/{}/retry", ids[0]);
    let discard = format!("dead-letters/{}/discard", ids[1]);
    assert_eq!(scene.ask(Method::POST, &retry).await.json(), json!({ "jobs": 1 }));
    assert_eq!(scene.post(&discard, json!({})).await.json(), json!({ "jobs": 1 }));
    assert_eq!(in_state(&scene, JobState::Waiting).await, [ids[0]]);
    assert_eq!(in_state(&scene, JobState::Done).await, [ids[1]]);
    assert_eq!(in_state(&scene, JobState::Dead).await, ids[2..]);

    // They are no dead letters any more.
    assert!(scene.ask(Method::POST, &retry).await.problem(409).contains("waiting"));
    assert!(scene.ask(Method::POST, &discard).await.problem(409).contains("done"));
    scene.ask(Method::GET, &format!("dead-letters/{}", ids[0])).await.problem(404);
    scene.ask(Method::POST, "dead-letters/999/retry").await.problem(404);
}

#[tokio::test]
async fn several_are_settled_by_their_numbers_and_others_are_passed_over() {
    let (scene, ids) = dead().await;
    let body = json!({ "ids": [ids[0], ids[2], 999] });
    assert_eq!(scene.post("dead-letters/discard", body.clone()).await.json(), json!({ "jobs": 2 }));
    assert_eq!(scene.post("dead-letters/discard", body).await.json(), json!({ "jobs": 0 }));
    assert_eq!(in_state(&scene, JobState::Dead).await, [ids[1], ids[3], ids[4]]);
}

#[tokio::test]
async fn all_of_a_subscription_are_settled_however_many() {
    let mut scene = Scene::new().await;
    for recording in 0..1201 {
        scene.transcript(&format!("r{recording}"), "done").await;
    }
    scene.let_die("no answer").await;
    let body = json!({ "subscription": EVERYTHING });
    assert_eq!(scene.post("dead-letters/retry", body).await.json(), json!({ "jobs": 1201 }));
    assert_eq!(in_state(&scene, JobState::Dead).await, [0; 0]);
    scene.post("dead-letters/retry", json!({ "subscription": "none" })).await.problem(404);
}

#[tokio::test]
async fn what_is_not_said_plainly_settles_nothing() {
    let (scene, ids) = dead().await;
    for body in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": ids, "subscription": EVERYTHING }),
        json!({ "ids": ids, "subscription": null }),
        json!({ "ids": [ids[0], 0] }),
        json!({ "ids": [ids[0], 1.5] }),
        json!({ "ids": [ids[0], "2"] }),
        json!({ "ids": vec![1; 1001] }),
        json!({ "subscription": "" }),
        json!({ "subscriptions": EVERYTHING }),
        json!([]),
    ] {
        scene.post("dead-letters/retry", body).await.problem(422);
    }
    scene.ask(Method::POST, "dead-letters/retry").await.problem(415);
    assert_eq!(in_state(&scene, JobState::Dead).await, ids);
}

#[tokio::test]
async fn those_of_a_parked_subscription_are_discarded_and_not_retried() {
    let (scene, ids) = dead().await;
    scene.inbox.park(EVERYTHING).await.unwrap();
    let one = |verb: &str| format!("dead-letters/{}/{verb}", ids[0]);
    let told = scene.ask(Method::POST, &one("retry")).await.problem(409);
    assert!(told.starts_with("subscription `pipeline` is parked"), "{told}");
    let all = json!({ "subscription": EVERYTHING });
    scene.post("dead-letters/retry", all.clone()).await.problem(409);
    let some = json!({ "ids": ids });
    assert_eq!(scene.post("dead-letters/retry", some).await.json(), json!({ "jobs": 0 }));
    assert_eq!(in_state(&scene, JobState::Dead).await, ids);
    assert_eq!(scene.ask(Method::POST, &one("discard")).await.json(), json!({ "jobs": 1 }));
    assert_eq!(scene.post("dead-letters/discard", all).await.json(), json!({ "jobs": 4 }));
}
