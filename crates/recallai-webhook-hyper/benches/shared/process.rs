//! Server processes: each on the servers' core, while the load is on another.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Before the name of the server that this process is to be.
pub(crate) const ARGUMENT: &str = "--serve";

const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

/// A server that runs until this is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Running {
    /// Runs this bench again, to be the server of this name.
    pub(crate) fn this_bench(name: &str, folder: Option<&Path>) -> io::Result<Self> {
        let mut command = pinned(std::env::current_exe()?.as_ref());
        Self::start(command.args([ARGUMENT, name]).args(folder))
    }

    /// Runs a script of `benches/peers` with Node.
    pub(crate) fn node(name: &str, target: &Path, arguments: &[&str]) -> io::Result<Self> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        let mut command = pinned("node".as_ref());
        command.arg(scripts.join(name).with_extension("js")).args(arguments);
        Self::start(command.env("NODE_PATH", target.join("peers/node_modules")))
    }

    /// Starts a server that prints the port it listens on.
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        let stdout = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        BufReader::new(stdout).read_line(&mut port)?;
        let port: u16 = port.trim().parse().map_err(io::Error::other)?;
        Ok(Self { address: ([127, 0, 0, 1], port).into(), process })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends the server at once.
    #[allow(dead_code, reason = "not every bench does")]
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }

    /// How much memory the server has, in KiB.
    pub(crate) fn resident(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        kib.ok_or_else(|| io::Error::other("no VmRSS"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a server of Node can run here: it needs Node and packages.
pub(crate) fn has_node(target: &Path, packages: &[&str]) -> bool {
    let peers = target.join("peers");
    let folder = peers.join("node_modules");
    let has = runs("node") && packages.iter().all(|package| folder.join(package).exists());
    if !has {
        let (packages, peers) = (packages.join(" "), peers.display());
        eprintln!("without a server of Node; for it: npm install --prefix {peers} {packages}");
    }
    has
}

pub(crate) fn pin_this_process() {
    let pid = std::process::id().to_string();
    let _ = Command::new("taskset").args(["-a", "-p", "-c", LOAD_CORE, &pid]).output();
}

/// A command that runs on the servers' core, if processes can be pinned here.
fn pinned(program: &OsStr) -> Command {
    if !runs("taskset") {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE]).arg(program);
    command
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}
