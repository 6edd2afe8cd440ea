//! `recordings get`: one recording at length.

use std::fmt::Write as _;

use clap::Args;
use recallai_webhook_inbox::recording::{
    Need, Outcome, Readiness, State, Subject, SubjectKind, outcome,
};
use recallai_webhook_inbox::{Inbox, StoredSubject};
use serde_json::{Value, json};

use super::{describe, timeline};
use crate::arguments::Format;
use crate::exit::Failure;
use crate::store::Database;
use crate::subject::{self, Scope};
use crate::terminal::{self, TITLE, printable};
use crate::time;

#[derive(Debug, Args)]
pub(super) struct Get {
    /// The id of the recording
    #[arg(value_name = "ID", value_parser = subject::id)]
    recording: String,

    /// Say how this need stands, such as `video_mixed,transcript`, and not that of everything which
    /// events have told of
    #[arg(long = "for", value_name = "KINDS")]
    need: Option<Need>,

    #[command(flatten)]
    scope: Scope,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(get: &Get, format: Format) -> Result<(), Failure> {
    let subject = Subject::recording(get.recording.as_str());
    let Some((stored, makers)) = get.database.with(async |inbox| {
        let scope = get.scope.of_known(inbox, &subject).await?;
        let Some(stored) = inbox.subject(&scope, &subject).await? else { return Ok(None) };
        let makers = makers(inbox, &stored).await?;
        Ok(Some((stored, makers)))
    })?
    else {
        return Err(Failure::failed(format!("{subject} is gone")));
    };
    let need = get.need.or_else(|| describe::seen(&stored.state));
    let readiness = need.map(|need| stored.state.readiness(&need));
    match format {
        Format::Json => {
            let mut value = describe::json(&stored);
            if readiness.is_some() {
                value["readiness"] = json!(readiness);
            }
            value["made_by"] = makers.iter().map(Maker::json).collect();
            terminal::print_json(&value)
        }
        Format::Human => {
            terminal::print(&human(&stored, readiness.as_ref(), &makers, terminal::columns()))
        }
    }
}

/// The bot or upload that made a recording, and what came of it.
struct Maker {
    subject: Subject,
    status: Option<String>,
    outcome: Option<Outcome>,
}

async fn makers(inbox: &dyn Inbox, recording: &StoredSubject) -> Result<Vec<Maker>, Failure> {
    let scope = &recording.scope;
    let mut makers = Vec::new();
    for subject in recording.state.links() {
        let state = inbox.subject(scope, subject).await?.map(|stored| stored.state);
        let mut recordings = Vec::new();
        let links = state.iter().flat_map(State::links);
        for link in links.filter(|link| link.kind == SubjectKind::Recording) {
            recordings.extend(inbox.subject(scope, link).await?.map(|stored| stored.state));
        }
        let status = state.as_ref().and_then(State::item).map(|item| {
            let current = item.current();
            let sub_code = current.sub_code.as_ref().map(|code| format!(" ({})", code.as_str()));
            format!("{}{}", current.code, sub_code.unwrap_or_default())
        });
        makers.push(Maker {
            subject: subject.clone(),
            status,
            outcome: state.map(|state| outcome(&state, &recordings)),
        });
    }
    Ok(makers)
}

impl Maker {
    fn json(&self) -> Value {
        json!({ "subject": self.subject, "status": self.status, "outcome": self.outcome })
    }

    fn human(&self) -> String {
        let mut text = self.subject.to_string();
        if let Some(status) = &self.status {
            let _ = write!(text, "  {status}");
        }
        if let Some(outcome) = &self.outcome {
            let _ = write!(text, "  {}", in_words(outcome));
        }
        printable(&text)
    }
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Pending => "no outcome yet".to_owned(),
        Outcome::Recorded => "recorded".to_owned(),
        Outcome::Partial { reason, .. } => format!("recorded in part: {reason}"),
        Outcome::NotAdmitted { reason, .. } => format!("not admitted: {reason}"),
        Outcome::Denied { reason, .. } => format!("denied: {reason}"),
        Outcome::NotRecorded { reason, .. } => format!("not recorded: {reason}"),
        Outcome::Failed { reason, .. } => format!("failed: {reason}"),
        _ => "an outcome that this version has no words for".to_owned(),
    }
}

fn human(
    stored: &StoredSubject,
    readiness: Option<&Readiness>,
    makers: &[Maker],
    columns: usize,
) -> String {
    let state = &stored.state;
    let (subject, scope) = (printable(&state.subject().to_string()), printable(&stored.scope));
    let mut text = format!("{TITLE}{subject}{TITLE:#}  in scope {scope}\n");
    if let Some(erased_at) = stored.erased_at {
        let _ = writeln!(text, "erased at {}", time::short(erased_at));
    }
    if let Some(readiness) = readiness {
        let (style, line) = (describe::style(readiness), printable(&readiness.to_string()));
        let (name, rest) = line.split_at(readiness.name().len());
        let _ = writeln!(text, "{style}{name}{style:#}{rest}");
    }
    let drawn = timeline::draw(state, columns);
    if !drawn.is_empty() {
        let _ = write!(text, "\n{TITLE}Timeline{TITLE:#}, times in UTC\n{drawn}");
        let _ = writeln!(text, "{}", describe::LEGEND);
    }
    let never: Vec<_> =
        describe::never_reported(state).map(recallai_webhook_event::ArtifactKind::as_str).collect();
    if !never.is_empty() && !state.is_deleted() {
        let _ = writeln!(text, "\n{TITLE}Never reported{TITLE:#}\n  {}", never.join(", "));
    }
    if !makers.is_empty() {
        let _ = writeln!(text, "\n{TITLE}Made by{TITLE:#}");
        for maker in makers {
            let _ = writeln!(text, "  {}", maker.human());
        }
    }
    text.push_str(&metadata(state));
    text
}

fn metadata(state: &State) -> String {
    let mut text = String::new();
    let own = state.items().filter(|item| item.id() != &*state.subject().id);
    let own = own.map(|item| (format!(" of {} {}", item.kind(), item.id()), item.metadata()));
    for (of, metadata) in std::iter::once((String::new(), state.metadata())).chain(own) {
        let Some(metadata) = metadata else { continue };
        let pretty = terminal::json_pretty(&describe::metadata(Some(metadata)));
        let pretty = pretty.trim_end().replace('\n', "\n  ");
        let _ = write!(text, "\n{TITLE}Metadata{}{TITLE:#}\n  {pretty}\n", printable(&of));
    }
    text
}
