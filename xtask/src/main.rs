//! The build driver: `cargo xtask <command>`, one file for each command. Nothing depends on it;
//! `cargo build` and `cargo test` work without it.

#![allow(clippy::print_stderr, reason = "it talks to a person at a terminal")]

mod arguments;
mod bench;
mod browser;
mod changes;
mod ci;
mod codegen;
mod command_line;
mod date;
mod deny;
mod dependencies;
mod each;
mod fuzz;
mod installation;
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

/// One command.
struct Command {
    name: &'static str,
    /// What the help at the top says of it.
    summary: &'static str,
    help: &'static str,
    run: fn(Arguments) -> Result,
}

impl Command {
    const fn new(
        name: &'static str,
        summary: &'static str,
        help: &'static str,
        run: fn(Arguments) -> Result,
    ) -> Self {
        Self { name, summary, help, run }
    }
}

/// What every change needs comes first, then what `ci` takes besides, then what is done at times.
const COMMANDS: &[Command] = &[
    Command::new("test", "run the tests, of all crates or of one", test::HELP, test::run),
    Command::new("tidy", "check the rules of the repository", tidy::HELP, tidy::run),
    Command::new("codegen", "write or compare generated documents", codegen::HELP, codegen::run),
    Command::new("ci", "everything that has to pass before a change is merged", ci::HELP, ci::run),
    Command::new("each", "check every published crate by itself", each::HELP, each::run),
    Command::new("size", "hold each package against its limit of size", size::HELP, size::run),
    Command::new("deny", "check licences and sources of dependencies", deny::HELP, deny::run),
    Command::new("msrv", "hold the oldest Rust that the crates promise", msrv::HELP, msrv::run),
    Command::new("bench", "run the benches, held against the budgets", bench::HELP, bench::run),
    Command::new("fuzz", "run the fuzz targets for a while", fuzz::HELP, fuzz::run),
    Command::new("senders", "install the libraries of other senders", senders::HELP, senders::run),
    Command::new("browser", "install what drives a browser", browser::HELP, browser::run),
    Command::new("release", "plan, prepare and publish releases", release::HELP, release::run),
];

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
    let Some(name) = arguments.positional() else {
        arguments.finish()?;
        return say(&help());
    };
    let command = COMMANDS.iter().find(|command| command.name == name);
    let command = command.ok_or_else(|| format!("no command `{name}`\n\n{}", help()))?;
    if wants_help { say(command.help) } else { (command.run)(arguments) }
}

/// The help at the top.
fn help() -> String {
    let mut text = "\
The build driver of this workspace.

Usage: cargo xtask <command> [--help]

Commands:"
        .to_owned();
    let width = COMMANDS.iter().map(|command| command.name.len()).max().unwrap_or_default();
    for Command { name, summary, .. } in COMMANDS {
        text.push_str(&format!("\n  {name:width$}   {summary}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_command_shows_its_use() {
        for Command { name, help, .. } in COMMANDS {
            assert!(help.contains(&format!("Usage: cargo xtask {name}")), "{name}");
        }
    }
}
