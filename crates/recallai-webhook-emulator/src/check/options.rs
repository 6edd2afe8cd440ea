//! What a check is made of.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::{Seed, SigningSecret};

/// What a [`Check`](super::Check) is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckOptions {
    /// The secret that the receiver is set to.
    pub secret: SigningSecret,
    /// Where ids and chance come from. Default 0.
    pub seed: Seed,
    /// How long the receiver may take over an answer. Default 15 seconds, as the sender allows.
    pub time_limit: Duration,
    /// The names of the cases to run; the two baselines and `still-there` run always. Default `None`: all. A name that no case has
    /// is passed over.
    pub only: Option<BTreeSet<String>>,
}

impl CheckOptions {
    /// All cases, with the sender's time limit.
    pub fn new(secret: SigningSecret) -> Self {
        let time_limit = Duration::from_secs(15);
        Self { secret, seed: Seed::default(), time_limit, only: None }
    }
}
