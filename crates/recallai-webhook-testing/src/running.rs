//! From a harness to a run: sender and receiver are put together, and set going.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Secret, Verifier};
use recallai_webhook_emulator::{
    Channel, Emulation, EndpointId, EndpointOptions, Message, Sender, SenderOptions, SigningSecret,
    Trace,
};
use recallai_webhook_inbox::{Inbox as _, InboxError, MemoryInbox, MessageQuery, SubjectQuery};
use tokio::task::JoinSet;

use crate::call::Call;
use crate::call_log::CallLog;
use crate::clock::{Pause, VirtualClock};
use crate::drive::{Drive, Step};
use crate::harness::Harness;
use crate::problem::Due;
use crate::states::States;
use crate::target::{Names, Receiving, Target};
use crate::work::{self, Work};
use crate::{Run, RunError};

/// How much faster the sender's time goes where all is signed for one time: a month in less than three seconds.
const STANDSTILL: u32 = 1_000_000;

/// A change of the key.
pub(crate) struct Rotation {
    pub(crate) at: Duration,
    pub(crate) secret: SigningSecret,
    pub(crate) grace: Duration,
}

pub(crate) type Adjust = Box<dyn FnOnce(&mut SenderOptions) + Send>;

/// Runs a harness. The pause of the time ends with this.
pub(crate) async fn run(mut harness: Harness) -> Result<Run, RunError> {
    let _pause = Pause::begin()?;
    let names = names(&harness);
    let options = options(&mut harness);
    let secret = (harness.secret.take())
        .unwrap_or_else(|| SigningSecret::generate(harness.seed, &harness.endpoint));
    let verifier = verifier(&secret, &harness.rotations)?;

    let clock = VirtualClock::starting(options.start).await.with_signed_at(harness.signed_at);
    let calls = CallLog::new(clock);
    let inbox = MemoryInbox::with_clock(clock);
    let is_inline = matches!(harness.receiving, Receiving::Inline(_));
    let (target, work) = match harness.receiving {
        Receiving::Own(receiver) => (Target::Own(receiver), None),
        Receiving::Inline(router) => {
            (Target::inline(&names, &verifier, router, calls.clone()), None)
        }
        Receiving::Durable(configure) => {
            let work = match configure {
                Some(configure) => Some(Work::begin(&inbox, &calls, configure).await?),
                None => None,
            };
            (Target::durable(&names, &verifier, &inbox, calls.clone()), work)
        }
    };

    let mut messages = Trace::of(&harness.plan, harness.seed, options.start).messages;
    messages.append(&mut harness.messages);
    let mut sender = Sender::new(options);
    let [dashboard, realtime] = [Channel::Dashboard, Channel::Realtime].map(|channel| {
        let mut options = EndpointOptions::new(name(&names, channel), secret.clone());
        (options.channel, options.family) = (channel, harness.family);
        sender.add_endpoint(options)
    });
    let mut steps = harness.steps;
    steps.extend(rotations(harness.rotations));
    steps.sort_by_key(|(at, _)| *at);
    let mut emulation = Emulation::new(sender, harness.faults.seeded(harness.seed));
    let due = messages.iter().map(|message| due(&names, message)).collect();
    for message in messages {
        emulation.publish(message);
    }
    let drive = Drive {
        clock,
        emulation,
        target,
        dashboard,
        realtime,
        steps: steps.into_iter(),
        down: harness.down,
        exchanges: Vec::new(),
        under_way: JoinSet::new(),
    };
    let (exchanges, figures) = drive.run().await?;
    if let Some(work) = work {
        work.end(harness.patience).await?;
    }
    Ok(Run {
        exchanges,
        due,
        subscriptions: subscriptions(is_inline, &inbox).await?,
        calls: named(calls.take(), &inbox).await?,
        jobs: work::all_jobs(&inbox).await?,
        states: states(&inbox).await?,
        figures,
        elapsed: clock.elapsed(),
        inbox,
    })
}

fn names(harness: &Harness) -> Names {
    let dashboard = Arc::clone(&harness.endpoint);
    let realtime = format!("{dashboard}-realtime").into();
    let scope = harness.scope.clone().unwrap_or_else(|| Arc::clone(&dashboard));
    Names { dashboard, realtime, scope }
}

fn options(harness: &mut Harness) -> SenderOptions {
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

fn name(names: &Names, channel: Channel) -> Arc<str> {
    match channel {
        Channel::Realtime => Arc::clone(&names.realtime),
        _ => Arc::clone(&names.dashboard),
    }
}

fn due(names: &Names, message: &Message) -> Due {
    Due {
        endpoint: name(names, message.channel),
        what: Arc::clone(&message.event),
        message_id: Arc::clone(&message.id),
    }
}

/// A verifier that knows all keys of the run.
fn verifier(secret: &SigningSecret, rotations: &[Rotation]) -> Result<Verifier, RunError> {
    let mut builder = Verifier::builder();
    let secrets = std::iter::once(secret).chain(rotations.iter().map(|rotation| &rotation.secret));
    for (number, secret) in secrets.enumerate() {
        let secret =
            Secret::parse(&secret.reveal()).map_err(|error| RunError::Secret(error.into()))?;
        builder = builder.secret(format!("key {}", number + 1), secret);
    }
    builder.build().map_err(|error| RunError::Secret(error.into()))
}

fn rotations(rotations: Vec<Rotation>) -> impl Iterator<Item = (Duration, Step)> {
    rotations.into_iter().map(|Rotation { at, secret, grace }| {
        let step: Step = Box::new(move |moment| {
            let mut rotate = |endpoint: EndpointId| {
                moment.sender.rotate(endpoint, secret.clone(), grace, moment.at)
            };
            rotate(moment.dashboard)?;
            Ok(rotate(moment.realtime)?)
        });
        (at, step)
    })
}

/// The names under which handlers are called.
async fn subscriptions(is_inline: bool, inbox: &MemoryInbox) -> Result<Vec<Arc<str>>, InboxError> {
    if is_inline {
        return Ok(vec![Run::INLINE.into()]);
    }
    let stored = inbox.subscriptions().await?;
    Ok(stored.into_iter().map(|stored| stored.subscription.name).collect())
}

/// The calls with the names of their events, which the worker does not tell.
async fn named(mut calls: Vec<Call>, inbox: &MemoryInbox) -> Result<Vec<Call>, InboxError> {
    let messages = inbox.messages(&MessageQuery::new().with_limit(usize::MAX)).await?;
    let names: HashMap<_, _> =
        messages.into_iter().map(|message| (message.id, message.event_name)).collect();
    for call in calls.iter_mut().filter(|call| call.event.is_none()) {
        let name = call.message_id.as_ref().and_then(|id| names.get(id));
        call.event = name.cloned().flatten();
    }
    Ok(calls)
}

async fn states(inbox: &MemoryInbox) -> Result<States, InboxError> {
    Ok(States::new(inbox.subjects(&SubjectQuery::new().with_limit(usize::MAX)).await?))
}
