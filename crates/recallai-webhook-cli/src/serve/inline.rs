//! Without a database: a message counts as handled once its line is written.

use recallai_webhook_dispatch::{
    Endpoint, Receiver, Router, Unmatched, any_event, unknown_event, unreadable_message,
};
use recallai_webhook_hyper::{Server, Webhooks, bind};
use recallai_webhook_server::config::ENDPOINT;

use super::print;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::listening::{Accepted, Listening};
use crate::printer::Printer;
use crate::{secrets, signals};

/// Serves until somebody stops it.
pub(super) fn run(
    listening: &Listening,
    accepted: &Accepted,
    format: Format,
) -> Result<(), Failure> {
    let secrets = accepted.secrets()?;
    let endpoint = Endpoint::signed(ENDPOINT, secrets::verifier(&secrets)?);
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let Listening { address: listen, path } = listening;
        let listener = bind(*listen);
        let listener = listener.map_err(|error| Failure::failed_at(listen, error))?;
        // The port is the kernel's choice where 0 was asked for.
        let address = listener.local_addr().map_err(Failure::failed)?;
        let stop = signals::stop()?;
        let labels: Vec<_> = secrets.iter().map(|secret| secret.label.as_str()).collect();
        tracing::info!(path, secrets = labels.join(", "), "ready for deliveries");
        let receiver = Receiver::inline(endpoint, printing(format));
        let server = Server::new(Webhooks::new().endpoint(path, receiver));
        let end = async {
            accepted.greet(&secrets, address, path);
            stop.await;
        };
        server.serve(listener, end).await.map_err(Failure::failed)
    })
}

/// Prints everything that was verified.
fn printing(format: Format) -> Router {
    let printer = Printer::start();
    let print = move |text| {
        let printer = printer.clone();
        async move { printer.line(text).await }
    };
    let (events, unknown, unreadable) = (print.clone(), print.clone(), print);
    Router::builder(Unmatched::ACKNOWLEDGE)
        .on(any_event(), move |event, context| events(print::event(format, &event, &context)))
        .on(unknown_event(), move |event, context| {
            unknown(print::unknown(format, &event, &context))
        })
        .on(unreadable_message(), move |message, context| {
            unreadable(print::unreadable(format, &message, &context))
        })
        .build()
}
