//! Waiting: until a recording, or the recordings of a bot or an upload, have what is needed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use recallai_webhook_recording::{Need, Readiness, State, Subject, SubjectKind, readiness_of_bot};
use tokio::time::{Instant, timeout_at};

use crate::{Inbox, InboxError, Topic, Watch};

/// What can be asked of every [`Inbox`].
pub trait InboxExt: Inbox {
    /// How a need stands, for a recording, or for all recordings of a bot or an upload. Of a subject
    /// that was never heard of, everything is missing; one that was erased is gone.
    ///
    /// # Errors
    ///
    /// The store's.
    fn readiness(
        &self,
        scope: &str,
        subject: &Subject,
        need: &Need,
    ) -> impl Future<Output = Result<Readiness, InboxError>> + Send {
        async move { Ok(look(self, scope, subject, need).await?.0) }
    }

    /// Waits for the first answer that is not pending; after `time`, answers with what is missing
    /// still. Needs a tokio runtime with time enabled.
    ///
    /// # Errors
    ///
    /// The store's.
    fn wait(
        &self,
        scope: &str,
        subject: &Subject,
        need: &Need,
        timeout: Duration,
    ) -> impl Future<Output = Result<Readiness, InboxError>> + Send {
        async move {
            // Past the end of the clock: no deadline.
            let deadline = Instant::now().checked_add(timeout);
            let mut watches = Watches::default();
            loop {
                let readiness = watches.look(self, scope, subject, need).await?;
                if !readiness.is_pending() {
                    return Ok(readiness);
                }
                let in_time = match deadline {
                    Some(deadline) => timeout_at(deadline, watches.changed()).await.is_ok(),
                    None => {
                        watches.changed().await;
                        true
                    }
                };
                if !in_time {
                    return Ok(look(self, scope, subject, need).await?.0);
                }
            }
        }
    }

    /// Every answer from now on, the present one first, each only if it differs from the one before. It
    /// does not end: a failed recording may still become ready.
    fn follow(self: Arc<Self>, scope: &str, subject: &Subject, need: &Need) -> Follow<Self> {
        Follow {
            source: Some(Source {
                inbox: self,
                scope: scope.into(),
                subject: subject.clone(),
                need: *need,
                watches: Watches::default(),
                last: None,
            }),
            next: None,
        }
    }
}

impl<I: Inbox + ?Sized> InboxExt for I {}

/// How a need stands, and what else has to be watched for it.
async fn look<I: Inbox + ?Sized>(
    inbox: &I,
    scope: &str,
    subject: &Subject,
    need: &Need,
) -> Result<(Readiness, Vec<Subject>), InboxError> {
    let Some(stored) = inbox.subject(scope, subject).await? else {
        let unheard = State::new(subject.clone());
        return Ok((of(&unheard, &[], need), Vec::new()));
    };
    if stored.erased_at.is_some() {
        return Ok((Readiness::Gone(Vec::new()), Vec::new()));
    }
    if subject.kind == SubjectKind::Recording {
        return Ok((of(&stored.state, &[], need), Vec::new()));
    }
    let links = stored.state.links().filter(|linked| linked.kind == SubjectKind::Recording);
    let linked: Vec<_> = links.cloned().collect();
    let mut recordings = Vec::with_capacity(linked.len());
    for recording in &linked {
        let stored = inbox.subject(scope, recording).await?;
        recordings.push(match stored {
            Some(stored) => stored.state,
            None => State::new(recording.clone()),
        });
    }
    Ok((of(&stored.state, &recordings, need), linked))
}

fn of(state: &State, recordings: &[State], need: &Need) -> Readiness {
    match state.subject().kind {
        SubjectKind::Recording => state.readiness(need),
        _ => readiness_of_bot(state, recordings, need),
    }
}

/// Watches on a subject and on its recordings.
#[derive(Default)]
struct Watches {
    by_subject: BTreeMap<Subject, Watch>,
}

impl Watches {
    /// How a need stands, once everything that may change it is watched. First the watch, then the look:
    /// what is committed in between is told of.
    async fn look<I: Inbox + ?Sized>(
        &mut self,
        inbox: &I,
        scope: &str,
        subject: &Subject,
        need: &Need,
    ) -> Answer {
        self.add(inbox, scope, subject);
        loop {
            let (readiness, linked) = look(inbox, scope, subject, need).await?;
            if !self.add_all(inbox, scope, linked) {
                return Ok(readiness);
            }
        }
    }

    /// Whether it is a new one.
    fn add<I: Inbox + ?Sized>(&mut self, inbox: &I, scope: &str, subject: &Subject) -> bool {
        if self.by_subject.contains_key(subject) {
            return false;
        }
        let watch = inbox.watch(Topic::Subject(scope.into(), subject.clone()));
        self.by_subject.insert(subject.clone(), watch);
        true
    }

    /// Whether any of them is a new one.
    fn add_all<I: Inbox + ?Sized>(
        &mut self,
        inbox: &I,
        scope: &str,
        subjects: impl IntoIterator<Item = Subject>,
    ) -> bool {
        let added = subjects.into_iter().filter(|subject| self.add(inbox, scope, subject));
        added.count() > 0
    }

    /// Completes after any of them has changed.
    async fn changed(&mut self) {
        let mut changes: Vec<_> =
            self.by_subject.values_mut().map(|watch| Box::pin(watch.changed())).collect();
        std::future::poll_fn(|context| {
            let any = changes.iter_mut().any(|change| change.as_mut().poll(context).is_ready());
            if any { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// A stream of answers. Made by [`InboxExt::follow`].
pub struct Follow<I: ?Sized> {
    source: Option<Source<I>>,
    next: Option<Next<I>>,
}

type Answer = Result<Readiness, InboxError>;
type Next<I> = Pin<Box<dyn Future<Output = (Source<I>, Answer)> + Send>>;

struct Source<I: ?Sized> {
    inbox: Arc<I>,
    scope: Box<str>,
    subject: Subject,
    need: Need,
    watches: Watches,
    last: Option<Readiness>,
}

impl<I: Inbox + ?Sized> Source<I> {
    async fn next(mut self) -> (Self, Answer) {
        loop {
            let (inbox, scope, subject) = (&*self.inbox, &self.scope, &self.subject);
            match self.watches.look(inbox, scope, subject, &self.need).await {
                Ok(readiness) if self.last.as_ref() == Some(&readiness) => {}
                Ok(readiness) => {
                    self.last = Some(readiness.clone());
                    return (self, Ok(readiness));
                }
                Err(error) => return (self, Err(error)),
            }
            self.watches.changed().await;
        }
    }
}

impl<I: Inbox + ?Sized> Stream for Follow<I> {
    type Item = Answer;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Answer>> {
        if let Some(source) = self.source.take() {
            self.next = Some(Box::pin(source.next()));
        }
        let Some(next) = &mut self.next else { return Poll::Ready(None) };
        match next.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready((source, answer)) => {
                self.next = None;
                self.source = Some(source);
                Poll::Ready(Some(answer))
            }
        }
    }
}

impl<I: Inbox + ?Sized> Follow<I> {
    /// The next answer. Cancel safe: what was awaited goes on at the next call.
    ///
    /// # Errors
    ///
    /// The store's. The next call tries again.
    pub async fn next(&mut self) -> Answer {
        let mut this = Pin::new(self);
        match std::future::poll_fn(|context| this.as_mut().poll_next(context)).await {
            Some(answer) => answer,
            None => Err(InboxError::Closed),
        }
    }
}
