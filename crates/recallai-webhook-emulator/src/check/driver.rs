//! The check as a state machine.

use std::collections::VecDeque;
use std::time::Duration;

use super::cases::{BASELINE_SVIX, BASELINE_WEBHOOK, SLOW_BODY, STILL_THERE, cases};
use super::draft::{Draft, Drafted};
use super::judge::Record;
use super::report::{self, CheckReport};
use super::variant::{Variant, Wanted};
use super::{Answer, Case, CheckOptions};
use crate::{HeaderFamily, Request};

/// A receiver may give a body ten seconds, and needs some time to answer after that.
const LONGEST_BODY: Duration = Duration::from_secs(12);

/// A check of one receiver, step by step.
///
/// First come the two baselines, an ordinary delivery in each family of headers. What the receiver reads is used
/// for all other cases; when it accepts neither, nothing else would prove anything, and the check is over. Last comes
/// an ordinary delivery again: a receiver that refuses everything by then has refused no forgery.
#[derive(Debug)]
pub struct Check {
    options: CheckOptions,
    /// The cases that are still to come.
    coming: VecDeque<&'static Case>,
    current: Option<Current>,
    records: Vec<Record>,
    /// The step that is not answered yet.
    asked: Vec<Asked>,
    /// The cases that were not over when the check was stopped.
    stopped: Vec<&'static str>,
}

/// Requests that are to be sent at once. Each has its answer before the next step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The case that they are sent for.
    pub case: &'static Case,
    /// The requests.
    pub requests: Vec<Request>,
    /// When to give each up, from its beginning: as [`Answer::TimedOut`].
    pub time_limit: Duration,
}

/// The case that is under way.
#[derive(Debug)]
struct Current {
    case: &'static Case,
    began: u64,
    rounds: VecDeque<Vec<Variant>>,
    /// What was sent last, for those that repeat it.
    last: Option<Drafted>,
    /// All that was sent, one after the other.
    sent: Vec<Variant>,
}

impl Current {
    /// Sends what was answered with an error once more, as another message, after all that came before it of the
    /// same message.
    fn try_again(&mut self, variant: &Variant) {
        self.rounds.push_front(vec![variant.retried()]);
        let before = self.sent.iter().rev().skip(1);
        for earlier in before.filter(|earlier| earlier.message == variant.message) {
            self.rounds.push_front(vec![earlier.anew().wants(Wanted::Any)]);
        }
    }
}

/// A request that was handed out.
#[derive(Debug)]
struct Asked {
    case: &'static str,
    variant: Variant,
    secret_mac: Option<String>,
}

impl Check {
    /// A check that has sent nothing yet.
    pub fn new(options: CheckOptions) -> Self {
        let coming = cases().filter(|case| is_chosen(&options, case)).collect();
        Self {
            options,
            coming,
            current: None,
            records: Vec::new(),
            asked: Vec::new(),
            stopped: Vec::new(),
        }
    }

    /// What to send next; `None` when the check is over. The requests are signed for `unix_now`, the time in
    /// seconds at which they go out.
    ///
    /// What was not answered since the last step counts as [`Answer::Broken`].
    pub fn next_step(&mut self, unix_now: u64) -> Option<Step> {
        self.answer([]);
        loop {
            if let Some(current) = &mut self.current
                && let Some(round) = current.rounds.pop_front()
            {
                return self.step(&round, unix_now);
            }
            let case = self.coming.pop_front()?;
            if self.refusal_to_run(case).is_none() {
                let rounds = case.rounds().into();
                self.current =
                    Some(Current { case, began: unix_now, rounds, last: None, sent: Vec::new() });
            }
        }
    }

