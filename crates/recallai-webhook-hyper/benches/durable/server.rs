//! The servers, each a process of its own: four by running this bench again, one by running Node.

use std::future::pending;
use std::io;
use std::path::Path;
use std::sync::Arc;

use recallai_webhook_hyper::dispatch::inbox::Inbox;
use recallai_webhook_hyper::dispatch::recording::Need;
use recallai_webhook_hyper::dispatch::{
    Endpoint, Receiver, Router, Secret, Unmatched, Verifier, Worker, any_event, on_ready,
};
use recallai_webhook_hyper::{Server, Webhooks};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use tokio::net::TcpListener;

use crate::log::LogInbox;
use crate::shared::process::{self, Running};
use crate::shared::wire::{PATH, SECRET};

/// How many jobs of a subscription run at once. The default is 8, with which jobs that take no time are
/// bounded by how often the store commits.
const CONCURRENCY: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Stores nothing: an empty handler.
    Inline,
    /// Durable on a plain file that only grows: the floor.
    Log,
    /// Durable on SQLite, without subscriptions.
    Sqlite,
    /// Durable on SQLite, with two subscriptions to every event and one to a need, and a worker for them.
    Subscribed,
    /// express and the svix package, which store nothing.
    Express,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Inline, Self::Log, Self::Sqlite, Self::Subscribed, Self::Express];

    /// The servers that can run here.
    pub(crate) fn available(target: &Path) -> Vec<Self> {
        let has_node = process::has_node(target);
        Self::ALL.into_iter().filter(|kind| *kind != Self::Express || has_node).collect()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Log => "log",
            Self::Sqlite => "sqlite",
            Self::Subscribed => "sqlite-subscribed",
            Self::Express => "express-svix",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn is_durable(self) -> bool {
        matches!(self, Self::Log | Self::Sqlite | Self::Subscribed)
    }
}

/// Starts a server with its data in this folder.
pub(crate) fn start(kind: Kind, target: &Path, folder: &Path) -> io::Result<Running> {
    match kind {
        Kind::Express => Running::node(kind.name(), target, [PATH, SECRET]),
        _ => Running::this_bench(kind.name(), Some(folder)),
    }
}

/// Where the inbox of a server is.
pub(crate) fn inbox(folder: &Path) -> std::path::PathBuf {
    folder.join("inbox.db")
}

/// Is the server of this name until it is killed.
pub(crate) fn serve(name: &str, folder: &Path) -> io::Result<()> {
    // As `recallai-webhook serve` does it: as many threads as there are cores, here one.
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let secret = Secret::parse(SECRET).map_err(io::Error::other)?;
        let endpoint = Endpoint::signed("recall", Verifier::new(secret));
        let receiver = match Kind::of_name(name) {
            Some(Kind::Log) => {
                Receiver::durable(endpoint, Arc::new(LogInbox::create(&folder.join("log"))?))
            }
            Some(Kind::Sqlite) => Receiver::durable(endpoint, sqlite(folder)?),
            Some(Kind::Subscribed) => {
                let inbox = sqlite(folder)?;
                let worker = worker(Arc::clone(&inbox))?;
                worker.declare().await.map_err(io::Error::other)?;
                tokio::spawn(worker.run(pending::<()>()));
                Receiver::durable(endpoint, inbox)
            }
            _ => {
                let router = Router::builder(Unmatched::RETRY_LATER);
                let router = router.on(any_event(), |_, _| async {}).build();
                Receiver::inline(endpoint, router)
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        let webhooks = Webhooks::new().endpoint(PATH, receiver);
        Server::new(webhooks).serve(listener, pending()).await
    })
}

fn sqlite(folder: &Path) -> io::Result<Arc<dyn Inbox>> {
    Ok(Arc::new(SqliteInbox::open(inbox(folder)).map_err(io::Error::other)?))
}

fn worker(inbox: Arc<dyn Inbox>) -> io::Result<Worker> {
    let need: Need = "transcript, video_mixed".parse().map_err(io::Error::other)?;
    Worker::builder(inbox)
        .with_concurrency(CONCURRENCY)
        .on("first", any_event(), |_, _| async {})
        .on("second", any_event(), |_, _| async {})
        .need("ready", need, on_ready(|_, _| async {}))
        .build()
        .map_err(io::Error::other)
}
