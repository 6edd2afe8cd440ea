//! Growth: how an inbox is after many messages whose jobs are done, beside how it was after ten thousand.

use std::path::Path;
use std::time::Instant;

use recallai_webhook_inbox::{Claim, Filter, Inbox, JobEnd, Subscription};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::machine::resident_mib;
use crate::report::Report;
use crate::{asking, rounds, series};

/// How many messages are appended at a time: as many as the first stage has, so that those that are yet to
/// be appended take as much memory at every stage.
const STEP: usize = 10_000;

pub(crate) fn grow(target: &Path, count: usize) {
    let folder = tempfile::tempdir_in(target).unwrap();
    let path = folder.path().join("inbox.db");
    let mut inbox = SqliteInbox::open(&path).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let subscription = Subscription::messages("all", Filter::events());
    runtime.block_on(inbox.subscribe(&subscription)).unwrap();
    println!(
        "messages   appends/s  cpu us  p99 us  state us  message us  again us  bytes/message  resident MiB  reopen ms  stats ms"
    );
    let (mut from, mut next) = (0, 10_000);
    let (mut first, mut last) = (None, Stage::default());
    while from < count {
        let step = STEP.min(next - from).min(count - from);
        let mut report = Report::default();
        let messages = series::messages(from, step);
        let subjects: Vec<_> =
            messages.iter().filter_map(|m| m.reading.facts().primary().cloned()).collect();
        rounds::append_all(&inbox, "a", 64, messages, &mut report);
        runtime.block_on(drain(&inbox));
        from += step;
        if from < next {
            continue;
        }
        next = if next < 1_000_000 { next * 10 } else { next + 1_000_000 };
        let state = runtime.block_on(asking::states(&inbox, &subjects));
        let old = series::spread(from, 1000);
        let message = runtime.block_on(asking::messages(&inbox, &old));
        rounds::append_all(&inbox, "again", 64, old, &mut report);
        let begun = Instant::now();
        runtime.block_on(inbox.stats()).unwrap();
        let stats = begun.elapsed().as_secs_f64() * 1e3;
        let memory = resident_mib();
        drop(inbox);
        let bytes = std::fs::metadata(&path).unwrap().len() as f64 / from as f64;
        let begun = Instant::now();
        inbox = SqliteInbox::open(&path).unwrap();
        let reopen = begun.elapsed().as_secs_f64() * 1e3;
        let [rate, cpu, p99, again] =
            ["a", "a/cpu-us", "a/p99-us", "again/cpu-us"].map(|name| report.median(name));
        println!(
            "{from:<9} {rate:>10.0} {cpu:>7.1} {p99:>7.0} {state:>9.1} {message:>11.1} {again:>9.1} {bytes:>14.0} {memory:>13.0} {reopen:>10.1} {stats:>9.1}"
        );
        last = Stage { cpu, state, message, again, memory, bytes, reopen };
        first.get_or_insert(last);
    }
    let first = first.unwrap_or_default();
    let mut report = Report::default();
    report.add("growth/messages", from as f64);
    report.add("growth/append-cpu-times", last.cpu / first.cpu);
    report.add("growth/state-times", last.state / first.state);
    report.add("growth/message-times", last.message / first.message);
    report.add("growth/message-us", last.message);
    report.add("growth/duplicate-cpu-us", last.again);
    report.add("growth/memory-times", last.memory / first.memory);
    report.add("growth/bytes-per-message", last.bytes);
    report.add("growth/reopen-ms", last.reopen);
    report.write(&target.join("inbox-sqlite-growth-bench.json")).unwrap();
}

/// How an inbox is after so many messages.
#[derive(Clone, Copy, Default)]
struct Stage {
    /// Microseconds of processor time of the writer for an append.
    cpu: f64,
    /// Microseconds for a question after a state.
    state: f64,
    /// Microseconds for a question after a message by its id.
    message: f64,
    /// Microseconds of processor time of the writer for another delivery of an old message.
    again: f64,
    /// MiB.
    memory: f64,
    /// Bytes of the file for each message.
    bytes: f64,
    /// Milliseconds.
    reopen: f64,
}

async fn drain(inbox: &SqliteInbox) {
    loop {
        let claim = Claim::new("all", 1000, std::time::Duration::from_secs(60));
        let claimed = inbox.claim(claim).await.unwrap();
        if claimed.jobs.is_empty() {
            return;
        }
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
    }
}
