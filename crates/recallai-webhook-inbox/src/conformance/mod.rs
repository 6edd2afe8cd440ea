//! The conformance suite: what every inbox promises, as cases that a store is held to.
//!
//! Who implements an [`Inbox`] implements a [`Harness`] in their tests, and makes a test of each case:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use recallai_webhook_inbox::conformance::Harness;
//! use recallai_webhook_inbox::{Inbox, InboxError, ManualClock, MemoryInbox};
//!
//! struct InMemory(Arc<ManualClock>);
//!
//! #[async_trait::async_trait]
//! impl Harness for InMemory {
//!     async fn open(&self) -> Result<Arc<dyn Inbox>, InboxError> {
//!         Ok(Arc::new(MemoryInbox::with_clock(Arc::clone(&self.0))))
//!     }
//!     async fn reopen(&self, inbox: Arc<dyn Inbox>) -> Result<Arc<dyn Inbox>, InboxError> {
//!         Ok(inbox)
//!     }
//!     fn clock(&self) -> &ManualClock {
//!         &self.0
//!     }
//! }
//!
//! recallai_webhook_inbox::conformance_tests!(InMemory(Arc::new(ManualClock::new(
//!     SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000)
//! ))));
//! # fn main() {}
//! ```
//!
//! Nothing sleeps: time goes by the [`ManualClock`], and what has to happen between two steps of
//! somebody else is put there by [`Interposed`]. [`broken`] has inboxes that break one promise each, and
//! that the suite has to fail: who adds a promise adds an inbox without it.

#[macro_use]
mod table;

mod appending;
pub mod broken;
mod claiming;
mod deduplication;
mod erasing;
mod events;
mod folding;
mod layer;
mod leases;
mod ordering;
mod pruning;
mod putting_off;
mod queries;
mod readiness;
mod reparsing;
mod replaying;
mod retrying;
mod subscribing;
mod waiting;
mod watching;
mod world;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::world::World;
pub use self::world::{Checked, Failure};
use crate::{Inbox, InboxError, ManualClock};

pub use self::layer::{Interposed, Layer, Layered, Moment};

/// What the suite has to know of a store.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Opens a new, empty store, for work.
    ///
    /// # Errors
    ///
    /// The store's; the case fails.
    async fn open(&self) -> Result<Arc<dyn Inbox>, InboxError>;

    /// Closes a store, as at the end of a process, and opens what it holds. A store in memory is
    /// handed back as it is.
    ///
    /// # Errors
    ///
    /// The store's; the case fails.
    async fn reopen(&self, inbox: Arc<dyn Inbox>) -> Result<Arc<dyn Inbox>, InboxError>;

    /// The clock that all its stores go by.
    fn clock(&self) -> &ManualClock;

    /// Whether reopening proves that nobody works any more, so that the leases of before are over. If
    /// not, they run on.
    fn reopening_ends_leases(&self) -> bool {
        false
    }

    /// How long a case may take before it counts as hanging. Only a broken store comes near it.
    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }
}

/// One promise.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Case {
    /// Its topic and its name.
    pub name: &'static str,
    /// What is promised.
    pub about: &'static str,
    run: for<'w> fn(&'w mut World<'_>) -> Running<'w>,
}

type Running<'w> = Pin<Box<dyn Future<Output = Checked> + Send + 'w>>;

/// A promise that was not kept.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
#[error("{case}: {about}: {failure}")]
pub struct Violation {
    /// The name of the case.
    pub case: &'static str,
    /// What was promised.
    pub about: &'static str,
    /// What was expected, and what was seen.
    pub failure: Failure,
}

/// All cases, by topic.
pub const CASES: &[Case] = crate::__conformance_cases!([table]);

impl Case {
    /// The case of this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        CASES.iter().find(|case| case.name == name)
    }

    /// Holds a store to it. Needs a tokio runtime with time enabled, whose time is not paused, unless the
    /// store has no threads of its own.
    ///
    /// # Errors
    ///
    /// The promise is not kept, or the store does not work at all.
    pub async fn check(&self, harness: &dyn Harness) -> Result<(), Violation> {
        let outcome = tokio::time::timeout(harness.patience(), self.run(harness)).await;
        let hangs = || Err(Failure::new("the case ends", "it hangs"));
        outcome.unwrap_or_else(|_| hangs()).map_err(|failure| Violation {
            case: self.name,
            about: self.about,
            failure,
        })
    }

    async fn run(&self, harness: &dyn Harness) -> Checked {
        let mut world = World::new(harness).await?;
        (self.run)(&mut world).await?;
        // Whatever was done, the store is whole: also after it was closed and opened.
        world.is_whole().await?;
        world.reopen().await?;
        world.is_whole().await?;
        world.inbox.close().await;
        Ok(())
    }
}

/// Holds a store to all cases, and says which promises it does not keep.
pub async fn run(harness: &dyn Harness) -> Vec<Violation> {
    let mut violations = Vec::new();
    for case in CASES {
        violations.extend(case.check(harness).await.err());
    }
    violations
}

/// Holds a store to the case of this name: what [`conformance_tests`] calls.
///
/// # Errors
///
/// The promise is not kept, or there is no such case.
pub async fn check(harness: &dyn Harness, name: &'static str) -> Result<(), Violation> {
    let unknown = || Violation {
        case: name,
        about: "",
        failure: Failure::new("a case", "none of this name"),
    };
    Case::of(name).ok_or_else(unknown)?.check(harness).await
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).field("about", &self.about).finish()
    }
}
