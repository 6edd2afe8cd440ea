//! What came of every row with every library, as tables.

use std::io::Write;

use super::cases::REFUSALS;
use super::library::{Library, Start};
use super::support::required::{VARIABLE, is_required};

/// One row with one library.
pub(crate) struct Cell {
    /// The title of the table.
    pub(crate) table: &'static str,
    pub(crate) row: String,
    pub(crate) library: Library,
    pub(crate) expected: &'static str,
    /// Why something else is expected than of the other libraries.
    pub(crate) because: Option<&'static str>,
    /// `None` if the library is not installed.
    pub(crate) outcome: Option<String>,
}

impl Cell {
    fn is_unexpected(&self) -> bool {
        self.outcome.as_ref().is_some_and(|outcome| outcome != self.expected)
    }
}

#[derive(Default)]
pub(crate) struct Matrix {
    titles: Vec<String>,
    /// What to install for the libraries that are not.
    missing: Vec<String>,
    cells: Vec<Cell>,
}

impl Matrix {
    /// The head of a column.
    pub(crate) fn title(&mut self, library: Library, start: &Start) {
        let name = library.name();
        self.titles.push(match start {
            Start::Ready(sender) => format!("{name} {}", sender.versions),
            Start::Missing(what) => {
                self.missing.push(format!(
                    "skipped: {name}: {what} is not installed: {}",
                    library.remedy()
                ));
                name.to_owned()
            }
        });
    }

    pub(crate) fn add(&mut self, cell: Cell) {
        self.cells.push(cell);
    }

    /// Prints all of it, and fails if a cell is not as expected, or is missing where none may be.
    pub(crate) fn judge(&self) {
        let required = is_required();
        // Not `println!`, which libtest keeps to itself when a test passes.
        std::io::stderr().write_all(self.text().as_bytes()).unwrap();
        assert_eq!(self.unexpected(), 0, "cells of the matrix above are not as expected");
        let is_whole = self.skipped() == 0;
        assert!(is_whole || !required, "{VARIABLE}=required: install what is missing");
    }

    fn unexpected(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_unexpected()).count()
    }

    fn skipped(&self) -> usize {
        self.cells.iter().filter(|cell| cell.outcome.is_none()).count()
    }

    /// The tables, what is to be said about single cells, and the counts.
    fn text(&self) -> String {
        let mut notes = Vec::new();
        let mut text = String::new();
        for title in distinct(self.cells.iter().map(|cell| cell.table)) {
            text.push_str(&format!("\n{title}\n\n{}", self.table(title, &mut notes)));
        }
        text.push('\n');
        for (index, note) in notes.iter().enumerate() {
            text.push_str(&format!("[{}] expected of this library: {note}\n", index + 1));
        }
        for (ours, theirs) in REFUSALS.iter().filter(|(_, theirs)| !theirs.ends_with(':')) {
            text.push_str(&format!("{ours} = {theirs}\n"));
        }
        for cell in self.cells.iter().filter(|cell| cell.is_unexpected()) {
            let Cell { table, row, expected, .. } = cell;
            let (library, outcome) = (cell.library.name(), cell.outcome.as_deref());
            let outcome = outcome.unwrap_or_default();
            text.push_str(&format!(
                "NOT AS EXPECTED: {table}: {row}, {library}: {outcome}; expected: {expected}\n"
            ));
        }
        for missing in &self.missing {
            text.push_str(&format!("{missing}\n"));
        }
        let (all, not, skipped) = (self.cells.len(), self.unexpected(), self.skipped());
        let good = all - not - skipped;
        text.push_str(&format!(
            "\n{all} cells: {good} as expected, {not} not as expected, {skipped} skipped\n"
        ));
        text
    }

    /// A line for each row, a column for each library.
    fn table(&self, title: &str, notes: &mut Vec<&'static str>) -> String {
        let mut lines = vec![[vec!["case".to_owned()], self.titles.clone()].concat()];
        let cells = || self.cells.iter().filter(|cell| cell.table == title);
        for row in distinct(cells().map(|cell| cell.row.as_str())) {
            let mut line = vec![row.to_owned()];
            line.extend(cells().filter(|cell| cell.row == row).map(|cell| shown(cell, notes)));
            lines.push(line);
        }
        aligned(&lines)
    }
}

/// Each once, in the order of their first.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// A cell, with the number of its note.
fn shown(cell: &Cell, notes: &mut Vec<&'static str>) -> String {
    let Some(outcome) = &cell.outcome else { return "skipped".to_owned() };
    if cell.is_unexpected() {
        return format!("!! {outcome}");
    }
    let Some(because) = cell.because else { return outcome.clone() };
    let known = notes.iter().position(|note| *note == because);
    let index = known.unwrap_or_else(|| {
        notes.push(because);
        notes.len() - 1
    });
    format!("{outcome} [{}]", index + 1)
}

/// Columns of even width, two blanks between them.
fn aligned(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}
