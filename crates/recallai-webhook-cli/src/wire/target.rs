//! Where to send: a URL that was checked, and its host looked up, once.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use http::Uri;
use http::uri::Authority;

use crate::exit::Failure;

/// A URL that may be sent to. It leads to the addresses that it was checked for, whatever its name comes to
/// mean later. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    origin: Arc<Origin>,
    /// What `Host` says.
    host: Arc<str>,
    path_and_query: Arc<str>,
    shown: Arc<str>,
}

/// What a connection leads to.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) is_tls: bool,
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) addresses: Vec<SocketAddr>,
}

impl Target {
    /// Reads a URL and looks its host up, which can take a while. Unless `allow_remote`, all its addresses
    /// have to be of this machine: a tool that signs and sends is not to be pointed at others by accident.
    pub(crate) fn parse(url: &str, allow_remote: bool) -> Result<Self, Failure> {
        let is_http = url.starts_with("http://") || url.starts_with("https://");
        if !is_http {
            return Err(Failure::not_tried("a URL begins with http:// or https://"));
        }
        let odd = |error| Failure::not_tried(format!("this is no URL: {error}"));
        let uri: Uri = url.parse().map_err(odd)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(Failure::not_tried("no host in this URL"));
        };
        if authority.as_str().contains('@') {
            return Err(Failure::not_tried(
                "a user name or a password in the URL is not sent; leave it out",
            ));
        }
        let is_tls = scheme == "https";
        let usual = if is_tls { 443 } else { 80 };
        let port = port(authority)?.unwrap_or(usual);
        let host = match port == usual {
            true => authority.host().to_owned(),
            false => format!("{}:{port}", authority.host()),
        };
        let path = if uri.path().is_empty() { "/" } else { uri.path() };
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let shown = format!("{scheme}://{host}{path}");
        let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let addresses = look_up(&name, port)?;
        if !allow_remote && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(Failure::not_tried(format!(
                "{name} is not this machine; to send there, add --allow-remote"
            )));
        }
        Ok(Self {
            origin: Arc::new(Origin { is_tls, host: name, addresses }),
            host: host.into(),
            path_and_query: format!("{path}{query}").into(),
            shown: shown.into(),
        })
    }

    /// The URL for people: without the query, in which there may be a token.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether what listens at an address of this machine gets what is sent here.
    pub(crate) fn leads_to(&self, address: SocketAddr) -> bool {
        self.origin.addresses.iter().any(|own| {
            let is_host = own.ip() == address.ip()
                || (address.ip().is_unspecified() && own.ip().is_loopback());
            is_host && own.port() == address.port()
        })
    }

    pub(super) fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn path_and_query(&self) -> &str {
        &self.path_and_query
    }
}

/// The port that is written there; one that there is not is an error, where a parser of URLs finds none.
fn port(authority: &Authority) -> Result<Option<u16>, Failure> {
    let behind = authority.as_str().get(authority.host().len()..).unwrap_or_default();
    match behind.trim_start_matches(':') {
        "" => Ok(None),
        digits => match digits.parse() {
            Ok(0) | Err(_) => Err(Failure::not_tried(format!("there is no port {digits}"))),
            Ok(port) => Ok(Some(port)),
        },
    }
}

fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let found = (host, port).to_socket_addrs();
    let found = found.map_err(|error| Failure::not_tried_at(host, error))?;
    let mut addresses = Vec::new();
    for address in found {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    match addresses.is_empty() {
        true => Err(Failure::not_tried_at(host, "it has no address")),
        false => Ok(addresses),
    }
}
