//! Whether the receivers of the outputs can be reached.

use std::time::Duration;

use recallai_webhook_outputs::OutputOptions;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::Loaded;

use super::Finding;

const CHECK: &str = "outputs";

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
    match answer {
        Ok(()) => Finding::ok(CHECK, format!("{name}: {word} can be reached")),
        Err(reason) => Finding::failure(CHECK, format!("{name}: {word}: {reason}"))
            .with_advice("jobs wait until it can be reached, and nothing is lost: see that it runs, and its address"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

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
