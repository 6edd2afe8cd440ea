//! Releases of a small workspace in a real git repository, made for each test and removed after it.

use std::ops::Deref;

use super::compatibility::Api;
use super::plan::{Plan, plan};
use super::version::Bump;
use super::{HELP, changelog, history, prepare, publish, text};
use crate::scratch::Scratch;
use crate::workspace::{Package, Workspace};

/// From a crate to those it uses; all of them start at 0.1.0.
const CRATES: &[(&str, &[&str])] = &[
    ("recallai-webhook-event", &[]),
    ("recallai-webhook-signature", &[]),
    ("recallai-webhook-dispatch", &["recallai-webhook-event", "recallai-webhook-signature"]),
    ("recallai-webhook", &["recallai-webhook-event", "recallai-webhook-dispatch"]),
];

struct Releases(Scratch);

impl Deref for Releases {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.0
    }
}

impl Releases {
    /// The workspace, committed, and tagged as released.
    fn released(test: &str) -> Self {
        let scratch = Self::new(test);
        for (name, _) in CRATES {
            scratch.git(&["tag", "--annotate", &format!("{name}-v0.1.0"), "--message", "released"]);
        }
        scratch
    }

    /// The workspace, committed.
    fn new(test: &str) -> Self {
        let scratch = Scratch::repository(&format!("release-{test}"));
        let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n\
            [workspace.dependencies]\n"
            .to_owned();
        for (name, uses) in CRATES {
            manifest += &format!("{name} = {{ path = \"crates/{name}\", version = \"0.1.0\" }}\n");
            let uses: Vec<String> =
                uses.iter().map(|name| format!("{name}.workspace = true\n")).collect();
            let package = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                 [package.metadata.docs.rs]\nall-features = true\n\n[dependencies]\n{}",
                uses.concat()
            );
            scratch.write(&format!("crates/{name}/Cargo.toml"), &package);
            scratch.write(&format!("crates/{name}/src/lib.rs"), "//! A crate.\n");
            let changelog = "# Changelog\n\n## Unreleased\n\n## [0.1.0] - 2026-01-01\n\n- First.\n";
            scratch.write(&format!("crates/{name}/CHANGELOG.md"), changelog);
        }
        scratch.write("Cargo.toml", &manifest);
        scratch.write(".gitignore", "/target\n");
        scratch.run("cargo", &["generate-lockfile", "--offline", "--quiet"]);
        scratch.commit();
        Self(scratch)
    }

    /// Changes the code of a crate, and says so in its changelog.
    fn change(&self, name: &str, entries: &str) {
        self.write(&format!("crates/{name}/src/lib.rs"), "//! A crate that changed.\n");
        let changelog = format!("crates/{name}/CHANGELOG.md");
        let text = self.read(&changelog);
        let text = text.replace("## Unreleased\n", &format!("## Unreleased\n\n{entries}\n"));
        self.write(&changelog, &text);
    }

    fn workspace(&self) -> Workspace {
        Workspace::load_from(self.root()).unwrap()
    }

    fn plan(&self) -> Plan {
        plan(&self.workspace(), &|_, _| Api::Unknown("not installed".to_owned())).unwrap()
    }
}

fn check(plan: &Plan, expected: &[&str]) {
    let found: Vec<String> =
        plan.releases.iter().map(|release| format!("{} {}", release.name, release.to)).collect();
    assert_eq!(found, expected, "{plan:#?}");
}

#[test]
fn crates_without_a_tag_are_first_releases() {
    let scratch = Releases::new("first");
    let plan = scratch.plan();
    assert_eq!(plan.releases.len(), CRATES.len());
    check(
        &plan,
        &[
            "recallai-webhook-event 0.1.0",
            "recallai-webhook-signature 0.1.0",
            "recallai-webhook-dispatch 0.1.0",
            "recallai-webhook 0.1.0",
        ],
    );
}

#[test]
fn what_reaches_no_user_makes_no_release() {
    let scratch = Releases::released("unseen");
    check(&scratch.plan(), &[]);
    scratch.write("crates/recallai-webhook-event/tests/a.rs", "//! A test.\n");
    scratch.write("docs/a.md", "# A\n");
    check(&scratch.plan(), &[]);
}

#[test]
fn an_event_only_change_takes_event_and_the_facade() {
    let scratch = Releases::released("event");
    scratch.change("recallai-webhook-event", "### Added\n\n- An event.");
    scratch.commit();
    let plan = scratch.plan();
    check(&plan, &["recallai-webhook-event 0.1.1", "recallai-webhook 0.1.1"]);
    assert!(!text(&plan).contains("BREAKING"), "{}", text(&plan));
    assert_eq!(plan.warnings, Vec::<String>::new());
}

#[test]
fn a_breaking_change_in_signature_says_so_and_whom_it_takes_along() {
    let scratch = Releases::released("signature");
    scratch.change("recallai-webhook-signature", "### Removed\n\n- `Secret::old`.");
    let plan = scratch.plan();
    check(
        &plan,
        &[
            "recallai-webhook-signature 0.2.0",
            "recallai-webhook-dispatch 0.2.0",
            "recallai-webhook 0.2.0",
        ],
    );
    let text = text(&plan);
    assert!(text.contains("BREAKING: recallai-webhook-signature 0.2.0"), "{text}");
    assert!(text.contains("`Secret::old`"), "{text}");
    let followers = "have to follow: recallai-webhook-dispatch 0.2.0, recallai-webhook 0.2.0\n";
    assert!(text.contains(followers), "{text}");
    assert_eq!(text.matches("BREAKING:").count(), 1, "{text}");
}

