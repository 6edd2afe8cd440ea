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
pub(super) use ordinary::{BASELINE_SVIX, BASELINE_WEBHOOK};

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
