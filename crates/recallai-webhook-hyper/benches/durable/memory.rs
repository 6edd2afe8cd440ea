//! Memory of the durable server with subscriptions: at rest, under load, and when that is over.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::report::Report;
use crate::rounds::Rounds;
use crate::server::Kind;

const CONNECTIONS: usize = 256;

/// Measures where `/proc` says how much memory a process has.
pub(crate) fn measure(target: &Path, time: Duration, report: &mut Report) -> io::Result<()> {
    if !Path::new("/proc/self/status").exists() {
        return Ok(());
    }
    let mut rounds = Rounds::start(target, &[Kind::Subscribed])?;
    // Each connection makes one delivery even in no time at all.
    rounds.closed(1, Duration::ZERO, &mut Report::default())?;
    report.add("memory/at-rest-mib", rounds.resident()? / 1024.0);
    let peak = rounds.while_loaded(CONNECTIONS, time)?;
    report.add("memory/256-connections-mib", peak / 1024.0);
    report.add("memory/after-load-mib", rounds.resident()? / 1024.0);
    Ok(())
}
