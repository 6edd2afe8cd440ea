//! Retention: recordings that were deleted are erased.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::inbox::{
    Clock, Erase, Filter, Inbox, InboxError, JobQuery, JobState, StoredJob, Turn,
};
use recallai_webhook_dispatch::recording::Subject;
use recallai_webhook_dispatch::{Context, HandlerResult, Message, PutOff, RetryPolicy, Subscriber};

/// The name of the subscription that erases.
pub(crate) const ERASE: &str = "erase";

/// The event that says that a recording is no more.
const DELETED: &str = "recording.deleted";

/// How soon it looks again at the earliest whether others have handled a recording, and at the latest. In between
/// it waits as long as it has waited.
const LOOKS: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(600);

/// How many jobs of a recording are looked at together.
const PAGE: usize = 500;

/// Erases each recording of which `recording.deleted` tells, once so much time has passed and nobody else has
/// anything to do for it. It never gives up. Until then its job is put off, which is no failure.
pub(super) fn subscriber(
    inbox: Arc<dyn Inbox>,
    after: Duration,
    clock: Arc<dyn Clock>,
) -> Subscriber {
    let handler = move |_: Message, context: Context| {
        let (inbox, clock) = (Arc::clone(&inbox), Arc::clone(&clock));
        async move { erase(&*inbox, &context, after, clock.now()).await }
    };
    // Writing the name of an event is parsing it.
    let filter = match DELETED.parse() {
        Ok(name) => Filter::events().with_name(name),
        Err(_) => Filter::classes([]),
    };
    let retry = RetryPolicy::default().with_attempts(u32::MAX);
    let retry = retry.with_base(*LOOKS.start()).with_cap(*LOOKS.end());
    Subscriber::messages(ERASE, filter, handler).with_retry(retry)
}

async fn erase(
    inbox: &dyn Inbox,
    context: &Context,
    after: Duration,
    now: SystemTime,
) -> HandlerResult {
    let Some(recording) = context.subject() else { return Ok(()) };
    let age = now.duration_since(context.received_at()).unwrap_or_default();
    let Some(overdue) = age.checked_sub(after) else {
        return Err(PutOff::until_after(after - age).into());
    };
    if is_awaited(inbox, context.scope(), recording).await? {
        let pause = overdue.clamp(*LOOKS.start(), *LOOKS.end());
        return Err(PutOff::until_after(pause).into());
    }
    // Its own job goes with the rest, so that no end of it is stored.
    inbox.erase(&Erase::of(context.scope(), recording.clone())).await?;
    tracing::info!(%recording, "erased, since it was deleted");
    Ok(())
}

