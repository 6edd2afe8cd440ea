//! Cases about taking jobs.

use std::collections::BTreeSet;
use std::sync::Arc;

use recallai_webhook_recording::Subject;

use super::events::Event;
use super::world::{Checked, ENDPOINT, Failure, LEASE, World, same};
use crate::{Claim, Filter, InboxError, JobEnd, JobState, Subscription, Task};

pub(super) async fn what_a_job_carries(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let message = world.signed(world.message("m1", &Event::of("transcript.done", "r1")), 0);
    let seq = world.append_new(message.clone()).await?;
    let created_at = world.now();
    world.advance(LEASE);
    let job = world.claim_one("s").await?;
    let Task::Message(carried) = &job.task else {
        return Err(Failure::new("a message", format!("{:?}", job.task)));
    };
    same("the message", (carried.seq, &*carried.id), (seq, "m1"))?;
    same("the body", carried.body.as_ref(), Some(&message.body))?;
    same("the signature", carried.signed.as_ref(), message.signed.as_ref())?;
    same("the subscription and scope", (&*job.subscription, &*job.scope), ("s", ENDPOINT))?;
    same("the subject", job.subject.as_ref(), Some(&Subject::recording("r1")))?;
    same("the attempt", job.attempt, 1)?;
    same("when it was made", job.created_at, created_at)?;
    let stored = world.job("s", 0).await?;
    same("the state", (stored.state, stored.attempts), (JobState::Running, 1))?;
    same("until when it is held", stored.due_at, Some(world.now() + LEASE))?;
    same("the key", &stored.idempotency_key, &job.idempotency_key)?;
    world.advance(LEASE / 2);
    world.done(&job).await?;
    let stored = world.job("s", 0).await?;
    same("the state after", stored.state, JobState::Done)?;
    same("when it ended", stored.ended_at, Some(world.now()))?;
    same("what is left to claim", world.claim("s", 1).await?.len(), 0)
}

pub(super) async fn limits(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for n in 0..5 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    let mut sizes = Vec::new();
    for _ in 0..4 {
        sizes.push(world.claim("s", 2).await?.len());
    }
    same("how many were given out each time", sizes, [2, 2, 1, 0])
}

pub(super) async fn once_among_many(world: &mut World<'_>) -> Checked {
    const JOBS: usize = 60;
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for n in 0..JOBS {
        let event = Event::of("transcript.done", &format!("r{}", n % 20)).at(n as u32);
        world.append(&format!("m{n}"), &event).await?;
    }
    let mut workers = Vec::new();
    for _ in 0..8 {
        let inbox = Arc::clone(&world.inbox);
        workers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = inbox.claim(Claim::new("s", 3, LEASE)).await?;
                if claimed.jobs.is_empty() {
                    return Ok::<_, InboxError>(mine);
                }
                for job in claimed.jobs {
                    mine.push(job.lease.job);
                    tokio::task::yield_now().await;
                    inbox.settle(job.lease, JobEnd::Done).await?;
                }
            }
        }));
    }
    let mut given = Vec::new();
    for worker in workers {
        let mine = worker.await.map_err(|e| Failure::new("a worker that ends", format!("{e}")))?;
        given.extend(mine?);
    }
    // Whoever found nothing while others were at work has gone; what they freed is left.
    let jobs = world.claim("s", JOBS).await?;
    given.extend(jobs.iter().map(|job| job.lease.job));
    for job in jobs {
        world.done(&job).await?;
    }
    loop {
        let jobs = world.claim("s", JOBS).await?;
        if jobs.is_empty() {
            break;
        }
        for job in jobs {
            given.push(job.lease.job);
            world.done(&job).await?;
        }
    }
    same("jobs given out", given.len(), JOBS)?;
    same("different ones", given.into_iter().collect::<BTreeSet<_>>().len(), JOBS)
}

pub(super) async fn subscriptions_apart(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("a", Filter::events())).await?;
    world.subscribe(&Subscription::messages("b", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    let a = world.claim_one("a").await?;
    let b = world.claim_one("b").await?;
    same("whether their keys differ", a.idempotency_key != b.idempotency_key, true)?;
    world.dead(&a).await?;
    world.done(&b).await?;
    let states = [world.job("a", 0).await?.state, world.job("b", 0).await?.state];
    same("how each ended", states, [JobState::Dead, JobState::Done])
}
