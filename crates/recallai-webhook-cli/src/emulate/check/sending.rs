//! Sending what a check hands out, and telling it what came of that.

use std::collections::BTreeMap;

use recallai_webhook_emulator::check::{Answer, Check, CheckOptions, CheckReport, Step, cases};
use tokio::task::JoinSet;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::progress::{self, Progress};
use crate::wire::{Client, Target, WireError, WireReply, WireRequest};
use crate::{signals, time};

/// Runs a check to its end; it is a failure if somebody stops it.
pub(super) fn send_all(
    options: CheckOptions,
    target: &Target,
    format: Format,
) -> Result<CheckReport, Failure> {
    let mut check = Check::new(options);
    let progress = Progress::new(format);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::failed)?.block_on(async {
        let stop = signals::stop()?;
        tokio::select! {
            sent = send_steps(&mut check, target, &progress) => sent,
            () = stop => Err(Failure::failed("stopped before the end")),
        }
    })?;
    Ok(check.report())
}

async fn send_steps(
    check: &mut Check,
    target: &Target,
    progress: &Progress,
) -> Result<(), Failure> {
    let all = cases().count() as u64;
    let (mut client, mut case) = (Client::new(), "");
    while let Some(step) = check.next_step(time::now()) {
        // A receiver that serves one connection at a time is not to wait for those of another case.
        if std::mem::replace(&mut case, step.case.name) != step.case.name {
            client = Client::new();
        }
        let done = all.saturating_sub(check.cases_left() as u64 + 1);
        progress.show(&format!("{} {}", progress::bar(done, all), step.case.name));
        let answers = send_at_once(&client, target, &step).await?;
        check.answer(answers);
    }
    Ok(())
}

/// Sends the requests of a step; gives their answers in the order of the requests.
async fn send_at_once(
    client: &Client,
    target: &Target,
    step: &Step,
) -> Result<Vec<Answer>, Failure> {
    let mut requests = JoinSet::new();
    for (number, request) in step.requests.iter().enumerate() {
        let (client, target, limit) = (client.clone(), target.clone(), step.time_limit);
        let request = WireRequest::from(request);
        requests.spawn(async move { (number, client.send(&target, &request, limit).await) });
    }
    let mut answers = BTreeMap::new();
    while let Some(answered) = requests.join_next().await {
        let (number, answer) = answered.map_err(Failure::failed)?;
        answers.insert(number, answer.map_or_else(|error| missing(&error), given));
    }
    Ok(answers.into_values().collect())
}

fn given(reply: WireReply) -> Answer {
    let own =
        |(name, value): (String, Vec<u8>)| (name, String::from_utf8_lossy(&value).into_owned());
    Answer::Reply {
        status: reply.status,
        headers: reply.headers.into_iter().map(own).collect(),
        body: reply.body,
        took: reply.took,
    }
}

fn missing(error: &WireError) -> Answer {
    match error {
        WireError::TimedOut => Answer::TimedOut,
        WireError::Connect(_) => Answer::NoConnection,
        WireError::Broken(_) | WireError::NotHttp(_) => Answer::Broken(error.to_string()),
    }
}
