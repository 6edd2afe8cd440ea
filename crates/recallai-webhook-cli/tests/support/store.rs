//! A database in a folder of its own, served and asked by the real binary, or filled from here.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{Claim, Filter, Inbox, JobEnd, NewMessage, Subscription};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use serde_json::{Value, json};

use super::{SECRET, Server, command, run, signed, spawn, starting};

pub(crate) struct Store {
    folder: tempfile::TempDir,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One with a database, in which nothing is.
    pub(crate) fn empty() -> Self {
        let store = Self::new();
        store.with(async |_| {});
        store
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database(&self) -> String {
        self.path("inbox.db").to_str().unwrap().to_owned()
    }

    /// Fills the database, as its owner.
    pub(crate) fn with<T>(&self, work: impl AsyncFnOnce(&SqliteInbox) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _no_child = starting();
        runtime.block_on(async {
            let inbox = SqliteInbox::open(self.path("inbox.db")).unwrap();
            let value = work(&inbox).await;
            inbox.close().await;
            value
        })
    }

    /// Stores bodies as messages `msg_1`, `msg_2`, … of an endpoint.
    pub(crate) fn append(&self, endpoint: &str, bodies: &[&str]) {
        self.with(async |inbox| append(inbox, endpoint, bodies).await);
    }

    /// Stores bodies, with a subscription all of whose jobs are dead letters.
    pub(crate) fn append_dead(&self, subscription: &str, bodies: &[&str]) {
        self.with(async |inbox| {
            let filter = Filter::everything();
            inbox.subscribe(&Subscription::messages(subscription, filter)).await.unwrap();
            append(inbox, "recall", bodies).await;
            loop {
                let claim = Claim::new(subscription, 100, Duration::from_secs(60));
                let claimed = inbox.claim(claim).await.unwrap().jobs;
                if claimed.is_empty() {
                    return;
                }
                for job in claimed {
                    let end = JobEnd::Dead { error: "the archive is \u{1b}[31mfull".into() };
                    inbox.settle(job.lease, end).await.unwrap();
                }
            }
        });
    }

    /// Runs a command on the database to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        run(&mut command(&[arguments, &["--database", &self.database()]].concat()))
    }

    /// The same of one that has to succeed, for its output.
    pub(crate) fn human(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {err}");
        let acting = |c: char| c.is_control() && c != '\n';
        assert_eq!(out.chars().find(|&c| acting(c)), None, "{out:?}");
        out
    }

    /// The same as JSON lines.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let out = self.human(&[arguments, &["--format", "json"]].concat());
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Asserts that a command ends with a code, changes nothing on standard output, and says something.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str], said: &str) {
        let (ended, out, err) = self.run(arguments);
        assert_eq!((ended, out.as_str()), (Some(code), ""), "{arguments:?}: {err}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }

    /// Starts `serve` on the database.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let database = self.database();
        let mut command = command(&[&["serve", "--database", &database], arguments].concat());
        Server::start(command.env("RECALLAI_WEBHOOK_SECRET", SECRET))
    }

    /// Starts a command that goes on until something happens.
    pub(crate) fn start(&self, arguments: &[&str]) -> Going {
        let mut command = command(&[arguments, &["--database", &self.database()]].concat());
        let mut child = spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let log = BufReader::new(child.stderr.take().unwrap());
        let out = BufReader::new(child.stdout.take().unwrap());
        Going { child, log, out }
    }
}

async fn append(inbox: &SqliteInbox, endpoint: &str, bodies: &[&str]) {
    let endpoint: Arc<str> = endpoint.into();
    for (index, body) in bodies.iter().enumerate() {
        let id = format!("msg_{}", index + 1);
        // 2025-01-01T00:00:00Z, and a second for each.
        let time = std::time::UNIX_EPOCH + Duration::from_secs(1_735_689_600 + index as u64);
        let message = NewMessage::parse(Arc::clone(&endpoint), id, (*body).to_owned(), time);
        inbox.append(message).await.unwrap();
    }
}

/// A command that goes on; killed when the test ends.
pub(crate) struct Going {
    child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) out: BufReader<ChildStdout>,
}

impl Going {
    /// Waits for a word on standard error.
    pub(crate) fn says(&mut self, word: &str) {
        let mut log = String::new();
        while !log.contains(word) {
            assert_ne!(self.log.read_line(&mut log).unwrap(), 0, "it ended: {log}");
        }
    }

    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// Waits until it ends; returns its exit code and the rest of its output.
    pub(crate) fn end(&mut self) -> (Option<i32>, String) {
        let out = std::io::read_to_string(&mut self.out).unwrap();
        (self.child.wait().unwrap().code(), out)
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Posts a signed body, which has to be acknowledged.
    pub(crate) fn post(&self, id: &str, body: &str) {
        let answer = self.raw(&signed(id, body));
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }
}

/// The body of an artifact event of the recording `rec-1` and the bot `bot-1`.
pub(crate) fn artifact(kind: &str, code: &str, time: &str) -> String {
    artifact_of("rec-1", kind, code, time)
}

/// The same of another recording.
pub(crate) fn artifact_of(recording: &str, kind: &str, code: &str, time: &str) -> String {
    let id = if kind == "recording" { recording.to_owned() } else { format!("{kind}-1") };
    let mut data = json!({
        "data": { "code": code, "sub_code": null, "updated_at": time },
        "bot": { "id": "bot-1", "metadata": {} },
        kind: { "id": id, "metadata": {} },
    });
    data["recording"] = json!({ "id": recording, "metadata": { "team": "a\u{1b}]0;x\u{7}b" } });
    json!({ "event": format!("{kind}.{code}"), "data": data }).to_string()
}

/// The body of an event of the bot `bot-1`.
pub(crate) fn bot(code: &str, sub_code: Option<&str>, time: &str) -> String {
    let data = json!({
        "data": { "code": code, "sub_code": sub_code, "updated_at": time },
        "bot": { "id": "bot-1", "metadata": {} },
    });
    json!({ "event": format!("bot.{code}"), "data": data }).to_string()
}

/// A meeting from beginning to end: transcript there, video on its way.
pub(crate) fn meeting() -> [String; 6] {
    [
        bot("joining_call", None, "2024-12-04T23:00:00Z"),
        artifact("recording", "processing", "2024-12-04T23:01:00Z"),
        artifact("recording", "done", "2024-12-04T23:41:00Z"),
        artifact("video_mixed", "processing", "2024-12-04T23:41:30Z"),
        artifact("transcript", "done", "2024-12-04T23:51:00Z"),
        bot("done", None, "2024-12-04T23:42:00Z"),
    ]
}
