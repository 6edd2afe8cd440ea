//! `inbox erase`: a recording, a bot or an upload, with all that is about it.

use clap::{ArgGroup, Args};
use recallai_webhook_inbox::Inbox as _;
use serde_json::json;

use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::store::Database;
use crate::subject::{Named, Scope};
use crate::terminal;

const NOTES: &str = "\
State, metadata, messages and jobs go; ids and the mark of the erasure stay, so that nothing that arrives \
later brings it back. With a bot or an upload its recordings are erased too. Backups and what handlers \
have passed on are not reached.";

const UPLOAD: &str = "The upload of the Desktop SDK with this id, and its recordings";

#[derive(Debug, Args)]
#[command(
    after_help = NOTES,
    group(ArgGroup::new("subject").required(true)),
    mut_arg("bot", |bot| bot.help("The bot with this id, and its recordings")),
    mut_arg("upload", |upload| upload.help(UPLOAD)),
)]
pub(super) struct Erase {
    #[command(flatten)]
    named: Named,

    #[command(flatten)]
    scope: Scope,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(erase: &Erase, format: Format) -> Result<(), Failure> {
    let subject = erase
        .named
        .subject()
        .ok_or_else(|| Failure::not_tried("no recording, bot or upload is named"))?;
    let dry_run = erase.bulk.dry_run;
    let erased = erase.database.with(async |inbox| {
        let scope = erase.scope.of_known(inbox, &subject).await?;
        let would = inbox
            .erase(&recallai_webhook_inbox::Erase::of(&*scope, subject.clone()).with_dry_run(true))
            .await?;
        if dry_run {
            return Ok(would);
        }
        let messages = count(would.messages, "message");
        erase.bulk.confirm(&format!("erase {subject} in scope {scope} for good, {messages}"))?;
        Ok(inbox.erase(&recallai_webhook_inbox::Erase::of(&*scope, subject.clone())).await?)
    })?;
    if format == Format::Json {
        return terminal::print_json(&json!({
            "subjects": erased.subjects,
            "messages": erased.messages,
            "jobs": erased.jobs,
            "dry_run": dry_run,
        }));
    }
    let figures =
        [(erased.subjects, "subject"), (erased.messages, "message"), (erased.jobs, "job")];
    let figures = figures.map(|(number, thing)| count(number, thing)).join(", ");
    terminal::print(&match dry_run {
        true => format!("{figures} would be erased; nothing was changed\n"),
        false => format!("{figures} erased\n"),
    })
}
