//! `cargo xtask msrv`: whether the promised Rust still builds what we publish.

use crate::command_line::CommandLine;
use crate::dependencies::{self, Dependency};
use crate::say::say;
use crate::workspace::{Package, Workspace};
use crate::{Arguments, Result, verdict};

pub(crate) const HELP: &str = "\
Holds `rust-version` in Cargo.toml, the oldest Rust that our crates promise to build with.

Usage: cargo xtask msrv

  declared   no dependency of a published crate declares a newer Rust than ours; those that declare
             none are counted
  lint       `clippy::incompatible_msrv` is a warning in [workspace.lints.clippy], so that clippy finds
             uses of a newer standard library with any toolchain
  build      `cargo check` of the published crates with that very Rust; skipped, and said so, where
             the toolchain is not installed. Nothing is downloaded; for 1.88, install it with
             `rustup toolchain install 1.88 --profile minimal`";

const LINT: &str = "incompatible_msrv";

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let published: Vec<&Package> = workspace.published().collect();
    let ours = promised(&published)?;
    let names: Vec<&str> = published.iter().map(|package| &*package.name).collect();
    let dependencies = dependencies::load(&workspace.root, &names)?;

    let mut violations = newer(&dependencies, &ours);
    let silent = dependencies.iter().filter(|dependency| dependency.rust_version.is_none()).count();
    say(&format!(
        "declared: {} crates are built by users, {} need a Rust newer than {ours}, {silent} do not say",
        dependencies.len(),
        violations.len(),
    ))?;
    let manifest = std::fs::read_to_string(workspace.root.join("Cargo.toml"))?;
    if has_lint(&manifest) {
        say(&format!("lint: clippy::{LINT} warns"))?;
    } else {
        violations.push(format!("Cargo.toml: no `{LINT} = \"warn\"` in [workspace.lints.clippy]"));
    }

    match toolchain(&workspace, &ours) {
        Err(skipped) => say(&skipped)?,
        Ok(toolchain) => {
            // Apart from the other builds, which another compiler would throw away.
            let target = workspace.below_target("msrv")?;
            let line = CommandLine::new(format!(
                "RUSTUP_AUTO_INSTALL=0 rustup run {toolchain} cargo check --workspace \
                 --exclude xtask --all-features --target-dir {target}"
            ));
            violations.extend(line.require(&workspace.root).err().map(|error| error.to_string()));
        }
    }
    verdict(&violations)
}

/// Why a part of it cannot run on this machine, if so.
pub(crate) fn skipped(workspace: &Workspace) -> Option<String> {
    let published: Vec<&Package> = workspace.published().collect();
    toolchain(workspace, &promised(&published).ok()?).err()
}

/// The installed toolchain to build with, or the sentence that says there is none.
fn toolchain(workspace: &Workspace, ours: &str) -> std::result::Result<String, String> {
    let list = CommandLine::new("rustup toolchain list").read(&workspace.root).unwrap_or_default();
    installed(&list, ours).ok_or_else(|| {
        format!(
            "build: skipped, Rust {ours} is not installed; \
             `rustup toolchain install {ours} --profile minimal` installs it"
        )
    })
}

/// The one Rust that all published crates promise.
fn promised(published: &[&Package]) -> Result<String> {
    let mut versions: Vec<&str> =
        published.iter().filter_map(|package| package.rust_version.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    match versions[..] {
        [version] => Ok(version.to_owned()),
        [] => Err("no published crate has a `rust-version`".into()),
        _ => Err(format!("published crates promise more than one Rust: {versions:?}").into()),
    }
}

fn newer(dependencies: &[Dependency], ours: &str) -> Vec<String> {
    let declared = dependencies.iter().filter_map(|dependency| {
        let version = dependency.rust_version.as_deref()?;
        (numbers(version) > numbers(ours))
            .then(|| format!("{} needs Rust {version}, newer than {ours}", dependency.label()))
    });
    declared.collect()
}

/// `1.88` and `1.88.0` are the same Rust.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// The installed toolchain of a version, from what `rustup toolchain list` prints.
fn installed(list: &str, version: &str) -> Option<String> {
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    let is_version = |name: &&str| {
        let number = name.split('-').next().unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit()) && numbers(number) == numbers(version)
    };
    names.filter(is_version).map(str::to_owned).next()
}

/// Whether the root manifest turns the lint on.
fn has_lint(manifest: &str) -> bool {
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.lints.clippy]").skip(1);
    let mut lints = lines.take_while(|line| !line.starts_with('['));
    lints.any(|line| line.starts_with(LINT) && (line.contains("warn") || line.contains("deny")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_that_needs_a_newer_rust_is_found() {
        let dependency = |rust_version: Option<&str>| Dependency {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            rust_version: rust_version.map(str::to_owned),
            ..Dependency::default()
        };
        let old = [None, Some("1.9"), Some("1.88"), Some("1.88.0")].map(dependency);
        assert_eq!(newer(&old, "1.88"), Vec::<String>::new());
        let new = [Some("1.89"), Some("1.88.1"), Some("2.0")].map(dependency);
        let violations = newer(&new, "1.88");
        assert_eq!(violations.len(), 3, "{violations:?}");
        assert_eq!(violations[0], "a 1.0.0 needs Rust 1.89, newer than 1.88");
    }

    #[test]
    fn an_installed_toolchain_is_found_by_its_version() {
        let list = "stable-x86_64-unknown-linux-gnu (default)\n1.88.0-x86_64-unknown-linux-gnu\n";
        assert_eq!(installed(list, "1.88").as_deref(), Some("1.88.0-x86_64-unknown-linux-gnu"));
        assert_eq!(installed(list, "1.8"), None);
        assert_eq!(installed("", "1.88"), None);
    }

    #[test]
    fn the_lint_has_to_be_in_its_table() {
        assert!(has_lint("[workspace.lints.clippy]\nincompatible_msrv = \"warn\"\n"));
        assert!(!has_lint("[workspace.lints.clippy]\nincompatible_msrv = \"allow\"\n"));
        assert!(!has_lint("[workspace.lints.clippy]\n[other]\nincompatible_msrv = \"warn\"\n"));
    }

    #[test]
    fn the_published_crates_promise_one_rust() {
        let package = |version: &str| Package {
            rust_version: Some(version.to_owned()),
            ..Package::default()
        };
        let (a, b) = (package("1.88"), package("1.90"));
        assert_eq!(promised(&[&a, &a]).unwrap(), "1.88");
        assert!(promised(&[&a, &b]).is_err());
        assert!(promised(&[]).is_err());
    }
}
