//! The cases, one file for each of their groups.

mod answers;
mod bodies;
mod events;
mod headers;
mod limits;
mod ordinary;
mod repeats;
mod rotation;
mod signatures;
mod timestamps;

use super::Case;

pub(super) use answers::ANSWERS_IN_TIME;
pub(super) use headers::UNSIGNED;
pub(super) use limits::{SLOW_BODY, STILL_THERE};
pub(super) use ordinary::{BASELINE_SVIX, BASELINE_WEBHOOK};
pub(super) use signatures::WRONG_SECRET;

/// All cases, in the order in which they run: what takes long is at the end.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    [
        ordinary::CASES,
        repeats::CASES,
        events::CASES,
        bodies::CASES,
        signatures::CASES,
        timestamps::CASES,
        headers::CASES,
        rotation::CASES,
        answers::CASES,
        limits::CASES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::cases;

    #[test]
    fn what_explains_a_failure_is_another_case() {
        for case in cases() {
            for name in case.explained_by {
                let is_other = |other: &str| other == *name && other != case.name;
                assert!(cases().any(|case| is_other(case.name)), "{}: {name}", case.name);
            }
        }
    }
}
