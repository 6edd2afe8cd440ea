//! The things of one meeting, with the ids that the seed gives them.

use recallai_webhook_event::{Members, Resource};
use serde_json::{Map, Value};

use super::script::{Script, Thing};
use super::template;
use crate::ids;
use crate::seed::Seed;

/// The resources of a meeting, in the order of the script's lists.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) bots: Vec<Resource>,
    pub(super) uploads: Vec<Resource>,
    pub(super) recordings: Vec<Resource>,
    pub(super) artifacts: Vec<Resource>,
    pub(super) endpoints: Vec<Resource>,
    pub(super) calendars: Vec<Resource>,
    pub(super) teams: Vec<Resource>,
}

impl Cast {
    /// `meeting` tells this performance from all others of the run, `number` from those of its scenario.
    pub(super) fn new(script: &Script, seed: Seed, meeting: &str, number: u32) -> Self {
        let resource = |sort: &str, thing: &Thing| {
            let mut stream = seed.stream(&format!("{meeting}/{sort}.{}", thing.label));
            let id = ids::uuid(&mut stream);
            let known = template::Known { number, ..template::Known::default() };
            let metadata = members(template::fill_members(&thing.metadata, &known));
            Resource::new(id).with_metadata(metadata)
        };
        let all = |sort: &'static str| {
            let things = script.things().filter(move |(of, _)| *of == sort);
            things.map(|(sort, thing)| resource(sort, thing)).collect()
        };
        Self {
            bots: all("bot"),
            uploads: all("sdk_upload"),
            recordings: all("recording"),
            artifacts: all("artifact"),
            endpoints: all("realtime_endpoint"),
            calendars: all("calendar"),
            teams: all("slack_team"),
        }
    }

    /// The resource that a reference such as `bot.notetaker` means.
    pub(super) fn find(&self, script: &Script, reference: &str) -> Option<&Resource> {
        let lists = [
            &self.bots,
            &self.uploads,
            &self.recordings,
            &self.artifacts,
            &self.endpoints,
            &self.calendars,
            &self.teams,
        ];
        // The same order as that of `Script::things`.
        let resources = lists.into_iter().flatten();
        let (sort, label) = reference.split_once('.')?;
        let mut pairs = script.things().zip(resources);
        pairs.find(|((of, thing), _)| *of == sort && thing.label == label).map(|(_, found)| found)
    }
}

/// Members as the event crate keeps them.
pub(super) fn members(map: Map<String, Value>) -> Members {
    map.into_iter().fold(Members::new(), |members, (key, value)| members.with(&key, value))
}
