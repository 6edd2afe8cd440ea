//! Which faults happen, and how often.

use std::str::FromStr;

use super::Fault;
use crate::Seed;

/// Which faults happen, and how likely each is for an attempt that it can happen to.
///
/// What happens to an attempt depends on the seed, the endpoint, the message and the number of the attempt, and
/// on nothing else. Faults that cost an attempt happen to the first three of a message, and never to what is
/// sent by hand, so each message arrives in the end.
///
/// ```
/// use recallai_webhook_emulator::{Fault, Faults, Seed};
///
/// let faults: Faults = "duplicate,reorder:0.2".parse()?;
/// assert_eq!(faults.rate(Fault::Duplicate), Faults::DEFAULT_RATE);
/// assert_eq!(faults.rate(Fault::Reorder), 0.2);
/// assert_eq!(faults.rate(Fault::Delay), 0.0);
///
/// let faults: Faults = "all:0.1,slow-body:0".parse()?;
/// assert_eq!(faults.rate(Fault::Delay), 0.1);
/// assert_eq!(faults.seeded(Seed(7)).rate(Fault::SlowBody), 0.0);
/// # Ok::<(), recallai_webhook_emulator::FaultsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    seed: Seed,
    rates: [f64; Fault::ALL.len()],
}

/// Why a text names no faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// No fault has this name.
    #[error("no fault is called {name:?}: there are `all`, `none`, {}", names())]
    UnknownFault {
        /// The name.
        name: String,
    },
    /// What follows the colon is no likelihood.
    #[error("{rate:?} after {name:?} is not a number from 0 to 1")]
    Rate {
        /// The name before the colon.
        name: String,
        /// What follows it.
        rate: String,
    },
}

impl Faults {
    /// How likely a fault is that is named without a number: one attempt in twenty.
    pub const DEFAULT_RATE: f64 = 0.05;

    /// No faults.
    pub fn none() -> Self {
        Self { seed: Seed::default(), rates: [0.0; Fault::ALL.len()] }
    }

    /// All faults, each as likely; see [`with`](Self::with).
    pub fn all(rate: f64) -> Self {
        Fault::ALL.into_iter().fold(Self::none(), |faults, fault| faults.with(fault, rate))
    }

    /// The same with another likelihood of one fault, 0 to 1. What is no number counts as 0.
    #[must_use]
    pub fn with(mut self, fault: Fault, rate: f64) -> Self {
        self.rates[fault as usize] = if rate.is_nan() { 0.0 } else { rate.clamp(0.0, 1.0) };
        self
    }

    /// The same with another seed. The default is 0.
    #[must_use]
    pub fn seeded(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// How likely a fault is.
    pub fn rate(&self, fault: Fault) -> f64 {
        self.rates[fault as usize]
    }

    /// Whether nothing can go wrong.
    pub fn is_none(&self) -> bool {
        self.rates.iter().all(|rate| *rate == 0.0)
    }

    pub(super) fn seed(&self) -> Seed {
        self.seed
    }

    /// Whether a fault happens to what `parts` name.
    pub(super) fn happens(&self, fault: Fault, parts: [&[u8]; 3]) -> bool {
        let rate = self.rate(fault);
        // Most do not happen at all, and need no draw.
        if rate == 0.0 {
            return false;
        }
        let [a, b, c] = parts;
        self.seed.stream_for(&[b"fault", fault.name().as_bytes(), a, b, c]).unit() < rate
    }
}

/// Reads a list such as `duplicate,reorder:0.2`: names with their likelihood, `all` and `none` among them. What
/// comes later wins. The empty text is `none`.
impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.try_fold(Self::none(), |faults, part| {
            let (name, rate) = match part.split_once(':') {
                Some((name, rate)) => (name.trim(), read_rate(name.trim(), rate.trim())?),
                None => (part, Self::DEFAULT_RATE),
            };
            Ok(match name {
                "all" => {
                    Fault::ALL.into_iter().fold(faults, |faults, fault| faults.with(fault, rate))
                }
                "none" => Self::none(),
                name => faults.with(name.parse()?, rate),
            })
        })
    }
}

fn read_rate(name: &str, rate: &str) -> Result<f64, FaultsError> {
    let number = rate.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| FaultsError::Rate { name: name.to_owned(), rate: rate.to_owned() })
}

fn names() -> String {
    Fault::ALL.map(|fault| format!("`{fault}`")).join(", ")
}
