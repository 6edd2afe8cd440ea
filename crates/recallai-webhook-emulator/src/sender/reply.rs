//! Reading of a reply what matters to the sender.

use std::time::Duration;

use super::attempt::{AttemptResult, DeliveryControl};

impl AttemptResult {
    /// What a reply comes to: its status code, and of its headers `retry-after` and `webhook-delivery`, whose
    /// names may be in any case. `unix_now` is the time, in seconds, that a date in `retry-after` is counted
    /// from.
    ///
    /// `retry-after` is a number of seconds, of which a fraction is rounded up, or an HTTP date; what is
    /// neither is left out, and a date that has passed is no time at all.
    ///
    /// ```
    /// use std::time::Duration;
    /// use recallai_webhook_emulator::AttemptResult;
    ///
    /// let headers = [("Retry-After", "2.5"), ("Content-Length", "0")];
    /// let AttemptResult::Status { retry_after, .. } = AttemptResult::reply(503, headers, 0) else {
    ///     return Err("not a status".into());
    /// };
    /// assert_eq!(retry_after, Some(Duration::from_secs(3)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reply<'h>(
        code: u16,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
        unix_now: u64,
    ) -> Self {
        let (mut retry_after, mut delivery_control) = (None, None);
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("retry-after") {
                retry_after = retry_after.or_else(|| read_retry_after(value.trim(), unix_now));
            } else if name.eq_ignore_ascii_case("webhook-delivery") {
                delivery_control = delivery_control.or_else(|| DeliveryControl::parse(value));
            }
        }
        Self::Status { code, retry_after, delivery_control }
    }
}

fn read_retry_after(value: &str, unix_now: u64) -> Option<Duration> {
    // Numbers have digits and a dot; what else Rust reads as one, such as `inf`, is none here.
    if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let seconds = value.parse::<f64>().ok()?.ceil();
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp().as_second();
    let seconds = u64::try_from(date).unwrap_or(0).saturating_sub(unix_now);
    Some(Duration::from_secs(seconds))
}
