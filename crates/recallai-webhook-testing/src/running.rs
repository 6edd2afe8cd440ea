//! From a harness to a run: sender and receiver are put together, and set going.

use std::collections::HashMap;
use std::sync::Arc;

use recallai_webhook_dispatch::Verifier;
use recallai_webhook_emulator::{Emulation, Sender, SigningSecret};
use recallai_webhook_inbox::{Inbox as _, InboxError, MemoryInbox, MessageQuery, SubjectQuery};
use tokio::task::JoinSet;

use crate::call::Call;
use crate::call_log::CallLog;
use crate::clock::{Pause, VirtualClock};
use crate::drive::Drive;
use crate::harness::Harness;
use crate::states::States;
use crate::target::{Names, Receiving, Target};
use crate::work::{self, Work};
use crate::{Run, RunError, sending};

/// Runs a harness. The pause of the time ends with this.
pub(crate) async fn run(mut harness: Harness) -> Result<Run, RunError> {
    let _pause = Pause::begin()?;
    let names = names(&harness);
    let secret = (harness.secret.take())
        .unwrap_or_else(|| SigningSecret::generate(harness.seed, &harness.endpoint));
    let verifier = sending::verifier(&secret, &harness.rotations)?;
    let options = sending::options(&mut harness);
    let messages = sending::messages(&mut harness, options.start);
    let due = messages.iter().map(|message| sending::due(&names, message)).collect();

    let clock = VirtualClock::starting(options.start).await.with_signed_at(harness.signed_at);
    let inbox = MemoryInbox::with_clock(clock);
    let calls = CallLog::new(clock);
    let is_inline = matches!(harness.receiving, Receiving::Inline(_));
    let (target, work) = target(harness.receiving, &names, &verifier, &inbox, &calls).await?;

    let mut sender = Sender::new(options);
    let [dashboard, realtime] = sending::endpoints(&mut sender, &names, &secret, harness.family);
    let mut emulation = Emulation::new(sender, harness.faults.seeded(harness.seed));
    for message in messages {
        emulation.publish(message);
    }
    let drive = Drive {
        clock,
        emulation,
        target,
        dashboard,
        realtime,
        steps: sending::steps(harness.steps, harness.rotations),
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

/// What is under test, and the worker if there is one.
async fn target(
    receiving: Receiving,
    names: &Names,
    verifier: &Verifier,
    inbox: &MemoryInbox,
    calls: &CallLog,
) -> Result<(Target, Option<Work>), RunError> {
    Ok(match receiving {
        Receiving::Own(receiver) => (Target::Own(receiver), None),
        Receiving::Inline(router) => (Target::inline(names, verifier, router, calls.clone()), None),
        Receiving::Durable(configure) => {
            let work = match configure {
                Some(configure) => Some(Work::begin(inbox, calls, configure).await?),
                None => None,
            };
            (Target::durable(names, verifier, inbox, calls.clone()), work)
        }
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
