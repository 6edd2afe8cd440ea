//! Traces: the messages of many meetings, in order of time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::meeting::Performance;
use crate::message::Message;
use crate::scenario::Scenario;
use crate::seed::Seed;

/// Which meetings take place and how close together.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Plan {
    /// Scenarios, and how many meetings go by each. A scenario that is there twice has meetings of both.
    pub meetings: Vec<(Scenario, u32)>,
    /// From the beginning of one meeting to that of the next, on average: 1 minute by default. Each
    /// gap is drawn between nothing and twice as much. Most meetings are longer, so they overlap;
    /// with zero all begin at once.
    pub spacing: Duration,
}

impl Plan {
    /// No meeting.
    pub fn new() -> Self {
        Self { meetings: Vec::new(), spacing: Duration::from_secs(60) }
    }

    /// The same with as many more meetings.
    #[must_use]
    pub fn with_meetings(mut self, scenario: Scenario, count: u32) -> Self {
        self.meetings.push((scenario, count));
        self
    }

    /// The same with another time between the beginnings of meetings.
    #[must_use]
    pub fn with_spacing(mut self, spacing: Duration) -> Self {
        self.spacing = spacing;
        self
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Scenario> for Plan {
    /// One meeting.
    fn from(scenario: Scenario) -> Self {
        Self::new().with_meetings(scenario, 1)
    }
}

/// The messages of one or many meetings, in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Trace {
    /// Sorted by the time at which they are made, then in the order of their meetings.
    pub messages: Vec<Message>,
}

impl Trace {
    /// When a trace starts if nobody says otherwise: Monday, 5 January 2026, 09:00 UTC.
    pub fn usual_start() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_767_603_600)
    }

    /// What the meetings of a plan send. The first begins at `start`; the scenarios take turns until each
    /// has had its meetings.
    ///
    /// The same plan, seed and start give the same bytes. `start` is held to the years 1 to 9999.
    pub fn of(plan: &Plan, seed: Seed, start: SystemTime) -> Self {
        let origin = Timestamp::try_from(start).unwrap_or(match start < UNIX_EPOCH {
            true => Timestamp::MIN,
            false => Timestamp::MAX,
        });
        let spacing = u64::try_from(plan.spacing.as_micros()).unwrap_or(u64::MAX);
        let mut gaps = seed.stream("meetings");
        let mut begin = Duration::ZERO;
        let mut messages = Vec::new();
        for (scenario, number) in turns(&plan.meetings) {
            let performance = Performance {
                script: scenario.script(),
                scenario: scenario.name(),
                number,
                seed,
                origin,
                begin,
            };
            messages.append(&mut performance.messages());
            let gap = Duration::from_micros(gaps.up_to(spacing.saturating_mul(2)));
            begin = begin.saturating_add(gap);
        }
        messages.into_iter().collect()
    }

    /// One JSON object in a line for each message: `at_ms`, `id`, `event` and `body`, which is the
    /// body itself if that is JSON, and else a string in which what is not UTF-8 is replaced.
    pub fn to_ndjson(&self) -> String {
        #[derive(Serialize)]
        struct Line<'a, B> {
            at_ms: u128,
            id: &'a str,
            event: &'a str,
            body: B,
        }
        let mut text = String::new();
        for message in &self.messages {
            let (at_ms, id, event) = (message.at.as_millis(), &*message.id, &*message.event);
            // Writing numbers and text to a string does not fail.
            let line = match serde_json::from_slice::<&RawValue>(&message.body) {
                Ok(body) => serde_json::to_string(&Line { at_ms, id, event, body }),
                Err(_) => {
                    let body = String::from_utf8_lossy(&message.body);
                    serde_json::to_string(&Line { at_ms, id, event, body })
                }
            };
            text.push_str(&line.unwrap_or_default());
            text.push('\n');
        }
        text
    }
}

impl FromIterator<Message> for Trace {
    /// Puts messages in order of time; those of one time stay in the order in which they came.
    fn from_iter<I: IntoIterator<Item = Message>>(messages: I) -> Self {
        let mut messages: Vec<Message> = messages.into_iter().collect();
        messages.sort_by_key(|message| message.at);
        Self { messages }
    }
}

/// The scenarios in turn, each with the number of its meeting from 1.
fn turns(meetings: &[(Scenario, u32)]) -> impl Iterator<Item = (&Scenario, u32)> {
    let most = meetings.iter().map(|(_, count)| *count).max().unwrap_or(0);
    (0..most).flat_map(move |turn| {
        let due = meetings.iter().enumerate().filter(move |(_, (_, count))| turn < *count);
        due.map(move |(index, (scenario, _))| {
            // Another entry of the same scenario goes on counting, so that no two meetings are alike.
            let before =
                meetings.iter().take(index).filter(|(other, _)| other.name() == scenario.name());
            let before: u32 = before.fold(0, |sum, (_, count)| sum.saturating_add(*count));
            (scenario, before.saturating_add(turn).saturating_add(1))
        })
    })
}
