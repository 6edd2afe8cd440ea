//! Dead letters: jobs that used up their attempts and wait for a person.

use std::sync::Arc;

use axum::extract::State;
use recallai_webhook_dispatch::inbox::{Inbox, InboxError, JobId, JobQuery, JobState, StoredJob};
use serde::Deserialize;
use utoipa::IntoParams;

use super::scan::Scan;
use crate::extract::{Body, Json, NoParameters, Path, Query};
use crate::model::{Changed, Cursor, JobDetail, Letters, Limit, Number, Order, Page, Text};
use crate::problem::Problem;
use crate::shared::Shared;

/// Which dead letters to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Only of this subscription.
    #[param(value_type = Text, inline, required = false)]
    subscription: Option<Text>,
    /// By when the jobs were made.
    #[serde(default)]
    #[param(inline, required = false)]
    order: Order,
    /// How long a page is at most.
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
    /// What the page before had as `next`.
    #[param(value_type = Cursor, inline, required = false)]
    cursor: Option<Cursor>,
}

/// A job by its number.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Numbered {
    /// The number of the job.
    #[param(inline)]
    id: Number,
}

/// How many jobs are read or changed at once.
const PIECE: usize = 500;

/// List dead letters
///
/// By the order in which the jobs were made, each with the attempts that failed.
#[utoipa::path(
    get,
    path = "/dead-letters",
    operation_id = "listDeadLetters",
    tag = "dead letters",
    params(Which),
    responses((status = OK, description = "A page of dead letters.", body = Page<JobDetail>))
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Result<Json<Page<JobDetail>>, Problem> {
    let mut query = JobQuery::new().with_state(JobState::Dead);
    query.newest_first = which.order == Order::Newest;
    query.subscription = which.subscription.map(|name| name.into_string().into());
    let read = |last, count| {
        let (inbox, mut query) = (Arc::clone(&shared.inbox), query.clone().with_limit(count));
        match query.newest_first {
            true => query.before = last,
            false => query.after = last,
        }
        async move { inbox.jobs(&query).await }
    };
    let scan = Scan { limit: which.limit, cursor: which.cursor, piece: PIECE, most: None };
    let show = |job: &StoredJob| Some(JobDetail::of(job));
    Ok(Json(scan.page(read, |job| job.id, show).await?))
}

