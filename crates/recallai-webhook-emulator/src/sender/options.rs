//! What a sender and its endpoints are made of.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::request::USER_AGENT;
use super::{HeaderFamily, Schedule};
use crate::{Channel, Seed, SigningSecret, Trace};

/// What a [`Sender`](super::Sender) is made of. The default is what the real sender does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SenderOptions {
    /// Where jitter comes from. Default 0.
    pub seed: Seed,
    /// When the sender's time is zero: what timestamps are counted from, in whole seconds of Unix time.
    /// Default [`Trace::usual_start`].
    pub start: SystemTime,
    /// When the dashboard channel tries again. Default [`Schedule::DASHBOARD`].
    pub dashboard: Schedule,
    /// When the real-time channel tries again. Default [`Schedule::REALTIME`].
    pub realtime: Schedule,
    /// How many seconds of the sender's time go by in one second of the receiver's. Default 1. With 3600, a
    /// receiver on the usual clock sees a day of retries in 24 seconds: attempts are signed for `start` and the
    /// time that has passed for the receiver. Only meetings and schedule go faster, not
    /// [`timeout`](Self::timeout). What is not above 0 counts as 1.
    pub speed: f64,
    /// How long an attempt may take, in the receiver's time. Default 15 seconds. The sender only passes it on,
    /// as [`Attempt::deadline`](super::Attempt::deadline); whoever sends keeps it.
    pub timeout: Duration,
    /// For how long a dashboard endpoint may only fail until it is disabled. Default 5 days, counted from
    /// where it has failed for half a day.
    pub disable_after: Duration,
    /// When the sender gives up an attempt that got lost on the way, in its own time. Default 15 seconds. Only
    /// faults lose one.
    pub lost_after: Duration,
    /// What is sent as `User-Agent`. Default as the hosted sender: `Svix-Webhooks/` and a version.
    pub user_agent: Arc<str>,
}

impl Default for SenderOptions {
    fn default() -> Self {
        Self {
            seed: Seed::default(),
            start: Trace::usual_start(),
            dashboard: Schedule::DASHBOARD,
            realtime: Schedule::REALTIME,
            speed: 1.0,
            timeout: Self::TIMEOUT,
            disable_after: Duration::from_secs(5 * 24 * 60 * 60),
            lost_after: Self::TIMEOUT,
            user_agent: USER_AGENT.into(),
        }
    }
}

impl SenderOptions {
    /// How long the real sender waits for an answer: 15 seconds.
    pub const TIMEOUT: Duration = Duration::from_secs(15);

    pub(crate) fn clock(&self) -> Clock {
        let start = self.start.duration_since(UNIX_EPOCH).unwrap_or_default();
        let speed = if self.speed > 0.0 { self.speed } else { 1.0 };
        Clock { start: start.as_secs(), speed }
    }
}

/// What time it is for the receiver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// The Unix time, in seconds, when the sender's time is zero.
    start: u64,
    speed: f64,
}

impl Clock {
    /// The Unix time, in seconds, at a time of the sender.
    pub(crate) fn unix_time(self, at: Duration) -> u64 {
        // Dividing by one would round.
        let passed = if self.speed == 1.0 { at } else { times(at, 1.0 / self.speed) };
        self.start.saturating_add(passed.as_secs())
    }

    /// How long the sender takes a time of the receiver for.
    pub(crate) fn stretched(self, time: Duration) -> Duration {
        if self.speed == 1.0 { time } else { times(time, self.speed) }
    }
}

/// As `Duration::mul_f64`, which panics where there is no result.
fn times(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// Which events an endpoint gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subscription {
    /// All of its channel.
    #[default]
    All,
    /// Those of these names, as they are ticked in the vendor's dashboard: whole names, no patterns.
    Names(BTreeSet<String>),
}

impl Subscription {
    /// The events of these names.
    pub fn names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::Names(names.into_iter().map(Into::into).collect())
    }

    /// Whether it takes in the event.
    pub fn has(&self, event: &str) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(event),
        }
    }
}

/// What an endpoint is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EndpointOptions {
    /// What people call it. Jitter and faults are drawn by it, so two endpoints should differ in it.
    pub name: Arc<str>,
    /// What its deliveries are signed with. `None` for a workspace without a secret, whose deliveries carry
    /// no signature headers at all.
    pub secret: Option<SigningSecret>,
    /// The names of the signature headers. Default [`HeaderFamily::Webhook`].
    pub family: HeaderFamily,
    /// The events that it gets. Default all.
    pub events: Subscription,
    /// The channel: [`Channel::Dashboard`], the default, or [`Channel::Realtime`], whose events are those of
    /// one bot in the real world and of all bots here.
    pub channel: Channel,
    /// Headers that are sent after all others. Default none.
    pub headers: Vec<(String, String)>,
}

impl EndpointOptions {
    /// A dashboard endpoint that gets all events, with `webhook-*` headers.
    pub fn new(name: impl Into<Arc<str>>, secret: SigningSecret) -> Self {
        Self {
            name: name.into(),
            secret: Some(secret),
            family: HeaderFamily::default(),
            events: Subscription::default(),
            channel: Channel::Dashboard,
            headers: Vec::new(),
        }
    }
}
