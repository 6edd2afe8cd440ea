//! What a reload may not do: open what was closed, break off what runs, or hold up the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use recallai_webhook_dispatch::inbox::{Filter, JobQuery, JobState};
use recallai_webhook_dispatch::{Context, Message, Subscriber};
use recallai_webhook_server::Service;
use recallai_webhook_server::config::Sources;
use tokio::sync::Semaphore;

use crate::support::{Folder, NEW, OLD, Running, event, get, post, start};

/// The listener stays where it is until a restart, whatever the new configuration says of it.
#[tokio::test]
async fn no_reload_takes_the_token_from_a_listener_that_others_can_reach() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.write("token", "opensesame-opensesame");
    let token = format!("admin.token = {{ file = '{}' }}\n", folder.path("token").display());
    // This machine's own address, and none that is known to be.
    folder.configure(&format!("admin.address = '[::ffff:127.0.0.1]:0'\n{token}"));
    let running = folder.start().await;
    let admin = running.admin.unwrap();
    let status = async |token| get(admin, "/api/v1/stats", token).await;
    let right = Some("opensesame-opensesame");
    assert_eq!((status(None).await, status(right).await), (401, 200));

    for without in ["admin.enabled = false\n", "admin.address = '127.0.0.1:0'\n"] {
        folder.configure(without);
        let error = running.reloader.reload().await.unwrap_err().to_string();
        assert!(error.contains("admin.token") && error.contains("restart"), "{error}");
        assert_eq!((status(None).await, status(right).await), (401, 200), "{without}");
        // With its token they are settings like others.
        folder.configure(&format!("{without}{token}"));
        running.reloader.reload().await.unwrap();
        assert_eq!((status(None).await, status(right).await), (401, 200), "{without}");
    }
    running.end().await;
}

/// Whoever was kept out stays out, on this machine too.
#[tokio::test]
async fn no_reload_takes_the_token_away() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.write("token", "opensesame-opensesame");
    let token = format!("admin.token = {{ file = '{}' }}\n", folder.path("token").display());
    let local = "admin.address = '127.0.0.1:0'\n";
    folder.configure(&format!("{local}{token}"));
    let running = folder.start().await;
    let output =
        "subscriptions.new.output = { type = 'http', url = 'https://a.example', unsigned = true }";
    folder.configure(&format!("{local}{output}"));
    let error = running.reloader.reload().await.unwrap_err().to_string();
    assert!(error.contains("admin.token") && error.contains("restart"), "{error}");
    assert_eq!(get(running.admin.unwrap(), "/api/v1/stats", None).await, 401);
    let metrics = running.telemetry.render_without_inbox();
    assert!(!metrics.contains("\"new\""), "it is not in force: {metrics}");
    running.end().await;
}

/// Without a file the defaults hold; but one that was there is about to be replaced, or was lost.
#[tokio::test]
async fn a_file_that_is_gone_or_empty_at_a_reload_says_nothing() {
    let folder = Folder::new();
    let file = folder.path("service.toml");
    let text = format!(
        "listen.address = '127.0.0.1:0'\nadmin.enabled = false\ninbox.path = '{}'\n",
        folder.path("inbox.db").display()
    );
    let variables = [("RECALLAI_WEBHOOK_SECRET".to_owned(), OLD.to_owned())];
    let sources = Sources::new().with_optional_file(&file).with_variables(variables);
    let sources = sources
        .with_assignment("endpoints.recall.secrets=[{ env = 'RECALLAI_WEBHOOK_SECRET' }]")
        .unwrap();
    folder.write("service.toml", &text);
    let running = start(Service::new(sources)).await;
    folder.write("service.toml", "\n");
    let error = running.reloader.reload().await.unwrap_err().to_string();
    assert!(error.contains("service.toml: it is empty"), "{error}");
    std::fs::remove_file(&file).unwrap();
    let error = running.reloader.reload().await.unwrap_err().to_string();
    assert!(error.contains("service.toml"), "{error}");
    folder.write("service.toml", &text);
    running.reloader.reload().await.unwrap();
    running.end().await;
}

/// A handler of the program's own that takes its time, and the times that it was called.
struct Slow {
    calls: Arc<AtomicUsize>,
    may_end: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        Self { calls: Arc::default(), may_end: Arc::new(Semaphore::new(0)) }
    }

    fn subscriber(&self) -> impl Fn() -> Subscriber + Send + Sync + 'static {
        let (calls, may_end) = (Arc::clone(&self.calls), Arc::clone(&self.may_end));
        move || {
            let (calls, may_end) = (Arc::clone(&calls), Arc::clone(&may_end));
            let handler = move |_: Message, context: Context| {
                calls.fetch_add(1, Ordering::SeqCst);
                let may_end = Arc::clone(&may_end);
                async move {
                    tokio::select! {
                        _ = may_end.acquire() => Ok(()),
                        () = context.cancelled() => Err("interrupted"),
                    }
                }
            };
            Subscriber::messages("slow", Filter::everything(), handler)
        }
    }
}

