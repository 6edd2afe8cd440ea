//! Both halves together: whole meetings reach a receiver, whatever goes wrong on the way.

use std::collections::BTreeMap;

use recallai_webhook_emulator::{Channel, EndpointOptions, Fault, Faults, Seed};

use crate::receiver::{self, Receiver};
use crate::world::{jittered, secret};
use crate::{builtins, meeting};

#[test]
fn every_message_of_every_scenario_arrives_as_it_was_made() {
    let faults = Faults::all(0.2).with(Fault::OversizedBody, 0.0).seeded(Seed(3));
    for scenario in builtins() {
        let trace = meeting(scenario, 3);
        let mut sender = jittered(3);
        for channel in [Channel::Dashboard, Channel::Realtime] {
            let mut options = EndpointOptions::new(format!("{channel:?}"), secret("both"));
            options.channel = channel;
            sender.add_endpoint(options);
        }
        for message in &trace.messages {
            assert_eq!(sender.publish(message.clone()), 1, "each has one channel");
        }

        let mut receiver = Receiver::new(&secret("both"));
        let (_, arrived) = receiver::run(&mut sender, &faults, &mut receiver);
        for (send, at, status) in arrived {
            assert!(send.expected().allows(status), "{:?} at {at:?}: {status}", send.faults);
        }
        let made: BTreeMap<&str, &[u8]> =
            trace.messages.iter().map(|message| (&*message.id, &*message.body)).collect();
        let mut stored = receiver.stored;
        for (id, body) in made {
            assert_eq!(stored.remove(id).as_deref(), Some(body), "{id}");
        }
    }
}
