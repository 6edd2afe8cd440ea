//! The inbox in a file does what the one in memory does, whatever is asked of them.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{
    Claim, Erase, Filter, Inbox, Job, JobEnd, JobQuery, JobState, ManualClock, MemoryInbox,
    MessageQuery, Order, Prune, Reading, Reparse, Replay, Start, StoredJob, SubjectQuery,
    Subscription, Task, Turn,
};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::bodies::{artifact, at, message};

#[derive(Debug, Clone)]
enum Step {
    Append { id: u8, kind: &'static str, code: &'static str, recording: u8, signed: u64 },
    Upload { id: u8, name: &'static str },
    Strange { id: u8 },
    Subscribe { name: u8, start: Start, order: Order, which: u8 },
    Park(u8),
    Unsubscribe(u8),
    Fill(u8, usize),
    Claim(u8, usize),
    Settle(usize, u8),
    Renew(usize),
    Advance(u64),
    Revive,
    Discard,
    Replay(i64, bool),
    Reparse(bool),
    Prune(bool),
    Erase(u8, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop::sample::select(vec!["transcript", "video_mixed", "audio_mixed"]);
    let code = prop::sample::select(vec!["processing", "done", "failed", "deleted"]);
    let name = prop::sample::select(vec!["sdk_upload.complete", "sdk_upload.completed"]);
    let start = prop::sample::select(vec![Start::Now, Start::Beginning]);
    let order = prop::sample::select(vec![Order::Relaxed, Order::Strict]);
    prop_oneof![
        12 => (0..40_u8, kind, code, 0..4_u8, 900..2000_u64)
            .prop_map(|(id, kind, code, recording, signed)| {
                Step::Append { id, kind, code, recording, signed }
            }),
        1 => (0..40_u8, name).prop_map(|(id, name)| Step::Upload { id, name }),
        1 => (0..40_u8).prop_map(|id| Step::Strange { id }),
        3 => (0..3_u8, start, order, 0..4_u8)
            .prop_map(|(name, start, order, which)| Step::Subscribe { name, start, order, which }),
        1 => (0..3_u8).prop_map(Step::Park),
        2 => (0..3_u8).prop_map(Step::Unsubscribe),
        2 => (0..3_u8, 1..5_usize).prop_map(|(name, limit)| Step::Fill(name, limit)),
        8 => (0..3_u8, 1..4_usize).prop_map(|(name, limit)| Step::Claim(name, limit)),
        8 => (0..8_usize, 0..5_u8).prop_map(|(at, end)| Step::Settle(at, end)),
        1 => (0..8_usize).prop_map(Step::Renew),
        3 => (1..200_u64).prop_map(Step::Advance),
        1 => Just(Step::Revive),
        1 => Just(Step::Discard),
        1 => (1..20_i64, any::<bool>()).prop_map(|(seq, new_key)| Step::Replay(seq, new_key)),
        2 => any::<bool>().prop_map(Step::Reparse),
        1 => any::<bool>().prop_map(Step::Prune),
        1 => (0..8_u8, any::<bool>()).prop_map(|(subject, dry_run)| Step::Erase(subject, dry_run)),
    ]
}

const NAMES: [&str; 3] = ["a", "b", "c"];

fn subscription(name: u8, start: Start, order: Order, which: u8) -> Subscription {
    // Two are about messages and one is about a need: jobs of the other sort would be left over.
    let which = which % 2 + if name == 2 { 2 } else { 0 };
    let name = NAMES[usize::from(name)];
    let subscription = match which {
        0 => Subscription::messages(name, Filter::everything()),
        1 => Subscription::messages(
            name,
            Filter::events().with_name("transcript.*".parse().unwrap()),
        ),
        _ => {
            let need: recallai_webhook_inbox::recording::Need =
                "transcript, video_mixed".parse().unwrap();
            let need = Subscription::need(name, need).with_turn(Turn::Failed).with_turn(Turn::Gone);
            if which == 2 { need } else { need.with_give_up_after(Duration::from_secs(100)) }
        }
    };
    subscription.with_start(start).with_order(order)
}

/// What is the same in both of a job.
fn about(job: &Job) -> String {
    let task = match &job.task {
        Task::Message(message) => format!("{message:?} {:?}", message.body),
        Task::Turn { turn, readiness } => format!("{turn:?} {readiness:?}"),
        other => panic!("{other:?}"),
    };
    let (scope, subject, attempt) = (&job.scope, &job.subject, job.attempt);
    format!("{scope} {subject:?} {attempt} {} {task}", job.idempotency_key)
}

/// What is the same in both of a stored job. A retry that is due and cannot run yet has no time any more
/// in the file.
fn about_stored(job: &StoredJob) -> StoredJob {
    let mut job = job.clone();
    job.id = 0;
    if job.state != JobState::Scheduled {
        job.due_at = None;
    }
    job
}

struct Pair {
    memory: MemoryInbox,
    file: SqliteInbox,
    clock: Arc<ManualClock>,
    /// Jobs that were given out: in memory, in the file.
    held: Vec<(Job, Job)>,
    _folder: tempfile::TempDir,
}

impl Pair {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(at(1000)));
        let memory = MemoryInbox::with_clock(Arc::<ManualClock>::clone(&clock));
        let file = SqliteInbox::options(folder.path().join("inbox.db"))
            .with_clock(Arc::<ManualClock>::clone(&clock))
            .with_readers(1)
            .open()
            .unwrap();
        Self { memory, file, clock, held: Vec::new(), _folder: folder }
    }

