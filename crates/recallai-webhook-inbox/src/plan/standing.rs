//! Standings: what a store keeps of a subscription, and what follows from it.

use crate::{Interest, Order, Seq, Start, Subscribed, Subscription};

/// A subscription, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// The subscription as it was declared last.
    pub subscription: Subscription,
    /// Nobody works for it until it is declared again.
    pub parked: bool,
    /// How far jobs were made; `None` where they are made as messages come. Counts messages, or for a
    /// need the places of subjects.
    pub position: Option<i64>,
    /// The last message that was there before this interest was.
    pub since: Seq,
}

impl Standing {
    /// A new subscription, when `last` is the newest message.
    pub fn new(subscription: Subscription, last: Seq) -> Self {
        let (position, since) = match subscription.start {
            Start::Now => (None, last),
            Start::Beginning => (Some(0), 0),
        };
        Self { subscription, parked: false, position, since }
    }

    /// Declares the subscription again. Where a new one would begin has no meaning any more.
    pub fn declare(&mut self, subscription: &Subscription, last: Seq) -> Subscribed {
        let was_parked = std::mem::take(&mut self.parked);
        let said = |of: &Subscription| -> (String, Order) { (of.interest.to_json(), of.order) };
        // As text, as it is kept: what is lost by writing it down is no change.
        if said(&self.subscription) != said(subscription) {
            self.since = last;
            self.subscription = subscription.clone();
            return Subscribed::Changed;
        }
        if was_parked { Subscribed::Resumed } else { Subscribed::Unchanged }
    }

    /// Parks the subscription. One to messages goes on from here, a need misses nothing meanwhile.
    pub fn park(&mut self, last: Seq) {
        self.parked = true;
        if self.is_about_messages() {
            self.position.get_or_insert(last);
        }
    }

    /// Where filling goes on; `None` if there is nothing to fill now.
    pub fn fills_from(&self) -> Option<i64> {
        self.position.filter(|_| !self.parked)
    }

    /// Whether its jobs are about messages, and not about a need.
    pub fn is_about_messages(&self) -> bool {
        matches!(self.subscription.interest, Interest::Messages(_))
    }

    /// Whether a message that comes now makes jobs. A need that is parked or behind still takes note of
    /// turns: they would be missed.
    pub fn takes_note(&self) -> bool {
        !self.is_about_messages() || (!self.parked && self.position.is_none())
    }

    /// Whether a message was to make jobs when it came, or when it was filled.
    pub fn has_passed(&self, seq: Seq) -> bool {
        self.since < seq && self.position.is_none_or(|position| position >= seq)
    }

    /// Whether jobs for a message that is stored are still to be made.
    pub fn awaits(&self, seq: Seq) -> bool {
        let is_behind = self.position.is_some_and(|position| position < seq);
        self.is_about_messages() && is_behind && self.since < seq
    }
}
