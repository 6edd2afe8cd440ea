//! Test hooks: points at which a test kills the process, and how much is synced. Without the feature
//! `test-hooks` nothing is read from outside.
#![cfg_attr(
    feature = "test-hooks",
    allow(clippy::disallowed_methods, reason = "the hooks are set from outside the process")
)]

use std::path::Path;

#[cfg(not(feature = "test-hooks"))]
pub(crate) fn kill_at(_name: &str) {}

#[cfg(not(feature = "test-hooks"))]
pub(crate) fn kill_amid(_name: &str, _file: &Path) {}

/// `RECALLAI_WEBHOOK_KILL_AT=name:n` aborts the process when it passes the point of this name for the
/// n-th time.
#[cfg(feature = "test-hooks")]
pub(crate) fn kill_at(name: &str) {
    if is_meant(name) {
        std::process::abort();
    }
}

/// The same for what comes now and writes to a file: the process is aborted once something of it is
/// written, and not all.
#[cfg(feature = "test-hooks")]
pub(crate) fn kill_amid(name: &str, file: &Path) {
    if !is_meant(name) {
        return;
    }
    let changed = |file: &Path| file.metadata().and_then(|file| file.modified()).ok();
    let (file, before) = (file.to_owned(), changed(file));
    std::thread::spawn(move || {
        while changed(&file) == before {
            std::hint::spin_loop();
        }
        std::process::abort();
    });
}

#[cfg(feature = "test-hooks")]
fn is_meant(name: &str) -> bool {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let wanted = std::env::var("RECALLAI_WEBHOOK_KILL_AT").ok()?;
        let (name, pass) = wanted.split_once(':')?;
        Some((name.to_owned(), pass.parse().ok()?))
    });
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let Some((wanted, pass)) = &*WANTED else { return false };
    wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *pass
}

/// How much SQLite syncs. `RECALLAI_WEBHOOK_SYNCHRONOUS=off` is for a test that shows that it would
/// notice.
pub(crate) fn synchronous() -> &'static str {
    #[cfg(feature = "test-hooks")]
    if std::env::var("RECALLAI_WEBHOOK_SYNCHRONOUS").is_ok_and(|value| value == "off") {
        return "OFF";
    }
    "FULL"
}
