//! How packages are verified: unpacked and built alone, as a registry would hand them out.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;
use crate::steps::Step;
use crate::workspace::Workspace;

/// Packages what `scope` selects; those that depend on each other find each other without a registry.
pub(crate) fn step(workspace: &Workspace, scope: &str, allow_dirty: bool) -> Result<Step> {
    // A directory of another name each time, because cargo keeps the sources of packages that depend on
    // each other by the path they were verified at.
    let verified = workspace.below_target("package-verify")?;
    let target = format!("{verified}/{}", nanoseconds());
    let built = workspace.target.join("debug");
    let dirty = if allow_dirty { " --allow-dirty" } else { "" };
    let line = format!("cargo package {scope} --target-dir {target}{dirty}");
    let before = move |root: &Path| {
        let verified = root.join(&verified);
        if verified.exists() {
            std::fs::remove_dir_all(verified)?;
        }
        let target = root.join(&target);
        std::fs::create_dir_all(&target)?;
        std::fs::create_dir_all(&built)?;
        Ok(share(&built, &target.join("debug"))?)
    };
    Ok(Step { before: Some(Box::new(before)), ..Step::new("packages", line) })
}

/// What others publish is built once for all runs. Nothing of ours is found there: a package that was
/// unpacked is another one to cargo than the one in the tree.
#[cfg(unix)]
fn share(built: &Path, by: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(built, by)
}

/// Links need rights there that few have: everything is built anew.
#[cfg(not(unix))]
fn share(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// A number that no earlier run had.
#[allow(clippy::disallowed_methods, reason = "the clock is the point")]
fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}
