//! Meetings from scenarios: what is sent, that it is always the same, and what is said of mistakes. And
//! the sender: when it sends what, what it makes of the answers, and what goes wrong by seed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]

mod bodies;
mod builtin;
mod catalogue;
mod check;
mod contradictions;
mod delivery;
mod drawn;
mod emulation;
mod endpoints;
mod faults;
mod format;
mod golden;
mod ids;
mod laws;
mod oracle;
mod realtime;
mod receiver;
mod replies;
mod rotation;
mod schedule;
mod shapes;
mod signing;
mod traces;
mod whole;
mod world;

use recallai_webhook_emulator::{BUILTIN, Plan, Scenario, Seed, Trace};
use recallai_webhook_event::Event;

/// A built-in scenario.
pub(crate) fn builtin(name: &str) -> Scenario {
    Scenario::builtin(name).unwrap_or_else(|error| panic!("{error}"))
}

/// All of them.
pub(crate) fn builtins() -> impl Iterator<Item = Scenario> {
    BUILTIN.iter().map(|(name, _)| builtin(name))
}

/// One meeting by a scenario.
pub(crate) fn meeting(scenario: Scenario, seed: u64) -> Trace {
    Trace::of(&Plan::from(scenario), Seed(seed), Trace::usual_start())
}

/// One meeting by a scenario in TOML, without name and description.
pub(crate) fn written(toml: &str) -> Trace {
    let scenario =
        Scenario::from_toml(&format!("name = \"test\"\ndescription = \"A test.\"\n{toml}"));
    meeting(scenario.unwrap(), 1)
}

/// The events of a trace, read again.
pub(crate) fn events(trace: &Trace) -> Vec<Event> {
    trace.messages.iter().map(|message| Event::parse(&message.body).unwrap()).collect()
}
