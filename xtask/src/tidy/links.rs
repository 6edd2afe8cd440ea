//! Links between documents: each leads to a file that is there.

use super::Violations;
use super::repository::Repository;

/// Every relative link of a Markdown file, except in generated READMEs, which live on other sites.
pub(super) fn check(repository: &Repository) -> Violations {
    let documents = repository
        .files
        .iter()
        .filter(|file| file.path.ends_with(".md") && !file.path.starts_with("crates/"));
    let mut violations = Vec::new();
    for document in documents {
        let directory = document.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        for target in targets(&document.text) {
            if !is_there(repository, &resolve(directory, target)) {
                violations.push(format!("{}: {target} is not there", document.path));
            }
        }
    }
    violations
}

/// Whether there is such a file, or a file in a directory of that name.
fn is_there(repository: &Repository, path: &str) -> bool {
    repository.files.iter().any(|file| {
        file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What stands in `](...)`, without anchors, and without links that leave the repository.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let (target, _) = rest.split_once(')')?;
        let target = target.split('#').next()?;
        (!target.is_empty() && !target.contains(':')).then_some(target)
    })
}

/// A path from the root, for a link in a file of `directory`.
fn resolve(directory: &str, target: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_found_and_a_live_one_is_not() {
        let files = [
            (
                "README.md",
                "[a](docs/a.md) [all](docs) [gone](docs/gone.md) [out](https://example.com/x)",
            ),
            ("docs/a.md", "[up](../README.md#try-it) [beside](b.md) [here](#below)"),
        ];
        let repository = Repository::of(Vec::new(), &files);
        assert_eq!(
            check(&repository),
            ["README.md: docs/gone.md is not there", "docs/a.md: b.md is not there"]
        );
    }
}
