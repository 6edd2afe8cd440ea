//! What git knows of releases: tags `<crate>-v<version>`, and what changed since.

use std::path::Path;

use super::version::Version;
use crate::Result;
use crate::changes;
use crate::command_line::CommandLine;
use crate::workspace::Package;

/// What does not reach a user of a crate, so that no release has to carry it.
pub(super) const UNSEEN: &[&str] = &["CHANGELOG.md", "tests/", "benches/", "examples/", "fuzz/"];

/// The tag of a release.
pub(crate) fn tag(name: &str, version: Version) -> String {
    format!("{name}-v{version}")
}

/// Every tag of the repository.
pub(crate) fn tags(root: &Path) -> Result<Vec<String>> {
    Ok(CommandLine::new("git tag --list").read(root)?.lines().map(str::to_owned).collect())
}

/// The highest version that a crate was tagged with.
pub(crate) fn last(tags: &[String], name: &str) -> Option<Version> {
    let versions = tags.iter().filter_map(|tag| tag.strip_prefix(name)?.strip_prefix("-v"));
    versions.filter_map(Version::parse).max()
}

/// Whether users of the crate would notice what changed since a tag: a file of its directory, or a
/// line of the root manifest that it inherits.
pub(crate) fn has_changed(root: &Path, package: &Package, tag: &str) -> Result<bool> {
    let prefix = format!("{}/", package.directory);
    let files = changes::changed_files(root, tag)?;
    let mut files = files.iter().filter_map(|file| file.strip_prefix(&*prefix));
    if files.any(reaches_users) {
        return Ok(true);
    }
    let old = CommandLine::new(format!("git show {tag}:Cargo.toml")).read(root)?;
    let new = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let manifest = std::fs::read_to_string(root.join(&prefix).join("Cargo.toml"))?;
    Ok(inherited(&manifest, &old) != inherited(&manifest, &new))
}

fn reaches_users(file: &str) -> bool {
    !changes::is_among(file, UNSEEN)
}

/// The lines of the root manifest that a crate takes over for its users. Its own siblings are left
/// out: a requirement on one of ours moves when a release needs it to, and makes no release by itself.
fn inherited<'r>(manifest: &str, root: &'r str) -> Vec<&'r str> {
    let names: Vec<&str> = without_dev(manifest)
        .filter(|line| line.contains("workspace = true"))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .collect();
    let mut table = "";
    let mut found = Vec::new();
    for line in root.lines() {
        if line.starts_with('[') {
            table = line;
        }
        let name = line.split([' ', '=']).next().unwrap_or_default();
        let ours = line.contains("path = \"");
        let shared = matches!(table, "[workspace.package]" | "[workspace.dependencies]");
        if shared && !ours && names.contains(&name) {
            found.push(line);
        }
    }
    found
}

/// The lines of a manifest, but those of dev-dependencies.
fn without_dev(manifest: &str) -> impl Iterator<Item = &str> {
    let mut dev = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            dev = line.contains("dev-dependencies");
        }
        !dev
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_crate_are_not_those_of_one_with_a_longer_name() {
        let tags =
            ["recallai-webhook-v0.1.0", "recallai-webhook-v0.10.0", "recallai-webhook-v0.9.0"];
        let longer = ["recallai-webhook-event-v3.0.0", "v9.0.0", "recallai-webhook-vx"];
        let tags: Vec<String> = tags.iter().chain(&longer).map(|&tag| tag.to_owned()).collect();
        let last = |name| last(&tags, name).map(|version| version.to_string());
        assert_eq!(last("recallai-webhook").as_deref(), Some("0.10.0"));
        assert_eq!(last("recallai-webhook-event").as_deref(), Some("3.0.0"));
        assert_eq!(last("recallai-webhook-hyper"), None);
    }

    #[test]
    fn tests_and_the_changelog_reach_no_user() {
        for file in ["src/lib.rs", "Cargo.toml", "README.md", "build.rs", "testsuite.rs"] {
            assert!(reaches_users(file), "{file}");
        }
        for file in ["tests/it/main.rs", "benches/a.rs", "CHANGELOG.md", "examples/a.rs"] {
            assert!(!reaches_users(file), "{file}");
        }
    }

    #[test]
    fn a_crate_inherits_the_lines_it_names() {
        let manifest = "[package]\nedition.workspace = true\n[dependencies]\nhttp.workspace = true\n\
            event.workspace = true\n[dev-dependencies]\nsvix.workspace = true\n";
        let root = "[workspace.package]\nedition = \"2024\"\n[workspace.dependencies]\n\
            event = { path = \"crates/event\", version = \"0.1.0\" }\nhttp = \"1\"\nsvix = \"2\"\n\
            bytes = \"1\"\n[workspace.lints.rust]\nhttp = \"warn\"\n";
        assert_eq!(inherited(manifest, root), ["edition = \"2024\"", "http = \"1\""]);
    }
}
