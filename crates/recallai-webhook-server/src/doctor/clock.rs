//! Whether the clock is right, as far as that can be told without asking anybody: signatures are refused
//! whose time is far from it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Finding;
use super::quantity::roughly;

const CHECK: &str = "clock";

/// 2025-01-01 and 2100-01-01, in seconds: outside of it nobody has set the clock.
const PLAUSIBLE: std::ops::Range<u64> = 1_735_689_600..4_102_444_800;

/// How far off is worth a warning, in seconds: a sender's delivery is here within a few.
const FAR: i64 = 30;

/// `skews`: by how many seconds the last deliveries were received after they were signed. `newest`: when the
/// last message was received.
pub(super) fn judge(now: SystemTime, skews: &[i64], newest: Option<SystemTime>) -> Finding {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let set = "have the clock set by NTP";
    if !PLAUSIBLE.contains(&seconds) {
        let what = "it shows a year that cannot be, so every signature is too old or too new";
        return Finding::failure(CHECK, what).with_advice(set);
    }
    if let Some(back) = newest.and_then(|newest| newest.duration_since(now).ok())
        && back > Duration::from_secs(FAR.unsigned_abs())
    {
        let back = roughly(back);
        return Finding::warning(
            CHECK,
            format!("a message was received {back} from now: it was set back"),
        )
        .with_advice(set);
    }
    match median(skews) {
        None => Finding::ok(CHECK, "it shows a year that can be; no signed delivery tells more"),
        Some(skew) if skew > FAR => {
            let what =
                format!("deliveries are here {skew} s after they were signed, by this clock");
            Finding::warning(CHECK, what)
                .with_advice(format!("{set}; if it is right, a proxy holds deliveries back"))
        }
        Some(skew) if skew < -FAR => {
            let what =
                format!("deliveries are here {} s before they were signed, by this clock", -skew);
            Finding::warning(CHECK, what).with_advice(set)
        }
        Some(skew) => Finding::ok(CHECK, format!("{skew} s from that of the sender")),
    }
}

/// One delivery that waited somewhere says nothing.
fn median(skews: &[i64]) -> Option<i64> {
    let mut skews = skews.to_vec();
    skews.sort_unstable();
    skews.get(skews.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn what_deliveries_tell_of_the_clock() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let now = 1_780_000_000;
        for (now, skews, newest, expected) in [
            (now, &[][..], None, (Level::Ok, "it shows a year that can be")),
            (now, &[1, 0, 200], None, (Level::Ok, "1 s from")),
            (now, &[-30, -30], None, (Level::Ok, "-30 s from")),
            (now, &[31, 31, 0], None, (Level::Warning, "deliveries are here 31 s after")),
            (now, &[-45], None, (Level::Warning, "deliveries are here 45 s before")),
            (now, &[0], Some(now - 5), (Level::Ok, "0 s from")),
            (
                now,
                &[0],
                Some(now + 3600),
                (Level::Warning, "a message was received 60 min from now"),
            ),
            (0, &[0], None, (Level::Failure, "it shows a year that cannot be")),
            (5_000_000_000, &[0], None, (Level::Failure, "it shows a year that cannot be")),
        ] {
            let found = judge(at(now), skews, newest.map(at));
            assert_eq!(found.level, expected.0, "{found:?}");
            assert!(found.what.starts_with(expected.1), "{found:?}");
        }
    }
}
