//! Cases about questions: every condition, pages, and the order of answers.

use recallai_webhook_recording::{Subject, SubjectKind};

use super::events::{Event, need};
use super::world::{Checked, ENDPOINT, Failure, HOUR, SECOND, World, nth, one, same};
use crate::{
    Class, DEFAULT_LIMIT, Filter, JobId, JobQuery, JobState, MessageQuery, NewMessage,
    StoredSubject, SubjectQuery, Subscription,
};

async fn ids(world: &World<'_>, change: impl FnOnce(&mut MessageQuery)) -> Checked<Vec<String>> {
    let mut query = MessageQuery::default();
    change(&mut query);
    let messages = world.inbox.messages(&query).await?;
    Ok(messages.into_iter().map(|message| message.id.into()).collect())
}

pub(super) async fn messages(world: &mut World<'_>) -> Checked {
    let a = world.append("a", &Event::of("transcript.done", "r1").by("b1")).await?;
    let b = world.append("b", &Event::of("transcript.failed", "r2").by("b1")).await?;
    let c = world.append("c", &Event::of_bot("bot.done", "b1")).await?;
    world.append("d", &Event::bare("hologram.done")).await?;
    let e = NewMessage::parse("eu", "e", Event::of("video_mixed.done", "r1").body(), world.now());
    world.append_new(e.clone().with_scope("shared")).await?;
    world.append_new(NewMessage::parse(ENDPOINT, "f", "not json", world.now())).await?;
    same("all", ids(world, |_| {}).await?, ["a", "b", "c", "d", "e", "f"])?;
    same(
        "newest first",
        ids(world, |q| q.newest_first = true).await?,
        ["f", "e", "d", "c", "b", "a"],
    )?;
    same("after", ids(world, |q| (q.after, q.limit) = (Some(a), 2)).await?, ["b", "c"])?;
    same("before", ids(world, |q| q.before = Some(c)).await?, ["a", "b"])?;
    same("between", ids(world, |q| (q.after, q.before) = (Some(a), Some(c))).await?, ["b"])?;
    let page = ids(world, |q| {
        (q.newest_first, q.before, q.limit) = (true, Some(c), 1);
    });
    same("a page back", page.await?, ["b"])?;
    same("by endpoint", ids(world, |q| q.endpoint = Some("eu".into())).await?, ["e"])?;
    same("by scope", ids(world, |q| q.scope = Some("shared".into())).await?, ["e"])?;
    same("by id", ids(world, |q| q.id = Some("b".into())).await?, ["b"])?;
    for (pattern, expected) in [
        ("transcript.*", &["a", "b"][..]),
        ("*.done", &["a", "c", "d", "e"]),
        ("bot.done", &["c"]),
        ("nothing", &[]),
        ("trans_ript.*", &[]),
        ("%", &[]),
    ] {
        let parsed = pattern.parse().map_err(|e| Failure::new("a pattern", format!("{e}")))?;
        same(
            &format!("by the name {pattern}"),
            ids(world, |q| q.name = Some(parsed)).await?,
            expected,
        )?;
    }
    for (class, expected) in [
        (Class::Event, &["a", "b", "c", "e"][..]),
        (Class::Unknown, &["d"]),
        (Class::Unreadable, &["f"]),
    ] {
        same(class.as_str(), ids(world, |q| q.class = Some(class)).await?, expected)?;
    }
    let r1 = Subject::recording("r1");
    same("by subject", ids(world, |q| q.subject = Some(r1.clone())).await?, ["a", "e"])?;
    let both = ids(world, |q| {
        (q.subject, q.scope) = (Some(r1.clone()), Some(ENDPOINT.into()));
    });
    same("by subject and scope", both.await?, ["a"])?;
    let bot = ids(world, |q| q.subject = Some(Subject::bot("b1"))).await?;
    same("by bot: whose primary subject it is", bot, ["c"])?;
    let failed = ids(world, |q| {
        (q.after, q.class) = (Some(a), Some(Class::Event));
        q.subject = Some(Subject::recording("r2"));
    });
    same("by all of it", failed.await?, ["b"])?;
    let query = MessageQuery { after: Some(b), ..Default::default() };
    let bodies = world.inbox.messages(&query).await?;
    same("bodies only where asked", bodies.iter().all(|m| m.body.is_none()), true)?;
    same("nothing", ids(world, |q| q.limit = 0).await?, Vec::<String>::new())
}

