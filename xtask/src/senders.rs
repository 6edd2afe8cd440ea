//! `cargo xtask senders`: installs what others have made and tests talk to: other senders, clients of the
//! brokers that outputs send to, and what holds the admin API against its document.

use crate::installation::{NPM_INSTALL, Packages};
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Installs the libraries with which independent senders sign and verify, those that read back what outputs
have sent to brokers, and the programs that make requests to the admin API by its OpenAPI document, into
`senders` in the target directory. Quick if they are there already, at the versions asked for.

Usage: cargo xtask senders

Needs python3 with its venv module, npm, and their registries. Then:

  cargo test -p recallai-webhook-cli --test senders
  cargo test -p recallai-webhook-outputs --all-features --test brokers
  cargo test -p recallai-webhook-admin --test api schemathesis

Without them these tests skip what they cannot run, unless RECALLAI_WEBHOOK_SENDERS=required,
RECALLAI_WEBHOOK_BROKERS=required and RECALLAI_WEBHOOK_SCHEMATHESIS=required.";

/// The lists of packages of the tests of the binary, of the outputs, and of the admin API.
const SENDERS: &str = "crates/recallai-webhook-cli/tests/senders";
const BROKERS: &str = "crates/recallai-webhook-outputs/tests/brokers";
const ADMIN: &str = "crates/recallai-webhook-admin/tests/schemathesis";

const LANGUAGES: &[(&str, Packages)] = &[
    (SENDERS, Packages { list: "requirements.txt", directory: "python", lines: PYTHON }),
    // The packages that sign are pinned in the list.
    (SENDERS, Packages { list: "package.json", directory: "node", lines: &[NPM_INSTALL] }),
    (BROKERS, Packages { list: "requirements.txt", directory: "brokers", lines: PYTHON }),
    (ADMIN, Packages { list: "requirements.txt", directory: "admin", lines: PYTHON }),
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
    LANGUAGES
        .iter()
        .try_for_each(|(lists, packages)| packages.install(&workspace.root.join(lists), &senders))
}
