//! `cargo xtask release`: which crates are released next, with which versions, and their upload.

mod changelog;
mod compatibility;
mod history;
mod plan;
mod prepare;
mod publish;
#[cfg(test)]
mod tests;
mod version;

use crate::say::say;
use crate::table::Table;
use crate::workspace::Workspace;
use crate::{Arguments, Result, changes, date};
use compatibility::Api;
use plan::{Kind, Plan};

pub(crate) const HELP: &str = "\
Releases the crates that changed, each with its own version.

Usage: cargo xtask release plan
       cargo xtask release prepare [--date YYYY-MM-DD] [--dry-run]
       cargo xtask release publish [--dry-run]

  plan      tell which crates are next, their versions, and why; changes nothing
  prepare   write the plan into manifests, changelogs and Cargo.lock; you commit it, as one commit
  publish   upload what has no tag yet, in the order of its dependencies, and tag each upload

A crate is in the plan if it was never tagged `<crate>-v<version>`, or if since its last tag something
changed that reaches its users: a file of its directory other than CHANGELOG.md, tests/, benches/,
examples/ and fuzz/, or a line of the root Cargo.toml that it inherits. The bump is the larger of what
`cargo semver-checks` finds, where it is installed, and of what `## Unreleased` in the changelog asks:

  breaking   a line with **breaking**; entries under ### Breaking, ### Removed or ### Changed
  minor      entries under ### Added, and under no heading
  patch      entries under ### Fixed or ### Security; and, with a warning, no entry at all

Before 1.0 a breaking bump moves the second number and any other the third. After a breaking bump
every dependent follows: a library with a breaking bump, since it may hand out the types; a binary with
a patch. After any other only the facade follows, which documents what the others have. Nothing else
moves: what merely uses a crate gets its new version from cargo. A crate whose version is above its last
tag is prepared already, and keeps it; one whose version is below is left out, with a warning.

prepare refuses, before it edits anything: a tree that is not clean, unless it only prints; a crate that
moves and has no `version = \"…\"` of its own; and one that moves, or is released first, whose changelog
has neither `## Unreleased` nor a heading of the version.
publish refuses, all at once: a tree that is not clean; a crate that has changed since the tag of its
version; a version below the last tag; a changelog without a heading of the version; a crate without
[package.metadata.docs.rs]; and packages that do not build alone.
All refuse a version that is not three numbers. A crate with `publish = false` never takes part.

  --date      the date in the changelogs; today, in UTC, if left out
  --dry-run   prepare: print the edits only. publish: do all but upload and tag";

pub(crate) fn run(mut arguments: Arguments) -> Result {
    let verb = arguments.positional();
    match verb.as_deref() {
        Some("plan") => {
            arguments.finish()?;
            say(text(&next(&Workspace::load()?)?).trim_end())
        }
        Some("prepare") => {
            let date = arguments.value("--date")?.map(date::checked).transpose()?;
            let dry_run = arguments.flag("--dry-run");
            arguments.finish()?;
            let workspace = Workspace::load()?;
            let date = date.map_or_else(|| date::today(&workspace.root), Ok)?;
            if !dry_run && changes::is_dirty(&workspace.root)? {
                return Err(changes::NOT_CLEAN.into());
            }
            let plan = next(&workspace)?;
            say(text(&plan).trim_end())?;
            prepare::run(&workspace, &plan, &date, dry_run)
        }
        Some("publish") => {
            let dry_run = arguments.flag("--dry-run");
            arguments.finish()?;
            publish::run(&Workspace::load()?, dry_run)
        }
        _ => Err(format!("plan, prepare or publish?\n\n{HELP}").into()),
    }
}

/// The plan, with the APIs compared where the tool for it is installed.
fn next(workspace: &Workspace) -> Result<Plan> {
    let installed = compatibility::is_installed(&workspace.root);
    plan::plan(workspace, &|package, tag| {
        if installed {
            compatibility::compare(&workspace.root, package, tag)
        } else {
            Api::Unknown("cargo-semver-checks is not installed".to_owned())
        }
    })
}

/// The plan for a reader: the table, then reasons, then what breaks, then warnings.
fn text(plan: &Plan) -> String {
    let mut table = Table::new(&["crate", "from", "to", "bump"]);
    let mut text = String::new();
    for release in &plan.releases {
        let (from, bump) = match release.kind {
            Kind::First => ("-".to_owned(), "first".to_owned()),
            Kind::Prepared => ("-".to_owned(), "prepared".to_owned()),
            Kind::Moved(from, bump) => (from.to_string(), bump.to_string()),
        };
        table.row([release.name.clone(), from, release.to.to_string(), bump]);
        text.push_str(&format!("\n{} {}\n", release.name, release.to));
        text.extend(release.why.iter().map(|why| format!("  {why}\n")));
    }
    for release in plan.releases.iter().filter(|release| release.breaks_by_itself) {
        let followers = plan.taken_along(&release.name).into_iter();
        let followers: Vec<String> =
            followers.map(|follower| format!("{} {}", follower.name, follower.to)).collect();
        let followers = if followers.is_empty() { "none".to_owned() } else { followers.join(", ") };
        text.push_str(&format!("\nBREAKING: {} {}\n", release.name, release.to));
        text.push_str(&format!("  why: {}\n", release.why.join("; ")));
        text.push_str(&format!("  have to follow: {followers}\n"));
    }
    text.extend(plan.warnings.iter().map(|warning| format!("\nwarning: {warning}\n")));
    if plan.releases.is_empty() {
        return format!("release: nothing to release\n{text}");
    }
    format!("{}{text}", table.plain())
}