pub(super) async fn pages(world: &mut World<'_>) -> Checked {
    for n in 0..DEFAULT_LIMIT + 5 {
        world.append(&format!("m{n}"), &Event::of("transcript.done", &format!("r{n}"))).await?;
    }
    same("messages of a page", ids(world, |_| {}).await?.len(), DEFAULT_LIMIT)?;
    let subjects = world.inbox.subjects(&SubjectQuery::default()).await?;
    same("subjects of a page", subjects.len(), DEFAULT_LIMIT)?;
    let after = subjects.last().map(|stored| stored.place);
    let query = SubjectQuery { after, ..Default::default() };
    same("subjects of the next", world.inbox.subjects(&query).await?.len(), 5)
}

pub(super) async fn subjects(world: &mut World<'_>) -> Checked {
    world.append("m1", &Event::of("recording.done", "r1").by("b1")).await?;
    let created_at = world.now();
    world.advance(SECOND);
    world.append("m2", &Event::of("recording.done", "r2").by("b1")).await?;
    world.append("m3", &Event::of_upload("sdk_upload.complete", "u1")).await?;
    let other =
        NewMessage::parse("eu", "m4", Event::of("recording.done", "r1").body(), world.now());
    world.append_new(other).await?;
    let list = async |change: fn(&mut SubjectQuery)| {
        let mut query = SubjectQuery::default();
        change(&mut query);
        let stored = world.inbox.subjects(&query).await?;
        Checked::Ok(stored.iter().map(|s| s.state.subject().id.to_string()).collect::<Vec<_>>())
    };
    same("all, as they were heard of", list(|_| {}).await?, ["r1", "b1", "r2", "u1", "r1"])?;
    same("newest first", list(|q| q.newest_first = true).await?, ["r1", "u1", "r2", "b1", "r1"])?;
    same("by scope", list(|q| q.scope = Some("eu".into())).await?, ["r1"])?;
    same("by kind", list(|q| q.kind = Some(SubjectKind::Bot)).await?, ["b1"])?;
    same("by id, in every scope", list(|q| q.id = Some("r1".into())).await?, ["r1", "r1"])?;
    let mut query = SubjectQuery::default();
    (query.newest_first, query.limit) = (true, 2);
    let page = world.inbox.subjects(&query).await?;
    query.before = page.last().map(|stored| stored.place);
    let next = world.inbox.subjects(&query).await?;
    let ids = |found: &[StoredSubject]| -> Vec<String> {
        found.iter().map(|stored| stored.state.subject().id.to_string()).collect()
    };
    same("the next page, newest first", ids(&next), ["r2", "b1"])?;
    // The same whichever comes first.
    (query.after, query.before, query.limit) = (query.before, None, 100);
    same("with a larger place", ids(&world.inbox.subjects(&query).await?), ["r1"])?;
    query.newest_first = false;
    same("the same, oldest first", ids(&world.inbox.subjects(&query).await?), ["r1"])?;
    let stored = world.subject(&Subject::recording("r1")).await?;
    same("when it was first heard of", stored.created_at, created_at)
}

