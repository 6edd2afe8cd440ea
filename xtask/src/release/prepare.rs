//! Writes a plan into manifests, changelogs and Cargo.lock.

use super::changelog;
use super::plan::{self, Kind, Plan, Release};
use super::version::Version;
use crate::Result;
use crate::command_line::CommandLine;
use crate::say::say;
use crate::workspace::Workspace;

const ROOT: &str = "Cargo.toml";

/// Edits the files, or only tells what it would edit.
pub(super) fn run(workspace: &Workspace, plan: &Plan, date: &str, dry_run: bool) -> Result {
    let read = |path: &str| -> Result<String> {
        let text = std::fs::read_to_string(workspace.root.join(path));
        Ok(text.map_err(|error| format!("{path}: {error}"))?)
    };
    let edits = edits(workspace, plan, date, &read)?;
    if edits.is_empty() {
        return say("\nprepare: nothing to edit");
    }
    say(if dry_run { "\nwould edit:" } else { "\nedited:" })?;
    for Edit { path, text, what } in &edits {
        say(&format!("  {path}: {what}"))?;
        if !dry_run {
            std::fs::write(workspace.root.join(path), text)
                .map_err(|error| format!("{path}: {error}"))?;
        }
    }
    if dry_run {
        return Ok(());
    }
    // Cargo.lock has the versions too.
    CommandLine::new("cargo update --workspace --offline --quiet").require(&workspace.root)?;
    say("\nLook at `git diff`, run `cargo xtask ci --full --allow-dirty`, and commit all of it")?;
    say("as one commit. Then `cargo xtask release publish --dry-run`.")
}

/// A file as it should be, and what is new in it.
#[derive(Debug, PartialEq, Eq)]
struct Edit {
    path: String,
    text: String,
    what: String,
}

fn edits(
    workspace: &Workspace,
    plan: &Plan,
    date: &str,
    read: &dyn Fn(&str) -> Result<String>,
) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut root = read(ROOT)?;
    let mut raised = Vec::new();
    for release in &plan.releases {
        let Release { name, to, .. } = release;
        let directory = &workspace.package(name)?.directory;
        if let Kind::Moved(from, _) = release.kind {
            let path = format!("{directory}/Cargo.toml");
            let text = with_version(&read(&path)?, "[package]", "version", *to)
                .ok_or_else(|| format!("{path}: no `version = \"…\"` in [package]"))?;
            edits.push(Edit { path, text, what: format!("version {from} -> {to}") });
            if (release.is_breaking() || plan::is_handed_out(workspace, name))
                && let Some(text) = with_version(&root, "[workspace.dependencies]", name, *to)
            {
                root = text;
                raised.push(format!("requires {name} {to}"));
            }
        }
        edits.extend(changelog_edit(plan, release, directory, date, read)?);
    }
    if !raised.is_empty() {
        edits.push(Edit { path: ROOT.to_owned(), text: root, what: raised.join(", ") });
    }
    Ok(edits)
}

/// The heading of the version, unless it is there; and a line for a release that only follows.
fn changelog_edit(
    plan: &Plan,
    release: &Release,
    directory: &str,
    date: &str,
    read: &dyn Fn(&str) -> Result<String>,
) -> Result<Option<Edit>> {
    let Release { name, to, .. } = release;
    let path = format!("{directory}/CHANGELOG.md");
    let before = read(&path)?;
    if release.kind == Kind::Prepared || changelog::has_version(&before, *to) {
        return Ok(None);
    }
    let mut text = changelog::released(&before, *to, date)
        .ok_or_else(|| format!("{path}: no `## Unreleased`"))?;
    if changelog::unreleased(&before).asks.is_none() {
        let needed = plan.releases.iter().filter(|needed| needed.followers.contains(name));
        let lines: Vec<String> =
            needed.map(|needed| format!("- Requires `{}` {}.\n", needed.name, needed.to)).collect();
        let heading = format!("## [{to}] - {date}\n");
        if !lines.is_empty() {
            text = text.replacen(&heading, &format!("{heading}\n{}", lines.concat()), 1);
        }
    }
    Ok(Some(Edit { path, text, what: format!("## [{to}] - {date}") }))
}

/// The manifest with another version in the line that begins with `key`, below a header: the whole
/// value, or the member `version` of an inline table. `None` if there is no such line.
fn with_version(manifest: &str, header: &str, key: &str, to: Version) -> Option<String> {
    const MEMBER: &str = "version = \"";
    let (mut inside, mut done) = (false, false);
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == header;
        }
        let is_key = line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let at = line.find(MEMBER).map(|at| at + MEMBER.len());
        let end = at.and_then(|at| Some(at + line.get(at..)?.find('"')?));
        match (at, end) {
            (Some(at), Some(end)) if inside && is_key && !done => {
                text.push_str(&format!("{}{to}{}", &line[..at], &line[end..]));
                done = true;
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    done.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_of_the_key_in_its_table_is_edited() {
        let to = Version::parse("0.2.0").unwrap();
        let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nrust-version = \"1.88\"\n\
            [dependencies]\nversion = \"9\"\n";
        let edited = with_version(manifest, "[package]", "version", to).unwrap();
        assert_eq!(edited, manifest.replace("\"0.1.0\"", "\"0.2.0\""));

        let root = "[workspace.dependencies]\na-b = { path = \"a-b\", version = \"0.1.0\" }\n\
            a = { path = \"a\", version = \"0.1.0\" }\n";
        let edited = with_version(root, "[workspace.dependencies]", "a", to).unwrap();
        assert!(edited.contains("a-b = { path = \"a-b\", version = \"0.1.0\" }"), "{edited}");
        assert!(edited.contains("\na = { path = \"a\", version = \"0.2.0\" }"), "{edited}");
        assert_eq!(with_version(root, "[workspace.dependencies]", "c", to), None);
    }
}
