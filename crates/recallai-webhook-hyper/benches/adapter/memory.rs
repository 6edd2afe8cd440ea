//! Memory of this crate's server: at rest, with idle connections, under load.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::load;
use crate::server::{Kind, Running};

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
    let server = Running::start(Kind::Ours, target)?;
    load::round(server.address, 1, Duration::ZERO)?;
    let at_rest = resident(server.pid())?;
    let idle = load::while_idle(server.address, CONNECTIONS, || resident(server.pid()))?;

    let fresh = Running::start(Kind::Ours, target)?;
    load::round(fresh.address, CONNECTIONS, Duration::from_secs(1))?;
    let under_connections = resident(fresh.pid())?;
    let per_idle_connection = (idle - at_rest) / CONNECTIONS as f64;
    Ok(Some(Memory { at_rest, per_idle_connection, under_connections }))
}

fn resident(pid: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kib.ok_or_else(|| io::Error::other("no VmRSS"))
}
