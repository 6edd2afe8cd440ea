//! Posting as the sender does: no redirects, its patience, and to this machine unless told otherwise.

use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use ureq::http::{StatusCode, Uri};

use crate::exit::Failure;

/// The sender's own patience.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A URL that may be posted to.
pub(super) struct Target<'u> {
    url: &'u str,
    shown: String,
    agent: ureq::Agent,
}

impl<'u> Target<'u> {
    pub(super) fn new(url: &'u str, allow_remote: bool) -> Result<Self, Failure> {
        let uri = url.parse::<Uri>().ok();
        let uri = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
        let uri = uri.ok_or_else(|| Failure::not_tried("a URL begins with http:// or https://"))?;
        let host = uri.authority().map_or("", |authority| authority.as_str());
        let host = host.rsplit('@').next().unwrap_or_default();
        let shown = format!("{}://{host}{}", uri.scheme_str().unwrap_or_default(), uri.path());
        if !allow_remote {
            require_loopback(&uri)?;
        }
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
        Ok(Self { url, shown, agent })
    }

    /// Without a password or a token, which stand in front of the host and in the query.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn post(
        &self,
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<StatusCode, Failure> {
        let request = self.agent.post(self.url).header("content-type", "application/json");
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let response = request.send(body);
        let response = response.map_err(|error| Failure::failed_at(&self.shown, error))?;
        Ok(response.status())
    }
}

/// Refuses a URL that leads away from this machine: a tool that signs and posts is not to be
/// pointed at others by accident.
fn require_loopback(uri: &Uri) -> Result<(), Failure> {
    let host = uri.host().ok_or_else(|| Failure::not_tried("no host in this URL"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<IpAddr> = match host.parse() {
        Ok(address) => vec![address],
        Err(_) => (host, 0)
            .to_socket_addrs()
            .map_err(|error| Failure::not_tried_at(host, error))?
            .map(|address| address.ip())
            .collect(),
    };
    if !addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback) {
        return Ok(());
    }
    Err(Failure::not_tried(format!(
        "{host} is not this machine; to post there, add --allow-remote"
    )))
}
