//! Without a database: a message counts as handled once its line is written.

use recallai_webhook_dispatch::{Router, Unmatched, any_event, unknown_event, unreadable_message};

use super::print;
use crate::arguments::Format;
use crate::printer::Printer;

/// Prints everything that was verified.
pub(super) fn printing(format: Format) -> Router {
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
