//! Cases about watches: each tells of every change that is committed after it was made.

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, ENDPOINT, SECOND, World};
use crate::{Erase, Filter, JobEnd, Replay, Start, Subscription, Topic};

fn of(subject: Subject) -> Topic {
    Topic::Subject(ENDPOINT.into(), subject)
}

pub(super) async fn told_of_messages(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    let recording = Subject::recording("r1");
    world.append("m0", &Event::of("recording.processing", "r1").by("b1").in_upload("u1")).await?;
    let topics = [
        of(recording),
        // The next event names neither; the recording is linked to both.
        of(Subject::bot("b1")),
        of(Subject::sdk_upload("u1")),
        Topic::Jobs("s".into()),
        Topic::Jobs("n".into()),
        Topic::Messages,
    ];
    let mut watches: Vec<_> = topics.into_iter().map(|topic| world.inbox.watch(topic)).collect();
    world.append("m1", &Event::of("transcript.done", "r1").at(1)).await?;
    for watch in &mut watches {
        watch.changed().await;
    }
    // One that was told is told again.
    world.append("m2", &Event::of("transcript.deleted", "r1").at(2)).await?;
    for watch in watches.iter_mut().take(4) {
        watch.changed().await;
    }
    Ok(())
}

pub(super) async fn told_of_the_unheard(world: &mut World<'_>) -> Checked {
    let mut recording = world.inbox.watch(of(Subject::recording("r1")));
    let mut bot = world.inbox.watch(of(Subject::bot("b1")));
    let mut jobs = world.inbox.watch(Topic::Jobs("s".into()));
    let mut messages = world.inbox.watch(Topic::Messages);
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1").by("b1")).await?;
    recording.changed().await;
    bot.changed().await;
    jobs.changed().await;
    messages.changed().await;
    Ok(())
}

/// Whatever lets a job be claimed wakes those who work for the subscription.
pub(super) async fn told_of_jobs(world: &mut World<'_>) -> Checked {
    world.append("m0", &Event::of("transcript.done", "r0")).await?;
    let subscription = Subscription::messages("s", Filter::events()).with_start(Start::Beginning);
    world.subscribe(&subscription).await?;
    let watch = || world.inbox.watch(Topic::Jobs("s".into()));
    let mut told = watch();
    world.fill("s", 10).await?;
    told.changed().await;
    world.work_off("s").await?;

    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(1)).await?;
    let first = world.claim_one("s").await?;
    let mut told = watch();
    world.done(&first).await?;
    told.changed().await;

    let second = world.claim_one("s").await?;
    let mut told = watch();
    world.inbox.settle(second.lease, JobEnd::Released).await?;
    told.changed().await;

    let second = world.claim_one("s").await?;
    let mut told = watch();
    world.retry(&second, SECOND).await?;
    told.changed().await;

    world.advance(SECOND);
    let second = world.claim_one("s").await?;
    world.dead(&second).await?;
    let mut told = watch();
    world.inbox.revive(&[second.lease.job]).await?;
    told.changed().await;

    let mut told = watch();
    world.inbox.replay(&Replay::of([seq])).await?;
    told.changed().await;

    world.work_off("s").await?;
    world.inbox.park("s").await?;
    world.append("m3", &Event::of("transcript.done", "r3")).await?;
    let mut told = watch();
    world.subscribe(&subscription).await?;
    world.fill("s", 10).await?;
    told.changed().await;
    Ok(())
}

pub(super) async fn told_of_erasing(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("transcript.done", "r1").by("b1")).await?;
    let mut recording = world.inbox.watch(of(Subject::recording("r1")));
    let mut bot = world.inbox.watch(of(Subject::bot("b1")));
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::bot("b1"))).await?;
    recording.changed().await;
    bot.changed().await;
    Ok(())
}
