//! A relay between a sender and `serve` that keeps what the sender said: `serve` takes both families
//! of headers and any list of signatures, so its answer does not tell which were sent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::cases::{Case, Signer};
use super::support::Server;

/// Relays one connection; a second one is refused.
pub(crate) struct Tap {
    address: String,
    heard: JoinHandle<Vec<u8>>,
}

impl Tap {
    pub(crate) fn before(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = server.address.clone();
        let heard = std::thread::spawn(move || {
            let (sender, _) = listener.accept().unwrap();
            drop(listener);
            // A server that has ended was never asked anything.
            TcpStream::connect(server).map_or_else(|_| Vec::new(), |server| relay(&sender, &server))
        });
        Self { address, heard }
    }

    /// The address to post to, in place of the server's.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/recall", self.address)
    }

    /// What the sender said, once the server has ended.
    pub(crate) fn heard(self) -> String {
        // For a sender that never came; whoever waits for one hears silence.
        drop(TcpStream::connect(&self.address));
        String::from_utf8(self.heard.join().unwrap()).unwrap()
    }
}

/// Passes on what each says until the server has said all; returns what the sender said.
fn relay(sender: &TcpStream, server: &TcpStream) -> Vec<u8> {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            pass(server, sender);
            // A sender that keeps its connection for another request is not waited for.
            let _ = sender.shutdown(Shutdown::Both);
        });
        let said = pass(sender, server);
        let _ = server.shutdown(Shutdown::Write);
        said
    })
}

/// Copies until one side is gone, and returns the copy.
fn pass(mut from: &TcpStream, mut to: &TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        all.extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    all
}

/// What in a request is not as the case asks for: the headers of one family, and no others, with
/// every signature in its place.
pub(crate) fn fault(request: &str, case: &Case, family: &str) -> Option<String> {
    let (head, _) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let mut ours: Vec<(String, &str)> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .filter(|(name, _)| name.starts_with("svix-") || name.starts_with("webhook-"))
        .collect();
    ours.sort();
    let names: Vec<&str> = ours.iter().map(|(name, _)| &**name).collect();
    if names != ["id", "signature", "timestamp"].map(|part| format!("{family}-{part}")) {
        return Some(format!("with headers {}", names.join(" ")));
    }
    let tokens: Vec<&str> = ours[1].1.split(' ').collect();
    let as_asked = |(token, signer): (&&str, &Signer)| match signer {
        Signer::Key(_) => token.starts_with("v1,"),
        Signer::Token(text) => token == text,
    };
    let sound = tokens.len() == case.signers.len() && tokens.iter().zip(case.signers).all(as_asked);
    (!sound).then(|| format!("with {} other signatures", tokens.len()))
}
