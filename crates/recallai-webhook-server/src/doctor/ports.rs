//! Whether the addresses can be listened at, or who does.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use recallai_webhook_hyper::bind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::{Loaded, Source};

use super::Finding;

const CHECK: &str = "ports";

/// How long whoever listens may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// More of an answer is not read.
const ANSWER: u64 = 4096;

/// An address of the configuration, and who is there.
pub(super) struct Port {
    key: &'static str,
    address: SocketAddr,
    /// Whether the service goes on without it.
    is_optional: bool,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nobody.
    Free,
    /// Something that answers as `serve` does.
    Ours,
    /// Something else.
    Taken,
    /// The system does not give it out, for this reason.
    Refused(String),
}

/// Looks at each. An address that is free is bound for a moment.
pub(super) async fn gather(loaded: &Loaded) -> Vec<Port> {
    let config = &loaded.config;
    let paths = config.endpoints.values().map(|endpoint| endpoint.path.as_str());
    let path = paths.min().unwrap_or("/");
    let address = config.listen.address;
    let state = look(address, path, |answer| {
        answer.starts_with("HTTP/1.1 405") && answer.to_ascii_lowercase().contains("allow: post")
    });
    let listen = Port { key: "listen", address, is_optional: false, state: state.await };
    if !config.admin.enabled {
        return vec![listen];
    }
    let address = config.admin.address;
    let state = look(address, "/healthz", |answer| {
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\nok\n")
    });
    let is_optional = *loaded.source("admin.address") == Source::Default;
    vec![listen, Port { key: "admin", address, is_optional, state: state.await }]
}

async fn look(address: SocketAddr, path: &str, is_ours: impl Fn(&str) -> bool) -> State {
    match bind(address) {
        Ok(_) => State::Free,
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            match timeout(PATIENCE, ask(reachable(address), path)).await {
                Ok(Ok(answer)) if is_ours(&answer) => State::Ours,
                _ => State::Taken,
            }
        }
        Err(error) => State::Refused(error.to_string()),
    }
}

/// Who listens at all addresses is asked at the one of this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

async fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

pub(super) fn judge(port: &Port, is_served: bool) -> Finding {
    let Port { key, address, is_optional, state } = port;
    let is_chosen_later = address.port() == 0;
    let elsewhere = format!("choose another address with {key}.address, or end what is there");
    match state {
        State::Free if is_chosen_later => Finding::ok(CHECK, format!("{key}: the system chooses a port")),
        State::Free if is_served => Finding::warning(
            CHECK,
            format!("{key}: nobody is at {address}, but a `serve` works on the inbox"),
        )
        .with_advice("it was started with another address: start it again"),
        State::Free => Finding::ok(CHECK, format!("{key}: {address} is free")),
        State::Ours if is_served => Finding::ok(CHECK, format!("{key}: `serve` answers at {address}")),
        State::Ours => {
            taken(*is_optional, format!("{key}: a `serve` of another inbox answers at {address}"))
                .with_advice(elsewhere)
        }
        State::Taken => {
            taken(*is_optional, format!("{key}: {address} is taken by another program"))
                .with_advice(elsewhere)
        }
        State::Refused(reason) => Finding::failure(CHECK, format!("{key}: {address}: {reason}"))
            .with_advice(format!("choose an address of this machine with {key}.address; ports up to 1023 take a privilege")),
    }
}

fn taken(is_optional: bool, what: String) -> Finding {
    match is_optional {
        true => Finding::warning(CHECK, format!("{what}; `serve` goes on without it")),
        false => Finding::failure(CHECK, what),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn an_address_is_ours_free_or_taken() {
        use Level::{Failure, Ok, Warning};
        let refused = State::Refused("permission denied".into());
        for (state, is_served, is_optional, expected) in [
            (State::Free, false, false, Ok),
            (State::Free, true, false, Warning),
            (State::Ours, true, false, Ok),
            (State::Ours, false, false, Failure),
            (State::Ours, false, true, Warning),
            (State::Taken, true, false, Failure),
            (State::Taken, false, true, Warning),
            (refused, false, true, Failure),
        ] {
            let address = SocketAddr::from(([127, 0, 0, 1], 8080));
            let port = Port { key: "listen", address, is_optional, state };
            assert_eq!(judge(&port, is_served).level, expected, "{:?} {is_served}", port.state);
        }
    }

    #[test]
    fn what_listens_everywhere_is_asked_here() {
        for (address, expected) in
            [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            assert_eq!(reachable(address.parse().unwrap()).to_string(), expected);
        }
    }
}
