//! Ordinary deliveries, in each family of headers.

use super::WRONG_SECRET;
use crate::check::case::Sends::InTurn;
use crate::check::variant::{HeaderNames, ORDINARY};
use crate::check::{Bug, Case, Group::Ordinary};

pub(crate) const BASELINE_WEBHOOK: &str = "baseline-webhook";
pub(crate) const BASELINE_SVIX: &str = "baseline-svix";

pub(super) static CASES: &[Case] = &[
    Case::must(Ordinary, BASELINE_WEBHOOK, Bug::ReadsOnlySvix)
        .sends("a delivery with webhook-* headers", InTurn(&[ORDINARY.named(HeaderNames::Webhook)]))
        .expects("2xx")
        .because("workspaces made since 2025-12-15 send these headers"),
    Case::must(Ordinary, BASELINE_SVIX, Bug::ReadsOnlyWebhook)
        .sends("a delivery with svix-* headers", InTurn(&[ORDINARY.named(HeaderNames::Svix)]))
        .expects("2xx")
        .because("workspaces made before 2025-12-15 send these headers"),
    Case::should(Ordinary, "both-families", Bug::PrefersWebhook)
        .sends(
            "both families: first webhook-* is wrong, then svix-*",
            InTurn(&[
                ORDINARY.named(HeaderNames::BothWebhookForged),
                ORDINARY.of(1).named(HeaderNames::BothSvixForged).refused(),
            ]),
        )
        .expects("2xx, then 401: the svix-* headers count")
        .because("two receivers that read different headers of one delivery disagree about it")
        .explained_by(&[WRONG_SECRET, "bad-signature"])
        .of_both_families(),
];