/// Whether somebody else has something to do for a recording, or may come to have it. Who is parked is not waited
/// for; nor is a need that may be given up later.
async fn is_awaited(
    inbox: &dyn Inbox,
    scope: &str,
    recording: &Subject,
) -> Result<bool, InboxError> {
    let others = inbox.subscriptions().await?.into_iter();
    let others = others.filter(|one| *one.subscription.name != *ERASE && !one.parked);
    let mut working = HashSet::new();
    for other in others {
        if other.filled_to.is_some() {
            return Ok(true);
        }
        working.insert(other.subscription.name);
    }
    let mut page = JobQuery::new().with_subject(scope, recording.clone()).with_limit(PAGE);
    loop {
        let jobs = inbox.jobs(&page).await?;
        let is_open = |job: &StoredJob| match job.state {
            JobState::Done => false,
            JobState::Scheduled => job.turn != Some(Turn::TimedOut),
            _ => true,
        };
        if jobs.iter().any(|job| working.contains(&job.subscription) && is_open(job)) {
            return Ok(true);
        }
        page.after = jobs.last().map(|job| job.id);
        if jobs.len() < PAGE {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use recallai_webhook_dispatch::event::ArtifactKind;
    use recallai_webhook_dispatch::inbox::{
        Appended, Claim, JobEnd, ManualClock, MemoryInbox, NewMessage, Start, Subscription,
    };
    use recallai_webhook_dispatch::{JobReport, Worker};
    use tokio::sync::mpsc;

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    /// A worker that erases after a day, and what came of its jobs.
    struct Scene {
        clock: Arc<ManualClock>,
        inbox: Arc<dyn Inbox>,
        stages: mpsc::UnboundedReceiver<&'static str>,
        worker: Option<Worker>,
    }

    impl Scene {
        async fn new() -> Self {
            let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
            let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::with_clock(Arc::clone(&clock)));
            let (stage, stages) = mpsc::unbounded_channel();
            let of = Arc::<ManualClock>::clone(&clock);
            let worker = Worker::builder(Arc::clone(&inbox))
                .with_observer(move |report: &JobReport<'_>| {
                    // Nobody asks once the test has ended.
                    let _ = stage.send(report.stage.name());
                })
                .subscribe(subscriber(Arc::clone(&inbox), DAY, of));
            let worker = worker.build().unwrap();
            worker.declare().await.unwrap();
            Self { clock, inbox, stages, worker: Some(worker) }
        }

        async fn append(&self, id: &str, event: &str) -> Appended {
            let (kind, code) = event.split_once('.').unwrap();
            let artifact = match kind {
                "recording" => String::new(),
                kind => format!(r#""{kind}":{{"id":"a1","metadata":{{}}}},"#),
            };
            let body = format!(
                r#"{{"event":"{event}","data":{{
                    "data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},
                    {artifact}"recording":{{"id":"r1","metadata":{{}}}}}}}}"#
            );
            self.inbox
                .append(NewMessage::parse("recall", id, body, self.clock.now()))
                .await
                .unwrap()
        }

        /// Starts to work.
        fn start(&mut self) {
            let worker = self.worker.take().unwrap();
            tokio::spawn(worker.run(std::future::pending::<()>()));
        }

        /// Waits until an attempt has ended, and says how.
        async fn attempt(&mut self) -> &'static str {
            assert_eq!(self.stages.recv().await.unwrap(), "started");
            self.stages.recv().await.unwrap()
        }

        async fn pass(&self, time: Duration) {
            self.clock.advance(time);
            tokio::time::sleep(time).await;
        }

        async fn is_erased(&self) -> bool {
            let stored = self.inbox.subject("recall", &Subject::recording("r1")).await.unwrap();
            stored.is_some_and(|stored| stored.erased_at.is_some())
        }

        async fn is_awaited(&self) -> bool {
            is_awaited(&*self.inbox, "recall", &Subject::recording("r1")).await.unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_with_the_end_of_a_recording_is_stored_for_a_while() {
        let mut scene = Scene::new().await;
        scene.append("msg_1", "recording.deleted").await;
        scene.start();
        assert_eq!(scene.attempt().await, "put_off");
        assert!(matches!(scene.append("msg_2", "transcript.deleted").await, Appended::New { .. }));
        scene.pass(DAY - Duration::from_secs(1)).await;
        assert!(!scene.is_erased().await);
        scene.pass(Duration::from_secs(1)).await;
        // Its job is erased too, and nobody else has it.
        assert_eq!(scene.attempt().await, "done");
        assert!(scene.is_erased().await);
        assert_eq!(scene.append("msg_3", "transcript.deleted").await, Appended::Forgotten);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deleted_recording_is_erased_once_others_have_handled_it() {
        let mut scene = Scene::new().await;
        for other in ["other", "gone"] {
            let other = Subscription::messages(other, Filter::everything());
            scene.inbox.subscribe(&other).await.unwrap();
        }
        scene.append("msg_1", "recording.done").await;
        scene.append("msg_2", "recording.deleted").await;
        scene.inbox.park("gone").await.unwrap();
        scene.clock.advance(DAY);
        scene.start();
        assert_eq!(scene.attempt().await, "put_off");
        let erasing = JobQuery::new().with_subscription(ERASE);
        let job = scene.inbox.jobs(&erasing).await.unwrap().remove(0);
        assert_eq!((job.state, job.attempts, job.failures.len()), (JobState::Scheduled, 0, 0));

        for _ in 0..2 {
            let claim = Claim::new("other", 1, Duration::from_secs(60));
            let claimed = scene.inbox.claim(claim).await.unwrap().jobs;
            scene.inbox.settle(claimed[0].lease, JobEnd::Done).await.unwrap();
        }
        scene.pass(*LOOKS.start()).await;
        assert_eq!(scene.attempt().await, "done");
        assert!(scene.is_erased().await);
        assert_eq!(scene.inbox.stats().await.unwrap().forgotten, 2);
    }

    #[tokio::test]
    async fn who_is_still_being_filled_is_waited_for_and_who_is_parked_is_not() {
        let scene = Scene::new().await;
        scene.append("msg_1", "recording.deleted").await;
        assert!(!scene.is_awaited().await);
        let late = Subscription::messages("late", Filter::everything());
        scene.inbox.subscribe(&late.with_start(Start::Beginning)).await.unwrap();
        assert!(scene.is_awaited().await, "its jobs are not made yet");
        scene.inbox.fill("late", 100).await.unwrap();
        assert!(scene.is_awaited().await, "its job is not done");
        scene.inbox.park("late").await.unwrap();
        assert!(!scene.is_awaited().await);
    }
    #[tokio::test]
    async fn a_turn_that_was_put_off_is_waited_for_and_one_that_may_never_come_is_not() {
        let scene = Scene::new().await;
        let need = |name: &'static str| Subscription::need(name, ArtifactKind::Transcript);
        for need in [need("ready"), need("late").with_turn(Turn::TimedOut).with_give_up_after(DAY)]
        {
            scene.inbox.subscribe(&need).await.unwrap();
        }
        scene.append("msg_1", "transcript.processing").await;
        assert!(!scene.is_awaited().await, "it may be given up later");
        scene.inbox.park("late").await.unwrap();
        scene.append("msg_2", "transcript.done").await;
        let claim = Claim::new("ready", 1, Duration::from_secs(60));
        let claimed = scene.inbox.claim(claim).await.unwrap().jobs;
        scene.inbox.settle(claimed[0].lease, JobEnd::PutOff { after: DAY }).await.unwrap();
        let ready = JobQuery::new().with_subscription("ready");
        let job = scene.inbox.jobs(&ready).await.unwrap().remove(0);
        assert_eq!((job.state, job.turn), (JobState::Scheduled, Some(Turn::Ready)));
        assert!(scene.is_awaited().await);
    }
}
