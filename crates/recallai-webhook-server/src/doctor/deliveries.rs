//! When each endpoint had its last delivery.

use std::time::SystemTime;

use super::Finding;
use super::quantity::roughly;

const CHECK: &str = "deliveries";

/// An endpoint, its path, and when the last delivery came.
pub(super) type Last = (String, String, Option<SystemTime>);

pub(super) fn judge((endpoint, path, last): &Last, now: SystemTime) -> Finding {
    match last {
        None => Finding::warning(CHECK, format!("{endpoint}: nothing is stored that was received"))
            .with_advice(format!(
                "unless it was pruned: add an endpoint for {path} in the dashboard of Recall.ai, under Webhooks; \
                 `recallai-webhook send recording.done` tries it from here"
            )),
        Some(last) => {
            let ago = roughly(now.duration_since(*last).unwrap_or_default());
            Finding::ok(CHECK, format!("{endpoint}: the last one came {ago} ago"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::Level;
    use super::*;

    #[test]
    fn an_endpoint_without_a_delivery_is_worth_a_look() {
        let now = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
        let found = |last| judge(&("eu".into(), "/hook".into(), last), now);
        assert_eq!(found(None).level, Level::Warning);
        for (last, expected) in [
            (now - Duration::from_secs(180), "eu: the last one came 3 min ago"),
            (now + Duration::from_secs(9), "eu: the last one came 0 s ago"),
        ] {
            assert_eq!(found(Some(last)), Finding::ok(CHECK, expected));
        }
    }
}
