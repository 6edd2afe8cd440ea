//! Whether the inbox is sound, and what is in it.

use std::path::Path;
use std::time::SystemTime;

use recallai_webhook_dispatch::inbox::{Fault, Inbox, InboxError, Stats};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use super::Finding;
use super::quantity::{count, roughly, size};

const CHECK: &str = "inbox";

/// A larger file is read as a whole only by who asks for it.
const LARGE: u64 = 1 << 30;

/// Faults that are shown; `inbox check` has them all.
const SHOWN: usize = 5;

/// What came of opening it.
pub(super) enum Opening {
    /// There is none yet.
    None,
    Open(SqliteInbox),
    Failed(InboxError),
}

/// Opens it beside a `serve` or alone; makes nothing.
pub(super) fn open(path: &Path) -> Opening {
    match path.try_exists() {
        Ok(false) => Opening::None,
        _ => SqliteInbox::attach(path).map_or_else(Opening::Failed, Opening::Open),
    }
}

/// Whether it was read as a whole, and what is wrong in it.
pub(super) enum Checked {
    TooLarge,
    Faults(Vec<Fault>),
}

/// Reads all of it, unless that takes long.
pub(super) async fn check(
    inbox: &dyn Inbox,
    stats: &Stats,
    is_deep: bool,
) -> Result<Checked, InboxError> {
    match stats.size.is_some_and(|size| size > LARGE) && !is_deep {
        true => Ok(Checked::TooLarge),
        false => inbox.check().await.map(Checked::Faults),
    }
}

pub(super) fn none(path: &Path) -> Finding {
    Finding::ok(CHECK, format!("{}: there is none yet; `serve` makes it", path.display()))
}

/// An inbox that does not answer.
pub(super) fn failed(path: &Path, error: &InboxError) -> Finding {
    let (path, error_text) = (path.display().to_string(), error.to_string());
    let what = match error_text.contains(&path) {
        true => error_text,
        false => format!("{path}: {error_text}"),
    };
    let advice = match error {
        InboxError::Newer { .. } => "run the newer version, or restore the backup from before",
        InboxError::Damaged { .. } => {
            "stop `serve`, keep a copy of the file and its -wal, restore a backup"
        }
        InboxError::Older { .. } => "start `serve`: until then only it can work on the file",
        _ => "mend that: until then deliveries are answered 503, and the sender repeats them",
    };
    let finding = match error {
        InboxError::Older { .. } => Finding::warning(CHECK, what),
        _ => Finding::failure(CHECK, what),
    };
    finding.with_advice(advice)
}

pub(super) fn judge(
    path: &Path,
    stats: &Stats,
    checked: &Checked,
    is_served: bool,
    now: SystemTime,
) -> Vec<Finding> {
    let messages = count(stats.messages.values().sum(), "message");
    let size = stats.size.map(size).unwrap_or_default();
    let oldest = stats.oldest.map(|oldest| roughly(now.duration_since(oldest).unwrap_or_default()));
    let oldest = oldest.map(|age| format!(", the oldest {age} old")).unwrap_or_default();
    let serve = if is_served { "a `serve` works on it" } else { "no `serve` works on it" };
    let path = path.display();
    let what = format!("{path}: {messages}{oldest}; {size}, schema up to date; {serve}");
    let mut findings = vec![Finding::ok(CHECK, what)];
    match checked {
        Checked::TooLarge => findings.push(Finding::ok(
            CHECK,
            "it is larger than 1 GiB, and was not read as a whole; --deep does",
        )),
        Checked::Faults(faults) if faults.is_empty() => {
            findings.push(Finding::ok(CHECK, "it is sound: nothing was found"));
        }
        Checked::Faults(faults) => {
            let shown = faults.iter().take(SHOWN).map(|fault| {
                Finding::failure(CHECK, format!("{}: {}", fault.check, fault.found))
                    .with_advice("take a copy of the file and its -wal; `recallai-webhook inbox check` has all faults")
            });
            findings.extend(shown);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use recallai_webhook_dispatch::inbox::{Class, MemoryInbox};

    use super::super::Level;
    use super::*;

    #[test]
    fn faults_are_failures_and_not_all_are_shown() {
        let now = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
        let mut stats = Stats::default();
        stats.messages.insert(Class::Event, 2);
        (stats.size, stats.oldest) = (Some(8192), Some(now - Duration::from_secs(7200)));
        for (faults, expected) in
            [(0, &[Level::Ok][..]), (1, &[Level::Failure]), (9, &[Level::Failure; SHOWN])]
        {
            let faults = Checked::Faults(vec![Fault::new("jobs", "job 1 waits"); faults]);
            let found = judge(Path::new("a.db"), &stats, &faults, true, now);
            let summary = "a.db: 2 messages, the oldest 2 h old; 8.0 KiB, schema up to date; a `serve` works on it";
            assert_eq!(&*found[0].what, summary);
            assert_eq!(found[1..].iter().map(|found| found.level).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_file_of_an_older_version_is_no_failure() {
        let store = "a.db".into();
        let older = InboxError::Older { store, found: 3, known: 4 };
        let found = failed(Path::new("a.db"), &older);
        assert_eq!(found.level, Level::Warning);
        assert!(found.advice.unwrap().contains("start `serve`"));
        let damaged = InboxError::Damaged { reason: "cut off".into() };
        assert_eq!(failed(Path::new("a.db"), &damaged).level, Level::Failure);
    }

    #[tokio::test]
    async fn a_large_file_is_read_as_a_whole_only_if_that_is_asked_for() {
        let (inbox, mut stats) = (MemoryInbox::new(), Stats::default());
        for (size, is_deep, is_read) in
            [(LARGE, false, true), (LARGE + 1, false, false), (LARGE + 1, true, true)]
        {
            stats.size = Some(size);
            let checked = check(&inbox, &stats, is_deep).await.unwrap();
            assert_eq!(matches!(checked, Checked::Faults(_)), is_read, "{size} {is_deep}");
        }
    }
}
