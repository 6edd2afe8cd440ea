//! Cases about order: one at a time within a subject, and nobody waits for another subject.

use super::events::Event;
use super::world::{Checked, ENDPOINT, HOUR, LEASE, SECOND, World, nth, same, task};
use crate::{Claim, Filter, JobEnd, NewMessage, Order, Subscription};

fn all() -> Subscription {
    Subscription::messages("s", Filter::everything())
}

/// Messages about recordings: `a1` is about the recording `a`.
async fn append(world: &World<'_>, ids: &[&str]) -> Checked {
    for id in ids {
        world.append(id, &Event::of("transcript.done", &id[..1])).await?;
    }
    Ok(())
}

pub(super) async fn within_a_subject(world: &mut World<'_>) -> Checked {
    world.subscribe(&all()).await?;
    append(world, &["a1", "a2", "a3", "b1", "b2"]).await?;
    let first = world.claim("s", 10).await?;
    same("first", first.iter().map(task).collect::<Vec<_>>(), ["a1", "b1"])?;
    same("while they run", world.claimed("s").await?, Vec::<String>::new())?;
    world.done(nth("job", &first, 1)?).await?;
    let second = world.claim("s", 10).await?;
    same("after one", second.iter().map(task).collect::<Vec<_>>(), ["b2"])?;
    world.done(nth("job", &first, 0)?).await?;
    same("after the other", world.claimed("s").await?, ["a2"])?;
    world.advance(LEASE);
    same("after a crash, the same ones again", world.claimed("s").await?, ["a2", "b2"])
}

pub(super) async fn no_queue_behind_another(world: &mut World<'_>) -> Checked {
    world.subscribe(&all()).await?;
    let many: Vec<_> = (0..150).map(|n| format!("a{n}")).collect();
    append(world, &many.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    append(world, &["b1"]).await?;
    same("one of each", world.claimed("s").await?, ["a0", "b1"])?;
    append(world, &["c1"]).await?;
    let job = world.claim("s", 1).await?;
    same("a third at once", job.iter().map(task).collect::<Vec<_>>(), ["c1"])
}

pub(super) async fn scopes_are_apart(world: &mut World<'_>) -> Checked {
    world.subscribe(&all()).await?;
    let body = Event::of("transcript.done", "r1").body();
    for endpoint in ["us", "eu"] {
        world.append_new(NewMessage::parse(endpoint, endpoint, body.clone(), world.now())).await?;
    }
    same("both at once", world.claimed("s").await?, ["us", "eu"])
}

pub(super) async fn without_subject(world: &mut World<'_>) -> Checked {
    world.subscribe(&all().with_order(Order::Strict)).await?;
    for id in ["x", "y", "z"] {
        world.append_new(NewMessage::parse(ENDPOINT, id, "not json", world.now())).await?;
    }
    let jobs = world.claim("s", 10).await?;
    same("all at once", jobs.iter().map(task).collect::<Vec<_>>(), ["x", "y", "z"])
}

pub(super) async fn nobody_spins(world: &mut World<'_>) -> Checked {
    world.subscribe(&all()).await?;
    append(world, &["a1", "a2"]).await?;
    world.retry(&world.claim_one("s").await?, SECOND * 30).await?;
    world.claim_one("s").await?;
    world.advance(SECOND * 40);
    // The first is due and cannot be had before the lease on the second is over.
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    let seen = (claimed.jobs.len(), claimed.next_due);
    same("jobs, and when to come again", seen, (0, Some(SECOND * 20)))
}

pub(super) async fn relaxed(world: &mut World<'_>) -> Checked {
    world.subscribe(&all()).await?;
    append(world, &["a1", "a2", "a3"]).await?;
    let a1 = world.claim_one("s").await?;
    world.retry(&a1, SECOND * 30).await?;
    let a2 = world.claim_one("s").await?;
    same("the next passes one that waits", task(&a2), "a2")?;
    world.advance(SECOND * 40);
    same("due, it still waits for the one that runs", world.claim("s", 10).await?.len(), 0)?;
    world.done(&a2).await?;
    same("then it goes first", world.claimed("s").await?, ["a1"])
}

pub(super) async fn strict(world: &mut World<'_>) -> Checked {
    world.subscribe(&all().with_order(Order::Strict)).await?;
    append(world, &["a1", "a2", "b1", "a3", "a4"]).await?;
    let jobs = world.claim("s", 10).await?;
    same("first", jobs.iter().map(task).collect::<Vec<_>>(), ["a1", "b1"])?;
    world.retry(nth("job", &jobs, 0)?, HOUR).await?;
    same("while it waits", world.claimed("s").await?, Vec::<String>::new())?;
    world.advance(HOUR);
    let a1 = world.claim("s", 1).await?;
    same("when it is due", task(nth("job", &a1, 0)?), "a1")?;
    world.inbox.settle(nth("job", &a1, 0)?.lease, JobEnd::Released).await?;
    let a1 = world.claim("s", 1).await?;
    same("after it was released", task(nth("job", &a1, 0)?), "a1")?;
    world.dead(nth("job", &a1, 0)?).await?;
    let a2 = world.claim("s", 1).await?;
    same("a dead one holds up nobody", task(nth("job", &a2, 0)?), "a2")?;
    world.inbox.revive(&[nth("job", &a1, 0)?.lease.job]).await?;
    same("one that comes back waits too", world.claimed("s").await?, ["b1"])?;
    world.done(nth("job", &a2, 0)?).await?;
    same("then it goes first", world.claimed("s").await?, ["a1"])
}
