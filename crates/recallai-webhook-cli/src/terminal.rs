//! What reaches a terminal: text of others made safe, colours where they are wanted, and a reader
//! who has gone away is no failure.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::arguments::Color;
use crate::exit::Failure;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const TITLE: Style = Style::new().bold();

/// The colour of a status by its code, or of an event by its name, which ends with one.
pub(crate) fn style_of_code(code: &str) -> Style {
    match code.rsplit('.').next() {
        Some("done" | "complete" | "completed") => GOOD,
        Some("failed" | "fatal") => BAD,
        Some("deleted" | "media_expired") => WARNING,
        _ => Style::new(),
    }
}

/// Decides for the whole program. `auto` follows each stream, `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`.
pub(crate) fn set_color(color: Color) {
    let choice = match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether standard error shows colours.
pub(crate) fn colors_errors() -> bool {
    anstream::stderr().current_choice() != anstream::ColorChoice::Never
}

/// Writes text with styles to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    // Who does not read on, as in `… | head`, has what it wants.
    print_more(text).map(drop)
}

/// Writes bytes to standard output as they are, for programs.
pub(crate) fn print_raw(bytes: &[u8]) -> Result<(), Failure> {
    settle(io::stdout().lock().write_all(bytes)).map(drop)
}

/// Writes a value to standard output, on one line.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    print_raw(json_line(value).as_bytes())
}

/// Writes the next part of something that has no end. `false` once nobody reads it any more.
pub(crate) fn print_more(text: &str) -> Result<bool, Failure> {
    settle(anstream::stdout().lock().write_all(text.as_bytes()))
}

/// How many columns a drawing has: those of the terminal, or 100 where there is none.
pub(crate) fn columns() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(100, |(terminal_size::Width(columns), _)| columns.into())
}

/// `false` if nobody reads it.
fn settle(written: io::Result<()>) -> Result<bool, Failure> {
    match written.and_then(|()| io::stdout().lock().flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::failed_at("standard output", error)),
    }
}

/// Writes text with styles to standard error.
pub(crate) fn eprint(text: &str) {
    // Whoever closed standard error does not want to hear.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// A warning, whatever the level of the log.
pub(crate) fn warn(text: &str) {
    eprint(&format!("{WARNING}warning{WARNING:#}: {text}\n"));
}

/// The text with everything escaped that could act on a terminal or hide what is there.
pub(crate) fn printable(text: &str) -> String {
    escape(text, |out, c| out.extend(c.escape_unicode()))
}

/// One line of JSON, in which the same is escaped as JSON does it: it stands for the same value.
pub(crate) fn json_line(value: &Value) -> String {
    let mut line = printable_json(&value.to_string());
    line.push('\n');
    line
}

/// Indented JSON, made safe in the same way.
pub(crate) fn json_pretty(value: &Value) -> String {
    let pretty = format!("{value:#}");
    let lines: Vec<_> = pretty.lines().map(printable_json).collect();
    lines.join("\n") + "\n"
}

/// The text of JSON with the same escaped: it stands for the same value.
pub(crate) fn printable_json(text: &str) -> String {
    escape(text, |out, c| {
        let _ = write!(out, "\\u{:04x}", u32::from(c));
    })
}

fn escape(text: &str, write: impl Fn(&mut String, char)) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if acts_on_a_terminal(c) {
            write(&mut out, c);
        } else {
            out.push(c);
        }
        out
    })
}

/// Controls, marks of writing direction, and what takes no room. All of them have four hex digits.
fn acts_on_a_terminal(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}
