//! The budgets: what is measured, against what, and how good it has to be.

use super::round::Round;

/// One budget. Ids are those of the benches.
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) figure: Figure,
    pub(super) budget: Budget,
}

/// How a budget's figure comes from what was measured.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    /// How many times faster the first bench is than the second.
    Faster(&'static str, &'static str),
    /// What the first bench costs, in units of all the others together.
    Cost(&'static str, &'static [&'static str]),
    /// What the benches cost together, in nanoseconds.
    Nanoseconds(&'static [&'static str]),
    /// A ratio that a bench has worked out itself.
    Ratio(&'static str),
    /// Another figure that a bench wrote, and its unit.
    Written(&'static str, &'static str),
}

#[derive(Clone, Copy)]
pub(super) enum Budget {
    AtLeast(f64),
    AtMost(f64),
}

use Budget::{AtLeast, AtMost};
use Figure::{Cost, Faster, Nanoseconds, Ratio, Written};

/// A budget is one line.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    Row { what: "verify 450 B, against `svix`", figure: Faster("verify/450/ours", "verify/450/svix"), budget: AtLeast(5.0) },
    Row { what: "verify 450 B, against its compressions alone", figure: Cost("verify/450/ours", &["verify/450/floor"]), budget: AtMost(1.6) },
    Row { what: "verify 64 KiB, against `svix`", figure: Faster("verify/65536/ours", "verify/65536/svix"), budget: AtLeast(5.5) },
    Row { what: "verify 64 KiB, against its compressions alone", figure: Cost("verify/65536/ours", &["verify/65536/floor"]), budget: AtMost(1.03) },
    Row { what: "refuse a header that cannot match", figure: Nanoseconds(&["refuse/cannot-match/450"]), budget: AtMost(60.0) },
    Row { what: "borrowing parse of a status event, against `serde_json::Value`", figure: Faster("parse/status/borrowed", "parse/status/serde_json_value"), budget: AtLeast(2.5) },
    Row { what: "verify and borrowing parse", figure: Nanoseconds(&["verify/450/ours", "parse/status/borrowed"]), budget: AtMost(1000.0) },
    Row { what: "dispatch without a handler, against verify and borrowing parse", figure: Cost("dispatch/receive-unhandled", &["dispatch/verify-and-parse"]), budget: AtMost(1.15) },
    Row { what: "dispatch to a handler, against verify and owned parse", figure: Cost("dispatch/receive-handled", &["dispatch/verify-and-parse-owned"]), budget: AtMost(1.15) },
    Row { what: "adapter requests/s, against bare hyper", figure: Ratio("adapter/ours-vs-bare-hyper"), budget: AtLeast(0.75) },
    Row { what: "adapter requests/s, against Node http and svix", figure: Ratio("adapter/ours-vs-node-http-svix"), budget: AtLeast(4.0) },
    Row { what: "adapter requests/s, against express and svix", figure: Ratio("adapter/ours-vs-express-svix"), budget: AtLeast(15.0) },
    Row { what: "adapter requests/s, against svix-bridge", figure: Ratio("adapter/ours-vs-svix-bridge"), budget: AtLeast(4.5) },
    Row { what: "memory of the server at rest", figure: Written("memory/at-rest-mib", "MiB"), budget: AtMost(20.0) },
    Row { what: "memory per idle connection", figure: Written("memory/per-idle-connection-kib", "KiB"), budget: AtMost(16.0) },
    Row { what: "memory under 256 connections", figure: Written("memory/256-connections-mib", "MiB"), budget: AtMost(110.0) },
    Row { what: "durable deliveries/s with jobs, 64 connections, against a plain log", figure: Ratio("durable/sqlite-subscribed-vs-log/64"), budget: AtLeast(0.35) },
    Row { what: "the same until the last job is done", figure: Ratio("durable/sqlite-subscribed-drained-vs-log/64"), budget: AtLeast(0.35) },
    Row { what: "durable with jobs, 64 connections, p99", figure: Written("durable/sqlite-subscribed/64/p99-us", "us"), budget: AtMost(15_000.0) },
    Row { what: "durable deliveries/s with jobs, 16 connections, against a plain log", figure: Ratio("durable/sqlite-subscribed-vs-log/16"), budget: AtLeast(0.4) },
    Row { what: "durable with jobs, 16 connections, p99", figure: Written("durable/sqlite-subscribed/16/p99-us", "us"), budget: AtMost(6_000.0) },
    Row { what: "durable deliveries/s with jobs, against express and svix, which store nothing", figure: Ratio("durable/sqlite-subscribed-vs-express-svix/64"), budget: AtLeast(1.0) },
    Row { what: "durable deliveries/s with jobs, against svix-bridge to Redis", figure: Ratio("durable/sqlite-subscribed-vs-svix-bridge-redis/64"), budget: AtLeast(1.0) },
    Row { what: "durable deliveries/s, 64 connections, against a plain log", figure: Ratio("durable/sqlite-vs-log/64"), budget: AtLeast(0.55) },
    Row { what: "durable deliveries/s, 16 connections, against a plain log", figure: Ratio("durable/sqlite-vs-log/16"), budget: AtLeast(0.6) },
    Row { what: "durable deliveries/s, against svix-bridge to nowhere", figure: Ratio("durable/sqlite-vs-svix-bridge/64"), budget: AtLeast(1.3) },
    Row { what: "durable deliveries/s, against express, svix and PostgreSQL", figure: Ratio("durable/sqlite-vs-express-svix-postgres/64"), budget: AtLeast(12.0) },
    Row { what: "durable, one connection, against one fdatasync of 4 KiB of a growing file", figure: Ratio("durable/sqlite-idle-ack-vs-fdatasync"), budget: AtMost(3.0) },
    Row { what: "durable with jobs, 1,000 deliveries/s in an open loop, p50", figure: Written("durable/sqlite-subscribed/open-1000/p50-us", "us"), budget: AtMost(500.0) },
    Row { what: "durable with jobs, 1,000 deliveries/s in an open loop, p99", figure: Written("durable/sqlite-subscribed/open-1000/p99-us", "us"), budget: AtMost(3_000.0) },
    Row { what: "memory of the durable server at rest", figure: Written("durable/memory/at-rest-mib", "MiB"), budget: AtMost(20.0) },
    Row { what: "memory of the durable server under 256 connections", figure: Written("durable/memory/256-connections-mib", "MiB"), budget: AtMost(110.0) },
    Row { what: "state query", figure: Written("inbox-sqlite/ask/state-p50-us", "us"), budget: AtMost(50.0) },
    Row { what: "a waiter is told after the commit", figure: Written("inbox-sqlite/ask/wait-after-append-p50-us", "us"), budget: AtMost(5_000.0) },
    Row { what: "growth from 10 k messages: processor time of an append", figure: Written("inbox-sqlite/growth/append-cpu-times", "times"), budget: AtMost(1.5) },
    Row { what: "growth from 10 k messages: state query", figure: Written("inbox-sqlite/growth/state-times", "times"), budget: AtMost(1.5) },
    Row { what: "growth from 10 k messages: a message by its id", figure: Written("inbox-sqlite/growth/message-times", "times"), budget: AtMost(1.5) },
    Row { what: "growth from 10 k messages: memory", figure: Written("inbox-sqlite/growth/memory-times", "times"), budget: AtMost(1.5) },
    Row { what: "growth: size of the file for each message with its job done", figure: Written("inbox-sqlite/growth/bytes-per-message", "bytes"), budget: AtMost(1_229.0) },
    Row { what: "growth: opening again", figure: Written("inbox-sqlite/growth/reopen-ms", "ms"), budget: AtMost(50.0) },
    Row { what: "opening an inbox whose server was killed under load", figure: Written("durable/reopen/after-kill-ms", "ms"), budget: AtMost(50.0) },
];

