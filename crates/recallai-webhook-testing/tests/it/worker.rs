//! Durable mode: a worker and an inbox in memory.

use std::collections::HashSet;
use std::time::Duration;

use recallai_webhook_testing::dispatch::event::names::RECORDING_DONE;
use recallai_webhook_testing::dispatch::{RetryPolicy, Subscriber, any_event, on_ready};
use recallai_webhook_testing::emulator::{BUILTIN, Channel, Message, Scenario};
use recallai_webhook_testing::inbox::{Filter, Inbox, MessageQuery};
use recallai_webhook_testing::recording::Need;
use recallai_webhook_testing::{CallOutcome, Exchange, Harness, Run, RunError};

/// Everything that goes wrong, but large bodies less often: without optimisation, to sign one takes as long as a
/// whole run.
const FAULTS: &str = "all:0.1,oversized-body:0.01";

/// A subscriber to everything.
fn everything() -> Subscriber {
    Subscriber::messages("all", Filter::everything(), |_, _| async {})
}

/// A run of a built-in scenario against a handler for everything.
async fn run(scenario: &str, seed: u64, faults: &str) -> Run {
    Harness::new()
        .scenario(Scenario::builtin(scenario).unwrap())
        .seed(seed)
        .faults(faults.parse().unwrap())
        .worker(|worker| worker.subscribe(everything()))
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_meeting_without_faults_is_received_and_worked_on() {
    let need: Need = "video_mixed".parse().unwrap();
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(move |worker| {
            worker.on("notify", any_event(), |_, _| async {}).need(
                "pipeline",
                need,
                on_ready(|_, _| async {}),
            )
        })
        .run()
        .await
        .unwrap();
    run.assert_received();
    run.assert_no_dead_letters();
    assert_eq!(run.figures().messages, 15);
    assert_eq!(run.exchanges().len(), 15);
    assert_eq!(run.calls("notify").succeeded().count(), 15);
    assert_eq!(run.calls("notify").about("recording.done").count(), 1);
    let recording = run.only_recording().unwrap();
    assert_eq!(recording.readiness(&need).name(), "ready");
    assert_eq!(run.recording(&recording.subject().id).unwrap(), recording);
    let pipeline = run.calls("pipeline");
    assert_eq!(pipeline.of(recording.subject()).about("ready").succeeded().count(), 1);
    assert_eq!(pipeline.count(), 1);
}

#[tokio::test]
async fn faults_change_neither_the_states_nor_how_often_work_is_done() {
    for (scenario, _) in BUILTIN {
        for seed in 1..=3 {
            let (clean, faulty) =
                (run(scenario, seed, "none").await, run(scenario, seed, FAULTS).await);
            faulty.assert_received();
            faulty.assert_same_states(&clean);
            let once: HashSet<_> = faulty.all_calls().iter().map(|call| &call.message_id).collect();
            assert_eq!(faulty.all_calls().succeeded().count(), once.len(), "{scenario} {seed}");
            let sent: HashSet<_> = clean.exchanges().iter().map(|e| &*e.message_id).collect();
            let real =
                faulty.all_calls().only(|call| sent.contains(call.message_id.as_deref().unwrap()));
            assert_eq!(real.count(), clean.all_calls().count(), "{scenario} {seed}");
        }
    }
}

#[tokio::test]
async fn faults_do_happen() {
    let run = run("plain-bot", 1, "all:0.5").await;
    run.assert_received();
    assert!(run.figures().rejected > 0 && run.figures().duplicates > 0, "{:?}", run.figures());
    assert!(run.exchanges().iter().any(|exchange| exchange.outcome == Some("duplicate")), "{run}");
    for status in [400, 401, 408, 413] {
        let is_it = |exchange: &Exchange| exchange.status() == Some(status);
        assert!(run.exchanges().iter().any(is_it), "{status}\n{run}");
    }
    let slow = run.exchanges().iter().find(|exchange| exchange.status() == Some(408)).unwrap();
    assert_eq!(slow.answered - slow.sent, Duration::from_secs(10));
}

#[tokio::test]
async fn a_handler_that_fails_twice_is_called_three_times() {
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(|worker| {
            worker.on("fetch", RECORDING_DONE, |_, context| async move {
                if context.attempt() < 3 { Err("not yet") } else { Ok(()) }
            })
        })
        .run()
        .await
        .unwrap();
    run.assert_received();
    run.assert_no_dead_letters();
    let calls: Vec<_> = run.calls("fetch").into_iter().collect();
    let attempts: Vec<u32> = calls.iter().map(|call| call.attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
    assert_eq!(calls[0].outcome, CallOutcome::Failed { error: "handler failed: not yet".into() });
    assert_eq!(calls[2].outcome, CallOutcome::Succeeded);
    assert!(calls[0].started < calls[1].started && calls[1].started < calls[2].started);
}

/// A run whose one handler never succeeds.
async fn hopeless() -> Run {
    Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(|worker| {
            worker
                .on("fetch", RECORDING_DONE, |_, _| async { Err("no such bucket") })
                .with_retry(RetryPolicy::default().with_attempts(4))
        })
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_handler_that_always_fails_leaves_a_dead_letter() {
    let run = hopeless().await;
    run.assert_received();
    assert_eq!(run.calls("fetch").failed().count(), 4);
    let dead: Vec<_> = run.dead_letters().collect();
    assert_eq!(dead.len(), 1);
    assert_eq!((&*dead[0].subscription, dead[0].attempts), ("fetch", 4));
}

#[tokio::test]
#[should_panic(expected = "handler failed: no such bucket")]
async fn a_dead_letter_fails_the_assertion_with_its_error() {
    hopeless().await.assert_no_dead_letters();
}

#[tokio::test]
async fn a_handler_may_sleep_for_longer_than_its_lease() {
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(|worker| {
            worker.on("fetch", RECORDING_DONE, |_, _| async {
                tokio::time::sleep(Duration::from_secs(3600)).await;
            })
        })
        .run()
        .await
        .unwrap();
    let call = run.calls("fetch").into_iter().next().unwrap();
    assert_eq!((call.attempt, &call.outcome), (1, &CallOutcome::Succeeded));
    assert!(call.ended.unwrap() - call.started >= Duration::from_secs(3600));
}

#[tokio::test]
async fn a_job_that_never_ends_is_named() {
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(|worker| worker.on("fetch", RECORDING_DONE, |_, _| std::future::pending::<()>()))
        .patience(Duration::from_secs(3600))
        .run();
    let error = run.await.unwrap_err();
    assert!(
        error.to_string().contains("within 3600s after the last delivery; open: 1, "),
        "{error}"
    );
    assert!(error.to_string().contains("fetch:recall:msg_"), "{error}");
    assert!(error.to_string().ends_with("is running after 1 attempt"), "{error}");
}

#[tokio::test]
async fn a_need_is_given_up_in_its_time() {
    let need: Need = "transcript".parse().unwrap();
    let hours = Duration::from_secs(48 * 3600);
    let run = Harness::new()
        .scenario(Scenario::builtin("plain-bot").unwrap())
        .worker(move |worker| {
            let handlers = on_ready(|_, _| async {}).give_up_after(hours, |_, _| async {});
            worker.need("pipeline", need, handlers)
        })
        .patience(Duration::MAX)
        .run()
        .await
        .unwrap();
    let calls = run.calls("pipeline");
    assert_eq!((calls.count(), calls.about("timed_out").succeeded().count()), (1, 1));
    assert!(run.elapsed() >= hours);
}

#[tokio::test]
async fn messages_of_ones_own_are_sent_in_their_time() {
    let (body, at) = (br#"{"event":"dream.done","data":{}}"#.as_slice(), Duration::from_secs(90));
    let message = Message::new("msg_mine", "dream.done", body, Channel::Dashboard, at);
    let run = Harness::new().message(message).worker(|worker| worker.subscribe(everything())).run();
    let run = run.await.unwrap();
    run.assert_received();
    let calls: Vec<_> = run.calls("all").into_iter().collect();
    assert_eq!((calls.len(), calls[0].about(), calls[0].started), (1, "dream.done", at));
}

#[tokio::test]
#[should_panic(expected = r#"no handler is named "al": there are ["all"]"#)]
async fn a_mistyped_name_is_no_handler_that_was_never_called() {
    run("plain-bot", 1, "none").await.calls("al");
}

#[tokio::test]
async fn a_worker_that_cannot_be_built_is_an_error() {
    let worker =
        Harness::new().worker(|worker| worker.subscribe(everything()).subscribe(everything()));
    let error = worker.run().await.unwrap_err();
    assert!(matches!(error, RunError::Worker(_)), "{error}");
}

#[tokio::test]
async fn both_channels_have_an_endpoint_and_one_scope() {
    let run = run("realtime-traffic", 1, "none").await;
    run.assert_received();
    for endpoint in ["recall", "recall-realtime"] {
        let messages = MessageQuery::new().with_endpoint(endpoint).with_scope("recall");
        assert!(!run.inbox().messages(&messages).await.unwrap().is_empty(), "{endpoint}");
    }
}
