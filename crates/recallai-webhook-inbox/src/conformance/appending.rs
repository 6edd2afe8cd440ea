//! Cases about appending: what is stored, when it can be seen, and in what order.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use recallai_webhook_recording::Subject;

use super::events::Event;
use super::world::{Checked, ENDPOINT, Failure, World, holds, one, same};
use crate::{
    Appended, Class, Filter, InboxError, JobState, MessageQuery, NewMessage, SubjectQuery,
    Subscription,
};

pub(super) async fn all_at_once(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let event = Event::of("transcript.done", "r1").by("b1");
    let message = world.signed(world.message("m1", &event), 0);
    let seq = world.append_new(message.clone()).await?;
    for _ in 0..2 {
        let stored = world.stored("m1").await?;
        same("the body", stored.body.as_ref(), Some(&message.body))?;
        same("the signature", stored.signed.as_ref(), message.signed.as_ref())?;
        same("the endpoint", &*stored.endpoint, ENDPOINT)?;
        same("the scope", &*stored.scope, ENDPOINT)?;
        same("the place", stored.seq, seq)?;
        same("the class", stored.class, Class::Event)?;
        same("the name", stored.event_name.as_deref(), Some("transcript.done"))?;
        same("when it was received", stored.received_at, message.received_at)?;
        same("the deliveries", (stored.deliveries, stored.conflicts), (1, 0))?;
        let recording = world.subject(&Subject::recording("r1")).await?;
        same("items of the recording", recording.state.items().count(), 1)?;
        let bot = world.subject(&Subject::bot("b1")).await?;
        let links: Vec<_> = bot.state.links().cloned().collect();
        same("links of the bot", links, vec![Subject::recording("r1")])?;
        let job = one("job", world.jobs("all").await?)?;
        same("the job's message", job.message, Some(seq))?;
        same("the job's subject", job.subject, Some(Subject::recording("r1")))?;
        same("the job's state", (job.state, job.attempts), (JobState::Waiting, 0))?;
        world.reopen().await?;
    }
    Ok(())
}

pub(super) async fn dropped_future(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("all", Filter::events())).await?;
    let message = world.message("m1", &Event::of("transcript.done", "r1"));
    {
        let inbox = Arc::clone(&world.inbox);
        let mut append = pin!(inbox.append(message.clone()));
        poll_fn(|context| {
            let _ = append.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
    }
    match world.inbox.append(message).await? {
        Appended::New { .. } | Appended::Duplicate { conflict: false, .. } => {}
        other => return Err(Failure::new("a message, new or known", format!("{other:?}"))),
    }
    same("messages", world.messages().await?.len(), 1)?;
    same("jobs", world.jobs("all").await?.len(), 1)
}

pub(super) async fn unread_is_kept(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("unread", Filter::unreadable())).await?;
    world.subscribe(&Subscription::messages("unknown", Filter::unknown())).await?;
    let bodies: [(&str, &[u8], Class); 4] = [
        ("m1", br#"{"event":"hologram.done","data":{}}"#, Class::Unknown),
        ("m2", b"not json", Class::Unreadable),
        ("m3", b"\xff\xfe\x00", Class::Unreadable),
        ("m4", b"", Class::Unreadable),
    ];
    for (id, body, class) in bodies {
        world.append_new(NewMessage::parse(ENDPOINT, id, body.to_vec(), world.now())).await?;
        let stored = world.stored(id).await?;
        same("the body, byte for byte", stored.body.as_deref(), Some(body))?;
        same("the class", stored.class, class)?;
        same("whether there is an error", stored.error.is_some(), class == Class::Unreadable)?;
    }
    same(
        "the unknown name",
        world.stored("m1").await?.event_name.as_deref(),
        Some("hologram.done"),
    )?;
    same("jobs for what is unknown", world.claimed("unknown").await?, ["m1"])?;
    same("jobs for what is unreadable", world.claimed("unread").await?, ["m2", "m3", "m4"])
}

pub(super) async fn filtered(world: &mut World<'_>) -> Checked {
    let pattern = "*.failed".parse().map_err(|e| Failure::new("a pattern", format!("{e}")))?;
    world.subscribe(&Subscription::messages("failed", Filter::events().with_name(pattern))).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.append("m2", &Event::of("transcript.failed", "r2")).await?;
    world.append("m3", &Event::bare("hologram.failed")).await?;
    same("jobs", world.claimed("failed").await?, ["m2"])
}

pub(super) async fn seq_never_goes_back(world: &mut World<'_>) -> Checked {
    const WRITERS: usize = 4;
    const EACH: usize = 20;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let messages: Vec<_> = (0..EACH)
            .map(|n| {
                let event = Event::of("transcript.done", &format!("r{writer}-{n}"));
                world.message(&format!("m{writer}-{n}"), &event)
            })
            .collect();
        let inbox = Arc::clone(&world.inbox);
        writers.push(tokio::spawn(async move {
            for message in messages {
                inbox.append(message).await?;
                tokio::task::yield_now().await;
            }
            Ok::<_, InboxError>(())
        }));
    }
    // Who goes on from the last one seen sees every message.
    let (mut last, mut seen) = (0, 0);
    loop {
        let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let mut query = MessageQuery::default();
        (query.after, query.limit) = (Some(last), 7);
        let page = world.inbox.messages(&query).await?;
        let rises = page.windows(2).all(|pair| pair[0].seq < pair[1].seq);
        holds("pages in the order of commits", rises)?;
        seen += page.len();
        last = page.last().map_or(last, |message| message.seq);
        if finished && page.is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.map_err(|e| Failure::new("a writer that ends", format!("{e}")))??;
    }
    same("messages that a reader at the end came by", seen, WRITERS * EACH)
}

pub(super) async fn probed(world: &mut World<'_>) -> Checked {
    world.subscribe(&Subscription::messages("s", Filter::everything())).await?;
    world.append("m1", &Event::of("transcript.done", "r1")).await?;
    world.inbox.probe().await?;
    world.inbox.probe().await?;
    world.reopen().await?;
    world.inbox.probe().await?;
    same("messages", world.messages().await?.len(), 1)?;
    same("forgotten ones", world.inbox.stats().await?.forgotten, 0)?;
    same("subjects", world.inbox.subjects(&SubjectQuery::new()).await?.len(), 1)?;
    same("jobs", world.claimed("s").await?, ["m1"])?;
    let seq = world.append("m2", &Event::of("transcript.done", "r2")).await?;
    same("the next place", seq, world.stored("m1").await?.seq + 1)
}

pub(super) async fn closed(world: &mut World<'_>) -> Checked {
    let other = world.harness.open().await?;
    other.append(world.message("m1", &Event::of("transcript.done", "r1"))).await?;
    other.close().await;
    let probed = other.probe().await;
    holds("a probe of a closed inbox says so", matches!(probed, Err(InboxError::Closed)))?;
    match other.append(world.message("m2", &Event::of("transcript.done", "r1"))).await {
        Err(InboxError::Closed) => Ok(()),
        other => Err(Failure::new("a closed inbox refuses", format!("{other:?}"))),
    }
}
