//! `cargo xtask fuzz`: the fuzz targets, one or all, for a while.

use std::path::Path;

use serde_json::Value;

use crate::command_line::CommandLine;
use crate::say::say;
use crate::table::Table;
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Runs fuzz targets with cargo-fuzz, which needs a nightly toolchain:

  rustup toolchain install nightly --profile minimal
  cargo install cargo-fuzz --locked

Usage: cargo xtask fuzz [target…] [--for <time>] [--list]

  [target…]      the targets to run, one after the other; all of them if left out
  --for <time>   how long each runs: 90s, 15m, 2h; 60s if left out
  --list         print the targets and run none of them

A target begins with its seeds, and with what earlier runs found, which is kept in `fuzz` in the
target directory. The manifest in crates/<crate>/fuzz names the directory of the seeds, below `seeds`;
targets that take the same share one. An input that fails is written to
crates/<crate>/fuzz/crashes/<target>: commit it with the fix, and the test `replay` of the crate runs it
for ever, on any toolchain.";

const TOOLCHAIN: &str = "nightly";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let seconds = arguments.value("--for")?.map_or(Ok(60), |time| seconds(&time))?;
    let list = arguments.flag("--list");
    let wanted = arguments.positionals();
    arguments.finish()?;

    let workspace = Workspace::load()?;
    let targets = select(targets(&workspace)?, &wanted)?;
    if list {
        let mut lines =
            targets.iter().map(|target| format!("{}  {}", target.name, target.directory));
        return lines.try_for_each(|line| say(&line));
    }
    require_tools(&workspace.root)?;
    let mut table = Table::new(&["target", "", "executions", "a second"]);
    let mut failed = Vec::new();
    for target in &targets {
        let line = target.line(&workspace, seconds)?;
        say(&format!("\n== {}\n$ {line}", target.name))?;
        let mut executions = Executions::default();
        let passed = line.watch(&workspace.root, |line| executions.read(line))?;
        let word = if passed { "ok" } else { "FAILED" };
        let Executions { all, per_second } = executions;
        table.row([target.name.clone(), word.to_owned(), all, per_second]);
        failed.extend((!passed).then(|| format!("{} ({})", target.name, target.directory)));
    }
    say(&format!("\n{}", table.plain()))?;
    match failed.is_empty() {
        true => Ok(()),
        false => Err(format!("an input failed: {}", failed.join(", ")).into()),
    }
}

/// One fuzz target.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    name: String,
    /// The fuzz package, relative to the root.
    directory: String,
    /// The directory of its seeds, below `seeds` of that package.
    seeds: String,
    /// Directories of further inputs, relative to that package, and its dictionary.
    corpora: Vec<String>,
    dictionary: Option<String>,
}

impl Target {
    /// The command, after its directories have been made.
    fn line(&self, workspace: &Workspace, seconds: u64) -> Result<CommandLine> {
        let Self { name, directory, seeds, .. } = self;
        // Where targets are built and what they find is kept.
        let kept = workspace.below_target("fuzz")?;
        let corpus = format!("{kept}/corpus/{name}");
        let crashes = format!("{directory}/crashes/{name}");
        let mut inputs = vec![format!("{directory}/seeds/{seeds}")];
        inputs.extend(self.corpora.iter().map(|corpus| format!("{directory}/{corpus}")));
        for made in [&corpus, &crashes] {
            std::fs::create_dir_all(workspace.root.join(made))
                .map_err(|error| format!("{made}: {error}"))?;
        }
        let dictionary = self.dictionary.as_ref();
        let dictionary =
            dictionary.map_or(String::new(), |file| format!(" -dict={directory}/{file}"));
        Ok(CommandLine::new(format!(
            "CARGO_TARGET_DIR={kept} cargo +{TOOLCHAIN} fuzz run --fuzz-dir {directory} {name} \
             {corpus} {} {crashes} -- -max_total_time={seconds} -timeout=10 -print_final_stats=1 \
             -artifact_prefix={crashes}/{dictionary}",
            inputs.join(" "),
        )))
    }
}

/// What libFuzzer says of its work at the end.
#[derive(Debug, Default)]
struct Executions {
    all: String,
    per_second: String,
}

impl Executions {
    fn read(&mut self, line: &str) {
        let number = |name| line.strip_prefix(name).map(|number: &str| number.trim().to_owned());
        if let Some(all) = number("stat::number_of_executed_units:") {
            self.all = all;
        } else if let Some(per_second) = number("stat::average_exec_per_sec:") {
            self.per_second = per_second;
        }
    }
}

/// Every target of every crate that has some.
fn targets(workspace: &Workspace) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for package in workspace.published() {
        let directory = format!("{}/fuzz", package.directory);
        if workspace.root.join(&directory).join("Cargo.toml").exists() {
            let line = format!(
                "cargo metadata --no-deps --format-version 1 --manifest-path {directory}/Cargo.toml"
            );
            let metadata = CommandLine::new(line).read(&workspace.root)?;
            targets.extend(parse(&serde_json::from_str(&metadata)?, &directory)?);
        }
    }
    Ok(targets)
}

