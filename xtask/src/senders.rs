//! `cargo xtask senders`: installs the libraries of others that tests talk to: other senders, and clients of
//! the brokers that outputs send to.

use std::fs;
use std::path::Path;

use crate::command_line::CommandLine;
use crate::say::say;
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Installs the libraries with which independent senders sign and verify, and those that read back what
outputs have sent to brokers, into `senders` in the target directory. Quick if they are there already, at
the versions asked for.

Usage: cargo xtask senders

Needs python3 with its venv module, npm, and their registries. Then:

  cargo test -p recallai-webhook-cli --test senders
  cargo test -p recallai-webhook-outputs --all-features --test brokers

Without the libraries these tests skip what they cannot run, unless RECALLAI_WEBHOOK_SENDERS=required and
RECALLAI_WEBHOOK_BROKERS=required.";

/// The lists of packages of the tests of the binary, and of the outputs.
const SENDERS: &str = "crates/recallai-webhook-cli/tests/senders";
const BROKERS: &str = "crates/recallai-webhook-outputs/tests/brokers";

/// The libraries of one language for one test.
struct Language {
    /// Where the list of packages is.
    lists: &'static str,
    /// The list of packages, which is copied to a place of the same name.
    list: &'static str,
    /// The directory they go to, below `senders`.
    directory: &'static str,
    /// What installs them, run in the directory.
    lines: &'static [&'static str],
}

const LANGUAGES: &[Language] = &[
    Language { lists: SENDERS, list: "requirements.txt", directory: "python", lines: PYTHON },
    Language {
        lists: SENDERS,
        list: "package.json",
        directory: "node",
        // No lock file, because it would name the registry of whoever made it; the packages that
        // sign are pinned in the list.
        lines: &["npm install --no-package-lock --no-audit --no-fund"],
    },
    Language { lists: BROKERS, list: "requirements.txt", directory: "brokers", lines: PYTHON },
];

const PYTHON: &[&str] = &[
    "python3 -m venv .",
    // By `env`, which looks for it in the directory of the command and not in ours.
    "env bin/python -m pip install --quiet --requirement requirements.txt",
];

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let senders = workspace.target.join("senders");
    for language in LANGUAGES {
        let list = fs::read_to_string(workspace.root.join(language.lists).join(language.list))?;
        install(language, &list, &senders)?;
    }
    Ok(())
}

/// Installs what the list asks for, from nothing, unless that is what was installed last.
fn install(language: &Language, list: &str, senders: &Path) -> Result {
    let directory = senders.join(language.directory);
    let done = directory.join("installed");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == list) {
        return say(&format!("{}: as in {}", language.directory, language.list));
    }
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    fs::create_dir_all(&directory)?;
    fs::write(directory.join(language.list), list)?;
    for line in language.lines.iter().copied().map(CommandLine::new) {
        line.require(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    // Last, so that an installation that broke off is begun again.
    Ok(fs::write(done, list)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// Installs by making a directory, which fails where there is one.
    const LANGUAGE: Language =
        Language { lists: "lists", list: "list", directory: "language", lines: &["mkdir made"] };

    #[test]
    fn what_is_installed_stays_until_the_list_changes() {
        let scratch = Scratch::directory("senders");
        let trace = scratch.root().join("language/trace");
        let check = |list: &str, kept: bool| {
            install(&LANGUAGE, list, scratch.root()).unwrap();
            assert_eq!(trace.exists(), kept, "{list}");
            assert!(scratch.root().join("language/made").exists());
            fs::write(&trace, "").unwrap();
        };
        check("a==1", false);
        check("a==1", true);
        check("a==2", false);
    }

    #[test]
    fn an_installation_that_failed_is_begun_again() {
        let scratch = Scratch::directory("senders-broken");
        let broken = Language { lines: &["mkdir made", "mkdir made"], ..LANGUAGE };
        let error = install(&broken, "a==1", scratch.root()).unwrap_err();
        assert!(error.to_string().ends_with("mkdir made"), "{error}");
        install(&LANGUAGE, "a==1", scratch.root()).unwrap();
    }
}
