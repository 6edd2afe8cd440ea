//! With a database: a message is kept before it is acknowledged, and then printed until that succeeds.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Context, Message, RetryPolicy, Subscriber, Worker};
use recallai_webhook_inbox::{Filter, Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::print;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::printer::Printer;

/// The name of the subscription that prints.
const PRINT: &str = "print";

/// How long it waits at most before a line is tried for the second time.
const RETRY_BASE: Duration = Duration::from_secs(1);

/// How long it waits at most before a line is tried once more.
const RETRY_CAP: Duration = Duration::from_secs(60);

/// A database that is open, and what works on it.
pub(super) struct Durable {
    inbox: Arc<SqliteInbox>,
    worker: Worker,
    printer: Printer,
}

impl Durable {
    /// Opens the database and declares what works on it, so that the first delivery is not missed.
    pub(super) async fn open(file: &Path, format: Format) -> Result<Self, InboxError> {
        let inbox = Arc::new(SqliteInbox::open(file)?);
        let printer = Printer::start();
        let prints = printing(printer.clone(), format);
        let worker = Worker::builder(inbox.clone()).subscribe(prints).build();
        let worker =
            worker.map_err(|error| InboxError::Unsupported { reason: error.to_string().into() })?;
        if let Err(error) = worker.declare().await {
            inbox.close().await;
            return Err(error);
        }
        Ok(Self { inbox, worker, printer })
    }

    pub(super) fn inbox(&self) -> Arc<dyn Inbox> {
        self.inbox.clone()
    }

    /// Begins to work.
    pub(super) fn start(self) -> Working {
        let Self { inbox, worker, printer } = self;
        let (stop, stopped) = oneshot::channel::<()>();
        let worked = tokio::spawn(worker.run(stopped));
        Working { inbox, printer, stop, worked, result: None, failure: None }
    }
}

/// Prints everything that is received. It does not give up: what was not printed is printed after the
/// next start.
fn printing(printer: Printer, format: Format) -> Subscriber {
    let handler = move |message: Message, context: Context| {
        let printer = printer.clone();
        async move { printer.line(print::message(format, &message, &context)).await }
    };
    let retry = RetryPolicy::default().with_attempts(u32::MAX);
    let retry = retry.with_base(RETRY_BASE).with_cap(RETRY_CAP);
    Subscriber::messages(PRINT, Filter::everything(), handler).with_retry(retry)
}

/// A database that is worked on.
pub(super) struct Working {
    inbox: Arc<SqliteInbox>,
    printer: Printer,
    stop: oneshot::Sender<()>,
    worked: JoinHandle<Result<(), InboxError>>,
    /// How the work ended, where it ended before it was told to.
    result: Option<Result<(), Failure>>,
    /// Why the program cannot go on, where it is not the work that ended.
    failure: Option<Failure>,
}

impl Working {
    /// Completes when the program is to stop, or cannot go on.
    pub(super) async fn stop_or_failure(&mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            ended = &mut self.worked => self.result = Some(joined(ended)),
            () = self.printer.clone().unread() => self.failure = Some(Failure::failed(
                "standard output: nobody reads it any more; \
                 what was not printed is kept, and printed after the next start",
            )),
        }
    }

    /// Lets what runs come to its end, and closes the database.
    pub(super) async fn end(self) -> Result<(), Failure> {
        let Self { inbox, stop, worked, result, failure, .. } = self;
        // Whoever has ended does not hear it.
        let _ = stop.send(());
        let result = match result {
            Some(result) => result,
            None => joined(worked.await),
        };
        inbox.close().await;
        failure.map_or(result, Err)
    }
}

fn joined(ended: Result<Result<(), InboxError>, tokio::task::JoinError>) -> Result<(), Failure> {
    ended.map_err(Failure::failed)?.map_err(Failure::from)
}
