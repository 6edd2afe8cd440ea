//! Servers as processes of ours.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long a server may take to start. RabbitMQ on a busy machine needs a good part of it.
const START: Duration = Duration::from_secs(120);

/// A server with its children, which ends when this is dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a server, and returns once it has said that it is ready.
    pub(crate) fn start(mut command: Command, ready: &str) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that it ends with what it has started.
        let mut child = command.process_group(0).spawn().unwrap();
        let (tell, told) = channel();
        read(child.stdout.take().unwrap(), tell.clone());
        read(child.stderr.take().unwrap(), tell);
        let process = Self { child };
        let mut lines = String::new();
        loop {
            match told.recv_timeout(START) {
                Ok(line) if line.contains(ready) => return process,
                Ok(line) => lines.push_str(&line),
                Err(RecvTimeoutError::Timeout) => panic!("{command:?} did not start:\n{lines}"),
                Err(RecvTimeoutError::Disconnected) => panic!("{command:?} ended:\n{lines}"),
            }
        }
    }

    /// Ends it as a crash of the machine's kernel would: it can finish nothing.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.signal("-TERM");
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("-KILL");
        let _ = self.child.wait();
    }
}

/// Reads to the end, so that the server is never held up by a full pipe.
fn read(output: impl Read + Send + 'static, tell: Sender<String>) {
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            // Nobody listens once the server has started.
            let _ = tell.send(String::from_utf8_lossy(&line).into_owned());
            line.clear();
        }
    });
}

/// Ports that were free a moment ago, and all different.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind(("127.0.0.1", 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// A program of the search path, or of a directory that is not always in it.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let known = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let directories = std::env::split_paths(&path).chain(known);
    directories.map(|directory| directory.join(name)).find(|file| file.is_file())
}
