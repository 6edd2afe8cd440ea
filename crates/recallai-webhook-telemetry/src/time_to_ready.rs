//! Time to ready: how long artifacts take from their first status to `done`, found by following the inbox.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::event::{ArtifactKind, EventRef, Timestamp};
use recallai_webhook_dispatch::inbox::{
    Class, Inbox, InboxError, MessageQuery, Seq, StoredMessage, Topic,
};
use recallai_webhook_dispatch::recording::{Item, ItemKind, State, Subject};

use crate::Telemetry;

/// How many messages are read at once.
const PAGE: usize = 200;

/// The shortest time between two looks at an inbox that is busy: nobody waits for what is measured.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a store that fails is left alone.
const BACKOFF: Duration = Duration::from_secs(10);

/// How many artifacts are remembered as measured.
const REMEMBERED: usize = 10_000;

/// Measures how long artifacts take to become ready, by kind: from the earliest status that was told of an
/// artifact to its earliest `done`, by the times that the vendor gives.
///
/// It follows the messages of an inbox, in a task of its own that no delivery waits for, and asks for the
/// state of their recordings, so that it does not matter in which order the two statuses come. An artifact is
/// measured once: when a message brings its first status or its `done`, and both are known. A delivery that
/// comes again is no new message; a status that comes again in another one is of an artifact that is
/// remembered as measured, among the last 10,000. An artifact whose only status is `done` tells nothing
/// of how long it took, and what came before the start is not measured.
pub struct TimeToReady {
    inbox: Arc<dyn Inbox>,
    telemetry: Telemetry,
    measured: Measured,
}

/// A status of an artifact, as a message tells it.
struct Told {
    kind: ArtifactKind,
    id: Box<str>,
    recording: Subject,
    is_done: bool,
    at: Option<SystemTime>,
}

/// The artifacts that were measured lately.
#[derive(Default)]
struct Measured {
    known: HashSet<Arc<Artifact>>,
    in_order: VecDeque<Arc<Artifact>>,
}

type Artifact = (Arc<str>, ArtifactKind, Box<str>);

impl TimeToReady {
    /// Follows an inbox, and tells what it measures here.
    pub fn new(inbox: Arc<dyn Inbox>, telemetry: Telemetry) -> Self {
        Self { inbox, telemetry, measured: Measured::default() }
    }

