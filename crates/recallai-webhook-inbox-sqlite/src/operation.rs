//! Operations: what callers ask of the writer, and how they are answered.

use recallai_webhook_inbox::InboxError;
use tokio::runtime::Id;

use crate::failure::{Failure, Result};
use crate::work::Work;

/// What an operation is for. In a transaction they run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Append,
    /// Renewals too.
    Settle,
    Claim,
    Other,
}

impl Kind {
    /// Whether it is done again if the power undoes it: a job that was claimed or has ended runs once more.
    pub(crate) fn may_be_undone(self) -> bool {
        matches!(self, Self::Settle | Self::Claim)
    }
}

/// An operation on its way. It may run more than once, if the transaction it ran in was undone.
pub(crate) trait Operation: Send {
    fn kind(&self) -> Kind;

    /// The runtime that the caller is on.
    fn runtime(&self) -> Option<Id>;

    /// Fails only in a way that spoils the transaction.
    fn run(&mut self, work: &mut Work<'_>) -> Result<()>;

    /// Answers whoever asked.
    fn complete(self: Box<Self>, failed: Option<InboxError>);
}

type Answer<T> = Result<T, InboxError>;

struct Call<T, F, A> {
    kind: Kind,
    runtime: Option<Id>,
    function: F,
    result: Option<Answer<T>>,
    answer: A,
}

/// An operation that is a function, and what is done with its answer. If there is none, because the writer has ended,
/// that is dropped.
pub(crate) fn operation<T: Send + 'static>(
    kind: Kind,
    runtime: Option<Id>,
    function: impl FnMut(&mut Work<'_>) -> Result<T> + Send + 'static,
    answer: impl FnOnce(Answer<T>) + Send + 'static,
) -> Box<dyn Operation> {
    Box::new(Call { kind, runtime, function, result: None, answer })
}

impl<T, F, A> Operation for Call<T, F, A>
where
    T: Send,
    F: FnMut(&mut Work<'_>) -> Result<T> + Send,
    A: FnOnce(Answer<T>) + Send,
{
    fn kind(&self) -> Kind {
        self.kind
    }

    fn runtime(&self) -> Option<Id> {
        self.runtime
    }

    fn run(&mut self, work: &mut Work<'_>) -> Result<()> {
        self.result = None;
        self.result = Some(match (self.function)(work) {
            Ok(value) => Ok(value),
            Err(Failure::Refused(error)) => Err(error),
            Err(failure) => return Err(failure),
        });
        Ok(())
    }

    fn complete(self: Box<Self>, failed: Option<InboxError>) {
        let answer = match failed {
            Some(error) => Err(error),
            None => self.result.unwrap_or(Err(InboxError::Closed)),
        };
        (self.answer)(answer);
    }
}
