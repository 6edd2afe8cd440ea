//! `dead-letters`: the jobs that used up their attempts and wait for a person.

mod list;
mod settle;

use clap::{Args, Subcommand};
use recallai_webhook_inbox::{Inbox, JobId, JobQuery, JobState, StoredJob};

use crate::arguments::Format;
use crate::exit::Failure;

#[derive(Debug, Args)]
pub(crate) struct DeadLetters {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The dead letters, with what their last attempt failed with
    List(list::List),
    /// Let dead letters run again, from their first attempt; not those of parked subscriptions
    Retry(settle::Settle),
    /// Give dead letters up: they count as done
    Discard(settle::Settle),
}

pub(crate) fn run(DeadLetters { command }: &DeadLetters, format: Format) -> Result<(), Failure> {
    match command {
        Command::List(list) => list::run(list, format),
        Command::Retry(retry) => settle::run(retry, settle::End::Retry, format),
        Command::Discard(discard) => settle::run(discard, settle::End::Discard, format),
    }
}

/// Goes over the dead letters of a subscription, or of all.
struct Pages {
    query: JobQuery,
}

impl Pages {
    fn new(subscription: Option<&str>) -> Self {
        let mut query = JobQuery::default();
        query.state = Some(JobState::Dead);
        query.subscription = subscription.map(Into::into);
        Self { query }
    }

    async fn next(&mut self, inbox: &dyn Inbox) -> Result<Option<Vec<StoredJob>>, Failure> {
        let page = inbox.jobs(&self.query).await?;
        self.query.after = page.last().map(|job| job.id).or(self.query.after);
        Ok(if page.is_empty() { None } else { Some(page) })
    }
}

/// The job of this id, which has to be a dead letter.
async fn find(inbox: &dyn Inbox, id: JobId) -> Result<StoredJob, Failure> {
    let mut query = JobQuery::default();
    query.after = id.checked_sub(1);
    query.limit = 1;
    let found = inbox.jobs(&query).await?.into_iter().find(|job| job.id == id);
    match found {
        Some(job) if job.state == JobState::Dead => Ok(job),
        Some(job) => Err(Failure::not_tried(format!(
            "job {id} is not a dead letter, it is {}; nothing was changed",
            job.state.as_str()
        ))),
        None => Err(Failure::not_tried(format!(
            "there is no job {id}; `dead-letters list` shows which there are; nothing was changed"
        ))),
    }
}
