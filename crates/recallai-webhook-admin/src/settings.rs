//! What can be changed while it serves.

use std::sync::Arc;
use std::time::Duration;

use recallai_webhook_dispatch::Token;
use tokio::sync::watch;

/// What can be changed while it serves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Without one, whoever reaches the server may ask.
    pub(crate) token: Option<Token>,
    /// How often a token was set. What was begun under another one ends.
    pub(crate) turn: u64,
    /// By which names, beside addresses and `localhost`, this host is known; in small letters.
    pub(crate) hosts: Arc<[String]>,
    /// How old the oldest job may be while the process counts as ready.
    pub(crate) ready_lag: Option<Duration>,
}

/// Changes an [`Admin`](crate::Admin) that serves already: at a reload of the configuration, and at a
/// shutdown. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AdminHandle {
    pub(crate) settings: watch::Sender<Settings>,
    pub(crate) closing: watch::Sender<bool>,
}

impl AdminHandle {
    pub(crate) fn new() -> Self {
        Self {
            settings: watch::Sender::new(Settings::default()),
            closing: watch::Sender::new(false),
        }
    }

    /// Asks for another token from the next request on; for none with `None`. Connections stay. Live streams
    /// end, and waits are answered 401, so that nobody goes on listening with a token that was taken back;
    /// clients go on with the new one where they were.
    pub fn set_token(&self, token: Option<Token>) {
        self.settings.send_if_modified(|settings| {
            let is_same = match (&settings.token, &token) {
                (Some(before), Some(token)) => before.is_same(token),
                (before, token) => before.is_none() && token.is_none(),
            };
            if !is_same {
                settings.token = token;
                settings.turn += 1;
            }
            !is_same
        });
    }

    /// Goes by other names of this host. See [`Admin::with_hosts`](crate::Admin::with_hosts).
    pub fn set_hosts<H: Into<String>>(&self, hosts: impl IntoIterator<Item = H>) {
        let hosts = hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect();
        self.settings.send_modify(|settings| settings.hosts = hosts);
    }

    /// Changes how far behind a process may be that counts as ready; `None` for any time. See
    /// [`Admin::with_ready_lag`](crate::Admin::with_ready_lag).
    pub fn set_ready_lag(&self, lag: Option<Duration>) {
        self.settings.send_modify(|settings| settings.ready_lag = lag);
    }

    /// Tells that the process is about to end: `/readyz` answers 503, and live streams and waits, which would
    /// hold up a shutdown, end.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}
