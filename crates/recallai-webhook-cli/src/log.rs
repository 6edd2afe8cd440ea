//! The log on standard error. Values in it may come from others: none can act on a terminal, or begin a
//! line.

use std::fmt::{self, Debug};
use std::io::{self, Write};

use anstyle::Style;
use recallai_webhook_server::config::{Log, LogFormat};
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::exit::Failure;
use crate::terminal::{self, printable};

/// Clients of brokers that log each connection they lose or do not get, of which outputs tell themselves. They are
/// heard if the filter names them.
const QUIET: &str = "async_nats=off,lapin=off,rskafka=off";

/// Writes what the filter lets through, from here on, as lines for people; without one, what is of interest.
pub(crate) fn start(filter: Option<&str>) -> Result<(), Failure> {
    let mut log = Log::default();
    if let Some(filter) = filter {
        log.filter = filter.to_owned();
    }
    start_as(&log)
}

/// The same as it is configured.
pub(crate) fn start_as(log: &Log) -> Result<(), Failure> {
    let filter = filter(&log.filter)?;
    if log.format == LogFormat::Json {
        let json = tracing_subscriber::fmt().json().with_env_filter(filter);
        json.with_ansi(false).with_writer(|| Escaped).init();
        return Ok(());
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal::colors_errors())
        .fmt_fields(debug_fn(field).delimited(" "))
        .init();
    Ok(())
}

fn filter(directives: &str) -> Result<EnvFilter, Failure> {
    // Of two for one target the last one holds.
    EnvFilter::try_new(format!("{QUIET},{directives}"))
        .map_err(|error| Failure::not_tried(format!("--log: {error}")))
}

/// Standard error for lines of JSON, in which nothing acts on a terminal.
struct Escaped;

impl Write for Escaped {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = terminal::printable_json(text.trim_end_matches('\n')) + "\n";
        io::stderr().lock().write_all(text.as_bytes()).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A field of an event or a span.
fn field(out: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    let value = printable(&format!("{value:?}"));
    match field.name() {
        "message" => out.write_str(&value),
        name if out.has_ansi_escapes() => {
            let (italic, dimmed) = (Style::new().italic(), Style::new().dimmed());
            write!(out, "{italic}{name}{italic:#}{dimmed}={dimmed:#}{value}")
        }
        name => write!(out, "{name}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_brokers_are_heard_if_they_are_named() {
        for (directives, ours, theirs) in [
            ("info", true, false),
            ("debug", true, false),
            ("info,lapin=error", true, true),
            ("off,lapin=trace", false, true),
            ("error", true, false),
        ] {
            let log = tracing_subscriber::fmt().with_env_filter(filter(directives).unwrap());
            tracing::subscriber::with_default(log.finish(), || {
                let heard =
                    tracing::enabled!(target: "recallai_webhook_outputs", tracing::Level::ERROR);
                assert_eq!(heard, ours, "{directives}");
                let heard = tracing::enabled!(target: "lapin::channels", tracing::Level::ERROR);
                assert_eq!(heard, theirs, "{directives}");
            });
        }
    }
}
