//! What the sender makes of the result of an attempt.

use std::time::Duration;

use super::attempt::{AttemptId, AttemptResult, DeliveryControl, DeliveryStatus, Trigger, Verdict};
use super::endpoint::{Delivery, DisableReason, EndpointStatus};
use super::queue::Due;
use super::{Flight, Sender, UnknownAttempt};

impl Sender {
    /// Takes note of what came of an attempt, at the time `at`.
    ///
    /// Retries are counted from `at`. A connection that failed within a second of the beginning of the
    /// attempt is tried once more at once, on the dashboard channel, with the same bytes.
    ///
    /// # Errors
    ///
    /// [`UnknownAttempt`] if no such attempt is under way.
    pub fn finish(
        &mut self,
        attempt: AttemptId,
        result: AttemptResult,
        at: Duration,
    ) -> Result<Verdict, UnknownAttempt> {
        let flight = self.in_flight.remove(&attempt).ok_or(UnknownAttempt)?;
        let delivery = self.deliveries.get_mut(flight.delivery).ok_or(UnknownAttempt)?;
        delivery.in_flight -= 1;
        let index = delivery.endpoint;
        let endpoint = self.endpoints.get_mut(index).ok_or(UnknownAttempt)?;
        let control = result.delivery_control().filter(|_| !endpoint.is_realtime());
        let asks_to_disable = control == Some(DeliveryControl::Disable);

        if result.is_success() {
            endpoint.health.succeeded();
            self.settle(flight.delivery, DeliveryStatus::Delivered, at);
            if asks_to_disable {
                self.disable_endpoint(index, DisableReason::Asked, at);
            }
            return Ok(Verdict::Delivered);
        }
        if endpoint.is_realtime() {
            return Ok(self.retry_realtime(&flight, at));
        }
        if endpoint.is_disabled() {
            self.settle_failed(flight.delivery, DeliveryStatus::Dropped, at);
            return Ok(Verdict::EndpointDisabled);
        }
        if result == AttemptResult::Transport && flight.may_resend(at, self.options.clock()) {
            self.resend_at_once(flight, at);
            return Ok(Verdict::Resend);
        }
        let is_failing = endpoint.health.failed(at, self.options.disable_after);
        if asks_to_disable || is_failing {
            let reason =
                if asks_to_disable { DisableReason::Asked } else { DisableReason::Failing };
            self.settle_failed(flight.delivery, DeliveryStatus::Dropped, at);
            self.disable_endpoint(index, reason, at);
            return Ok(Verdict::EndpointDisabled);
        }
        if control == Some(DeliveryControl::AbortMessage) {
            self.settle_failed(flight.delivery, DeliveryStatus::Aborted, at);
            return Ok(Verdict::Aborted);
        }
        Ok(self.retry(&flight, result, at))
    }

    fn resend_at_once(&mut self, flight: Flight, at: Duration) {
        let Flight { delivery, trigger, request, timestamp, .. } = flight;
        let resend = Some((request, timestamp));
        let place = self.queue.push(at, Due { delivery, trigger, resend });
        if let Some(delivery) = self.deliveries.get_mut(delivery)
            && trigger == Trigger::Scheduled
        {
            delivery.scheduled = Some(place);
        }
    }

    /// Schedules the next attempt after a failure of the dashboard channel, if there is one.
    fn retry(&mut self, flight: &Flight, result: AttemptResult, at: Duration) -> Verdict {
        let Some(delivery) = self.deliveries.get_mut(flight.delivery) else {
            return Verdict::Superseded;
        };
        if flight.trigger == Trigger::Manual {
            let is_last = delivery.status == DeliveryStatus::Pending
                && delivery.scheduled.is_none()
                && delivery.in_flight == 0;
            if !is_last {
                return Verdict::Superseded;
            }
            delivery.status = DeliveryStatus::Exhausted;
            return Verdict::Exhausted;
        }
        if delivery.status != DeliveryStatus::Pending {
            return Verdict::Superseded;
        }
        delivery.failures += 1;
        let failures = delivery.failures;
        let chance = self.jitter(flight);
        match self.options.dashboard.delay(failures, result.backoff(), chance) {
            Some(delay) => {
                let at = at.saturating_add(delay);
                self.schedule(flight.delivery, at);
                Verdict::Retry { at }
            }
            None => {
                self.settle(flight.delivery, DeliveryStatus::Exhausted, at);
                Verdict::Exhausted
            }
        }
    }

    /// When a message that came beside another is tried again, after so many failures.
    pub(crate) fn delay_beside(&self, failures: usize, result: AttemptResult) -> Option<Duration> {
        // In the middle of what chance may do.
        self.options.dashboard.delay(failures, result.backoff(), u64::MAX / 2)
    }

    /// What moves the attempt after this one.
    pub(super) fn jitter(&self, flight: &Flight) -> u64 {
        let delivery = self.deliveries.get(flight.delivery);
        let message = delivery.map_or("", |delivery| &delivery.message.id);
        let endpoint = delivery.and_then(|delivery| self.endpoints.get(delivery.endpoint));
        let name = endpoint.map_or("", |endpoint| &endpoint.name);
        let number = flight.number.to_le_bytes();
        let parts = [b"jitter".as_slice(), name.as_bytes(), message.as_bytes(), &number];
        self.options.seed.stream_for(&parts).number()
    }

    /// Ends a delivery as failed, unless it has been delivered by another attempt.
    pub(super) fn settle_failed(&mut self, index: usize, status: DeliveryStatus, at: Duration) {
        let has_arrived = |delivery: &Delivery| delivery.status == DeliveryStatus::Delivered;
        if !self.deliveries.get(index).is_some_and(has_arrived) {
            self.settle(index, status, at);
        }
    }

    /// Ends a delivery: no scheduled attempt follows, and its lane goes on.
    fn settle(&mut self, index: usize, status: DeliveryStatus, at: Duration) {
        let Some(delivery) = self.deliveries.get_mut(index) else { return };
        delivery.status = status;
        if let Some(place) = delivery.scheduled.take() {
            self.queue.remove(place);
        }
        let Some(lane) = delivery.lane.clone() else { return };
        let Some(endpoint) = self.endpoints.get_mut(delivery.endpoint) else { return };
        if !endpoint.lanes.is_first(&lane, index) {
            return;
        }
        if let Some(next) = endpoint.lanes.advance(&lane) {
            let made = self.deliveries.get(next).map_or(at, |delivery| delivery.message.at);
            self.schedule(next, at.max(made));
        }
    }

    /// Disables an endpoint and drops what waits for it. What is not made yet waits for its time: the
    /// endpoint may be enabled by then.
    pub(super) fn disable_endpoint(&mut self, index: usize, reason: DisableReason, at: Duration) {
        let Some(endpoint) = self.endpoints.get_mut(index) else { return };
        if endpoint.is_disabled() {
            return;
        }
        endpoint.status = EndpointStatus::Disabled { since: at, reason };
        let deliveries = &mut self.deliveries;
        self.queue.retain(|due| {
            let Some(delivery) = deliveries.get_mut(due.delivery) else { return false };
            if delivery.endpoint != index || delivery.message.at > at || delivery.lane.is_some() {
                return true;
            }
            delivery.scheduled = None;
            if delivery.status == DeliveryStatus::Pending {
                delivery.status = DeliveryStatus::Dropped;
            }
            false
        });
    }
}
