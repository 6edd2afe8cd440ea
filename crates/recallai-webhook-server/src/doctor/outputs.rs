//! Whether the receivers of the outputs can be reached.

use std::time::Duration;

use recallai_webhook_outputs::OutputOptions;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::Loaded;

use super::Finding;

const CHECK: &str = "outputs";

/// What an output says that refuses to connect to an address which is not public.
const ALLOWS_PRIVATE: &str = "`allow_private`";

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An output: its subscription, its type, and why it cannot be reached.
pub(super) type Probed = (String, &'static str, Result<(), String>);

/// Asks all of them at once. An output that cannot be made is none of them: that is said of the configuration.
pub(super) async fn gather(loaded: &Loaded) -> Vec<Probed> {
    let mut probes = JoinSet::new();
    for (name, subscription) in &loaded.config.subscriptions {
        let (name, options) = (name.clone(), subscription.output.clone());
        probes.spawn(async move { probe(name, &options).await });
    }
    let mut probed: Vec<_> = probes.join_all().await.into_iter().flatten().collect();
    probed.sort();
    probed
}

async fn probe(name: String, options: &OutputOptions) -> Option<Probed> {
    let output = options.build().ok()?;
    let answer = match timeout(PATIENCE, output.probe()).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    };
    // Whoever does not answer is not waited for.
    let _ = timeout(PATIENCE, output.close()).await;
    Some((name, options.type_name(), answer))
}

pub(super) fn judge((name, word, answer): &Probed) -> Finding {
    let finding = |reason| Finding::failure(CHECK, format!("{name}: {word}: {reason}"));
    match (*word, answer) {
        ("command", Ok(())) => Finding::ok(CHECK, format!("{name}: the program is there")),
        ("command", Err(reason)) => finding(reason).with_advice(
            "each attempt fails until it is there, and the last one leaves a dead letter: install it, or correct \
             `program`",
        ),
        ("file", Ok(())) => {
            let what = format!("{name}: lines can be appended; a service that does so is not disturbed");
            Finding::ok(CHECK, what)
        }
        (_, Ok(())) => Finding::ok(CHECK, format!("{name}: {word} can be reached")),
        ("file", Err(reason)) => finding(reason).with_advice(
            "jobs wait until lines can be appended, and nothing is lost: see to the file, its folder and its rights",
        ),
        // The address was found, and is not connected to.
        (_, Err(reason)) if reason.contains(ALLOWS_PRIVATE) => finding(reason).with_advice(
            "refused, whether or not it runs: set `allow_private = true` in the output if it is meant to be there",
        ),
        (_, Err(reason)) => finding(reason)
            .with_advice("jobs wait until it can be reached, and nothing is lost: see that it runs, and its address"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn the_advice_is_for_what_is_wrong() {
        let refused = "a leads to 10.0.0.1, which is not public; `allow_private` allows it";
        for (word, reason, expected) in [
            (
                "command",
                "program: it is not there, or cannot be run",
                "install it, or correct `program`",
            ),
            ("http", refused, "allow_private = true"),
            ("http", "refused", "see that it runs"),
            ("file", "opening /a: no folder", "its folder and its rights"),
        ] {
            let found = judge(&("archive".into(), word, Err(reason.into())));
            assert!(found.advice.as_deref().unwrap().contains(expected), "{found:?}");
        }
        for (word, expected) in
            [("command", "the program is there"), ("file", "is not disturbed"), ("nats", "reached")]
        {
            let found = judge(&("archive".into(), word, Ok(())));
            assert_eq!(found.level, Level::Ok);
            assert!(found.what.ends_with(expected), "{found:?}");
        }
    }

    #[test]
    fn an_output_can_be_reached_or_not() {
        for (answer, level, expected) in [
            (Ok(()), Level::Ok, "archive: nats can be reached"),
            (Err("refused".to_owned()), Level::Failure, "archive: nats: refused"),
        ] {
            let found = judge(&("archive".into(), "nats", answer));
            assert_eq!((found.level, &*found.what), (level, expected));
        }
    }
}
