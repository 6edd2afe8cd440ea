//! Cases about needs: each turn makes one job, whatever the order of events.

use std::sync::Arc;

use recallai_webhook_recording::{Readiness, Subject};

use super::events::{Event, need, shuffled};
use super::world::{Checked, Failure, HOUR, LEASE, SECOND, World, one, same, task};
use crate::{Claim, Filter, InboxError, Job, JobState, Subscription, Task, Turn};

fn standing(job: &Job) -> Checked<&Readiness> {
    match &job.task {
        Task::Turn { readiness, .. } => Ok(readiness),
        Task::Message(_) => Err(Failure::new("a turn", "a message")),
    }
}

/// What happens in a meeting, as the vendor tells it.
fn meeting(recording: &str) -> Vec<Event> {
    vec![
        Event::of("recording.processing", recording).by("bot").at(1),
        Event::of("transcript.processing", recording).at(2),
        Event::of("recording.done", recording).at(3),
        Event::of("transcript.done", recording).at(4),
        Event::of("video_mixed.done", recording).at(5),
    ]
}

pub(super) async fn once_in_any_order(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::need("s", need("transcript,video_mixed")?)).await?;
    let mut turns = Vec::new();
    for number in (0..120).step_by(3) {
        let recording = format!("r{number}");
        let mut events = shuffled(meeting(&recording), number);
        events.extend(shuffled(meeting(&recording), number * 7));
        for (n, event) in events.iter().enumerate() {
            world.append(&format!("m{number}-{n}"), event).await?;
            if number % 2 == 0 {
                // Worked on at once, so that one that has ended cannot be what prevents a second.
                turns.extend(world.work_off("s").await?);
            }
        }
    }
    turns.extend(world.work_off("s").await?);
    same("turns, one for each recording", turns, vec!["ready"; 40])?;
    same("jobs", world.jobs("s").await?.len(), 40)
}

pub(super) async fn once_among_many(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::need("s", need("transcript,video_mixed")?)).await?;
    let mut senders = Vec::new();
    for sender in 0..4 {
        let messages: Vec<_> = shuffled(meeting("r1"), sender * 29)
            .iter()
            .enumerate()
            .map(|(n, event)| world.message(&format!("m{sender}-{n}"), event))
            .collect();
        let inbox = Arc::clone(&world.inbox);
        senders.push(tokio::spawn(async move {
            for message in messages {
                inbox.append(message).await?;
                tokio::task::yield_now().await;
            }
            Ok::<_, InboxError>(())
        }));
    }
    for sender in senders {
        sender.await.map_err(|e| Failure::new("a sender that ends", format!("{e}")))??;
    }
    let job = world.claim_one("s").await?;
    same("the turn", (task(&job), job.subject), ("ready".into(), Some(Subject::recording("r1"))))
}

pub(super) async fn when_all_is_there(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::need("s", need("transcript,video_mixed")?)).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("video_mixed.processing", "r1")).await?;
    same("turns while something is missing", world.claim("s", 10).await?.len(), 0)?;
    world.append("m3", &Event::of("video_mixed.done", "r1")).await?;
    world.reopen().await?;
    let job = world.claim_one("s").await?;
    same("the attempt", job.attempt, 1)?;
    let Readiness::Ready(available) = standing(&job)? else {
        return Err(Failure::new("ready", format!("{:?}", job.task)));
    };
    same("what is available", available.len(), 2)?;
    let stored = one("job", world.jobs("s").await?)?;
    same("what the job is of", (stored.message, stored.turn), (None, Some(Turn::Ready)))?;
    world.retry(&job, SECOND).await?;
    world.advance(SECOND);
    let again = world.claim_one("s").await?;
    same("the key over attempts", &again.idempotency_key, &job.idempotency_key)
}

pub(super) async fn failed_then_ready(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript")?);
    world.subscribe(&subscription.with_turn(Turn::Failed).with_turn(Turn::Gone)).await?;
    world.append("m1", &Event::of("transcript.failed", "r1").artifact("t1")).await?;
    world.append("m2", &Event::of("transcript.done", "r1").artifact("t2").at(1)).await?;
    world.append("m3", &Event::of("transcript.failed", "r1").artifact("t3").at(2)).await?;
    let job = world.claim_one("s").await?;
    same("first", task(&job), "failed")?;
    same("how the need stands now", standing(&job)?.name(), "ready")?;
    world.done(&job).await?;
    same("then", world.work_off("s").await?, ["ready"])?;
    world.append("m4", &Event::of("recording.deleted", "r1").at(3)).await?;
    world.append("m5", &Event::of("transcript.done", "r1").artifact("t4").at(4)).await?;
    same("at last", world.work_off("s").await?, ["gone"])
}

