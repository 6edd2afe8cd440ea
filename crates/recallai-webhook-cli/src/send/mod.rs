//! `send`: sign the example body of an event as Recall.ai does, and post it.

use std::net::{IpAddr, ToSocketAddrs};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::event::{CATALOGUE, catalogue};
use ureq::http::{StatusCode, Uri};

use crate::arguments::Send;
use crate::failure::Failure;
use crate::secrets;

/// The sender's own patience.
const TIMEOUT: Duration = Duration::from_secs(15);

#[allow(clippy::print_stdout, reason = "the answer is the output of this command")]
pub(crate) fn run(arguments: &Send) -> Result<(), Failure> {
    let entry = catalogue::find(&arguments.event).ok_or_else(|| unknown(&arguments.event))?;
    let uri: Uri = arguments
        .url
        .parse()
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.url)))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(Failure::usage(format!("{uri}: not a URL with http or https")));
    }
    if !arguments.allow_remote {
        require_loopback(&uri)?;
    }
    // Rotation puts the newest secret first; a sender signs with that.
    let secrets = secrets::load(&arguments.secrets)?;
    let secret = secrets.first().ok_or_else(|| Failure::usage("no secret"))?;

    let body = entry.example();
    let id = message_id()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(Failure::failed)?.as_secs();
    let signature = secret.secret.sign(&id, now, body.as_bytes()).map_err(Failure::failed)?;

    let status = post(&arguments.url, &id, now, &signature, &body)
        .map_err(|error| Failure::failed(format!("{}: {error}", arguments.url)))?;
    println!("{} {id} -> {status}", entry.name);
    match status.is_success() {
        true => Ok(()),
        false => Err(Failure::failed("the delivery was not accepted")),
    }
}

fn post(
    url: &str,
    id: &str,
    now: u64,
    signature: &str,
    body: &str,
) -> Result<StatusCode, ureq::Error> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        // The sender follows no redirects, and one could lead away from this machine.
        .max_redirects(0)
        .max_redirects_will_error(false)
        // Nor does a proxy of the environment get to see what is meant for this machine.
        .proxy(None)
        .build()
        .new_agent();
    let response = agent
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signature)
        .send(body)?;
    Ok(response.status())
}

/// Refuses a URL that leads away from this machine: a tool that signs and posts is not to be
/// pointed at others by accident.
fn require_loopback(uri: &Uri) -> Result<(), Failure> {
    let host = uri.host().ok_or_else(|| Failure::usage(format!("{uri}: no host in this URL")))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<IpAddr> = match host.parse() {
        Ok(address) => vec![address],
        Err(_) => (host, 0)
            .to_socket_addrs()
            .map_err(|error| Failure::usage(format!("{host}: {error}")))?
            .map(|address| address.ip())
            .collect(),
    };
    if !addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback) {
        return Ok(());
    }
    Err(Failure::usage(format!("{host} is not this machine; to post there, add --allow-remote")))
}

/// An id in the shape of the sender's: `msg_` and 27 letters and digits.
fn message_id() -> Result<String, Failure> {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = [0; 27];
    getrandom::fill(&mut random).map_err(Failure::failed)?;
    let digits = random.iter().map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()]));
    Ok("msg_".chars().chain(digits).collect())
}

fn unknown(name: &str) -> Failure {
    let prefix = name.split('.').next().unwrap_or_default();
    let near: Vec<_> = CATALOGUE
        .iter()
        .map(|entry| entry.name)
        .filter(|known| known.split('.').next() == Some(prefix))
        .collect();
    let hint = match near.is_empty() {
        true => "docs/events.md lists all events".to_owned(),
        false => format!("there are {}", near.join(", ")),
    };
    Failure::usage(format!("no event is called {name:?}; {hint}"))
}
