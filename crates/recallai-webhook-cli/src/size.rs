//! Sizes of files and bodies, for people.

/// `4.2 MiB`.
pub(crate) fn of(size: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    // Exact to 53 bits, and shown with one digit.
    let (mut size, mut unit) = (size as f64, 0);
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0);
    format!("{size:.digits$} {}", UNITS[unit])
}
