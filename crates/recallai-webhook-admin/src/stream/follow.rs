//! Following the inbox: read what is there, then wait to be told of more.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::response::sse::Event;
use futures_core::Stream;
use futures_util::stream;
use recallai_webhook_dispatch::inbox::{Inbox, InboxError, MessageQuery, Seq, Topic, Watch};

use super::standing::Standing;
use crate::guard::Admitted;
use crate::lasting::Lasts;
use crate::model::MessageSummary;
use crate::problem::Problem;
use crate::shared::Shared;

/// How many messages are read at once. They are read with their bodies, and no further than the client
/// takes them.
const PAGE: usize = 50;

/// One client that follows.
pub(super) struct Follow {
    shared: Shared,
    admitted: Admitted,
    _lasts: Lasts,
    messages: Watch,
    standing: Standing,
    /// The last message that was read.
    after: Seq,
    read: VecDeque<Event>,
    /// Whether there may be more than was read.
    is_behind: bool,
}

enum Turn {
    End,
    Look,
    Read,
}

impl Follow {
    /// Begins after a message, or with what comes from now on. After one that is not there yet it would be
    /// silent until there were as many again: it says so, and begins with what comes from now on.
    pub(super) async fn begin(
        shared: Shared,
        admitted: Admitted,
        after: Option<Seq>,
    ) -> Result<Self, Problem> {
        if *shared.closing.borrow() {
            return Err(Problem::closing());
        }
        let _lasts = shared.lasting.begin()?;
        // Before anything is read, so that nothing can be stored unseen in between.
        let messages = shared.inbox.watch(Topic::Messages);
        let newest = newest(shared.inbox.as_ref()).await?;
        let (after, first) = match after {
            Some(after) if after > newest => (newest, reset(newest)),
            Some(after) => (after, beginning(after)),
            None => (newest, beginning(newest)),
        };
        let standing = Standing::new();
        let read = VecDeque::from([first]);
        let mut follow =
            Self { shared, admitted, _lasts, messages, standing, after, read, is_behind: true };
        // While there is still a status to tell that the store does not answer.
        follow.read().await?;
        Ok(follow)
    }

    /// Its events. Nothing is read before the client took what was read before.
    pub(super) fn events(self) -> impl Stream<Item = Result<Event, Infallible>> + Send {
        stream::unfold(self, async |mut follow| {
            let event = follow.next().await?;
            Some((Ok(event), follow))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if *self.shared.closing.borrow() || self.admitted.is_over() {
                return None;
            }
            if let Some(event) = self.read.pop_front() {
                return Some(event);
            }
            let went_well = match self.turn().await {
                Turn::End => return None,
                Turn::Look => match self.standing.look(&self.shared).await {
                    Ok(Some(event)) => return Some(event),
                    looked => looked.map(drop),
                },
                Turn::Read => self.read().await,
            };
            if let Err(error) = went_well {
                tracing::warn!(%error, "a live stream ends: the inbox did not answer");
                return None;
            }
        }
    }

    /// What is to be done next.
    async fn turn(&mut self) -> Turn {
        let Self { shared, admitted, messages, standing, is_behind, .. } = self;
        tokio::select! {
            // Reading comes last, so that many messages do not hide how subscriptions stand.
            biased;
            _ = shared.closing.wait_for(|is_closing| *is_closing) => Turn::End,
            () = admitted.over() => Turn::End,
            () = standing.due() => Turn::Look,
            () = std::future::ready(()), if *is_behind => Turn::Read,
            () = messages.changed() => Turn::Read,
        }
    }

    async fn read(&mut self) -> Result<(), InboxError> {
        let mut query = MessageQuery::default();
        (query.after, query.limit, query.bodies) = (Some(self.after), PAGE, true);
        let messages = self.shared.inbox.messages(&query).await?;
        self.is_behind = messages.len() == PAGE;
        for message in &messages {
            self.after = message.seq;
            self.read.push_back(event(&MessageSummary::of(message)));
        }
        Ok(())
    }
}

async fn newest(inbox: &dyn Inbox) -> Result<Seq, InboxError> {
    let mut query = MessageQuery::default();
    (query.newest_first, query.limit) = (true, 1);
    let newest = inbox.messages(&query).await?;
    Ok(newest.first().map_or(0, |message| message.seq))
}

/// Where the stream begins: an id without an event.
fn beginning(after: Seq) -> Event {
    Event::default().id(after.to_string())
}

/// Where the stream begins instead of where the client had got to.
fn reset(newest: Seq) -> Event {
    let data = format!(r#"{{"seq":{newest}}}"#);
    Event::default().event("reset").id(newest.to_string()).data(data)
}

fn event(message: &MessageSummary) -> Event {
    // Text and numbers only, and writing to memory does not fail.
    let json = serde_json::to_string(message).unwrap_or_default();
    Event::default().event("message").id(message.seq.to_string()).data(json)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use futures_util::StreamExt;
    use recallai_webhook_dispatch::Token;
    use recallai_webhook_dispatch::inbox::MemoryInbox;

    use super::*;
    use crate::lasting::Lasting;
    use crate::settings::AdminHandle;

    #[tokio::test]
    async fn a_token_that_is_changed_after_the_guard_has_looked_ends_it() {
        let handle = AdminHandle::new();
        let admitted = Admitted::new(handle.settings.subscribe(), 0);
        handle.set_token(Some(Token::parse("an-admin-token-0001").unwrap()));
        let shared = Shared {
            inbox: Arc::new(MemoryInbox::new()),
            telemetry: None,
            closing: handle.closing.subscribe(),
            lasting: Lasting::new(),
            handle,
        };
        let follow = Follow::begin(shared, admitted, None).await.unwrap();
        assert!(std::pin::pin!(follow.events()).next().await.is_none());
    }
}
