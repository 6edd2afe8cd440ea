//! Cases about failures: retries, dead letters, and the key that stays.

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, ENDPOINT, HOUR, LEASE, SECOND, World, nth, same, task};
use crate::{
    Claim, Erase, FAILURES_KEPT, Filter, JobEnd, JobQuery, JobState, Order, Prune, RESEND_WINDOW,
    Replay, Start, Subscription,
};

pub(super) async fn when_due(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    for attempt in 1..=3 {
        let job = world.claim_one("s").await?;
        same("the attempt", job.attempt, attempt)?;
        world.retry(&job, HOUR).await?;
        world.reopen().await?;
        let stored = world.job("s", 0).await?;
        same("the state", (stored.state, stored.attempts), (JobState::Retrying, attempt))?;
        same("the error", stored.error.as_deref(), Some("it failed"))?;
        same("when it is due", stored.due_at, Some(world.now() + HOUR))?;
        world.advance(HOUR - SECOND);
        let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
        same("jobs just before", claimed.jobs.len(), 0)?;
        same("when to come again", claimed.next_due, Some(SECOND))?;
        world.advance(SECOND);
    }
    world.done(&world.claim_one("s").await?).await?;
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    same("when to come again, with nothing left", claimed.next_due, None)
}

pub(super) async fn next_due_is_the_nearest(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for n in 1..=3 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    for (job, hours) in world.claim("s", 10).await?.iter().zip([3, 1, 2]) {
        world.retry(job, HOUR * hours).await?;
    }
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    same("when to come again", claimed.next_due, Some(HOUR))?;
    world.advance(HOUR);
    same("the nearest", world.claimed("s").await?, ["m2"])?;
    world.advance(HOUR * 2);
    same("the others, with the one that crashed", world.claimed("s").await?, ["m1", "m2", "m3"])
}

pub(super) async fn dead_letters(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for n in 1..=3 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    let jobs = world.claim("s", 10).await?;
    let ids: Vec<_> = jobs.iter().map(|job| job.lease.job).collect();
    world.dead(nth("job", &jobs, 0)?).await?;
    world.dead(nth("job", &jobs, 1)?).await?;
    world.done(nth("job", &jobs, 2)?).await?;
    world.advance(HOUR);
    world.reopen().await?;
    let query = JobQuery { state: Some(JobState::Dead), ..Default::default() };
    let dead = world.inbox.jobs(&query).await?;
    same("dead letters", dead.iter().map(|job| job.id).collect::<Vec<_>>(), &ids[..2])?;
    same("with their error", nth("job", &dead, 0)?.error.as_deref(), Some("it died"))?;
    same("and their end", nth("job", &dead, 0)?.ended_at, Some(world.now() - HOUR))?;
    same("they are not claimed", world.claim("s", 10).await?.len(), 0)?;
    let counts = world.inbox.subscriptions().await?;
    same(
        "dead letters that are counted",
        nth("subscription", &counts, 0)?.count(JobState::Dead),
        2,
    )?;

    same("revived", world.inbox.revive(&ids).await?, 1 + 1)?;
    same("revived again", world.inbox.revive(&ids).await?, 0)?;
    let again = world.claim("s", 10).await?;
    same("claimed again", again.len(), 2)?;
    same("from the first attempt", nth("job", &again, 0)?.attempt, 1)?;
    same(
        "with the same key",
        &nth("job", &again, 0)?.idempotency_key,
        &nth("job", &jobs, 0)?.idempotency_key,
    )?;
    same("the error is kept", world.job("s", 0).await?.error.as_deref(), Some("it died"))?;

    world.dead(nth("job", &again, 0)?).await?;
    same("given up", world.inbox.discard(&ids).await?, 1)?;
    same("given up again", world.inbox.discard(&ids).await?, 0)?;
    same("it counts as done", world.job("s", 0).await?.state, JobState::Done)?;
    same("revived after that", world.inbox.revive(&ids).await?, 0)?;
    same("the other runs on", world.job("s", 1).await?.state, JobState::Running)
}

