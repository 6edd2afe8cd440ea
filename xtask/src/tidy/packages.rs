//! What a published crate has to have.

use super::Violations;
use super::repository::Repository;
use crate::workspace::Package;

pub(super) fn check(repository: &Repository) -> Violations {
    let judged = repository.packages.iter().map(|package| {
        let missing = missing(repository, package).into_iter();
        missing.map(|what| format!("{}: {what}", package.name)).collect::<Violations>()
    });
    judged.flatten().collect()
}

fn missing(repository: &Repository, package: &Package) -> Vec<String> {
    let file = |name: &str| repository.file(&format!("{}/{name}", package.directory));
    let manifest = file("Cargo.toml").map_or("", |file| &*file.text);
    let mut missing = Vec::new();
    let mut require = |holds: bool, what: &str| {
        if !holds {
            missing.push(what.to_owned());
        }
    };

    require(
        section(manifest, "[lints]").contains(&"workspace = true"),
        "no `[lints]` of the workspace",
    );
    require(package.description.is_some(), "no description");
    if !package.published {
        return missing;
    }
    require(package.has_docs_settings, "no `[package.metadata.docs.rs]`");
    require(package.rust_version.is_some(), "no `rust-version`");
    require(package.license.is_some(), "no `license`");
    let mut version = section(manifest, "[package]").into_iter();
    require(version.any(|line| line.starts_with("version = \"")), "no `version` of its own");
    require(file("README.md").is_some(), "no README.md, which `cargo xtask codegen` writes");
    match file("CHANGELOG.md") {
        None => require(false, "no CHANGELOG.md"),
        Some(changelog) => require(
            changelog.text.lines().any(|line| is_release(line, &package.version)),
            "CHANGELOG.md has neither `## Unreleased` nor a heading of the version",
        ),
    }
    missing
}

/// `## Unreleased`, `## 0.1.0`, `## [0.1.0] - 2026-01-01`.
fn is_release(line: &str, version: &str) -> bool {
    line.strip_prefix("## ").and_then(|rest| rest.split_whitespace().next()).is_some_and(|word| {
        let word = word.trim_matches(['[', ']']);
        word == "Unreleased" || word == version
    })
}

/// The lines of a manifest below one header and above the next.
fn section<'m>(manifest: &'m str, header: &str) -> Vec<&'m str> {
    let lines = manifest.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nversion = \"0.1.0\"\n\n[lints]\nworkspace = true\n";

    fn complete() -> Package {
        Package {
            name: "one".to_owned(),
            version: "0.1.0".to_owned(),
            directory: "crates/one".to_owned(),
            description: Some("One.".to_owned()),
            license: Some("MIT".to_owned()),
            rust_version: Some("1.88".to_owned()),
            published: true,
            has_docs_settings: true,
            ..Package::default()
        }
    }

    fn check(package: Package, manifest: &str, changelog: &str, expected: &[&str]) {
        let files = [
            ("crates/one/Cargo.toml", manifest),
            ("crates/one/README.md", "# one"),
            ("crates/one/CHANGELOG.md", changelog),
        ];
        let violations = super::check(&Repository::of(vec![package], &files));
        assert_eq!(violations.len(), expected.len(), "{violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }

    #[test]
    fn each_missing_piece_is_found() {
        let unreleased = "# Changelog\n\n## Unreleased\n";
        check(complete(), MANIFEST, unreleased, &[]);
        check(complete(), MANIFEST, "## [0.1.0] - 2026-01-01\n", &[]);
        check(complete(), MANIFEST, "## 0.0.9\n", &["CHANGELOG.md has neither"]);
        check(complete(), "[package]\nversion = \"0.1.0\"\n", unreleased, &["no `[lints]`"]);
        let shared = MANIFEST.replace("version = \"0.1.0\"", "version.workspace = true");
        check(complete(), &shared, unreleased, &["no `version` of its own"]);
        let bare = Package { description: None, has_docs_settings: false, ..complete() };
        check(bare, MANIFEST, unreleased, &["no description", "docs.rs"]);
        let bare = Package { license: None, rust_version: None, ..complete() };
        check(bare, MANIFEST, unreleased, &["rust-version", "license"]);
    }

    #[test]
    fn a_crate_without_documents_is_found() {
        let files = [("crates/one/Cargo.toml", MANIFEST)];
        let violations = super::check(&Repository::of(vec![complete()], &files));
        assert_eq!(violations.len(), 2, "{violations:?}");
        let private = Package { published: false, ..complete() };
        assert_eq!(super::check(&Repository::of(vec![private], &files)), Violations::new());
    }
}
