//! How packages are verified: unpacked and built alone, as a registry would hand them out.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::steps::Step;

/// Where packages are verified: a directory of its own, so that nothing built before can help them,
/// and below it one of another name each time, because cargo keeps the sources of packages that
/// depend on each other by the path they were verified at.
const TARGET: &str = "target/package-verify";

/// Packages what `scope` selects; those that depend on each other find each other without a registry.
pub(crate) fn step(scope: &str, allow_dirty: bool) -> Step {
    let dirty = if allow_dirty { " --allow-dirty" } else { "" };
    let line = format!("cargo package {scope} --target-dir {TARGET}/{}{dirty}", nanoseconds());
    Step { fresh: Some(TARGET), ..Step::new("packages", line) }
}

/// A number that no earlier run had.
#[allow(clippy::disallowed_methods, reason = "the clock is the point")]
fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}
