//! `cargo xtask size`: what each package weighs, held against its limit.

use std::path::Path;

use crate::command_line::CommandLine;
use crate::say::say;
use crate::table::Table;
use crate::workspace::{Package, Workspace};
use crate::{Arguments, Result, verdict};

pub(crate) const HELP: &str = "\
Adds up the files that go into the package of each published crate, uncompressed, and holds the sum
against the limit in the crate's Cargo.toml:

  [package.metadata.size]
  limit-kb = 300

Usage: cargo xtask size

A kilobyte is 1000 bytes, rounded up. A published crate without a limit fails, and so does one over
its limit: `cargo package --list -p <crate>` shows what is in it. A crate that grew for a good reason
gets a limit about a quarter above its new size, in the commit that made it grow.";

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let measured = workspace
        .published()
        .map(|package| Ok(Measured { package, bytes: bytes(&workspace.root, package)? }));
    let measured: Vec<Measured<'_>> = measured.collect::<Result<_>>()?;

    let mut table = Table::new(&["package", "KB", "limit", ""]);
    for one in &measured {
        let limit = one.package.size_limit_kb.map_or("none".to_owned(), |limit| limit.to_string());
        let word = if one.violation().is_none() { "ok" } else { "FAILED" };
        table.row([one.package.name.clone(), one.kilobytes().to_string(), limit, word.to_owned()]);
    }
    say(table.plain().trim_end())?;
    let violations: Vec<String> = measured.iter().filter_map(Measured::violation).collect();
    verdict(&violations)
}

/// A package and what its files add up to.
struct Measured<'w> {
    package: &'w Package,
    bytes: u64,
}

impl Measured<'_> {
    fn kilobytes(&self) -> u64 {
        self.bytes.div_ceil(1000)
    }

    fn violation(&self) -> Option<String> {
        let Package { name, size_limit_kb, .. } = self.package;
        match *size_limit_kb {
            None => Some(format!("{name}: no `limit-kb` in `[package.metadata.size]`")),
            Some(limit) if self.kilobytes() > limit => {
                Some(format!("{name}: {} KB, more than its limit of {limit}", self.kilobytes()))
            }
            Some(_) => None,
        }
    }
}

/// What cargo would put in, but the files that it makes itself and that lie in no directory of ours.
fn bytes(root: &Path, package: &Package) -> Result<u64> {
    let line = format!("cargo package --list --allow-dirty -p {}", package.name);
    let list = CommandLine::new(line).read(root)?;
    let directory = root.join(&package.directory);
    let sizes = list.lines().filter_map(|file| std::fs::metadata(directory.join(file)).ok());
    Ok(sizes.map(|metadata| metadata.len()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: u64, size_limit_kb: Option<u64>, expected: Option<&str>) {
        let package = Package { name: "a".to_owned(), size_limit_kb, ..Package::default() };
        assert_eq!(Measured { package: &package, bytes }.violation().as_deref(), expected);
    }

    #[test]
    fn a_package_stays_within_its_limit() {
        check(10_000, Some(10), None);
        check(10_001, Some(10), Some("a: 11 KB, more than its limit of 10"));
    }

    #[test]
    fn a_package_has_to_have_a_limit() {
        check(1, None, Some("a: no `limit-kb` in `[package.metadata.size]`"));
    }
}
