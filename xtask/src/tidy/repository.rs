//! What the rules look at: packages, files, and what each package builds.

use std::collections::BTreeMap;
use std::path::Path;

use super::strangers;
use crate::Result;
use crate::command_line::CommandLine;
use crate::workspace::{Package, Workspace};

/// A repository, of disk or made up.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) packages: Vec<Package>,
    /// Files that are tracked, or would be after `git add`.
    pub(crate) files: Vec<File>,
    /// The crates that a user of a package builds, for the packages that promise something there.
    pub(crate) trees: BTreeMap<String, Vec<String>>,
}

/// A file of text.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: String,
    /// Empty if it is not UTF-8.
    pub(crate) text: String,
}

impl Repository {
    pub(crate) fn load() -> Result<Self> {
        let Workspace { root, packages, .. } = Workspace::load()?;
        let list = CommandLine::new("git ls-files --cached --others --exclude-standard");
        let list = list.read(&root)?;
        let files = list.lines().filter_map(|path| File::read(&root, path)).collect();
        let guarded = packages.iter().filter(|package| strangers::guards(&package.name));
        let trees = guarded.map(|package| tree(&root, package)).collect::<Result<_>>()?;
        Ok(Self { packages, files, trees })
    }

    /// A made-up one.
    #[cfg(test)]
    pub(crate) fn of(packages: Vec<Package>, files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Self { packages, files: files.iter().map(file).collect(), ..Self::default() }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The package that a file belongs to: the one with the longest directory around it.
    pub(crate) fn package_of(&self, path: &str) -> Option<&Package> {
        let around = |package: &&Package| {
            path.strip_prefix(&*package.directory).is_some_and(|rest| rest.starts_with('/'))
        };
        self.packages.iter().filter(around).max_by_key(|package| package.directory.len())
    }
}

impl File {
    /// `None` for a file that is gone from the working tree.
    fn read(root: &Path, path: &str) -> Option<Self> {
        let bytes = std::fs::read(root.join(path)).ok()?;
        Some(Self { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
    }
}

/// What a user of the package builds, with all its features.
fn tree(root: &Path, package: &Package) -> Result<(String, Vec<String>)> {
    let line = format!("cargo tree -p {} -e normal --all-features --prefix none", package.name);
    let text = CommandLine::new(line).read(root)?;
    let crates = text.lines().filter_map(|line| line.split_whitespace().next());
    Ok((package.name.clone(), crates.map(str::to_owned).collect()))
}
