//! The report: medians as a table, and as JSON for whoever holds them against a budget.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::load::Round;
use crate::memory::Memory;
use crate::server::Kind;
use crate::shared::figures::{self, median, median_ratio};

/// What was measured.
#[derive(Default)]
pub(crate) struct Report {
    /// Deliveries per second, by server, one for each round.
    rates: BTreeMap<&'static str, Vec<f64>>,
    /// Microseconds of processor time for each delivery, by server, one for each round.
    cpu_times: BTreeMap<&'static str, Vec<f64>>,
    memory: Vec<(String, f64)>,
}

impl Report {
    pub(crate) fn round(
        &mut self,
        server: &'static str,
        round: &Round,
        cpu_time: Option<Duration>,
    ) {
        self.rates.entry(server).or_default().push(round.deliveries / round.seconds);
        if let Some(cpu_time) = cpu_time {
            let micros = cpu_time.as_secs_f64() * 1e6 / round.deliveries;
            self.cpu_times.entry(server).or_default().push(micros);
        }
    }

    pub(crate) fn memory(&mut self, memory: &Option<Memory>) {
        let Some(memory) = memory else { return };
        self.memory = vec![
            ("memory/at-rest-mib".to_owned(), memory.at_rest / 1024.0),
            ("memory/per-idle-connection-kib".to_owned(), memory.per_idle_connection),
            ("memory/256-connections-mib".to_owned(), memory.under_connections / 1024.0),
        ];
    }

    pub(crate) fn print(&self) {
        table("deliveries per second", 0, &self.rates);
        table("microseconds of processor time", 1, &self.cpu_times);
        for (name, value) in self.ratios().iter().chain(&self.memory) {
            println!("{name:<32} {value:>12.2}");
        }
    }

    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let named = |(name, values): (&&str, &Vec<f64>), what| {
            (format!("adapter/{name}{what}"), median(values))
        };
        let rates = self.rates.iter().map(|entry| named(entry, ""));
        let cpu_times = self.cpu_times.iter().map(|entry| named(entry, "-cpu-us"));
        let figures: Vec<_> = rates.chain(cpu_times).chain(self.memory.iter().cloned()).collect();
        figures::write(path, &self.ratios(), &figures)
    }

    /// How many times as fast as each of the others this crate's server is.
    fn ratios(&self) -> Vec<(String, f64)> {
        let Some(ours) = self.rates.get(Kind::Ours.name()) else { return Vec::new() };
        let others = self.rates.iter().filter(|(name, _)| **name != Kind::Ours.name());
        others
            .map(|(name, rates)| (format!("adapter/ours-vs-{name}"), median_ratio(ours, rates)))
            .collect()
    }
}

fn table(title: &str, digits: usize, values: &BTreeMap<&'static str, Vec<f64>>) {
    println!("{title:<32} {:>12}  rounds", "median");
    for (server, values) in values {
        let rounds: Vec<_> = values.iter().map(|value| format!("{value:.digits$}")).collect();
        println!("{server:<32} {:>12.digits$}  {}", median(values), rounds.join(" "));
    }
    println!();
}