pub(super) async fn one_key(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    let job = world.claim_one("s").await?;
    let key = job.idempotency_key.clone();
    world.retry(&job, SECOND).await?;
    world.advance(SECOND);
    let job = world.claim_one("s").await?;
    same("over attempts", &job.idempotency_key, &key)?;
    world.advance(LEASE);
    world.reopen().await?;
    let job = world.claim_one("s").await?;
    same("over crashes", &job.idempotency_key, &key)?;
    world.dead(&job).await?;
    world.inbox.revive(&[job.lease.job]).await?;
    let job = world.claim_one("s").await?;
    same("over revivals", &job.idempotency_key, &key)?;
    world.done(&job).await?;
    same("jobs that wait", world.inbox.replay(&Replay::of([seq])).await?, 1)?;
    let job = world.claim_one("s").await?;
    same("over replays", &job.idempotency_key, &key)?;
    world.done(&job).await?;
    world.inbox.replay(&Replay::of([seq]).with_new_key(true)).await?;
    let job = world.claim_one("s").await?;
    same("whether it is new on request", job.idempotency_key != key, true)?;
    let second = job.idempotency_key.clone();
    world.done(&job).await?;
    world.reopen().await?;
    world.inbox.replay(&Replay::of([seq]).with_new_key(true)).await?;
    let job = world.claim_one("s").await?;
    let is_new = job.idempotency_key != key && job.idempotency_key != second;
    same("whether it is new each time", is_new, true)
}

pub(super) async fn dead_turns(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::need("s", need("transcript")?)).await?;
    let first = world.message("m1", &Event::of("transcript.done", "r1"));
    world.append_new(first.clone()).await?;
    let job = world.claim_one("s").await?;
    world.dead(&job).await?;
    // A turn is of no message: that one comes again does not revive it.
    world.advance(HOUR);
    world.inbox.append(world.signed(first, 0)).await?;
    same("jobs", world.claim("s", 10).await?.len(), 0)?;
    same("revived", world.inbox.revive(&[job.lease.job]).await?, 1)?;
    let again = world.claim_one("s").await?;
    same("the turn", (task(&again), again.attempt), ("ready".into(), 1))?;
    same("the key", &again.idempotency_key, &job.idempotency_key)?;
    world.done(&again).await
}

/// The history of the one job: attempts and errors.
async fn history(world: &World<'_>) -> Checked<Vec<(u32, String)>> {
    let failures = world.job("s", 0).await?.failures;
    Ok(failures.into_iter().map(|failure| (failure.attempt, failure.error.into())).collect())
}

fn failed(expected: &[(u32, &str)]) -> Vec<(u32, String)> {
    expected.iter().map(|(attempt, error)| (*attempt, (*error).to_owned())).collect()
}

pub(super) async fn failures_are_kept(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    same("before anything failed", history(world).await?, [])?;
    let first = world.now();
    world.retry(&world.claim_one("s").await?, HOUR).await?;
    world.advance(HOUR);
    // Neither an attempt that is given back nor one whose process died has failed.
    world.inbox.settle(world.claim_one("s").await?.lease, JobEnd::Released).await?;
    world.claim_one("s").await?;
    world.advance(LEASE);
    world.reopen().await?;
    world.dead(&world.claim_one("s").await?).await?;
    let died = [(1, "it failed"), (3, "it died")];
    same("what failed", history(world).await?, failed(&died))?;
    let stored = world.job("s", 0).await?;
    let times: Vec<_> = stored.failures.iter().map(|failure| failure.at).collect();
    same("and when", times, [first, first + HOUR + LEASE])?;

    world.inbox.revive(&[stored.id]).await?;
    world.reopen().await?;
    same("after a revival", history(world).await?, failed(&died))?;
    world.retry(&world.claim_one("s").await?, SECOND).await?;
    world.advance(SECOND);
    let [one, three] = died;
    let again = failed(&[one, three, one]);
    same("attempts are counted anew", history(world).await?, again.clone())?;
    world.done(&world.claim_one("s").await?).await?;
    world.reopen().await?;
    same("after it succeeded", history(world).await?, again.clone())?;
    world.inbox.replay(&Replay::of([seq]).with_new_key(true)).await?;
    same("after a replay", history(world).await?, again)?;
    let query = JobQuery { message: Some(seq), newest_first: true, ..Default::default() };
    let listed = world.inbox.jobs(&query).await?;
    same("listed by message", nth("job", &listed, 0)?.failures.len(), 3)
}

