//! The libraries of others, each in a program beside this file; README.md has their protocol.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::cases::Case;

/// A library that signs and verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    PythonSvix,
    PythonStandardWebhooks,
    NpmSvix,
    OpenSsl,
}

use Library::{NpmSvix, OpenSsl, PythonStandardWebhooks, PythonSvix};

impl Library {
    pub(crate) const ALL: [Self; 4] = [PythonSvix, PythonStandardWebhooks, NpmSvix, OpenSsl];

    pub(crate) fn name(self) -> &'static str {
        match self {
            PythonSvix => "python svix",
            PythonStandardWebhooks => "python standardwebhooks",
            NpmSvix => "npm svix",
            OpenSsl => "openssl, curl",
        }
    }

    /// How to get what is missing.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            PythonSvix | PythonStandardWebhooks => "install python3, then `cargo xtask senders`",
            NpmSvix => "install node and npm, then `cargo xtask senders`",
            OpenSsl => "install openssl and curl with the system's packages",
        }
    }

    /// Its program, with what `cargo xtask senders` has installed before what the system has.
    fn command(self) -> Command {
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/senders");
        let python = |script: &str| {
            let installed = installed().join("python/bin/python");
            let system = PathBuf::from("python3");
            let mut command = Command::new(if installed.exists() { installed } else { system });
            // Without `-B` it would leave compiled files beside the scripts.
            command.arg("-B").arg(programs.join(script));
            command
        };
        match self {
            PythonSvix => python("python_svix.py"),
            PythonStandardWebhooks => python("python_standardwebhooks.py"),
            NpmSvix => {
                let mut command = Command::new("node");
                command.arg(programs.join("npm_svix.mjs")).arg(installed().join("node"));
                command
            }
            OpenSsl => {
                let mut command = Command::new("sh");
                command.arg(programs.join("openssl_curl.sh"));
                command
            }
        }
    }

    /// Starts its program, and hears whether the library is there.
    pub(crate) fn start(self) -> Start {
        let mut command = self.command();
        let program = command.get_program().to_string_lossy().into_owned();
        let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
            return Start::Missing(program);
        };
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut sender =
            Sender { library: self, versions: String::new(), child, requests, answers };
        let greeting = sender.line();
        match greeting.split_once(' ') {
            Some(("ready", versions)) => {
                sender.versions = versions.to_owned();
                Start::Ready(sender)
            }
            Some(("missing", what)) => Start::Missing(what.to_owned()),
            _ => panic!("{} begins with {greeting:?}", self.name()),
        }
    }
}

/// Where `cargo xtask senders` installs: in the target directory.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("senders")
}

/// What came of starting a program.
pub(crate) enum Start {
    Ready(Sender),
    /// What is not installed.
    Missing(String),
}

/// A program that is running; it ends with its requests.
pub(crate) struct Sender {
    library: Library,
    pub(crate) versions: String,
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Sender {
    /// How the names of the headers begin: as the case says, or else as the library is used to.
    pub(crate) fn family(&self, case: &Case) -> &'static str {
        case.family.unwrap_or(match self.library {
            PythonStandardWebhooks => "webhook",
            PythonSvix | NpmSvix | OpenSsl => "svix",
        })
    }

    /// One request, and the answer to it. A program that has ended is a fault of the cell, so that the
    /// others are still shown.
    pub(crate) fn ask(&mut self, kind: &str, fields: &[(&str, String)]) -> String {
        let mut request = format!("{kind}\n");
        for (name, value) in fields {
            request.push_str(&format!("{name} {value}\n"));
        }
        request.push('\n');
        let asked = self.requests.as_mut().unwrap().write_all(request.as_bytes());
        let answer = asked.map(|()| self.line()).unwrap_or_default();
        if answer.is_empty() { "failed: its program has ended".to_owned() } else { answer }
    }

    /// The next line of its output, empty at the end.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
