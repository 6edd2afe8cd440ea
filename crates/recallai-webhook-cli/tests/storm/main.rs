//! `serve` while somebody wants to keep the sender out: each delivery is acknowledged all the same, and the
//! figures are printed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and measures what it prints"
)]

#[path = "../support/mod.rs"]
mod support;

mod crowd;

use std::time::{Duration, Instant};

use crowd::Crowd;
use support::store::Store;
use support::{Server, signed};

/// How many messages are delivered during each attack, one after the other.
const DELIVERIES: u32 = 100;

#[test]
fn a_crowd_keeps_nobody_out() {
    let store = Store::new();
    let mut server = store.serve(&[]);
    println!("| meanwhile | times | delivered | median | slowest | memory |");
    println!("|---|---|---|---|---|---|");
    deliver(&server, "nothing").print(0);

    let idle = crowd::idle(&server.address, 10_000);
    deliver(&server, "idle connections, opened and held").print(idle.len());
    drop(idle);

    for (name, attack) in crowd::ATTACKS {
        let crowd = Crowd::start(&server.address, attack);
        crowd.has_begun();
        let row = deliver(&server, name);
        row.print(crowd.end());
    }
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
}

/// What became of the deliveries.
struct Row {
    name: &'static str,
    took: Vec<Duration>,
    memory_mib: u64,
}

fn deliver(server: &Server, name: &'static str) -> Row {
    let mut took: Vec<Duration> = (0..DELIVERIES)
        .map(|number| {
            let id = format!("msg_{}_{number}", name.replace(' ', "_"));
            let request = signed(&id, r#"{"event":"calendar.update","data":{"calendar_id":"c"}}"#);
            let began = Instant::now();
            let answer = server.raw(&request);
            assert!(answer.starts_with("HTTP/1.1 204"), "{name}: {answer}");
            began.elapsed()
        })
        .collect();
    took.sort();
    Row { name, took, memory_mib: server.memory_mib() }
}

impl Row {
    fn print(&self, times: usize) {
        let Self { name, took, memory_mib } = self;
        let (median, slowest) = (took[took.len() / 2], took[took.len() - 1]);
        println!(
            "| {name} | {times} | {DELIVERIES} | {median:.1?} | {slowest:.1?} | {memory_mib} MiB |"
        );
    }
}
