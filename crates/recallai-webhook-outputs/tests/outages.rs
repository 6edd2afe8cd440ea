//! What the jobs of a worker go through while a receiver is away, or cannot digest some of them, on a paused time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use recallai_webhook_outputs::dispatch::Worker;
use recallai_webhook_outputs::dispatch::inbox::{
    Clock, Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage, StoredJob,
};
use recallai_webhook_outputs::{Forward, Guarded, Outgoing, Output, OutputError};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// The time of the tests, as the store wants it.
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.0.elapsed()
    }
}

/// Answers 503 to poison each time, and to all for as long as it is away.
struct Receiver {
    begun: Instant,
    away: Duration,
    pause: Option<Duration>,
    /// The bodies that it took, and when it did.
    took: Arc<Mutex<Vec<(String, Duration)>>>,
}

#[async_trait]
impl Output for Receiver {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let id = String::from_utf8_lossy(&outgoing.body).into_owned();
        let now = self.begun.elapsed();
        if now < self.away || id.starts_with("poison") {
            return Err(OutputError::unavailable("it answered 503", self.pause));
        }
        self.took.lock().unwrap().push((id, now));
        Ok(())
    }

    async fn probe(&self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// What is sent to whom, and for how long.
struct Scene {
    concurrency: usize,
    poison: usize,
    good: usize,
    away: Duration,
    pause: Option<Duration>,
    lasts: Duration,
    /// Whether a good message more comes each half an hour.
    goes_on: bool,
}

impl Scene {
    /// Lets a worker send all poison, and then what is good; returns what the receiver took, and the jobs.
    async fn play(self) -> (Vec<(String, Duration)>, Vec<StoredJob>) {
        let begun = Instant::now();
        let took = Arc::default();
        let receiver =
            Receiver { begun, away: self.away, pause: self.pause, took: Arc::clone(&took) };
        let forward = Forward::to(Arc::new(Guarded::new("receiver", receiver)));
        let inbox = Arc::new(MemoryInbox::with_clock(PausedClock(begun)));
        let subscriber = forward.messages("pipeline", Filter::everything());
        let subscriber = subscriber.with_concurrency(self.concurrency);
        let worker = Worker::builder(inbox.clone()).subscribe(subscriber).build().unwrap();
        worker.declare().await.unwrap();
        let ids = (0..self.poison).map(|number| format!("poison_{number}"));
        for id in ids.chain((0..self.good).map(|number| format!("good_{number}"))) {
            append(&inbox, id).await;
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let worked = tokio::spawn(worker.run(stopped));
        while begun.elapsed() < self.lasts {
            sleep(HOUR / 2).await;
            if self.goes_on {
                append(&inbox, format!("later_{}", begun.elapsed().as_secs())).await;
            }
        }
        stop.send(()).unwrap();
        worked.await.unwrap().unwrap();
        let took = took.lock().unwrap().clone();
        (took, inbox.jobs(&JobQuery::default()).await.unwrap())
    }
}

async fn append(inbox: &MemoryInbox, id: String) {
    let message = NewMessage::parse("recall", id.clone(), id, SystemTime::UNIX_EPOCH);
    inbox.append(message).await.unwrap();
}

/// However many of them fill the slots, and whether or not the receiver names a pause.
#[tokio::test(start_paused = true)]
async fn what_a_receiver_cannot_digest_does_not_keep_a_good_message_from_it() {
    for count in [1, 8] {
        for pause in [None, Some(HOUR)] {
            let (away, lasts, goes_on) = (Duration::ZERO, DAY, true);
            let scene =
                Scene { concurrency: count, poison: count, good: 1, away, pause, lasts, goes_on };
            let (took, jobs) = scene.play().await;
            assert!((48..=49).contains(&took.len()), "{count} {pause:?}: {took:?}");
            // Each of them finds out for itself that it is not taken, a minute after the other at most.
            let longest = MINUTE * u32::try_from(count + 1).unwrap();
            for (id, at) in took {
                let came = id.strip_prefix("later_").map_or(0, |came| came.parse().unwrap());
                let late = at - Duration::from_secs(came);
                assert!(late <= longest, "{count} {pause:?}: {id} came after {late:?}");
            }
            // The others have had their attempts; what came last was not sent yet.
            let is_poison =
                |job: &&StoredJob| !matches!(job.state, JobState::Done | JobState::Waiting);
            let poison = jobs.iter().filter(is_poison);
            let poison: Vec<_> = poison.map(|job| (job.state, job.attempts)).collect();
            assert_eq!(poison, vec![(JobState::Dead, 12); count], "{pause:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_slot_goes_around_among_all_that_wait_for_it() {
    let away = Duration::ZERO;
    let pause = Some(HOUR);
    let scene =
        Scene { concurrency: 1, poison: 8, good: 1, away, pause, lasts: HOUR, goes_on: false };
    let (took, _) = scene.play().await;
    assert_eq!(took.len(), 1, "{took:?}");
    // A minute for each, and nobody twice.
    assert!(took[0].1 <= 9 * MINUTE, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_a_day_costs_a_handful_of_attempts() {
    for (concurrency, good) in [(1, 1), (1, 20), (8, 200)] {
        for pause in [None, Some(MINUTE), Some(HOUR)] {
            let (away, lasts, goes_on) = (DAY, DAY + 2 * HOUR, false);
            let scene = Scene { concurrency, poison: 0, good, away, pause, lasts, goes_on };
            let (took, jobs) = scene.play().await;
            assert_eq!(took.len(), good, "{concurrency} {pause:?}");
            let most = jobs.iter().map(|job| job.attempts).max();
            assert!(most <= Some(6), "{concurrency} {good} {pause:?}: {most:?}");
            let late = took.iter().map(|(_, at)| *at).max();
            let longest = pause.unwrap_or_default().max(10 * MINUTE) + MINUTE;
            assert!(late <= Some(DAY + longest), "{concurrency} {good} {pause:?}: {late:?}");
        }
    }
}