fn parse(metadata: &Value, directory: &str) -> Result<Vec<Target>> {
    let package = &metadata["packages"][0];
    let settings = &package["metadata"]["fuzz"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let names = list(&package["targets"]).into_iter().filter_map(|target| text(&target["name"]));
    let target = |name: String| {
        let seeds = text(&settings["seeds"][&name])
            .ok_or_else(|| format!("{directory}/Cargo.toml: no `seeds.{name}`"))?;
        Ok(Target {
            seeds,
            corpora: list(&settings["corpora"][&name]).iter().filter_map(text).collect(),
            dictionary: text(&settings["dictionary"]),
            directory: directory.to_owned(),
            name,
        })
    };
    names.map(target).collect()
}

/// Those that were asked for, in that order; all if none was.
fn select(mut targets: Vec<Target>, wanted: &[String]) -> Result<Vec<Target>> {
    if wanted.is_empty() {
        return Ok(targets);
    }
    let mut selected = Vec::new();
    for name in wanted {
        match targets.iter().position(|target| target.name == *name) {
            Some(at) => selected.push(targets.remove(at)),
            None => {
                let names: Vec<&str> = targets.iter().map(|target| &*target.name).collect();
                return Err(format!("no target `{name}`; there are {}", names.join(", ")).into());
            }
        }
    }
    Ok(selected)
}

/// `90s`, `15m`, `2h`, or a number of seconds.
fn seconds(time: &str) -> Result<u64> {
    let (number, unit) = match time.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, &time[number.len()..]),
        None => (time, "s"),
    };
    let factor = match unit {
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    // Zero would mean for ever.
    let seconds = seconds.filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| format!("`{time}` is no time: 90s, 15m or 2h").into())
}

fn require_tools(root: &Path) -> Result {
    let probe = CommandLine::new(format!("cargo +{TOOLCHAIN} fuzz --version"));
    match probe.succeeds(root) {
        true => Ok(()),
        false => {
            Err("cargo-fuzz or a nightly toolchain is missing; `--help` says how to get them"
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scratch::Scratch;

    fn metadata() -> Value {
        json!({ "packages": [{
            "targets": [{ "name": "parse" }, { "name": "grammar" }],
            "metadata": { "fuzz": {
                "dictionary": "json.dict",
                "seeds": { "parse": "bodies", "grammar": "values" },
                "corpora": { "parse": ["../x"] },
            } },
        }] })
    }

    #[test]
    fn a_target_has_its_inputs_and_its_dictionary() {
        let scratch = Scratch::directory("fuzz");
        let (root, target) = (scratch.root().to_owned(), scratch.root().join("target"));
        let workspace = Workspace { root, target, ..Workspace::default() };
        let targets = parse(&metadata(), "crates/a/fuzz").unwrap();
        let line = targets[0].line(&workspace, 5).unwrap().to_string();
        assert!(line.contains("fuzz run --fuzz-dir crates/a/fuzz parse target/fuzz/corpus/parse"));
        assert!(line.contains(" crates/a/fuzz/seeds/bodies crates/a/fuzz/../x "), "{line}");
        assert!(line.contains("-max_total_time=5 ") && line.ends_with("/fuzz/json.dict"), "{line}");
    }

    #[test]
    fn a_target_without_seeds_is_refused() {
        let mut metadata = metadata();
        metadata["packages"][0]["metadata"]["fuzz"]["seeds"] = json!({ "parse": "bodies" });
        let error = parse(&metadata, "d").unwrap_err().to_string();
        assert_eq!(error, "d/Cargo.toml: no `seeds.grammar`");
    }

    #[test]
    fn targets_are_selected_by_name() {
        let wanted = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            select(parse(&metadata(), "d").unwrap(), &names)
        };
        assert_eq!(wanted(&[]).unwrap().len(), 2);
        assert_eq!(wanted(&["grammar"]).unwrap()[0].name, "grammar");
        assert!(wanted(&["prase"]).unwrap_err().to_string().contains("parse, grammar"));
    }

    #[test]
    fn a_time_has_a_unit_and_is_not_for_ever() {
        for (time, expected) in [("90s", 90), ("15m", 900), ("2h", 7200), ("7", 7)] {
            assert_eq!(seconds(time).unwrap(), expected);
        }
        for time in ["", "s", "0s", "1d", "-1s", "99999999999999999999h"] {
            assert!(seconds(time).is_err(), "{time}");
        }
    }

    #[test]
    fn the_statistics_are_read() {
        let mut executions = Executions::default();
        executions.read("stat::number_of_executed_units: 1200");
        executions.read("stat::average_exec_per_sec:     60");
        assert_eq!((executions.all.as_str(), executions.per_second.as_str()), ("1200", "60"));
    }
}
