//! The log of calls that a run keeps while handlers work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use recallai_webhook_dispatch::{JobObserver, JobReport, Outcome, Report, Stage};
use tokio::sync::Notify;

use crate::Run;
use crate::call::{Call, CallOutcome};
use crate::clock::VirtualClock;

/// What is told of handlers. Clones are one log.
#[derive(Debug, Clone)]
pub(crate) struct CallLog {
    clock: VirtualClock,
    calls: Arc<Mutex<Vec<Call>>>,
    ended: Arc<Notify>,
}

impl CallLog {
    pub(crate) fn new(clock: VirtualClock) -> Self {
        Self { clock, calls: Arc::default(), ended: Arc::default() }
    }

    /// Completes after a call has ended, now or since the last time.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    /// All calls, in the order in which they started.
    pub(crate) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.lock())
    }

    /// Takes note of what a router's handlers made of a delivery.
    pub(crate) fn observe_inline(&self, report: &Report<'_>) {
        let outcome = match &report.outcome {
            Outcome::Handled => CallOutcome::Succeeded,
            Outcome::Failed(failure) => CallOutcome::Failed { error: failure.to_string().into() },
            _ => return,
        };
        let now = self.clock.elapsed();
        self.lock().push(Call {
            subscription: Run::INLINE.into(),
            event: report.event_name.map(Into::into),
            message_id: report.delivery.and_then(|delivery| delivery.message_id()).map(Into::into),
            turn: None,
            subject: None,
            attempt: 1,
            outcome,
            started: now,
            ended: Some(now),
            job: None,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl JobObserver for CallLog {
    fn observe(&self, report: &JobReport<'_>) {
        let now = self.clock.elapsed();
        let outcome = match report.stage {
            Stage::Started => {
                self.lock().push(Call {
                    subscription: report.subscription.into(),
                    event: None,
                    message_id: report.message_id.map(Into::into),
                    turn: report.turn,
                    subject: report.subject.cloned(),
                    attempt: report.attempt,
                    outcome: CallOutcome::Running,
                    started: now,
                    ended: None,
                    job: Some(report.job),
                });
                return;
            }
            Stage::Done => CallOutcome::Succeeded,
            Stage::Retrying { failure, .. } => {
                CallOutcome::Failed { error: failure.to_string().into() }
            }
            Stage::Dead { failure } => CallOutcome::Dead { error: failure.to_string().into() },
            _ => CallOutcome::Void,
        };
        let mut calls = self.lock();
        let is_it =
            |call: &&mut Call| call.job == Some(report.job) && call.attempt == report.attempt;
        if let Some(call) = calls.iter_mut().rev().find(is_it) {
            call.outcome = outcome;
            call.ended = Some(now);
        }
        drop(calls);
        self.ended.notify_one();
    }
}
