//! `cargo xtask senders`: installs the libraries of others that the tests of the binary talk to.

use crate::installation::{NPM_INSTALL, Packages};
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Installs the libraries with which independent senders sign and verify, into `senders` in the target
directory. Quick if they are there already, at the versions asked for.

Usage: cargo xtask senders

Needs python3 with its venv module, npm, and their registries. Then:

  cargo test -p recallai-webhook-cli --test senders

Without the libraries that test skips what it cannot run, unless RECALLAI_WEBHOOK_SENDERS=required.";

/// Where the lists of packages are.
const LISTS: &str = "crates/recallai-webhook-cli/tests/senders";

const LANGUAGES: &[Packages] = &[
    Packages {
        list: "requirements.txt",
        directory: "python",
        lines: &[
            "python3 -m venv .",
            // By `env`, which looks for it in the directory of the command and not in ours.
            "env bin/python -m pip install --quiet --requirement requirements.txt",
        ],
    },
    Packages {
        list: "package.json",
        directory: "node",
        // The packages that sign are pinned in the list.
        lines: &[NPM_INSTALL],
    },
];

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    let lists = workspace.root.join(LISTS);
    let senders = workspace.target.join("senders");
    LANGUAGES.iter().try_for_each(|language| language.install(&lists, &senders))
}
