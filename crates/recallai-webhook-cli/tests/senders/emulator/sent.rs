//! What the emulator puts on the wire.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_emulator::{
    AttemptResult, Channel, EndpointOptions, Faults, HeaderFamily, Plan, Request, Scenario, Seed,
    Sender, SenderOptions, SigningSecret, Trace,
};

const SEED: Seed = Seed(1);

/// One meeting, sent at once to whoever reads the real clock.
pub(super) struct Sent<'a> {
    pub(super) family: HeaderFamily,
    pub(super) scenario: &'a str,
    pub(super) faults: Faults,
    /// Whether the key has just been rotated from `old` to `new`; else it is `new`.
    pub(super) is_rotated: bool,
}

/// The secret of this name.
pub(super) fn secret(label: &str) -> SigningSecret {
    SigningSecret::generate(SEED, label)
}

impl<'a> Sent<'a> {
    pub(super) fn of(family: HeaderFamily, scenario: &'a str) -> Self {
        Self { family, scenario, faults: Faults::none(), is_rotated: false }
    }

    /// The requests; of those that go with faults, only what faults have made.
    pub(super) fn requests(&self) -> Vec<Request> {
        let mut sender = self.sender();
        let scenario = Scenario::from_toml(self.scenario).unwrap();
        for mut message in Trace::of(&Plan::from(scenario), SEED, Trace::usual_start()).messages {
            message.at = Duration::ZERO;
            sender.publish(message);
        }
        let mut requests = Vec::new();
        while let Some(attempt) = sender.begin(Duration::ZERO) {
            for send in self.faults.plan(&attempt).sends {
                if self.faults.is_none() || !send.faults.is_empty() {
                    requests.push(send.request);
                }
            }
            sender.finish(attempt.id, AttemptResult::status(204), Duration::ZERO).unwrap();
        }
        requests
    }

    fn sender(&self) -> Sender {
        let mut options = SenderOptions::default();
        options.start = UNIX_EPOCH + Duration::from_secs(crate::now().try_into().unwrap());
        let mut sender = Sender::new(options);
        for channel in [Channel::Dashboard, Channel::Realtime] {
            let key = if self.is_rotated { "old" } else { "new" };
            let mut endpoint = EndpointOptions::new(format!("{channel:?}"), secret(key));
            endpoint.family = self.family;
            endpoint.channel = channel;
            let endpoint = sender.add_endpoint(endpoint);
            if self.is_rotated {
                sender.rotate(endpoint, secret("new"), Sender::GRACE, Duration::ZERO).unwrap();
            }
        }
        sender
    }
}
