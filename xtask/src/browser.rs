//! `cargo xtask browser`: installs what drives a browser through the dashboard.

use crate::installation::{NPM_INSTALL, Packages};
use crate::workspace::Workspace;
use crate::{Arguments, Result};

pub(crate) const HELP: &str = "\
Installs playwright-core and axe-core into `browser` in the target directory. Quick if they are there
already, at the versions asked for.

Usage: cargo xtask browser

Needs node, npm and its registry; no browser is installed: Chromium is Debian's package `chromium`.
With SCREENSHOTS=FOLDER the scripts write pictures of the pages there.";

/// Where the list of packages is.
const LISTS: &str = "crates/recallai-webhook-admin/tests/browser";

const PACKAGES: Packages =
    Packages { list: "package.json", directory: "browser", lines: &[NPM_INSTALL] };

pub(crate) fn run(arguments: Arguments) -> Result {
    arguments.finish()?;
    let workspace = Workspace::load()?;
    PACKAGES.install(&workspace.root.join(LISTS), &workspace.target)
}
