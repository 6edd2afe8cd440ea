//! What can be wrong with an inbox, one promise each.

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// A job can be claimed while somebody works on it.
    NoLease,
    /// Messages are known by their id alone.
    NoEndpointInTheKey,
    /// Append answers before the message is stored.
    AckBeforeCommit,
    /// A watch takes effect some time after it was made.
    GapInWait,
    /// Whoever once had a job may end it.
    NoFencing,
    /// A recording that was ready turns ready again.
    ForgetsMarks,
    /// A second body under an id replaces the first.
    LastBodyWins,
    /// Jobs of one subject run side by side.
    NoExclusion,
    /// Pruning forgets the id.
    PruneForgetsTheKey,
    /// Reading again makes jobs that there are.
    ReparseDoublesJobs,
    /// A job is done as soon as it is given out.
    RecordedBeforeTheWork,
    /// The last event decides how a subject stands.
    LastWriteWins,
    /// Each attempt is the first.
    AttemptNotCounted,
    /// A job that died is gone.
    DeadLettersVanish,
    /// A message that was erased is stored when it comes again.
    ErasedComesBack,
    /// A retry is given out at once.
    RetriesAtOnce,
    /// The idempotency key is another with each attempt.
    KeyOfTheAttempt,
    /// Only the last failure of a job is kept.
    ForgetsFailures,
    /// A success takes the failures before it along.
    SuccessForgetsFailures,
    /// Jobs are listed by id, whatever was asked for.
    OldestJobsFirst,
    /// Pruning is for all endpoints, whichever were asked for.
    PrunesAllEndpoints,
    /// Of a job that is gone it is said that somebody else has it.
    GoneIsTaken,
    /// A subscription is removed though somebody works for it.
    RemovesWhatIsInUse,
    /// Dead letters of a parked subscription are let run, though nobody runs them.
    RevivesForNobody,
    /// Pruning takes what a parked subscription is not done with, unasked.
    PrunesForParked,
    /// Pruning keeps what a parked subscription is not done with, whatever was asked for.
    KeepsForParked,
    /// A job that is put off has failed.
    PutOffFails,
    /// A need that was put off and is dropped keeps its subject to itself.
    DroppedHoldsUp,
    /// What is to wait for too long does not wait.
    ForEverIsAtOnce,
    /// A probe leaves a message.
    ProbeIsSeen,
    /// A probe says that all is well, however it is.
    ProbeIsBlind,
}

impl Flaw {
    /// All flaws.
    pub const ALL: [Self; 31] = [
        Self::NoLease,
        Self::NoEndpointInTheKey,
        Self::AckBeforeCommit,
        Self::GapInWait,
        Self::NoFencing,
        Self::ForgetsMarks,
        Self::LastBodyWins,
        Self::NoExclusion,
        Self::PruneForgetsTheKey,
        Self::ReparseDoublesJobs,
        Self::RecordedBeforeTheWork,
        Self::LastWriteWins,
        Self::AttemptNotCounted,
        Self::DeadLettersVanish,
        Self::ErasedComesBack,
        Self::RetriesAtOnce,
        Self::KeyOfTheAttempt,
        Self::ForgetsFailures,
        Self::SuccessForgetsFailures,
        Self::OldestJobsFirst,
        Self::PrunesAllEndpoints,
        Self::GoneIsTaken,
        Self::RemovesWhatIsInUse,
        Self::RevivesForNobody,
        Self::PrunesForParked,
        Self::KeepsForParked,
        Self::PutOffFails,
        Self::DroppedHoldsUp,
        Self::ForEverIsAtOnce,
        Self::ProbeIsSeen,
        Self::ProbeIsBlind,
    ];
}
