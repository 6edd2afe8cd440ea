//! Packages of others that tests need, installed below the target directory.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::command_line::CommandLine;
use crate::say::say;

/// Installs what `package.json` lists. No lock file, because it would name the registry of whoever made it.
pub(crate) const NPM_INSTALL: &str = "npm install --no-package-lock --no-audit --no-fund";

/// Packages of one list.
pub(crate) struct Packages {
    /// The list, which is copied to a place of the same name.
    pub(crate) list: &'static str,
    /// The directory they go to.
    pub(crate) directory: &'static str,
    /// What installs them, run in the directory.
    pub(crate) lines: &'static [&'static str],
}

impl Packages {
    /// Installs what the list, found in `lists`, asks for, below `target`: from nothing, unless that is what
    /// was installed last.
    pub(crate) fn install(&self, lists: &Path, target: &Path) -> Result {
        self.install_list(&fs::read_to_string(lists.join(self.list))?, target)
    }

    fn install_list(&self, list: &str, target: &Path) -> Result {
        let directory = target.join(self.directory);
        let done = directory.join("installed");
        if fs::read_to_string(&done).is_ok_and(|installed| installed == list) {
            return say(&format!("{}: as in {}", self.directory, self.list));
        }
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        fs::write(directory.join(self.list), list)?;
        for line in self.lines.iter().copied().map(CommandLine::new) {
            line.require(&directory)
                .map_err(|error| format!("{}: {error}", directory.display()))?;
        }
        // Last, so that an installation that broke off is begun again.
        Ok(fs::write(done, list)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// Installs by making a directory, which fails where there is one.
    const PACKAGES: Packages =
        Packages { list: "list", directory: "packages", lines: &["mkdir made"] };

    #[test]
    fn what_is_installed_stays_until_the_list_changes() {
        let scratch = Scratch::directory("installation");
        let trace = scratch.root().join("packages/trace");
        let check = |list: &str, kept: bool| {
            PACKAGES.install_list(list, scratch.root()).unwrap();
            assert_eq!(trace.exists(), kept, "{list}");
            assert!(scratch.root().join("packages/made").exists());
            fs::write(&trace, "").unwrap();
        };
        check("a==1", false);
        check("a==1", true);
        check("a==2", false);
    }

    #[test]
    fn an_installation_that_failed_is_begun_again() {
        let scratch = Scratch::directory("installation-broken");
        let broken = Packages { lines: &["mkdir made", "mkdir made"], ..PACKAGES };
        let error = broken.install_list("a==1", scratch.root()).unwrap_err();
        assert!(error.to_string().ends_with("mkdir made"), "{error}");
        PACKAGES.install_list("a==1", scratch.root()).unwrap();
    }
}
