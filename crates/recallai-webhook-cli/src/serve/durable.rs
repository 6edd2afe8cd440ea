//! With a database: a message is kept before it is acknowledged, and then printed until that succeeds.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Context, Message, RetryPolicy, Subscriber, Worker};
use recallai_webhook_inbox::{Filter, Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::print::{self, Printer};
use crate::arguments::Format;
use crate::exit::Failure;

/// The name of the subscription that prints.
const PRINT: &str = "print";

/// How long it waits at most before a line is tried once more.
const RETRY_CAP: Duration = Duration::from_secs(60);

/// A database that is open, and what works on it.
pub(super) struct Durable {
    inbox: Arc<SqliteInbox>,
    worker: Worker,
}

impl Durable {
    /// Opens the database and declares what works on it, so that the first delivery is not missed.
    pub(super) async fn open(file: &Path, format: Format) -> Result<Self, InboxError> {
        let inbox = Arc::new(SqliteInbox::open(file)?);
        let worker = Worker::builder(inbox.clone()).subscribe(printing(format)).build();
        let worker =
            worker.map_err(|error| InboxError::Unsupported { reason: error.to_string().into() })?;
        if let Err(error) = worker.declare().await {
            inbox.close().await;
            return Err(error);
        }
        Ok(Self { inbox, worker })
    }

    pub(super) fn inbox(&self) -> Arc<dyn Inbox> {
        self.inbox.clone()
    }

    /// Begins to work.
    pub(super) fn start(self) -> Working {
        let Self { inbox, worker } = self;
        let (stop, stopped) = oneshot::channel::<()>();
        let worked = tokio::spawn(worker.run(stopped));
        Working { inbox, stop, worked, result: None }
    }
}

/// Prints everything that is received. It does not give up: whoever reads the lines may come back, or
/// the program be started anew.
fn printing(format: Format) -> Subscriber {
    let printer = Printer::start();
    let handler = move |message: Message, context: Context| {
        let printer = printer.clone();
        async move { printer.line(print::message(format, &message, &context)).await }
    };
    let retry = RetryPolicy::default().with_attempts(u32::MAX).with_cap(RETRY_CAP);
    Subscriber::messages(PRINT, Filter::everything(), handler).with_retry(retry)
}

/// A database that is worked on.
pub(super) struct Working {
    inbox: Arc<SqliteInbox>,
    stop: oneshot::Sender<()>,
    worked: JoinHandle<Result<(), InboxError>>,
    /// How the work ended, where it ended before it was told to.
    result: Option<Result<(), Failure>>,
}

impl Working {
    /// Completes when the program is to stop, or cannot go on.
    pub(super) async fn stop_or_failure(&mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            ended = &mut self.worked => self.result = Some(joined(ended)),
        }
    }

    /// Lets what runs come to its end, and closes the database.
    pub(super) async fn end(self) -> Result<(), Failure> {
        let Self { inbox, stop, worked, result } = self;
        // Whoever has ended does not hear it.
        let _ = stop.send(());
        let result = match result {
            Some(result) => result,
            None => joined(worked.await),
        };
        inbox.close().await;
        result
    }
}

fn joined(ended: Result<Result<(), InboxError>, tokio::task::JoinError>) -> Result<(), Failure> {
    ended.map_err(Failure::failed)?.map_err(Failure::from)
}
