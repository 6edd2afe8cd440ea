//! The suite held to its own promise: it passes the inbox in memory, and fails each broken one.
#![cfg(feature = "conformance")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use recallai_webhook_inbox::conformance::broken::{Broken, Flaw};
use recallai_webhook_inbox::conformance::{CASES, Harness, run};
use recallai_webhook_inbox::{Inbox, InboxError, ManualClock, MemoryInbox};

struct InMemory {
    clock: Arc<ManualClock>,
    flaw: Option<Flaw>,
}

impl InMemory {
    fn new(flaw: Option<Flaw>) -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Self { clock: Arc::new(ManualClock::new(start)), flaw }
    }
}

#[async_trait]
impl Harness for InMemory {
    async fn open(&self) -> Result<Arc<dyn Inbox>, InboxError> {
        let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::with_clock(Arc::clone(&self.clock)));
        Ok(match self.flaw {
            Some(flaw) => Broken::over(inbox, flaw),
            None => inbox,
        })
    }

    async fn reopen(&self, inbox: Arc<dyn Inbox>) -> Result<Arc<dyn Inbox>, InboxError> {
        Ok(inbox)
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }
}

mod memory {
    use super::InMemory;

    recallai_webhook_inbox::conformance_tests!(InMemory::new(None));
}

/// Which cases catch what. The first named is the one that is there for it.
const CAUGHT: [(Flaw, &str); 31] = [
    (Flaw::NoLease, "leases::held_alone"),
    (Flaw::NoEndpointInTheKey, "deduplication::endpoint_is_in_the_key"),
    (Flaw::AckBeforeCommit, "appending::all_at_once"),
    (Flaw::GapInWait, "waiting::at_every_moment"),
    (Flaw::NoFencing, "leases::fenced"),
    (Flaw::ForgetsMarks, "readiness::once_in_any_order"),
    (Flaw::LastBodyWins, "deduplication::first_body_wins"),
    (Flaw::NoExclusion, "ordering::within_a_subject"),
    (Flaw::PruneForgetsTheKey, "deduplication::outlives_everything"),
    (Flaw::ReparseDoublesJobs, "reparsing::brought_in_once"),
    (Flaw::RecordedBeforeTheWork, "leases::expires"),
    (Flaw::LastWriteWins, "folding::nothing_moves_backwards"),
    (Flaw::AttemptNotCounted, "leases::expires"),
    (Flaw::DeadLettersVanish, "retrying::dead_letters"),
    (Flaw::ErasedComesBack, "erasing::what_comes_late"),
    (Flaw::RetriesAtOnce, "retrying::when_due"),
    (Flaw::KeyOfTheAttempt, "retrying::one_key"),
    (Flaw::ForgetsFailures, "retrying::failures_are_kept"),
    (Flaw::SuccessForgetsFailures, "retrying::failures_are_kept"),
    (Flaw::OldestJobsFirst, "queries::jobs"),
    (Flaw::PrunesAllEndpoints, "pruning::by_endpoint"),
    (Flaw::GoneIsTaken, "erasing::while_it_runs"),
    (Flaw::RemovesWhatIsInUse, "subscribing::unsubscribed"),
    (Flaw::RevivesForNobody, "retrying::parked_letters"),
    (Flaw::PrunesForParked, "pruning::not_before_its_jobs_are_made"),
    (Flaw::KeepsForParked, "pruning::parked_keep_on_request"),
    (Flaw::PutOffFails, "putting_off::comes_back"),
    (Flaw::DroppedHoldsUp, "putting_off::dropped_in_order"),
    (Flaw::ForEverIsAtOnce, "putting_off::for_ever"),
    (Flaw::ProbeIsSeen, "appending::probed"),
    (Flaw::ProbeIsBlind, "appending::closed"),
];

// Time that is paused passes when nothing else is left to do: who would hang is told so at once.
#[tokio::test(start_paused = true)]
async fn each_broken_inbox_is_caught() {
    let mut missed = Vec::new();
    for (flaw, by) in CAUGHT {
        let violations = run(&InMemory::new(Some(flaw))).await;
        println!("{flaw:?}: {} of {} cases", violations.len(), CASES.len());
        for violation in &violations {
            println!("    {violation}");
        }
        if !violations.iter().any(|violation| violation.case == by) {
            missed.push((flaw, by));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

#[test]
fn each_flaw_has_a_case() {
    for flaw in Flaw::ALL {
        assert!(CAUGHT.iter().any(|(caught, _)| *caught == flaw), "{flaw:?}");
    }
}

#[test]
fn names_of_cases_differ() {
    let mut names: Vec<_> = CASES.iter().map(|case| case.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CASES.len());
}
