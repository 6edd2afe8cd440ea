//! The sending side of a run: what is sent, to which endpoints, and with which keys.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::{Secret, Verifier};
use recallai_webhook_emulator::{
    Channel, EndpointId, EndpointOptions, HeaderFamily, Message, Sender, SenderOptions,
    SigningSecret, Trace,
};

use crate::RunError;
use crate::drive::Step;
use crate::harness::Harness;
use crate::problem::Due;
use crate::target::Names;

/// How much faster the sender's time goes where all is signed for one time: a month in less than three seconds.
const STANDSTILL: u32 = 1_000_000;

/// A change of the key.
pub(crate) struct Rotation {
    pub(crate) at: Duration,
    pub(crate) secret: SigningSecret,
    pub(crate) grace: Duration,
}

pub(crate) type Adjust = Box<dyn FnOnce(&mut SenderOptions) + Send>;

/// What the sender is made of.
pub(crate) fn options(harness: &mut Harness) -> SenderOptions {
    let mut options = SenderOptions::default();
    for adjust in std::mem::take(&mut harness.adjust) {
        adjust(&mut options);
    }
    (options.seed, options.speed) = (harness.seed, 1.0);
    if let Some(time) = harness.signed_at {
        // As good as none of the receiver's time goes by in the sender's.
        (options.start, options.speed) = (time, f64::from(STANDSTILL));
        options.timeout /= STANDSTILL;
    }
    options
}

/// The messages, in order of time.
pub(crate) fn messages(harness: &mut Harness, start: SystemTime) -> Vec<Message> {
    let trace = Trace::of(&harness.plan, harness.seed, start);
    let all = trace.messages.into_iter().chain(std::mem::take(&mut harness.messages));
    all.collect::<Trace>().messages
}

/// Where a message is due.
pub(crate) fn due(names: &Names, message: &Message) -> Due {
    Due {
        endpoint: name(names, message.channel),
        what: Arc::clone(&message.event),
        message_id: Arc::clone(&message.id),
    }
}

/// Adds the endpoints of both channels.
pub(crate) fn endpoints(
    sender: &mut Sender,
    names: &Names,
    secret: &SigningSecret,
    family: HeaderFamily,
) -> [EndpointId; 2] {
    [Channel::Dashboard, Channel::Realtime].map(|channel| {
        let mut options = EndpointOptions::new(name(names, channel), secret.clone());
        (options.channel, options.family) = (channel, family);
        sender.add_endpoint(options)
    })
}

fn name(names: &Names, channel: Channel) -> Arc<str> {
    match channel {
        Channel::Realtime => Arc::clone(&names.realtime),
        _ => Arc::clone(&names.dashboard),
    }
}

/// A verifier that knows all keys of the run.
pub(crate) fn verifier(
    secret: &SigningSecret,
    rotations: &[Rotation],
) -> Result<Verifier, RunError> {
    let mut builder = Verifier::builder();
    let secrets = std::iter::once(secret).chain(rotations.iter().map(|rotation| &rotation.secret));
    for (number, secret) in secrets.enumerate() {
        let secret =
            Secret::parse(&secret.reveal()).map_err(|error| RunError::Secret(error.into()))?;
        builder = builder.secret(format!("key {}", number + 1), secret);
    }
    builder.build().map_err(|error| RunError::Secret(error.into()))
}

/// What is done by hand, earliest first.
pub(crate) fn steps(
    mut steps: Vec<(Duration, Step)>,
    rotations: Vec<Rotation>,
) -> std::vec::IntoIter<(Duration, Step)> {
    steps.extend(rotations.into_iter().map(rotation));
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter()
}

fn rotation(Rotation { at, secret, grace }: Rotation) -> (Duration, Step) {
    let step: Step = Box::new(move |moment| {
        for endpoint in [moment.dashboard, moment.realtime] {
            moment.sender.rotate(endpoint, secret.clone(), grace, moment.at)?;
        }
        Ok(())
    });
    (at, step)
}
