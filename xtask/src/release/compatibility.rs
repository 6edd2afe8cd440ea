//! What `cargo semver-checks` finds: the least bump that the public API of a crate asks for.

use std::path::Path;

use super::version::Bump;
use crate::command_line::CommandLine;
use crate::workspace::Package;

/// What is known of the API of a crate against the one of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Api {
    /// Compared: the least bump, and the names of the lints that ask for it.
    Compared(Bump, Vec<String>),
    /// Not compared, and why.
    Unknown(String),
}

/// Compares a crate with its tag. Injected, so that a plan can be made without the tool.
pub(crate) type Compare<'c> = &'c dyn Fn(&Package, &str) -> Api;

/// Whether the tool is there.
pub(crate) fn is_installed(root: &Path) -> bool {
    CommandLine::new("cargo semver-checks --version").succeeds(root)
}

/// Asks the tool, which builds the documentation of both states.
pub(crate) fn compare(root: &Path, package: &Package, tag: &str) -> Api {
    if !package.has_library {
        return Api::Unknown("a binary has no API".to_owned());
    }
    let line = CommandLine::new(format!(
        "CARGO_TERM_COLOR=never cargo semver-checks -p {} --baseline-rev {tag} --all-features",
        package.name
    ));
    eprintln!("$ {line}");
    match line.observe(root) {
        Ok((_, output)) => judge(&output),
        Err(error) => Api::Unknown(error.to_string()),
    }
}

/// Reads what the tool wrote. Its exit code is no answer: it fails for a broken build as it does for
/// a broken API.
fn judge(output: &str) -> Api {
    let lines = || output.lines().map(str::trim);
    // It compares nothing where the version has moved already, and is content.
    if lines().any(|line| line.starts_with("Checked") && line.contains("] 0 checks")) {
        return Api::Unknown("cargo semver-checks ran no checks".to_owned());
    }
    let summary = lines().rfind(|line| line.starts_with("Summary"));
    let bump = match summary {
        Some(line) if line.contains("requires new major version") => Bump::Breaking,
        Some(line) if line.contains("requires new minor version") => Bump::Minor,
        Some(line) if line.contains("no semver update required") => Bump::Patch,
        _ => {
            let error = lines().find(|line| line.starts_with("error"));
            let error = error.unwrap_or("it wrote no summary");
            return Api::Unknown(format!("cargo semver-checks failed: {error}"));
        }
    };
    let lints = lines().filter_map(|line| line.strip_prefix("--- failure "));
    let lints = lints.filter_map(|rest| rest.split([':', ' ']).next()).map(str::to_owned);
    Api::Compared(bump, lints.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_the_answer() {
        let broken = "\
    Checking recallai-webhook-signature v0.1.0 -> v0.1.0 (no change; assume patch)
     Checked [   0.012s] 196 checks: 195 pass, 1 fail, 0 warn, 58 skip

--- failure function_missing: pub fn removed or renamed ---
     Summary semver requires new major version: 1 major and 0 minor checks failed";
        let lints = vec!["function_missing".to_owned()];
        assert_eq!(judge(broken), Api::Compared(Bump::Breaking, lints));
        let grown = "Summary semver requires new minor version: 0 major and 2 minor checks failed";
        assert_eq!(judge(grown), Api::Compared(Bump::Minor, Vec::new()));
        let same = "     Summary no semver update required";
        assert_eq!(judge(same), Api::Compared(Bump::Patch, Vec::new()));
    }

    #[test]
    fn what_was_not_compared_is_not_taken_for_compatible() {
        let none = "Checked [0.000s] 0 checks: 0 pass, 254 skip\nSummary no semver update required";
        assert!(matches!(judge(none), Api::Unknown(_)));
        let error = "    Building a v0.1.0\nerror: failed to build rustdoc";
        let Api::Unknown(why) = judge(error) else { panic!("taken for an answer") };
        assert!(why.contains("failed to build rustdoc"), "{why}");
        assert!(matches!(judge(""), Api::Unknown(_)));
    }
}
