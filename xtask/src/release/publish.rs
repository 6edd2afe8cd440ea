//! Uploads what has no tag yet, and tags it.

use std::path::Path;

use super::version::Version;
use super::{changelog, history};
use crate::command_line::CommandLine;
use crate::say::say;
use crate::workspace::{Package, Workspace};
use crate::{Result, changes, package};

/// Does it, or with `dry_run` all but what leaves the machine or names a commit.
pub(super) fn run(workspace: &Workspace, dry_run: bool) -> Result {
    let root = &workspace.root;
    let dirty = changes::is_dirty(root)?;
    let Review { uploads, mut refusals } = review(workspace, dirty)?;
    if !uploads.is_empty() {
        // What they need is packaged too: it either goes up now, or equals what its tag uploaded.
        let names = uploads.iter().map(|(package, _)| package.name.clone()).collect();
        let names = workspace.with_needs(names);
        let scope: Vec<String> = names.iter().map(|name| format!("-p {name}")).collect();
        // Though a refusal is certain then, the packages are still worth knowing about.
        let step = package::step(workspace, &scope.join(" "), dirty)?;
        say(&format!("$ {}", step.line))?;
        if !step.run(root)?.has_passed() {
            refusals.push(format!("the packages do not build alone: {}", step.line));
        }
    }
    if !refusals.is_empty() {
        return Err(format!("nothing was uploaded:\n  {}", refusals.join("\n  ")).into());
    }
    for (package, version) in &uploads {
        let tag = history::tag(&package.name, *version);
        let upload = CommandLine::new(format!("cargo publish -p {}", package.name));
        let mark = CommandLine::new(format!("git tag --annotate {tag} --message {tag}"));
        if dry_run {
            say(&format!("would run: {upload}\nwould run: {mark}"))?;
        } else {
            succeed(&upload, root, "what is tagged was uploaded; run this again for the rest")?;
            succeed(&mark, root, "it was uploaded; tag it by hand before you run this again")?;
        }
    }
    match (uploads.len(), dry_run) {
        (0, _) => say("publish: nothing to upload"),
        (count, true) => say(&format!("publish: {count} crates would be uploaded")),
        (count, false) => say(&format!(
            "publish: {count} crates uploaded; `git push --follow-tags` shares the tags"
        )),
    }
}

fn succeed(line: &CommandLine, root: &Path, otherwise: &str) -> Result {
    line.require(root).map_err(|error| format!("{error}\n{otherwise}").into())
}

/// What is to be uploaded, in order, and all that speaks against it.
struct Review<'w> {
    uploads: Vec<(&'w Package, Version)>,
    refusals: Vec<String>,
}

fn review(workspace: &Workspace, dirty: bool) -> Result<Review<'_>> {
    let root = &workspace.root;
    let tags = history::tags(root)?;
    let mut review = Review { uploads: Vec::new(), refusals: Vec::new() };
    if dirty {
        review.refusals.push(changes::NOT_CLEAN.to_owned());
    }
    for package in workspace.publish_order() {
        let name = &package.name;
        let version = match Version::of(package) {
            Ok(version) => version,
            Err(error) => {
                review.refusals.push(error.to_string());
                continue;
            }
        };
        let tag = history::tag(name, version);
        if tags.contains(&tag) {
            if history::has_changed(root, package, &tag)? {
                review.refusals.push(format!(
                    "{name}: the tag {tag} exists, and the crate has changed since; \
                     `cargo xtask release prepare` moves its version"
                ));
            } else {
                say(&format!("skipped {name}: {tag} is what is here"))?;
            }
            continue;
        }
        let changelog = root.join(&package.directory).join("CHANGELOG.md");
        let changelog = std::fs::read_to_string(changelog).unwrap_or_default();
        let last = history::last(&tags, name);
        review.refusals.extend(refusals(package, version, last, &changelog));
        review.uploads.push((package, version));
    }
    Ok(review)
}

/// What speaks against an upload of a crate whose version has no tag.
fn refusals(
    package: &Package,
    version: Version,
    last: Option<Version>,
    changelog: &str,
) -> Vec<String> {
    let mut refusals = Vec::new();
    if let Some(last) = last.filter(|last| version < *last) {
        refusals.push(format!("version {version} is below its last tag, {last}"));
    }
    if !changelog::has_version(changelog, version) {
        let what = format!("its changelog has no heading `## [{version}]`");
        refusals.push(format!("{what}; `cargo xtask release prepare` writes it"));
    }
    if !package.has_docs_settings {
        refusals.push("no `[package.metadata.docs.rs]`".to_owned());
    }
    refusals.into_iter().map(|what| format!("{}: {what}", package.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(has_docs_settings: bool, last: &str, changelog: &str, expected: &[&str]) {
        let package = Package { name: "a".to_owned(), has_docs_settings, ..Package::default() };
        let version = Version::parse("0.2.0").unwrap();
        let found = refusals(&package, version, Version::parse(last), changelog);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with("a: ") && found.contains(expected), "{found}");
        }
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let released = "## Unreleased\n\n## [0.2.0] - 2026-01-31\n";
        check(true, "0.1.0", released, &[]);
        check(true, "none", released, &[]);
        check(true, "0.1.0", "## Unreleased\n\n- a\n", &["no heading `## [0.2.0]`"]);
        check(false, "0.1.0", released, &["docs.rs"]);
        check(false, "0.3.0", "", &["below its last tag", "no heading", "docs.rs"]);
    }
}
