//! Cases about leases: they end by the clock, and the token decides who holds them.

use super::events::Event;
use super::world::{Checked, LEASE, SECOND, World, holds, same};
use crate::{Claim, Filter, InboxError, Job, JobEnd, JobState, Lease, Subscription};

async fn one_job(world: &World<'_>) -> Checked<Job> {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.claim_one("s").await
}

async fn is_stale(world: &World<'_>, lease: Lease) -> Checked {
    let stale = |what: Result<(), InboxError>| {
        let is_it = matches!(&what, Err(InboxError::StaleLease { job }) if *job == lease.job);
        holds("the lease is stale", is_it)
    };
    stale(world.inbox.renew(lease, LEASE).await)?;
    let retry = JobEnd::Retry { after: SECOND, error: "x".into() };
    for end in [JobEnd::Done, JobEnd::Released, JobEnd::Dead { error: "x".into() }, retry] {
        stale(world.inbox.settle(lease, end).await)?;
    }
    Ok(())
}

pub(super) async fn held_alone(world: &mut World<'_>) -> Checked {
    let job = one_job(world).await?;
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    same("jobs while it is held", claimed.jobs.len(), 0)?;
    same("when to come again", claimed.next_due, Some(LEASE))?;
    world.advance(LEASE - SECOND);
    same("jobs just before the end", world.claim("s", 10).await?.len(), 0)?;
    world.done(&job).await
}

pub(super) async fn expires(world: &mut World<'_>) -> Checked {
    let first = one_job(world).await?;
    world.reopen().await?;
    if !world.harness.reopening_ends_leases() {
        same("jobs after a restart within the lease", world.claim("s", 10).await?.len(), 0)?;
        world.advance(LEASE);
    }
    let second = world.claim_one("s").await?;
    same("the job", second.lease.job, first.lease.job)?;
    same("the attempt", second.attempt, 2)?;
    same("the key", &second.idempotency_key, &first.idempotency_key)?;
    holds("a greater token", second.lease.token > first.lease.token)?;
    world.done(&second).await?;
    same("how it ended", world.job("s", 0).await?.state, JobState::Done)
}

pub(super) async fn fenced(world: &mut World<'_>) -> Checked {
    let first = one_job(world).await?;
    world.advance(LEASE);
    let second = world.claim_one("s").await?;
    is_stale(world, first.lease).await?;
    let stored = world.job("s", 0).await?;
    same("the state", (stored.state, stored.attempts), (JobState::Running, 2))?;
    same("until when it is held", stored.due_at, Some(world.now() + LEASE))?;
    world.done(&second).await?;
    is_stale(world, second.lease).await?;
    is_stale(world, first.lease).await?;
    let nobodys = world.inbox.settle(Lease::new(987_654, 1), JobEnd::Done).await;
    holds("there is no such job", matches!(nobodys, Err(InboxError::JobGone { job: 987_654 })))?;
    same("how it ended", world.job("s", 0).await?.state, JobState::Done)
}

pub(super) async fn fenced_after_revival(world: &mut World<'_>) -> Checked {
    let first = one_job(world).await?;
    world.dead(&first).await?;
    world.inbox.revive(&[first.lease.job]).await?;
    is_stale(world, first.lease).await?;
    let second = world.claim_one("s").await?;
    holds("a greater token", second.lease.token > first.lease.token)?;
    is_stale(world, first.lease).await?;
    world.done(&second).await
}

pub(super) async fn expired_but_unclaimed(world: &mut World<'_>) -> Checked {
    let job = one_job(world).await?;
    world.advance(LEASE * 2);
    // Nobody else was given it, so the work counts.
    world.inbox.renew(job.lease, LEASE).await?;
    same("jobs after it was renewed", world.claim("s", 10).await?.len(), 0)?;
    world.advance(LEASE * 2);
    world.done(&job).await?;
    same("jobs after it was done", world.claim("s", 10).await?.len(), 0)
}

pub(super) async fn renewed(world: &mut World<'_>) -> Checked {
    let job = one_job(world).await?;
    for _ in 0..3 {
        world.advance(LEASE - SECOND);
        world.inbox.renew(job.lease, LEASE).await?;
        same("until when", world.job("s", 0).await?.due_at, Some(world.now() + LEASE))?;
        same("jobs while it is held", world.claim("s", 10).await?.len(), 0)?;
    }
    world.advance(LEASE);
    same("the attempt after it ran out", world.claim_one("s").await?.attempt, 2)
}

pub(super) async fn released(world: &mut World<'_>) -> Checked {
    let first = one_job(world).await?;
    world.inbox.settle(first.lease, JobEnd::Released).await?;
    let stored = world.job("s", 0).await?;
    same("the state", (stored.state, stored.attempts), (JobState::Waiting, 0))?;
    is_stale(world, first.lease).await?;
    let second = world.claim_one("s").await?;
    same("the attempt", second.attempt, 1)?;
    same("the key", &second.idempotency_key, &first.idempotency_key)?;
    world.done(&second).await
}
