//! `subscriptions remove`: the end of a subscription that is parked.

use clap::Args;
use recallai_webhook_inbox::{Inbox, JobState, StoredSubscription};
use serde_json::json;

use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::store::Database;
use crate::terminal;

const NOTES: &str = "\
A subscription is parked when the configuration of `serve` names it no more. Its jobs wait, and messages are \
kept for it, in case it comes back. Removed, its jobs and dead letters are gone; messages stay as long as \
`retention` says. Declared again, it begins anew.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Remove {
    /// The name of the subscription, as `subscriptions list` shows it
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(remove: &Remove, format: Format) -> Result<(), Failure> {
    let (name, dry_run) = (&remove.name, remove.bulk.dry_run);
    let (open, dead) = remove.database.with(async |inbox| {
        let stored = inbox.subscriptions().await?;
        let stored = stored.iter().find(|stored| *stored.subscription.name == **name);
        let Some(stored) = stored else {
            return Err(Failure::not_tried(format!(
                "there is no subscription {name:?}; `subscriptions list` shows which there are"
            )));
        };
        if !stored.parked {
            return Err(Failure::not_tried(format!(
                "subscription {name:?} is in use: take it out of the configuration, and start `serve` or \
                 have it reload; then it is parked, and can be removed; nothing was changed"
            )));
        }
        let (open, dead) = (open(stored), stored.count(JobState::Dead));
        if !dry_run {
            remove.bulk.confirm(&format!("remove {name} {}", with(open, dead)))?;
            inbox.unsubscribe(name).await?;
        }
        Ok((open, dead))
    })?;
    if format == Format::Json {
        let removed = json!({
            "subscription": name, "jobs": open, "dead_letters": dead, "dry_run": dry_run,
        });
        return terminal::print_json(&removed);
    }
    let with = with(open, dead);
    let name = terminal::printable(name);
    terminal::print(&match dry_run {
        true => format!("{name} would be removed {with}; nothing was changed\n"),
        false => format!("{name} removed {with}\n"),
    })
}

/// What goes with it.
fn with(open: u64, dead: u64) -> String {
    format!("with {} and {}", count(open, "open job"), count(dead, "dead letter"))
}

/// How many jobs have not ended.
fn open(stored: &StoredSubscription) -> u64 {
    let open = JobState::ALL.into_iter().filter(|state| !state.is_ended());
    open.map(|state| stored.count(state)).sum()
}
