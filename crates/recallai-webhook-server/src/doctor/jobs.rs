//! Whether what is to be done is done.

use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::inbox::{JobState, StoredSubscription};

use super::Finding;
use super::quantity::{count, roughly};

const CHECK: &str = "jobs";

/// A job that is older is behind.
const LATE: Duration = Duration::from_secs(3600);

/// What to do about a subscription that is parked.
const PARKED: &str = "have the configuration name it again, and it goes on; or `recallai-webhook subscriptions \
                      remove` ends it, and messages are no longer kept for it";

pub(super) fn judge(
    subscriptions: &[StoredSubscription],
    is_served: bool,
    now: SystemTime,
) -> Vec<Finding> {
    let findings = subscriptions.iter().flat_map(|one| subscription(one, is_served, now));
    let mut findings: Vec<_> = findings.collect();
    if findings.is_empty() {
        let open = count(subscriptions.iter().map(open).sum(), "job");
        findings.push(Finding::ok(CHECK, format!("no dead letters; {open} to do")));
    }
    findings
}

fn open(stored: &StoredSubscription) -> u64 {
    JobState::BEHIND.map(|state| stored.count(state)).iter().sum()
}

fn subscription(
    stored: &StoredSubscription,
    is_served: bool,
    now: SystemTime,
) -> impl Iterator<Item = Finding> + use<> {
    let name = &stored.subscription.name;
    let (dead, open) = (stored.count(JobState::Dead), open(stored));
    let dead = (dead > 0).then(|| {
        let advice = match stored.parked {
            true => "it is parked, so nobody would run them: `recallai-webhook dead-letters discard`",
            false => "`recallai-webhook dead-letters list` says why; mend that, then `dead-letters retry`",
        };
        let what = format!("{name}: {}", count(dead, "dead letter"));
        Finding::warning(CHECK, what).with_advice(advice)
    });
    let age = stored.oldest.map(|oldest| now.duration_since(oldest).unwrap_or_default());
    let oldest = age.map(|age| format!(", the oldest for {}", roughly(age))).unwrap_or_default();
    let wait = if open == 1 { "waits" } else { "wait" };
    let what = format!("{name}: {} {wait}{oldest}", count(open, "job"));
    let waiting = match (open, stored.parked) {
        (0, true) if stored.keeps_messages() => Some(
            Finding::warning(CHECK, format!("{name}: it is parked, and messages are kept for it"))
                .with_advice(PARKED),
        ),
        (0, _) => None,
        (_, true) => Some(
            Finding::warning(CHECK, format!("{what}; it is parked, so nobody works on them"))
                .with_advice(PARKED),
        ),
        _ if !is_served => Some(
            Finding::warning(CHECK, format!("{what}; no `serve` works on the inbox"))
                .with_advice("start `recallai-webhook serve`"),
        ),
        _ if age.is_some_and(|age| age > LATE) => Some(Finding::warning(CHECK, what).with_advice(
            "see `outputs` here and the log of `serve`: its output is away, slow, or refuses",
        )),
        _ => None,
    };
    dead.into_iter().chain(waiting)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use recallai_webhook_dispatch::inbox::{Filter, Subscription};

    use super::*;

    #[test]
    fn jobs_are_judged_by_who_works_on_them() {
        let now = UNIX_EPOCH + Duration::from_secs(1_780_000_000);
        let hours = |hours: u64| now - Duration::from_secs(hours * 3600);
        use JobState::{Dead, Retrying, Scheduled, Waiting};
        for (jobs, parked, oldest, is_served, expected) in [
            (&[][..], false, None, false, "no dead letters; 0 jobs to do"),
            (&[(Scheduled, 3)], false, None, false, "no dead letters; 0 jobs to do"),
            (&[(Waiting, 1)], false, Some(hours(1)), true, "no dead letters; 1 job to do"),
            (
                &[(Waiting, 1), (Retrying, 2)],
                false,
                Some(hours(3)),
                true,
                "a: 3 jobs wait, the oldest for 3 h",
            ),
            (
                &[(Waiting, 1)],
                false,
                Some(now),
                false,
                "a: 1 job waits, the oldest for 0 s; no `serve` works on the inbox",
            ),
            (
                &[(Waiting, 2)],
                true,
                Some(hours(5)),
                true,
                "a: 2 jobs wait, the oldest for 5 h; it is parked, so nobody works on them",
            ),
            (&[], true, None, true, "a: it is parked, and messages are kept for it"),
            (&[(Dead, 1)], false, None, true, "a: 1 dead letter"),
        ] {
            let mut stored = StoredSubscription::new(Subscription::messages("a", Filter::events()));
            stored.jobs = jobs.iter().copied().collect();
            (stored.parked, stored.oldest) = (parked, oldest);
            let found = judge(&[stored], is_served, now);
            assert_eq!(found.iter().map(|found| &*found.what).collect::<Vec<_>>(), [expected]);
        }
    }
}
