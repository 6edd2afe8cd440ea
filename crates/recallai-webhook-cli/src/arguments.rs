//! The command line: the commands, and what all of them share. Each command's own arguments stand in
//! its file.

use std::io;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::exit::{self, Code, Failure};
use crate::{
    capture, completions, config, dead_letters, dev, doctor, emulate, events, inbox, listen,
    manual, messages, recordings, replay, scenarios, schema, send, serve, sign, subscriptions,
    terminal, verify,
};

/// What the options are listed under that every command has.
const GLOBAL: &str = "Global options";

/// Receive Recall.ai webhooks, ask and wait for what is ready, verify, sign and send. Unofficial.
#[derive(Debug, Parser)]
#[command(name = "recallai-webhook", version, after_help = exit::table())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// How to write results and errors
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, help_heading = GLOBAL)]
    pub(crate) format: Format,

    /// When to use colours; `auto` follows the terminal and NO_COLOR
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN",
        help_heading = GLOBAL)]
    pub(crate) color: Color,

    /// What to log to standard error: a level, or levels by target such as `info,hyper=debug`; `info` if
    /// nothing else is configured
    #[arg(long, global = true, value_name = "FILTER", help_heading = GLOBAL)]
    pub(crate) log: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, keep each in a database, and print it to standard output
    Serve(serve::Serve),
    /// Pass verified webhooks on to a receiver on this machine, and show what it answers
    Listen(listen::Listen),
    /// Write down all webhooks that come, verified or not, for `verify` and `replay`
    Capture(capture::Capture),
    /// Send captured webhooks once more, as they were or signed anew
    Replay(replay::Replay),
    /// Show what is there of each recording, what is missing, since when and why; wait for it
    Recordings(recordings::Recordings),
    /// List received messages; have them handled or read again
    Messages(messages::Messages),
    /// Jobs that used up their attempts: list them, run them again, give them up
    DeadLetters(dead_letters::DeadLetters),
    /// Subscriptions and how their work stands; remove parked ones
    Subscriptions(subscriptions::Subscriptions),
    /// The database: figures, checks, pruning, erasing, backups
    Inbox(inbox::InboxArguments),
    /// The configuration of `serve`: an example, what holds and why, what is wrong with it
    Config(config::Config),
    /// Look at all that `serve` depends on, while it runs or not; say what is wrong and what to do
    Doctor(doctor::DoctorArguments),
    /// Find out whether a captured delivery verifies, and if not, why and what to do
    Verify(verify::Verify),
    /// Sign a body as Recall.ai does and print the headers
    Sign(sign::Sign),
    /// Sign an example event or a body of your own as Recall.ai does, and post it
    Send(send::Send),
    /// Serve made-up meetings without an end: something to look at, without an account
    Dev(dev::Dev),
    /// Play the sender: whole meetings, with all that goes wrong on the way; or check a receiver
    Emulate(emulate::Emulate),
    /// What can happen in a meeting: built in, or written by hand
    Scenarios(scenarios::Scenarios),
    /// The events that Recall.ai is known to send
    Events(events::Events),
    /// The JSON Schema of the events
    #[command(subcommand)]
    Schema(schema::Schema),
    /// Print a script that completes commands and event names in a shell
    Completions(completions::Completions),
    /// Print the manual page, or write one for each command
    Man(manual::Man),
}

/// The whole command line as data.
pub(crate) fn command() -> clap::Command {
    Arguments::command()
}

/// What came of reading the command line.
pub(crate) enum Parsed {
    Arguments(Box<Arguments>),
    /// Help or a version was printed instead.
    Printed(Code),
    Wrong(Failure),
}

/// Reads the command line.
pub(crate) fn parse(color: Color) -> Parsed {
    let color = match color {
        Color::Auto => clap::ColorChoice::Auto,
        Color::Always => clap::ColorChoice::Always,
        Color::Never => clap::ColorChoice::Never,
    };
    let matches = command().color(color).try_get_matches();
    match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => Parsed::Arguments(Box::new(arguments)),
        Err(error) if !error.use_stderr() => match error.print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Parsed::Wrong(Failure::failed_at("standard output", error))
            }
            _ => Parsed::Printed(Code::Worked),
        },
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Parsed::Printed(Code::NotTried)
        }
        Err(error) => {
            // It repeats arguments, which scripts may have from others.
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            Parsed::Wrong(Failure::not_tried(text.trim_end()))
        }
    }
}

/// What an option was given, before the rest of the command line is known to be right.
pub(crate) fn given<T: ValueEnum>(name: &str) -> Option<T> {
    let arguments = std::env::args_os().take_while(|argument| argument != "--");
    let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    let value = loop {
        let argument = arguments.next()?;
        match argument.strip_prefix(name) {
            Some("") => break arguments.next()?,
            Some(rest) if rest.starts_with('=') => break rest[1..].to_owned(),
            _ => {}
        }
    };
    T::from_str(&value, false).ok()
}

#[derive(Debug, Args)]
pub(crate) struct Secrets {
    /// A file with secrets, one a line, `whsec_…` or `label=whsec_…`; `-` is standard input. Can be
    /// given several times. Without one, RECALLAI_WEBHOOK_SECRET is read: secrets in the same form,
    /// with white space or commas between them
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Vec<PathBuf>,

    /// A secret itself. Other users of this machine can read it in the list of processes, and the
    /// shell keeps it in its history: for secrets of tests only
    #[arg(long, value_name = "SECRET")]
    pub(crate) secret: Vec<String>,
}

/// How much of a long list to show.
#[derive(Debug, Args)]
pub(crate) struct Limit {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,

    /// All there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Limit {
    pub(crate) fn most(&self) -> usize {
        if self.all { usize::MAX } else { self.limit as usize }
    }

    /// Tells a person that a list has ended because of this.
    pub(crate) fn tell(&self, shown: usize, format: Format) {
        if shown >= self.most() && format == Format::Human {
            terminal::eprint(&format!("{shown} shown, there may be more: --limit or --all\n"));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[value(alias = "table")]
    Human,
    /// One JSON object a line, for programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands below the options: clap breaks a paragraph that is one line, and would tear what is
    /// indented, commands and tables.
    #[test]
    fn notes_fit_any_terminal() {
        fn check(command: &clap::Command) {
            let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let is_text = |line: &str| !line.is_empty() && !line.starts_with(' ');
            let mut before = "";
            for line in notes.lines() {
                let name = command.get_name();
                assert!(is_text(line) || line.chars().count() <= 80, "{name}: {line}");
                assert!(!is_text(line) || !is_text(before), "{name}: {before} / {line}");
                before = line;
            }
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }
}
