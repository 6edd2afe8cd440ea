//! The disk: what one sync of 4 KiB takes, which no acknowledgement can be sooner than.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

use crate::report::Report;
use crate::times::Times;

const BLOCK: [u8; 4096] = [7; 4096];
const SYNCS: u64 = 300;

/// Syncs a file that grows, as a plain one does, and one whose blocks are there already, as in a log that
/// is written over.
pub(crate) fn measure(target: &Path, report: &mut Report) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(target)?;
    report.add("disk/fdatasync-growing-us", syncs(&mut file)?.percentile(50));
    file.seek(SeekFrom::Start(0))?;
    report.add("disk/fdatasync-written-over-us", syncs(&mut file)?.percentile(50));
    Ok(())
}

fn syncs(file: &mut File) -> io::Result<Times> {
    let mut times = Times::default();
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        times.add(start.elapsed());
    }
    Ok(times)
}
