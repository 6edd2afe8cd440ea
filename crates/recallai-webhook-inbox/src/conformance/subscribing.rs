//! Cases about subscriptions: where they begin, and what they miss, which is nothing.

use std::sync::Arc;

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, Failure, HOUR, LEASE, World, holds, nth, one, same, task};
use crate::{Claim, Filter, InboxError, Order, Replay, Start, Subscribed, Subscription, Turn};

fn all(name: &str) -> Subscription {
    Subscription::messages(name, Filter::events())
}

/// A message about a recording of its own.
async fn append(world: &World<'_>, numbers: std::ops::Range<usize>) -> Checked {
    for n in numbers {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    Ok(())
}

fn ids(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| format!("m{n}")).collect()
}

pub(super) async fn from_now(world: &mut World<'_>) -> Checked {
    append(world, 0..3).await?;
    same("subscribing", world.inbox.subscribe(&all("s")).await?, Subscribed::Created)?;
    same("jobs made by filling", world.fill("s", 10).await?, 0)?;
    append(world, 3..5).await?;
    world.reopen().await?;
    same("jobs", world.claimed("s").await?, ids(3..5))
}

pub(super) async fn from_the_beginning(world: &mut World<'_>) -> Checked {
    append(world, 0..5).await?;
    world.subscribe(&all("s").with_start(Start::Beginning)).await?;
    let behind = one("subscription", world.inbox.subscriptions().await?)?;
    holds("a subscription that is behind says so", behind.filled_to.is_some())?;
    // Messages come while it is filled, and it falls back no more than that.
    let mut next = 5;
    loop {
        let progress = world.inbox.fill("s", 2).await?;
        holds("no more than was asked for", progress.examined <= 2)?;
        if progress.next.is_none() {
            break;
        }
        if next < 9 {
            append(world, next..next + 1).await?;
            next += 1;
        }
        world.reopen().await?;
    }
    append(world, next..next + 2).await?;
    let caught_up = one("subscription", world.inbox.subscriptions().await?)?;
    same("how far it is behind", caught_up.filled_to, None)?;
    same("jobs made by filling further", world.fill("s", 10).await?, 0)?;
    same("jobs, each once, in order", world.claimed("s").await?, ids(0..next + 2))
}

pub(super) async fn filled_by_several(world: &mut World<'_>) -> Checked {
    append(world, 0..20).await?;
    world.subscribe(&all("s").with_start(Start::Beginning)).await?;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let inbox = Arc::clone(&world.inbox);
        tasks.push(tokio::spawn(async move {
            while inbox.fill("s", 3).await?.next.is_some() {
                tokio::task::yield_now().await;
            }
            Ok::<_, InboxError>(())
        }));
    }
    append(world, 20..25).await?;
    for task in tasks {
        task.await.map_err(|e| Failure::new("a task that ends", format!("{e}")))??;
    }
    world.fill("s", 10).await?;
    same("jobs, each once, in order", world.claimed("s").await?, ids(0..25))
}

pub(super) async fn parked(world: &mut World<'_>) -> Checked {
    world.subscribe(&all("s")).await?;
    append(world, 0..2).await?;
    world.inbox.park("s").await?;
    append(world, 2..4).await?;
    world.reopen().await?;
    holds("it says so", one("subscription", world.inbox.subscriptions().await?)?.parked)?;
    same("jobs to claim while it is parked", world.claim("s", 10).await?.len(), 0)?;
    let due = world.inbox.claim(Claim::new("s", 10, LEASE)).await?.next_due;
    same("when more come due", due, None)?;
    same("resuming", world.inbox.subscribe(&all("s")).await?, Subscribed::Resumed)?;
    append(world, 4..6).await?;
    world.fill("s", 1).await?;
    append(world, 6..7).await?;
    same("jobs, each once, in order", world.claimed("s").await?, ids(0..7))?;
    // Parking what runs does not end it.
    world.inbox.park("s").await?;
    world.inbox.park("s").await?;
    same("resuming again", world.inbox.subscribe(&all("s")).await?, Subscribed::Resumed)
}

pub(super) async fn parked_while_behind(world: &mut World<'_>) -> Checked {
    append(world, 0..5).await?;
    let subscription = all("s").with_start(Start::Beginning);
    world.subscribe(&subscription).await?;
    world.inbox.fill("s", 2).await?;
    world.inbox.park("s").await?;
    append(world, 5..7).await?;
    world.reopen().await?;
    same("jobs made by filling while it is parked", world.fill("s", 10).await?, 0)?;
    // Declared again with another start, which has no meaning now.
    same("resuming", world.inbox.subscribe(&all("s")).await?, Subscribed::Resumed)?;
    append(world, 7..8).await?;
    world.fill("s", 2).await?;
    same("jobs, each once, in order", world.claimed("s").await?, ids(0..8))
}

pub(super) async fn timeouts_from_the_beginning(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("transcript.processing", "r1")).await?;
    world.append("m2", &Event::of("transcript.processing", "r2")).await?;
    let subscription = Subscription::need("s", need("transcript")?).with_give_up_after(HOUR);
    world.subscribe(&subscription.with_start(Start::Beginning)).await?;
    world.fill("s", 10).await?;
    world.append("m3", &Event::of("transcript.done", "r2").at(1)).await?;
    same("at once", world.work_off("s").await?, ["ready"])?;
    world.advance(HOUR);
    same("in time", world.work_off("s").await?, ["timed_out"])
}

