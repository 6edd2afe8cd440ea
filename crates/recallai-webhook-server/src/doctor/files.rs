//! Whether files with secrets can be read by everybody on this machine.

use std::path::{Path, PathBuf};

use crate::config::{Loaded, secret_files_of};

use super::Finding;

const CHECK: &str = "files";

/// The files with secrets, and the mode of each that is there.
pub(super) fn gather(loaded: &Loaded) -> Vec<(PathBuf, u32)> {
    let with_mode = |file: PathBuf| mode(&file).map(|mode| (file, mode));
    secret_files_of(&loaded.config).into_iter().filter_map(with_mode).collect()
}

#[cfg(unix)]
fn mode(file: &Path) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).ok()?))
}

#[cfg(not(unix))]
fn mode(_file: &Path) -> Option<u32> {
    None
}

pub(super) fn judge(files: &[(PathBuf, u32)]) -> Vec<Finding> {
    const OTHERS: u32 = 0o007;
    let (open, kept): (Vec<_>, Vec<_>) = files.iter().partition(|(_, mode)| mode & OTHERS != 0);
    let mut findings: Vec<_> = open
        .iter()
        .map(|(file, mode)| {
            let (file, mode) = (file.display(), mode & 0o777);
            let what = format!("{file}: everybody on this machine can reach it (mode {mode:03o})");
            Finding::warning(CHECK, what).with_advice(format!("chmod o= {file}"))
        })
        .collect();
    if !kept.is_empty() && open.is_empty() {
        findings.push(Finding::ok(CHECK, "others cannot read the files with secrets"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn what_others_can_reach_is_a_warning() {
        for (mode, expected) in [
            (0o100_600, Level::Ok),
            (0o100_640, Level::Ok),
            (0o100_644, Level::Warning),
            (0o100_602, Level::Warning),
        ] {
            let found = judge(&[("a.secret".into(), mode)]);
            assert_eq!(found.iter().map(|found| found.level).collect::<Vec<_>>(), [expected]);
        }
        assert_eq!(judge(&[]), []);
        let found = judge(&[("a".into(), 0o600), ("b".into(), 0o100_666)]);
        assert_eq!(&*found[0].what, "b: everybody on this machine can reach it (mode 666)");
    }

    #[test]
    fn secrets_are_told_from_certificates() {
        let config = serde_json::json!({
            "endpoints": { "eu": { "secrets": [{ "file": "a" }, { "env": "B" }] } },
            "subscriptions": { "s": { "output": { "password": { "file": "c" }, "tls": { "ca_file": "d" } } } },
        });
        let files: Vec<_> = secret_files_of(&config).into_iter().collect();
        assert_eq!(files, ["a", "c"].map(PathBuf::from));
    }
}
