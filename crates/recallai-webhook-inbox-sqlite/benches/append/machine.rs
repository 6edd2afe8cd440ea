//! What the machine says of this process. Zero where it does not say.

use std::fs;

/// The processor time of the threads of this name, in microseconds.
pub(crate) fn cpu_micros(name: &str) -> f64 {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let mut nanos = 0.0;
    for thread in threads.flatten() {
        let read = |file: &str| fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        if read("comm").trim() == name {
            let first = read("schedstat").split(' ').next().and_then(|n| n.parse::<f64>().ok());
            nanos += first.unwrap_or_default();
        }
    }
    nanos / 1e3
}

/// The memory of this process, in MiB.
pub(crate) fn resident_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
