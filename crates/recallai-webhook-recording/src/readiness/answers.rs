//! Answers put together: of the kinds of one recording, or of the recordings of one bot.

use super::{Available, Missing, Readiness, Reason};

/// Answers put together, one list for each name.
#[derive(Default)]
pub(super) struct Answers {
    ready: Vec<Available>,
    pending: Vec<Missing>,
    failed: Vec<Reason>,
    gone: Vec<Reason>,
}

impl Answers {
    pub(super) fn add(&mut self, answer: Readiness) {
        match answer {
            Readiness::Ready(available) => self.ready.extend(available),
            Readiness::Pending(missing) => self.pending.extend(missing),
            Readiness::Failed(reasons) => extend(&mut self.failed, reasons),
            Readiness::Gone(reasons) => extend(&mut self.gone, reasons),
        }
    }

    /// Of the kinds of one recording: all are needed.
    pub(super) fn worst(self) -> Option<Readiness> {
        let gone = some(self.gone).map(Readiness::Gone);
        let failed = || some(self.failed).map(Readiness::Failed);
        let pending = || some(self.pending).map(Readiness::Pending);
        gone.or_else(failed).or_else(pending).or_else(|| some(self.ready).map(Readiness::Ready))
    }

    /// Of the recordings of one bot: one is enough, once none is on its way.
    pub(super) fn joined(self) -> Option<Readiness> {
        let pending = some(self.pending).map(Readiness::Pending);
        let ready = || some(self.ready).map(Readiness::Ready);
        let failed = || some(self.failed).map(Readiness::Failed);
        pending.or_else(ready).or_else(failed).or_else(|| some(self.gone).map(Readiness::Gone))
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// One failed recording is the reason of several kinds; it is told once.
fn extend(reasons: &mut Vec<Reason>, more: Vec<Reason>) {
    for reason in more {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
}