#[test]
fn what_neither_breaks_nor_is_handed_out_takes_nobody_along() {
    let scratch = Releases::released("alone");
    scratch.change("recallai-webhook-signature", "### Fixed\n\n- A thing.");
    let before = scratch.read("Cargo.toml");
    let plan = scratch.plan();
    check(&plan, &["recallai-webhook-signature 0.1.1"]);
    prepare::run(&scratch.workspace(), &plan, "2026-01-31", false).unwrap();
    assert_eq!(scratch.read("Cargo.toml"), before);
}

#[test]
fn a_dependency_of_the_root_reaches_those_that_inherit_it() {
    let scratch = Releases::released("inherit");
    let manifest = scratch.read("Cargo.toml");
    scratch.write("Cargo.toml", &format!("{manifest}http = \"1\"\n"));
    check(&scratch.plan(), &[]);
    let event = scratch.read("crates/recallai-webhook-event/Cargo.toml");
    scratch.write(
        "crates/recallai-webhook-event/Cargo.toml",
        &format!("{event}http.workspace = true\n"),
    );
    scratch.commit();
    scratch.git(&["tag", "--force", "recallai-webhook-event-v0.1.0"]);
    scratch.write("Cargo.toml", &format!("{manifest}http = \"1.1\"\n"));
    check(&scratch.plan(), &["recallai-webhook-event 0.1.1", "recallai-webhook 0.1.1"]);
}

#[test]
fn a_compared_api_outweighs_a_changelog_that_plays_it_down() {
    let scratch = Releases::released("api");
    scratch.change("recallai-webhook-signature", "### Fixed\n\n- A thing.");
    let compared = |package: &Package, tag: &str| {
        assert_eq!(tag, format!("{}-v0.1.0", package.name));
        Api::Compared(Bump::Breaking, vec!["function_missing".to_owned()])
    };
    let plan = plan(&scratch.workspace(), &compared).unwrap();
    assert_eq!(plan.releases[0].to.to_string(), "0.2.0");
    assert!(text(&plan).contains("function_missing"), "{}", text(&plan));
}

#[test]
fn a_change_without_an_entry_is_warned_of() {
    let scratch = Releases::released("silent");
    scratch.write("crates/recallai-webhook-dispatch/src/lib.rs", "//! Changed.\n");
    let plan = scratch.plan();
    check(&plan, &["recallai-webhook-dispatch 0.1.1", "recallai-webhook 0.1.1"]);
    assert_eq!(plan.warnings.len(), 1, "{:?}", plan.warnings);
    assert!(plan.warnings[0].contains("no unreleased lines"), "{:?}", plan.warnings);
}

#[test]
fn a_prepared_release_is_consistent_and_waits_to_be_published() {
    let scratch = Releases::released("prepare");
    scratch.change("recallai-webhook-event", "- **breaking**: an event less.");
    scratch.commit();
    let before = scratch.read("Cargo.toml");
    prepare::run(&scratch.workspace(), &scratch.plan(), "2026-01-31", true).unwrap();
    assert_eq!(scratch.read("Cargo.toml"), before);

    prepare::run(&scratch.workspace(), &scratch.plan(), "2026-01-31", false).unwrap();
    let root = scratch.read("Cargo.toml");
    assert!(root.contains("crates/recallai-webhook-event\", version = \"0.2.0\""), "{root}");
    assert!(root.contains("crates/recallai-webhook-signature\", version = \"0.1.0\""), "{root}");
    let changelog = scratch.read("crates/recallai-webhook-dispatch/CHANGELOG.md");
    let follows = "## Unreleased\n\n## [0.2.0] - 2026-01-31\n\n\
        - Requires `recallai-webhook-event` 0.2.0.\n\n## [0.1.0]";
    assert!(changelog.contains(follows), "{changelog}");
    scratch.run("cargo", &["metadata", "--locked", "--offline", "--format-version=1"]);
    scratch.commit();

    let plan = scratch.plan();
    let prepared = ["recallai-webhook-event", "recallai-webhook-dispatch", "recallai-webhook"];
    check(&plan, &prepared.map(|name| format!("{name} 0.2.0")).each_ref().map(|name| &**name));
    assert!(plan.releases.iter().all(|release| release.kind == super::Kind::Prepared));
    for name in prepared {
        scratch.git(&["tag", &format!("{name}-v0.2.0")]);
    }
    check(&scratch.plan(), &[]);
}

#[test]
fn a_publication_tells_all_that_speaks_against_it() {
    let scratch = Releases::released("publish");
    scratch.change("recallai-webhook-event", "- An event.");
    scratch.change("recallai-webhook-signature", "- A thing.");
    let error = publish::run(&scratch.workspace(), true).unwrap_err().to_string();
    for expected in [
        "the tree is not clean",
        "the tag recallai-webhook-event-v0.1.0 exists",
        "the tag recallai-webhook-signature-v0.1.0 exists",
    ] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn the_help_has_the_rules_that_hold() {
    for path in history::UNSEEN {
        assert!(HELP.contains(path), "{path}");
    }
    let rows = [("breaking", Bump::Breaking), ("minor", Bump::Minor), ("patch", Bump::Patch)];
    for (name, bump) in rows {
        let row = HELP.lines().find(|line| line.starts_with(&format!("  {name} "))).unwrap();
        let words = row.split("### ").skip(1).filter_map(|rest| rest.split([' ', ',', ';']).next());
        for heading in words {
            let text = format!("## Unreleased\n\n### {heading}\n\n- A line.\n");
            assert_eq!(changelog::unreleased(&text).asks, Some(bump), "{heading}");
        }
    }
}
