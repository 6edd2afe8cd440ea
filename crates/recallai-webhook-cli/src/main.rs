//! The `recallai-webhook` binary: receives Recall.ai webhooks into a database, answers what is there of a
//! recording and waits for it, tells why a delivery does not verify, and signs and sends webhooks for trying
//! a receiver out.
//!
//! ```text
//! recallai-webhook serve --dev              # makes a secret and prints the `send` line to try it with
//! recallai-webhook serve                    # with RECALLAI_WEBHOOK_SECRET or --secret-file
//! recallai-webhook config init              # a configuration with every key explained
//! recallai-webhook doctor                   # what is wrong with all that `serve` depends on, and what to do
//! recallai-webhook listen --forward-to URL  # passes what verifies on to a receiver, as it came
//! recallai-webhook capture FILE             # writes down what comes, verified or not
//! recallai-webhook replay FILE --re-sign    # sends it once more, signed for now
//! recallai-webhook recordings list          # what events have told of, kind by kind
//! recallai-webhook recordings get ID        # a timeline, what is missing, since when and why
//! recallai-webhook recordings wait --bot ID --for video_mixed,transcript --timeout 2h
//! recallai-webhook verify captured.txt      # verifies a delivery, or says what is wrong with it
//! recallai-webhook send recording.done      # signs and posts an example, to this machine
//! recallai-webhook emulate --check URL      # whether a receiver does what it should, and its mistakes
//! recallai-webhook events show bot.fatal    # meaning, sub codes, example and schema of an event
//! ```
//!
//! `serve` keeps each verified message in `recallai-webhook.db`, or the file of `--database`, before it is
//! acknowledged. Without a subscription in the configuration it then prints it, at least once: what was not printed
//! when it stopped is printed after the next start. A configuration, `recallai-webhook.toml` or the file of `--config`, names endpoints with
//! secrets of their own and subscriptions, whose outputs are passed what is received; it is read again when it
//! changes, and at SIGHUP. `config` writes an example, says what is wrong, and shows what holds. With
//! `--inline` there is no database: a message is acknowledged once it is printed.
//!
//! `doctor` looks at all that `serve` depends on, while it runs or not: the configuration, secrets that expire,
//! the clock, the disk, the addresses, the database, events that nobody is subscribed to, jobs that wait, and
//! the receivers of outputs. Each finding comes with what to do.
//!
//! `listen` is for a receiver that is being written: it answers the sender what the receiver answers, and 401
//! where a delivery does not verify, with the reason for the developer. `capture` has each delivery in a file
//! before it is answered. `replay` sends the deliveries of such a file, byte for byte as they were; a
//! receiver refuses what is older than five minutes, so `--re-sign` signs them for now. These and `send` talk
//! to this machine only, unless `--allow-remote` is given.
//!
//! `recordings`, `messages`, `dead-letters`, `subscriptions` and `inbox` read the same file while `serve` is
//! running, or after it. `messages` lists, shows and follows what was received, and has it handled or read again;
//! `dead-letters` shows what was given up, to be run again or discarded; `subscriptions` shows how the work stands,
//! and removes what nobody works for any more; `inbox` counts, checks, prunes, erases and backs up. What changes many things counts first with `--dry-run`, and asks unless `--yes`
//! is given.
//!
//! `verify` reads what a receiver, a proxy or a browser has captured: a raw HTTP request, the output of
//! `curl -v`, a HAR file, a JSON object with `headers` and `body`, a line of `serve --format json`,
//! `listen --format json` or `capture`, or headers from flags; the body can come from a file or standard
//! input. `sign` prints header lines for `curl -H @FILE`. `send` can change the body, repeat a delivery,
//! or make one that a receiver has to refuse. `schema export` writes the JSON Schema, `completions` a
//! script for a shell, `man` the manual. `--help` after any of them says more.
//!
//! Results go to standard output, logs, warnings and errors to standard error. With `--format json`
//! each result is a JSON object on a line of its own, and so is the error that ends a command; a schema
//! is JSON always. Text that others have written cannot act on the terminal. Colours follow the terminal
//! and `NO_COLOR`, or `--color`.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | it worked |
//! | 1 | it was tried and failed: the receiver did not answer as it should, the address is taken, a file cannot be written, `doctor`, `inbox check` or `scenarios check` found a fault |
//! | 2 | it was not tried: wrong arguments, an input that cannot be read, no secret, an unusable secret, a remote URL, no such database or id, not confirmed |
//! | 3 | `verify` only: the delivery does not verify |
//! | 4 | `serve` and `dev` only: another process serves from the database |
//! | 5 | `recordings wait` only: something that is needed failed |
//! | 6 | `recordings wait` only: something that is needed was deleted |
//! | 7 | `recordings wait` only: something is still missing after the time |
//!
//! This is an unofficial project; Recall.ai does not endorse it.
#![allow(clippy::disallowed_methods, reason = "the binary is where clock and environment are read")]

