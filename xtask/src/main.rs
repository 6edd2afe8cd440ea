//! The build driver: `cargo xtask <command>`, one file for each command.
//!
//! It keeps what a compiler cannot: which crate may know which, documents that repeat code, and the
//! budgets. Nothing depends on it; `cargo build` and `cargo test` work without it.

#![allow(clippy::print_stderr, reason = "it talks to a person at a terminal")]

mod arguments;
mod bench;
mod changes;
mod ci;
mod codegen;
mod command_line;
mod date;
mod deny;
mod dependencies;
mod each;
mod fuzz;
mod msrv;
mod package;
mod release;
mod say;
#[cfg(test)]
mod scratch;
mod senders;
mod size;
mod steps;
mod table;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use say::say;

/// What a command gives back: nothing, or why it did not succeed.
type Result<T = ()> = std::result::Result<T, Error>;

type Error = Box<dyn std::error::Error>;

const HELP: &str = "\
The build driver of this workspace.

Usage: cargo xtask <command> [--help]

Commands:
  test      run the tests, of all crates or of one
  tidy      check the rules of the repository
  codegen   write the generated documents, or check that they are fresh
  bench     run the benches and hold them against the budgets
  fuzz      run the fuzz targets for a while
  senders   install the libraries of others that tests sign and verify with
  each      check every published crate by itself
  size      hold the size of each package against its limit
  msrv      hold the oldest Rust that the crates promise
  deny      check licences and sources of what the crates depend on
  release   plan, prepare and publish releases
  ci        everything that has to pass before a change is merged";

/// Fails with all that was found, if anything was.
fn verdict(violations: &[String]) -> Result {
    if violations.is_empty() { Ok(()) } else { Err(violations.join("\n  ").into()) }
}

fn main() -> ExitCode {
    match run(Arguments::from_environment()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Arguments) -> Result {
    let wants_help = arguments.flag("--help") || arguments.flag("-h");
    let Some(command) = arguments.positional() else {
        arguments.finish()?;
        return say(HELP);
    };
    let (help, run): (&str, fn(Arguments) -> Result) = match command.as_str() {
        "bench" => (bench::HELP, bench::run),
        "ci" => (ci::HELP, ci::run),
        "codegen" => (codegen::HELP, codegen::run),
        "fuzz" => (fuzz::HELP, fuzz::run),
        "senders" => (senders::HELP, senders::run),
        "deny" => (deny::HELP, deny::run),
        "each" => (each::HELP, each::run),
        "msrv" => (msrv::HELP, msrv::run),
        "release" => (release::HELP, release::run),
        "size" => (size::HELP, size::run),
        "test" => (test::HELP, test::run),
        "tidy" => (tidy::HELP, tidy::run),
        other => return Err(format!("no command `{other}`\n\n{HELP}").into()),
    };
    if wants_help {
        return say(help);
    }
    run(arguments)
}
