//! `recordings wait`: until what is needed is there, or turns out not to come.

use std::sync::Arc;
use std::time::Duration;

use clap::{ArgGroup, Args};
use recallai_webhook_inbox::recording::{Need, Readiness, Subject};
use recallai_webhook_inbox::{Inbox, InboxExt as _, Topic};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::describe;
use crate::arguments::Format;
use crate::exit::{Code, Failure};
use crate::store::Database;
use crate::subject::{self, Maker, Scope};
use crate::terminal::{self, WARNING, printable};
use crate::{duration, time};

const NOTES: &str = "\
The answer is about what is stored and what arrives while it waits: start it before or after the events.

Exit codes: 0 ready, 5 failed, 6 gone, 7 not ready in time.

Examples:
  recallai-webhook recordings wait 03d06804-0cb2-42f8-a255-5b950dde7c57 \\
    --for transcript
  recallai-webhook recordings wait --bot 0b85d2f9-… \\
    --for video_mixed,transcript --timeout 2h && ./next-step";

const BOT: &str = "All recordings of this bot: ready once none is pending and one is ready";

#[derive(Debug, Args)]
#[command(
    after_help = NOTES,
    group(ArgGroup::new("subject").required(true)),
    mut_arg("bot", |bot| bot.help(BOT)),
    mut_arg("upload", |upload| upload.help("The same of this upload of the Desktop SDK")),
)]
pub(super) struct Wait {
    /// The id of a recording
    #[arg(value_name = "ID", group = "subject", value_parser = subject::id)]
    recording: Option<String>,

    #[command(flatten)]
    maker: Maker,

    /// What is needed, such as `video_mixed,transcript`
    #[arg(long = "for", value_name = "KINDS")]
    need: Need,

    /// For how long to wait at most, such as 90s or 1h30m; 0s only looks
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    scope: Scope,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(wait: &Wait, format: Format) -> Result<Code, Failure> {
    let subject = wait.maker.or_recording(wait.recording.as_deref());
    let subject =
        subject.ok_or_else(|| Failure::not_tried("no recording, bot or upload is named"))?;
    let (scope, readiness) = wait.database.with(async |inbox| {
        // Past the end of the clock: no deadline.
        let deadline = Instant::now().checked_add(wait.timeout);
        let Some(scope) = scope(wait, inbox, &subject, deadline).await? else {
            // Of what nobody has heard everything is missing, whatever the scope.
            return Ok((None, inbox.readiness("", &subject, &wait.need).await?));
        };
        let readiness = inbox.readiness(&scope, &subject, &wait.need).await?;
        if readiness.is_pending() {
            tracing::info!(%subject, %readiness, "waiting");
        }
        let left = deadline.map_or(Duration::MAX, |deadline| deadline - Instant::now());
        let readiness = inbox.wait(&scope, &subject, &wait.need, left).await?;
        Ok((Some(scope), readiness))
    })?;
    let code = match &readiness {
        Readiness::Ready(_) => Code::Worked,
        Readiness::Failed(_) => Code::NeedFailed,
        Readiness::Gone(_) => Code::NeedGone,
        _ => Code::NotInTime,
    };
    match format {
        Format::Json => {
            let mut value = json!(readiness);
            value["subject"] = json!(subject);
            value["scope"] = json!(scope.as_deref());
            value["need"] = json!(wait.need);
            value["timed_out"] = json!(code == Code::NotInTime);
            terminal::print_json(&value)?;
        }
        Format::Human => {
            let style = describe::style(&readiness);
            let line = printable(&readiness.to_string());
            let (name, rest) = line.split_at(readiness.name().len());
            let late = match code {
                Code::NotInTime => {
                    let time = time::length(wait.timeout);
                    format!("{WARNING}not ready within {time}{WARNING:#}, ")
                }
                _ => String::new(),
            };
            terminal::print(&format!("{late}{style}{name}{style:#}{rest}\n"))?;
        }
    }
    Ok(code)
}

/// The scope to wait in: once an event has told of the subject, where that is.
async fn scope(
    wait: &Wait,
    inbox: &dyn Inbox,
    subject: &Subject,
    deadline: Option<Instant>,
) -> Result<Option<Arc<str>>, Failure> {
    let mut watch = inbox.watch(Topic::Messages);
    let mut is_told = false;
    loop {
        if let Some(scope) = wait.scope.find(inbox, subject).await? {
            return Ok(Some(scope));
        }
        if !std::mem::replace(&mut is_told, true) {
            tracing::info!(%subject, "no event has told of it yet, waiting");
        }
        match deadline {
            None => watch.changed().await,
            Some(deadline) => {
                if timeout_at(deadline, watch.changed()).await.is_err() {
                    return Ok(None);
                }
            }
        }
    }
}
