//! What was received lately: which events, and when they were signed.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::event::{self, ArtifactKind};
use recallai_webhook_dispatch::inbox::{
    Class, Inbox, InboxError, MessageQuery, Reading, StoredMessage,
};

/// How many messages are looked at, unless all are to be.
pub(super) const WINDOW: u64 = 10_000;

/// How many are read together, without their bodies.
const PAGE: usize = 1000;

/// How many signatures tell of the clock.
const SKEWS: usize = 20;

/// What was received lately.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many messages were looked at.
    pub(super) messages: u64,
    /// Whether that was all of them.
    pub(super) is_all: bool,
    /// How many there were of each class and name; what is unreadable has none.
    pub(super) names: BTreeMap<(Class, Box<str>), u64>,
    /// By how many seconds the last ones were received after they were signed.
    pub(super) skews: Vec<i64>,
}

impl Seen {
    /// Counts one, of which there were as many before.
    pub(super) fn add(&mut self, message: &StoredMessage) {
        self.messages += 1;
        let name = message.event_name.clone().unwrap_or_default();
        *self.names.entry((message.class, name)).or_default() += 1;
        if let Some(signed) = message.signed.as_ref().filter(|_| self.skews.len() < SKEWS) {
            let received = message.received_at.duration_since(UNIX_EPOCH).unwrap_or_default();
            let seconds = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
            self.skews.push(seconds(received.as_secs()).saturating_sub(seconds(signed.timestamp)));
        }
    }

    /// The names of a class, and how many there were of each.
    pub(super) fn of(&self, class: Class) -> impl Iterator<Item = (&str, u64)> {
        let of = self.names.iter().filter(move |((of, _), _)| *of == class);
        of.map(|((_, name), number)| (&**name, *number))
    }

    /// Whether an event of this kind was among them.
    pub(super) fn has(&self, kind: ArtifactKind) -> bool {
        let is_kind = |(name, _)| {
            event::catalogue::find(name).and_then(event::catalogue::Entry::artifact_kind)
                == Some(kind)
        };
        self.of(Class::Event).any(is_kind)
    }

    /// Where all of this was looked for, in words.
    pub(super) fn scope(&self) -> String {
        match self.is_all {
            true => "all messages".to_owned(),
            false if self.messages == 1 => "the last message".to_owned(),
            false => format!("the last {} messages", self.messages),
        }
    }
}

/// What a message with this name says, as far as a subscription goes by it: an event of the catalogue has its
/// kind and its code in the name.
pub(super) fn reading(class: Class, name: &str) -> Reading {
    match (class, event::catalogue::find(name)) {
        (Class::Event, Some(entry)) => Reading::of(entry.example().as_bytes()),
        (Class::Unreadable, _) => Reading::unreadable(""),
        _ => Reading::unknown(name),
    }
}

/// Looks at so many messages at most, the newest.
pub(super) async fn gather(inbox: &dyn Inbox, most: u64) -> Result<Seen, InboxError> {
    let mut seen = Seen::default();
    let mut before = None;
    while seen.messages < most {
        let limit = usize::try_from(most - seen.messages).map_or(PAGE, |left| left.min(PAGE));
        let mut query = MessageQuery::new().with_newest_first(true).with_limit(limit);
        query.before = before;
        let page = inbox.messages(&query).await?;
        page.iter().for_each(|message| seen.add(message));
        before = page.last().map(|message| message.seq);
        if page.len() < limit {
            seen.is_all = true;
            break;
        }
    }
    Ok(seen)
}

/// When the last delivery came of those whose message came last to an endpoint.
pub(super) async fn last(
    inbox: &dyn Inbox,
    endpoint: &str,
) -> Result<Option<SystemTime>, InboxError> {
    let query = MessageQuery::new().with_newest_first(true).with_limit(1).with_endpoint(endpoint);
    Ok(inbox.messages(&query).await?.first().map(|message| message.last_received_at))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use recallai_webhook_dispatch::inbox::{MemoryInbox, NewMessage, SignatureFamily, Signed};

    use super::*;

    #[tokio::test]
    async fn the_newest_messages_are_looked_at() {
        let inbox = MemoryInbox::new();
        let signed = 1_780_000_000;
        for number in 0..5 {
            let body = format!(r#"{{"event":"a.{number}","data":{{}}}}"#);
            let received = UNIX_EPOCH + Duration::from_secs(signed + number);
            let message = NewMessage::parse("recall", format!("msg_{number}"), body, received);
            let signature = Signed::new(SignatureFamily::Svix, signed, "v1,", "default");
            inbox.append(message.with_signature(signature)).await.unwrap();
        }
        let seen = gather(&inbox, 3).await.unwrap();
        let names: Vec<_> = seen.of(Class::Unknown).collect();
        assert_eq!(names, [("a.2", 1), ("a.3", 1), ("a.4", 1)]);
        assert_eq!(
            (seen.skews.as_slice(), seen.scope().as_str()),
            (&[4, 3, 2][..], "the last 3 messages")
        );
        let all = gather(&inbox, u64::MAX).await.unwrap();
        assert_eq!((all.messages, all.scope().as_str()), (5, "all messages"));
        let newest = last(&inbox, "recall").await.unwrap();
        assert_eq!(newest, Some(UNIX_EPOCH + Duration::from_secs(signed + 4)));
        assert_eq!(last(&inbox, "other").await.unwrap(), None);
    }
}