pub(super) async fn changed_while_parked(world: &mut World<'_>) -> Checked {
    world.subscribe(&all("s")).await?;
    append(world, 0..1).await?;
    world.inbox.park("s").await?;
    append(world, 1..2).await?;
    world.append("f", &Event::of("transcript.failed", "r9")).await?;
    let pattern = "*.failed".parse().map_err(|e| Failure::new("a pattern", format!("{e}")))?;
    let other = Subscription::messages("s", Filter::events().with_name(pattern));
    same("another filter", world.inbox.subscribe(&other).await?, Subscribed::Changed)?;
    world.fill("s", 1).await?;
    same("jobs", world.claimed("s").await?, ["m0", "f"])
}

pub(super) async fn parked_need(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript")?);
    world.subscribe(&subscription).await?;
    world.inbox.park("s").await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    same("turns to claim while it is parked", world.claim("s", 10).await?.len(), 0)?;
    world.inbox.subscribe(&subscription).await?;
    world.fill("s", 1).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(2)).await?;
    let job = world.claim_one("s").await?;
    same("the turn", (task(&job), job.subject), ("ready".into(), Some(Subject::recording("r1"))))
}

pub(super) async fn need_from_the_beginning(world: &mut World<'_>) -> Checked {
    append(world, 0..4).await?;
    world.append("p1", &Event::of("transcript.processing", "pending")).await?;
    world.append("f1", &Event::of("transcript.failed", "failed")).await?;
    let subscription = Subscription::need("s", need("transcript")?).with_turn(Turn::Failed);
    world.subscribe(&subscription.clone().with_start(Start::Beginning)).await?;
    // One turns before the filling comes to it.
    world.append("p2", &Event::of("transcript.done", "pending")).await?;
    world.fill("s", 2).await?;
    world.append("r0", &Event::of("transcript.done", "r0").at(3)).await?;
    let mut turns = world.work_off("s").await?;
    turns.sort();
    let expected = ["failed", "ready", "ready", "ready", "ready", "ready"];
    same("turns, each recording once", turns, expected)?;
    world.subscribe(&Subscription::need("now", need("transcript")?)).await?;
    world.fill("now", 10).await?;
    same("turns of one that starts now", world.claimed("now").await?.len(), 0)
}

pub(super) async fn changed(world: &mut World<'_>) -> Checked {
    world.subscribe(&all("s")).await?;
    same("the same again", world.inbox.subscribe(&all("s")).await?, Subscribed::Unchanged)?;
    let other_start = all("s").with_start(Start::Beginning);
    same("another start", world.inbox.subscribe(&other_start).await?, Subscribed::Unchanged)?;
    append(world, 0..1).await?;
    let pattern = "*.failed".parse().map_err(|e| Failure::new("a pattern", format!("{e}")))?;
    let other = Subscription::messages("s", Filter::events().with_name(pattern));
    same("another filter", world.inbox.subscribe(&other).await?, Subscribed::Changed)?;
    append(world, 1..2).await?;
    world.append("f", &Event::of("transcript.failed", "r9")).await?;
    world.reopen().await?;
    let kept = one("subscription", world.inbox.subscriptions().await?)?;
    same("the interest that is kept", kept.subscription.interest, other.interest.clone())?;
    same("jobs: old ones stay", world.claimed("s").await?, ["m0", "f"])?;
    let strict = other.with_order(Order::Strict);
    same("another order", world.inbox.subscribe(&strict).await?, Subscribed::Changed)
}

pub(super) async fn unsubscribed(world: &mut World<'_>) -> Checked {
    world.subscribe(&all("s")).await?;
    world.subscribe(&all("other")).await?;
    append(world, 0..2).await?;
    let job = world.claim("s", 1).await?;
    let refused = world.inbox.unsubscribe("s").await;
    let is_refused = matches!(refused, Err(InboxError::SubscriptionInUse { .. }));
    holds("what is in use is not removed", is_refused)?;
    same("its jobs after that", world.jobs("s").await?.len(), 2)?;
    world.inbox.park("s").await?;
    append(world, 2..3).await?;
    world.inbox.unsubscribe("s").await?;
    same("its jobs", world.jobs("s").await?.len(), 0)?;
    let settled = world.inbox.settle(nth("job", &job, 0)?.lease, crate::JobEnd::Done).await;
    holds("its jobs are gone", matches!(settled, Err(InboxError::JobGone { .. })))?;
    same("jobs of others", world.claimed("other").await?, ids(0..3))?;
    same("subscribing anew", world.inbox.subscribe(&all("s")).await?, Subscribed::Created)?;
    append(world, 3..4).await?;
    same("its jobs from now", world.claimed("s").await?, ids(3..4))
}

pub(super) async fn unknown(world: &mut World<'_>) -> Checked {
    let inbox = &world.inbox;
    let outcomes = [
        inbox.park("nobody").await.err(),
        inbox.unsubscribe("nobody").await.err(),
        inbox.fill("nobody", 1).await.err(),
        inbox.claim(Claim::new("nobody", 1, LEASE)).await.err(),
        inbox.replay(&Replay::of([]).with_subscriptions(["nobody"])).await.err(),
    ];
    let is_it = |error: &Option<InboxError>| matches!(error, Some(InboxError::UnknownSubscription { name }) if **name == *"nobody");
    holds("a name that nobody subscribed is named in the error", outcomes.iter().all(is_it))
}
