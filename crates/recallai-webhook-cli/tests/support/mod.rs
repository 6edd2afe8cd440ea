//! Runs the real binary, as a user would.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod receiver;
pub(crate) mod required;
pub(crate) mod store;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The binary, with nothing of our own environment that it reads.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recallai-webhook"));
    command.args(arguments).env_remove("RECALLAI_WEBHOOK_SECRET").env("NO_COLOR", "1");
    // Tests run beside each other, and it has one port.
    command.env("RECALLAI_WEBHOOK_ADMIN__ENABLED", "false");
    command
}

/// Held while a process is started, and while this one owns a database: between its fork and its exec a
/// child has what other tests of this process have open, their locks too.
static STARTING: Mutex<()> = Mutex::new(());

pub(crate) fn starting() -> MutexGuard<'static, ()> {
    STARTING.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn spawn(command: &mut Command) -> Child {
    let _starting = starting();
    command.spawn().unwrap()
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Output { status, stdout, stderr } = spawn(pipes).wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// The same, with something to read on standard input.
pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> (Option<i32>, String, String) {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(pipes);
    let mut stdin = child.stdin.take().unwrap();
    // Who does not read it all has ended, which is for the test to judge.
    let _ = stdin.write_all(input);
    drop(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A `serve` that is running; killed when the test ends.
pub(crate) struct Server {
    child: Child,
    /// The events, one a line.
    pub(crate) events: BufReader<ChildStdout>,
    /// Its address, chosen by the kernel.
    pub(crate) address: String,
    /// What it wrote to standard error until it was ready.
    pub(crate) greeting: String,
    log: mpsc::Receiver<String>,
}

impl Server {
    /// Starts `serve` on a free port and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.args(["--listen", "127.0.0.1:0"]);
        // An admin listener says that it listens, too, and only one of them can have the default port.
        command.env("RECALLAI_WEBHOOK_ADMIN__ENABLED", "false");
        let mut child = spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut greeting = String::new();
        let address = loop {
            let start = greeting.len();
            assert_ne!(log.read_line(&mut greeting).unwrap(), 0, "it ended: {greeting}");
            if let Some((_, address)) = greeting[start..].split_once("listening address=") {
                break address.trim().to_owned();
            }
        };
        let events = BufReader::new(child.stdout.take().unwrap());
        let (lines, rest) = mpsc::channel();
        std::thread::spawn(move || log.lines().try_for_each(|line| lines.send(line.ok()?).ok()));
        Self { child, events, address, greeting, log: rest }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/recall", self.address)
    }

    pub(crate) fn next_event(&mut self) -> String {
        let mut line = String::new();
        self.events.read_line(&mut line).unwrap();
        line
    }

    /// The next line of standard error.
    pub(crate) fn next_log(&self) -> String {
        self.log.recv().unwrap()
    }

    /// Sends bytes on a connection of its own and reads the whole answer.
    pub(crate) fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// How much memory it has, in MiB.
    pub(crate) fn memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop as an orchestrator does.
    pub(crate) fn signal(&self) {
        let pid = self.child.id().to_string();
        let mut kill = spawn(Command::new("kill").args(["-TERM", &pid]));
        assert!(kill.wait().unwrap().success());
    }

    /// The same, and waits until it has heard.
    pub(crate) fn terminate(&mut self) -> String {
        self.signal();
        let mut log = String::new();
        while !log.contains("shutting down") {
            log.push_str(&self.log.recv().unwrap());
            log.push('\n');
        }
        log
    }

    /// Waits until it ends; returns its exit code and the rest of its log.
    pub(crate) fn wait(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.log.iter().collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Something that reads as the output of a program that has ended.
pub(crate) fn closed() -> BufReader<ChildStdout> {
    let mut ended = spawn(Command::new("true").stdout(Stdio::piped()));
    ended.wait().unwrap();
    BufReader::new(ended.stdout.take().unwrap())
}

/// A signed delivery as bytes on the wire.
pub(crate) fn signed(id: &str, body: &str) -> Vec<u8> {
    signed_bytes(id, body.as_bytes())
}

/// The same of a body that need not be text.
pub(crate) fn signed_bytes(id: &str, body: &[u8]) -> Vec<u8> {
    use std::time::{SystemTime, UNIX_EPOCH};
    #[allow(clippy::disallowed_methods, reason = "the server under test reads the real clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let secret = recallai_webhook_dispatch::Secret::parse(SECRET).unwrap();
    let signature = secret.sign(id, now, body).unwrap();
    let head = format!(
        "POST /webhooks/recall HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
         content-length: {}\r\nsvix-id: {id}\r\nsvix-timestamp: {now}\r\n\
         svix-signature: {signature}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
