//! `events`: the catalogue, as a list or one event at length.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, Subcommand};
use recallai_webhook_event::{CATALOGUE, Entry, SUB_CODES, catalogue, schema};
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::terminal::{self, TITLE};

#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One line for each event; also what `events` alone does
    List,
    /// What one event means, its sub codes, an example body and its JSON Schema
    Show {
        /// The event, such as `recording.done`
        #[arg(value_name = "EVENT", value_parser = Name, hide_possible_values = true)]
        event: &'static Entry,
    },
}

/// Takes the name of an event and gives its row. Shells complete it, and a misspelled one gets a hint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name;

impl TypedValueParser for Name {
    type Value = &'static Entry;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let name = value.to_string_lossy();
        catalogue::find(&name).ok_or_else(|| {
            clap::Error::raw(ErrorKind::InvalidValue, no_such_event(&name)).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(possible_values()))
    }
}

/// The names, for shells.
pub(crate) fn possible_values() -> impl Iterator<Item = PossibleValue> {
    CATALOGUE.iter().map(|entry| PossibleValue::new(entry.name))
}

/// A hint about a name that is not in the catalogue; `None` for one that is.
pub(crate) fn unknown(name: &str) -> Option<String> {
    catalogue::find(name).is_none().then(|| no_such_event(name).trim_end().to_owned())
}

fn no_such_event(name: &str) -> String {
    /// Of 1: how much alike names are that may be meant.
    const ALIKE: f64 = 0.85;
    fn prefix(name: &str) -> &str {
        name.split('.').next().unwrap_or_default()
    }
    let names = || CATALOGUE.iter().map(|entry| entry.name);
    let siblings: Vec<_> = names().filter(|known| prefix(known) == prefix(name)).collect();
    let alike = names().map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let nearest = alike.filter(|(alike, _)| *alike > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match (nearest, siblings.is_empty()) {
        (Some((_, nearest)), _) => format!("did you mean {nearest}?"),
        (None, false) => format!("there are {}", siblings.join(", ")),
        (None, true) => "`recallai-webhook events` lists them".to_owned(),
    };
    format!("no event is called \"{}\"; {hint}\n", terminal::printable(name))
}

pub(crate) fn run(Events { command }: &Events, format: Format) -> Result<(), Failure> {
    match command {
        None | Some(Command::List) => list(format),
        Some(Command::Show { event }) => show(event, format),
    }
}

fn list(format: Format) -> Result<(), Failure> {
    let mut text = String::new();
    let mut channel = None;
    for entry in CATALOGUE {
        match format {
            Format::Json => text.push_str(&terminal::json_line(&facts(entry))),
            Format::Human => {
                if channel.replace(entry.channel().name()) != Some(entry.channel().name()) {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    let _ = writeln!(text, "{gap}{TITLE}{}{TITLE:#}", entry.channel().name());
                }
                let _ = writeln!(text, "  {:<36} {}", entry.name, entry.meaning);
            }
        }
    }
    match format {
        Format::Human => terminal::print(&text),
        Format::Json => terminal::print_raw(text.as_bytes()),
    }
}

fn show(entry: &Entry, format: Format) -> Result<(), Failure> {
    let example: Value = serde_json::from_str(&entry.example()).map_err(Failure::failed)?;
    let schema = schema::event(entry.name).unwrap_or_default();
    if format == Format::Json {
        let mut value = facts(entry);
        value["sub_codes"] = SUB_CODES
            .iter()
            .filter(|row| row.event == entry.name)
            .map(|row| json!({ "sub_code": row.sub_code, "meaning": row.meaning }))
            .collect();
        value["example"] = example;
        value["schema"] = schema;
        return terminal::print_json(&value);
    }
    let mut text = format!("{TITLE}{}{TITLE:#}\n{}\n\n", entry.name, entry.meaning);
    for (label, value) in [
        ("channel", entry.channel().name()),
        ("family", entry.family.name()),
        ("since", entry.since),
        ("source", entry.source),
        ("constant", entry.constant),
    ] {
        let _ = writeln!(text, "  {label:<9} {value}");
    }
    let sub_codes: Vec<_> = SUB_CODES.iter().filter(|row| row.event == entry.name).collect();
    if !sub_codes.is_empty() {
        let _ = writeln!(text, "\n{TITLE}Sub codes{TITLE:#} (there may be others)");
        for row in sub_codes {
            let _ = writeln!(text, "  {:<44} {}", row.sub_code, row.meaning);
        }
    }
    for (title, value) in [("Example", &example), ("JSON Schema", &schema)] {
        let _ = write!(text, "\n{TITLE}{title}{TITLE:#}\n{}", terminal::json_pretty(value));
    }
    terminal::print(&text)
}

fn facts(entry: &Entry) -> Value {
    json!({
        "name": entry.name,
        "meaning": entry.meaning,
        "channel": entry.channel().name(),
        "family": entry.family.name(),
        "code": entry.code(),
        "since": entry.since,
        "source": entry.source,
        "constant": entry.constant,
    })
}