pub(super) async fn jobs(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("a", Filter::events())).await?;
    world.subscribe(&Subscription::messages("b", Filter::events())).await?;
    let m1 = world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    let other =
        NewMessage::parse("eu", "m3", Event::of("recording.done", "r1").body(), world.now());
    world.append_new(other).await?;
    let dead = world.claim("a", 1).await?;
    world.dead(nth("job", &dead, 0)?).await?;
    let count = async |change: fn(&mut JobQuery)| {
        let mut query = JobQuery::default();
        change(&mut query);
        Checked::Ok(world.inbox.jobs(&query).await?.len())
    };
    same("all", count(|_| {}).await?, 6)?;
    same("by subscription", count(|q| q.subscription = Some("a".into())).await?, 3)?;
    same("by state", count(|q| q.state = Some(JobState::Waiting)).await?, 5)?;
    same("by limit", count(|q| q.limit = 4).await?, 4)?;
    let subject = count(|q| q.subject = Some((ENDPOINT.into(), Subject::recording("r1"))));
    same("by subject", subject.await?, 2)?;
    let query = JobQuery { message: Some(m1), ..Default::default() };
    let of_message = world.inbox.jobs(&query).await?;
    same("by message", of_message.len(), 2)?;
    same("by id", nth("job", &of_message, 0)?.id < nth("job", &of_message, 1)?.id, true)?;
    let query = JobQuery { after: Some(nth("job", &of_message, 0)?.id), ..Default::default() };
    let rest = world.inbox.jobs(&query).await?;
    let first = nth("job", &of_message, 0)?.id;
    same("after", rest.iter().all(|job| job.id > first), true)?;
    same("how many after", rest.len(), 5)?;

    let all = job_ids(world, JobQuery::new()).await?;
    same("in the order of ids", all.is_sorted(), true)?;
    let reversed: Vec<_> = all.iter().rev().copied().collect();
    let newest = JobQuery::new().with_newest_first(true);
    same("newest first", job_ids(world, newest.clone()).await?, &reversed[..])?;
    let third = *nth("id", &all, 2)?;
    let before = JobQuery::new().with_before(third);
    same("before", job_ids(world, before.clone()).await?, &all[..2])?;
    same("between", job_ids(world, before.with_after(all[0])).await?, &all[1..2])?;
    let page = newest.clone().with_before(third).with_limit(1);
    same("a page back", job_ids(world, page).await?, &all[1..2])?;
    let of_b: Vec<_> = world.jobs("b").await?.iter().rev().map(|job| job.id).collect();
    let waiting = newest.with_subscription("b").with_state(JobState::Waiting);
    same("newest first of a subscription", job_ids(world, waiting).await?, of_b)
}

async fn job_ids(world: &World<'_>, query: JobQuery) -> Checked<Vec<JobId>> {
    Ok(world.inbox.jobs(&query).await?.iter().map(|job| job.id).collect())
}

pub(super) async fn stats(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    let first = world.now();
    world.append("m1", &Event::of("transcript.done", "r1").by("b1")).await?;
    world.advance(SECOND);
    world.append("m2", &Event::of("transcript.done", "r2")).await?;
    world.append("m3", &Event::bare("hologram.done")).await?;
    world.dead(&one("job to claim", world.claim("s", 1).await?)?).await?;
    world.reopen().await?;
    let stats = world.inbox.stats().await?;
    let count = |class| stats.messages.get(&class).copied().unwrap_or_default();
    same("events", count(Class::Event), 2)?;
    same("unknown ones", count(Class::Unknown), 1)?;
    let subjects = |kind| stats.subjects.get(&kind).copied().unwrap_or_default();
    same("recordings", subjects(SubjectKind::Recording), 2)?;
    same("bots", subjects(SubjectKind::Bot), 1)?;
    same("the oldest", stats.oldest, Some(first))?;
    same("the newest", stats.newest, Some(first + SECOND))?;
    same("forgotten ones", (stats.forgotten, stats.repeats, stats.conflicts), (0, 0, 0))?;
    let subscription = one("subscription", stats.subscriptions)?;
    let jobs = [JobState::Waiting, JobState::Dead, JobState::Done];
    same("jobs", jobs.map(|state| subscription.count(state)), [1, 1, 0])?;
    same("the oldest job", subscription.oldest.is_some(), true)?;

    let need = Subscription::need("t", need("transcript")?).with_give_up_after(HOUR);
    world.subscribe(&need).await?;
    world.append("m4", &Event::of("transcript.processing", "r4")).await?;
    let later = nth("subscription", &world.inbox.subscriptions().await?, 1)?.clone();
    same("needs that may time out", later.count(JobState::Scheduled), 1)?;
    same("they are no work yet", later.oldest, None)
}
