//! One meeting after the other, without an end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use recallai_webhook_emulator::{
    Emulation, Faults, Plan, Scenario, Seed, Sender, SigningSecret, Trace,
};
use recallai_webhook_event::Event;
use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{Inbox, StoredSubject};
use recallai_webhook_server::config::ENDPOINT;

use super::hints::Hints;
use crate::emulate::{self, Deliveries, Speed};
use crate::exit::Failure;
use crate::time;
use crate::wire::{Client, Target};

/// What happens, in turn: the plain one first, and none that goes on for days.
const SCENARIOS: [&str; 9] = [
    "plain-bot",
    "async-transcript",
    "stop-and-start",
    "separate-tracks",
    "bot-denied",
    "several-transcripts",
    "desktop-upload",
    "transcript-failed",
    "pause-and-resume",
];

/// How long it is quiet after a meeting.
const QUIET: Duration = Duration::from_secs(5);

/// How long the last lines of a meeting may take to be printed, before what became of it is.
const LAST_LINES: Duration = Duration::from_millis(500);

pub(super) struct Meetings {
    speed: Speed,
    secret: SigningSecret,
    target: Target,
    client: Client,
}

impl Meetings {
    pub(super) fn new(speed: Speed, secret: &str, url: &str) -> Result<Self, Failure> {
        let secret = SigningSecret::parse(secret).map_err(Failure::failed)?;
        // It was bound by ourselves, whatever address that is.
        Ok(Self { speed, secret, target: Target::parse(url, true)?, client: Client::new() })
    }

    /// Sends them, and shows what becomes of each.
    pub(super) async fn go_on(&self, inbox: &dyn Inbox, hints: &Hints) -> Result<(), Failure> {
        let mut is_first = true;
        for name in SCENARIOS.iter().cycle() {
            let scenario = Scenario::builtin(name).map_err(Failure::failed)?;
            let trace = self.trace(scenario.clone())?;
            let named = recordings(&trace);
            self.send(trace).await?;

            tokio::time::sleep(LAST_LINES).await;
            let mut stored: Vec<StoredSubject> = Vec::new();
            for id in &named {
                stored.extend(inbox.subject(ENDPOINT, &Subject::recording(id.as_str())).await?);
            }
            hints.show(scenario.description(), &stored);
            if std::mem::take(&mut is_first) {
                hints.suggest(named.first().map(String::as_str));
            }
            tokio::time::sleep(QUIET).await;
        }
        Ok(())
    }

    /// A meeting of its own that ends when the last of it has been sent: what was is then in the past.
    fn trace(&self, scenario: Scenario) -> Result<Trace, Failure> {
        let lasts = scenario.duration();
        let start = time::clock() + self.speed.real(lasts);
        let start = start.checked_sub(lasts).unwrap_or(start);
        Ok(Trace::of(&Plan::from(scenario), emulate::chance()?, start))
    }

    async fn send(&self, trace: Trace) -> Result<(), Failure> {
        let mut sender = Sender::new(emulate::options(Seed::default(), self.speed));
        let endpoint =
            emulate::add_endpoint(&mut sender, "dev", std::slice::from_ref(&self.secret), |_| {})?;
        let mut emulation = Emulation::new(sender, Faults::none());
        for message in trace.messages {
            emulation.publish(message);
        }
        let mut deliveries = Deliveries {
            emulation,
            targets: BTreeMap::from([(endpoint, self.target.clone())]),
            speed: self.speed,
            connections: 4,
            on_answer: |_: &_, _: &_, _: &_| Ok(()),
        };
        deliveries.run(&self.client, |_| {}).await
    }
}

/// The recordings that a meeting tells of.
fn recordings(trace: &Trace) -> BTreeSet<String> {
    let events = trace.messages.iter().filter_map(|message| Event::parse(&message.body).ok());
    events.filter_map(|event| event.recording_id().map(str::to_owned)).collect()
}
