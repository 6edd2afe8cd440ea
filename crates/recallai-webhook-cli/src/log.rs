//! The log on standard error. Values in it may come from others: none can act on a terminal, or begin a
//! line.

use std::fmt::{self, Debug};

use anstyle::Style;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::exit::Failure;
use crate::terminal::{self, printable};

/// Writes what the filter lets through, from here on.
pub(crate) fn start(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Failure::not_tried(format!("--log: {error}")))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal::colors_errors())
        .fmt_fields(debug_fn(field).delimited(" "))
        .init();
    Ok(())
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
