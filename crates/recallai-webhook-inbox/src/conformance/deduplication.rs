//! Cases about messages that come more than once.

use std::sync::Arc;

use recallai_webhook_recording::Subject;

use super::events::Event;
use super::world::{Checked, Failure, HOUR, LEASE, SECOND, World, nth, same};
use crate::{Appended, Erase, Filter, JobState, MessageQuery, NewMessage, Prune, Subscription};

pub(super) async fn counted(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    let seq = world.append_new(message.clone()).await?;
    for deliveries in 2..5 {
        world.advance(SECOND);
        world.reopen().await?;
        let mut again = message.clone();
        again.received_at = world.now();
        let expected = Appended::Duplicate { seq, conflict: false, revived: 0 };
        same("the answer", world.inbox.append(again).await?, expected)?;
        let stored = world.stored("m1").await?;
        same("deliveries and conflicts", (stored.deliveries, stored.conflicts), (deliveries, 0))?;
        same("when it was first received", stored.received_at, message.received_at)?;
        same("when it was last received", stored.last_received_at, world.now())?;
    }
    // One that overtook others does not put the time back.
    world.inbox.append(message).await?;
    same("the last delivery", world.stored("m1").await?.last_received_at, world.now())?;
    same("jobs", world.jobs("all").await?.len(), 1)?;
    same("repeats that are counted", world.inbox.stats().await?.repeats, 4)
}

pub(super) async fn first_body_wins(world: &mut World<'_>) -> Checked {
    let first = world.message("m1", &Event::of("transcript.done", "r1"));
    let seq = world.append_new(first.clone()).await?;
    let second = world.message("m1", &Event::of("transcript.failed", "r2"));
    let expected = Appended::Duplicate { seq, conflict: true, revived: 0 };
    same("the answer", world.inbox.append(second).await?, expected)?;
    same("the body", world.stored("m1").await?.body.as_ref(), Some(&first.body))?;
    let expected = Appended::Duplicate { seq, conflict: false, revived: 0 };
    same("the answer to the first again", world.inbox.append(first.clone()).await?, expected)?;
    let stored = world.stored("m1").await?;
    same("the body", stored.body, Some(first.body))?;
    same("deliveries and conflicts", (stored.deliveries, stored.conflicts), (3, 1))?;
    let other = world.inbox.subject(super::world::ENDPOINT, &Subject::recording("r2")).await?;
    same("what the other body tells", other, None)?;
    same("conflicts that are counted", world.inbox.stats().await?.conflicts, 1)
}

pub(super) async fn endpoint_is_in_the_key(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let body = Event::of("transcript.done", "r1").body();
    for endpoint in ["us", "eu"] {
        let message = NewMessage::parse(endpoint, "m1", body.clone(), world.now());
        world.append_new(message).await?;
    }
    let jobs = world.jobs("all").await?;
    same("jobs", jobs.len(), 2)?;
    let keys = nth("job", &jobs, 0)?.idempotency_key != nth("job", &jobs, 1)?.idempotency_key;
    same("whether their idempotency keys differ", keys, true)?;
    let query = MessageQuery { endpoint: Some("eu".into()), ..Default::default() };
    same("messages of one endpoint", world.inbox.messages(&query).await?.len(), 1)
}

pub(super) async fn scopes(world: &mut World<'_>) -> Checked {
    let done = |kind: &str| Event::of(&format!("{kind}.done"), "r1").body();
    let append = |endpoint: &str, scope: &str, kind: &str| {
        NewMessage::parse(endpoint, kind, done(kind), world.now()).with_scope(scope)
    };
    world.append_new(append("us-1", "us", "transcript")).await?;
    world.append_new(append("us-2", "us", "video_mixed")).await?;
    world.append_new(append("eu", "eu", "audio_mixed")).await?;
    let recording = Subject::recording("r1");
    for (scope, items) in [("us", 2), ("eu", 1)] {
        let stored = world.inbox.subject(scope, &recording).await?;
        let seen = stored.map(|stored| stored.state.items().count());
        same("what a scope knows of the recording", seen, Some(items))?;
    }
    same("a scope of nobody", world.inbox.subject("us-1", &recording).await?, None)
}

pub(super) async fn outlives_everything(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let pruned = world.message("m1", &Event::of("transcript.done", "r1"));
    let erased = world.message("m2", &Event::of("transcript.done", "r2"));
    world.append_new(pruned.clone()).await?;
    world.append_new(erased.clone()).await?;
    world.work_off("all").await?;
    world.advance(35 * HOUR + SECOND);
    let mut again = erased.clone();
    again.received_at = world.now();
    let again = world.inbox.append(again).await?;
    same("known after 35 hours", matches!(again, Appended::Duplicate { .. }), true)?;
    let progress = world.inbox.prune(&Prune::before(world.now())).await?;
    same("pruned messages", progress.changed, 1)?;
    world.inbox.erase(&Erase::of(super::world::ENDPOINT, Subject::recording("r2"))).await?;
    for _ in 0..2 {
        same("the pruned one", world.inbox.append(pruned.clone()).await?, Appended::Forgotten)?;
        same("the erased one", world.inbox.append(erased.clone()).await?, Appended::Forgotten)?;
        same("jobs", world.claim("all", 10).await?.len(), 0)?;
        world.advance(1000 * HOUR);
        world.reopen().await?;
    }
    Ok(())
}

pub(super) async fn later_delivery_revives(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    let seq = world.append_new(world.signed(message.clone(), 0)).await?;
    world.advance(SECOND * 10);
    world.dead(&world.claim_one("all").await?).await?;
    world.advance(LEASE);
    // Signed before it died: an attempt that was under way.
    let early = world.signed(message.clone(), -65);
    let expected = Appended::Duplicate { seq, conflict: false, revived: 0 };
    same("an earlier delivery", world.inbox.append(early).await?, expected)?;
    same("an unsigned one", world.inbox.append(message.clone()).await?, expected)?;
    same("dead letters", world.job("all", 0).await?.state, JobState::Dead)?;
    let late = world.signed(message.clone(), -1);
    let expected = Appended::Duplicate { seq, conflict: false, revived: 1 };
    same("a later delivery", world.inbox.append(late.clone()).await?, expected)?;
    same("the attempt", world.claim_one("all").await?.attempt, 1)?;
    let expected = Appended::Duplicate { seq, conflict: false, revived: 0 };
    same("while it runs", world.inbox.append(late).await?, expected)
}

pub(super) async fn at_once(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    let deliveries: Vec<_> = (0..16)
        .map(|_| {
            let (inbox, message) = (Arc::clone(&world.inbox), message.clone());
            tokio::spawn(async move { inbox.append(message).await })
        })
        .collect();
    let mut new = 0;
    for delivery in deliveries {
        let appended = delivery.await.map_err(|e| Failure::new("an answer", format!("{e}")))??;
        new += u32::from(matches!(appended, Appended::New { .. }));
    }
    same("new ones", new, 1)?;
    same("deliveries", world.stored("m1").await?.deliveries, 16)?;
    same("jobs", world.jobs("all").await?.len(), 1)
}
