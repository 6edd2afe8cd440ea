//! The report: medians as a table, and as JSON for whoever holds them against a budget.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::CONNECTIONS;
use crate::shared::figures::{self, median, median_ratio};

/// What was measured, by name, once for each round.
#[derive(Default)]
pub(crate) struct Report {
    figures: BTreeMap<String, Vec<f64>>,
    /// Microseconds of processor time for each delivery, by round of load and thread.
    threads: BTreeMap<(String, String), Vec<f64>>,
}

impl Report {
    pub(crate) fn add(&mut self, name: &str, value: f64) {
        self.figures.entry(name.to_owned()).or_default().push(value);
    }

    pub(crate) fn thread(&mut self, load: &str, thread: &str, micros: f64) {
        let key = (load.to_owned(), thread.to_owned());
        self.threads.entry(key).or_default().push(micros);
    }

    pub(crate) fn print(&self) {
        println!(
            "{:<26} {:>10} {:>10} {:>10} {:>8}  rounds",
            "server/connections", "per second", "p50 us", "p99 us", "cpu us"
        );
        for kind in self.kinds() {
            for connections in CONNECTIONS {
                let name = format!("{kind}/{connections}");
                let Some(rates) = self.figures.get(&name) else { continue };
                let of = |what: &str| self.median(&format!("{name}/{what}"));
                let rounds: Vec<_> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
                println!(
                    "{name:<26} {:>10.0} {:>10.0} {:>10.0} {:>8.1}  {}",
                    median(rates),
                    of("p50-us"),
                    of("p99-us"),
                    of("cpu-us"),
                    rounds.join(" ")
                );
            }
        }
        println!("\n{:<46} {:>8}", "microseconds of processor time by thread", "median");
        for ((load, thread), micros) in &self.threads {
            if median(micros) >= 0.05 {
                println!("{:<46} {:>8.1}", format!("{load} {thread}"), median(micros));
            }
        }
        println!();
        let others = self.figures.iter().filter(|(name, _)| !self.is_in_table(name));
        for (name, values) in others {
            println!("{name:<46} {:>8.1}", median(values));
        }
        for (name, ratio) in self.ratios() {
            println!("{name:<46} {ratio:>8.2}");
        }
    }

    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let named =
            |(name, values): (&String, &Vec<f64>)| (format!("durable/{name}"), median(values));
        let figures: Vec<_> = self.figures.iter().map(named).collect();
        figures::write(path, &self.ratios(), &figures)
    }

    fn median(&self, name: &str) -> f64 {
        self.figures.get(name).map_or(f64::NAN, |values| median(values))
    }

    /// The servers that a rate was measured of.
    fn kinds(&self) -> Vec<&str> {
        let rates = self.figures.keys().filter_map(|name| name.split_once('/'));
        let mut kinds: Vec<_> =
            rates.filter(|(_, load)| load.parse::<usize>().is_ok()).map(|(kind, _)| kind).collect();
        kinds.dedup();
        kinds
    }

    fn is_in_table(&self, name: &str) -> bool {
        let mut parts = name.split('/').skip(1);
        let is_load = parts.next().is_some_and(|load| load.parse::<usize>().is_ok());
        is_load && matches!(parts.next(), None | Some("p50-us" | "p99-us" | "cpu-us"))
    }

    /// Rates of the inboxes in a file beside those of others; and what one delivery at a time takes, in
    /// syncs.
    fn ratios(&self) -> Vec<(String, f64)> {
        let mut ratios = Vec::new();
        let mut ratio = |name: String, ours: &str, other: &str| {
            if let (Some(ours), Some(other)) = (self.figures.get(ours), self.figures.get(other)) {
                ratios.push((format!("durable/{name}"), median_ratio(ours, other)));
            }
        };
        for connections in CONNECTIONS {
            for kind in ["sqlite", "sqlite-subscribed"] {
                for other in ["log", "express-svix", "express-svix-postgres"] {
                    ratio(
                        format!("{kind}-vs-{other}/{connections}"),
                        &format!("{kind}/{connections}"),
                        &format!("{other}/{connections}"),
                    );
                }
            }
            ratio(
                format!("sqlite-subscribed-drained-vs-log/{connections}"),
                &format!("sqlite-subscribed/{connections}/drained"),
                &format!("log/{connections}"),
            );
        }
        // The rates that the processor time would allow, which does not depend on who else was running.
        for kind in ["sqlite", "sqlite-subscribed"] {
            ratio(
                format!("{kind}-vs-log-by-cpu/64"),
                "log/64/cpu-us",
                &format!("{kind}/64/cpu-us"),
            );
        }
        for kind in ["log", "sqlite", "sqlite-subscribed"] {
            ratio(
                format!("{kind}-idle-ack-vs-fdatasync"),
                &format!("{kind}/1/p50-us"),
                "disk/fdatasync-growing-us",
            );
        }
        ratios
    }
}
