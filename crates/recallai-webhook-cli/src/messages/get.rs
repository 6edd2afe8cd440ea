//! `messages get`: one message at length.

use std::fmt::Write as _;

use clap::Args;
use recallai_webhook_inbox::{Inbox as _, JobQuery, StoredJob, StoredMessage};

use super::{describe, select};
use crate::arguments::Format;
use crate::exit::Failure;
use crate::plural::count;
use crate::store::Database;
use crate::table::Table;
use crate::terminal::{self, TITLE, printable};
use crate::{job, time};

#[derive(Debug, Args)]
pub(super) struct Get {
    /// The id of the message, or its place as `messages list` shows it; a number is a place. The same
    /// id at several endpoints shows them all
    #[arg(value_name = "ID|SEQ")]
    message: String,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(get: &Get, format: Format) -> Result<(), Failure> {
    get.database.with(async |inbox| {
        for message in select::named(inbox, &get.message, true).await? {
            let query = JobQuery::new().with_message(message.seq);
            let jobs = inbox.jobs(&query).await?;
            match format {
                Format::Human => terminal::print(&human(&message, &jobs))?,
                Format::Json => {
                    let mut value = describe::json(&message);
                    value["jobs"] = jobs.iter().map(job::json).collect();
                    terminal::print_json(&value)?;
                }
            }
        }
        Ok(())
    })
}

fn human(message: &StoredMessage, jobs: &[StoredJob]) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{TITLE}message {}{TITLE:#}", printable(&message.id));
    let name = message.event_name.as_deref().unwrap_or("-");
    let class = message.class.as_str();
    let received = time::short(message.received_at);
    let deliveries = match message.deliveries {
        1 => "1".to_owned(),
        more => format!(
            "{more}, the last at {}; {} with another body",
            time::short(message.last_received_at),
            message.conflicts
        ),
    };
    let rows = [
        ("seq", message.seq.to_string()),
        ("event", format!("{name} ({class})")),
        ("error", message.error.as_deref().unwrap_or_default().to_owned()),
        ("endpoint", format!("{}, scope {}", message.endpoint, message.scope)),
        ("received", format!("{received} UTC")),
        ("deliveries", deliveries),
    ];
    for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {label:<11} {}", printable(value));
    }
    if let Some(signed) = &message.signed {
        let _ = writeln!(text, "  {:<11} {}", "secret", printable(&signed.key_label));
        let _ = writeln!(text, "\n{TITLE}Headers{TITLE:#}");
        let family = signed.family.as_str();
        let (id, signature) = (printable(&message.id), printable(&signed.signature));
        let _ = writeln!(text, "  {family}-id: {id}");
        let _ = writeln!(text, "  {family}-timestamp: {}", signed.timestamp);
        let _ = writeln!(text, "  {family}-signature: {signature}");
    }
    if let Some(body) = &message.body {
        let _ = writeln!(text, "\n{TITLE}Body{TITLE:#}, {}", count(body.len() as u64, "byte"));
        for line in lines(body) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if !jobs.is_empty() {
        let mut table = Table::new(job::TITLES);
        jobs.iter().for_each(|job| table.row(job::cells(job)));
        let _ = write!(text, "\n{TITLE}Jobs{TITLE:#}\n{}", table.render("  "));
    }
    text
}

/// The body as it came: no member sorted, no number rewritten, nothing that stands twice left out.
fn lines(body: &[u8]) -> Vec<String> {
    match std::str::from_utf8(body) {
        Ok(text) => text.strip_suffix('\n').unwrap_or(text).split('\n').map(printable).collect(),
        Err(_) => vec![printable(&String::from_utf8_lossy(body))],
    }
}
