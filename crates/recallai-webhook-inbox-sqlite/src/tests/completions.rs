//! By whom callers are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use recallai_webhook_inbox::InboxError;
use tokio::runtime::{Builder, Id, Runtime};

use crate::completions::Completions;
use crate::failure::Result;
use crate::operation::{Kind, Operation};
use crate::work::Work;

/// An operation of a caller on a runtime, and whether it was answered.
struct Asked(Option<Id>, Arc<AtomicBool>);

impl Operation for Asked {
    fn kind(&self) -> Kind {
        Kind::Append
    }

    fn runtime(&self) -> Option<Id> {
        self.0
    }

    fn run(&mut self, _work: &mut Work<'_>) -> Result<()> {
        Ok(())
    }

    fn complete(self: Box<Self>, _failed: Option<InboxError>) {
        self.1.store(true, Ordering::Release);
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// Hands the answer to one caller over; returns whether it is answered.
fn hand_over(completions: &Completions, runtime: Option<Id>) -> Arc<AtomicBool> {
    let is_answered = Arc::<AtomicBool>::default();
    let asked: Box<dyn Operation> = Box::new(Asked(runtime, Arc::clone(&is_answered)));
    completions.hand_over([(asked, None)].into_iter());
    is_answered
}

#[test]
fn callers_elsewhere_do_not_wait_for_the_runtime_of_the_task() {
    let (completions, there, elsewhere) = (Completions::default(), runtime(), runtime());
    let id = there.block_on(async { completions.listen() });
    assert_eq!(elsewhere.block_on(async { completions.listen() }), Some(elsewhere.handle().id()));
    for other in [None, Some(elsewhere.handle().id())] {
        assert!(hand_over(&completions, other).load(Ordering::Acquire), "{other:?}");
    }
    let is_answered = hand_over(&completions, id);
    assert!(!is_answered.load(Ordering::Acquire), "nobody drives the task");
    there.block_on(async {
        while !is_answered.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn a_runtime_that_left_it_stalled_has_the_task_no_more() {
    let (completions, there) = (Completions::default(), runtime());
    let id = there.block_on(async { completions.listen() });
    let stalled = hand_over(&completions, id);
    completions.rescue_stalled();
    assert!(stalled.load(Ordering::Acquire));
    there.block_on(async { completions.listen() });
    assert!(hand_over(&completions, id).load(Ordering::Acquire), "the task is not back there");

    let other = runtime();
    let id = other.block_on(async { completions.listen() });
    assert!(!hand_over(&completions, id).load(Ordering::Acquire), "it is there now");
}

#[test]
fn more_batches_than_may_wait_are_answered_at_once() {
    let (completions, there) = (Completions::default(), runtime());
    let id = there.block_on(async { completions.listen() });
    let asked: Vec<_> = (0..17).map(|_| hand_over(&completions, id)).collect();
    assert!(asked.iter().all(|is_answered| is_answered.load(Ordering::Acquire)));
}
