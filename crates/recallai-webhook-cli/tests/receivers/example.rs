//! The example receivers, each in a process and a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::support::{SECRET, command, run, spawn};

/// What an example is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    JavaScript,
    Rust,
}

impl Language {
    /// The interpreter, if it is not installed.
    pub(crate) fn missing(self) -> Option<&'static str> {
        let interpreter = self.interpreter()?;
        let mut asked = Command::new(interpreter);
        asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        let is_there = asked.status().is_ok_and(|status| status.success());
        (!is_there).then_some(interpreter)
    }

    fn interpreter(self) -> Option<&'static str> {
        match self {
            Self::Python => Some("python3"),
            Self::JavaScript => Some("node"),
            Self::Rust => None,
        }
    }

    fn command(self) -> Command {
        let script = |interpreter: &str, name: &str| {
            let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/receivers");
            let mut command = Command::new(interpreter);
            command.arg(scripts.join(name));
            command
        };
        match self {
            Self::Python => script("python3", "receiver.py"),
            Self::JavaScript => script("node", "receiver.mjs"),
            Self::Rust => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.args(["rust_receiver", "--exact", "--nocapture"]);
                command.env(super::IS_RECEIVER, "yes");
                command
            }
        }
    }
}

/// An example and the folder in which it stores.
pub(crate) struct Example {
    language: Language,
    folder: tempfile::TempDir,
}

impl Example {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, folder: tempfile::tempdir().unwrap() }
    }

    /// Starts it on a free port, and waits until it listens.
    pub(crate) fn start(&self) -> Running {
        let log = self.folder.path().join("log");
        let mut command = self.language.command();
        command
            .current_dir(self.folder.path())
            .env("RECALLAI_WEBHOOK_SECRET", SECRET)
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap());
        let mut child = spawn(&mut command);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut running = Running { child, url: String::new() };
        while running.url.is_empty() {
            let Some(line) = lines.next() else {
                panic!("{:?}: {}", self.language, std::fs::read_to_string(log).unwrap());
            };
            // The harness prints the name of the test before the first line.
            if let Some((_, url)) = line.unwrap().split_once("listening on ") {
                url.clone_into(&mut running.url);
            }
        }
        // Nobody reads the rest, but it has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        running
    }

    /// The number of messages that are stored.
    pub(crate) fn stored(&self) -> usize {
        let path = |name: &str| self.folder.path().join(name);
        let database = path("recall-webhooks.db");
        match self.language {
            Language::Python => {
                let database = rusqlite::Connection::open(database).unwrap();
                let count = "SELECT count(*) FROM message";
                database.query_row(count, [], |row| row.get(0)).unwrap()
            }
            Language::JavaScript => {
                let lines = std::fs::read_to_string(path("recall-webhooks.ndjson")).unwrap();
                lines.lines().filter(|line| !line.is_empty()).count()
            }
            Language::Rust => {
                let list =
                    ["messages", "list", "--limit", "1000", "--format", "json", "--database"];
                let (code, lines, log) = run(command(&list).arg(database));
                assert_eq!(code, Some(0), "{log}");
                lines.lines().count()
            }
        }
    }
}

/// A receiver that listens; killed at the end, without warning.
pub(crate) struct Running {
    child: Child,
    pub(crate) url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
