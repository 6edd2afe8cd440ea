//! Deliveries per second and memory: this crate's server beside a bare hyper one and Node with svix.
//!
//! Each server is a process of its own on one core, the load is on another. The servers take turns,
//! and what is printed are the medians, since machines are shared and noisy. The processor time for
//! each delivery is the steadier figure: it does not count who else was running.
#![allow(clippy::disallowed_methods, reason = "a bench is about time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to a terminal")]

use std::io;
use std::path::Path;
use std::time::Duration;

mod load;
mod memory;
mod report;
mod server;
#[path = "../shared/mod.rs"]
mod shared;

use report::Report;
use server::{Kind, cpu_time, start};
use shared::process::{self, Running};

/// How many connections the load comes by.
const CONNECTIONS: usize = 64;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    if let Some(at) = arguments.iter().position(|argument| argument == process::ARGUMENT) {
        return server::serve(arguments.get(at + 1).map_or("", String::as_str));
    }
    let executable = std::env::current_exe()?;
    // `target/release/deps/adapter-…`
    let target = executable.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?;

    match (has("--bench"), has("--quick")) {
        // `cargo test` runs benches too: let it see that each server still answers.
        (false, _) => Report::default().rounds(target, 1, Duration::ZERO),
        (true, true) => bench(target, 1, Duration::from_secs(1)),
        (true, false) => bench(target, 5, Duration::from_secs(2)),
    }
}

fn bench(target: &Path, rounds: usize, time: Duration) -> io::Result<()> {
    process::pin_this_process();
    let mut report = Report::default();
    report.rounds(target, rounds, time)?;
    report.memory(&memory::measure(target)?);
    report.print();
    report.write(&target.join("adapter-bench.json"))
}

impl Report {
    /// Lets the servers take turns.
    fn rounds(&mut self, target: &Path, rounds: usize, time: Duration) -> io::Result<()> {
        let servers: Vec<(Kind, Running)> = Kind::available(target)
            .into_iter()
            .map(|kind| Ok((kind, start(kind, target)?)))
            .collect::<io::Result<_>>()?;
        for _ in 0..rounds {
            for (kind, server) in &servers {
                let before = cpu_time(server);
                let round = load::round(server.address, CONNECTIONS, time)?;
                let cpu_time = before.zip(cpu_time(server)).map(|(before, after)| after - before);
                self.round(kind.name(), &round, cpu_time);
            }
        }
        Ok(())
    }
}
