//! What it costs to store deliveries before they are acknowledged: this crate's server in durable mode,
//! on an inbox in a file, beside the same server on a plain file that only grows.
//!
//! Each server is a process of its own on one core, with its data on the disk that `target` is on; the
//! load is on another core. Deliveries are signed before the clock starts. The servers take turns, and
//! what is printed are medians, since machines are shared and noisy. The processor time for each
//! delivery, over all threads, is the steadier figure.
#![allow(clippy::disallowed_methods, reason = "a bench is about time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to a terminal")]

use std::io;
use std::path::Path;
use std::time::Duration;

mod disk;
mod load;
mod log;
mod memory;
mod open_loop;
mod reopen;
mod report;
mod rounds;
mod series;
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod times;

use report::Report;
use rounds::Rounds;
use server::Kind;
use shared::process;

/// By how many connections the load comes.
const CONNECTIONS: [usize; 4] = [1, 16, 64, 256];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let after = |wanted: &str, by| {
        let at = arguments.iter().position(|argument| argument == wanted)?;
        arguments.get(at + by).map(String::as_str)
    };
    if let Some(name) = after(process::ARGUMENT, 1) {
        let folder = after(process::ARGUMENT, 2).unwrap_or(".");
        return server::serve(name, Path::new(folder));
    }
    let executable = std::env::current_exe()?;
    // `target/release/deps/durable-…`
    let target = executable.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?;
    if let Some(name) = after("--only", 1) {
        // One server under load for a while, for a profiler.
        process::pin_this_process();
        let mut report = Report::default();
        let kind = Kind::of_name(name).ok_or(io::ErrorKind::NotFound)?;
        let mut rounds = Rounds::start(target, &[kind])?;
        for time in [1, 10] {
            rounds.closed(64, Duration::from_secs(time), &mut report)?;
        }
        rounds.open(1_000, Duration::from_secs(10), &mut report)?;
        report.print();
        return Ok(());
    }

    match (has("--bench"), has("--quick")) {
        // `cargo test` runs benches too: let it see that each server answers.
        (false, _) => {
            let kinds = Kind::available(target);
            Rounds::start(target, &kinds)?.closed(1, Duration::ZERO, &mut Report::default())
        }
        (true, true) => bench(target, 1, Duration::from_secs(1)),
        (true, false) => bench(target, 5, Duration::from_secs(2)),
    }
}

fn bench(target: &Path, rounds: usize, time: Duration) -> io::Result<()> {
    process::pin_this_process();
    let mut report = Report::default();
    let mut servers = Rounds::start(target, &Kind::available(target))?;
    for _ in 0..rounds {
        disk::measure(target, &mut report)?;
        for connections in CONNECTIONS {
            servers.closed(connections, time, &mut report)?;
        }
        servers.open(1_000, 2 * time, &mut report)?;
    }
    drop(servers);
    for _ in 0..rounds {
        reopen::measure(target, time, &mut report)?;
    }
    memory::measure(target, time, &mut report)?;
    report.print();
    report.write(&target.join("durable-bench.json"))
}
