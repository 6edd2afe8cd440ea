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

    /// Writes a line that stays.
    pub(crate) fn note(&self, text: &str) {
        if self.is_shown {
            self.show("");
            terminal::eprint(&format!("{text}\n"));
        }
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

/// `[=======>      ]  53%`.
pub(crate) fn bar(done: u64, of: u64) -> String {
    const WIDTH: u64 = 24;
    let part = |whole: u64| (done.min(of) * whole).checked_div(of).unwrap_or(whole);
    let (filled, percent) = (part(WIDTH) as usize, part(100));
    let bar = format!("{}{}", "=".repeat(filled), if filled < WIDTH as usize { ">" } else { "" });
    format!("[{bar:<width$}] {percent:>3}%", width = WIDTH as usize)
}

/// Leaves a clean line, however the work ended.
impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_full_as_the_work() {
        assert_eq!(bar(0, 10), format!("[>{}]   0%", " ".repeat(23)));
        assert_eq!(bar(5, 10), format!("[{}>{}]  50%", "=".repeat(12), " ".repeat(11)));
        assert_eq!(bar(10, 10), format!("[{}] 100%", "=".repeat(24)));
        assert_eq!(bar(0, 0), format!("[{}] 100%", "=".repeat(24)));
    }
}
