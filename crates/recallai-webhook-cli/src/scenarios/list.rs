//! `scenarios list`: those that are built in.

use recallai_webhook_emulator::BUILTIN;
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::table::{Cell, Table};
use crate::{terminal, time};

pub(super) fn run(format: Format) -> Result<(), Failure> {
    let mut table = Table::new(["NAME", "EVENTS", "LASTS", "WHAT HAPPENS"]);
    for (name, _) in BUILTIN {
        let scenario = super::load(name)?;
        match format {
            Format::Json => terminal::print_json(&facts(&scenario))?,
            Format::Human => table.row([
                Cell::new(name),
                Cell::number(scenario.events().count()),
                Cell::new(time::length(scenario.duration())),
                Cell::new(scenario.description()),
            ]),
        }
    }
    match format {
        Format::Json => Ok(()),
        Format::Human => terminal::print(&table.render("")),
    }
}

/// What is known of a scenario, for programs.
pub(super) fn facts(scenario: &recallai_webhook_emulator::Scenario) -> Value {
    json!({
        "name": scenario.name(),
        "description": scenario.description(),
        "seconds": scenario.duration().as_secs_f64(),
        "recordings": scenario.recordings(),
        "events": scenario.events().collect::<Vec<_>>(),
        "warnings": scenario.warnings(),
    })
}
