//! Cases about waits: jobs that are put off, by how long, and what becomes of them.

use std::time::Duration;

use super::events::{Event, need};
use super::world::{Checked, HOUR, LEASE, SECOND, World, nth, same};
use crate::{Claim, Filter, JobEnd, JobState, LONGEST_WAIT, Order, Subscription, Turn};

pub(super) async fn comes_back(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    for name in ["s", "n"] {
        let first = world.claim_one(name).await?;
        world.retry(&first, SECOND).await?;
        world.advance(SECOND);
        for _ in 0..2 {
            let job = world.claim_one(name).await?;
            same("the attempt", job.attempt, 2)?;
            world.inbox.settle(job.lease, JobEnd::PutOff { after: HOUR }).await?;
            world.reopen().await?;
            let stored = world.job(name, 0).await?;
            same("the state", (stored.state, stored.attempts), (JobState::Scheduled, 1))?;
            same("what has failed", stored.failures.len(), 1)?;
            same("when it is due", stored.due_at, Some(world.now() + HOUR))?;
            world.advance(HOUR - SECOND);
            let claimed = world.inbox.claim(Claim::new(name, 10, LEASE)).await?;
            same("jobs just before", claimed.jobs.len(), 0)?;
            same("when to come again", claimed.next_due, Some(SECOND))?;
            world.advance(SECOND);
        }
        let job = world.claim_one(name).await?;
        same("what comes back", job.idempotency_key, first.idempotency_key)?;
        world.inbox.settle(job.lease, JobEnd::Done).await?;
    }
    Ok(())
}

pub(super) async fn in_order(world: &mut World<'_>) -> Checked {
    let relaxed = Subscription::messages("relaxed", Filter::events());
    world.subscribe(&relaxed).await?;
    let strict = Subscription::messages("strict", Filter::events()).with_order(Order::Strict);
    world.subscribe(&strict).await?;
    for n in 1..=2 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", "r1").at(n)).await?;
    }
    for name in ["relaxed", "strict"] {
        let job = world.claim_one(name).await?;
        world.inbox.settle(job.lease, JobEnd::PutOff { after: HOUR }).await?;
    }
    same("what passes", world.work_off("relaxed").await?, ["m2"])?;
    same("what may not", world.claim("strict", 10).await?.len(), 0)?;
    world.advance(HOUR);
    same("the other", world.work_off("relaxed").await?, ["m1"])?;
    same("both in order", world.work_off("strict").await?, ["m1", "m2"])
}

pub(super) async fn dropped_in_order(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript")?);
    let strict = subscription.with_give_up_after(HOUR).with_order(Order::Strict);
    world.subscribe(&strict).await?;
    world.append("m1", &Event::of("transcript.processing", "r1")).await?;
    world.advance(HOUR);
    let job = world.claim_one("s").await?;
    world.inbox.settle(job.lease, JobEnd::PutOff { after: HOUR }).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(1)).await?;
    world.reopen().await?;
    same("what passes it", world.claim("s", 10).await?.len(), 0)?;
    world.advance(HOUR);
    same("what comes instead", world.work_off("s").await?, ["ready"])?;
    let stored = world.job("s", 0).await?;
    same("what it was", (stored.turn, stored.state), (Some(Turn::TimedOut), JobState::Done))?;
    world.is_whole().await
}

pub(super) async fn for_ever(world: &mut World<'_>) -> Checked {
    const FOR_EVER: Duration = Duration::MAX;
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let need = Subscription::need("n", need("transcript")?).with_give_up_after(FOR_EVER);
    world.subscribe(&need).await?;
    for n in 1..=3 {
        world
            .append(&format!("m{n}"), &Event::of("transcript.processing", &format!("r{n}")))
            .await?;
    }
    let error = "it failed".into();
    let ends = [JobEnd::PutOff { after: FOR_EVER }, JobEnd::Retry { after: FOR_EVER, error }];
    let claimed = world.inbox.claim(Claim::new("s", 3, FOR_EVER)).await?;
    same("jobs", claimed.jobs.len(), 3)?;
    same("when the first lease is up", claimed.next_due, Some(LONGEST_WAIT))?;
    for (job, end) in claimed.jobs.iter().zip(ends) {
        world.inbox.settle(job.lease, end).await?;
    }
    world.inbox.renew(nth("job", &claimed.jobs, 2)?.lease, FOR_EVER).await?;
    for name in ["s", "n"] {
        let due: Vec<_> = world.jobs(name).await?.iter().map(|job| job.due_at).collect();
        same("when they are due", due, vec![Some(world.now() + LONGEST_WAIT); 3])?;
    }
    for wait in [Duration::ZERO, LONGEST_WAIT - SECOND] {
        world.advance(wait);
        for name in ["s", "n"] {
            let claimed = world.inbox.claim(Claim::new(name, 10, LEASE)).await?;
            same("jobs before that", claimed.jobs.len(), 0)?;
        }
    }
    world.advance(SECOND);
    same("what comes back", world.claimed("s").await?, ["m1", "m2", "m3"])?;
    same("what is given up", world.claimed("n").await?, ["timed_out"; 3])
}
