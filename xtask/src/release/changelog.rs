//! What a changelog says is unreleased, which bump that asks for, and how a release gets its heading.

use super::version::{Bump, Version};

const UNRELEASED: &str = "## Unreleased";

/// What stands below `## Unreleased`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Unreleased {
    /// The bump that the lines ask for; `None` if there are none.
    pub(crate) asks: Option<Bump>,
    /// The lines that ask for a breaking one.
    pub(crate) breaking: Vec<String>,
}

/// Reads the part below `## Unreleased`. A line with `**breaking**` breaks, and so does every entry
/// under `### Breaking`, `### Removed` and `### Changed`; one under `### Fixed` or `### Security`
/// mends; any other adds.
pub(crate) fn unreleased(changelog: &str) -> Unreleased {
    let lines = changelog.lines().skip_while(|line| *line != UNRELEASED).skip(1);
    let mut found = Unreleased::default();
    let mut heading = "";
    for line in lines.take_while(|line| !line.starts_with("## ")) {
        if let Some(name) = line.strip_prefix("### ") {
            heading = name.trim();
            continue;
        }
        let begins = line.starts_with("- ") || line.starts_with("* ");
        let marked = line.to_lowercase().contains("**breaking");
        if !begins && !marked {
            continue;
        }
        let bump = match heading {
            _ if marked => Bump::Breaking,
            "Breaking" | "Removed" | "Changed" => Bump::Breaking,
            "Fixed" | "Security" => Bump::Patch,
            _ => Bump::Minor,
        };
        if bump == Bump::Breaking {
            found.breaking.push(line.trim().to_owned());
        }
        found.asks = found.asks.max(Some(bump));
    }
    found
}

/// Whether there is a heading of the version, `## [0.1.0] - 2026-01-31` or shorter.
pub(crate) fn has_version(changelog: &str, version: Version) -> bool {
    let version = version.to_string();
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    headings
        .filter_map(|heading| heading.split_whitespace().next())
        .any(|word| word.trim_matches(['[', ']']) == version)
}

/// The changelog with what was unreleased under the heading of a version, and nothing unreleased.
/// `None` if it has no `## Unreleased`.
pub(crate) fn released(changelog: &str, version: Version, date: &str) -> Option<String> {
    let at = changelog.lines().position(|line| line == UNRELEASED)?;
    let mut text = String::new();
    for (index, line) in changelog.lines().enumerate() {
        text.push_str(line);
        text.push('\n');
        if index == at {
            text.push_str(&format!("\n## [{version}] - {date}\n"));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &str, expected: Option<Bump>) {
        let changelog = format!("# Changelog\n\n## Unreleased\n\n{lines}\n\n## [0.1.0]\n\n- x\n");
        assert_eq!(unreleased(&changelog).asks, expected, "{lines}");
    }

    #[test]
    fn the_strongest_line_decides() {
        check("", None);
        check("Words without an entry.", None);
        check("- A plain entry.", Some(Bump::Minor));
        check("### Added\n\n- a", Some(Bump::Minor));
        check("### Fixed\n\n- a\n  over two lines", Some(Bump::Patch));
        check("### Security\n\n- a", Some(Bump::Patch));
        check("### Changed\n\n- a\n\n### Fixed\n\n- b", Some(Bump::Breaking));
        check("### Removed\n\n- a", Some(Bump::Breaking));
        check("### Breaking\n\n- a", Some(Bump::Breaking));
        check("### Fixed\n\n- **Breaking**: a", Some(Bump::Breaking));
        check("### Changed\n\n### Fixed\n\n- b", Some(Bump::Patch));
    }

    #[test]
    fn what_breaks_is_quoted() {
        let found = unreleased("## Unreleased\n\n- **breaking** `a` is gone\n- b\n");
        assert_eq!(found.breaking, ["- **breaking** `a` is gone"]);
    }

    #[test]
    fn a_release_leaves_an_empty_unreleased_part_above() {
        let version = Version::parse("0.2.0").unwrap();
        let text = released("# C\n\n## Unreleased\n\n- a\n", version, "2026-01-31").unwrap();
        assert_eq!(text, "# C\n\n## Unreleased\n\n## [0.2.0] - 2026-01-31\n\n- a\n");
        assert!(has_version(&text, version));
        assert_eq!(unreleased(&text), Unreleased::default());
        assert_eq!(released("# C\n", version, "2026-01-31"), None);
        assert!(!has_version("## [0.2.01]\n", version));
    }
}
