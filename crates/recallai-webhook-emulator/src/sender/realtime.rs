//! What the sender makes of a failure of the real-time channel.

use std::time::Duration;

use super::attempt::{DeliveryStatus, Verdict};
use super::{Backoff, Flight, Sender};

impl Sender {
    /// Schedules the next attempt, or fails the endpoint for the recording.
    pub(super) fn retry_realtime(&mut self, flight: &Flight, at: Duration) -> Verdict {
        let chance = self.jitter(flight);
        let Some(delivery) = self.deliveries.get_mut(flight.delivery) else {
            return Verdict::Superseded;
        };
        if delivery.status != DeliveryStatus::Pending {
            return Verdict::EndpointFailed;
        }
        delivery.failures += 1;
        let failures = delivery.failures;
        match self.options.realtime.delay(failures, Backoff::default(), chance) {
            Some(delay) => {
                let at = at.saturating_add(delay);
                self.schedule(flight.delivery, at);
                Verdict::Retry { at }
            }
            None => {
                delivery.status = DeliveryStatus::Exhausted;
                self.fail_recording(flight.delivery);
                Verdict::EndpointFailed
            }
        }
    }

    /// Drops all that waits for the recording of a delivery at its endpoint.
    fn fail_recording(&mut self, index: usize) {
        let Some(delivery) = self.deliveries.get(index) else { return };
        let Some(lane) = delivery.lane.as_ref() else { return };
        let Some(endpoint) = self.endpoints.get_mut(delivery.endpoint) else { return };
        for index in endpoint.lanes.fail(&lane.recording) {
            let Some(delivery) = self.deliveries.get_mut(index) else { continue };
            if delivery.status == DeliveryStatus::Pending {
                delivery.status = DeliveryStatus::Dropped;
            }
            if let Some(place) = delivery.scheduled.take() {
                self.queue.remove(place);
            }
        }
    }
}
