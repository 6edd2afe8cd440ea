//! Commands: real programs, which are told what happened, fail, hang and are killed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "messages are received now, and the environment is what is told"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use async_trait::async_trait;
use recallai_webhook_outputs::dispatch::inbox::{
    Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage,
};
use recallai_webhook_outputs::dispatch::{RetryPolicy, Worker};
use recallai_webhook_outputs::{
    Attribute, Command, CommandOptions, Forward, Outgoing, Output, OutputError, OutputOptions,
};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

/// What only a fault makes long.
const LONG: Duration = Duration::from_secs(60);

/// A script, run in a folder of its own.
struct Script {
    folder: TempDir,
    options: CommandOptions,
}

impl Script {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = CommandOptions::new("sh").with_arguments(["-c", script]);
        let options = options.with_directory(folder.path());
        Self { folder, options }
    }

    fn output(&self) -> Command {
        Command::new(self.options.clone()).unwrap()
    }

    async fn run(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        timeout(LONG, self.output().send(outgoing)).await.unwrap()
    }

    async fn fails(&self) -> String {
        self.run(&Outgoing::json("key", "{}")).await.unwrap_err().to_string()
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(name)).ok()
    }

    /// Waits until the script has written a line into a file.
    async fn line(&self, name: &str) -> String {
        let written = async {
            loop {
                match self.file(name) {
                    Some(text) if text.ends_with('\n') => break text.trim().to_owned(),
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        timeout(LONG, written).await.unwrap()
    }
}

/// Whether a process is gone, or only waits for somebody to ask how it ended.
fn has_ended(id: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { return true };
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

async fn ends(id: &str) {
    let ended = async {
        while !has_ended(id) {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, ended).await.unwrap();
}

#[tokio::test]
async fn a_program_is_told_the_body_and_what_there_is_to_say() {
    let mut script = Script::new("cat > body; env > env; pwd > pwd");
    script.options = script.options.with_variable("ARCHIVE", "/a").with_inherited("CARGO_PKG_NAME");
    let body = [b"{\"text\":\"".as_slice(), &[0xff, 0, b'\n'], b"\"}"].concat();
    let outgoing = Outgoing::json("pipeline:recall:msg_1", body.clone())
        .with_attribute(Attribute::Event, "transcript.done")
        .with_attribute(Attribute::SubjectId, "a\0b\nc%")
        .with_attribute(Attribute::ReceivedAt, "2024-12-04T23:25:56.000Z");
    script.run(&outgoing).await.unwrap();
    assert_eq!(fs::read(script.folder.path().join("body")).unwrap(), body);
    let told = script.file("env").unwrap();
    let told: BTreeSet<_> = told.lines().collect();
    for line in [
        "RECALLAI_WEBHOOK_EVENT=transcript.done",
        "RECALLAI_WEBHOOK_SUBJECT_ID=a%00b%0Ac%25",
        "RECALLAI_WEBHOOK_RECEIVED_AT=2024-12-04T23:25:56.000Z",
        "RECALLAI_WEBHOOK_IDEMPOTENCY_KEY=pipeline:recall:msg_1",
        "RECALLAI_WEBHOOK_CONTENT_TYPE=application/json",
        "ARCHIVE=/a",
        "CARGO_PKG_NAME=recallai-webhook-outputs",
    ] {
        assert!(told.contains(line), "{line} in {told:?}");
    }
    assert!(told.iter().any(|line| line.starts_with("PATH=")));
    // It is there, as whoever runs tests by cargo sees to, and it is not passed on.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(!told.iter().any(|line| line.starts_with("CARGO_MANIFEST_DIR=")), "{told:?}");
}

#[tokio::test]
async fn how_it_ended_is_told_with_the_end_of_what_it_said() {
    let script = Script::new("echo result; printf 'no \\033[31mroom\\n' >&2; exit 3");
    assert_eq!(script.fails().await, "sh ended with code 3: no ·[31mroom");
    assert_eq!(Script::new("echo result; exit 1").fails().await, "sh ended with code 1: result");
    assert_eq!(Script::new("exit 1").fails().await, "sh ended with code 1");
    let killed = Script::new("kill -9 $$").fails().await;
    assert!(killed.starts_with("sh ended by signal: 9"), "{killed}");
    let long =
        Script::new("yes 0123456789 | head -c 100000 >&2; echo the end >&2; exit 1").fails().await;
    assert!(long.ends_with("the end") && long.len() < 1200, "{long}");

    let mut script = Script::new("exit 65");
    let outgoing = Outgoing::json("key", "{}");
    assert!(!script.run(&outgoing).await.unwrap_err().is_permanent());
    script.options = script.options.with_permanent([65]);
    assert!(script.run(&outgoing).await.unwrap_err().is_permanent());
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_a_program_says_that_succeeds_is_logged_for_those_who_ask() {
    let logged = Logged::default();
    let writer = logged.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let script = Script::new(
        "echo of old; yes 01234567 | head -c 9000; printf '\\033[31mnow\\n'; echo hm >&2",
    );
    script.run(&Outgoing::json("key", "{}")).await.unwrap();
    let logged = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("·[31mnow") && logged.contains("stderr=\"hm\""), "{logged}");
    assert!(!logged.contains("of old") && logged.len() < 1400, "{logged}");
}

#[tokio::test]
async fn large_bodies_and_large_outputs_hold_nobody_up() {
    let body = vec![b'x'; 8 << 20];
    let outgoing = Outgoing::json("key", body.clone());
    Script::new("cat; cat /dev/null >&2").run(&outgoing).await.unwrap();
    Script::new("yes | head -c 10000000 >&2; wc -c > len").run(&outgoing).await.unwrap();
    Script::new("exit 0").run(&outgoing).await.unwrap();
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_ended_with_what_it_has_started() {
    let mut script = Script::new("echo begun; sleep 1000 & echo $! > started; wait");
    script.options = script.options.with_timeout(Duration::from_millis(500));
    let error = script.fails().await;
    assert_eq!(error, "sh did not end within 500ms, and was killed: begun");
    ends(&script.line("started").await).await;

    // Some do not want to hear it.
    let mut script =
        Script::new("trap '' TERM; sleep 1000 & echo $! > started; echo $$ > own; wait");
    script.options = script.options.with_timeout(Duration::from_millis(500));
    script.fails().await;
    ends(&script.line("started").await).await;
    ends(&script.line("own").await).await;
}

#[tokio::test]
async fn a_program_that_is_given_up_is_killed_with_what_it_has_started() {
    let script = Script::new("sleep 1000 & echo $! > started; echo $$ > own; wait");
    let (output, outgoing) = (script.output(), Outgoing::json("key", "{}"));
    let (started, own) = tokio::select! {
        sent = output.send(&outgoing) => panic!("{sent:?}"),
        ids = async { (script.line("started").await, script.line("own").await) } => ids,
    };
    ends(&started).await;
    ends(&own).await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_does_not_hold_it_up() {
    // More than a pipe takes: the rest of it stays unread in an input that is held open.
    let large = vec![b'x'; 1 << 20];
    for (code, body) in [(0, b"{}".to_vec()), (0, large.clone()), (3, large)] {
        let script = Script::new(&format!(
            "exec 3<&0; echo begun; sleep 1000 & echo $! > left; exit {code}"
        ));
        let ran = script.run(&Outgoing::json("key", body)).await;
        let left = script.line("left").await;
        assert!(!has_ended(&left), "it may go on");
        std::process::Command::new("kill").arg(&left).status().unwrap();
        let ran = ran.map_err(|error| error.to_string());
        let expected = if code == 0 { Ok(()) } else { Err("sh ended with code 3: begun".into()) };
        assert_eq!(ran, expected);
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_may_be_there_later() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("archive");
    let command = Command::new(CommandOptions::new(&program)).unwrap();
    let error = command.send(&Outgoing::json("key", "{}")).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }) && !error.is_permanent(), "{error}");
    assert!(error.to_string().starts_with("archive: "), "{error}");
    let is_there = |program: &Path| Command::new(CommandOptions::new(program)).unwrap();
    is_there(&program).probe().await.unwrap_err();
    fs::write(&program, "").unwrap();
    is_there(&program).probe().await.unwrap_err();
    let error = is_there(Path::new("no-such-program")).probe().await.unwrap_err();
    assert_eq!(error.to_string(), "program: it is not there, or cannot be run");
    let looked = |program| OutputOptions::Command(CommandOptions::new(program)).find_program();
    assert!(looked("no-such-program").is_err() && looked("sh").is_ok());
    is_there(Path::new("sh")).probe().await.unwrap();
    is_there(Path::new("/bin/sh")).probe().await.unwrap();
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let sh = || CommandOptions::new("sh");
    for (options, expected) in [
        (CommandOptions::new(""), "program: is empty"),
        (sh().with_timeout(Duration::ZERO), "timeout: is no time at all"),
        (
            sh().with_variable("RECALLAI_WEBHOOK_EVENT", "x"),
            "environment: has a name that begins with RECALLAI_WEBHOOK_, as only our own do",
        ),
        (sh().with_inherited("TOKEN=hunter2"), "inherit: has a name that no variable can have"),
        (sh().with_variable("A", "\0"), "environment: has a NUL"),
        (sh().with_arguments(["\0"]), "arguments: has a NUL"),
    ] {
        assert_eq!(Command::new(options).unwrap_err().to_string(), expected);
    }
}

/// Every second run fails, before or after it has done something.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_where_every_second_run_fails() {
    const MESSAGES: usize = 200;
    let script = Script::new(
        "key=\"$RECALLAI_WEBHOOK_IDEMPOTENCY_KEY\"
        case \"$RECALLAI_WEBHOOK_ATTEMPT\" in
            1) case \"$key\" in *[02468]) exit 1;; *) echo \"$key\" >> done; kill -9 $$;; esac;;
            *) echo \"$key\" >> done;;
        esac",
    );
    let inbox = Arc::new(MemoryInbox::new());
    let (count, mut counted) = watch::channel(0);
    let forward = Forward::to(Arc::new(Counted { command: script.output(), confirmed: count }));
    let retry = RetryPolicy::default().with_base(Duration::from_millis(1));
    let subscriber = forward.messages("archive", Filter::everything());
    let subscriber = subscriber.with_concurrency(4).with_retry(retry);
    let worker = Worker::builder(inbox.clone()).subscribe(subscriber).build().unwrap();
    worker.declare().await.unwrap();
    for number in 0..MESSAGES {
        let body = format!(r#"{{"event":"calendar.update","data":{{"calendar_id":"c{number}"}}}}"#);
        let message = NewMessage::parse("recall", format!("msg_{number}"), body, SystemTime::now());
        inbox.append(message).await.unwrap();
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let worked = tokio::spawn(worker.run(stopped));
    timeout(LONG, counted.wait_for(|confirmed| *confirmed == MESSAGES)).await.unwrap().unwrap();
    stop.send(()).unwrap();
    worked.await.unwrap().unwrap();
    let jobs = inbox.jobs(&JobQuery::default().with_limit(2 * MESSAGES)).await.unwrap();
    assert_eq!(jobs.len(), MESSAGES);
    assert!(jobs.iter().all(|job| job.state == JobState::Done && job.attempts == 2));

    let keys = script.file("done").unwrap();
    let distinct: BTreeSet<_> = keys.lines().collect();
    assert_eq!(distinct.len(), MESSAGES);
    // Half of them were done, and not known to be.
    assert_eq!(keys.lines().count(), MESSAGES + MESSAGES / 2);
}

/// A command whose successes are counted.
struct Counted {
    command: Command,
    confirmed: watch::Sender<usize>,
}

#[async_trait]
impl Output for Counted {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.command.send(outgoing).await?;
        self.confirmed.send_modify(|confirmed| *confirmed += 1);
        Ok(())
    }

    async fn probe(&self) -> Result<(), OutputError> {
        self.command.probe().await
    }
}
