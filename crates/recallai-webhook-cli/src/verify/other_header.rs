//! Headers that are there under other names, and signatures of other schemes.

use super::delivery::Delivery;
use super::mistake::Mistake;
use crate::header_name::{is_ours, is_signature};

/// The headers are there under other names: `HTTP_WEBHOOK_ID`, as gateways hand them to programs.
pub(super) fn renamed(delivery: &Delivery) -> Option<Mistake> {
    let original = |name: &str| {
        let name = name.to_ascii_lowercase().replace('_', "-");
        let bare = ["http-", "x-"].iter().find_map(|prefix| name.strip_prefix(prefix));
        bare.unwrap_or(&name).to_owned()
    };
    let mut names = delivery.headers.lines().map(|(name, _)| name);
    let renamed = names.find(|name| !is_ours(name) && is_ours(&original(name)))?;
    Some(Mistake {
        name: "renamed_headers",
        message: format!("the header {} has come under the name {renamed}", original(renamed)),
        next: vec![
            "write the names with hyphens and without a prefix, as they came over the wire, and verify again"
                .into(),
            "in your receiver, ask for the names as your framework hands them over".into(),
        ],
    })
}

/// There is no signature where the sender puts it, but something that looks like one elsewhere.
pub(super) fn foreign(delivery: &Delivery) -> Option<Mistake> {
    let names = || delivery.headers.lines().map(|(name, _)| name.to_ascii_lowercase());
    if names().any(|name| is_signature(&name)) {
        return None;
    }
    // Beside headers of ours, those of others are nobody's mistake.
    let beside = names().any(|name| is_ours(&name));
    let looks_like_one = |name: &String| match beside {
        true => name.contains("recall") && name.contains("signature"),
        false => name.contains("signature") || name.contains("hmac"),
    };
    let other = names().find(looks_like_one)?;
    Some(Mistake {
        name: "foreign_signature_header",
        message: format!(
            "there is a header {other}, which Recall.ai does not send: its signature stands in \
             webhook-signature or svix-signature, beside an id and a timestamp"
        ),
        next: vec![
            "in your receiver, read webhook-id, webhook-timestamp and webhook-signature, and the same \
             with svix- for older workspaces"
                .into(),
            "if a real delivery came without them: create the workspace secret in the dashboard \
             (Developers > API keys & secrets); deliveries are signed from then on"
                .into(),
        ],
    })
}
