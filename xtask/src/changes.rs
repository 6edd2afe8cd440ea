//! Which published crates a change concerns, as git tells it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Result;
use crate::command_line::CommandLine;
use crate::workspace::{Package, Workspace};

/// What every crate is built with.
const EVERYWHERE: &[&str] =
    &["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "clippy.toml", ".cargo/"];

/// What is shared by tests; they find it by a path with this in it.
const FIXTURES: &str = "fixtures/";

/// Why a tree in which something is not committed is refused.
pub(crate) const NOT_CLEAN: &str = "the tree is not clean: commit or stash first";

/// The crates that a change concerns, and a sentence on how that was found out.
#[derive(Debug)]
pub(crate) struct Concerned {
    pub(crate) crates: BTreeSet<String>,
    pub(crate) because: String,
}

/// Compares the working tree, committed or not, with where it left the main branch.
pub(crate) fn concerned(workspace: &Workspace) -> Result<Concerned> {
    let root = &workspace.root;
    let Some((base, name)) = base(root)? else {
        let because = "there is no earlier commit to compare with: all crates".to_owned();
        let crates = workspace.published().map(|package| package.name.clone()).collect();
        return Ok(Concerned { crates, because });
    };
    let files = changed_files(root, &base)?;
    let readers = fixture_readers(root)?;
    let crates = of_files(workspace, &files, &readers);
    let names: Vec<&str> = crates.iter().map(String::as_str).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let because = format!("compared with {name}; files changed: {}; crates: {names}", files.len());
    Ok(Concerned { crates, because })
}

/// The published crates that the files concern, and those that need them.
fn of_files(workspace: &Workspace, files: &[String], readers: &[String]) -> BTreeSet<String> {
    let published = || workspace.published().map(|package| package.name.clone()).collect();
    if files.iter().any(|file| is_among(file, EVERYWHERE)) {
        return published();
    }
    let read = files.iter().any(|file| file.starts_with(FIXTURES));
    let touched = files.iter().chain(read.then_some(readers).into_iter().flatten());
    let changed = touched.filter_map(|file| Some(package_of(workspace, file)?.name.clone()));
    let published: BTreeSet<String> = published();
    workspace.with_dependents(&changed.collect()).intersection(&published).cloned().collect()
}

/// Whether the file is one of the paths, or in one of them that ends with `/`.
pub(crate) fn is_among(file: &str, paths: &[&str]) -> bool {
    paths.iter().any(|path| file == *path || path.ends_with('/') && file.starts_with(path))
}

fn package_of<'w>(workspace: &'w Workspace, file: &str) -> Option<&'w Package> {
    workspace.packages.iter().find(|package| {
        file.strip_prefix(&*package.directory).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// What to compare with, and how to call it: where HEAD left main, or the commit before HEAD for one
/// who stands on main with nothing changed.
fn base(root: &Path) -> Result<Option<(String, String)>> {
    let head = revision(root, "HEAD");
    let main = ["origin/main", "main"].into_iter().find(|name| revision(root, name).is_some());
    let fork = main.and_then(|name| {
        let line = CommandLine::new(format!("git merge-base HEAD {name}"));
        Some((line.read(root).ok()?.trim().to_owned(), name))
    });
    if let Some((fork, name)) = fork
        && (Some(&fork) != head.as_ref() || is_dirty(root)?)
    {
        let name = format!("{name} ({})", fork.get(..8).unwrap_or(&fork));
        return Ok(Some((fork, name)));
    }
    Ok(revision(root, "HEAD~1").map(|parent| (parent, "the commit before (HEAD~1)".to_owned())))
}

/// Whether something is not committed.
pub(crate) fn is_dirty(root: &Path) -> Result<bool> {
    Ok(!CommandLine::new("git status --porcelain").read(root)?.is_empty())
}

/// The commit that a name means, if there is one.
fn revision(root: &Path, name: &str) -> Option<String> {
    let line = CommandLine::new(format!("git rev-parse --verify --quiet {name}^{{commit}}"));
    line.read(root).ok().map(|text| text.trim().to_owned())
}

/// Files that differ from a commit, those that git does not know yet among them. A file that moved
/// counts at both places.
pub(crate) fn changed_files(root: &Path, base: &str) -> Result<Vec<String>> {
    let mut files = BTreeSet::new();
    for line in [
        format!("git -c core.quotePath=false diff --name-only --no-renames {base} --"),
        "git -c core.quotePath=false ls-files --others --exclude-standard".to_owned(),
    ] {
        files.extend(CommandLine::new(line).read(root)?.lines().map(str::to_owned));
    }
    Ok(files.into_iter().collect())
}

/// The Rust files that name the fixtures: a crate whose tests read them has one.
fn fixture_readers(root: &Path) -> Result<Vec<String>> {
    let (_, text) =
        CommandLine::new(format!("git grep -l --untracked {FIXTURES} -- *.rs")).observe(root)?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn workspace() -> Workspace {
        let package = |name: &str, arrows: &[&str]| Package {
            name: name.to_owned(),
            directory: format!("crates/{name}"),
            published: true,
            arrows: arrows.iter().map(|&name| name.to_owned()).collect(),
            ..Package::default()
        };
        let driver = Package { published: false, directory: "xtask".into(), ..Package::default() };
        let packages = vec![
            package("event", &[]),
            package("event-more", &[]),
            package("dispatch", &["event"]),
            package("signature", &[]),
            Package { name: "xtask".into(), arrows: vec!["event".into()], ..driver },
        ];
        Workspace { packages, ..Workspace::default() }
    }

    fn check(files: &[&str], expected: &[&str]) {
        let files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
        let readers = ["crates/signature/tests/a.rs".to_owned(), "xtask/src/a.rs".to_owned()];
        let found = of_files(&workspace(), &files, &readers);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{files:?}");
    }

    #[test]
    fn a_file_concerns_its_crate_and_those_that_need_it() {
        check(&["crates/event/src/lib.rs"], &["dispatch", "event"]);
        check(&["crates/event-more/a"], &["event-more"]);
        check(&["crates/dispatch/README.md", "docs/a.md"], &["dispatch"]);
        check(&["docs/a.md", "xtask/src/main.rs", "crates"], &[]);
    }

    #[test]
    fn what_builds_every_crate_concerns_every_crate() {
        let all = ["dispatch", "event", "event-more", "signature"];
        check(&["Cargo.lock"], &all);
        check(&[".cargo/config.toml"], &all);
        check(&["clippy.toml.old", "docs/Cargo.toml"], &[]);
    }

    #[test]
    fn fixtures_concern_those_whose_tests_read_them() {
        check(&["fixtures/signatures/vectors.json"], &["signature"]);
    }

    fn check_git(scratch: &Scratch, because: &str, expected: &[&str]) {
        let workspace = Workspace { root: scratch.root().to_owned(), ..workspace() };
        let found = concerned(&workspace).unwrap();
        assert!(found.because.contains(because), "{found:?}");
        assert_eq!(found.crates.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_change_is_what_differs_from_main() {
        let all = ["dispatch", "event", "event-more", "signature"];
        let scratch = Scratch::repository("changes");
        scratch.write("crates/event/src/lib.rs", "//! A.\n");
        scratch.commit();
        check_git(&scratch, "no earlier commit", &all);
        scratch.write("crates/signature/tests/a.rs", "//! Reads fixtures/a.\n");
        check_git(&scratch, "compared with main", &["signature"]);
        scratch.commit();
        check_git(&scratch, "the commit before", &["signature"]);

        scratch.git(&["switch", "--quiet", "--create", "branch"]);
        scratch.write("crates/dispatch/src/lib.rs", "//! B.\n");
        scratch.commit();
        scratch.write("crates/event-more/a file", "not committed");
        check_git(&scratch, "files changed: 2", &["dispatch", "event-more"]);
        scratch.write("fixtures/a", "read by signature");
        check_git(&scratch, "files changed: 3", &["dispatch", "event-more", "signature"]);
    }

    #[test]
    fn the_main_of_origin_goes_before_the_own() {
        let scratch = Scratch::repository("origin");
        for name in ["event-more", "signature", "dispatch"] {
            scratch.write(&format!("crates/{name}/src/lib.rs"), "//! A.\n");
            scratch.commit();
        }
        scratch.git(&["update-ref", "refs/remotes/origin/main", "HEAD~2"]);
        check_git(&scratch, "origin/main", &["dispatch", "signature"]);
    }
}
