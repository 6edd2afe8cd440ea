//! The servers, each a process of its own: four by running this bench again, two by running Node.

use std::future::pending;
use std::io;
use std::net::TcpStream;
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

/// How many jobs of a subscription run at once. With the default of 8, jobs that take no time are bounded
/// by how often the store commits, and would not keep up with the load. At most twice as many are held.
const CONCURRENCY: usize = 256;

/// The variable with the URL of a PostgreSQL in which a table may be made.
const POSTGRES: &str = "RECALLAI_WEBHOOK_BENCH_POSTGRES";

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
    /// The same, and a transaction of PostgreSQL for each delivery.
    ExpressPostgres,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Inline,
        Self::Log,
        Self::Sqlite,
        Self::Subscribed,
        Self::Express,
        Self::ExpressPostgres,
    ];

    /// The servers that can run here.
    pub(crate) fn available(target: &Path) -> Vec<Self> {
        let can_run = |kind: &Self| match kind {
            Self::Express => process::has_node(target, &["express", "svix"]),
            Self::ExpressPostgres => {
                process::has_node(target, &["express", "svix", "pg"]) && postgres().is_some()
            }
            _ => true,
        };
        Self::ALL.into_iter().filter(can_run).collect()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Log => "log",
            Self::Sqlite => "sqlite",
            Self::Subscribed => "sqlite-subscribed",
            Self::Express => "express-svix",
            Self::ExpressPostgres => "express-svix-postgres",
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
        Kind::Express => Running::node(kind.name(), target, &[PATH, SECRET]),
        Kind::ExpressPostgres => {
            let url = postgres().ok_or(io::ErrorKind::NotFound)?;
            Running::node(kind.name(), target, &[PATH, SECRET, &url])
        }
        _ => Running::this_bench(kind.name(), Some(folder)),
    }
}

/// Where PostgreSQL is, if one is named or runs on this machine.
fn postgres() -> Option<String> {
    if let Ok(url) = std::env::var(POSTGRES) {
        return Some(url);
    }
    let runs = TcpStream::connect(("127.0.0.1", 5432)).is_ok();
    if !runs {
        eprintln!("without PostgreSQL; {POSTGRES} may name one");
    }
    runs.then(|| "postgres://postgres@127.0.0.1/postgres".to_owned())
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
