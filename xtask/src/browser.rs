//! `cargo xtask browser`: installs what drives a browser in the test of the dashboard.

use crate::installation::{NPM_INSTALL, Packages};
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Installs playwright-core and axe-core into `browser` in the target directory. Quick if they are there
already, at the versions asked for.

Usage: cargo xtask browser

Needs node, npm and its registry; no browser is installed: Chromium is Debian's package `chromium`. Then:

  cargo test -p recallai-webhook-admin --test browser

Without them or without Chromium that test is skipped, unless RECALLAI_WEBHOOK_BROWSER=required. With
RECALLAI_WEBHOOK_SCREENSHOTS=docs it writes the pictures of the documents anew.";

/// Where the list of packages is.
const LISTS: &str = "crates/recallai-webhook-admin/tests/browser";

const PACKAGES: Packages =
    Packages { list: "package.json", directory: "browser", lines: &[NPM_INSTALL] };

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    PACKAGES.install(&workspace.root.join(LISTS), &workspace.target)
}
