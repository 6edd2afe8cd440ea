//! What came of every case with every library, as tables.

use super::cases::{CASES, Case, Direction, REFUSALS};
use super::library::{Library, Start};

/// One case with one library in one direction.
pub(crate) struct Cell {
    pub(crate) case: &'static Case,
    pub(crate) direction: Direction,
    pub(crate) library: Library,
    /// `None` if the library is not installed.
    pub(crate) outcome: Option<String>,
}

impl Cell {
    fn expected(&self) -> &'static str {
        self.case.expected(self.direction, self.library).0
    }

    /// Why something else is expected than of the other libraries.
    fn because(&self) -> Option<&'static str> {
        self.case.expected(self.direction, self.library).1
    }

    fn is_unexpected(&self) -> bool {
        self.outcome.as_ref().is_some_and(|outcome| outcome != self.expected())
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

    pub(crate) fn unexpected(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_unexpected()).count()
    }

    pub(crate) fn skipped(&self) -> usize {
        self.cells.iter().filter(|cell| cell.outcome.is_none()).count()
    }

    /// Both tables, what is to be said about single cells, and the counts.
    pub(crate) fn text(&self) -> String {
        let mut notes = Vec::new();
        let mut text = String::new();
        for (direction, title) in [
            (Direction::Receive, "They sign, `serve` verifies"),
            (Direction::Send, "We sign, they verify"),
        ] {
            text.push_str(&format!("\n{title}\n\n{}", self.table(direction, &mut notes)));
        }
        text.push('\n');
        for (index, note) in notes.iter().enumerate() {
            text.push_str(&format!("[{}] expected of this library: {note}\n", index + 1));
        }
        for (ours, theirs) in REFUSALS.iter().filter(|(_, theirs)| !theirs.ends_with(':')) {
            text.push_str(&format!("{ours} = {theirs}\n"));
        }
        for cell in self.cells.iter().filter(|cell| cell.is_unexpected()) {
            let (case, library) = (cell.case.name, cell.library.name());
            let outcome = cell.outcome.as_deref().unwrap_or_default();
            let (direction, expected) = (cell.direction, cell.expected());
            text.push_str(&format!(
                "NOT AS EXPECTED: {direction:?}, {case}, {library}: {outcome}; expected: {expected}\n"
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

    /// A row for each case, a column for each library.
    fn table(&self, direction: Direction, notes: &mut Vec<&'static str>) -> String {
        let mut rows = vec![[vec!["case".to_owned()], self.titles.clone()].concat()];
        for case in CASES {
            let mut row = vec![case.name.to_owned()];
            let cells = self.cells.iter();
            let cells = cells.filter(|cell| cell.direction == direction);
            for cell in cells.filter(|cell| cell.case.name == case.name) {
                row.push(shown(cell, notes));
            }
            rows.push(row);
        }
        aligned(&rows)
    }
}

/// A cell, with the number of its note.
fn shown(cell: &Cell, notes: &mut Vec<&'static str>) -> String {
    let Some(outcome) = &cell.outcome else { return "skipped".to_owned() };
    if cell.is_unexpected() {
        return format!("!! {outcome}");
    }
    let Some(because) = cell.because() else { return outcome.clone() };
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
