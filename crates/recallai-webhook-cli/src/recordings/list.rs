//! `recordings list`: one line for each recording.

use clap::Args;
use recallai_webhook_event::ArtifactKind;
use recallai_webhook_inbox::recording::{ItemKind, Subject, SubjectKind};
use recallai_webhook_inbox::{DEFAULT_LIMIT, Inbox, StoredSubject, SubjectQuery};

use super::describe;
use crate::arguments::{Format, Limit};
use crate::exit::Failure;
use crate::store::Database;
use crate::subject::{self, Scope};
use crate::table::{Cell, Table};
use crate::{terminal, time};

/// What the columns of kinds are headed by.
const HEADS: [(ArtifactKind, &str); 8] = [
    (ArtifactKind::Recording, "REC"),
    (ArtifactKind::Transcript, "TRN"),
    (ArtifactKind::ParticipantEvents, "EVT"),
    (ArtifactKind::VideoMixed, "VMX"),
    (ArtifactKind::VideoSeparate, "VSP"),
    (ArtifactKind::AudioMixed, "AMX"),
    (ArtifactKind::AudioSeparate, "ASP"),
    (ArtifactKind::MeetingMetadata, "META"),
];

const LEGEND: &str = "\
The columns are the recording itself, transcript, participant_events, video_mixed, video_separate, \
audio_mixed, audio_separate and meeting_metadata; of several artifacts of a kind the letters stand side \
by side. P is processing, D done, F failed, X deleted, = paused, ? another code, and · that no event \
told of one. READINESS is about what was told of: `recordings get` says what else may be missing.";

#[derive(Debug, Args)]
#[command(after_help = LEGEND)]
pub(super) struct List {
    /// Only recordings of this bot
    #[arg(long, value_name = "ID", value_parser = subject::id)]
    bot: Option<String>,

    #[command(flatten)]
    scope: Scope,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    database: Database,
}

pub(super) fn run(list: &List, format: Format) -> Result<(), Failure> {
    list.database.with(async |inbox| match &list.bot {
        Some(bot) => of_bot(list, inbox, bot, format).await,
        None => all(list, inbox, format).await,
    })
}

async fn all(list: &List, inbox: &dyn Inbox, format: Format) -> Result<(), Failure> {
    let mut query = SubjectQuery::default();
    query.kind = Some(SubjectKind::Recording);
    query.scope = list.scope.scope.as_deref().map(Into::into);
    query.newest_first = true;
    let mut listing = Listing { format, is_first: true };
    let mut left = list.limit.most();
    loop {
        query.limit = left.min(DEFAULT_LIMIT);
        let page = inbox.subjects(&query).await?;
        left -= page.len();
        query.before = page.last().map(|stored| stored.place);
        listing.print(&page)?;
        if page.len() < query.limit || left == 0 {
            list.limit.tell(list.limit.most() - left, format);
            return Ok(());
        }
    }
}

async fn of_bot(list: &List, inbox: &dyn Inbox, bot: &str, format: Format) -> Result<(), Failure> {
    let bot = Subject::bot(bot);
    let scope = list.scope.of_known(inbox, &bot).await?;
    let Some(stored) = inbox.subject(&scope, &bot).await? else { return Ok(()) };
    let mut recordings = Vec::new();
    let links = stored.state.links().filter(|link| link.kind == SubjectKind::Recording);
    for recording in links.take(list.limit.most()) {
        recordings.extend(inbox.subject(&scope, recording).await?);
    }
    recordings.sort_by_key(|stored| std::cmp::Reverse(stored.place));
    Listing { format, is_first: true }.print(&recordings)?;
    list.limit.tell(recordings.len(), format);
    Ok(())
}

/// Rows of recordings below one line of titles.
struct Listing {
    format: Format,
    is_first: bool,
}

impl Listing {
    fn print(&mut self, page: &[StoredSubject]) -> Result<(), Failure> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        if self.format == Format::Json {
            let lines = page.iter().map(|stored| terminal::json_line(&describe::json(stored)));
            return terminal::print_raw(lines.collect::<String>().as_bytes());
        }
        if page.is_empty() {
            if is_first {
                terminal::eprint("no recordings\n");
            }
            return Ok(());
        }
        terminal::print(&table(page, is_first))
    }
}

/// Rows of recordings, below titles or below other rows.
pub(crate) fn table(recordings: &[StoredSubject], has_titles: bool) -> String {
    let mut table = Table::without_titles();
    if has_titles {
        let kinds = HEADS.map(|(_, head)| head);
        let heads = ["RECORDING", "SINCE"].into_iter().chain(kinds);
        table.titles(heads.chain(["READINESS", "SCOPE"]));
    }
    for stored in recordings {
        table.row(row(stored));
    }
    table.render("")
}

fn row(stored: &StoredSubject) -> Vec<Cell> {
    let state = &stored.state;
    let mut cells =
        vec![Cell::new(&state.subject().id), Cell::new(time::short(describe::first_seen(stored)))];
    for (kind, _) in HEADS {
        let items = state.items().filter(|item| item.kind() == ItemKind::Artifact(kind));
        let marks: Vec<_> =
            items.map(|item| describe::mark(item.current().code.as_str())).collect();
        let letters: String = marks.iter().map(|(letter, _)| letter).collect();
        cells.push(match marks.last() {
            Some((_, style)) => Cell::new(letters).with(*style),
            None => Cell::new("·"),
        });
    }
    let readiness = describe::seen(state).map(|need| state.readiness(&need));
    cells.push(match &readiness {
        Some(readiness) => Cell::new(readiness.name()).with(describe::style(readiness)),
        None if stored.erased_at.is_some() => Cell::new("erased"),
        None => Cell::new("-"),
    });
    cells.push(Cell::new(&stored.scope));
    cells
}
