//! `messages replay`: have messages handled once more.

use std::sync::Arc;

use clap::Args;
use recallai_webhook_inbox::{Inbox, InboxError, Seq};
use serde_json::json;

use super::select::{self, Conditions};
use crate::arguments::Format;
use crate::bulk::Bulk;
use crate::exit::Failure;
use crate::plural::count;
use crate::progress::Progress;
use crate::store::Database;
use crate::terminal;

const NOTES: &str = "\
Jobs that have not run to their end are left alone. Handlers see the idempotency key that they know, \
unless --new-key asks for another one. `serve` runs what is replayed, now or when it is started.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Replay {
    /// Ids of messages, or their places as `messages list` shows them; a number is a place
    #[arg(value_name = "ID|SEQ", conflicts_with = "all")]
    messages: Vec<String>,

    #[command(flatten)]
    conditions: Conditions,

    /// Every message that is stored
    #[arg(long)]
    all: bool,

    /// Only for this subscription. Can be given several times
    #[arg(long, value_name = "NAME")]
    subscription: Vec<String>,

    /// With new idempotency keys: whatever the handlers call will not know them as repetitions
    #[arg(long)]
    new_key: bool,

    #[command(flatten)]
    bulk: Bulk,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(replay: &Replay, format: Format) -> Result<(), Failure> {
    let is_by_condition = replay.all || replay.conditions.is_any();
    match (replay.messages.is_empty(), is_by_condition) {
        (true, false) => {
            return Err(Failure::not_tried(
                "say which messages: ids, conditions such as --name, or --all",
            ));
        }
        (false, true) => {
            return Err(Failure::not_tried("either ids or conditions, not both"));
        }
        _ => {}
    }
    replay.database.with(async |inbox| {
        let subscriptions = replay.subscriptions(inbox).await?;
        let (messages, jobs) = match is_by_condition {
            true => replay.by_condition(inbox, &subscriptions, format).await?,
            false => replay.by_id(inbox, &subscriptions).await?,
        };
        report(messages, jobs, format)
    })
}

fn report(messages: u64, jobs: Option<u64>, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        return terminal::print_json(&json!({
            "messages": messages, "jobs": jobs, "dry_run": jobs.is_none(),
        }));
    }
    let messages = count(messages, "message");
    terminal::print(&match jobs {
        None => format!("{messages} would be replayed; nothing was changed\n"),
        Some(jobs) => format!("{messages} replayed: {} to run\n", count(jobs, "job")),
    })
}

impl Replay {
    /// The names, each of which has to exist.
    async fn subscriptions(&self, inbox: &dyn Inbox) -> Result<Vec<Arc<str>>, Failure> {
        let known = inbox.subscriptions().await?;
        let find = |name: &String| {
            let found = known.iter().find(|stored| *stored.subscription.name == **name);
            found.map(|stored| Arc::clone(&stored.subscription.name)).ok_or_else(|| {
                let name = name.as_str().into();
                Failure::from(InboxError::UnknownSubscription { name })
            })
        };
        self.subscription.iter().map(find).collect()
    }

    fn of(&self, places: Vec<Seq>, subscriptions: &[Arc<str>]) -> recallai_webhook_inbox::Replay {
        let replay = recallai_webhook_inbox::Replay::of(places).with_new_key(self.new_key);
        match subscriptions {
            [] => replay,
            names => replay.with_subscriptions(names.iter().map(Arc::clone)),
        }
    }

    async fn by_id(
        &self,
        inbox: &dyn Inbox,
        subscriptions: &[Arc<str>],
    ) -> Result<(u64, Option<u64>), Failure> {
        let mut places: Vec<Seq> = Vec::new();
        for name in &self.messages {
            let found = select::named(inbox, name, false).await?;
            places.extend(found.iter().map(|message| message.seq));
        }
        places.sort_unstable();
        places.dedup();
        let messages = places.len() as u64;
        if self.bulk.dry_run {
            return Ok((messages, None));
        }
        Ok((messages, Some(inbox.replay(&self.of(places, subscriptions)).await?)))
    }

    async fn by_condition(
        &self,
        inbox: &dyn Inbox,
        subscriptions: &[Arc<str>],
        format: Format,
    ) -> Result<(u64, Option<u64>), Failure> {
        let newest = select::newest(inbox).await?.unwrap_or_default();
        let progress = Progress::new(format);
        let mut messages = 0;
        let mut pages = self.conditions.pages().up_to(newest);
        while let Some(page) = pages.next(inbox).await? {
            messages += page.len() as u64;
            progress.show(&format!("{} to replay", count(messages, "message")));
        }
        progress.show("");
        if self.bulk.dry_run || messages == 0 {
            let jobs = if self.bulk.dry_run { None } else { Some(0) };
            return Ok((messages, jobs));
        }
        self.bulk.confirm(&format!("replay {}", count(messages, "message")))?;
        let (mut done, mut jobs) = (0, 0);
        let mut pages = self.conditions.pages().up_to(newest);
        while let Some(page) = pages.next(inbox).await? {
            let places: Vec<_> = page.iter().map(|message| message.seq).collect();
            done += places.len() as u64;
            jobs += inbox.replay(&self.of(places, subscriptions)).await?;
            progress.show(&format!("{done} of {} replayed", count(messages, "message")));
        }
        Ok((done, Some(jobs)))
    }
}