impl Figure {
    /// The figure of one round; `None` if a bench it needs was not part of it. The two sides of a
    /// ratio are of one round, so a slow minute of the machine slows both.
    pub(super) fn of(self, round: &Round) -> Option<f64> {
        let time = |id: &str| round.nanoseconds.get(id).copied();
        let sum = |ids: &[&str]| ids.iter().map(|id| time(id)).sum::<Option<f64>>();
        match self {
            Faster(ours, peer) => Some(time(peer)? / time(ours)?),
            Cost(ours, others) => Some(time(ours)? / sum(others)?),
            Nanoseconds(ids) => sum(ids),
            Ratio(id) => round.ratios.get(id).copied(),
            Written(id, _) => round.figures.get(id).copied(),
        }
    }

    /// A value of this figure with its unit.
    pub(super) fn show(self, value: f64) -> String {
        match self {
            Nanoseconds(_) => format!("{value:.0} ns"),
            Faster(..) | Cost(..) | Ratio(_) => format!("{value:.2}x"),
            Written(_, unit) => format!("{value:.1} {unit}"),
        }
    }
}

impl Budget {
    pub(super) fn is_met(self, value: f64) -> bool {
        match self {
            AtLeast(least) => value >= least,
            AtMost(most) => value <= most,
        }
    }

    pub(super) fn show(self, figure: Figure) -> String {
        match self {
            AtLeast(least) => format!(">= {}", figure.show(least)),
            AtMost(most) => format!("<= {}", figure.show(most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(figure: Figure, expected: Option<f64>) {
        let nanoseconds = [("a", 10.0), ("b", 50.0)].map(|(id, time)| (id.to_owned(), time)).into();
        let ratios = [("r".to_owned(), 0.8)].into();
        let figures = [("f".to_owned(), 2.0)].into();
        let round = Round { nanoseconds, ratios, figures };
        assert_eq!(figure.of(&round), expected);
    }

    #[test]
    fn figures_of_a_round() {
        check(Faster("a", "b"), Some(5.0));
        check(Cost("b", &["a", "a"]), Some(2.5));
        check(Nanoseconds(&["a", "b"]), Some(60.0));
        check(Ratio("r"), Some(0.8));
        check(Written("f", "MiB"), Some(2.0));
        assert_eq!(Written("f", "MiB").show(2.0), "2.0 MiB");
    }

    #[test]
    fn a_missing_bench_gives_no_figure() {
        check(Faster("a", "c"), None);
        check(Cost("a", &["b", "c"]), None);
        check(Nanoseconds(&["c"]), None);
        check(Ratio("a"), None);
    }

    #[test]
    fn a_budget_bounds_one_side() {
        assert!(AtLeast(5.0).is_met(5.0) && !AtLeast(5.0).is_met(4.99));
        assert!(AtMost(1.6).is_met(1.6) && !AtMost(1.6).is_met(1.61));
    }
}
