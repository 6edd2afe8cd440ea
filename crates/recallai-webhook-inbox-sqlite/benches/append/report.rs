//! The report: medians as a table, and as JSON for whoever holds them against a budget.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// What was measured, by name, once for each round.
#[derive(Default)]
pub(crate) struct Report {
    figures: BTreeMap<String, Vec<f64>>,
}

impl Report {
    pub(crate) fn add(&mut self, name: &str, value: f64) {
        self.figures.entry(name.to_owned()).or_default().push(value);
    }

    pub(crate) fn median(&self, name: &str) -> f64 {
        self.figures.get(name).map_or(f64::NAN, |values| median(values))
    }

    pub(crate) fn print(&self) {
        println!("{:<36} {:>12}  rounds", "figure", "median");
        for (name, values) in &self.figures {
            let rounds: Vec<_> = values.iter().map(|value| format!("{value:.1}")).collect();
            println!("{name:<36} {:>12.1}  {}", median(values), rounds.join(" "));
        }
        for (name, ratio) in self.ratios() {
            println!("{name:<36} {ratio:>12.2}");
        }
    }

    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let named =
            |(name, values): (&String, &Vec<f64>)| (format!("inbox-sqlite/{name}"), median(values));
        let figures: Vec<_> = self.figures.iter().map(named).collect();
        let (ratios, figures) = (object(&self.ratios()), object(&figures));
        fs::write(path, format!("{{\n  \"ratios\": {ratios},\n  \"figures\": {figures}\n}}\n"))
    }

    /// What share of the floor's rate the inbox reaches: the median of the ratios in each round.
    fn ratios(&self) -> Vec<(String, f64)> {
        let floors = self.figures.iter().filter_map(|(name, values)| {
            let concurrency = name.strip_prefix("append/floor/")?.parse::<usize>().ok()?;
            let ours = self.figures.get(&format!("append/sqlite/{concurrency}"))?;
            let ratios: Vec<_> =
                ours.iter().zip(values).map(|(ours, floor)| ours / floor).collect();
            Some((format!("inbox-sqlite/append-vs-floor/{concurrency}"), median(&ratios)))
        });
        floors.collect()
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len => (values[(len - 1) / 2] + values[len / 2]) / 2.0,
    }
}

fn object(entries: &[(String, f64)]) -> String {
    // A figure that could not be taken is no number, and JSON has none of these.
    let finite = entries.iter().filter(|(_, value)| value.is_finite());
    let entries: Vec<_> =
        finite.map(|(name, value)| format!("    \"{name}\": {value:.3}")).collect();
    format!("{{\n{}\n  }}", entries.join(",\n"))
}
