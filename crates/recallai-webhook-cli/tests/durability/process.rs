//! A `serve` on a file, whose output is read all the time.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::support::{SECRET, command};

pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    /// The ids of the messages that it has printed.
    pub(crate) printed: Receiver<String>,
    log: JoinHandle<String>,
}

/// Says that a test cannot run here. Where all of them have to, as with
/// `RECALLAI_WEBHOOK_DURABILITY=required`, that is a failure.
pub(crate) fn skipped(why: &str) {
    let required = std::env::var_os("RECALLAI_WEBHOOK_DURABILITY");
    assert!(required.is_none_or(|required| required != "required"), "required, but {why}");
    eprintln!("skipped: {why}");
}

/// `serve` on a file, as arguments of a command to come.
pub(crate) fn serve(database: &Path) -> Command {
    let database = database.to_str().unwrap();
    command(&["serve", "--format", "json", "--listen", "127.0.0.1:0", "--database", database])
}

impl Process {
    /// Starts it and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::start_beside(command, 0).0
    }

    /// The same with an admin listener; where that is, too. Either may be the first to listen.
    pub(crate) fn start_with_admin(command: &mut Command) -> (Self, String) {
        command.env("RECALLAI_WEBHOOK_ADMIN__ENABLED", "true");
        command.env("RECALLAI_WEBHOOK_ADMIN__ADDRESS", "127.0.0.1:0");
        let (mut process, greeting) = Self::start_beside(command, 1);
        let admin = after(&greeting, "url=http://").remove(0);
        let addresses = after(&greeting, "listening address=").into_iter();
        process.address = addresses.chain([process.address]).find(|one| *one != admin).unwrap();
        (process, admin)
    }

    /// Starts it, and waits until it listens once more than so often. The last address is its own, and what it
    /// said before.
    fn start_beside(command: &mut Command, others: usize) -> (Self, String) {
        command.env("RECALLAI_WEBHOOK_SECRET", SECRET);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut greeting = String::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {greeting}")).unwrap();
            greeting += &line;
            greeting.push('\n');
            let mut addresses = after(&greeting, "listening address=");
            if addresses.len() > others && after(&greeting, "url=http://").len() >= others {
                break addresses.swap_remove(others);
            }
        };
        let said = greeting.clone();
        let log = std::thread::spawn(move || {
            lines.map_while(Result::ok).fold(greeting, |log, line| log + &line + "\n")
        });
        let (ids, printed) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            // A line that was cut off by the end of the process is none.
            for line in output.lines().map_while(Result::ok) {
                let Ok(Value::Object(line)) = serde_json::from_str(&line) else { continue };
                let id = line["message_id"].as_str().unwrap().to_owned();
                if ids.send(id).is_err() {
                    break;
                }
            }
        });
        (Self { child, address, printed, log }, said)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// As an orchestrator stops it.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    /// As who asks for a reload.
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits until it ends. Returns whether it ended of itself and well, what it printed since it was
    /// last asked, and its log.
    pub(crate) fn end(mut self) -> (bool, Vec<String>, String) {
        let status = self.child.wait().unwrap();
        (status.success(), self.printed.iter().collect(), self.log.join().unwrap())
    }
}

/// What follows a word, each time up to the end of the line or the next space.
fn after(text: &str, word: &str) -> Vec<String> {
    let found = text.split(word).skip(1).filter_map(|rest| rest.split_whitespace().next());
    found.map(str::to_owned).collect()
}