pub(super) async fn the_last_failures(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    let more = u32::try_from(FAILURES_KEPT).unwrap_or_default() + 3;
    for _ in 0..more {
        for job in world.claim("s", 2).await? {
            world.retry(&job, SECOND).await?;
        }
        world.advance(SECOND);
    }
    world.reopen().await?;
    for n in 0..2 {
        let failures = world.job("s", n).await?.failures;
        let attempts: Vec<_> = failures.iter().map(|failure| failure.attempt).collect();
        same("the attempts that are kept", attempts, (4..=more).collect::<Vec<_>>())?;
    }
    Ok(())
}

pub(super) async fn failures_go_with_the_job(world: &mut World<'_>) -> Checked {
    for name in ["s", "t"] {
        world.subscribe(&Subscription::messages(name, Filter::events())).await?;
    }
    for n in 1..=3 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    for name in ["s", "t"] {
        for job in world.claim(name, 10).await? {
            world.dead(&job).await?;
        }
    }
    // Whether something is left of those that go is for the store to find in itself.
    world.inbox.park("t").await?;
    world.inbox.unsubscribe("t").await?;
    world.is_whole().await?;
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await?;
    world.is_whole().await?;
    let [m2, m3] = [world.job("s", 0).await?, world.job("s", 1).await?];
    world.inbox.discard(&[m2.id]).await?;
    world.advance(RESEND_WINDOW + HOUR);
    world.inbox.prune(&Prune::before(world.now())).await?;
    let left = world.jobs("s").await?;
    same("what is left", left.iter().map(|job| job.id).collect::<Vec<_>>(), [m3.id])?;
    same("with its failures", nth("job", &left, 0)?.failures.len(), 1)?;
    world
        .subscribe(&Subscription::messages("t", Filter::events()).with_start(Start::Beginning))
        .await?;
    world.fill("t", 10).await?;
    let new = world.jobs("t").await?;
    same("failures of new jobs", new.iter().all(|job| job.failures.is_empty()), true)
}

pub(super) async fn freed_by_discard(world: &mut World<'_>) -> Checked {
    let strict = Subscription::messages("s", Filter::events()).with_order(Order::Strict);
    world.subscribe(&strict).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(1)).await?;
    let job = world.claim_one("s").await?;
    world.dead(&job).await?;
    world.inbox.discard(&[job.lease.job]).await?;
    same("those behind it", world.claimed("s").await?, ["m2"])
}

pub(super) async fn parked_letters(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::messages("s", Filter::events());
    world.subscribe(&subscription).await?;
    for n in 1..=2 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    for job in world.claim("s", 2).await? {
        world.dead(&job).await?;
    }
    world.inbox.park("s").await?;
    let ids: Vec<_> = world.jobs("s").await?.iter().map(|job| job.id).collect();
    same("revived while it is parked", world.inbox.revive(&ids).await?, 0)?;
    same("its state", world.job("s", 0).await?.state, JobState::Dead)?;
    same("given up while it is parked", world.inbox.discard(&ids[..1]).await?, 1)?;
    world.subscribe(&subscription).await?;
    same("revived when it is back", world.inbox.revive(&ids).await?, 1)?;
    same("what runs again", world.claimed("s").await?, ["m2"])
}
