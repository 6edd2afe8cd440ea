//! Ten thousand messages through a worker, with the service started anew in the middle.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use async_trait::async_trait;
use recallai_webhook_outputs::dispatch::Worker;
use recallai_webhook_outputs::dispatch::inbox::{
    Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage,
};
use recallai_webhook_outputs::{
    Envelope, File, FileOptions, Forward, Outgoing, Output, OutputError, Size,
};
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use super::{all, fresh};

pub(crate) const MESSAGES: usize = 10_000;

/// How many were confirmed when the service is started anew.
const BEFORE: usize = 3000;

/// A file whose confirmations are counted.
struct Counted {
    file: File,
    confirmed: watch::Sender<usize>,
}

/// A service that goes on with what is in the inbox until so many are confirmed, and ends in good order.
async fn serve(inbox: &Arc<dyn Inbox>, path: &Path, confirmed: usize) -> usize {
    let options = FileOptions::new(path).with_max_size(Size::from_mib(1));
    let counted =
        Arc::new(Counted { file: File::new(options).unwrap(), confirmed: watch::Sender::new(0) });
    let forward =
        Forward::to(Arc::clone(&counted) as Arc<dyn Output>).with_envelope(Envelope::CloudEvents);
    let subscriber = forward.messages("many", Filter::everything()).with_concurrency(64);
    let worker = Worker::builder(Arc::clone(inbox)).subscribe(subscriber).build().unwrap();
    worker.declare().await.unwrap();
    if confirmed == BEFORE {
        append(inbox).await;
    }
    let (finish, finished) = oneshot::channel::<()>();
    let worker = tokio::spawn(worker.run(finished));
    let mut watching = counted.confirmed.subscribe();
    watching.wait_for(|count| *count >= confirmed).await.unwrap();
    finish.send(()).unwrap();
    worker.await.unwrap().unwrap();
    counted.file.close().await;
    *counted.confirmed.borrow()
}

/// Of five events about each recording: jobs of one subject run one after the other.
async fn append(inbox: &Arc<dyn Inbox>) {
    for number in 0..MESSAGES {
        let body = format!(
            r#"{{"event":"transcript.done","data":{{
                "data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},
                "transcript":{{"id":"t{number}","metadata":{{}}}},
                "recording":{{"id":"r{}","metadata":{{}}}}}}}}"#,
            number / 5
        );
        let id = format!("msg_{number}");
        let message = NewMessage::parse("recall", id, body, SystemTime::now());
        inbox.append(message).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_service_is_started_anew() {
    let (_folder, path) = fresh();
    let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::new());
    let started = Instant::now();
    let before = serve(&inbox, &path, BEFORE).await;
    assert!((BEFORE..MESSAGES).contains(&before), "{before}");
    let sent = before + serve(&inbox, &path, MESSAGES - before).await;
    let seconds = started.elapsed().as_secs_f64();

    let jobs = inbox.jobs(&JobQuery::default().with_limit(2 * MESSAGES)).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == JobState::Done));
    let keys: BTreeSet<_> = jobs.iter().map(|job| job.idempotency_key.to_string()).collect();
    let files = all(&path);
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let id = |line: &String| {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["data"]["event"], "transcript.done");
        event["id"].as_str().unwrap().to_owned()
    };
    let found: Vec<_> = lines.iter().map(id).collect();
    let duplicates = found.len() - keys.len();
    println!("| file | {MESSAGES} | {sent} | {} | {duplicates} | {seconds:.1} |", found.len());
    assert_eq!(found.len(), sent);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), keys);
    assert_eq!(keys.len(), MESSAGES);
    assert!(files.len() > 1);
}

#[async_trait]
impl Output for Counted {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.file.send(outgoing).await?;
        self.confirmed.send_modify(|confirmed| *confirmed += 1);
        Ok(())
    }

    async fn probe(&self) -> Result<(), OutputError> {
        self.file.probe().await
    }
}
