//! What a person pastes into another terminal: the line that sends an event, and the words of such lines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::terminal;

/// Prints the line to try a receiver with that has made up its secret: for a person, and not for the log.
pub(crate) fn show_send(secret: &str, address: SocketAddr, path: &str) {
    let (program, address) = (program(), reachable(address));
    terminal::eprint(&format!(
        "\nTo see an event arrive, paste this into another terminal:\n\n  \
         RECALLAI_WEBHOOK_SECRET={secret} {program} send recording.done http://{address}{path}\n\n"
    ));
}

/// This program, as a word for a shell.
pub(crate) fn program() -> String {
    let program = std::env::current_exe().map(|path| path.display().to_string());
    shell_quoted(&program.unwrap_or_else(|_| "recallai-webhook".to_owned()))
}

/// The address to reach a listener at from this machine: one that listens everywhere also listens
/// on loopback.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = match address.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        address.set_ip(loopback);
    }
    address
}

/// A word for a shell.
pub(crate) fn shell_quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+:".contains(&b);
    match word.bytes().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
