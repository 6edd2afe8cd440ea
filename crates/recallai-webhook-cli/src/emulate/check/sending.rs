//! Sending what a check hands out, and telling it what came of that.

use std::collections::BTreeMap;

use recallai_webhook_emulator::check::{Answer, Check, CheckOptions, CheckReport, Group, Step};
use tokio::task::JoinSet;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::progress::{self, Progress};
use crate::wire::{Client, Target, WireError, WireReply, WireRequest};
use crate::{signals, terminal, time};

/// Runs a check to its end, or until somebody stops it.
pub(super) fn send_all(
    options: CheckOptions,
    target: &Target,
    format: Format,
) -> Result<CheckReport, Failure> {
    let mut check = Check::new(options);
    let progress = Progress::new(format);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let is_whole = runtime.map_err(Failure::failed)?.block_on(async {
        let stop = signals::stop()?;
        tokio::select! {
            sent = send_steps(&mut check, target, &progress, format) => sent.map(|()| true),
            () = stop => Ok(false),
        }
    })?;
    if !is_whole {
        check.stop();
    }
    Ok(check.report())
}

async fn send_steps(
    check: &mut Check,
    target: &Target,
    progress: &Progress,
    format: Format,
) -> Result<(), Failure> {
    let all = check.cases_left() as u64;
    let (mut client, mut case, mut is_warned) = (Client::new(), "", false);
    while let Some(step) = check.next_step(time::now()) {
        // A receiver that serves one connection at a time is not to wait for those of another case.
        if std::mem::replace(&mut case, step.case.name) != step.case.name {
            client = Client::new();
        }
        let done = all.saturating_sub(check.cases_left() as u64 + 1);
        progress.show(&format!("{} {}", progress::bar(done, all), step.case.name));
        let answers = send_at_once(&client, target, &step).await?;
        let is_told = format == Format::Human && step.case.group == Group::Ordinary && !is_warned;
        if let Some(slow) = answers.iter().find(|answer| is_told && !answer.is_quick()) {
            is_warned = true;
            progress.show("");
            terminal::eprint(&warning(slow, &step));
        }
        check.answer(answers);
    }
    Ok(())
}

/// What whoever waits is told as soon as it is known.
fn warning(slow: &Answer, step: &Step) -> String {
    let took = match slow {
        Answer::Reply { took, .. } => format!("an answer took {:.1} s", took.as_secs_f64()),
        _ => format!("no answer within {:?}", step.time_limit),
    };
    let name = step.case.name;
    format!(
        "{took}, in {name}: if that goes on, the check takes minutes; Ctrl-C ends it with what is known\n"
    )
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
