//! Jobs: their order, and who holds up whom.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_inbox::{
    Claim, Claimed, Filter, Inbox, JobEnd, ManualClock, Order, Subscription, Task,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, at, message};

const LEASE: Duration = Duration::from_secs(60);

struct Bench {
    _folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    inbox: SqliteInbox,
}

impl Bench {
    async fn new(order: Order) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(at(1000)));
        let inbox = SqliteInbox::options(folder.path().join("inbox.db"))
            .with_clock(Arc::<ManualClock>::clone(&clock))
            .open()
            .unwrap();
        let subscription = Subscription::messages("s", Filter::events()).with_order(order);
        inbox.subscribe(&subscription).await.unwrap();
        Self { _folder: folder, clock, inbox }
    }

    async fn append(&self, recording: &str, count: usize) {
        for n in 0..count {
            let body = artifact("transcript", "processing", recording, n as u64);
            let id = format!("{recording}-{n}");
            self.inbox.append(message(&id, body, 1000)).await.unwrap();
        }
    }

    async fn claim(&self, limit: usize) -> Claimed {
        self.inbox.claim(Claim::new("s", limit, LEASE)).await.unwrap()
    }

    /// The ids of the messages that can be claimed now.
    async fn claim_ids(&self, limit: usize) -> (Vec<String>, Claimed) {
        let claimed = self.claim(limit).await;
        let ids = claimed.jobs.iter().map(|job| match &job.task {
            Task::Message(message) => message.id.to_string(),
            task => panic!("{task:?}"),
        });
        (ids.collect(), claimed)
    }

    async fn settle(&self, claimed: &Claimed, at: usize, end: JobEnd) {
        self.inbox.settle(claimed.jobs[at].lease, end).await.unwrap();
    }
}

fn retry(seconds: u64) -> JobEnd {
    JobEnd::Retry { after: Duration::from_secs(seconds), error: "no".into() }
}

#[tokio::test]
async fn one_of_a_subject_runs_and_the_next_follows() {
    let bench = Bench::new(Order::Relaxed).await;
    bench.append("a", 3).await;
    bench.append("b", 1).await;
    let (ids, claimed) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-0", "b-0"]);
    assert_eq!(claimed.next_due, Some(LEASE));
    assert_eq!(bench.claim_ids(10).await.0, [""; 0]);
    bench.settle(&claimed, 0, JobEnd::Done).await;
    let (ids, claimed) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-1"]);
    bench.settle(&claimed, 0, JobEnd::Dead { error: "no".into() }).await;
    assert_eq!(bench.claim_ids(10).await.0, ["a-2"]);
    assert_eq!(bench.inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_relaxed_retry_lets_others_pass_and_then_goes_first() {
    let bench = Bench::new(Order::Relaxed).await;
    bench.append("a", 4).await;
    let (_, claimed) = bench.claim_ids(1).await;
    bench.settle(&claimed, 0, retry(5)).await;
    let (ids, second) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-1"]);
    assert_eq!(second.next_due, Some(Duration::from_secs(5)));
    bench.clock.advance(Duration::from_secs(5));
    // It is due, but another of its subject runs.
    assert_eq!(bench.claim_ids(10).await.0, [""; 0]);
    bench.settle(&second, 0, JobEnd::Done).await;
    let (ids, claimed) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-0"]);
    assert_eq!(claimed.jobs[0].attempt, 2);
    bench.settle(&claimed, 0, JobEnd::Done).await;
    assert_eq!(bench.claim_ids(10).await.0, ["a-2"]);
    assert_eq!(bench.inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_due_retry_goes_before_one_that_only_waits() {
    let bench = Bench::new(Order::Relaxed).await;
    bench.append("a", 2).await;
    let (_, claimed) = bench.claim_ids(1).await;
    bench.settle(&claimed, 0, retry(5)).await;
    bench.clock.advance(Duration::from_secs(5));
    let (ids, claimed) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-0"]);
    bench.settle(&claimed, 0, JobEnd::Done).await;
    assert_eq!(bench.claim_ids(10).await.0, ["a-1"]);
    assert_eq!(bench.inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_strict_retry_holds_the_others_up() {
    let bench = Bench::new(Order::Strict).await;
    bench.append("a", 2).await;
    bench.append("b", 1).await;
    let (_, claimed) = bench.claim_ids(1).await;
    bench.settle(&claimed, 0, retry(5)).await;
    assert_eq!(bench.claim_ids(10).await.0, ["b-0"]);
    bench.clock.advance(Duration::from_secs(5));
    let (ids, claimed) = bench.claim_ids(10).await;
    assert_eq!(ids, ["a-0"]);
    bench.settle(&claimed, 0, JobEnd::Done).await;
    assert_eq!(bench.claim_ids(10).await.0, ["a-1"]);
    assert_eq!(bench.inbox.check().await.unwrap(), []);
}

#[tokio::test]
async fn leases_run_out_and_released_jobs_come_back() {
    let bench = Bench::new(Order::Relaxed).await;
    bench.append("a", 1).await;
    let (_, first) = bench.claim_ids(1).await;
    bench.settle(&first, 0, JobEnd::Released).await;
    let (_, second) = bench.claim_ids(1).await;
    assert_eq!(second.jobs[0].attempt, 1);
    bench.clock.advance(LEASE);
    // Nobody took it: the holder may still hold on.
    bench.inbox.renew(second.jobs[0].lease, LEASE).await.unwrap();
    assert_eq!(bench.claim_ids(1).await.0, [""; 0]);
    bench.clock.advance(LEASE);
    let (_, third) = bench.claim_ids(1).await;
    assert_eq!(third.jobs[0].attempt, 2);
    assert_eq!(third.jobs[0].idempotency_key, first.jobs[0].idempotency_key);
    bench.inbox.renew(second.jobs[0].lease, LEASE).await.unwrap_err();
    bench.inbox.settle(second.jobs[0].lease, JobEnd::Done).await.unwrap_err();
    bench.settle(&third, 0, JobEnd::Done).await;
    assert_eq!(bench.inbox.check().await.unwrap(), []);
}
