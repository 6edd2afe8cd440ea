//! Cases about reading again: what a newer catalogue understands is brought in, once.

use recallai_webhook_recording::Subject;

use super::events::{Event, need, present, read_without};
use super::world::{Checked, ENDPOINT, World, nth, same};
use crate::{Class, Filter, Progress, Reading, Reparse, Seq, Start, Subscription};

/// A message that an older catalogue could not read.
async fn append_old(world: &World<'_>, id: &str, name: &str, recording: &str) -> Checked<Seq> {
    let message = world.message(id, &Event::of(name, recording));
    world.append_new(read_without(message, name)).await
}

async fn reparse(world: &World<'_>, dry_run: bool) -> Checked<Progress> {
    let (mut whole, mut from) = (Progress::default(), 0);
    loop {
        let piece = Reparse::new().with_from(from).with_limit(2).with_dry_run(dry_run);
        let part = world.inbox.reparse(&piece, &*present()).await?;
        whole.examined += part.examined;
        whole.changed += part.changed;
        whole.jobs += part.jobs;
        match part.next {
            Some(next) => from = next,
            None => return Ok(whole),
        }
    }
}

pub(super) async fn brought_in_once(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::messages("other", Filter::unknown())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    append_old(world, "m1", "transcript.done", "r1").await?;
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    append_old(world, "m3", "video_mixed.done", "r1").await?;
    world.append("m4", &Event::bare("hologram.done")).await?;
    same("before", world.work_off("s").await?, ["m2"])?;
    same("as unknown", world.work_off("other").await?, ["m1", "m3", "m4"])?;
    world.work_off("n").await?;
    let unheard = world.inbox.subject(ENDPOINT, &Subject::recording("r1")).await?;
    same("what is not understood tells nothing", unheard, None)?;

    let expected = Progress::of(4).with_changed(2).with_jobs(3);
    same("what would change", reparse(world, true).await?, expected)?;
    same("a dry run changes nothing", world.stored("m1").await?.class, Class::Unknown)?;
    same("nor makes jobs", world.claim("s", 10).await?.len(), 0)?;
    same("what changes", reparse(world, false).await?, expected)?;
    let stored = world.stored("m1").await?;
    same("the class", (stored.class, &*stored.id), (Class::Event, "m1"))?;
    let recording = world.subject(&Subject::recording("r1")).await?;
    same("items", recording.state.items().count(), 2)?;
    same("jobs", world.work_off("s").await?, ["m1", "m3"])?;
    same("turns", world.work_off("n").await?, ["ready"])?;
    for _ in 0..2 {
        same("a second time", reparse(world, false).await?, Progress::of(4))?;
        same("jobs", world.work_off("s").await?, Vec::<String>::new())?;
        same("jobs", world.work_off("other").await?, Vec::<String>::new())?;
        same("turns", world.work_off("n").await?, Vec::<String>::new())?;
        world.reopen().await?;
    }
    Ok(())
}

pub(super) async fn jobs_that_exist(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::everything())).await?;
    append_old(world, "m1", "transcript.done", "r1").await?;
    append_old(world, "m2", "transcript.done", "r2").await?;
    append_old(world, "m3", "transcript.done", "r3").await?;
    let jobs = world.claim("s", 2).await?;
    world.done(nth("job", &jobs, 0)?).await?;
    world.dead(nth("job", &jobs, 1)?).await?;
    let progress = reparse(world, false).await?;
    same("changed, and jobs made", (progress.changed, progress.jobs), (3, 0))?;
    same("jobs", world.jobs("s").await?.len(), 3)?;
    same("what is left", world.work_off("s").await?, ["m3"])
}

pub(super) async fn subscriptions_that_came_later(world: &mut World<'_>) -> Checked {
    append_old(world, "m1", "transcript.done", "r1").await?;
    append_old(world, "m2", "transcript.done", "r2").await?;
    world.subscribe(&Subscription::messages("now", Filter::events())).await?;
    let all = Subscription::messages("all", Filter::events()).with_start(Start::Beginning);
    world.subscribe(&all).await?;
    let behind = Subscription::messages("behind", Filter::events()).with_start(Start::Beginning);
    world.subscribe(&behind).await?;
    world.inbox.fill("behind", 1).await?;
    reparse(world, false).await?;
    same("one that has come past it, and not to the end", world.claimed("behind").await?, ["m1"])?;
    world.fill("behind", 10).await?;
    same("the rest, once", world.work_off("behind").await?, ["m2"])?;
    world.fill("all", 10).await?;
    same("one that began after it", world.work_off("now").await?, Vec::<String>::new())?;
    same("one that began at the beginning, once", world.work_off("all").await?, ["m1", "m2"])
}

/// A reader that reads less, as after going back to an older version, takes nothing away.
pub(super) async fn never_backwards(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    let reader = |_: &[u8]| Reading::unreadable("written by a newer version");
    world.inbox.reparse(&Reparse::new(), &reader).await?;
    let stored = world.stored("m1").await?;
    same("the class", stored.class, Class::Unreadable)?;
    same("the error", stored.error.as_deref(), Some("written by a newer version"))?;
    let recording = world.subject(&Subject::recording("r1")).await?;
    same("items of the recording", recording.state.items().count(), 1)?;
    world.inbox.reparse(&Reparse::new(), &*present()).await?;
    same("read again", world.stored("m1").await?.class, Class::Event)
}
