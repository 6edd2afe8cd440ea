//! Subscriptions as they are configured: what is passed on, how, and to which output.

use std::sync::Arc;

use recallai_webhook_dispatch::event::Code;
use recallai_webhook_dispatch::inbox::{Class, Filter, Turn};
use recallai_webhook_dispatch::recording::Need;
use recallai_webhook_dispatch::{RetryPolicy, Subscriber};
use recallai_webhook_outputs::{Forward, Output, OutputError, OutputOptions};
use recallai_webhook_telemetry::{AskAway, Away};

use super::changes::Contents;
use crate::config::{Loaded, Problem, Subscription, Word, files_of};

/// The subscribers of a configuration, and the outputs that they send to.
#[derive(Default)]
pub(super) struct Subscribed {
    pub(super) subscribers: Vec<Subscriber>,
    pub(super) outputs: Vec<Made>,
}

/// An output, and what it was made of.
#[derive(Clone)]
pub(super) struct Made {
    name: String,
    options: OutputOptions,
    /// What was in the files that the options name, credentials and certificates.
    contents: Contents,
    pub(super) output: Arc<dyn Output>,
}

impl Made {
    /// Its subscription, and how to ask whether its receiver is away.
    pub(super) fn receiver(&self) -> (Box<str>, AskAway) {
        let output = Arc::clone(&self.output);
        let away = move || output.away().map(|away| Away::new(away.since, away.error));
        (self.name.as_str().into(), Arc::new(away))
    }
}

/// All subscriptions; or what is wrong with their outputs. Those that would be made of the same are taken from
/// `before`: they keep their connections.
pub(super) fn build(loaded: &Loaded, before: &[Made]) -> Result<Subscribed, Vec<Problem>> {
    let (mut subscribed, mut problems) = (Subscribed::default(), Vec::new());
    for (name, subscription) in &loaded.config.subscriptions {
        let key = format!("subscriptions.{name}");
        let made = make(name, &subscription.output, before)
            .map_err(|error| (format!("{key}.output"), error.to_string()));
        let made = made.and_then(|made| {
            let subscriber = subscriber(name, subscription, &made.output);
            let subscriber = subscriber.map_err(|reason| (format!("{key}.need"), reason));
            subscriber.map(|subscriber| (subscriber, made))
        });
        match made {
            Ok((subscriber, made)) => {
                subscribed.subscribers.push(subscriber);
                subscribed.outputs.push(made);
            }
            Err((key, reason)) => problems.push(loaded.problem(key, reason)),
        }
    }
    if problems.is_empty() { Ok(subscribed) } else { Err(problems) }
}

fn make(name: &str, options: &OutputOptions, before: &[Made]) -> Result<Made, OutputError> {
    let contents = Contents::of(&files_of(options));
    let is_same =
        |made: &&Made| made.name == name && made.options == *options && made.contents == contents;
    if let Some(same) = before.iter().find(is_same) {
        return Ok(same.clone());
    }
    let (name, options) = (name.to_owned(), options.clone());
    Ok(Made { output: options.build()?, name, options, contents })
}

fn subscriber(
    name: &str,
    config: &Subscription,
    output: &Arc<dyn Output>,
) -> Result<Subscriber, String> {
    let forward = Forward::to(Arc::clone(output)).with_envelope(config.envelope);
    let subscriber = if config.need.is_empty() {
        forward.messages(name, filter(config))
    } else {
        let need = Need::of(config.need.iter().map(|kind| kind.0));
        let need = need.map_err(|error| error.to_string())?;
        let turns = config.on.iter().map(|turn| turn.0);
        let ready = config.on.is_empty().then_some(Turn::Ready);
        forward.need(name, need, turns.chain(ready), config.give_up_after.map(Into::into))
    };
    let retry = &config.retry;
    let retry = RetryPolicy::default()
        .with_attempts(retry.attempts)
        .with_base(retry.base.into())
        .with_factor(retry.factor)
        .with_cap(retry.cap.into());
    let subscriber = subscriber
        .with_start(config.start.0)
        .with_order(config.order.0)
        .with_concurrency(config.concurrency)
        .with_retry(retry);
    Ok(match config.time_limit {
        Some(limit) => subscriber.with_time_limit(limit.into()),
        None => subscriber,
    })
}

/// Which messages a subscription means.
pub(crate) fn filter(config: &Subscription) -> Filter {
    let classes = [
        (config.known, Class::Event),
        (config.unknown, Class::Unknown),
        (config.unreadable, Class::Unreadable),
    ];
    let classes = classes.into_iter().filter_map(|(is_meant, class)| is_meant.then_some(class));
    let filter = Filter::classes(classes);
    let filter =
        config.events.iter().fold(filter, |filter, Word(name)| filter.with_name(name.clone()));
    let filter = config.kinds.iter().fold(filter, |filter, Word(kind)| filter.with_kind(*kind));
    config.codes.iter().fold(filter, |filter, code| filter.with_code(Code::from(code.as_str())))
}
