//! Cases about erasing: nothing is left that tells of the subject, and nothing comes back.

use recallai_webhook_recording::Subject;

use super::events::{Event, need};
use super::world::{Checked, ENDPOINT, HOUR, LEASE, World, same};
use crate::{
    Appended, Erase, Erased, Filter, InboxError, Job, JobEnd, NewMessage, Start, Subscription, Turn,
};

pub(super) async fn what_goes(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    world.append("m1", &Event::of("transcript.done", "r1").by("b1")).await?;
    world.append("m2", &Event::of("video_mixed.done", "r1")).await?;
    world.append("m3", &Event::of("transcript.done", "r2").by("b1")).await?;
    let elsewhere = Event::of("transcript.done", "r1").body();
    world.append_new(NewMessage::parse("eu", "m1", elsewhere, world.now())).await?;
    let recording = Subject::recording("r1");
    let expected = Erased::of(1).with_messages(2).with_jobs(3);
    let dry = world.inbox.erase(&Erase::of(ENDPOINT, recording.clone()).with_dry_run(true)).await?;
    same("what would go", dry, expected)?;
    same("after a dry run", world.subject(&recording).await?.erased_at, None)?;
    same("what goes", world.inbox.erase(&Erase::of(ENDPOINT, recording.clone())).await?, expected)?;
    for _ in 0..2 {
        let stored = world.subject(&recording).await?;
        same("whether it is marked", stored.erased_at.is_some(), true)?;
        let state = &stored.state;
        same("the state", state, &state.tombstone())?;
        same("its metadata", state.metadata(), None)?;
        same("its links", state.links().count(), 0)?;
        let messages = world.messages().await?;
        let bodies = messages.iter().filter(|message| message.body.is_some()).count();
        same("messages with a body", bodies, 2)?;
        let ids = messages.iter().filter(|m| m.body.is_none()).all(|m| m.signed.is_none());
        same("whether signatures are gone", ids, true)?;
        same("jobs of messages", world.jobs("s").await?.len(), 2)?;
        same("jobs of turns", world.jobs("n").await?.len(), 2)?;
        let again = world.inbox.erase(&Erase::of(ENDPOINT, recording.clone())).await?;
        same("what goes a second time", again, Erased::default())?;
        world.reopen().await?;
    }
    same(
        "the same id elsewhere",
        world.inbox.subject("eu", &recording).await?.map(|s| s.erased_at),
        Some(None),
    )
}

pub(super) async fn what_comes_late(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.subscribe(&Subscription::need("n", need("transcript")?)).await?;
    world.append("m1", &Event::of("recording.processing", "r1").by("b1")).await?;
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await?;
    world.reopen().await?;
    let late = world.message("m2", &Event::of("transcript.done", "r1").by("b2").at(1));
    same("a late message", world.inbox.append(late.clone()).await?, Appended::Forgotten)?;
    same("again", world.inbox.append(late).await?, Appended::Forgotten)?;
    let stored = world.subject(&Subject::recording("r1")).await?;
    same("the state", &stored.state, &stored.state.tombstone())?;
    let other = world.inbox.subject(ENDPOINT, &Subject::bot("b2")).await?;
    same("what it tells of others", other, None)?;
    same("jobs", world.claim("s", 10).await?.len(), 0)?;
    same("turns", world.claim("n", 10).await?.len(), 0)?;
    let mut bodies = world.messages().await?;
    bodies.retain(|message| message.body.is_some());
    same("bodies", bodies.len(), 0)?;
    // Another recording of the bot has nothing to do with it.
    world.append("m3", &Event::of("transcript.done", "r2").by("b1").at(1)).await?;
    same("jobs of another recording", world.work_off("s").await?, ["m3"])
}

