//! Whether the folder of the inbox can be written, how fast a sync is there, and how much room is left.

use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Finding;
use super::quantity::size;

const CHECK: &str = "disk";

/// How often it is written and synced.
const SYNCS: usize = 50;

/// A page of a database.
const PAGE: [u8; 4096] = [0; 4096];

/// A median over this keeps the sender waiting.
const SLOW: Duration = Duration::from_millis(20);

/// Below this, or below a twentieth of the disk, there should be more room.
const SCARCE: u64 = 1 << 30;

/// Below this a log that is not emptied in time fills the disk.
const FULL: u64 = 64 << 20;

/// How long syncs took.
pub(super) struct Syncs {
    median: Duration,
    slowest: Duration,
}

/// How many bytes there are.
pub(super) struct Room {
    free: u64,
    all: u64,
}

/// Writes a file that has no name, and leaves nothing behind. Blocks.
pub(super) fn syncs(folder: &Path) -> io::Result<Syncs> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.rewind()?;
        file.write_all(&PAGE)?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok(Syncs { median: at(SYNCS / 2), slowest: at(SYNCS - 1) })
}

/// What is left for this user; `None` where it cannot be told.
#[cfg(unix)]
pub(super) fn room(folder: &Path) -> Option<Room> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
    Some(Room { free: bytes(found.f_bavail), all: bytes(found.f_blocks) })
}

#[cfg(not(unix))]
pub(super) fn room(_folder: &Path) -> Option<Room> {
    None
}

/// How the syncs went, in a folder of this name.
pub(super) fn judge_syncs(folder: &Path, syncs: &io::Result<Syncs>) -> Finding {
    let folder = folder.display();
    match syncs {
        Err(error) => Finding::failure(CHECK, format!("{folder}: {error}"))
            .with_advice("let this user write there, or name another file with inbox.path"),
        Ok(Syncs { median, slowest }) => {
            let milliseconds = |time: &Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
            let (typical, slowest) = (milliseconds(median), milliseconds(slowest));
            let what =
                format!("{folder}: a sync takes {typical}, the slowest of {SYNCS} {slowest}");
            match *median > SLOW {
                false => Finding::ok(CHECK, what),
                true => Finding::warning(CHECK, what)
                    .with_advice("each delivery waits for a sync: keep the inbox on a faster disk"),
            }
        }
    }
}

pub(super) fn judge_room(Room { free, all }: &Room) -> Finding {
    let what = format!("{} of {} are free", size(*free), size(*all));
    let advice = "make room: `recallai-webhook inbox prune` drops old messages";
    match *free {
        free if free < FULL => Finding::failure(CHECK, what).with_advice(advice),
        free if free < SCARCE || free < all / 20 => {
            Finding::warning(CHECK, what).with_advice(advice)
        }
        _ => Finding::ok(CHECK, what),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn room_is_judged_by_bytes_and_by_its_part() {
        const GIB: u64 = 1 << 30;
        for (free, all, expected) in [
            (10 * GIB, 100 * GIB, Level::Ok),
            (5 * GIB, 100 * GIB, Level::Ok),
            (5 * GIB - 1, 100 * GIB, Level::Warning),
            (GIB, 2 * GIB, Level::Ok),
            (GIB - 1, 2 * GIB, Level::Warning),
            (FULL, 2 * GIB, Level::Warning),
            (FULL - 1, 2 * GIB, Level::Failure),
            (0, 0, Level::Failure),
        ] {
            assert_eq!(judge_room(&Room { free, all }).level, expected, "{free} of {all}");
        }
    }

    #[test]
    fn a_sync_is_judged_by_its_median() {
        for (median, slowest, expected) in
            [(1, 900, Level::Ok), (20, 20, Level::Ok), (21, 30, Level::Warning)]
        {
            let time = Duration::from_millis;
            let syncs = Ok(Syncs { median: time(median), slowest: time(slowest) });
            assert_eq!(judge_syncs(Path::new("."), &syncs).level, expected, "{median} ms");
        }
    }

    #[test]
    fn a_folder_is_measured_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let measured = syncs(folder.path()).unwrap();
        assert!(measured.median <= measured.slowest && measured.slowest > Duration::ZERO);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let gone = judge_syncs(folder.path(), &syncs(&folder.path().join("gone")));
        assert_eq!(gone.level, Level::Failure);
        #[cfg(unix)]
        assert!(room(folder.path()).is_some_and(|room| room.free <= room.all));
    }
}
