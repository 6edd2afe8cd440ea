//! What one run of the benches has left on disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

use crate::Result;

/// Each bench once.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Median time of each criterion bench, by its id.
    pub(super) nanoseconds: BTreeMap<String, f64>,
    /// Ratios that a bench has worked out itself.
    pub(super) ratios: BTreeMap<String, f64>,
    /// Other figures of such a bench, as it wrote them.
    pub(super) figures: BTreeMap<String, f64>,
}

impl Round {
    /// Reads what was written since a time: criterion's estimates, and files such as
    /// `adapter-bench.json` of benches that measure throughput,
    /// `{ "ratios": { "<id>": number }, "figures": { "<id>": number } }`.
    pub(super) fn read(target: &Path, since: SystemTime) -> Result<Self> {
        let mut round = Self::default();
        round.read_criterion(&target.join("criterion"), since)?;
        for path in entries(target)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with("-bench.json") && is_fresh(&path, since) {
                let value = json(&path)?;
                round.ratios.extend(numbers(&value["ratios"]));
                round.figures.extend(numbers(&value["figures"]));
            }
        }
        Ok(round)
    }

    /// Walks `<group>/<bench>/new/`, where `benchmark.json` has the id and `estimates.json` the time.
    fn read_criterion(&mut self, directory: &Path, since: SystemTime) -> Result {
        let estimates = directory.join("new/estimates.json");
        if is_fresh(&estimates, since) {
            let id = json(&directory.join("new/benchmark.json"))?;
            let median = json(&estimates)?["median"]["point_estimate"].as_f64();
            if let (Some(id), Some(median)) = (id["full_id"].as_str(), median) {
                self.nanoseconds.insert(id.to_owned(), median);
            }
        }
        for path in entries(directory)?.iter().filter(|path| path.is_dir()) {
            self.read_criterion(path, since)?;
        }
        Ok(())
    }
}

fn is_fresh(path: &Path, since: SystemTime) -> bool {
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified >= since)
}

/// What lies in a directory; nothing if it is not there.
fn entries(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    Ok(directory.read_dir()?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
}

fn json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path);
    let value = text.map_err(|error| error.to_string());
    let value = value.and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()));
    value.map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The members of an object that are numbers.
fn numbers(value: &Value) -> impl Iterator<Item = (String, f64)> {
    let members = value.as_object().into_iter().flatten();
    members.filter_map(|(id, number)| Some((id.clone(), number.as_f64()?)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn estimates_and_ratios_are_read_unless_stale() {
        let scratch = Scratch::directory("round");
        let target = scratch.root();
        let new = "criterion/verify_450/ours/new";
        scratch.write(&format!("{new}/benchmark.json"), r#"{"full_id":"verify/450/ours"}"#);
        scratch.write(&format!("{new}/estimates.json"), r#"{"median":{"point_estimate":412.5}}"#);
        let adapter = r#"{"ratios":{"adapter/a":0.8,"b":"?"},"figures":{"c":3}}"#;
        scratch.write("adapter-bench.json", adapter);
        scratch.write("other.json", "no JSON");

        let round = Round::read(target, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(round.nanoseconds, [("verify/450/ours".to_owned(), 412.5)].into());
        assert_eq!(round.ratios, [("adapter/a".to_owned(), 0.8)].into());
        assert_eq!(round.figures, [("c".to_owned(), 3.0)].into());

        let written = target.join("adapter-bench.json").metadata().unwrap().modified().unwrap();
        let stale = Round::read(target, written + Duration::from_secs(60)).unwrap();
        assert!(stale.nanoseconds.is_empty() && stale.ratios.is_empty(), "{stale:?}");
    }
}
