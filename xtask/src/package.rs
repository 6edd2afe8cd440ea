//! How packages are verified: unpacked and built alone, as a registry would hand them out.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;
use crate::steps::Step;
use crate::workspace::Workspace;

/// Packages what `scope` selects; those that depend on each other find each other without a registry.
pub(crate) fn step(workspace: &Workspace, scope: &str, allow_dirty: bool) -> Result<Step> {
    // A directory of its own, so that nothing built before can help them, and below it one of another
    // name each time, because cargo keeps the sources of packages that depend on each other by the
    // path they were verified at.
    let fresh = workspace.below_target("package-verify")?;
    let dirty = if allow_dirty { " --allow-dirty" } else { "" };
    let line = format!("cargo package {scope} --target-dir {fresh}/{}{dirty}", nanoseconds());
    Ok(Step { fresh: Some(fresh), ..Step::new("packages", line) })
}

/// A number that no earlier run had.
#[allow(clippy::disallowed_methods, reason = "the clock is the point")]
fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}
