//! What a run knows of recordings, bots and uploads in the end.

use recallai_webhook_testing::emulator::{Plan, Scenario};
use recallai_webhook_testing::recording::{Need, Subject, SubjectKind};
use recallai_webhook_testing::{Harness, Run, StateNotFound};

async fn run(scenario: &str, seed: u64) -> Run {
    let harness = Harness::new().scenario(Scenario::builtin(scenario).unwrap());
    harness.seed(seed).run().await.unwrap()
}

/// The only one of its kind.
fn only(run: &Run, kind: SubjectKind) -> &Subject {
    let mut all = run.states().of_kind(kind);
    let first = all.next().unwrap().subject();
    assert_eq!(all.count(), 0);
    first
}

/// Checks what came of the only bot or upload of a scenario.
async fn check(scenario: &str, kind: SubjectKind, outcome: &str) {
    let run = run(scenario, 1).await;
    let subject = only(&run, kind);
    assert_eq!(run.states().outcome(subject).unwrap().name(), outcome, "{scenario}");
}

#[tokio::test]
async fn it_tells_what_came_of_bots_and_uploads() {
    check("plain-bot", SubjectKind::Bot, "recorded").await;
    check("bot-denied", SubjectKind::Bot, "denied").await;
    check("bot-never-admitted", SubjectKind::Bot, "not_admitted").await;
    check("desktop-upload", SubjectKind::SdkUpload, "recorded").await;
    check("desktop-upload-failed", SubjectKind::SdkUpload, "failed").await;
}

#[tokio::test]
async fn it_tells_what_is_ready() {
    let run = run("plain-bot", 1).await;
    let (bot, recording) = (only(&run, SubjectKind::Bot), only(&run, SubjectKind::Recording));
    let readiness = |subject: &Subject, need: &str| {
        let need: Need = need.parse().unwrap();
        run.states().readiness(subject, &need).name()
    };
    assert_eq!(readiness(bot, "video_mixed"), "ready");
    assert_eq!(readiness(recording, "video_mixed"), "ready");
    assert_eq!(readiness(recording, "transcript"), "pending");
    assert_eq!(readiness(&Subject::recording("r0"), "video_mixed"), "pending");
    assert_eq!(run.bot(&bot.id).unwrap().subject(), bot);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let none = run("bot-denied", 1).await;
    let error = none.recording("r0").unwrap_err();
    assert_eq!(error.to_string(), "the run has not heard of recording r0");
    assert_eq!(none.only_recording(), Err(StateNotFound::NotOne { recordings: 0 }));

    let plan = Plan::new().with_meetings(Scenario::builtin("plain-bot").unwrap(), 3);
    let three = Harness::new().scenarios(plan).run().await.unwrap();
    assert_eq!(three.only_recording(), Err(StateNotFound::NotOne { recordings: 3 }));
}

#[tokio::test]
#[should_panic(expected = "states differ:\nsubject")]
async fn runs_that_end_differently_fail_the_assertion() {
    run("plain-bot", 1).await.assert_same_states(&run("plain-bot", 2).await);
}
