//! An endpoint, and its deliveries.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::Subscription;
use super::attempt::DeliveryStatus;
use super::health::Health;
use super::keys::Keys;
use super::lanes::{Lane, Lanes};
use super::options::EndpointOptions;
use super::queue::Place;
use super::request::{HeaderFamily, Signer};
use crate::{Channel, Message};

/// Names an endpoint of one sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub(crate) usize);

/// Whether an endpoint gets anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointStatus {
    /// It does.
    Enabled,
    /// It does not, since that time.
    Disabled {
        /// Since when.
        since: Duration,
        /// Why.
        reason: DisableReason,
    },
}

/// Why an endpoint is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DisableReason {
    /// It has only failed for five days.
    Failing,
    /// It has asked for it: `webhook-delivery: disable`.
    Asked,
    /// Somebody has disabled it.
    Manual,
}

#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) name: Arc<str>,
    pub(crate) channel: Channel,
    events: Subscription,
    family: HeaderFamily,
    user_agent: Arc<str>,
    headers: Arc<[(String, String)]>,
    pub(crate) keys: Keys,
    pub(crate) status: EndpointStatus,
    pub(crate) health: Health,
    pub(crate) lanes: Lanes,
    /// The index of the delivery of each message, by its id.
    pub(crate) deliveries: HashMap<Arc<str>, usize>,
}

impl Endpoint {
    pub(crate) fn new(options: EndpointOptions, user_agent: Arc<str>) -> Self {
        Self {
            name: options.name,
            channel: options.channel,
            events: options.events,
            family: options.family,
            user_agent,
            headers: options.headers.into(),
            keys: Keys::new(options.secret),
            status: EndpointStatus::Enabled,
            health: Health::default(),
            lanes: Lanes::default(),
            deliveries: HashMap::new(),
        }
    }

    /// Whether the message is for this endpoint, and new to it.
    pub(crate) fn takes(&self, message: &Message) -> bool {
        self.channel == message.channel
            && self.events.has(&message.event)
            && !self.deliveries.contains_key(&message.id)
    }

    pub(crate) fn is_realtime(&self) -> bool {
        self.channel == Channel::Realtime
    }

    pub(crate) fn is_disabled(&self) -> bool {
        matches!(self.status, EndpointStatus::Disabled { .. })
    }

    /// What its requests are made with at this time.
    pub(crate) fn signer(&self, at: Duration) -> Signer {
        Signer {
            secrets: self.keys.valid(at),
            family: self.family,
            user_agent: Arc::clone(&self.user_agent),
            headers: Arc::clone(&self.headers),
        }
    }
}

/// The delivery of one message to one endpoint, over all its attempts.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The index of the endpoint.
    pub(crate) endpoint: usize,
    pub(crate) message: Arc<Message>,
    pub(crate) status: DeliveryStatus,
    /// How many attempts were begun, without instant re-sends.
    pub(crate) begun: u32,
    /// How many scheduled attempts have failed.
    pub(crate) failures: usize,
    /// Where its next scheduled attempt stands in the queue.
    pub(crate) scheduled: Option<Place>,
    /// How many attempts are under way.
    pub(crate) in_flight: usize,
    /// The lane of the real-time channel.
    pub(crate) lane: Option<Lane>,
}

impl Delivery {
    pub(crate) fn new(endpoint: usize, message: Arc<Message>, lane: Option<Lane>) -> Self {
        Self {
            endpoint,
            message,
            status: DeliveryStatus::Pending,
            begun: 0,
            failures: 0,
            scheduled: None,
            in_flight: 0,
            lane,
        }
    }
}
