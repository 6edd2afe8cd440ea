//! How long it takes to open the inbox of a server that was killed under load.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::report::Report;
use crate::rounds::Rounds;
use crate::server::Kind;

const CONNECTIONS: usize = 64;

pub(crate) fn measure(target: &Path, time: Duration, report: &mut Report) -> io::Result<()> {
    let rounds = Rounds::start(target, &[Kind::Subscribed])?;
    let (took, log) = rounds.kill(CONNECTIONS, time)?;
    report.add("reopen/after-kill-ms", took);
    report.add("reopen/log-mib", log);
    Ok(())
}
