//! Outages, rotation, and what is done by hand.

use std::collections::BTreeSet;
use std::time::Duration;

use recallai_webhook_testing::dispatch::any_event;
use recallai_webhook_testing::emulator::{
    HeaderFamily, Plan, Scenario, Schedule, Seed, SigningSecret,
};
use recallai_webhook_testing::inbox::{Inbox, MessageQuery, SignatureFamily};
use recallai_webhook_testing::{Harness, Problem, RunError};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn harness() -> Harness {
    Harness::new().worker(|worker| worker.on("all", any_event(), |_, _| async {}))
}

fn meeting() -> Scenario {
    Scenario::builtin("plain-bot").unwrap()
}

#[tokio::test]
async fn an_outage_of_six_hours_loses_nothing() {
    let run = harness().scenario(meeting()).down(Duration::ZERO..6 * HOUR).run().await.unwrap();
    run.assert_received();
    let clean = harness().scenario(meeting()).run().await.unwrap();
    run.assert_same_states(&clean);
    assert_eq!(run.calls("all").succeeded().count(), clean.calls("all").succeeded().count());
    assert!(run.elapsed() > 6 * HOUR && run.elapsed() < DAY, "{:?}", run.elapsed());
    assert!(run.exchanges().iter().any(|exchange| exchange.was_down));
}

/// Six days in which nothing is received, though there are meetings.
fn six_days() -> Harness {
    let plan = Plan::new().with_meetings(meeting(), 25).with_spacing(6 * HOUR);
    harness().scenarios(plan).down(Duration::ZERO..6 * DAY)
}

#[tokio::test]
async fn an_outage_of_six_days_disables_the_endpoint() {
    let run = six_days().run().await.unwrap();
    let missing = run.problems();
    assert!(!missing.is_empty());
    assert!(missing.iter().all(|problem| matches!(problem, Problem::NotReceived { .. })));
    // Nothing was even tried after it was disabled.
    let last = run.exchanges().iter().map(|exchange| exchange.sent).max().unwrap();
    assert!(last > 5 * DAY && last < 6 * DAY, "{last:?}");
}

#[tokio::test]
async fn what_six_days_have_cost_can_be_recovered() {
    let run = six_days().recover_at(10 * DAY).run().await.unwrap();
    run.assert_received();
    assert_eq!(run.calls("all").succeeded().count(), 25 * 15);
}

#[tokio::test]
async fn a_key_is_rotated_in_the_middle_of_a_meeting() {
    let new = SigningSecret::generate(Seed(1), "new");
    let at = Duration::from_secs(60);
    let harness = harness().scenario(Scenario::builtin("realtime-traffic").unwrap());
    let run =
        harness.family(HeaderFamily::Svix).rotate_at(at, new, Duration::ZERO).run().await.unwrap();
    run.assert_received();
    for endpoint in ["recall", "recall-realtime"] {
        let query = MessageQuery::new().with_endpoint(endpoint).with_limit(usize::MAX);
        let signed = run.inbox().messages(&query).await.unwrap().into_iter();
        let signed: Vec<_> = signed.map(|message| message.signed.unwrap()).collect();
        assert!(signed.iter().all(|signed| signed.family == SignatureFamily::Svix));
        let mut keys: Vec<_> = signed.iter().map(|signed| &*signed.key_label).collect();
        keys.dedup();
        assert_eq!(keys, ["key 1", "key 2"], "{endpoint}");
    }
}

#[tokio::test]
async fn what_came_beside_a_message_while_it_was_down_comes_again() {
    let run = harness().scenario(meeting()).down(Duration::ZERO..HOUR);
    let run = run.faults("unknown-event:0.5".parse().unwrap()).run().await.unwrap();
    run.assert_received();
    let beside = run.exchanges().iter().filter(|exchange| exchange.what() == "unknown-event");
    let accepted = beside.clone().filter(|exchange| exchange.is_accepted()).count();
    let ids: BTreeSet<_> = beside.clone().map(|exchange| &exchange.message_id).collect();
    assert!(beside.clone().any(|exchange| exchange.was_down));
    assert!(accepted > 0 && accepted == ids.len(), "{accepted} of {ids:?}");
}

#[tokio::test]
async fn people_do_things_by_hand() {
    let run = harness()
        .scenario(meeting())
        .at(Duration::ZERO, |moment| moment.sender.disable(moment.dashboard, moment.at))
        .at(HOUR, |moment| {
            assert_eq!(moment.at, HOUR);
            moment.sender.enable(moment.dashboard)
        })
        .recover_at(2 * HOUR)
        .run()
        .await
        .unwrap();
    run.assert_received();
    assert!(run.exchanges().iter().all(|exchange| exchange.sent == 2 * HOUR));
}

#[tokio::test]
async fn a_step_that_fails_ends_the_run() {
    let run =
        harness().at(HOUR, |moment| moment.sender.resend(moment.dashboard, "msg_no", moment.at));
    let error = run.run().await.unwrap_err();
    assert!(matches!(error, RunError::Step { at: HOUR, .. }), "{error}");
}

#[tokio::test]
async fn the_sender_can_have_another_schedule() {
    let run = harness()
        .scenario(meeting())
        .sender(|options| options.dashboard.delays = vec![HOUR].into())
        .down(Duration::ZERO..DAY)
        .run()
        .await
        .unwrap();
    assert!(Schedule::DASHBOARD.attempts() > 2);
    assert_eq!(run.exchanges().iter().map(|exchange| exchange.attempt).max(), Some(2));
}
