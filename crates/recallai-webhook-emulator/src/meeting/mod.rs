//! One performance of a scenario: its messages, with ids and times from the seed.

mod body;
mod cast;
mod live;
mod script;
mod template;
mod time;

pub(crate) use script::{Artifact, Endpoint, Moment, Recording, Said, Script, Thing, Upload, What};
pub(crate) use template::problem;
pub(crate) use time::TimeSpelling;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::ids;
use crate::message::{Channel, Message};
use crate::seed::Seed;
use body::Scene;
use cast::Cast;

/// Which performance it is and when it begins.
pub(crate) struct Performance<'a> {
    pub(crate) script: &'a Script,
    /// The name of the scenario.
    pub(crate) scenario: &'a str,
    /// Which of its scenario it is, from 1.
    pub(crate) number: u32,
    pub(crate) seed: Seed,
    /// When the trace starts.
    pub(crate) origin: Timestamp,
    /// When the meeting begins, after the start of the trace.
    pub(crate) begin: Duration,
}

impl Performance<'_> {
    /// The messages, in order of time.
    pub(crate) fn messages(&self) -> Vec<Message> {
        let meeting = format!("{}/{}", self.scenario, self.number);
        let cast = Cast::new(self.script, self.seed, &meeting, self.number);
        let jitter = u64::try_from(self.script.jitter.as_micros()).unwrap_or(u64::MAX);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut latest = Duration::ZERO;
        let messages = self.script.moments.iter().map(|moment| {
            let subject = moment.what.subject(self.script).unwrap_or_default();
            let part = format!("{}/{subject}", moment.what.event());
            let count = counts.entry(part).and_modify(|count| *count += 1).or_insert(1);
            let nth = *count;
            let stream = format!("{meeting}/{}/{subject}/{nth}", moment.what.event());
            let mut stream = self.seed.stream(&stream);

            // Late, but never before what happens earlier in the script.
            let late = Duration::from_micros(stream.up_to(jitter));
            latest = latest.max(moment.at.saturating_add(late));
            let at = self.begin.saturating_add(latest);
            let now = instant(self.origin, at);
            let scene = Scene {
                script: self.script,
                cast: &cast,
                moment,
                number: self.number,
                nth,
                now,
                elapsed: latest.as_secs_f64(),
            };
            let seconds = u64::try_from(now.as_second()).unwrap_or(0);
            let event = moment.what.event();
            Message {
                id: ids::message(seconds, &mut stream).into(),
                event: event.into(),
                body: scene.body().into_bytes().into(),
                channel: Channel::of(event).unwrap_or(Channel::Dashboard),
                at,
            }
        });
        messages.collect()
    }
}

/// An instant of the trace; beyond the year 9999 it is the last one that can be spelled.
fn instant(origin: Timestamp, at: Duration) -> Timestamp {
    let at = SignedDuration::try_from(at).unwrap_or(SignedDuration::MAX);
    origin.saturating_add(at).unwrap_or(Timestamp::MAX)
}
