//! Which meetings take place: the options, and the messages that come of them.

use std::time::Duration;

use clap::Args;
use recallai_webhook_emulator::{BUILTIN, Plan, Scenario, Seed, Trace};

use crate::exit::Failure;
use crate::{scenarios, time};

#[derive(Debug, Args)]
pub(super) struct Meetings {
    /// What happens: the name of a scenario, as `scenarios list` has them, a file, or `all` that are built in.
    /// Can be given several times; they take turns
    #[arg(long, value_name = "NAME|FILE", default_value = "plain-bot")]
    scenario: Vec<String>,

    /// What ids, times and faults are drawn from. The same number sends the same messages; without one it is
    /// another each time, and printed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Hold meetings until there are so many recordings; where scenarios have none, so many meetings. One
    /// meeting by each scenario if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    recordings: Option<u32>,

    /// How many meetings begin in a minute of their own time, on average
    #[arg(long, value_name = "N", default_value = "1", value_parser = rate)]
    rate: f64,

    /// When the first meeting begins: a time, a day, or `now`. It is part of ids and bodies: the same seed sends
    /// the same messages only with the same start
    #[arg(long, value_name = "TIME", default_value = "2026-01-05T09:00:00Z", value_parser = start)]
    start: u64,
}

fn rate(text: &str) -> Result<f64, &'static str> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
    rate.ok_or("not a number above 0")
}

fn start(text: &str) -> Result<u64, String> {
    if text == "now" { Ok(time::now()) } else { time::parse(text) }
}

impl Meetings {
    /// The seed that was asked for, or one by chance that is short enough to be typed.
    pub(super) fn seed(&self) -> Result<Seed, Failure> {
        match self.seed {
            Some(seed) => Ok(Seed(seed)),
            None => chance(),
        }
    }

    /// The messages, and the number of recordings that they are about.
    pub(super) fn trace(&self, seed: Seed) -> Result<(Trace, u64), Failure> {
        let mut plan = Plan::new().with_spacing(Duration::from_secs_f64(
            // A year is longer than anybody waits.
            (60.0 / self.rate).min(365.0 * 86_400.0),
        ));
        let (meetings, recordings) = meetings(self.scenarios()?, self.recordings);
        for (scenario, count) in meetings {
            plan = plan.with_meetings(scenario, count);
        }
        Ok((Trace::of(&plan, seed, time::at(self.start)), recordings))
    }

    fn scenarios(&self) -> Result<Vec<Scenario>, Failure> {
        let mut found = Vec::new();
        for name in &self.scenario {
            match name.as_str() {
                "all" => {
                    for (name, _) in BUILTIN {
                        found.push(scenarios::load(name)?);
                    }
                }
                name => found.push(scenarios::load(name)?),
            }
        }
        Ok(found)
    }
}

/// A seed by chance.
pub(crate) fn chance() -> Result<Seed, Failure> {
    let number = getrandom::u32().map_err(Failure::failed)?;
    Ok(Seed(u64::from(number % 1_000_000)))
}

/// How many meetings by each scenario, in turn, come to so many recordings, if so many are wanted; and how many
/// they are in the end.
fn meetings(scenarios: Vec<Scenario>, wanted: Option<u32>) -> (Vec<(Scenario, u32)>, u64) {
    let Some(wanted) = wanted.map(u64::from) else {
        let recordings = scenarios.iter().map(|scenario| scenario.recordings() as u64).sum();
        return (scenarios.into_iter().map(|scenario| (scenario, 1)).collect(), recordings);
    };
    let mut meetings: Vec<(Scenario, u32)> =
        scenarios.into_iter().map(|scenario| (scenario, 0)).collect();
    let has_recordings = meetings.iter().any(|(scenario, _)| scenario.recordings() > 0);
    let (mut found, mut recordings) = (0, 0);
    while found < wanted && !meetings.is_empty() {
        for (scenario, count) in &mut meetings {
            if found >= wanted {
                break;
            }
            *count += 1;
            recordings += scenario.recordings() as u64;
            found = if has_recordings { recordings } else { found + 1 };
        }
    }
    (meetings, recordings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scenarios: &[&str], wanted: impl Into<Option<u32>>, expected: (&[u32], u64)) {
        let scenarios = scenarios.iter().map(|name| Scenario::builtin(name).unwrap()).collect();
        let (meetings, recordings) = meetings(scenarios, wanted.into());
        let counts: Vec<u32> = meetings.iter().map(|(_, count)| *count).collect();
        assert_eq!((&counts[..], recordings), expected);
    }

    #[test]
    fn meetings_take_turns_until_there_are_enough_recordings() {
        check(&["plain-bot", "stop-and-start", "slack-team"], None, (&[1, 1, 1], 3));
        check(&["plain-bot"], 3, (&[3], 3));
        check(&["plain-bot", "stop-and-start"], 4, (&[2, 1], 4));
        check(&["stop-and-start"], 3, (&[2], 4));
        check(&["bot-denied", "plain-bot"], 2, (&[2, 2], 2));
        check(&["bot-denied", "slack-team"], 3, (&[2, 1], 0));
    }
}
