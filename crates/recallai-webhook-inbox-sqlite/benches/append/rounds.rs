//! Rounds of appends: so many callers at once, each with its next message when the last is answered.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use recallai_webhook_inbox::recording::Need;
use recallai_webhook_inbox::{Claim, Filter, Inbox, JobEnd, NewMessage, Subscription, Topic};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::floor::Floor;
use crate::machine::cpu_micros;
use crate::report::Report;
use crate::series;

pub(crate) fn floor(target: &Path, concurrency: usize, count: usize, report: &mut Report) {
    let folder = tempfile::tempdir_in(target).unwrap();
    let floor = Arc::new(Floor::open(&folder.path().join("floor")));
    let name = format!("append/floor/{concurrency}");
    round(&name, "floor-write", concurrency, series::messages(0, count), report, move |message| {
        let floor = Arc::clone(&floor);
        async move { floor.append(message).await }
    });
}

pub(crate) fn inbox(target: &Path, concurrency: usize, count: usize, report: &mut Report) {
    let folder = tempfile::tempdir_in(target).unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let name = format!("append/sqlite/{concurrency}");
    append_all(&inbox, &name, concurrency, series::messages(0, count), report);
}

pub(crate) fn append_all(
    inbox: &SqliteInbox,
    name: &str,
    concurrency: usize,
    messages: Vec<NewMessage>,
    report: &mut Report,
) {
    let inbox = inbox.clone();
    round(name, "inbox-write", concurrency, messages, report, move |message| {
        let inbox = inbox.clone();
        async move {
            inbox.append(message).await.unwrap();
        }
    });
}

/// With two subscriptions to messages, one to a need, and a worker for each.
pub(crate) fn with_jobs(target: &Path, concurrency: usize, count: usize, report: &mut Report) {
    let folder = tempfile::tempdir_in(target).unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let (done, runs) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(1).enable_time().build().unwrap();
    let need: Need = "transcript, video_mixed".parse().unwrap();
    let mut workers = Vec::new();
    for subscription in [
        Subscription::messages("first", Filter::events()),
        Subscription::messages("second", Filter::events()),
        Subscription::need("ready", need),
    ] {
        runtime.block_on(inbox.subscribe(&subscription)).unwrap();
        let worker = work(inbox.clone(), subscription.name, Arc::clone(&done), Arc::clone(&runs));
        workers.push(runtime.spawn(worker));
    }
    let before = cpu_micros("inbox-write");
    let name = format!("append/sqlite-jobs/{concurrency}");
    append_all(&inbox, &name, concurrency, series::messages(0, count), report);
    // What is left to do belongs to the messages too.
    let drained = async {
        loop {
            let open = inbox.subscriptions().await.unwrap();
            if open.iter().all(|subscription| subscription.jobs.is_empty()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    runtime.block_on(drained);
    let cpu = cpu_micros("inbox-write") - before;
    report.add(&format!("append/sqlite-jobs/{concurrency}/all-cpu-us"), cpu / count as f64);
    report.add("append/sqlite-jobs/jobs", done.load(Ordering::Relaxed) as f64 / count as f64);
    runs.store(false, Ordering::Relaxed);
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn work(inbox: SqliteInbox, name: Arc<str>, done: Arc<AtomicUsize>, runs: Arc<AtomicBool>) {
    let mut watch = inbox.watch(Topic::Jobs(Arc::clone(&name)));
    while runs.load(Ordering::Relaxed) {
        let claim = Claim::new(Arc::clone(&name), 64, Duration::from_secs(60));
        let claimed = inbox.claim(claim).await.unwrap();
        if claimed.jobs.is_empty() {
            watch.changed().await;
            continue;
        }
        let count = claimed.jobs.len();
        let settled: Vec<_> = claimed
            .jobs
            .into_iter()
            .map(|job| {
                let inbox = inbox.clone();
                tokio::spawn(async move { inbox.settle(job.lease, JobEnd::Done).await.unwrap() })
            })
            .collect();
        for settled in settled {
            settled.await.unwrap();
        }
        done.fetch_add(count, Ordering::Relaxed);
    }
}

fn round<F: Future<Output = ()> + Send + 'static>(
    name: &str,
    thread: &str,
    concurrency: usize,
    messages: Vec<NewMessage>,
    report: &mut Report,
    append: impl Fn(NewMessage) -> F + Send + Sync + 'static,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (count, append) = (messages.len(), Arc::new(append));
    let messages = Arc::new(std::sync::Mutex::new(messages.into_iter()));
    let (before, begun) = (cpu_micros(thread), Instant::now());
    let mut times = runtime.block_on(async {
        let callers: Vec<_> = (0..concurrency)
            .map(|_| {
                let (messages, append) = (Arc::clone(&messages), Arc::clone(&append));
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    loop {
                        let Some(message) = messages.lock().unwrap().next() else { return times };
                        let begun = Instant::now();
                        append(message).await;
                        times.push(begun.elapsed());
                    }
                })
            })
            .collect();
        let mut times = Vec::with_capacity(count);
        for caller in callers {
            times.extend(caller.await.unwrap());
        }
        times
    });
    let (elapsed, cpu) = (begun.elapsed(), cpu_micros(thread) - before);
    times.sort_unstable();
    report.add(name, count as f64 / elapsed.as_secs_f64());
    report.add(&format!("{name}/cpu-us"), cpu / count as f64);
    report.add(&format!("{name}/p99-us"), times[times.len() * 99 / 100].as_secs_f64() * 1e6);
}
