//! Cases about pruning: what is old and done goes, its id and the state stay.

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, HOUR, SECOND, World, nth, same};
use crate::{Appended, Filter, JobState, Prune, RESEND_WINDOW, Subscription};

pub(super) async fn what_is_kept(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for n in 0..5 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    let jobs = world.claim("s", 4).await?;
    world.done(nth("job", &jobs, 0)?).await?;
    world.dead(nth("job", &jobs, 1)?).await?;
    world.retry(nth("job", &jobs, 2)?, HOUR).await?;
    let everything = Prune::before(world.now() + HOUR * 10_000);
    same("pruned at once", world.inbox.prune(&everything).await?.changed, 0)?;
    world.advance(RESEND_WINDOW - SECOND);
    same("while it may come again", world.inbox.prune(&everything).await?.changed, 0)?;
    world.advance(SECOND * 2);
    let mut dry = everything;
    dry.dry_run = true;
    same("what would be pruned", world.inbox.prune(&dry).await?.changed, 1)?;
    same("messages after a dry run", world.stored("m0").await?.body.is_some(), true)?;
    same("pruned", world.inbox.prune(&everything).await?.changed, 1)?;
    same("pruned again", world.inbox.prune(&everything).await?.changed, 0)?;
    same("forgotten ones", world.inbox.stats().await?.forgotten, 1)?;
    let left = world.messages().await?;
    let with_body = left.iter().filter(|message| message.body.is_some()).count();
    same("messages that are left", with_body, 4)?;
    let states: Vec<_> = world.jobs("s").await?.iter().map(|job| job.state).collect();
    let expected = [JobState::Dead, JobState::Retrying, JobState::Running, JobState::Waiting];
    same("jobs that are left", states, expected)?;
    world.inbox.discard(&[nth("job", &jobs, 1)?.lease.job]).await?;
    same("pruned after it was given up", world.inbox.prune(&everything).await?.changed, 1)
}

pub(super) async fn by_last_delivery(world: &mut World<'_>) -> Checked {
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    world.append_new(message.clone()).await?;
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    world.advance(RESEND_WINDOW + HOUR);
    let mut again = message;
    again.received_at = world.now();
    world.inbox.append(again).await?;
    let now = Prune::before(world.now() + SECOND);
    same("pruned", world.inbox.prune(&now).await?.changed, 1)?;
    same("the one that came again", world.stored("m1").await?.body.is_some(), true)?;
    world.advance(HOUR * 100);
    let before = Prune::before(world.now() - HOUR * 101);
    same("pruned before the cutoff", world.inbox.prune(&before).await?.changed, 0)
}

pub(super) async fn what_stays(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    world.append_new(message.clone()).await?;
    world.work_off("s").await?;
    world.work_off("n").await?;
    world.advance(HOUR * 100);
    world.inbox.prune(&Prune::before(world.now())).await?;
    world.reopen().await?;
    let recording = world.subject(&Subject::recording("r1")).await?;
    same("items of the recording", recording.state.items().count(), 1)?;
    same("the id", world.inbox.append(message).await?, Appended::Forgotten)?;
    // The fact comes under another id: the state and the marks know it.
    world.append("m2", &Event::of("transcript.processing", "r1").at(1)).await?;
    world.append("m3", &Event::of("transcript.done", "r1").artifact("t2").at(2)).await?;
    same("turns", world.claim("n", 10).await?.len(), 0)?;
    same("jobs", world.work_off("s").await?, ["m2", "m3"])
}

pub(super) async fn in_pieces(world: &mut World<'_>) -> Checked {
    for n in 0..7 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    world.advance(HOUR * 100);
    let mut prune = Prune::before(world.now());
    prune.limit = 3;
    let (mut examined, mut changed) = (0, 0);
    loop {
        let progress = world.inbox.prune(&prune).await?;
        examined += progress.examined;
        changed += progress.changed;
        match progress.next {
            Some(next) => prune.from = next,
            None => break,
        }
    }
    same("examined and pruned", (examined, changed), (7, 7))
}

pub(super) async fn seq_goes_on(world: &mut World<'_>) -> Checked {
    let seq = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.advance(HOUR * 100);
    world.inbox.prune(&Prune::before(world.now())).await?;
    world.reopen().await?;
    let next = world.append("m2", &Event::of("transcript.done", "r2")).await?;
    same("whether the next has a greater place", next > seq, true)
}

pub(super) async fn not_before_its_jobs_are_made(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::messages("s", Filter::events());
    world.subscribe(&subscription).await?;
    world.inbox.park("s").await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.advance(RESEND_WINDOW + HOUR);
    let pruned = world.inbox.prune(&Prune::before(world.now())).await?;
    same("what a parked subscription has not come to", pruned.changed, 0)?;
    world.subscribe(&subscription).await?;
    world.inbox.fill("s", 10).await?;
    let job = world.claim_one("s").await?;
    world.inbox.settle(job.lease, crate::JobEnd::Done).await?;
    let pruned = world.inbox.prune(&Prune::before(world.now())).await?;
    same("when its job is done", pruned.changed, 1)
}
