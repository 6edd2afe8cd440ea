//! The sender's side: connections that each deliver one message after the other, keep what was
//! acknowledged, and deliver again what was not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use crate::support::signed;

/// A connection of the sender, with the message that nobody has acknowledged yet.
#[derive(Default)]
pub(crate) struct Sending {
    connection: usize,
    next: usize,
    pending: Option<String>,
}

pub(crate) struct Load {
    /// The ids that were acknowledged, as it happens.
    pub(crate) acks: Receiver<String>,
    senders: Vec<JoinHandle<Sending>>,
}

/// So many connections that have not sent anything yet.
pub(crate) fn senders(count: usize) -> Vec<Sending> {
    (0..count).map(|connection| Sending { connection, ..Sending::default() }).collect()
}

impl Load {
    /// Delivers until the connections break.
    pub(crate) fn start(address: &str, senders: Vec<Sending>) -> Self {
        let (sender, acks) = mpsc::channel();
        let start = |mut sending: Sending| {
            let (address, acks) = (address.to_owned(), sender.clone());
            std::thread::spawn(move || {
                sending.deliver(&address, &acks);
                sending
            })
        };
        Self { senders: senders.into_iter().map(start).collect(), acks }
    }

    /// Waits until the connections are broken. Returns what was acknowledged since it was last asked.
    pub(crate) fn end(self) -> (Vec<Sending>, Vec<String>) {
        let senders = self.senders.into_iter().map(|sender| sender.join().unwrap()).collect();
        (senders, self.acks.try_iter().collect())
    }
}

impl Sending {
    fn deliver(&mut self, address: &str, acks: &Sender<String>) {
        let Ok(mut stream) = TcpStream::connect(address) else { return };
        stream.set_nodelay(true).unwrap();
        loop {
            let id = self.pending.take().unwrap_or_else(|| self.next_id());
            let reply = exchange(&mut stream, &id);
            if !reply.is_some_and(|reply| reply.starts_with("HTTP/1.1 204")) {
                self.pending = Some(id);
                return;
            }
            if acks.send(id).is_err() {
                return;
            }
        }
    }

    fn next_id(&mut self) -> String {
        self.next += 1;
        format!("msg_{:02}_{:06}", self.connection, self.next)
    }
}

/// Sends a message and reads the head of the reply, which is all of it.
fn exchange(stream: &mut TcpStream, id: &str) -> Option<String> {
    let request = String::from_utf8(signed(id, &body(id))).unwrap();
    stream.write_all(request.replace("connection: close\r\n", "").as_bytes()).ok()?;
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).ok()? {
            0 => return None,
            length => reply.extend_from_slice(&part[..length]),
        }
    }
    String::from_utf8(reply).ok()
}

/// One of eight artifacts of one of fifty recordings, as the id has it.
fn body(id: &str) -> String {
    let number: usize = id.rsplit('_').next().unwrap().parse().unwrap();
    let (recording, artifact) = (number % 50, number / 50 % 8);
    let (code, second) = (["processing", "done"][number / 400 % 2], number % 60);
    format!(
        r#"{{"event":"transcript.{code}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:{second:02}Z"}},"transcript":{{"id":"t-{recording}-{artifact}","metadata":{{}}}},"recording":{{"id":"r-{recording}","metadata":{{"team":"north"}}}},"bot":{{"id":"b-{recording}","metadata":{{}}}}}}}}"#
    )
}
