//! The same seed gives the same run.

use std::time::Duration;

use recallai_webhook_testing::Harness;
use recallai_webhook_testing::dispatch::{any_event, on_ready};
use recallai_webhook_testing::emulator::{Plan, Scenario};
use recallai_webhook_testing::recording::Need;

const SCENARIOS: [&str; 6] = [
    "async-transcript",
    "desktop-upload",
    "realtime-traffic",
    "retention-delete",
    "stop-and-start",
    "unknown-event",
];

/// Runs many meetings in a runtime of their own, and gives the log.
fn log(seed: u64, start_paused: bool) -> String {
    let plan = SCENARIOS
        .iter()
        .fold(Plan::new(), |plan, name| plan.with_meetings(Scenario::builtin(name).unwrap(), 1));
    let need: Need = "transcript".parse().unwrap();
    let harness = Harness::new()
        .scenarios(plan)
        .seed(seed)
        .faults("all:0.1,oversized-body:0.01".parse().unwrap());
    let run = harness.worker(move |worker| {
        worker
            .on("slow", any_event(), |_, context| async move {
                tokio::time::sleep(Duration::from_micros(700)).await;
                if context.attempt() == 1 { Err("once more") } else { Ok(()) }
            })
            .need("pipeline", need, on_ready(|_, _| async {}))
    });
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(start_paused).build().unwrap();
    let run = runtime.block_on(run.run()).unwrap();
    run.assert_received();
    run.to_string()
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let first = log(1, false);
    assert!(first.lines().count() > 500);
    for _ in 0..3 {
        assert!(log(1, false) == first);
    }
    assert!(log(1, true) == first);
}

#[test]
fn another_seed_gives_another_run() {
    assert!(log(1, true) != log(2, true));
}
