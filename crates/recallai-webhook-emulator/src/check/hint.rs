//! What to look at when no ordinary delivery is accepted.

use std::time::Duration;

use super::Answer;

/// What the answer to an ordinary delivery suggests.
pub(super) fn hint(answer: &Answer, time_limit: Duration) -> String {
    let suggestion = match answer {
        Answer::NoConnection => {
            "nobody listens there: start the receiver, and look at host and port"
        }
        Answer::Broken(_) => "look whether it speaks http or https, and at its log",
        Answer::TimedOut => "it works before it answers, or it hangs",
        Answer::Reply { status: 404 | 410, .. } => "the path is another one",
        Answer::Reply { status: 405, .. } => "that path takes no POST: the path is another one",
        Answer::Reply { status: 400 | 401, .. } => {
            "it has another secret, reads other headers, or verifies a body that it has parsed and written anew"
        }
        Answer::Reply { status: 403, .. } => {
            "it has another secret, reads other headers, or something before it, such as CSRF protection, turned it away"
        }
        Answer::Reply { status: 429, .. } => {
            "something limits the rate of requests: wait, and let the sender through"
        }
        Answer::Reply { status: 300..=399, .. } => {
            "the sender follows no redirects: check the URL that it leads to"
        }
        Answer::Reply { status: 500.., .. } => "it fails on an ordinary delivery: look at its log",
        Answer::Reply { .. } => {
            "it takes an ordinary delivery for a wrong request: look at its log"
        }
    };
    match answer {
        Answer::NoConnection => suggestion.to_owned(),
        _ => format!("{}: {suggestion}", answer.describe(time_limit)),
    }
}