pub(super) async fn only_what_was_asked(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::need("s", need("transcript")?)).await?;
    world.append("m1", &Event::of("transcript.failed", "r1").artifact("t1")).await?;
    world.append("m2", &Event::of("transcript.deleted", "r2")).await?;
    world.append("m3", &Event::of("video_mixed.done", "r3")).await?;
    same("turns", world.claim("s", 10).await?.len(), 0)
}

pub(super) async fn given_up(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript,video_mixed")?);
    world.subscribe(&subscription.with_give_up_after(HOUR)).await?;
    world.append("m1", &Event::of("transcript.done", "late")).await?;
    let job = one("job", world.jobs("s").await?)?;
    same("the job to be", (job.state, job.turn), (JobState::Scheduled, Some(Turn::TimedOut)))?;
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    same("before its time", (claimed.jobs.len(), claimed.next_due), (0, Some(HOUR)))?;
    world.advance(HOUR / 2);
    world.append("m2", &Event::of("transcript.done", "later")).await?;
    // Hearing of it again does not begin the time anew.
    world.append("m3", &Event::of("recording.done", "late").at(1)).await?;
    world.reopen().await?;
    world.advance(HOUR / 2);
    let job = world.claim_one("s").await?;
    same(
        "the turn",
        (task(&job), &job.subject),
        ("timed_out".into(), &Some(Subject::recording("late"))),
    )?;
    let Readiness::Pending(missing) = standing(&job)? else {
        return Err(Failure::new("pending", format!("{:?}", job.task)));
    };
    same("what is missing", missing.len(), 1)?;
    world.done(&job).await?;
    world.append("m4", &Event::of("video_mixed.done", "late").at(2)).await?;
    same("what comes too late comes", world.work_off("s").await?, ["ready"])?;
    world.advance(HOUR);
    same("the other", world.work_off("s").await?, ["timed_out"])
}

pub(super) async fn not_given_up(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript")?);
    world.subscribe(&subscription.with_give_up_after(HOUR)).await?;
    world.append("m1", &Event::of("transcript.processing", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(1)).await?;
    world.append("m3", &Event::of("transcript.processing", "r2")).await?;
    world.append("m4", &Event::of("transcript.failed", "r2").at(1)).await?;
    world.append("m5", &Event::of("transcript.done", "r3")).await?;
    world.advance(HOUR * 2);
    let mut turns = world.work_off("s").await?;
    turns.sort();
    same("turns", turns, ["ready", "ready"])?;
    let claimed = world.inbox.claim(Claim::new("s", 10, LEASE)).await?;
    same("when to come again", claimed.next_due, None)?;
    let open = world.jobs("s").await?.into_iter().filter(|job| job.state != JobState::Done);
    same("jobs that have not ended", open.count(), 0)
}

pub(super) async fn schedules_block_nobody(world: &mut World<'_>) -> Checked {
    let subscription = Subscription::need("s", need("transcript")?);
    let strict = subscription.with_give_up_after(HOUR).with_order(crate::Order::Strict);
    world.subscribe(&strict).await?;
    world.append("m1", &Event::of("transcript.processing", "r1")).await?;
    world.append("m2", &Event::of("transcript.done", "r1").at(1)).await?;
    same("turns", world.claimed("s").await?, ["ready"])
}

pub(super) async fn upload_completes_once(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::events())).await?;
    for (n, name) in ["sdk_upload.complete", "sdk_upload.completed"].into_iter().enumerate() {
        // The one names its recording, the other does not.
        let event = Event::of_upload(name, "u1").at(n as u32);
        let event = if n == 0 { event.with_recording("r1") } else { event };
        world.append(&format!("m{n}"), &event).await?;
        world.append(&format!("u{n}"), &Event::of_upload(name, &format!("other{n}"))).await?;
    }
    let mut worked = world.work_off("s").await?;
    worked.sort();
    same("jobs, one for each upload", worked, ["m0", "u0", "u1"])
}