mod arguments;
mod bulk;
mod capture;
mod captured;
mod completions;
mod config;
mod dead_letters;
mod dev;
mod doctor;
mod duration;
mod emulate;
mod events;
mod exit;
mod header_name;
mod inbox;
mod input;
mod intake;
mod job;
mod listen;
mod listening;
mod log;
mod manual;
mod message;
mod messages;
mod paste;
mod plural;
mod printer;
mod progress;
mod recordings;
mod replay;
mod scenarios;
mod schema;
mod secrets;
mod send;
mod serve;
mod sign;
mod signals;
mod size;
mod store;
mod subject;
mod subscriptions;
mod table;
mod terminal;
mod time;
mod verify;
mod wire;

use std::process::ExitCode;

use arguments::{Arguments, Color, Command, Format, Parsed};
use exit::{Code, Failure};

fn main() -> ExitCode {
    // Errors in the arguments are written as the arguments ask, too.
    let format = arguments::given("--format").unwrap_or(Format::Human);
    let color = arguments::given("--color").unwrap_or(Color::Auto);
    terminal::set_color(color);
    let done = match arguments::parse(color) {
        Parsed::Arguments(arguments) => run(&arguments),
        Parsed::Printed(code) => Ok(code),
        Parsed::Wrong(failure) => Err(failure),
    };
    match done {
        Ok(code) => ExitCode::from(code as u8),
        Err(failure) => failure.report(format),
    }
}

fn run(Arguments { command, format, log, .. }: &Arguments) -> Result<Code, Failure> {
    let log = log.as_deref();
    // A service may have a log of its own, which is configured.
    if !matches!(command, Command::Serve(_)) {
        log::start(log)?;
    }
    let done = match command {
        Command::Serve(serve) => serve::run(serve, *format, log),
        Command::Listen(listen) => listen::run(listen, *format),
        Command::Capture(capture) => capture::run(capture, *format),
        Command::Replay(replay) => replay::run(replay, *format),
        Command::Recordings(recordings) => return recordings::run(recordings, *format),
        Command::Messages(messages) => messages::run(messages, *format),
        Command::DeadLetters(letters) => dead_letters::run(letters, *format),
        Command::Subscriptions(subscriptions) => subscriptions::run(subscriptions, *format),
        Command::Inbox(inbox) => return inbox::run(inbox, *format),
        Command::Config(config) => config::run(config, *format, log),
        Command::Doctor(doctor) => return doctor::run(doctor, *format, log),
        Command::Verify(verify) => return verify::run(verify, *format),
        Command::Sign(sign) => sign::run(sign, *format),
        Command::Send(send) => send::run(send, *format),
        Command::Dev(dev) => dev::run(dev, *format),
        Command::Emulate(emulate) => emulate::run(emulate, *format),
        Command::Scenarios(scenarios) => return scenarios::run(scenarios, *format),
        Command::Events(events) => events::run(events, *format),
        Command::Schema(schema) => schema::run(schema),
        Command::Completions(completions) => completions::run(completions, *format),
        Command::Man(man) => manual::run(man, *format),
    };
    done.map(|()| Code::Worked)
}
