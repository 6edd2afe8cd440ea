//! A sender, its endpoints and the time, driven by hand.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_emulator::{
    Attempt, AttemptResult, Channel, EndpointId, EndpointOptions, Message, Seed, Sender,
    SenderOptions, SigningSecret, Verdict,
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The Unix time at which every trace of these tests starts.
pub(crate) const START: u64 = 1_800_000_000;

/// A sender without jitter, so that tables can be written by hand.
pub(crate) fn steady() -> Sender {
    let mut options = SenderOptions::default();
    options.start = UNIX_EPOCH + Duration::from_secs(START);
    options.dashboard.jitter = 0.0;
    Sender::new(options)
}

/// The real sender, with jitter.
pub(crate) fn jittered(seed: u64) -> Sender {
    let mut options = SenderOptions::default();
    options.start = UNIX_EPOCH + Duration::from_secs(START);
    options.seed = Seed(seed);
    Sender::new(options)
}

pub(crate) fn secret(label: &str) -> SigningSecret {
    SigningSecret::generate(Seed(1), label)
}

pub(crate) fn endpoint(sender: &mut Sender, name: &str) -> EndpointId {
    sender.add_endpoint(EndpointOptions::new(name, secret(name)))
}

pub(crate) fn message(id: &str, at: Duration) -> Message {
    named(id, "recording.done", at)
}

pub(crate) fn named(id: &str, event: &str, at: Duration) -> Message {
    let body = format!(r#"{{"event":"{event}","data":{{"id":"{id}"}}}}"#);
    Message::new(id, event, body.into_bytes(), Channel::Dashboard, at)
}

/// Runs the sender until nothing is due before `end`: `answer` says what comes of each attempt. Attempts take no
/// time unless they time out. Gives all attempts with their verdicts.
pub(crate) fn run(
    sender: &mut Sender,
    end: Duration,
    mut answer: impl FnMut(&Attempt) -> AttemptResult,
) -> Vec<(Attempt, Verdict)> {
    let mut log = Vec::new();
    let mut now = Duration::ZERO;
    while let Some(due) = sender.next_due().filter(|due| *due < end) {
        now = now.max(due);
        let Some(attempt) = sender.begin(now) else { continue };
        let result = answer(&attempt);
        let at = if result == AttemptResult::Timeout { attempt.deadline } else { attempt.at };
        let verdict = sender.finish(attempt.id, result, at).unwrap();
        log.push((attempt, verdict));
    }
    log
}

pub(crate) const GOOD: AttemptResult = AttemptResult::status(204);
pub(crate) const BAD: AttemptResult = AttemptResult::status(500);
