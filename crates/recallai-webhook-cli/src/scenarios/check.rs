//! `scenarios check`: mistakes in scenarios, each with its place.

use clap::Args;
use serde_json::json;

use super::list;
use crate::arguments::Format;
use crate::exit::{Code, Failure};
use crate::plural::count;
use crate::terminal::{self, BAD, GOOD, WARNING, printable};
use crate::time;

const NOTES: &str = "\
Exit code 1 if one of them cannot be read. A warning is about what is allowed but looks like a mistake, \
and does not change the exit code.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Check {
    /// Files of TOML or JSON, or names of scenarios that are built in; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    scenarios: Vec<String>,
}

pub(super) fn run(check: &Check, format: Format) -> Result<Code, Failure> {
    let mut code = Code::Worked;
    for name in &check.scenarios {
        let text = super::text(name)?;
        let shown = printable(name);
        let (line, value) = match super::read(&text) {
            Ok(scenario) => {
                let mut line = format!(
                    "{GOOD}good{GOOD:#}  {shown}: {} in {}\n",
                    count(scenario.events().count() as u64, "event"),
                    time::length(scenario.duration())
                );
                for warning in scenario.warnings() {
                    line.push_str(&format!(
                        "      {WARNING}warning{WARNING:#}: {}\n",
                        printable(warning)
                    ));
                }
                let mut value = list::facts(&scenario);
                value["file"] = json!(name);
                value["good"] = json!(true);
                (line, value)
            }
            Err(error) => {
                code = Code::Failed;
                let error = error.to_string();
                let line = format!("{BAD}wrong{BAD:#} {shown}: {}\n", printable(&error));
                (line, json!({ "file": name, "good": false, "error": error }))
            }
        };
        match format {
            Format::Human => terminal::print(&line)?,
            Format::Json => terminal::print_json(&value)?,
        }
    }
    Ok(code)
}
