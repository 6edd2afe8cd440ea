//! What a request was let in by, and until when that holds.

use tokio::sync::watch;

use crate::problem::Problem;
use crate::settings::Settings;

/// A request was let in. What lasts ends once it would not be any more.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    settings: watch::Receiver<Settings>,
    /// The token that was in force when it was looked at.
    turn: u64,
}

impl Admitted {
    pub(crate) fn new(settings: watch::Receiver<Settings>, turn: u64) -> Self {
        Self { settings, turn }
    }

    /// Whether another token was set since.
    pub(crate) fn is_over(&self) -> bool {
        self.settings.borrow().turn != self.turn
    }

    /// Completes once another token is set. Cancel safe.
    pub(crate) async fn over(&mut self) {
        let turn = self.turn;
        if self.settings.wait_for(|settings| settings.turn != turn).await.is_err() {
            // Nobody is left who could set one.
            std::future::pending::<()>().await;
        }
    }

    /// What is answered to whoever waited then.
    pub(crate) fn problem() -> Problem {
        Problem::new(http::StatusCode::UNAUTHORIZED, "the token was changed while this waited")
    }
}
