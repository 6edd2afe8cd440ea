//! The servers, each a process of its own: two by running this bench again, two by running Node.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::Path;
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

use crate::shared::process::{self, Running};
use crate::shared::wire::{PATH, SECRET};

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
        if process::has_node(target, &["express", "svix"]) {
            kinds.extend([Self::NodeHttp, Self::Express]);
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

/// Starts a server.
pub(crate) fn start(kind: Kind, target: &Path) -> io::Result<Running> {
    match kind {
        Kind::Bare | Kind::Ours => Running::this_bench(kind.name(), None),
        Kind::NodeHttp | Kind::Express => Running::node(kind.name(), target, &[PATH, SECRET]),
    }
}

/// How long the server's main thread has been running on a processor, where the system says.
pub(crate) fn cpu_time(server: &Running) -> Option<Duration> {
    let times = fs::read_to_string(format!("/proc/{}/schedstat", server.pid())).ok()?;
    Some(Duration::from_nanos(times.split(' ').next()?.parse().ok()?))
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
