//! Serving, from a configuration, until somebody stops it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::{Context, Message, RetryPolicy, Subscriber};
use recallai_webhook_inbox::{Filter, Inbox};
use recallai_webhook_server::config::{ENDPOINT, Sources};
use recallai_webhook_server::{self as server, Reloader, ServiceError};
use recallai_webhook_telemetry::Telemetry;

use super::print;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::signals;
use crate::store::failure_at;

/// The name of the subscription that prints.
const PRINT: &str = "print";

/// How long it waits at most before a line is tried for the second time.
const RETRY_BASE: Duration = Duration::from_secs(1);

/// How long it waits at most before a line is tried once more.
const RETRY_CAP: Duration = Duration::from_secs(60);

/// What to serve.
pub(crate) struct Service {
    pub(crate) sources: Sources,
    /// Whether messages are printed even if they are passed on.
    pub(crate) prints_always: bool,
}

/// A service that takes deliveries.
pub(crate) struct Ready {
    pub(crate) address: SocketAddr,
    /// The path of the endpoint.
    pub(crate) path: String,
    pub(crate) inbox: Arc<dyn Inbox>,
}

impl Service {
    /// Serves until somebody stops it, it cannot go on, or what goes on `beside` it has ended.
    pub(crate) fn run(
        self,
        format: Format,
        beside: impl AsyncFnOnce(Ready) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
        let served = runtime.block_on(self.serve(format, beside));
        // A reload may still wait for a file; the process does not.
        runtime.shutdown_background();
        served
    }

    async fn serve(
        self,
        format: Format,
        beside: impl AsyncFnOnce(Ready) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let printer = Printer::start();
        let prints = {
            let printer = printer.clone();
            move || printing(printer.clone(), format)
        };
        let telemetry = Telemetry::new().with_version(env!("CARGO_PKG_VERSION"));
        let service = server::Service::new(self.sources).with_telemetry(telemetry);
        let service = match self.prints_always {
            true => service.with_subscriber(prints),
            false => service.with_default_subscriber(prints),
        };
        let opened = service.open().await?;
        let endpoint = opened.loaded().config.endpoints.get(ENDPOINT);
        let path = endpoint.map(|endpoint| endpoint.path.clone()).unwrap_or_default();
        let mut stop = std::pin::pin!(signals::stop()?);
        // One that comes before the database is open is heard after that.
        let hang_ups = signals::HangUps::listen()?;
        let Some(ready) = opened.ready(&mut stop).await? else { return Ok(()) };
        let reloads = reload_at(hang_ups, ready.reloader());
        let beside = beside(Ready { address: ready.address(), path, inbox: ready.inbox() });
        let mut went = Ok(());
        let end = async {
            tokio::select! {
                () = stop => {}
                ended = beside => went = ended,
                () = reloads => {}
                () = printer.unread() => went = Err(Failure::failed(
                    "standard output: nobody reads it any more; \
                     what was not printed is kept, and printed after the next start",
                )),
            }
        };
        let ran = ready.run(end).await;
        ran.map_err(Failure::from).and(went)
    }
}

/// Has the configuration read again at each SIGHUP. Never completes; what is wrong with it is in the log.
async fn reload_at(mut hang_ups: signals::HangUps, reloader: Reloader) {
    loop {
        hang_ups.next().await;
        let _ = reloader.reload().await;
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

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Config(error) => error.into(),
            ServiceError::Open { path, source } => failure_at(&path, &source),
            ServiceError::Inbox(error) => error.into(),
            error => Self::failed(error),
        }
    }
}
