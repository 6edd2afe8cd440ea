//! What is said to the person who looks, on standard error.

use std::net::SocketAddr;
use std::time::Duration;

use recallai_webhook_inbox::StoredSubject;

use super::Dev;
use crate::arguments::Format;
use crate::emulate::Speed;
use crate::paste::{program, reachable, shell_quoted};
use crate::recordings;
use crate::terminal::{self, TITLE};
use crate::time;

/// The usual meeting.
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

pub(super) struct Hints {
    /// Where the service is reached from this machine.
    pub(super) url: String,
    speed: Speed,
    secret: String,
    database: String,
    is_wanted: bool,
}

impl Hints {
    pub(super) fn new(dev: &Dev, secret: &str, address: SocketAddr, format: Format) -> Self {
        Self {
            url: format!("http://{}{}", reachable(address), dev.listening.path),
            speed: dev.speed,
            secret: secret.to_owned(),
            database: shell_quoted(&dev.database.to_string_lossy()),
            is_wanted: format == Format::Human,
        }
    }

    pub(super) fn greet(&self) {
        let takes = time::length(self.speed.real(HALF_AN_HOUR));
        self.say(&format!(
            "\nMade-up meetings send their webhooks to {}; half an hour takes {takes} here.\n\n",
            self.url
        ));
    }

    /// After a meeting: what has become of its recordings.
    pub(super) fn show(&self, description: &str, recordings: &[StoredSubject]) {
        let table = recordings::table(recordings, true);
        let outcome = if recordings.is_empty() { "no recording\n" } else { &table };
        self.say(&format!("\n{TITLE}{description}{TITLE:#}\n{outcome}\n"));
    }

    /// After the first meeting.
    pub(super) fn suggest(&self, recording: Option<&str>) {
        let Self { secret, database, .. } = self;
        let url = shell_quoted(&self.url);
        let program = program();
        let recording = recording.unwrap_or("ID");
        self.say(&format!(
            "{TITLE}What to try next, in another terminal:{TITLE:#}\n\n  \
             {program} recordings list --database {database}\n  \
             {program} recordings get {recording} --database {database}\n  \
             {program} recordings wait {recording} --for video_mixed --database {database}\n\n\
             Send it everything that goes wrong on the way, or hold it to the list of what a receiver has to do:\n\n  \
             export RECALLAI_WEBHOOK_SECRET={secret}\n  \
             {program} emulate --target {url} --faults all:0.1 --attempts\n  \
             {program} emulate --check {url}\n\n\
             Both work with a receiver of your own. `{program} serve`, with the secret from the dashboard, \
             receives real meetings.\n\n"
        ));
    }

    fn say(&self, text: &str) {
        if self.is_wanted {
            terminal::eprint(text);
        }
    }
}
