//! How far a run is, and what it came to.

use std::cell::Cell as Remembered;
use std::time::{Duration, Instant};

use recallai_webhook_emulator::{Emulation, Figures, Seed};
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::{self, Progress};
use crate::table::{Cell, Table};
use crate::terminal::{self, BAD, WARNING};
use crate::time;

/// How often the line on the terminal is written over.
const EVERY: Duration = Duration::from_millis(100);

/// What a run is, before it begins.
pub(super) struct Summary {
    seed: Seed,
    recordings: u64,
    began: Instant,
    progress: Progress,
    shown: Remembered<Option<Instant>>,
}

impl Summary {
    pub(super) fn new(seed: Seed, recordings: u64, format: Format) -> Self {
        let progress = Progress::new(format);
        Self { seed, recordings, began: Instant::now(), progress, shown: Remembered::new(None) }
    }

    /// Says to a person what is to come: a scenario may go on for weeks.
    pub(super) fn announce(&self, emulation: &Emulation, takes: Duration) {
        let messages = count(emulation.figures().messages, "message");
        let takes = match takes.as_secs() {
            0 => String::new(),
            _ => format!(" in {}", time::length(takes)),
        };
        let seed = self.seed.0;
        self.progress.note(&format!("seed {seed}: {messages}{takes}"));
    }

    /// Shows how far it is, to somebody who looks.
    pub(super) fn show(&self, emulation: &Emulation) {
        let now = Instant::now();
        if self.shown.get().is_some_and(|shown| now - shown < EVERY) {
            return;
        }
        self.shown.set(Some(now));
        let Figures { messages, delivered, rejected, .. } = emulation.figures();
        let bar = progress::bar(delivered, messages);
        let under_way = emulation.in_flight();
        self.progress.show(&format!(
            "{bar} {delivered} of {messages} accepted, {under_way} under way, {rejected} rejected"
        ));
    }

    /// Prints the figures. It is a failure if something went wrong that is not the network's fault.
    pub(super) fn report(
        self,
        emulation: &Emulation,
        disabled: usize,
        is_whole: bool,
        format: Format,
    ) -> Result<(), Failure> {
        let Self { seed, recordings, began, progress, .. } = self;
        drop(progress);
        let figures = emulation.figures();
        let seconds = began.elapsed().as_secs_f64();
        match format {
            Format::Human => {
                terminal::print(&table(&figures, recordings, seed, seconds, disabled))?;
            }
            Format::Json => {
                terminal::print_json(&described(&figures, recordings, seed, seconds, disabled))?;
            }
        }
        let Figures { wrongly_accepted, .. } = figures;
        match (wrongly_accepted, figures.undelivered(), is_whole) {
            (0, 0, true) => Ok(()),
            (0, _, false) => Err(Failure::failed("stopped before the end")),
            (0, undelivered, true) => {
                Err(Failure::failed(format!("{} never accepted", were(undelivered, "message"))))
            }
            (wrongly, _, _) => Err(Failure::failed(format!(
                "{} accepted that had to be refused; --attempts shows them",
                were(wrongly, "attempt")
            ))),
        }
    }
}

fn were(number: u64, thing: &str) -> String {
    format!("{} {}", count(number, thing), if number == 1 { "was" } else { "were" })
}

/// One table; what did not happen and would be bad is left out.
fn table(figures: &Figures, recordings: u64, seed: Seed, seconds: f64, disabled: usize) -> String {
    let mut table = Table::without_titles();
    let mut row = |name: &str, number: String, remark: &str| {
        table.row([Cell::new(name), Cell::number(number), Cell::new(remark)]);
    };
    let rate = figures.attempts as f64 / seconds.max(0.001);
    row("recordings", recordings.to_string(), &format!("of seed {}", seed.0));
    row("messages", figures.messages.to_string(), "");
    row("delivered", figures.delivered.to_string(), "accepted at least once");
    row("attempts", figures.attempts.to_string(), &answers(figures));
    row("duplicates", figures.duplicates.to_string(), "accepted once more, as they should be");
    row("rejected", figures.rejected.to_string(), "refused, as they should be");
    row("lost", figures.lost.to_string(), "on the way, before they were sent");
    row("seconds", format!("{seconds:.1}"), &format!("{rate:.0} attempts a second"));
    let mut bad = |name: &str, number: u64, style, remark: &str| {
        if number > 0 {
            let cells = [Cell::new(name), Cell::number(number), Cell::new(remark)];
            table.row(cells.map(|cell| cell.with(style)));
        }
    };
    bad("not accepted", figures.not_accepted, WARNING, "good, and tried again");
    bad("not refused", figures.not_refused, WARNING, "neither refused nor accepted");
    bad("undelivered", figures.undelivered(), BAD, "never accepted");
    bad("disabled", disabled as u64, BAD, "endpoints, for failing or because they asked for it");
    bad("wrongly accepted", figures.wrongly_accepted, BAD, "should have been refused");
    table.render("")
}

/// `204 × 15, 401 × 2, no answer × 1`.
fn answers(figures: &Figures) -> String {
    let statuses = figures.statuses.iter().map(|(status, times)| (status.to_string(), *times));
    let others = [
        ("no answer in time".to_owned(), figures.timeouts),
        ("no reply".to_owned(), figures.broken),
    ];
    let answers = statuses.chain(others).filter(|(_, times)| *times > 0);
    answers.map(|(answer, times)| format!("{answer} × {times}")).collect::<Vec<_>>().join(", ")
}

fn described(
    figures: &Figures,
    recordings: u64,
    seed: Seed,
    seconds: f64,
    disabled: usize,
) -> Value {
    json!({
        "type": "summary", "seed": seed.0, "recordings": recordings, "messages": figures.messages,
        "delivered": figures.delivered, "undelivered": figures.undelivered(),
        "attempts": figures.attempts, "duplicates": figures.duplicates, "rejected": figures.rejected,
        "wrongly_accepted": figures.wrongly_accepted, "not_accepted": figures.not_accepted,
        "not_refused": figures.not_refused, "lost": figures.lost, "timeouts": figures.timeouts, "broken": figures.broken, "disabled_endpoints": disabled,
        "statuses": figures.statuses, "seconds": seconds,
    })
}
