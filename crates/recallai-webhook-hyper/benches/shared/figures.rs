//! Figures: medians, and the JSON for whoever holds them against a budget.

use std::fs;
use std::io;
use std::path::Path;

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len => (values[(len - 1) / 2] + values[len / 2]) / 2.0,
    }
}

/// The median of the ratios in each round, which noise that lasts for a round does not move.
pub(crate) fn median_ratio(ours: &[f64], others: &[f64]) -> f64 {
    let ratios: Vec<_> = ours.iter().zip(others).map(|(ours, other)| ours / other).collect();
    median(&ratios)
}

pub(crate) fn write(
    path: &Path,
    ratios: &[(String, f64)],
    figures: &[(String, f64)],
) -> io::Result<()> {
    let (ratios, figures) = (object(ratios), object(figures));
    fs::write(path, format!("{{\n  \"ratios\": {ratios},\n  \"figures\": {figures}\n}}\n"))
}

fn object(entries: &[(String, f64)]) -> String {
    // JSON has no word for what could not be worked out.
    let entries = entries.iter().filter(|(_, value)| value.is_finite());
    let entries: Vec<_> =
        entries.map(|(name, value)| format!("    \"{name}\": {value:.3}")).collect();
    format!("{{\n{}\n  }}", entries.join(",\n"))
}
