//! The decisions that all stores share: filters, subscriptions as they are stored, plans and watches.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod again;
mod filter;
mod plan;
mod subscription;
mod watch;

use std::fmt::Write;

use recallai_webhook_inbox::Reading;

/// What an event says: a name, its code, and the members with the ids of what it names.
pub(crate) fn reading(name: &str, members: &[(&str, &str)]) -> Reading {
    let code = name.rsplit('.').next().unwrap_or_default();
    let mut text = String::new();
    for (key, id) in members {
        write!(text, r#","{key}":{{"id":"{id}","metadata":{{}}}}"#).unwrap();
    }
    let body = format!(
        r#"{{"event":"{name}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2026-01-01T10:00:00Z"}}{text}}}}}"#
    );
    Reading::of(body.as_bytes())
}