async fn until(running: &Running, state: JobState) {
    let query = JobQuery::new().with_subscription("slow").with_state(state);
    while running.inbox.jobs(&query).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

/// Jobs that run have no grace time here: it is for the end of the process.
#[tokio::test]
async fn what_runs_goes_on_over_all_reloads() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("shutdown.jobs = '0s'");
    let slow = Slow::new();
    let running = start(Service::new(folder.sources()).with_subscriber(slow.subscriber())).await;
    assert_eq!(post(running.address, OLD, "msg_1", &event("r", "done")).await, 204);
    until(&running, JobState::Running).await;
    for _ in 0..3 {
        running.reloader.reload().await.unwrap();
        // Whatever the new worker has come to meanwhile: the job is taken.
        assert_eq!(post(running.address, OLD, "msg_1", &event("r", "done")).await, 204);
    }
    slow.may_end.add_permits(1);
    until(&running, JobState::Done).await;
    assert_eq!(slow.calls.load(Ordering::SeqCst), 1);
    running.end().await;
}

/// The worker of before has a job of another subscription, and its output had the file.
#[cfg(feature = "file")]
#[tokio::test]
async fn a_file_goes_to_the_output_of_the_new_configuration_at_once() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    let file = folder.path("archive.ndjson");
    let configure = |max_size: &str| {
        folder.configure(&format!(
            "[subscriptions.archive]\nretry.attempts = 1\n\
             output = {{ type = 'file', path = '{}', max_size = '{max_size}' }}",
            file.display()
        ));
    };
    configure("20KiB");
    let slow = Slow::new();
    let running = start(Service::new(folder.sources()).with_subscriber(slow.subscriber())).await;
    let lines = || std::fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    for (recording, expected) in [("r1", 1), ("r2", 2)] {
        let id = format!("msg_{recording}");
        assert_eq!(post(running.address, OLD, &id, &event(recording, "done")).await, 204);
        while lines() < expected {
            let dead = JobQuery::new().with_state(JobState::Dead);
            assert_eq!(running.inbox.jobs(&dead).await.unwrap().len(), 0);
            tokio::task::yield_now().await;
        }
        until(&running, JobState::Running).await;
        configure("30KiB");
        running.reloader.reload().await.unwrap();
    }
    slow.may_end.add_permits(1);
    running.end().await;
}

#[tokio::test]
async fn what_still_runs_at_the_end_is_cut_off_in_every_worker() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("shutdown.jobs = '0s'");
    let slow = Slow::new();
    let running = start(Service::new(folder.sources()).with_subscriber(slow.subscriber())).await;
    for (begun, recording) in [(1, "r1"), (2, "r2")] {
        let id = format!("msg_{recording}");
        assert_eq!(post(running.address, OLD, &id, &event(recording, "done")).await, 204);
        while slow.calls.load(Ordering::SeqCst) < begun {
            tokio::task::yield_now().await;
        }
        running.reloader.reload().await.unwrap();
    }
    running.end().await;
}

/// A silence that begins with a restart is seen.
#[tokio::test]
async fn a_restart_knows_the_last_delivery() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("");
    let running = folder.start().await;
    assert_eq!(post(running.address, OLD, "msg_1", &event("r", "done")).await, 204);
    let last = |running: &Running| running.telemetry.snapshot().endpoints[0].last_delivery_at;
    let before = last(&running);
    assert!(before.is_some());
    running.end().await;

    let running = folder.start().await;
    while last(&running).is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(last(&running), before);
    running.end().await;
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn spans_that_were_dropped_are_a_metric_where_traces_are_sent() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    for (more, is_there) in [("", false), ("telemetry.otlp.endpoint = 'http://127.0.0.1:1'", true)]
    {
        folder.configure(more);
        let running = folder.start().await;
        let text = running.telemetry.render_without_inbox();
        let line = "recallai_webhook_trace_spans_dropped_total 0";
        assert_eq!(text.lines().any(|text| text == line), is_there, "{more}");
        running.end().await;
    }
}

/// A secret in a pipe into which nobody writes.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_that_hangs_does_not_hold_up_the_end() {
    use std::os::unix::fs::OpenOptionsExt as _;

    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("");
    let running = folder.start().await;
    let pipe = folder.path("secrets");
    std::fs::remove_file(&pipe).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reloader = running.reloader.clone();
    let reload = tokio::spawn(async move { reloader.reload().await });
    // It can be opened like this once somebody reads from it.
    let nonblock = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap();
    let writer = loop {
        let opened = std::fs::OpenOptions::new().write(true).custom_flags(nonblock).open(&pipe);
        match opened {
            Ok(writer) => break writer,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(post(running.address, OLD, "msg_1", &event("r", "done")).await, 204);
    assert_eq!(post(running.address, NEW, "msg_2", &event("r", "done")).await, 401);
    running.end().await;
    assert!(reload.await.unwrap().is_err(), "the service has ended");
    drop(writer);
}
