//! A directory for one test, where temporary files go; removed with it, also when the test fails.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is the next run's to remove.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

impl Scratch {
    /// An empty repository of git, with a main branch.
    pub(crate) fn repository(test: &str) -> Self {
        let scratch = Self::directory(test);
        scratch.git(&["init", "--quiet", "--initial-branch=main"]);
        scratch
    }

    /// An empty directory.
    pub(crate) fn directory(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
        drop(std::fs::remove_dir_all(&root));
        std::fs::create_dir_all(&root).unwrap();
        Self(root)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "change"]);
    }

    /// Runs git as somebody who signs nothing.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let settings = ["user.name=a", "user.email=a@example.com", "commit.gpgSign=false"];
        let settings = settings.iter().chain(&["tag.gpgSign=false"]);
        let settings: Vec<&str> = settings.flat_map(|setting| ["-c", setting]).collect();
        self.run("git", &[&settings, arguments].concat());
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program).args(arguments).current_dir(&self.0).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
    }
}
