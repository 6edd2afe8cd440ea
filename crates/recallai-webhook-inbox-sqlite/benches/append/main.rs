//! What it costs to keep an inbox in a file: appends beside a plain file that only grows, with and
//! without jobs; questions; waiting; and with `--grow N` how all of it is after N messages.
//!
//! Floor and inbox take turns, and what is printed are medians, since machines are shared and noisy.
//! The processor time of the writing thread is the steadier figure.
#![allow(clippy::disallowed_methods, reason = "a bench is about time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to a terminal")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot run has nothing to say")]

use std::path::Path;

mod asking;
mod floor;
mod growth;
mod machine;
mod report;
mod rounds;
mod series;

use report::Report;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let executable = std::env::current_exe().unwrap();
    // `target/release/deps/append-…`
    let target = executable.ancestors().nth(3).unwrap();
    if let Some(at) = arguments.iter().position(|argument| argument == "--grow") {
        let count = arguments.get(at + 1).and_then(|count| count.parse().ok());
        return growth::grow(target, count.unwrap_or(1_000_000));
    }
    if has("--jobs") || has("--appends") {
        // One thing for a while, for a profiler.
        let mut report = Report::default();
        match has("--jobs") {
            true => rounds::with_jobs(target, 64, 40_000, &mut report),
            false => rounds::inbox(target, 64, 100_000, &mut report),
        }
        return report.print();
    }
    match (has("--bench"), has("--quick")) {
        // `cargo test` runs benches too: let it see that everything still answers.
        (false, _) => bench(target, 1, 200).print(),
        (true, quick) => {
            let report = if quick { bench(target, 1, 4000) } else { bench(target, 5, 20_000) };
            report.print();
            report.write(&target.join("inbox-sqlite-bench.json")).unwrap();
        }
    }
}

fn bench(target: &Path, rounds: usize, messages: usize) -> Report {
    let mut report = Report::default();
    for _ in 0..rounds {
        for concurrency in [1, 16, 64, 256] {
            // One at a time pays for a sync each; a tenth is enough to see it.
            let messages = if concurrency == 1 { messages / 10 } else { messages };
            rounds::floor(target, concurrency, messages, &mut report);
            rounds::inbox(target, concurrency, messages, &mut report);
        }
        rounds::with_jobs(target, 64, messages, &mut report);
        asking::ask(target, messages / 10, &mut report);
    }
    report
}
