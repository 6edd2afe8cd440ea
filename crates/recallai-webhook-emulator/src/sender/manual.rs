//! What people do by hand in the dashboard.

use std::time::Duration;

use super::attempt::{DeliveryStatus, Trigger};
use super::endpoint::{DisableReason, Endpoint, EndpointId, EndpointStatus};
use super::queue::Due;
use super::{ManualError, RotateError, Sender};
use crate::SigningSecret;

impl Sender {
    /// How long an old key stays valid if nobody says otherwise: 24 hours.
    pub const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

    /// Gives an endpoint a new key at `at`. Until the end of `grace` (0 to 7 days, usually
    /// [`GRACE`](Self::GRACE)) deliveries are signed with the old one, too, after the new one.
    ///
    /// # Errors
    ///
    /// A [`RotateError`], and nothing has changed.
    pub fn rotate(
        &mut self,
        endpoint: EndpointId,
        secret: SigningSecret,
        grace: Duration,
        at: Duration,
    ) -> Result<(), RotateError> {
        let endpoint = self.endpoints.get_mut(endpoint.0).ok_or(RotateError::UnknownEndpoint)?;
        endpoint.keys.rotate(secret, grace, at)
    }

    /// Disables a dashboard endpoint at `at`: attempts to come are dropped, and what is made meanwhile is not
    /// sent.
    ///
    /// # Errors
    ///
    /// [`ManualError::UnknownEndpoint`] or [`ManualError::Realtime`].
    pub fn disable(&mut self, endpoint: EndpointId, at: Duration) -> Result<(), ManualError> {
        self.dashboard_endpoint(endpoint)?;
        self.disable_endpoint(endpoint.0, DisableReason::Manual, at);
        Ok(())
    }

    /// Enables an endpoint again. What it has missed is not sent: that is [`recover`](Self::recover).
    ///
    /// # Errors
    ///
    /// [`ManualError::UnknownEndpoint`] or [`ManualError::Realtime`].
    pub fn enable(&mut self, endpoint: EndpointId) -> Result<(), ManualError> {
        let endpoint = self.dashboard_endpoint(endpoint)?;
        endpoint.status = EndpointStatus::Enabled;
        endpoint.health.succeeded();
        Ok(())
    }

    /// Sends one message at `at`, delivered before or not: one attempt, without retries.
    ///
    /// # Errors
    ///
    /// A [`ManualError`]; [`ManualError::UnknownMessage`] also for a message that is made after `at`.
    pub fn resend(
        &mut self,
        endpoint: EndpointId,
        message: &str,
        at: Duration,
    ) -> Result<(), ManualError> {
        let found = self.enabled_endpoint(endpoint)?.deliveries.get(message).copied();
        let is_made = |index: &usize| {
            self.deliveries.get(*index).is_some_and(|delivery| delivery.message.at <= at)
        };
        let delivery = found
            .filter(is_made)
            .ok_or_else(|| ManualError::UnknownMessage { id: message.into() })?;
        self.send_by_hand(delivery, at);
        Ok(())
    }

    /// Sends all messages made from `since` to `at` that were not delivered and wait for no attempt, missed
    /// ones included: one attempt each, without retries. Gives their number.
    ///
    /// The dashboard has two buttons for this, one for what has failed and one for what was never tried.
    ///
    /// # Errors
    ///
    /// A [`ManualError`], and nothing is sent.
    pub fn recover(
        &mut self,
        endpoint: EndpointId,
        since: Duration,
        at: Duration,
    ) -> Result<usize, ManualError> {
        self.enabled_endpoint(endpoint)?;
        let is_lost =
            |status| !matches!(status, DeliveryStatus::Pending | DeliveryStatus::Delivered);
        let lost: Vec<usize> = (self.deliveries.iter().enumerate())
            .filter(|(_, delivery)| delivery.endpoint == endpoint.0 && is_lost(delivery.status))
            .filter(|(_, delivery)| (since..=at).contains(&delivery.message.at))
            .map(|(index, _)| index)
            .collect();
        for delivery in &lost {
            self.send_by_hand(*delivery, at);
        }
        Ok(lost.len())
    }

    fn send_by_hand(&mut self, index: usize, at: Duration) {
        self.queue.push(at, Due { delivery: index, trigger: Trigger::Manual, resend: None });
        if let Some(delivery) = self.deliveries.get_mut(index)
            && delivery.status != DeliveryStatus::Delivered
        {
            delivery.status = DeliveryStatus::Pending;
        }
    }

    fn dashboard_endpoint(&mut self, endpoint: EndpointId) -> Result<&mut Endpoint, ManualError> {
        let endpoint = self.endpoints.get_mut(endpoint.0).ok_or(ManualError::UnknownEndpoint)?;
        if endpoint.is_realtime() { Err(ManualError::Realtime) } else { Ok(endpoint) }
    }

    fn enabled_endpoint(&mut self, endpoint: EndpointId) -> Result<&Endpoint, ManualError> {
        let endpoint = self.dashboard_endpoint(endpoint)?;
        if endpoint.is_disabled() { Err(ManualError::Disabled) } else { Ok(endpoint) }
    }
}
