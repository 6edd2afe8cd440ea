//! Cases about pruning: what is old and done goes, its id and the state stay.

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, HOUR, SECOND, World, nth, same, task};
use crate::{
    Appended, Endpoints, Filter, JobEnd, JobState, NewMessage, Prune, RESEND_WINDOW, Replay,
    Subscription,
};

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
    let dry = everything.clone().with_dry_run(true);
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
    // One in the middle stays, and is passed.
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let kept = world.stored("m3").await?.seq;
    world.inbox.replay(&Replay::of([kept])).await?;
    let prune = Prune::before(world.now()).with_limit(3);
    same("examined and pruned", in_all(world, prune.clone()).await?, (7, 6))?;
    same("examined once more", in_all(world, prune).await?, (1, 0))
}

pub(super) async fn by_endpoint(world: &mut World<'_>) -> Checked {
    let endpoints = ["b", "a", "c", "a", "b"];
    for (n, endpoint) in endpoints.into_iter().enumerate() {
        let body = Event::of("transcript.done", &format!("r{n}")).body();
        world.append_new(NewMessage::parse(endpoint, format!("m{n}"), body, world.now())).await?;
        world.advance(SECOND);
    }
    world.advance(HOUR * 100);
    let all = Prune::before(world.now());
    let only = |names: &[&'static str]| Endpoints::only(names.iter().copied());
    let nobody = all.clone().with_endpoints(only(&["d"]));
    same("of an unknown endpoint", world.inbox.prune(&nobody).await?.changed, 0)?;
    same(
        "of no endpoint",
        world.inbox.prune(&all.clone().with_endpoints(only(&[]))).await?.changed,
        0,
    )?;
    let some = all.clone().with_endpoints(only(&["a", "c"])).with_limit(2);
    let dry = some.clone().with_dry_run(true);
    same("that would be pruned of two", in_all(world, dry).await?, (3, 3))?;
    same("pruned of two", in_all(world, some).await?, (3, 3))?;
    let mut left = world.messages().await?;
    left.retain(|message| message.body.is_some());
    let left: Vec<_> = left.into_iter().map(|message| message.endpoint).collect();
    same("endpoints with messages", left, ["b", "b"].map(Into::into))?;
    let but = all.clone().with_endpoints(Endpoints::all_but(["b"]));
    same("pruned of all but one", world.inbox.prune(&but).await?.changed, 0)?;
    let but = all.with_endpoints(Endpoints::all_but(["a"]));
    same("pruned of all but another", world.inbox.prune(&but).await?.changed, 2)
}

/// Prunes piece by piece; how many messages were looked at and pruned.
async fn in_all(world: &World<'_>, mut prune: Prune) -> Checked<(u64, u64)> {
    let (mut examined, mut changed) = (0, 0);
    loop {
        let progress = world.inbox.prune(&prune).await?;
        examined += progress.examined;
        changed += progress.changed;
        match progress.next {
            Some(next) => prune.from = next,
            None => return Ok((examined, changed)),
        }
    }
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
    world.inbox.settle(job.lease, JobEnd::Done).await?;
    let pruned = world.inbox.prune(&Prune::before(world.now())).await?;
    same("when its job is done", pruned.changed, 1)
}

pub(super) async fn parked_keep_on_request(world: &mut World<'_>) -> Checked {
    let parked = Subscription::messages("parked", Filter::events());
    world.subscribe(&parked).await?;
    // Two of one subject, so that one waits behind the other; and one that is a dead letter.
    for (n, recording) in [(1, "r1"), (2, "r1"), (3, "r3")] {
        world.append(&format!("m{n}"), &Event::of("transcript.done", recording).at(n)).await?;
    }
    for job in world.claim("parked", 2).await? {
        match task(&job).as_str() {
            "m3" => world.dead(&job).await?,
            _ => world.inbox.settle(job.lease, JobEnd::Released).await?,
        }
    }
    world.inbox.park("parked").await?;
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    // One that it has not come to, and that another one is not done with; and one that is young.
    world.append("m4", &Event::of("transcript.done", "r4")).await?;
    world.advance(HOUR * 100);
    let prune = Prune::before(world.now());
    world.append("m5", &Event::of("transcript.done", "r1").at(5)).await?;
    same("pruned unasked", world.inbox.prune(&prune).await?.changed, 0)?;
    let prune = prune.with_parked(true);
    let dry = prune.clone().with_dry_run(true);
    same("what would be pruned", world.inbox.prune(&dry).await?.changed, 3)?;
    same("pruned", world.inbox.prune(&prune).await?.changed, 3)?;
    same("jobs that are left", world.jobs("parked").await?.len(), 0)?;
    same("what others do", world.work_off("s").await?, ["m4", "m5"])?;
    same("pruned when that is done", world.inbox.prune(&prune).await?.changed, 1)?;
    world.subscribe(&parked).await?;
    world.fill("parked", 10).await?;
    same("what it goes on with", world.claimed("parked").await?, ["m5"])
}