    /// Follows the inbox, from its newest message on, until `shutdown` completes or the inbox is closed. A
    /// store that fails for a time is asked again later. Needs a tokio runtime with time enabled.
    pub async fn run(mut self, shutdown: impl Future) {
        tokio::select! {
            _ = shutdown => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&mut self) {
        // First the watch, then the look: what is committed in between is told of.
        let mut changes = self.inbox.watch(Topic::Messages);
        let mut after = None;
        loop {
            match self.look(&mut after).await {
                Ok(()) => {
                    tokio::time::sleep(PAUSE).await;
                    changes.changed().await;
                }
                Err(InboxError::Closed) => return,
                Err(error) => {
                    tracing::warn!(%error, "artifacts are not measured for the time being");
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
    }

    /// Measures what has come since the last look; the first finds where to begin.
    async fn look(&mut self, after: &mut Option<Seq>) -> Result<(), InboxError> {
        let Some(from) = *after else {
            let newest = MessageQuery::new().with_newest_first(true).with_limit(1);
            let newest = self.inbox.messages(&newest).await?;
            *after = Some(newest.first().map_or(0, |message| message.seq));
            return Ok(());
        };
        let mut from = from;
        loop {
            let page = MessageQuery::new().with_after(from).with_limit(PAGE).with_bodies(true);
            let page = self.inbox.messages(&page).await?;
            for message in &page {
                self.consider(message).await?;
                from = message.seq;
                *after = Some(from);
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    async fn consider(&mut self, message: &StoredMessage) -> Result<(), InboxError> {
        let Some(told) = told(message) else { return Ok(()) };
        let artifact = (Arc::clone(&message.scope), told.kind, told.id.clone());
        if self.measured.known.contains(&artifact) {
            return Ok(());
        }
        let stored = self.inbox.subject(&message.scope, &told.recording).await?;
        if let Some(took) = stored.and_then(|stored| measure(&stored.state, &told)) {
            self.telemetry.artifact_ready(told.kind, took);
            self.measured.remember(artifact);
        }
        Ok(())
    }
}

impl Measured {
    fn remember(&mut self, artifact: Artifact) {
        let artifact = Arc::new(artifact);
        if self.known.insert(Arc::clone(&artifact)) {
            self.in_order.push_back(artifact);
        }
        while self.in_order.len() > REMEMBERED {
            self.in_order.pop_front().map(|oldest| self.known.remove(&oldest));
        }
    }
}

fn told(message: &StoredMessage) -> Option<Told> {
    if message.class != Class::Event {
        return None;
    }
    let event = EventRef::parse(message.body.as_ref()?).ok()?;
    let ((kind, id), status) = (event.artifact()?, event.status()?);
    Some(Told {
        kind,
        id: id.into(),
        recording: Subject::recording(event.recording_id()?),
        is_done: status.code == "done",
        at: Timestamp::new(&status.updated_at).instant(),
    })
}

/// How long an artifact took, if what was told is its `done` or its first status, and both are known.
fn measure(state: &State, told: &Told) -> Option<Duration> {
    let is_it =
        |item: &Item<'_>| item.kind() == ItemKind::Artifact(told.kind) && *item.id() == *told.id;
    let item = state.items().find(is_it)?;
    let timeline = item.timeline();
    let mut readable = timeline.iter().filter_map(|seen| Some((seen, seen.updated_at.instant()?)));
    let (first, begun) = readable.next()?;
    let (_, done) = readable.find(|(seen, _)| seen.code.as_str() == "done")?;
    if first.code.as_str() == "done" || !(told.is_done || told.at == Some(begun)) {
        return None;
    }
    done.duration_since(begun).ok()
}

impl fmt::Debug for TimeToReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeToReady").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use recallai_webhook_dispatch::inbox::{MemoryInbox, NewMessage};

    use super::*;

    /// A status of a transcript, so many seconds past eight.
    fn body(transcript: &str, code: &str, seconds: u32) -> String {
        let at = format!("2024-12-04T20:{:02}:{:02}Z", seconds / 60, seconds % 60);
        format!(
            r#"{{"event":"transcript.{code}","data":{{
                "data":{{"code":"{code}","sub_code":null,"updated_at":"{at}"}},
                "transcript":{{"id":"{transcript}","metadata":{{}}}},
                "recording":{{"id":"r1","metadata":{{}}}}}}}}"#
        )
    }

    struct Bed {
        inbox: Arc<MemoryInbox>,
        follower: TimeToReady,
        after: Option<Seq>,
        messages: usize,
    }

    impl Bed {
        async fn new() -> Self {
            let inbox = Arc::new(MemoryInbox::new());
            let follower = TimeToReady::new(inbox.clone(), Telemetry::new());
            let mut bed = Self { inbox, follower, after: None, messages: 0 };
            bed.look().await;
            bed
        }

        async fn look(&mut self) {
            self.follower.look(&mut self.after).await.unwrap();
        }

        async fn append(&mut self, body: String) {
            self.messages += 1;
            let id = format!("msg_{}", self.messages);
            self.inbox.append(NewMessage::parse("recall", id, body, UNIX_EPOCH)).await.unwrap();
        }

        /// How many transcripts were measured, and their seconds together.
        async fn measured(&mut self) -> (u64, f64) {
            self.look().await;
            let text = self.follower.telemetry.render_without_inbox();
            let value = |part: &str| {
                let name = format!("recallai_webhook_artifact_ready_duration_seconds_{part}");
                let line = format!("{name}{{kind=\"transcript\"}} ");
                let value = text.lines().find_map(|text| text.strip_prefix(&line)).unwrap();
                value.parse::<f64>().unwrap()
            };
            (value("count") as u64, value("sum"))
        }
    }

    #[tokio::test]
    async fn from_the_first_status_to_done() {
        let mut bed = Bed::new().await;
        bed.append(body("t1", "processing", 0)).await;
        assert_eq!(bed.measured().await, (0, 0.0));
        bed.append(body("t1", "done", 90)).await;
        assert_eq!(bed.measured().await, (1, 90.0));
        // The other way round, and both between two looks.
        bed.append(body("t2", "done", 30)).await;
        assert_eq!(bed.measured().await, (1, 90.0));
        bed.append(body("t2", "processing", 0)).await;
        assert_eq!(bed.measured().await, (2, 120.0));
        bed.append(body("t3", "processing", 0)).await;
        bed.append(body("t3", "done", 5)).await;
        assert_eq!(bed.measured().await, (3, 125.0));
    }

    #[tokio::test]
    async fn an_artifact_is_measured_once() {
        let mut bed = Bed::new().await;
        for (code, seconds) in
            [("processing", 0), ("done", 60), ("done", 60), ("done", 61), ("processing", 0)]
        {
            bed.append(body("t1", code, seconds)).await;
            bed.look().await;
        }
        assert_eq!(bed.measured().await, (1, 60.0));
        // Another process has measured nothing, but is told of nothing that makes an artifact ready.
        bed.follower.measured = Measured::default();
        bed.append(body("t1", "deleted", 500)).await;
        bed.append(body("t1", "paused", 30)).await;
        assert_eq!(bed.measured().await, (1, 60.0));
    }

    #[tokio::test]
    async fn what_tells_nothing_is_not_measured() {
        let mut bed = Bed::new().await;
        bed.append(body("t1", "done", 60)).await;
        bed.append(body("t2", "processing", 60)).await;
        bed.append(body("t2", "failed", 70)).await;
        bed.append(body("t3", "processing", 60)).await;
        bed.append(body("t3", "done", 60).replace("2024-12-04T20:01:00Z", "soon")).await;
        bed.append("not json".to_owned()).await;
        bed.append(r#"{"event":"hologram.done","data":{}}"#.to_owned()).await;
        assert_eq!(bed.measured().await, (0, 0.0));
    }

    #[tokio::test]
    async fn what_came_before_the_start_is_not_measured() {
        let mut bed = Bed::new().await;
        bed.append(body("t1", "processing", 0)).await;
        bed.append(body("t1", "done", 60)).await;
        bed.append(body("t2", "processing", 0)).await;
        bed.after = None;
        bed.look().await;
        assert_eq!(bed.measured().await, (0, 0.0));
        bed.append(body("t2", "done", 20)).await;
        assert_eq!(bed.measured().await, (1, 20.0));
    }

    #[tokio::test]
    async fn more_than_a_page_is_read() {
        let mut bed = Bed::new().await;
        for n in 0..PAGE {
            bed.append(body(&format!("t{n}"), "processing", 0)).await;
            bed.append(body(&format!("t{n}"), "done", 1)).await;
        }
        assert_eq!(bed.measured().await, (PAGE as u64, PAGE as f64));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut measured = Measured::default();
        for n in 0..REMEMBERED + 10 {
            let artifact = ("recall".into(), ArtifactKind::Transcript, n.to_string().into());
            measured.remember(artifact);
        }
        assert_eq!((measured.known.len(), measured.in_order.len()), (REMEMBERED, REMEMBERED));
    }

    #[tokio::test(start_paused = true)]
    async fn it_follows_until_it_is_told_to_stop_or_the_inbox_is_closed() {
        let bed = Bed::new().await;
        let telemetry = bed.follower.telemetry.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopped_one = tokio::spawn(bed.follower.run(stopped));
        let closed_one = TimeToReady::new(bed.inbox.clone(), telemetry);
        let closed_one = tokio::spawn(closed_one.run(std::future::pending::<()>()));
        stop.send(()).unwrap();
        stopped_one.await.unwrap();
        bed.inbox.close().await;
        closed_one.await.unwrap();
    }
}
