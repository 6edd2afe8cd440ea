//! The open loop: deliveries come when they are due, whether or not earlier ones have been answered.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::series::mix;
use crate::times::Times;

/// How many connections take turns. One whose reply is late makes its next delivery late, which counts:
/// times run from when a delivery was due.
const CONNECTIONS: usize = 32;

/// How much before a delivery is due its thread stops sleeping, since sleep is not that exact.
const AWAKE: Duration = Duration::from_micros(120);

/// Delivers so many in a second, at random times.
pub(crate) fn round(address: SocketAddr, rate: u32, requests: Vec<Vec<u8>>) -> io::Result<Times> {
    let mut by_connection: Vec<Vec<(Duration, Vec<u8>)>> = vec![Vec::new(); CONNECTIONS];
    let mut due = Duration::ZERO;
    for (number, request) in requests.into_iter().enumerate() {
        due += gap(number, rate);
        by_connection[number % CONNECTIONS].push((due, request));
    }
    // Time for the threads to start and connect.
    let start = Instant::now() + Duration::from_millis(100);
    let senders: Vec<_> = by_connection
        .into_iter()
        .map(|requests| thread::spawn(move || send(address, start, requests)))
        .collect();
    let mut times = Times::default();
    for sender in senders {
        times.extend(sender.join().map_err(|_| io::Error::other("a sender panicked"))??);
    }
    Ok(times)
}

/// The time between two arrivals that know nothing of each other.
fn gap(number: usize, rate: u32) -> Duration {
    // From 0, which has no logarithm, up to 1.
    let random = ((mix(number as u64) >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
    Duration::from_secs_f64(-random.ln() / f64::from(rate))
}

fn send(
    address: SocketAddr,
    start: Instant,
    requests: Vec<(Duration, Vec<u8>)>,
) -> io::Result<Times> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut times = Times::default();
    for (due, request) in requests {
        let due = start + due;
        thread::sleep(due.saturating_duration_since(Instant::now() + AWAKE));
        while Instant::now() < due {
            std::hint::spin_loop();
        }
        stream.write_all(&request)?;
        let (mut reply, mut len) = ([0; 1024], 0);
        while !reply[..len].ends_with(b"\r\n\r\n") {
            match stream.read(&mut reply[len..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => len += more,
            }
        }
        if !reply.starts_with(b"HTTP/1.1 204") {
            return Err(io::Error::other(String::from_utf8_lossy(&reply[..len])));
        }
        times.add(due.elapsed());
    }
    Ok(times)
}
