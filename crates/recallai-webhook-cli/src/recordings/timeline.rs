//! The timeline of a recording: a row for each artifact, its statuses on an axis of time.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use anstyle::Style;
use recallai_webhook_inbox::recording::{Item, State};

use super::describe;
use crate::terminal::{TITLE, printable};
use crate::time;

/// The least room for the axis itself, however narrow the terminal.
const LEAST: usize = 20;

/// How many times longer than all others together a gap is that is cut short.
const CUT: u32 = 10;

/// How many letters of an id are shown: enough to tell the artifacts of a recording apart.
const ID: usize = 8;

/// Draws the items of a state within so many columns. Empty if none was reported.
pub(super) fn draw(state: &State, columns: usize) -> String {
    let items: Vec<_> = state.items().collect();
    let labels: Vec<_> = items.iter().map(label).collect();
    let origin = instants(&items).first().copied();
    let ends: Vec<_> = items.iter().map(|item| end(item, origin)).collect();
    let longest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max();
    let (Some(left), Some(right)) = (longest(&labels), longest(&ends)) else {
        return String::new();
    };
    let room = columns.saturating_sub(left + right + 4).max(LEAST);
    let axis = Axis::new(&items, room);
    let mut text = axis.head(left + 2);
    for ((item, label), end) in items.iter().zip(&labels).zip(&ends) {
        let gap = " ".repeat(left - label.chars().count());
        let (_, style) = describe::mark(item.current().code.as_str());
        let bar = axis.bar(item);
        let _ = writeln!(text, "{label}{gap}  {bar}  {style}{end}{style:#}");
    }
    text
}

fn label(item: &Item<'_>) -> String {
    let id: String = item.id().chars().take(ID).collect();
    format!("{} {}", item.kind(), printable(&id))
}

/// The current status, in words, and since when, counted from where the axis begins.
fn end(item: &Item<'_>, origin: Option<SystemTime>) -> String {
    let current = item.current();
    let sub_code = current.sub_code.as_ref().map(|code| format!(" ({})", code.as_str()));
    let since = item.since().instant().zip(origin);
    let since = since.and_then(|(since, origin)| since.duration_since(origin).ok());
    let since = since.map(|since| format!(" +{}", time::length(since)));
    let (sub_code, since) = (sub_code.unwrap_or_default(), since.unwrap_or_default());
    printable(&format!("{}{sub_code}{since}", current.code))
}

/// Every time of a status, in order.
fn instants(items: &[Item<'_>]) -> BTreeSet<SystemTime> {
    let observations = items.iter().flat_map(|item| item.timeline().into_iter());
    observations.filter_map(|observation| observation.updated_at.instant()).collect()
}

/// Instants on columns. A gap that is much longer than all others together, such as that before the media
/// are deleted, is cut short, or everything else would fall into one column.
struct Axis {
    /// Each instant with its column.
    columns: Vec<(SystemTime, usize)>,
    /// The column where time was cut out.
    cut: Option<usize>,
    room: usize,
}

impl Axis {
    fn new(items: &[Item<'_>], room: usize) -> Self {
        let instants: Vec<_> = instants(items).into_iter().collect();
        let since = |[from, to]: [SystemTime; 2]| to.duration_since(from).unwrap_or_default();
        let mut gaps: Vec<_> = instants.windows(2).map(|pair| since([pair[0], pair[1]])).collect();
        let total: Duration = gaps.iter().sum();
        let longest = (0..gaps.len()).max_by_key(|&index| gaps[index]);
        let cut =
            longest.filter(|&index| gaps.len() > 1 && gaps[index] > (total - gaps[index]) * CUT);
        if let Some(index) = cut {
            gaps[index] = total - gaps[index];
        }
        let total = gaps.iter().sum::<Duration>().as_secs_f64().max(f64::MIN_POSITIVE);
        let mut passed = Duration::ZERO;
        let mut columns = Vec::with_capacity(instants.len());
        for (index, instant) in instants.into_iter().enumerate() {
            if index > 0 {
                passed += gaps[index - 1];
            }
            let share = passed.as_secs_f64() / total;
            // The share is between 0 and 1.
            columns.push((instant, (share * (room - 1) as f64).round() as usize));
        }
        let cut = cut.map(|index| usize::midpoint(columns[index].1, columns[index + 1].1));
        Self { columns, cut, room }
    }

    /// Where it begins and ends, and the axis itself.
    fn head(&self, indent: usize) -> String {
        let (Some((first, _)), Some((last, _))) = (self.columns.first(), self.columns.last())
        else {
            return format!("{:indent$}no readable times\n", "");
        };
        let length = last.duration_since(*first).unwrap_or_default();
        let (from, to) = (time::short(*first), time::short(*last));
        let mut text = match first == last {
            true => format!("{:indent$}{from}\n", ""),
            false => {
                let to = format!("{to} (+{})", time::length(length));
                let room = self.room.saturating_sub(from.len());
                format!("{:indent$}{from} {to:>room$}\n", "", room = room.saturating_sub(1))
            }
        };
        let mut line = vec!['─'; self.room];
        for (_, column) in &self.columns {
            line[*column] = '┬';
        }
        if let Some(cut) = self.cut {
            line[cut] = '≈';
        }
        let line: String = line.into_iter().collect();
        let _ = writeln!(text, "{:indent$}{TITLE}{line}{TITLE:#}", "");
        text
    }

    /// The statuses of an item, on lines between them.
    fn bar(&self, item: &Item<'_>) -> String {
        let mut cells = vec![(' ', Style::new()); self.room];
        let mut before: Option<usize> = None;
        for observation in item.timeline() {
            let instant = observation.updated_at.instant();
            let Some(column) = instant.and_then(|instant| self.column(instant)) else { continue };
            if let Some(before) = before {
                for cell in cells.iter_mut().take(column).skip(before + 1) {
                    *cell = ('─', Style::new());
                }
            }
            cells[column] = describe::mark(observation.code.as_str());
            before = Some(column);
        }
        // What may still change goes on.
        if let Some(last) = before.filter(|_| item.is_live()) {
            for cell in cells.iter_mut().skip(last + 1) {
                *cell = ('·', Style::new());
            }
        }
        // Of what falls into one column, the status that counts is seen, and one without a readable time
        // is not left out.
        let current = item.current();
        let column = current.updated_at.instant().and_then(|instant| self.column(instant));
        cells[column.or(before).unwrap_or(0)] = describe::mark(current.code.as_str());
        cells.into_iter().map(|(mark, style)| format!("{style}{mark}{style:#}")).collect()
    }

    fn column(&self, instant: SystemTime) -> Option<usize> {
        let place = self.columns.binary_search_by_key(&instant, |(instant, _)| *instant).ok()?;
        Some(self.columns[place].1)
    }
}

#[cfg(test)]
mod tests;
