//! The table of cases: one row makes a case, and a test in every store.

/// The rows, handed to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ([$($then:tt)+] $($argument:tt)?) => { $($then)+! { $($argument)?
        appending {
            all_at_once "message, state, links and jobs are there when append returns, and after a restart",
            dropped_future "a message whose append was dropped is stored once",
            unread_is_kept "what is unknown or unreadable is stored byte for byte",
            filtered "jobs are made for what the filter matches",
            seq_never_goes_back "a reader who has seen a place never sees a smaller one that is new",
            probed "a probe leaves nothing that anybody sees",
            closed "a closed inbox refuses, a probe too",
        }
        deduplication {
            counted "a message that comes again is counted, not stored",
            first_body_wins "of two bodies under one id the first is kept",
            endpoint_is_in_the_key "the same id at two endpoints is two messages",
            at_once "of many deliveries at once one is new",
            scopes "endpoints of one scope share state, others do not",
            outlives_everything "an id is known for ever: after 35 hours, pruned, erased, reopened",
            later_delivery_revives "a delivery signed after its job died revives it, an earlier one does not",
        }
        folding {
            nothing_moves_backwards "a late or repeated event undoes nothing; deleted is final",
            one_state_in_any_order "the same events make the same state, in any order and number",
            links_from_either_end "what names two subjects links them, whichever was heard of first",
        }
        subscribing {
            from_now "a subscription from now gets what comes",
            from_the_beginning "a subscription from the beginning is filled in pieces, each message once",
            filled_by_several "filled by several at once, each message once",
            parked "a parked subscription loses nothing and is not claimed for",
            parked_while_behind "one that was parked while it was behind goes on from there",
            changed_while_parked "a changed filter holds for what a parked subscription missed",
            parked_need "a parked need takes note of turns",
            need_from_the_beginning "a need from the beginning goes over what is there, each recording once",
            timeouts_from_the_beginning "and what is pending may time out",
            changed "a changed interest holds from now on; its jobs stay",
            unsubscribed "a name that is parked can be removed with its jobs, and used again",
            unknown "a name that nobody subscribed is an error that names it",
        }
        claiming {
            what_a_job_carries "a job carries its message with the body, and says who holds it until when",
            limits "no more jobs are given out than were asked for",
            once_among_many "no job is given to two of many",
            subscriptions_apart "subscriptions have jobs, keys and ends of their own",
        }
        leases {
            held_alone "a job that is held is given to nobody else",
            expires "a lease that ran out gives the job to the next, as another attempt",
            fenced "a token is worth nothing once another was given out, or the job has ended",
            fenced_after_revival "a token from before a revival is worth nothing",
            expired_but_unclaimed "a lease that ran out counts until another is given out",
            renewed "a renewed lease runs from then",
            released "a released job waits, and the attempt does not count",
        }
        ordering {
            within_a_subject "jobs of a subject run one at a time, in the order of commits",
            no_queue_behind_another "a subject with many jobs holds up no other",
            scopes_are_apart "the same subject in two scopes is two",
            without_subject "jobs without a subject are not ordered",
            nobody_spins "who finds nothing to claim is told to come later, not at once",
            relaxed "a job that waits for its retry lets others pass, and goes first when it can",
            strict "in strict order nothing passes a job that waits for its retry",
        }
        retrying {
            when_due "a retry is given out when it is due, not before",
            next_due_is_the_nearest "claiming says when the next job comes due",
            dead_letters "dead letters are listed, revived and given up",
            one_key "the idempotency key is one over attempts, crashes, revivals and replays, new on request",
            dead_turns "a turn that died can be revived",
            failures_are_kept "what every attempt failed with is kept, over restarts, revivals, replays and success",
            the_last_failures "of many failures the last sixteen are kept",
            failures_go_with_the_job "what is pruned, erased or unsubscribed leaves no failures",
            freed_by_discard "a dead letter that is given up frees those behind it",
            parked_letters "dead letters of a parked subscription are given up, and not let run",
        }
        putting_off {
            comes_back "a job that is put off comes back in time, and has not failed",
            in_order "what is put off lets others pass, or in strict order does not",
            dropped_in_order "what is put off and dropped when it is due lets the next one pass",
            for_ever "no wait is longer than a hundred years, and none that is too long ends at once",
        }
        readiness {
            once_in_any_order "a recording turns ready once, whatever the order and number of its events",
            once_among_many "and however many send them at once",
            when_all_is_there "the turn comes with the last that was missing, and says what is available",
            failed_then_ready "failed, ready and gone are turns of their own",
            only_what_was_asked "turns that were not asked for make no jobs",
            given_up "a need that is pending for too long times out, by the store's clock",
            not_given_up "a need that has turned does not time out",
            schedules_block_nobody "a scheduled timeout holds up no other job",
            upload_completes_once "complete and completed of one upload make one job",
        }
        waiting {
            already_there "a wait for what is there answers at once: by recording, bot and upload",
            at_every_moment "a wait misses nothing that comes at any moment within it",
            while_awaited "a wait is told of what comes while it is awaited",
            in_vain "a wait whose time is over says what is missing",
            other_answers "a wait ends with failed and gone too",
            woken_by_erasing "a wait for what is erased ends",
            followed "who follows is told of each answer once",
        }
        watching {
            told_of_messages "a message wakes who watches its subjects, their links, its jobs, and messages",
            told_of_the_unheard "what was never heard of can be watched",
            told_of_jobs "whatever lets a job be claimed wakes who works for it",
            told_of_erasing "erasing wakes who watches the subject",
        }
        queries {
            messages "messages by every condition",
            pages "a page has a hundred rows",
            subjects "subjects by every condition",
            jobs "jobs by every condition",
            stats "what there is is counted",
        }
        replaying {
            what_has_ended "what has ended runs again, what has not is left alone",
            by_subscription "replays are for those whose filter matches",
            by_mark "what shares a job with another message shares its replay",
            what_is_forgotten "what is forgotten is not replayed",
        }
        reparsing {
            brought_in_once "what could not be read before is brought into state and jobs, once",
            jobs_that_exist "a job in any state is not made again",
            subscriptions_that_came_later "who has not come to a message yet gets it once",
            never_backwards "a reading that says less takes nothing from the state",
        }
        pruning {
            what_is_kept "what has jobs that are not done, or may come again, is kept",
            by_last_delivery "the last delivery counts",
            what_stays "state, ids and marks stay",
            in_pieces "in pieces it comes to an end",
            by_endpoint "only messages of the endpoints that were asked for are pruned",
            not_before_its_jobs_are_made "what a subscription has not come to yet is kept",
            parked_keep_on_request "what only parked subscriptions are not done with is kept or not, as was asked for",
            seq_goes_on "places are not given out twice",
        }
        erasing {
            what_goes "state, metadata, messages and jobs of the subject go, others stay",
            what_comes_late "what comes late about it is not stored",
            with_its_recordings "a bot or an upload goes with its recordings",
            words_too "what was said in the meeting goes too",
            not_told_of "who begins at the beginning is not told of it",
            unheard "what was never heard of can be erased too, and is not heard of later",
            while_it_runs "a job that runs goes too, and whoever has it is told so",
        }
    } };
}

/// Makes a tokio test of each case of the suite, for the harness that an expression makes. Wants a
/// module of its own, and tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! conformance_tests {
    ($harness:expr) => {
        $crate::__conformance_cases!([$crate::__conformance_tests] { $harness });
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ({ $harness:expr } $($topic:ident { $($case:ident $about:literal,)+ })+) => { $(
        mod $topic {
            #[allow(unused_imports, reason = "the harness may come from anywhere")]
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() -> Result<(), $crate::conformance::Violation> {
                    let name = concat!(stringify!($topic), "::", stringify!($case));
                    $crate::conformance::check(&$harness, name).await
                }
            )+
        }
    )+ };
}

/// The table as data, for the suite itself.
macro_rules! table {
    ($($topic:ident { $($case:ident $about:literal,)+ })+) => { &[ $($(
        $crate::conformance::Case {
            name: concat!(stringify!($topic), "::", stringify!($case)),
            about: $about,
            run: {
                fn run<'w>(world: &'w mut World<'_>) -> Running<'w> {
                    Box::pin($topic::$case(world))
                }
                run
            },
        },
    )+)+ ] };
}
