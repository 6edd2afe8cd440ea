//! The API against what others make of its document: one checks the document itself, another makes up requests
//! by it, good and bad, and holds every answer against it.
//!
//! Both are skipped with a line that says how to get them, unless `RECALLAI_WEBHOOK_SCHEMATHESIS=required`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use recallai_webhook_dispatch::inbox::{Inbox, JobQuery, JobState, MessageQuery, SubjectQuery};

use crate::scene::{ENDPOINT, EVERYTHING, Scene};

const CONFIGURATION: &str = include_str!("../schemathesis/schemathesis.toml");

/// Meetings that leave something of every kind.
const MEETINGS: [&str; 6] = [
    "async-transcript",
    "bot-denied",
    "desktop-upload",
    "transcript-failed",
    "unknown-event",
    "retention-delete",
];

/// What `cargo xtask senders` installs of a program in Python; none if it is to be skipped.
fn program(name: &str) -> Option<PathBuf> {
    let senders = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("senders");
    let program = senders.join("admin/bin").join(name);
    if program.exists() {
        return Some(program);
    }
    let required = std::env::var("RECALLAI_WEBHOOK_SCHEMATHESIS").is_ok_and(|it| it == "required");
    assert!(!required, "{name} is not there: run `cargo xtask senders`");
    eprintln!("skipped: {name} is not there: run `cargo xtask senders`");
    None
}

/// The configuration, with words that are found in the inbox.
async fn configuration(scene: &Scene) -> String {
    let subjects = scene.inbox.subjects(&SubjectQuery::new()).await.unwrap();
    let ids: Vec<&str> = subjects.iter().map(|stored| &*stored.state.subject().id).collect();
    let messages = scene.inbox.messages(&MessageQuery::new()).await.unwrap();
    let messages: Vec<i64> = messages.iter().map(|message| message.seq).collect();
    let dead = JobQuery::new().with_state(JobState::Dead);
    let jobs: Vec<i64> = scene.inbox.jobs(&dead).await.unwrap().iter().map(|job| job.id).collect();
    assert!(ids.len() > 5 && messages.len() > 20 && jobs.len() > 10);
    format!(
        "{CONFIGURATION}
        [dictionaries]
        scopes = {{ values = [{ENDPOINT:?}] }}
        subscriptions = {{ values = [{EVERYTHING:?}] }}
        subjects = {{ values = {ids:?} }}
        messages = {{ values = {messages:?} }}
        jobs = {{ values = {jobs:?} }}"
    )
}

fn said(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!("{}\n{}", String::from_utf8_lossy(out), String::from_utf8_lossy(error))
}

#[test]
fn the_document_is_one_by_its_specification() {
    let Some(program) = program("openapi-spec-validator") else { return };
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let output = Command::new(program).arg(document).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_that_others_make_up_gets_an_answer_that_the_document_does_not_have() {
    let Some(program) = program("schemathesis") else { return };
    let mut scene = Scene::new().await;
    for (seed, meeting) in MEETINGS.into_iter().enumerate() {
        scene.play(meeting, seed as u64).await;
    }
    scene.let_die("no answer from the API").await;
    // What it finds it keeps where it is run.
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let kept = directory.join("schemathesis.toml");
    std::fs::write(&kept, configuration(&scene).await).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(axum::serve(listener, scene.router()).into_future());

    let mut schemathesis = Command::new(program);
    schemathesis.arg("--config-file").arg(kept);
    schemathesis.arg("run").arg(format!("http://{address}/api/v1/openapi.json"));
    schemathesis.env("NO_COLOR", "1").current_dir(directory);
    let output = tokio::task::spawn_blocking(move || schemathesis.output()).await.unwrap().unwrap();
    serving.abort();
    assert!(output.status.success(), "{}", said(&output));
}
