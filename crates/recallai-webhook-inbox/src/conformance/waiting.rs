//! Cases about waits: answered from what is stored and from what comes, with no gap between the two.

use std::sync::Arc;

use recallai_webhook_recording::{Readiness, Subject};

use super::events::{Event, need};
use super::layer::{Interposed, Moment};
use super::world::{Checked, ENDPOINT, Failure, HOUR, World, same};
use crate::{Erase, Inbox, InboxExt, NewMessage};

fn everyone() -> [Subject; 3] {
    [Subject::recording("r1"), Subject::bot("b1"), Subject::sdk_upload("u1")]
}

/// The messages of a meeting that begins after the first of them, and is ready after the last.
fn messages(world: &World<'_>) -> Vec<NewMessage> {
    let events = [
        Event::of("recording.processing", "r1").by("b1"),
        Event::of("transcript.processing", "r1").in_upload("u1").at(1),
        Event::of("transcript.done", "r1").at(2),
    ];
    events.iter().enumerate().map(|(n, e)| world.message(&format!("m{n}"), e)).collect()
}

async fn append_all(inbox: &dyn Inbox, messages: &[NewMessage]) -> Checked {
    for message in messages {
        inbox.append(message.clone()).await?;
    }
    Ok(())
}

pub(super) async fn already_there(world: &mut World<'_>) -> Checked {
    append_all(&*world.inbox, &messages(world)).await?;
    world.reopen().await?;
    for subject in everyone() {
        let readiness = world.inbox.wait(ENDPOINT, &subject, &need("transcript")?, HOUR).await?;
        same(&format!("{subject}"), readiness.name(), "ready")?;
    }
    Ok(())
}

/// For each kind of subject, for each number of messages that are there before, and for each moment
/// within the wait: the rest comes then.
pub(super) async fn at_every_moment(world: &mut World<'_>) -> Checked {
    let messages = messages(world);
    let need = need("transcript")?;
    for (subject, heard_after) in everyone().into_iter().zip([usize::MAX, 1, 2]) {
        for known in 0..messages.len() {
            // Who knows of recordings reads them, and all once more after it has begun to watch them.
            let reads = if known >= heard_after { 4 } else { 1 };
            for read in 1..=reads {
                for moment in [Moment::BeforeRead(read), Moment::AfterRead(read)] {
                    let store = world.harness.open().await?;
                    let (before, rest) = messages.split_at(known);
                    append_all(&*store, before).await?;
                    let laid = Interposed::new(Arc::clone(&store), moment, rest.to_vec());
                    let readiness = laid.wait(ENDPOINT, &subject, &need, HOUR).await?;
                    let what = format!("{subject}, {known} before, the rest at {moment:?}");
                    same(&what, readiness.name(), "ready")?;
                    store.close().await;
                }
            }
        }
    }
    Ok(())
}

pub(super) async fn while_awaited(world: &mut World<'_>) -> Checked {
    let mut waits = Vec::new();
    for subject in everyone() {
        let (inbox, need) = (Arc::clone(&world.inbox), need("transcript")?);
        waits.push(tokio::spawn(async move { inbox.wait(ENDPOINT, &subject, &need, HOUR).await }));
    }
    for message in messages(world) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        world.append_new(message).await?;
    }
    for wait in waits {
        let readiness = wait.await.map_err(|e| Failure::new("an answer", format!("{e}")))??;
        same("the answer", readiness.name(), "ready")?;
    }
    Ok(())
}

pub(super) async fn in_vain(world: &mut World<'_>) -> Checked {
    let (need, none) = (need("transcript,video_mixed")?, std::time::Duration::ZERO);
    for subject in everyone() {
        let readiness = world.inbox.wait(ENDPOINT, &subject, &need, none).await?;
        same("of one that was never heard of", readiness.name(), "pending")?;
    }
    append_all(&*world.inbox, &messages(world)).await?;
    for subject in everyone() {
        let readiness = world.inbox.wait(ENDPOINT, &subject, &need, none).await?;
        let Readiness::Pending(missing) = readiness else {
            return Err(Failure::new("pending", readiness.name()));
        };
        let kinds: Vec<_> = missing.iter().map(|missing| missing.kind.as_str()).collect();
        same("what is missing", kinds, ["video_mixed"])?;
    }
    let elsewhere = world.inbox.wait("elsewhere", &everyone()[0], &need, none).await?;
    same("of another scope", elsewhere.name(), "pending")
}

pub(super) async fn other_answers(world: &mut World<'_>) -> Checked {
    let need = need("transcript")?;
    let events = [
        ("failed", Event::of("transcript.failed", "r1").by("b1")),
        ("ready", Event::of("transcript.done", "r1").artifact("t2").at(1)),
        ("gone", Event::of("recording.deleted", "r1").at(2)),
    ];
    for (n, (expected, event)) in events.iter().enumerate() {
        world.append(&format!("m{n}"), event).await?;
        for subject in [Subject::recording("r1"), Subject::bot("b1")] {
            let readiness = world.inbox.wait(ENDPOINT, &subject, &need, HOUR).await?;
            same(&format!("{subject}"), readiness.name(), *expected)?;
        }
    }
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::bot("b1"))).await?;
    for subject in [Subject::recording("r1"), Subject::bot("b1")] {
        let readiness = world.inbox.wait(ENDPOINT, &subject, &need, HOUR).await?;
        same(&format!("{subject}, erased"), readiness.name(), "gone")?;
    }
    Ok(())
}

pub(super) async fn woken_by_erasing(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("recording.processing", "r1").by("b1")).await?;
    let (inbox, need) = (Arc::clone(&world.inbox), need("transcript")?);
    let subject = Subject::recording("r1");
    let erased = subject.clone();
    let wait = tokio::spawn(async move { inbox.wait(ENDPOINT, &subject, &need, HOUR).await });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    world.inbox.erase(&Erase::of(ENDPOINT, erased.clone())).await?;
    let readiness = wait.await.map_err(|e| Failure::new("an answer", format!("{e}")))??;
    same("the answer", readiness.name(), "gone")
}

pub(super) async fn followed(world: &mut World<'_>) -> Checked {
    let bot = Subject::bot("b1");
    let mut follow = Arc::clone(&world.inbox).follow(ENDPOINT, &bot, &need("transcript")?);
    same("at first", follow.next().await?.name(), "pending")?;
    // What comes while nobody asks is told of at the next call, each answer once.
    let events = [
        Event::of("recording.processing", "r1").by("b1"),
        Event::of("transcript.failed", "r1").artifact("t1").at(1),
        Event::of("transcript.done", "r1").artifact("t2").at(2),
    ];
    let mut seen = Vec::new();
    for (n, event) in events.iter().enumerate() {
        world.append(&format!("m{n}"), event).await?;
        seen.push(follow.next().await?.name());
        // The same again changes nothing, and is not told of.
        world.append(&format!("again{n}"), event).await?;
    }
    same("then", seen, ["pending", "failed", "ready"])
}
