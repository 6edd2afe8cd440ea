//! `cargo xtask deny`: licences and sources of what our users build.

use crate::command_line::CommandLine;
use crate::dependencies::{self, Dependency};
use crate::say::say;
use crate::workspace::Workspace;
use crate::{Arguments, Result, verdict};

pub(crate) const HELP: &str = "\
Holds the rules of deny.toml for the crates we depend on.

Usage: cargo xtask deny [--advisories]

  --advisories   ask for known vulnerabilities too; they come over the network and change without us,
                 so CI leaves them out: ask before a release. Needs cargo-deny.

Two checks, of which the first needs no other program:

  built in     every crate that a published one brings with it has a licence made of those that
               deny.toml allows, and none comes from a git repository
  cargo-deny   `cargo deny check bans licenses sources`; skipped, and said so, where it is not
               installed (`cargo install --locked cargo-deny`)";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let advisories = arguments.flag("--advisories");
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let root = &workspace.root;
    let rules = std::fs::read_to_string(root.join("deny.toml"))?;
    let allowed = allowed(&rules);
    let published: Vec<&str> = workspace.published().map(|package| &*package.name).collect();
    let dependencies = dependencies::load(root, &published)?;
    let mut violations = judge(&dependencies, &allowed);
    say(&format!("built in: {} crates, {} violations", dependencies.len(), violations.len()))?;

    let skipped = skipped(&workspace);
    if skipped.is_none() {
        let advisories = if advisories { " advisories" } else { "" };
        let line = CommandLine::new(format!("cargo deny check bans licenses sources{advisories}"));
        violations.extend(line.require(root).err().map(|error| error.to_string()));
    } else if advisories {
        violations.push("advisories need cargo-deny, which is not installed".to_owned());
    }
    if let Some(skipped) = skipped {
        say(&skipped)?;
    }
    verdict(&violations)
}

/// Why a part of it cannot run on this machine, if so.
pub(crate) fn skipped(workspace: &Workspace) -> Option<String> {
    let installed = CommandLine::new("cargo deny --version").succeeds(&workspace.root);
    (!installed).then(|| "cargo-deny: skipped, it is not installed".to_owned())
}

/// The licences under `allow` in `[licenses]`.
fn allowed(rules: &str) -> Vec<&str> {
    let lines = rules.lines().skip_while(|line| *line != "[licenses]").skip(1);
    let lines = lines.skip_while(|line| !line.starts_with("allow = [")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with(']'));
    lines.filter_map(|line| line.split('"').nth(1)).collect()
}

fn judge(dependencies: &[Dependency], allowed: &[&str]) -> Vec<String> {
    let mut violations = Vec::new();
    for dependency in dependencies {
        let label = dependency.label();
        match dependency.license.as_deref() {
            None => violations.push(format!("{label}: declares no licence")),
            Some(license) if !is_allowed(license, allowed) => {
                violations.push(format!("{label}: `{license}` is not allowed by deny.toml"));
            }
            Some(_) => {}
        }
        if dependency.source.as_deref().is_some_and(|source| source.starts_with("git+")) {
            violations.push(format!("{label}: comes from a git repository"));
        }
    }
    violations
}

/// Whether the licence leaves a choice that is allowed: `OR` needs one side, `AND` both. `/` is how
/// old crates write `OR`. What cannot be read is not allowed.
fn is_allowed(license: &str, allowed: &[&str]) -> bool {
    let spaced = license.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    any(&mut rest, allowed) && rest.is_empty()
}

fn any(words: &mut &[&str], allowed: &[&str]) -> bool {
    let mut holds = all(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        // Not short-circuited: the words have to be read either way.
        holds |= all(words, allowed);
    }
    holds
}

fn all(words: &mut &[&str], allowed: &[&str]) -> bool {
    let mut holds = one(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        holds &= one(words, allowed);
    }
    holds
}

fn one(words: &mut &[&str], allowed: &[&str]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let holds = any(words, allowed);
            // A parenthesis that is never closed leaves nothing to take, and the licence unread.
            let closed = matches!(*words, [")", ..]);
            *words = words.get(1..).unwrap_or_default();
            holds && closed
        }
        [license, "WITH", exception, rest @ ..] => {
            *words = rest;
            allowed.contains(&&*format!("{license} WITH {exception}"))
        }
        [license, rest @ ..] => {
            *words = rest;
            allowed.contains(license)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"];

    fn check(license: &str, expected: bool) {
        assert_eq!(is_allowed(license, ALLOWED), expected, "{license}");
    }

    #[test]
    fn a_choice_needs_one_allowed_side_and_a_sum_all() {
        check("MIT", true);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0 OR MIT", true);
        check("MIT OR GPL-3.0", true);
        check("GPL-3.0", false);
        check("MIT AND GPL-3.0", false);
        check("(MIT OR GPL-3.0) AND ISC", true);
        check("(MIT OR GPL-3.0) AND Zlib", false);
        check("GPL-3.0 OR MIT AND ISC", true);
        check("Apache-2.0 WITH LLVM-exception OR Apache-2.0", true);
        check("MIT WITH LLVM-exception", false);
        check("(MIT", false);
        check("MIT)", false);
        check("MIT AND", false);
        check("", false);
    }

    #[test]
    fn the_rules_are_read_from_their_table() {
        let rules = "[bans]\nallow = [\n \"x\",\n]\n[licenses]\n# a\nallow = [\n    \"MIT\",\n    \"ISC\",\n]\nb = \"c\"\n";
        assert_eq!(allowed(rules), ["MIT", "ISC"]);
    }

    #[test]
    fn a_crate_without_licence_or_from_git_is_found() {
        let dependency = |license: Option<&str>, source: &str| Dependency {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            source: Some(source.to_owned()),
            ..Dependency::default()
        };
        let found = [
            dependency(Some("MIT"), "registry+x"),
            dependency(None, "registry+x"),
            dependency(Some("GPL-3.0"), "git+https://example.com/a"),
        ];
        let violations = judge(&found, ALLOWED);
        assert_eq!(
            violations,
            [
                "a 1.0.0: declares no licence",
                "a 1.0.0: `GPL-3.0` is not allowed by deny.toml",
                "a 1.0.0: comes from a git repository",
            ]
        );
    }
}
