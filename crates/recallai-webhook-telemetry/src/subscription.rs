//! What is measured of a subscription.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::SystemTime;

use recallai_webhook_dispatch::inbox::JobId;
use recallai_webhook_dispatch::{JobReport, Stage};

use crate::meter::{Histogram, Words, lock};
use crate::names::HANDLERS;

#[derive(Debug)]
pub(crate) struct SubscriptionMeters {
    pub(crate) results: Words,
    pub(crate) handler: Histogram,
    started: Mutex<Started>,
}

/// When the attempts that run were started. One that is never ended, as after a panic of the store, stays
/// until its job is started again.
#[derive(Debug, Default)]
pub(crate) struct Started(HashMap<JobId, (u64, SystemTime)>);

impl Default for SubscriptionMeters {
    fn default() -> Self {
        Self {
            results: Words::default(),
            handler: Histogram::of_durations(HANDLERS),
            started: Mutex::default(),
        }
    }
}

impl SubscriptionMeters {
    pub(crate) fn reported(&self, report: &JobReport<'_>, now: SystemTime) {
        let started = lock(&self.started).pass(report, now);
        if matches!(report.stage, Stage::Started) {
            return;
        }
        self.results.add(report.stage.name(), 1);
        if let Some(started) = started {
            self.handler.observe_time(now.duration_since(started).unwrap_or_default());
        }
    }
}

impl Started {
    /// Keeps when an attempt starts; when it ends, says when that was. One that was given back before its
    /// handler began has no start.
    pub(crate) fn pass(&mut self, report: &JobReport<'_>, now: SystemTime) -> Option<SystemTime> {
        let token = report.lease.token;
        if matches!(report.stage, Stage::Started) {
            self.0.insert(report.job, (token, now));
            return None;
        }
        // What was lost may run again elsewhere in this process.
        let (of, _) = self.0.get(&report.job)?;
        if *of != token {
            return None;
        }
        self.0.remove(&report.job).map(|(_, at)| at)
    }
}