/// Get a dead letter
///
/// With the attempts that failed.
#[utoipa::path(
    get,
    path = "/dead-letters/{id}",
    operation_id = "getDeadLetter",
    tag = "dead letters",
    params(Numbered),
    responses(
        (status = OK, description = "The dead letter.", body = JobDetail),
        (status = NOT_FOUND, description = "There is no such dead letter.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(
    State(shared): State<Shared>,
    Path(Numbered { id: Number(id) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<JobDetail>, Problem> {
    let job = find(&*shared.inbox, id).await?;
    match job.state {
        JobState::Dead => Ok(Json(JobDetail::of(&job))),
        _ => Err(missing()),
    }
}

/// Retry a dead letter
///
/// It runs again from its first attempt, under its old idempotency key. One of a parked subscription, which nobody
/// would run, can only be discarded.
#[utoipa::path(
    post,
    path = "/dead-letters/{id}/retry",
    operation_id = "retryDeadLetter",
    tag = "dead letters",
    params(Numbered),
    responses(
        (status = OK, description = "It waits again.", body = Changed),
        (status = NOT_FOUND, description = "There is no such job.", body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The job is no dead letter any more, or its subscription is parked.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn retry(
    State(shared): State<Shared>,
    Path(Numbered { id: Number(id) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Changed>, Problem> {
    one(&*shared.inbox, Verb::Retry, id).await
}

/// Discard a dead letter
///
/// The work is given up: the job counts as done. Its message stays, and can be replayed.
#[utoipa::path(
    post,
    path = "/dead-letters/{id}/discard",
    operation_id = "discardDeadLetter",
    tag = "dead letters",
    params(Numbered),
    responses(
        (status = OK, description = "It was given up.", body = Changed),
        (status = NOT_FOUND, description = "There is no such job.", body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The job is no dead letter any more.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn discard(
    State(shared): State<Shared>,
    Path(Numbered { id: Number(id) }): Path<Numbered>,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<Json<Changed>, Problem> {
    one(&*shared.inbox, Verb::Discard, id).await
}

/// Retry dead letters
///
/// Some by their numbers, or all of a subscription. What is no dead letter is passed over, and so are those of
/// parked subscriptions, which nobody would run.
#[utoipa::path(
    post,
    path = "/dead-letters/retry",
    operation_id = "retryDeadLetters",
    tag = "dead letters",
    request_body = Letters,
    responses(
        (status = OK, description = "How many wait again.", body = Changed),
        (status = NOT_FOUND, description = "There is no such subscription.", body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The subscription is parked.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn retry_all(
    State(shared): State<Shared>,
    Query(NoParameters {}): Query<NoParameters>,
    Body(letters): Body<Letters>,
) -> Result<Json<Changed>, Problem> {
    all(&*shared.inbox, Verb::Retry, letters).await
}

/// Discard dead letters
///
/// Some by their numbers, or all of a subscription. What is no dead letter is passed over.
#[utoipa::path(
    post,
    path = "/dead-letters/discard",
    operation_id = "discardDeadLetters",
    tag = "dead letters",
    request_body = Letters,
    responses(
        (status = OK, description = "How many were given up.", body = Changed),
        (status = NOT_FOUND, description = "There is no such subscription.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn discard_all(
    State(shared): State<Shared>,
    Query(NoParameters {}): Query<NoParameters>,
    Body(letters): Body<Letters>,
) -> Result<Json<Changed>, Problem> {
    all(&*shared.inbox, Verb::Discard, letters).await
}

/// What can be done with a dead letter.
#[derive(Clone, Copy)]
enum Verb {
    Retry,
    Discard,
}

impl Verb {
    async fn act(self, inbox: &dyn Inbox, jobs: &[JobId]) -> Result<u64, InboxError> {
        match self {
            Self::Retry => inbox.revive(jobs).await,
            Self::Discard => inbox.discard(jobs).await,
        }
    }
}

async fn one(inbox: &dyn Inbox, verb: Verb, id: JobId) -> Result<Json<Changed>, Problem> {
    match verb.act(inbox, &[id]).await? {
        0 => {
            let job = find(inbox, id).await?;
            if job.state == JobState::Dead {
                return Err(parked(&job.subscription));
            }
            let state = job.state.as_str();
            Err(Problem::conflict(format!("job {id} is no dead letter any more: it is {state}")))
        }
        jobs => Ok(Json(Changed { jobs })),
    }
}

async fn all(inbox: &dyn Inbox, verb: Verb, letters: Letters) -> Result<Json<Changed>, Problem> {
    let jobs = match letters {
        Letters::Ids(ids) => verb.act(inbox, &ids).await?,
        Letters::Of(name) => all_of(inbox, verb, &name).await?,
    };
    Ok(Json(Changed { jobs }))
}

/// All of a subscription that are there now. Those that die meanwhile are left for the next time.
async fn all_of(inbox: &dyn Inbox, verb: Verb, name: &str) -> Result<u64, Problem> {
    let subscriptions = inbox.subscriptions().await?;
    let stored = subscriptions.iter().find(|stored| *stored.subscription.name == *name);
    let stored = stored.ok_or_else(|| Problem::not_found("there is no such subscription"))?;
    if stored.parked && matches!(verb, Verb::Retry) {
        return Err(parked(name));
    }
    let dead = JobQuery::new().with_subscription(name).with_state(JobState::Dead);
    let last = inbox.jobs(&dead.clone().with_newest_first(true).with_limit(1)).await?;
    let Some(last) = last.first().map(|job| job.id) else { return Ok(0) };
    let mut dead = dead.with_before(last + 1).with_limit(PIECE);
    let mut changed = 0;
    loop {
        let jobs: Vec<_> = inbox.jobs(&dead).await?.iter().map(|job| job.id).collect();
        let Some(last) = jobs.last() else { return Ok(changed) };
        dead.after = Some(*last);
        changed += verb.act(inbox, &jobs).await?;
    }
}

/// Why dead letters are not let run.
fn parked(subscription: &str) -> Problem {
    Problem::conflict(format!(
        "subscription `{subscription}` is parked, so nobody would run its jobs: discard them, or remove it"
    ))
}

async fn find(inbox: &dyn Inbox, id: JobId) -> Result<StoredJob, Problem> {
    let query = JobQuery::new().with_after(id - 1).with_before(id + 1).with_limit(1);
    inbox.jobs(&query).await?.into_iter().next().ok_or_else(missing)
}

fn missing() -> Problem {
    Problem::not_found("there is no such dead letter")
}
