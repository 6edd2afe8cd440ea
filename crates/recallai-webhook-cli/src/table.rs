//! Tables for people: columns as wide as they need to be.

use std::fmt::{Display, Write as _};

use anstyle::Style;

use crate::terminal::{TITLE, printable};

/// How many characters of a cell are shown.
const WIDEST: usize = 100;

/// Rows below titles.
pub(crate) struct Table {
    rows: Vec<Vec<Cell>>,
}

/// One field of a table. What others have written cannot act on the terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    is_number: bool,
    least: usize,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        let mut text = printable(text.as_ref());
        // One long name is not to push all other columns out of sight; JSON has it whole.
        if let Some((at, _)) = text.char_indices().nth(WIDEST) {
            text.truncate(at);
            text.push('…');
        }
        Self { text, ..Self::default() }
    }

    /// Stands at the right of its column.
    pub(crate) fn number(number: impl Display) -> Self {
        Self { text: format!("{number}"), is_number: true, ..Self::default() }
    }

    pub(crate) fn with(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Takes so many columns, even if it could do with fewer.
    pub(crate) fn at_least(mut self, columns: usize) -> Self {
        self.least = columns;
        self
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl Table {
    pub(crate) fn new<const N: usize>(titles: [&str; N]) -> Self {
        Self { rows: vec![titles.map(|title| Cell::new(title).with(TITLE)).into()] }
    }

    /// One that goes on below another and repeats no titles, or gets them later.
    pub(crate) fn without_titles() -> Self {
        Self { rows: Vec::new() }
    }

    pub(crate) fn titles<'t>(&mut self, titles: impl IntoIterator<Item = &'t str>) {
        self.row(titles.into_iter().map(|title| Cell::new(title).with(TITLE)));
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, each behind this indentation.
    pub(crate) fn render(&self, indent: &str) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width().max(cell.least))
                .max()
        };
        let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::from(indent);
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width - cell.width());
                let style = cell.style;
                let content = format!("{style}{}{style:#}", cell.text);
                // Nothing stands behind the last one.
                let _ = match (cell.is_number, index + 1 == row.len()) {
                    (true, last) => write!(line, "{gap}{content}{}", if last { "" } else { "  " }),
                    (false, true) => write!(line, "{content}"),
                    (false, false) => write!(line, "{content}{gap}  "),
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_safe() {
        let mut table = Table::without_titles();
        table.row([Cell::new("a"), Cell::number(7), Cell::new("x")]);
        table.row([Cell::new("long\u{1b}"), Cell::number(123), Cell::new("")]);
        assert_eq!(table.render("  "), "  a             7  x\n  long\\u{1b}  123\n");
        let mut table = Table::without_titles();
        table.row([Cell::new("é".repeat(5000)), Cell::new("x")]);
        assert_eq!(table.render("").chars().count(), WIDEST + "…  x\n".chars().count());
    }
}
