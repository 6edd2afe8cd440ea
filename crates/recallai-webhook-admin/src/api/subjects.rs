//! Recordings, bots and uploads as lists, and what surrounds one of them.

use std::sync::Arc;

use recallai_webhook_dispatch::inbox::{
    Inbox, InboxError, JobQuery, MessageQuery, StoredSubject, SubjectQuery,
};
use recallai_webhook_dispatch::recording::{self, State, Subject, SubjectKind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::scan::Scan;
use crate::model::{Cursor, JobDetail, Limit, Order, Outcome, Page, Text};
use crate::problem::Problem;

/// A subject by its scope and id.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Place {
    /// The workspace: that of an endpoint, whose name it has by default.
    #[param(inline)]
    pub(super) scope: Text,
    /// The id that the vendor gave it.
    #[param(inline)]
    pub(super) id: Text,
}

/// Which bots or uploads to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Only of this scope.
    #[param(value_type = Text, inline, required = false)]
    pub(super) scope: Option<Text>,
    /// Only with this id; several scopes may know it.
    #[param(value_type = Text, inline, required = false)]
    pub(super) id: Option<Text>,
    /// By when they were first heard of.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(super) order: Order,
    /// How long a page is at most.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(super) limit: Limit,
    /// What the page before had as `next`.
    #[param(value_type = Cursor, inline, required = false)]
    pub(super) cursor: Option<Cursor>,
}

/// States are some kilobytes each.
const PIECE: usize = 200;

/// The most messages and jobs that are shown of a subject.
const AROUND: usize = 100;

impl Place {
    pub(super) fn subject(&self, kind: SubjectKind) -> Subject {
        Subject::new(kind, &*self.id)
    }

    pub(super) async fn find(
        &self,
        inbox: &dyn Inbox,
        kind: SubjectKind,
    ) -> Result<StoredSubject, Problem> {
        let found = inbox.subject(&self.scope, &self.subject(kind)).await?;
        found.ok_or_else(|| Problem::not_found("nothing of this id was heard of in this scope"))
    }
}

impl Which {
    /// A page of subjects of a kind, each as `show` has it. With `most`, `show` passes over some, and a page ends
    /// after so many.
    pub(super) async fn page<A>(
        self,
        inbox: &Arc<dyn Inbox>,
        kind: SubjectKind,
        most: Option<usize>,
        show: impl FnMut(&StoredSubject) -> Option<A>,
    ) -> Result<Page<A>, Problem> {
        let mut query = SubjectQuery::new().with_kind(kind);
        query.newest_first = self.order == Order::Newest;
        query.scope = self.scope.map(|scope| scope.into_string().into());
        query.id = self.id.map(|id| id.into_string().into());
        let read = |last, count| {
            let (inbox, mut query) = (Arc::clone(inbox), query.clone().with_limit(count));
            match query.newest_first {
                true => query.before = last,
                false => query.after = last,
            }
            async move { inbox.subjects(&query).await }
        };
        let scan = Scan { limit: self.limit, cursor: self.cursor, piece: PIECE, most };
        Ok(scan.page(read, |stored| stored.place, show).await?)
    }
}

/// What came of a bot or an upload.
pub(super) async fn outcome(
    inbox: &dyn Inbox,
    stored: &StoredSubject,
) -> Result<Outcome, InboxError> {
    let mut recordings = Vec::new();
    for linked in links(&stored.state, SubjectKind::Recording) {
        recordings.extend(inbox.subject(&stored.scope, linked).await?.map(|stored| stored.state));
    }
    let outcome = recording::outcome(&stored.state, &recordings);
    Ok(Outcome::new(&outcome, stored.state.subject()))
}

/// What came of the bot or the upload that made a recording.
pub(super) async fn outcome_of_maker(
    inbox: &dyn Inbox,
    recording: &StoredSubject,
) -> Result<Option<Outcome>, InboxError> {
    let uploads = links(&recording.state, SubjectKind::SdkUpload);
    for maker in links(&recording.state, SubjectKind::Bot).chain(uploads) {
        if let Some(maker) = inbox.subject(&recording.scope, maker).await? {
            return outcome(inbox, &maker).await.map(Some);
        }
    }
    Ok(None)
}

fn links(state: &State, kind: SubjectKind) -> impl Iterator<Item = &Subject> {
    state.links().filter(move |linked| linked.kind == kind)
}

/// The numbers of the latest messages about a subject, the newest first.
pub(super) async fn messages(
    inbox: &dyn Inbox,
    stored: &StoredSubject,
) -> Result<Vec<i64>, InboxError> {
    let query = MessageQuery::new().with_scope(Arc::clone(&stored.scope)).with_newest_first(true);
    let query = query.with_subject(stored.state.subject().clone()).with_limit(AROUND);
    Ok(inbox.messages(&query).await?.iter().map(|message| message.seq).collect())
}

/// The latest jobs that need the state of a subject, the newest first. Those about its messages are found with
/// the messages.
pub(super) async fn jobs(
    inbox: &dyn Inbox,
    stored: &StoredSubject,
) -> Result<Vec<JobDetail>, InboxError> {
    let subject = stored.state.subject().clone();
    let query = JobQuery::new().with_subject(Arc::clone(&stored.scope), subject);
    let mut query = query.with_newest_first(true).with_limit(PIECE);
    let mut found = Vec::new();
    loop {
        let jobs = inbox.jobs(&query).await?;
        found.extend(jobs.iter().filter(|job| job.turn.is_some()).map(JobDetail::of));
        query.before = jobs.last().map(|job| job.id);
        if jobs.len() < PIECE || found.len() >= AROUND {
            found.truncate(AROUND);
            return Ok(found);
        }
    }
}