pub(super) async fn with_its_recordings(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1").by("b1")).await?;
    world.append("m2", &Event::of("transcript.done", "r2").by("b1")).await?;
    world.append("m3", &Event::of_bot("bot.done", "b1")).await?;
    world.append("m4", &Event::of("transcript.done", "r3").in_upload("u1")).await?;
    let bot = Subject::bot("b1");
    let erased = world.inbox.erase(&Erase::of(ENDPOINT, bot.clone())).await?;
    same("what goes with a bot", erased, Erased::of(3).with_messages(3).with_jobs(3))?;
    let upload = Subject::sdk_upload("u1");
    let erased = world.inbox.erase(&Erase::of(ENDPOINT, upload.clone())).await?;
    same("what goes with an upload", erased, Erased::of(2).with_messages(1).with_jobs(1))?;
    for subject in
        ["r1", "r2", "r3"].map(Subject::recording).into_iter().chain([bot.clone(), upload])
    {
        let stored = world.subject(&subject).await?;
        same(&format!("{subject} is marked"), stored.erased_at.is_some(), true)?;
    }
    let late = world.message("m5", &Event::of("transcript.done", "r9").by("b1"));
    same("another recording of it", world.inbox.append(late).await?, Appended::Forgotten)?;
    let stored = world.subject(&bot).await?;
    same("the bot", &stored.state, &stored.state.tombstone())?;
    let late = world.message("m6", &Event::of_bot("bot.call_ended", "b1"));
    same("of the bot itself", world.inbox.append(late).await?, Appended::Forgotten)
}

pub(super) async fn words_too(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let said = |id: &str| {
        let body = r#"{"event":"transcript.data","data":{"data":{"words":[{"text":"hello",
            "start_timestamp":{"relative":1.5},"end_timestamp":null}],"participant":{"id":100,
            "name":"Ada","is_host":true,"platform":"zoom","extra_data":{}}},
            "transcript":{"id":"t1","metadata":{}},"realtime_endpoint":{"id":"e1","metadata":{}},
            "recording":{"id":"r1","metadata":{}},"bot":{"id":"b1","metadata":{}}}}"#;
        NewMessage::parse(ENDPOINT, id, body, world.now())
    };
    let (first, late) = (said("m1"), said("m2"));
    world.append_new(first).await?;
    let erased = world.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await?;
    same("what goes", erased, Erased::of(1).with_messages(1).with_jobs(1))?;
    same("later words", world.inbox.append(late).await?, Appended::Forgotten)
}

pub(super) async fn not_told_of(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await?;
    let beginning = |s: Subscription| s.with_start(Start::Beginning);
    let need = Subscription::need("n", need("transcript")?).with_turn(Turn::Gone);
    world.subscribe(&beginning(need)).await?;
    world.subscribe(&beginning(Subscription::messages("s", Filter::everything()))).await?;
    world.fill("n", 10).await?;
    world.fill("s", 10).await?;
    same("turns", world.work_off("n").await?, ["ready"])?;
    same("jobs", world.work_off("s").await?, ["m2"])
}

pub(super) async fn unheard(world: &mut World<'_>) -> Checked {
    let nobody = Subject::recording("nobody");
    let erased = world.inbox.erase(&Erase::of(ENDPOINT, nobody.clone())).await?;
    same("what goes of one that was never heard of", erased, Erased::of(1))?;
    let late = world.message("m1", &Event::of("transcript.done", "nobody"));
    same("a late message", world.inbox.append(late).await?, Appended::Forgotten)
}

/// Whoever had a job is told that it is gone, not that somebody else has it.
fn gone(what: &str, job: &Job, answer: &Result<(), InboxError>) -> Checked {
    let is_gone = matches!(answer, Err(InboxError::JobGone { job: id }) if *id == job.lease.job);
    same(&format!("whether {what} is told that the job is gone"), is_gone, true)
}

pub(super) async fn while_it_runs(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    let job = world.claim_one("s").await?;
    world.inbox.erase(&Erase::of(ENDPOINT, Subject::recording("r1"))).await?;
    for _ in 0..2 {
        gone("a renewal", &job, &world.inbox.renew(job.lease, LEASE).await)?;
        for end in [JobEnd::Done, JobEnd::Released, JobEnd::Dead { error: "x".into() }] {
            gone("an end", &job, &world.inbox.settle(job.lease, end).await)?;
        }
        world.reopen().await?;
    }
    world.advance(HOUR);
    same("jobs", world.claim("s", 10).await?.len(), 0)
}
