//! Retention: recordings that were deleted are erased.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Erase, Filter, Inbox, InboxError, JobQuery, JobState};
use recallai_webhook_dispatch::recording::Subject;
use recallai_webhook_dispatch::{Context, HandlerResult, Message, RetryPolicy, Subscriber};

/// The name of the subscription that erases.
pub(super) const ERASE: &str = "erase";

/// The event that says that a recording is no more.
const DELETED: &str = "recording.deleted";

/// How long it waits at most before it looks for the second time whether others have handled a recording.
const RETRY_BASE: Duration = Duration::from_secs(5);

/// How long it waits at most before it looks once more.
const RETRY_CAP: Duration = Duration::from_secs(600);

/// How many jobs of a recording are looked at together.
const PAGE: usize = 500;

/// Erases each recording of which `recording.deleted` tells, once nobody else has anything to do for it. It
/// never gives up.
pub(super) fn subscriber(inbox: Arc<dyn Inbox>) -> Subscriber {
    let handler = move |_: Message, context: Context| {
        let inbox = Arc::clone(&inbox);
        async move { erase(&*inbox, &context).await }
    };
    // Writing the name of an event is parsing it.
    let filter = match DELETED.parse() {
        Ok(name) => Filter::events().with_name(name),
        Err(_) => Filter::classes([]),
    };
    let retry = RetryPolicy::default().with_attempts(u32::MAX);
    let retry = retry.with_base(RETRY_BASE).with_cap(RETRY_CAP);
    Subscriber::messages(ERASE, filter, handler).with_retry(retry)
}

async fn erase(inbox: &dyn Inbox, context: &Context) -> HandlerResult {
    let Some(recording) = context.subject() else { return Ok(()) };
    let waiting = waiting(inbox, context.scope(), recording).await?;
    if waiting > 0 {
        return Err(format!("{waiting} jobs of other subscriptions are not done").into());
    }
    // Its own job goes with the rest, so that no end of it is stored.
    inbox.erase(&Erase::of(context.scope(), recording.clone())).await?;
    tracing::info!(%recording, "erased, since it was deleted");
    Ok(())
}

/// How many jobs there are to do for a recording. Who is parked is not waited for; nor is a need that may be
/// given up later.
async fn waiting(inbox: &dyn Inbox, scope: &str, recording: &Subject) -> Result<usize, InboxError> {
    let subscriptions = inbox.subscriptions().await?.into_iter();
    let parked: HashSet<_> = subscriptions
        .filter(|stored| stored.parked)
        .map(|stored| stored.subscription.name)
        .collect();
    let (mut waiting, mut after) = (0, None);
    loop {
        let mut page = JobQuery::new().with_subject(scope, recording.clone()).with_limit(PAGE);
        page.after = after;
        let jobs = inbox.jobs(&page).await?;
        let is_awaited = |state| !matches!(state, JobState::Done | JobState::Scheduled);
        waiting += jobs
            .iter()
            .filter(|job| *job.subscription != *ERASE && !parked.contains(&job.subscription))
            .filter(|job| is_awaited(job.state))
            .count();
        after = jobs.last().map(|job| job.id);
        if jobs.len() < PAGE {
            return Ok(waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use recallai_webhook_dispatch::inbox::{
        Claim, JobEnd, ManualClock, MemoryInbox, NewMessage, Subscription, Topic,
    };
    use recallai_webhook_dispatch::{JobReport, Worker};

    use tokio::sync::mpsc;

    use super::*;

    fn message(id: &str, code: &str, at: SystemTime) -> NewMessage {
        let body = format!(
            r#"{{"event":"recording.{code}","data":{{
                "data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},
                "recording":{{"id":"r1","metadata":{{}}}}}}}}"#
        );
        NewMessage::parse("recall", id, body, at)
    }

    #[tokio::test(start_paused = true)]
    async fn a_deleted_recording_is_erased_once_others_have_handled_it() {
        let clock = Arc::new(ManualClock::new(UNIX_EPOCH));
        let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::with_clock(Arc::clone(&clock)));
        for other in ["other", "gone"] {
            let other = Subscription::messages(other, Filter::everything());
            inbox.subscribe(&other).await.unwrap();
        }
        let (stage, mut stages) = mpsc::unbounded_channel();
        let worker = Worker::builder(Arc::clone(&inbox))
            .with_observer(move |report: &JobReport<'_>| {
                // Nobody asks once the test has ended.
                let _ = stage.send(report.stage.name());
            })
            .subscribe(subscriber(Arc::clone(&inbox)));
        let worker = worker.build().unwrap();
        worker.declare().await.unwrap();
        inbox.append(message("msg_1", "done", UNIX_EPOCH)).await.unwrap();
        inbox.append(message("msg_2", "deleted", UNIX_EPOCH)).await.unwrap();
        let recording = Subject::recording("r1");
        assert_eq!(waiting(&*inbox, "recall", &recording).await.unwrap(), 4);
        inbox.park("gone").await.unwrap();
        assert_eq!(waiting(&*inbox, "recall", &recording).await.unwrap(), 2);

        let mut jobs = inbox.watch(Topic::Jobs(ERASE.into()));
        tokio::spawn(worker.run(std::future::pending::<()>()));
        let is_erased = async || {
            let stored = inbox.subject("recall", &recording).await.unwrap();
            stored.is_some_and(|stored| stored.erased_at.is_some())
        };
        let failed = JobQuery::new().with_subscription(ERASE).with_state(JobState::Retrying);
        while inbox.jobs(&failed).await.unwrap().is_empty() {
            jobs.changed().await;
        }
        assert!(!is_erased().await, "others are not done");

        for _ in 0..2 {
            let claim = Claim::new("other", 1, Duration::from_secs(60));
            let claimed = inbox.claim(claim).await.unwrap().jobs;
            inbox.settle(claimed[0].lease, JobEnd::Done).await.unwrap();
        }
        while !is_erased().await {
            clock.advance(RETRY_CAP);
            tokio::time::sleep(RETRY_CAP).await;
        }
        assert_eq!(inbox.stats().await.unwrap().forgotten, 2);
        // Its job is erased too, and nobody else has it.
        let mut last = stages.recv().await.unwrap();
        while last != "done" {
            assert!(["started", "retrying"].contains(&last), "{last}");
            last = stages.recv().await.unwrap();
        }
    }
}
