//! Where messages go: the options, and the endpoints that they make.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use recallai_webhook_emulator::{
    Channel, EndpointId, EndpointOptions, HeaderFamily, Sender, SigningSecret, Subscription,
};

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::listening::DEFAULT_URL;
use crate::message::Family;
use crate::wire::Target;
use crate::{events, secrets, terminal};

/// How long an older secret signs, too: the longest that the sender knows.
const GRACE: Duration = Duration::from_secs(7 * 86_400);

#[derive(Debug, Args)]
pub(super) struct Targets {
    #[arg(long, value_name = "URL", help = format!("Where to post; {DEFAULT_URL} if left out. Can be given \
        several times, once for each endpoint; behind a `#`, an endpoint has the names of the events that it \
        subscribes to, with commas between them, and all without"))]
    target: Vec<String>,

    /// Where to post what real-time endpoints get; the first target if left out
    #[arg(long, value_name = "URL")]
    realtime_target: Option<String>,

    /// Post to addresses that are not of this machine
    #[arg(long)]
    allow_remote: bool,
}

/// Targets that may be posted to, each with what its endpoint is subscribed to.
pub(super) struct Resolved(Vec<(Target, Channel, Subscription)>);

impl Targets {
    /// A URL that is given elsewhere, by the same rule.
    pub(super) fn parse(&self, url: &str) -> Result<Target, Failure> {
        Target::parse(url, self.allow_remote)
    }

    pub(super) fn resolve(&self) -> Result<Resolved, Failure> {
        let urls = match &self.target[..] {
            [] => vec![DEFAULT_URL],
            urls => urls.iter().map(String::as_str).collect(),
        };
        let mut resolved = Vec::new();
        for text in &urls {
            let (url, events) = subscribed(text)?;
            resolved.push((Target::parse(url, self.allow_remote)?, Channel::Dashboard, events));
        }
        let realtime = self.realtime_target.as_deref().or(urls.first().copied());
        let (url, events) = subscribed(realtime.unwrap_or(DEFAULT_URL))?;
        // What a dashboard endpoint is subscribed to is nothing of the real-time channel.
        let events = if self.realtime_target.is_some() { events } else { Subscription::All };
        resolved.push((Target::parse(url, self.allow_remote)?, Channel::Realtime, events));
        Ok(Resolved(resolved))
    }
}

/// A URL and the events behind its `#`, which is never sent.
fn subscribed(text: &str) -> Result<(&str, Subscription), Failure> {
    let Some((url, names)) = text.split_once('#') else { return Ok((text, Subscription::All)) };
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Err(Failure::not_tried(
            "no event behind the `#` of a target; leave it out for all",
        ));
    }
    for name in &names {
        // Tomorrow there may be one of that name.
        if let Some(hint) = events::unknown(name) {
            terminal::warn(&hint);
        }
    }
    Ok((url, Subscription::names(names)))
}

impl Resolved {
    /// Makes an endpoint of each, and says where it is.
    pub(super) fn add_endpoints(
        self,
        sender: &mut Sender,
        secrets: &[SigningSecret],
        family: Family,
    ) -> Result<BTreeMap<EndpointId, Target>, Failure> {
        let mut endpoints = BTreeMap::new();
        for (index, (target, channel, events)) in self.0.into_iter().enumerate() {
            // Faults and jitter are drawn by the name, which is the same wherever the target is.
            let name = format!("endpoint {}", index + 1);
            let endpoint = add_endpoint(sender, &name, secrets, |options| {
                options.channel = channel;
                options.events = events;
                options.family = match family {
                    Family::Webhook => HeaderFamily::Webhook,
                    Family::Svix => HeaderFamily::Svix,
                };
            })?;
            endpoints.insert(endpoint, target);
        }
        Ok(endpoints)
    }
}

/// Adds an endpoint whose deliveries are signed with each of the secrets, the first one first, as in a
/// rotation.
pub(crate) fn add_endpoint(
    sender: &mut Sender,
    name: &str,
    secrets: &[SigningSecret],
    change: impl FnOnce(&mut EndpointOptions),
) -> Result<EndpointId, Failure> {
    let Some((oldest, newer)) = secrets.split_last() else {
        return Err(Failure::not_tried("no secret to sign with"));
    };
    let mut options = EndpointOptions::new(name, oldest.clone());
    change(&mut options);
    let endpoint = sender.add_endpoint(options);
    for secret in newer.iter().rev() {
        let rotated = sender.rotate(endpoint, secret.clone(), GRACE, Duration::ZERO);
        rotated.map_err(Failure::not_tried)?;
    }
    Ok(endpoint)
}

/// The configured secrets, as a sender has them.
pub(super) fn signing_secrets(arguments: &Secrets) -> Result<Vec<SigningSecret>, Failure> {
    let secrets = secrets::load(arguments)?;
    let signing = secrets.iter().map(|secret| SigningSecret::parse(&secret.text));
    signing.collect::<Result<_, _>>().map_err(Failure::not_tried)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_can_name_events() {
        let check = |text, url, events| assert_eq!(subscribed(text).unwrap(), (url, events));
        check("http://a/b", "http://a/b", Subscription::All);
        check("http://a/b#bot.done", "http://a/b", Subscription::names(["bot.done"]));
        check(
            "http://a#recording.done, transcript.done",
            "http://a",
            Subscription::names(["recording.done", "transcript.done"]),
        );
    }
}