    async fn both<T: std::fmt::Debug>(&self, ask: impl AsyncFn(&dyn Inbox) -> T) {
        let (memory, file) = (ask(&self.memory).await, ask(&self.file).await);
        assert_eq!(format!("{memory:?}"), format!("{file:?}"));
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Append { id, kind, code, recording, signed } => {
                let body = artifact(kind, code, &format!("r{recording}"), signed);
                let mut new = message(&format!("m{id}"), body, signed);
                if id % 4 == 0 {
                    // As by an older version, so that there is something new to be read.
                    new.reading = Reading::unknown(&format!("{kind}.{code}"));
                }
                self.both(async |inbox| inbox.append(new.clone()).await).await;
            }
            Step::Upload { id, name } => {
                let body = format!(
                    r#"{{"event":"{name}","data":{{
                        "data":{{"code":"complete","sub_code":null,"updated_at":"2024-12-04T23:00:00Z"}},
                        "sdk_upload":{{"id":"u1","metadata":{{}}}},
                        "recording":{{"id":"r1","metadata":{{}}}}}}}}"#
                );
                let new = message(&format!("m{id}"), body, 1000);
                self.both(async |inbox| inbox.append(new.clone()).await).await;
            }
            Step::Strange { id } => {
                let new = message(&format!("m{id}"), format!("no event {}", id % 2), 1000);
                self.both(async |inbox| inbox.append(new.clone()).await).await;
            }
            Step::Subscribe { name, start, order, which } => {
                let subscription = subscription(name, start, order, which);
                self.both(async |inbox| inbox.subscribe(&subscription).await).await;
            }
            Step::Park(name) => {
                self.both(async |inbox| inbox.park(NAMES[usize::from(name)]).await).await;
            }
            Step::Unsubscribe(name) => {
                self.both(async |inbox| inbox.unsubscribe(NAMES[usize::from(name)]).await).await;
            }
            Step::Fill(name, limit) => {
                self.both(async |inbox| inbox.fill(NAMES[usize::from(name)], limit).await).await;
            }
            Step::Claim(name, limit) => self.claim(name, limit).await,
            Step::Settle(at, end) => self.settle(at, end).await,
            Step::Renew(at) => {
                let Some((memory, file)) = self.held.get(at) else { return };
                let time = Duration::from_secs(1 << 30);
                let (memory, file) = (
                    self.memory.renew(memory.lease, time).await,
                    self.file.renew(file.lease, time).await,
                );
                assert_eq!(memory.is_ok(), file.is_ok());
            }
            Step::Advance(seconds) => self.clock.advance(Duration::from_secs(seconds)),
            Step::Revive => {
                let (memory, file) = (dead(&self.memory).await, dead(&self.file).await);
                let memory = self.memory.revive(&memory).await.unwrap();
                assert_eq!(memory, self.file.revive(&file).await.unwrap());
            }
            Step::Discard => {
                let (memory, file) = (dead(&self.memory).await, dead(&self.file).await);
                let memory = self.memory.discard(&memory).await.unwrap();
                assert_eq!(memory, self.file.discard(&file).await.unwrap());
            }
            Step::Replay(seq, new_key) => {
                let replay = Replay::of([seq]).with_new_key(new_key);
                self.both(async |inbox| inbox.replay(&replay).await).await;
            }
            Step::Reparse(dry_run) => {
                let reparse = Reparse::new().with_dry_run(dry_run);
                self.both(async |inbox| inbox.reparse(&reparse, &Reading::of).await).await;
            }
            Step::Prune(parked) => {
                self.clock.advance(Duration::from_secs(36 * 3600));
                let prune = Prune::before(at(10_000_000)).with_parked(parked);
                self.both(async |inbox| inbox.prune(&prune).await).await;
            }
            Step::Erase(subject, dry_run) => {
                let subject = match subject {
                    0..=3 => Subject::recording(format!("r{subject}")),
                    4..=6 => Subject::bot(format!("bot-r{}", subject - 4)),
                    _ => Subject::sdk_upload("u1"),
                };
                self.both(async |inbox| {
                    inbox.erase(&Erase::of("recall", subject.clone()).with_dry_run(dry_run)).await
                })
                .await;
            }
        }
    }

    async fn claim(&mut self, name: u8, limit: usize) {
        // Leases do not run out here: in the file, a job whose lease is up keeps its place before an
        // earlier one of its subject that comes back meanwhile.
        let claim = Claim::new(NAMES[usize::from(name)], limit, Duration::from_secs(1 << 30));
        let (memory, file) = (self.memory.claim(claim.clone()).await, self.file.claim(claim).await);
        let (Ok(memory), Ok(file)) = (&memory, &file) else {
            assert_eq!(memory.is_ok(), file.is_ok(), "{memory:?} {file:?}");
            return;
        };
        let abouts = |jobs: &[Job]| jobs.iter().map(about).collect::<Vec<_>>();
        assert_eq!(abouts(&memory.jobs), abouts(&file.jobs));
        self.held.extend(memory.jobs.iter().cloned().zip(file.jobs.iter().cloned()));
    }

    async fn settle(&mut self, at: usize, end: u8) {
        if at >= self.held.len() {
            return;
        }
        let (memory, file) = self.held.remove(at);
        let error = Box::from("no");
        let end = match end {
            0 => JobEnd::Done,
            1 => JobEnd::Retry { after: Duration::from_secs(at as u64 * 10), error },
            2 => JobEnd::Dead { error },
            3 => JobEnd::PutOff { after: Duration::from_secs(at as u64 * 10) },
            _ => JobEnd::Released,
        };
        let memory = self.memory.settle(memory.lease, end.clone()).await;
        let file = self.file.settle(file.lease, end).await;
        assert_eq!(memory.is_ok(), file.is_ok(), "{memory:?} {file:?}");
    }

    async fn compare(&self) {
        let messages = MessageQuery::new().with_bodies(true);
        self.both(async |inbox| inbox.messages(&messages).await).await;
        self.both(async |inbox| inbox.subjects(&SubjectQuery::new()).await).await;
        self.both(async |inbox| {
            let jobs = inbox.jobs(&JobQuery::new()).await.unwrap();
            jobs.iter().map(about_stored).collect::<Vec<_>>()
        })
        .await;
        self.both(async |inbox| {
            let mut stats = inbox.stats().await.unwrap();
            stats.size = None;
            // In the file the first and the last in the order of commits, whatever the clocks said.
            (stats.oldest, stats.newest) = (None, None);
            // A job that waits behind another is taken to be the younger one, which it is unless it was
            // replayed.
            for subscription in &mut stats.subscriptions {
                subscription.oldest = None;
            }
            stats
        })
        .await;
        self.both(async |inbox| inbox.check().await).await;
    }
}

async fn dead(inbox: &dyn Inbox) -> Vec<i64> {
    let query = JobQuery::new().with_state(JobState::Dead);
    inbox.jobs(&query).await.unwrap().iter().map(|job| job.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_inboxes_answer_alike(steps in prop::collection::vec(step(), 20..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut pair = Pair::new();
            for step in steps {
                pair.step(step).await;
            }
            pair.compare().await;
            assert_eq!(pair.file.check().await.unwrap(), []);
        });
    }
}