    /// Tells what came of the requests of the last step, in their order. Those without an answer count as
    /// [`Answer::Broken`], and answers beyond them are passed over. A case ends with a delivery that is not
    /// answered in time; what is answered with an error is sent once more.
    pub fn answer(&mut self, answers: impl IntoIterator<Item = Answer>) {
        let mut answers = answers.into_iter();
        let is_alone = self.asked.len() == 1;
        for Asked { case, variant, secret_mac } in self.asked.drain(..) {
            let answer = answers.next().unwrap_or(Answer::broken());
            let is_recovered = false;
            let record = Record { case, variant, secret_mac, is_alone, is_recovered, answer };
            if variant.is_retry {
                let mut before = self.records.iter_mut().rev().filter(|it| it.case == case);
                let failed = before.find(|record| !record.fits()).filter(|_| record.fits());
                // A second failure tells nothing new.
                let Some(failed) = failed else { continue };
                failed.is_recovered = true;
            } else if let Some(current) = &mut self.current {
                if record.ends_its_case() {
                    current.rounds.clear();
                }
                // A receiver may need its first delivery to start, and break off others until it has.
                let is_start = self.records.is_empty()
                    && matches!(record.answer, Answer::TimedOut | Answer::Broken(_));
                if is_alone && !record.fits() && (is_start || record.answer.is_error()) {
                    current.try_again(&variant);
                }
            }
            self.records.push(record);
        }
    }

    /// Ends the check before its end: the cases that are not over are skipped in the report, which has not passed.
    pub fn stop(&mut self) {
        let current =
            self.current.take().filter(|it| !it.rounds.is_empty() || !self.asked.is_empty());
        let left = current.map(|current| current.case).into_iter().chain(self.coming.drain(..));
        self.stopped.extend(left.map(|case| case.name));
        self.asked.clear();
    }

    /// How many cases are still to come, for a line of progress.
    pub fn cases_left(&self) -> usize {
        self.coming.len()
    }

    /// What has come of it. Cases that were not run are skipped in it.
    pub fn report(&self) -> CheckReport {
        let chosen = cases().filter(|case| is_chosen(&self.options, case));
        let all = chosen.map(|case| (case, self.refusal_to_run(case)));
        let mut report = report::report(all, &self.records, self.family(), self.options.time_limit);
        report.is_stopped = !self.stopped.is_empty();
        report
    }

    fn step(&mut self, round: &[Variant], unix_now: u64) -> Option<Step> {
        let family = self.family().unwrap_or_default();
        let current = self.current.as_mut()?;
        let draft = Draft {
            secret: &self.options.secret,
            seed: self.options.seed,
            time_limit: self.options.time_limit,
            family,
            case: current.case.name,
            began: current.began,
            unix_now,
        };
        let mut requests = Vec::with_capacity(round.len());
        for variant in round {
            let drafted = match current.last.take().filter(|_| variant.is_resend) {
                Some(last) => last,
                None => draft.request(variant),
            };
            let Drafted { request, secret_mac } = current.last.insert(drafted).clone();
            requests.push(request);
            current.sent.push(*variant);
            self.asked.push(Asked { case: current.case.name, variant: *variant, secret_mac });
        }
        Some(Step { case: current.case, requests, time_limit: self.options.time_limit })
    }

    /// The family that the receiver reads; `webhook-*` if it reads both, `None` if neither.
    fn family(&self) -> Option<HeaderFamily> {
        match (self.accepts(BASELINE_WEBHOOK), self.accepts(BASELINE_SVIX)) {
            (true, _) => Some(HeaderFamily::Webhook),
            (false, true) => Some(HeaderFamily::Svix),
            (false, false) => None,
        }
    }

    fn accepts(&self, baseline: &str) -> bool {
        let mut records = self.records.iter().filter(|record| record.case == baseline);
        records.any(|record| record.answer.is_accepted())
    }

    /// Why a case would prove nothing.
    fn refusal_to_run(&self, case: &Case) -> Option<&'static str> {
        let is_baseline = [BASELINE_WEBHOOK, BASELINE_SVIX].contains(&case.name);
        if self.stopped.contains(&case.name) {
            Some("stopped")
        } else if is_baseline {
            None
        } else if case.name == SLOW_BODY && self.options.time_limit <= LONGEST_BODY {
            Some("the time limit is too short for it: a receiver may give a body ten seconds")
        } else if self.family().is_none() {
            Some("no ordinary delivery was accepted, so it would prove nothing")
        } else if case.needs_both_families
            && !(self.accepts(BASELINE_WEBHOOK) && self.accepts(BASELINE_SVIX))
        {
            Some("the receiver reads one family of headers only")
        } else {
            None
        }
    }
}

fn is_chosen(options: &CheckOptions, case: &Case) -> bool {
    let is_always = [BASELINE_WEBHOOK, BASELINE_SVIX, STILL_THERE].contains(&case.name);
    is_always || options.only.as_ref().is_none_or(|only| only.contains(case.name))
}
