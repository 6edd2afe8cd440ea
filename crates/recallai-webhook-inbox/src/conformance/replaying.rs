//! Cases about replays: what has ended runs once more, what has not is left alone.

use super::events::Event;
use super::world::{Checked, Failure, HOUR, World, nth, same};
use crate::{Filter, JobState, Prune, Replay, Subscription};

pub(super) async fn what_has_ended(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let mut seqs = Vec::new();
    for n in 0..5 {
        let event = Event::of("transcript.done", &format!("r{n}"));
        seqs.push(world.append(&format!("m{n}"), &event).await?);
    }
    let jobs = world.claim("s", 4).await?;
    world.done(nth("job", &jobs, 0)?).await?;
    world.dead(nth("job", &jobs, 1)?).await?;
    world.retry(nth("job", &jobs, 2)?, HOUR).await?;
    // The fourth runs, the fifth waits.
    same("jobs that wait again", world.inbox.replay(&Replay::of(&*seqs)).await?, 2)?;
    let states: Vec<_> = world.jobs("s").await?.iter().map(|job| job.state).collect();
    let (waiting, retrying, running) = (JobState::Waiting, JobState::Retrying, JobState::Running);
    same("the states", states, [waiting, waiting, retrying, running, waiting])?;
    let again = world.claim("s", 10).await?;
    let attempts: Vec<_> = again.iter().map(|job| job.attempt).collect();
    same("from the first attempt", attempts, [1, 1, 1])?;
    world.done(nth("job", &jobs, 3)?).await
}

pub(super) async fn by_subscription(world: &mut World<'_>) -> Checked {
    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    let pattern = "*.failed".parse().map_err(|e| Failure::new("a pattern", format!("{e}")))?;
    world.subscribe(&Subscription::messages("a", Filter::events())).await?;
    world.subscribe(&Subscription::messages("b", Filter::events())).await?;
    world.subscribe(&Subscription::messages("c", Filter::events().with_name(pattern))).await?;
    same(
        "one of them",
        world.inbox.replay(&Replay::of([seq]).with_subscriptions(["a"])).await?,
        1,
    )?;
    same("a message from before it began", world.claimed("a").await?, ["m1"])?;
    same("nothing for the other", world.claim("b", 10).await?.len(), 0)?;
    same("all of them", world.inbox.replay(&Replay::of([seq])).await?, 1)?;
    same("the other", world.claimed("b").await?, ["m1"])?;
    same("one whose filter does not match", world.jobs("c").await?.len(), 0)?;
    same("while both run", world.inbox.replay(&Replay::of([seq]).with_new_key(true)).await?, 0)
}

pub(super) async fn by_mark(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let first = world.append("m1", &Event::of_upload("sdk_upload.complete", "u1")).await?;
    let second = world.append("m2", &Event::of_upload("sdk_upload.completed", "u1")).await?;
    same("jobs", world.work_off("s").await?, ["m1"])?;
    same("jobs that wait", world.inbox.replay(&Replay::of([second, first])).await?, 1)?;
    same("jobs again", world.work_off("s").await?, ["m1"])
}

pub(super) async fn what_is_forgotten(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.work_off("s").await?;
    world.advance(HOUR * 100);
    world.inbox.prune(&Prune::before(world.now())).await?;
    let waiting = world.inbox.replay(&Replay::of([seq, seq.saturating_add(100)])).await?;
    same("jobs of what is forgotten, or was never there", waiting, 0)?;
    same("jobs", world.claim("s", 10).await?.len(), 0)
}
