//! The servers, each a process of its own: two by running this bench again, two by running Node.

use std::convert::Infallible;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use recallai_webhook_hyper::dispatch::event::names::TRANSCRIPT_DONE;
use recallai_webhook_hyper::dispatch::{Endpoint, Receiver, Router, Secret, Unmatched, Verifier};
use recallai_webhook_hyper::{Server, Webhooks};
use tokio::net::TcpListener;

/// Before the name of the server that this process is to be.
pub(crate) const ARGUMENT: &str = "--serve";
pub(crate) const PATH: &str = "/webhooks/recall";
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// hyper that reads the body, looks at nothing, and answers 204: the floor.
    Bare,
    /// This crate's server with all its limits and an empty handler.
    Ours,
    /// Node's http module and the svix package.
    NodeHttp,
    /// express and the svix package.
    Express,
}

impl Kind {
    /// The servers that can run here: those of Node need Node and its packages.
    pub(crate) fn available(target: &Path) -> Vec<Self> {
        let mut kinds = vec![Self::Bare, Self::Ours];
        let packages = target.join("peers/node_modules");
        if packages.join("svix").exists() && packages.join("express").exists() && runs("node") {
            kinds.extend([Self::NodeHttp, Self::Express]);
        } else {
            let peers = target.join("peers");
            eprintln!(
                "no Node servers; for them: npm install --prefix {} express svix",
                peers.display()
            );
        }
        kinds
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare-hyper",
            Self::Ours => "ours",
            Self::NodeHttp => "node-http-svix",
            Self::Express => "express-svix",
        }
    }
}

/// A server that runs until this is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Running {
    pub(crate) fn start(kind: Kind, target: &Path) -> io::Result<Self> {
        let mut command = match kind {
            Kind::Bare | Kind::Ours => {
                let mut command = pinned(std::env::current_exe()?.as_ref());
                command.args([ARGUMENT, kind.name()]);
                command
            }
            Kind::NodeHttp | Kind::Express => {
                let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
                let mut command = pinned("node".as_ref());
                command.arg(scripts.join(kind.name()).with_extension("js"));
                command.args([PATH, SECRET]).env("NODE_PATH", target.join("peers/node_modules"));
                command
            }
        };
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

    /// How long the server's main thread has been running on a processor, where the system says.
    pub(crate) fn cpu_time(&self) -> Option<Duration> {
        let times = fs::read_to_string(format!("/proc/{}/schedstat", self.pid())).ok()?;
        Some(Duration::from_nanos(times.split(' ').next()?.parse().ok()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command that runs on the servers' core, if processes can be pinned here.
fn pinned(program: &std::ffi::OsStr) -> Command {
    if !runs("taskset") {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE]).arg(program);
    command
}

pub(crate) fn pin_this_process() {
    let pid = std::process::id().to_string();
    let _ = Command::new("taskset").args(["-a", "-p", "-c", LOAD_CORE, &pid]).output();
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Is the server of this name until it is killed.
pub(crate) fn serve(name: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        match name == Kind::Bare.name() {
            true => bare(listener).await,
            false => ours(listener).await,
        }
    })
}

async fn bare(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = service_fn(|request: Request<Incoming>| async {
            let _ = request.into_body().collect().await;
            let mut response = Response::new(Empty::<Bytes>::new());
            *response.status_mut() = StatusCode::NO_CONTENT;
            Ok::<_, Infallible>(response)
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn ours(listener: TcpListener) -> io::Result<()> {
    let secret = Secret::parse(SECRET).map_err(io::Error::other)?;
    let unmatched = Unmatched::RETRY_LATER;
    let router = Router::builder(unmatched).on(TRANSCRIPT_DONE, |_, _| async {}).build();
    let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
    let webhooks = Webhooks::new().endpoint(PATH, receiver);
    Server::new(webhooks).serve(listener, std::future::pending()).await
}
