//! Failed attempts: what becomes of a job whose handler failed, and who is told.

use std::error::Error;
use std::time::Duration;

use recallai_webhook_inbox::{Job, JobEnd};

use super::retry::RetryPolicy;
use crate::handler::{Work, run};
use crate::{Failure, Handler, JobContext};

/// How long failure handlers may take.
const TELLING: Duration = Duration::from_secs(10);

/// How much of an error's text is stored with its job, in bytes.
const MAX_ERROR: usize = 2000;

/// An attempt that failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// How it failed.
    pub failure: Failure,
    /// After how long the job is tried again; `None` if it is a dead letter.
    pub retry_in: Option<Duration>,
    /// The id of the message, for jobs about one.
    pub message_id: Option<Box<str>>,
}

impl FailedAttempt {
    /// Whether the job is a dead letter now.
    pub fn is_dead(&self) -> bool {
        self.retry_in.is_none()
    }
}

/// What becomes of a job that failed.
pub(crate) fn end(job: &Job, failure: &Failure, retry: &RetryPolicy) -> JobEnd {
    let error = text(failure);
    if failure.is_permanent() || !retry.has_next(job.attempt) {
        return JobEnd::Dead { error };
    }
    let after = retry.delay(job.attempt, &job.idempotency_key);
    JobEnd::Retry { after: after.max(failure.retry_after().unwrap_or_default()), error }
}

/// A failure with its causes, as far as there is room.
fn text(failure: &Failure) -> Box<str> {
    let mut text = failure.to_string();
    let mut cause = match failure {
        // The text of a failure has that of its error already.
        Failure::Error(error) => error.source(),
        _ => None,
    };
    while let Some(error) = cause {
        let said = error.to_string();
        // Some errors name their cause themselves.
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    let end = (0..=MAX_ERROR.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or_default());
    text.into()
}

/// A handler that hears of failures.
pub(crate) trait FailureHandler: Send + Sync {
    fn work(&self, failed: FailedAttempt, context: JobContext) -> Work<'_>;
}

impl<H: Handler<FailedAttempt, JobContext>> FailureHandler for H {
    fn work(&self, failed: FailedAttempt, context: JobContext) -> Work<'_> {
        run(self, failed, context)
    }
}

/// Tells the failure handlers; what they themselves fail with goes no further.
pub(crate) async fn tell(
    handlers: &[Box<dyn FailureHandler>],
    failed: &FailedAttempt,
    context: &JobContext,
) {
    let work = handlers.iter().map(|handler| handler.work(failed.clone(), context.clone()));
    match tokio::time::timeout(TELLING, crate::router::all(work.collect())).await {
        Ok(failures) => {
            for failure in failures {
                tracing::error!(%failure, "failure handler failed");
            }
        }
        Err(_) => tracing::error!("failure handlers took longer than {TELLING:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("nats: {source}")]
    struct Named {
        source: Unnamed,
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no connection")]
    struct Unnamed {
        #[from]
        source: std::fmt::Error,
    }

    #[test]
    fn each_cause_is_told_once() {
        let error = Named { source: Unnamed { source: std::fmt::Error } };
        let failure = Failure::Error(std::sync::Arc::new(error));
        let cause = std::fmt::Error;
        assert_eq!(&*text(&failure), format!("handler failed: nats: no connection: {cause}"));
    }
}
