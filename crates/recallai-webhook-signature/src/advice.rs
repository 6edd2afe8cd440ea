//! What to do about a finding.

use crate::Finding;

impl Finding {
    /// What to do, the likeliest first; nothing for a delivery that verifies.
    ///
    /// Whole sentences without a full stop, for people who have to mend it.
    ///
    /// ```
    /// use recallai_webhook_signature::Finding;
    /// assert!(Finding::NoHeaders.advice()[0].contains("secret"));
    /// ```
    #[must_use]
    pub const fn advice(&self) -> &'static [&'static str] {
        match self {
            Self::Valid { .. } => &[],
            Self::NoHeaders => &[
                "if the workspace has no webhook secret yet, create one in the dashboard (Developers > API keys \
                 & secrets): deliveries are signed from then on",
                "look at which headers the proxies in between pass on: svix-* and webhook-* have to arrive",
                "check that this is a webhook of the sender at all",
            ],
            Self::IncompleteHeaders { .. } | Self::SplitFamilies => &[
                "look at which headers the proxies in between pass on or rename: all three of one family have \
                 to arrive",
                "read both families: older workspaces send svix-*, newer ones webhook-*",
            ],
            Self::MalformedHeader { .. } => &[
                "look at what the proxies in between do to this header",
                "compare it with what the dashboard shows of this attempt",
            ],
            Self::ConflictingHeader { .. } => {
                &["look for a proxy, or a custom header of the endpoint, that adds one"]
            }
            Self::TooManySignatures => &["this does not come from the sender: look at what does"],
            Self::Clock { .. } => &[
                "set the clock of this machine (NTP)",
                "if the delivery is an old one that was kept, judge it as of the time it was made; every \
                 attempt is signed anew, so a retry is never old",
            ],
            Self::OtherVersionsOnly { asymmetric: true, .. } => &[
                "configure the public key (whpk_...) of the endpoint, or let it use a whsec_ secret",
            ],
            Self::OtherVersionsOnly { symmetric: true, .. } => {
                &["configure the whsec_ secret of the endpoint"]
            }
            Self::OtherVersionsOnly { .. } => {
                &["look for an update of this software", "check what it is that sends this"]
            }
            Self::MalformedSignatures => &[
                "check whether a proxy or a copy cut the header short",
                "compare it with what the dashboard shows of this attempt",
            ],
            Self::NoActiveSecret => &["configure the current secret from the dashboard"],
            Self::ExpiredSecret { .. } => {
                &["configure the current secret, or extend this one while the sender still uses it"]
            }
            Self::ReserializedBody { .. } => &[
                "verify the raw bytes of the request, before a framework parses them; never the result of \
                 serialising them again",
                "if a proxy, a queue or a log rewrites bodies on the way, take the body before it",
            ],
            Self::WrongSecretOrBody => &[
                "copy the secret again: newer workspaces have one for everything (Developers > API keys & \
                 secrets), older ones one for each endpoint (Webhooks > the endpoint > Signing secret)",
                "check region and environment: each has secrets of its own",
                "if the secret was made anew: the old one counts for a day and then no more",
                "check that the body is what came over the wire, byte for byte",
            ],
        }
    }
}
