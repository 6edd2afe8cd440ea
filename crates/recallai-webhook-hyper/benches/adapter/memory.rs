//! Memory of this crate's server: at rest, with idle connections, under load.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::load;
use crate::server::{Kind, start};

const CONNECTIONS: usize = 256;

/// Resident sizes, in KiB.
pub(crate) struct Memory {
    pub(crate) at_rest: f64,
    pub(crate) per_idle_connection: f64,
    pub(crate) under_connections: f64,
}

/// Measures where `/proc` says how much memory a process has.
pub(crate) fn measure(target: &Path) -> io::Result<Option<Memory>> {
    if !Path::new("/proc/self/status").exists() {
        return Ok(None);
    }
    let server = start(Kind::Ours, target)?;
    load::round(server.address, 1, Duration::ZERO)?;
    let at_rest = server.resident()?;
    let idle = load::while_idle(server.address, CONNECTIONS, || server.resident())?;

    let fresh = start(Kind::Ours, target)?;
    load::round(fresh.address, CONNECTIONS, Duration::from_secs(1))?;
    let under_connections = fresh.resident()?;
    let per_idle_connection = (idle - at_rest) / CONNECTIONS as f64;
    Ok(Some(Memory { at_rest, per_idle_connection, under_connections }))
}
