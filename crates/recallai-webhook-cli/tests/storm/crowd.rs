//! Those who want to keep the sender out.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// What each of a crowd does again and again; whether it was as it has to be.
type Attack = fn(&mut Attacker) -> std::io::Result<()>;

pub(crate) const ATTACKS: [(&str, Attack); 6] = [
    ("heads that never end", slow_heads),
    ("bodies that never come", absent_bodies),
    ("bodies that trickle in", slow_bodies),
    ("heads with 10,000 lines", many_lines),
    ("bodies that are announced as too long", announced),
    ("bodies that never end", endless),
];

/// How many do it at once.
const ATTACKERS: usize = 4;

/// How many connections each of them holds whose heads never end, or whose bodies never come.
const HELD: usize = 500;

/// How long they wait between two bytes of one, or between two looks at which were closed.
const BETWEEN: Duration = Duration::from_millis(100);

pub(crate) struct Attacker {
    address: String,
    held: Vec<TcpStream>,
}

/// A crowd at work.
pub(crate) struct Crowd {
    stop: Arc<AtomicBool>,
    times: Arc<AtomicUsize>,
    begun: mpsc::Receiver<()>,
    attackers: Vec<JoinHandle<()>>,
}

impl Crowd {
    pub(crate) fn start(address: &str, attack: Attack) -> Self {
        let (stop, times) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (begin, begun) = mpsc::channel();
        let attackers = (0..ATTACKERS).map(|_| {
            let (stop, times, begin) = (Arc::clone(&stop), Arc::clone(&times), begin.clone());
            let mut attacker = Attacker { address: address.to_owned(), held: Vec::new() };
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    attack(&mut attacker).unwrap();
                    times.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more once it has begun.
                    let _ = begin.send(());
                }
            })
        });
        let attackers = attackers.collect();
        Self { stop, times, begun, attackers }
    }

    /// Waits until each of them has done something.
    pub(crate) fn has_begun(&self) {
        (0..ATTACKERS).for_each(|_| self.begun.recv().unwrap());
    }

    /// How often it was done.
    pub(crate) fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.attackers.into_iter().for_each(|attacker| attacker.join().unwrap());
        self.times.load(Ordering::Relaxed)
    }
}

/// Opens connections and says nothing; as many as this process may have.
pub(crate) fn idle(address: &str, connections: usize) -> Vec<TcpStream> {
    (0..connections).map_while(|_| TcpStream::connect(address).ok()).collect()
}

/// Sends each of its heads a little further, and begins those anew that were closed.
fn slow_heads(attacker: &mut Attacker) -> std::io::Result<()> {
    attacker.held.retain_mut(|stream| stream.write_all(b"x").is_ok());
    hold(attacker, "POST /webhooks/recall HTTP/1.1\r\nhost: x\r\nx: ")
}

/// A head whose body is to follow.
const HEAD: &str = "POST /webhooks/recall HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n";

/// Sends heads alone, and begins those anew that were closed.
fn absent_bodies(attacker: &mut Attacker) -> std::io::Result<()> {
    attacker.held.retain_mut(is_open);
    hold(attacker, HEAD)
}

/// Sends each of its bodies a little further, and begins those anew that were closed.
fn slow_bodies(attacker: &mut Attacker) -> std::io::Result<()> {
    attacker.held.retain_mut(|stream| stream.write_all(b"x").is_ok());
    hold(attacker, HEAD)
}

/// Has as many connections as it holds, each of which begins with some text.
fn hold(attacker: &mut Attacker, text: &str) -> std::io::Result<()> {
    while attacker.held.len() < HELD {
        let mut stream = TcpStream::connect(&attacker.address)?;
        if stream.write_all(text.as_bytes()).is_ok() {
            attacker.held.push(stream);
        }
    }
    // Slow: without it, this would be a flood of connections.
    std::thread::sleep(BETWEEN);
    Ok(())
}

/// Whether nothing has come, neither an answer nor the end.
fn is_open(stream: &mut TcpStream) -> bool {
    let read = stream.set_nonblocking(true).and_then(|()| stream.read(&mut [0; 1]));
    read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

fn many_lines(attacker: &mut Attacker) -> std::io::Result<()> {
    let lines = "x: y\r\n".repeat(10_000);
    let head = format!("POST /webhooks/recall HTTP/1.1\r\nhost: x\r\n{lines}\r\n");
    answered(attacker, head.as_bytes(), "431")
}

fn announced(attacker: &mut Attacker) -> std::io::Result<()> {
    let head = "POST /webhooks/recall HTTP/1.1\r\nhost: x\r\ncontent-length: 1073741824\r\n\r\n";
    answered(attacker, head.as_bytes(), "413")
}

fn endless(attacker: &mut Attacker) -> std::io::Result<()> {
    let head = "POST /webhooks/recall HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunks = format!("10000\r\n{}\r\n", "x".repeat(0x10000)).repeat(16);
    answered(attacker, format!("{head}{chunks}").as_bytes(), "413")
}

/// Sends, as far as it is read, and expects a status.
fn answered(attacker: &Attacker, request: &[u8], status: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(&attacker.address)?;
    // The server may close before it has read it all.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => return Err(error),
        _ => {}
    }
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{status} expected: {answer:?}");
    Ok(())
}
