//! `dead-letters retry` and `dead-letters discard`.

use clap::{ArgGroup, Args};
use recallai_webhook_inbox::{Inbox, JobId};
use serde_json::json;

use super::{Pages, find};
use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::terminal;

/// How many are changed in one transaction.
const PIECE: usize = 500;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true)))]
pub(super) struct Settle {
    /// Ids of jobs, as `dead-letters list` shows them
    #[arg(value_name = "JOB", group = "which", conflicts_with_all = ["subscription", "all"])]
    jobs: Vec<JobId>,

    /// Every dead letter of this subscription
    #[arg(long, value_name = "NAME", group = "which", conflicts_with = "all")]
    subscription: Option<String>,

    /// Every dead letter
    #[arg(long, group = "which")]
    all: bool,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

/// What becomes of dead letters.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Retry,
    Discard,
}

impl End {
    const fn verb(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Discard => "discard",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Retry => "put back to run again",
            Self::Discard => "discarded",
        }
    }

    async fn apply(self, inbox: &dyn Inbox, jobs: &[JobId]) -> Result<u64, Failure> {
        Ok(match self {
            Self::Retry => inbox.revive(jobs).await?,
            Self::Discard => inbox.discard(jobs).await?,
        })
    }
}

pub(super) fn run(settle: &Settle, end: End, format: Format) -> Result<(), Failure> {
    let dry_run = settle.bulk.dry_run;
    let changed = settle.database.with(async |inbox| {
        let progress = Progress::new(format);
        let jobs = settle.select(inbox, end, &progress).await?;
        if dry_run || jobs.is_empty() {
            return Ok(jobs.len() as u64);
        }
        if settle.jobs.is_empty() {
            progress.show("");
            let letters = count(jobs.len() as u64, "dead letter");
            settle.bulk.confirm(&format!("{} {letters}", end.verb()))?;
        }
        let mut changed = 0;
        for piece in jobs.chunks(PIECE) {
            changed += end.apply(inbox, piece).await?;
            progress.show(&format!("{changed} of {} {}", jobs.len(), end.done()));
        }
        Ok(changed)
    })?;
    if format == Format::Json {
        return terminal::print_json(&json!({ "jobs": changed, "dry_run": dry_run }));
    }
    let letters = count(changed, "dead letter");
    terminal::print(&match dry_run {
        true => format!("{letters} would be {}; nothing was changed\n", end.done()),
        false => format!("{letters} {}\n", end.done()),
    })
}

impl Settle {
    async fn select(
        &self,
        inbox: &dyn Inbox,
        end: End,
        progress: &Progress,
    ) -> Result<Vec<JobId>, Failure> {
        let known = inbox.subscriptions().await?;
        let parked = |name: &str| {
            let named = known.iter().find(|stored| *stored.subscription.name == *name);
            matches!(end, End::Retry) && named.is_some_and(|stored| stored.parked)
        };
        let mut jobs = Vec::new();
        for id in &self.jobs {
            let job = find(inbox, *id).await?;
            if parked(&job.subscription) {
                return Err(for_nobody(&job.subscription));
            }
            jobs.push(job.id);
        }
        if !jobs.is_empty() {
            return Ok(jobs);
        }
        if let Some(name) = &self.subscription {
            if !known.iter().any(|stored| *stored.subscription.name == **name) {
                return Err(Failure::not_tried(format!("there is no subscription {name:?}")));
            }
            if parked(name) {
                return Err(for_nobody(name));
            }
        }
        let mut pages = Pages::new(self.subscription.as_deref());
        while let Some(page) = pages.next(inbox).await? {
            // Of all those that are meant are those that somebody runs.
            let meant = page.iter().filter(|job| !parked(&job.subscription));
            jobs.extend(meant.map(|job| job.id));
            progress.show(&count(jobs.len() as u64, "dead letter"));
        }
        Ok(jobs)
    }
}

/// Why dead letters are not let run.
fn for_nobody(subscription: &str) -> Failure {
    Failure::not_tried(format!(
        "subscription {subscription:?} is parked, so nobody would run its jobs: `dead-letters discard` them, or \
         `subscriptions remove` it; nothing was changed"
    ))
}
