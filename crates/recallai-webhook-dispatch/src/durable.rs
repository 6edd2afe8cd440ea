//! Durable mode: the message is stored, and the reply tells whether it is.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_event::{EventRef, ParseError};
use recallai_webhook_inbox::{
    Appended, Inbox, InboxError, NewMessage, Reading, SignatureFamily, Signed,
};
use recallai_webhook_signature::HeaderFamily;

use crate::identity;
use crate::store_log::StoreLog;
use crate::time_limit::within;
use crate::{Outcome, Reply, VerifiedDelivery};

#[derive(Clone)]
pub(crate) struct Durable {
    inbox: Arc<dyn Inbox>,
    log: Arc<StoreLog>,
}

impl Durable {
    pub(crate) fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self { inbox, log: Arc::default() }
    }

    pub(crate) async fn receive(
        &self,
        delivery: &VerifiedDelivery,
        time_limit: Duration,
        report: impl FnOnce(Option<&str>, Outcome<'_>, Reply) -> Reply,
    ) -> Reply {
        // What was read in place is gone before anything is awaited; the name of an event of the
        // catalogue is the catalogue's.
        let (reading, found) = read(delivery);
        let appended = within(time_limit, self.inbox.append(message(delivery, reading))).await;
        let appended = appended.unwrap_or_else(|| {
            Err(InboxError::Unavailable { reason: format!("not stored in {time_limit:?}").into() })
        });
        match appended {
            Ok(appended) => {
                self.log.stored(delivery);
                report(found.event_name(), found.outcome(appended, delivery), Reply::Acknowledged)
            }
            Err(error) => {
                // Whatever is wrong with the store, nothing was stored: only the sender has the message.
                self.log.failed(delivery, &error);
                report(found.event_name(), Outcome::NotStored(&error), Reply::Unavailable)
            }
        }
    }
}

/// What a body turned out to be, as far as the report tells it.
enum Found {
    Event(&'static str),
    Unknown(String),
    Unreadable(ParseError),
}

impl Found {
    fn event_name(&self) -> Option<&str> {
        match self {
            Self::Event(name) => Some(name),
            Self::Unknown(name) => Some(name),
            Self::Unreadable(_) => None,
        }
    }

    fn outcome(&self, appended: Appended, delivery: &VerifiedDelivery) -> Outcome<'_> {
        match (appended, self) {
            (Appended::New { .. }, Self::Event(_)) => Outcome::Stored,
            (Appended::New { .. }, Self::Unknown(_)) => Outcome::Unknown,
            (Appended::New { .. }, Self::Unreadable(error)) => Outcome::Unreadable(error),
            (Appended::Duplicate { conflict: false, .. }, _) => Outcome::Duplicate,
            (Appended::Duplicate { seq, .. }, _) => {
                let (endpoint, message_id) = (delivery.endpoint(), delivery.message_id());
                tracing::warn!(endpoint, message_id, seq, "another body under a known message id");
                Outcome::Conflict
            }
            _ => Outcome::Forgotten,
        }
    }
}

fn read(delivery: &VerifiedDelivery) -> (Reading, Found) {
    match EventRef::parse(delivery.body()) {
        Ok(event) => {
            let found = match event.entry() {
                Some(entry) => Found::Event(entry.name),
                None => Found::Unknown(event.name().to_owned()),
            };
            (Reading::of_event(&event), found)
        }
        Err(error) => (Reading::unreadable(&error.to_string()), Found::Unreadable(error)),
    }
}

fn message(delivery: &VerifiedDelivery, reading: Reading) -> NewMessage {
    let message = NewMessage::new(
        Arc::clone(delivery.shared_endpoint()),
        identity::message_id(delivery),
        delivery.body().clone(),
        delivery.received_at(),
        reading,
    );
    let message = message.with_scope(Arc::clone(delivery.shared_scope()));
    match signed(delivery) {
        Some(signed) => message.with_signature(signed),
        None => message,
    }
}

fn signed(delivery: &VerifiedDelivery) -> Option<Signed> {
    let family = match delivery.header_family()? {
        HeaderFamily::Svix => SignatureFamily::Svix,
        HeaderFamily::Webhook => SignatureFamily::Webhook,
    };
    let (timestamp, signature) = (delivery.timestamp()?, delivery.signature()?);
    Some(Signed::new(family, timestamp, signature, delivery.key_label()?))
}
