//! Cases about state: the set of what was told decides, not the order in which it came.

use recallai_webhook_recording::Subject;

use super::events::{Event, need, shuffled};
use super::world::{Checked, ENDPOINT, HOUR, World, same};
use crate::{InboxExt, NewMessage};

async fn current(world: &World<'_>, recording: &str) -> Checked<Vec<String>> {
    let stored = world.subject(&Subject::recording(recording)).await?;
    Ok(stored.state.items().map(|item| item.current().code.to_string()).collect())
}

pub(super) async fn nothing_moves_backwards(world: &mut World<'_>) -> Checked {
    let recording = Subject::recording("r1");
    for (n, (event, expected, readiness)) in [
        (Event::of("transcript.processing", "r1").at(1), "processing", "pending"),
        (Event::of("transcript.done", "r1").at(3), "done", "ready"),
        // Late, and later still by the sender's time.
        (Event::of("transcript.processing", "r1").at(2), "done", "ready"),
        (Event::of("transcript.processing", "r1").at(4), "done", "ready"),
        (Event::of("transcript.deleted", "r1").at(5), "deleted", "gone"),
        (Event::of("transcript.done", "r1").at(6), "deleted", "gone"),
    ]
    .into_iter()
    .enumerate()
    {
        world.append(&format!("m{n}"), &event).await?;
        same(&format!("the status after message {n}"), current(world, "r1").await?, [expected])?;
        let seen = world.inbox.readiness(ENDPOINT, &recording, &need("transcript")?).await?;
        same("the readiness", seen.name(), readiness)?;
    }
    Ok(())
}

pub(super) async fn one_state_in_any_order(world: &mut World<'_>) -> Checked {
    let events = [
        Event::of("recording.processing", "r1").by("b1").at(1),
        Event::of("transcript.processing", "r1").at(1),
        Event::of("transcript.failed", "r1").at(1),
        Event::of("transcript.done", "r1").artifact("t2").in_upload("u1").at(2),
        Event::of_bot("bot.done", "b1").at(3),
    ];
    let subjects = [Subject::recording("r1"), Subject::bot("b1"), Subject::sdk_upload("u1")];
    let mut first = None;
    for number in (0..120).step_by(7) {
        // Each order in a scope of its own.
        let scope = format!("scope{number}");
        let mut order = shuffled(events.to_vec(), number);
        order.extend(shuffled(events.to_vec(), number * 3));
        for (n, event) in order.iter().enumerate() {
            let message =
                NewMessage::parse(scope.as_str(), format!("m{n}"), event.body(), world.now());
            world.append_new(message).await?;
        }
        let mut states = Vec::new();
        for subject in &subjects {
            let stored = world.inbox.subject(&scope, subject).await?;
            states.push(stored.map(|stored| stored.state.to_json()));
        }
        let expected = first.get_or_insert_with(|| states.clone());
        same(&format!("the states after order {number}"), &states, expected)?;
    }
    Ok(())
}

pub(super) async fn links_from_either_end(world: &mut World<'_>) -> Checked {
    // The one is heard of before the bot's link, the other after.
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("recording.done", "r1").by("b1")).await?;
    world.append("m3", &Event::of("recording.done", "r2").by("b1")).await?;
    world.append("m4", &Event::of("transcript.done", "r2")).await?;
    world.reopen().await?;
    let links = |stored: &crate::StoredSubject| stored.state.links().cloned().collect::<Vec<_>>();
    let bot = world.subject(&Subject::bot("b1")).await?;
    same("links of the bot", links(&bot), ["r1", "r2"].map(Subject::recording))?;
    let recording = world.subject(&Subject::recording("r1")).await?;
    same("links of the recording", links(&recording), [Subject::bot("b1")])?;
    let need = need("transcript")?;
    let readiness = world.inbox.wait(ENDPOINT, &Subject::bot("b1"), &need, HOUR).await?;
    same("the bot", readiness.name(), "ready")
}
