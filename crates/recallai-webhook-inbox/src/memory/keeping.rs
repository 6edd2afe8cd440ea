//! Keeping house: reading again, pruning, erasing, checking.

use std::sync::Arc;

use recallai_webhook_recording::Subject;

use super::store::{MessageRow, Store};
use crate::plan::{Reread, Touched};
use crate::{
    Erase, Erased, Fault, JobId, JobState, Progress, Prune, RESEND_WINDOW, Reader, Reparse, Seq,
    Topic, plan,
};

impl Store {
    pub(super) fn reparse(&mut self, reparse: &Reparse, reader: &Reader) -> Progress {
        let Reparse { from, limit, dry_run } = *reparse;
        let seqs: Vec<_> = self.messages.range(from..).take(limit).map(|(seq, _)| *seq).collect();
        let mut progress = Progress::default();
        for seq in &seqs {
            progress.examined += 1;
            let (changed, jobs) = self.read_again(*seq, reader, dry_run);
            progress.changed += u64::from(changed);
            progress.jobs += jobs;
        }
        progress.next = seqs.last().filter(|_| seqs.len() == limit).map(|seq| seq + 1);
        progress
    }

    fn read_again(&mut self, seq: Seq, reader: &Reader, dry_run: bool) -> (bool, u64) {
        let Some(row) = self.messages.get(&seq).filter(|row| !row.is_forgotten) else {
            return (false, 0);
        };
        let Some(body) = &row.message.body else { return (false, 0) };
        let (message, new) = (row.message.clone(), reader(body));
        let mut touched = self.touched(&message.scope, &new);
        let mut jobs = match plan::reparse(&message, &new, &mut touched, self.standings()) {
            Reread::Same => return (false, 0),
            Reread::New(jobs) => jobs,
            Reread::Erased => {
                if !dry_run {
                    self.forget(seq);
                }
                return (true, 0);
            }
        };
        jobs.retain(|job| !self.was_made(job, &message));
        if dry_run {
            return (true, jobs.len() as u64);
        }
        let drafts = self.drafts(&jobs, &message);
        let Some(row) = self.messages.get_mut(&seq) else { return (false, 0) };
        row.subject = new.facts().primary().cloned();
        row.message.set_reading(&new);
        self.topics.push(Topic::Messages);
        (true, self.bring_in(&message.scope, touched, drafts))
    }

    pub(super) fn prune(&mut self, prune: &Prune) -> Progress {
        let is_past = |time| time < prune.received_before && time + RESEND_WINDOW <= self.now;
        let place = |row: &'_ MessageRow| {
            let message = &row.message;
            (Arc::clone(&message.endpoint), message.received_at, message.seq)
        };
        let begin = self.messages.get(&prune.from).map(place);
        let rows = self.messages.values().filter(|row| {
            let message = &row.message;
            let is_meant = prune.endpoints.include(&message.endpoint);
            !row.is_forgotten && is_meant && is_past(message.received_at)
        });
        let mut found: Vec<_> = rows.map(place).filter(|at| Some(at) >= begin.as_ref()).collect();
        found.sort_unstable();
        let limit = prune.limit.max(1);
        let next = found.get(limit).map(|(_, _, seq)| *seq);
        found.truncate(limit);
        let examined = found.len() as u64;
        let old = found.into_iter().map(|(_, _, seq)| seq).filter(|seq| {
            let Some(row) = self.messages.get(seq) else { return false };
            let counts = |id: &&JobId| !(prune.parked && self.is_parked(**id));
            let jobs = row.jobs.iter().filter(counts).filter_map(|id| self.jobs.get(id));
            let is_needed = jobs.map(|row| row.job.state).any(|state| state != JobState::Done);
            let mut asked = self.standings().filter(|one| !(prune.parked && one.parked));
            let is_awaited = asked.any(|standing| standing.awaits(*seq));
            is_past(row.message.last_received_at) && !is_needed && !is_awaited
        });
        let old: Vec<_> = old.collect();
        if !prune.dry_run {
            old.iter().for_each(|seq| self.forget(*seq));
        }
        Progress::of(examined).with_changed(old.len() as u64).with_next(next)
    }

    pub(super) fn erase(&mut self, erase: &Erase) -> Erased {
        let Erase { scope, subject, dry_run } = erase;
        let scope = Arc::clone(scope);
        let state = self.subject(&scope, subject).map(|stored| &stored.state);
        let subjects = plan::erased_with(subject, state);
        let live = |subject: &Subject| !self.is_erased(&scope, subject);
        let subjects: Vec<_> = subjects.into_iter().filter(live).collect();

        let about = |scope_of: &Arc<str>, of: &Option<Subject>| {
            *scope_of == scope && of.as_ref().is_some_and(|of| subjects.contains(of))
        };
        let messages = self.messages.iter();
        let messages: Vec<_> = messages
            .filter(|(_, row)| about(&row.message.scope, &row.subject))
            .map(|(seq, _)| *seq)
            .collect();
        let jobs = self.jobs.iter().filter(|(_, row)| about(&row.job.scope, &row.job.subject));
        let jobs: Vec<_> = jobs.map(|(id, row)| (*id, row.job.state.is_ended())).collect();
        let open = jobs.iter().filter(|(_, has_ended)| !has_ended).count();
        let erased = Erased::of(subjects.len() as u64)
            .with_messages(messages.len() as u64)
            .with_jobs(open as u64);
        if *dry_run {
            return erased;
        }
        messages.into_iter().for_each(|seq| self.forget(seq));
        jobs.into_iter().for_each(|(id, _)| self.remove(id));
        for subject in subjects {
            if self.subject(&scope, &subject).is_none() {
                // What was never heard of may be heard of later.
                self.keep(&scope, Touched::new(&subject, None));
            }
            let key = (Arc::clone(&scope), subject);
            if let Some(stored) = self.subjects.get_mut(&key) {
                stored.state = stored.state.tombstone();
                stored.erased_at = Some(self.now);
            }
            self.topics.push(Topic::Subject(key.0, key.1));
        }
        erased
    }

    pub(super) fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (seq, row) in self.messages.iter().filter(|(_, row)| !row.is_forgotten) {
            let (message, reading) = (&row.message, row.message.reading());
            let mut touched = self.touched(&message.scope, &reading);
            plan::jobs(&reading, &mut touched, []);
            if touched.iter().any(|touched| touched.is_new || touched.changed) {
                faults.push(Fault::new("state", format!("message {seq} is not in the state")));
            }
            for standing in self.standings().filter(|standing| standing.has_passed(*seq)) {
                let job = plan::for_message(&reading, &standing.subscription);
                if job.is_some_and(|job| !self.was_made(&job, message)) {
                    let name = &standing.subscription.name;
                    faults.push(Fault::new("jobs", format!("message {seq} has no job for {name}")));
                }
            }
        }
        faults
    }
}
