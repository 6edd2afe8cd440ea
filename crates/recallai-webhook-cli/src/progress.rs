//! How far long work has come: one line on the terminal that is written over.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};

use crate::arguments::Format;
use crate::terminal;

/// Shows something only to a person who waits.
pub(crate) struct Progress {
    is_shown: bool,
    /// How much room the last text took.
    width: Cell<usize>,
}

impl Progress {
    pub(crate) fn new(format: Format) -> Self {
        let is_shown = format == Format::Human && io::stderr().is_terminal();
        Self { is_shown, width: Cell::new(0) }
    }

    /// Writes over what stood there.
    pub(crate) fn show(&self, text: &str) {
        if self.is_shown {
            // Spaces, since a terminal without colours may take no other sequences either.
            let width = self.width.replace(text.chars().count());
            terminal::eprint(&format!("\r{:width$}\r{text}", ""));
        }
    }
}

/// Leaves a clean line, however the work ended.
impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}
