//! What the one writer of a store pays for an event: facts, the state with 25 observations, its text.

#![allow(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use recallai_webhook_event::EventRef;
use recallai_webhook_recording::{Facts, Need, State, Subject};

const RECORDING: &str = "03d06804-0cb2-42f8-a255-5b950dde7c57";
const KINDS: [&str; 7] = [
    "transcript",
    "participant_events",
    "video_mixed",
    "video_separate",
    "audio_mixed",
    "audio_separate",
    "meeting_metadata",
];

fn body(kind: &str, place: usize, code: &str) -> String {
    let media = match kind {
        "recording" => String::new(),
        _ => format!(
            r#""{kind}":{{"id":"7d7387b1-874f-4950-a5b9-1ba6660e2f{place:02}","metadata":{{}}}},"#
        ),
    };
    format!(
        r#"{{"event":"{kind}.{code}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:{place:02}.339940Z"}},{media}"recording":{{"id":"{RECORDING}","metadata":{{"user_id":"12345","team":"research"}}}},"bot":{{"id":"0b85d2f9-d54a-47f6-b28d-4c63229f4035","metadata":{{}}}}}}}}"#
    )
}

/// A recording of which all kinds were reported: 25 observations, 9 items.
fn bodies() -> Vec<String> {
    let kinds = KINDS.into_iter().chain(["recording", "transcript"]).enumerate();
    let mut bodies: Vec<_> = kinds
        .flat_map(|(place, kind)| {
            ["processing", "failed", "done"].map(|code| body(kind, place, code))
        })
        .collect();
    bodies.truncate(25);
    bodies
}

fn state(c: &mut Criterion) {
    let bodies = bodies();
    let mut whole = State::new(Subject::recording(RECORDING));
    for body in &bodies {
        whole.apply(&Facts::of(&EventRef::parse(body.as_bytes()).unwrap()));
    }
    assert_eq!(whole.items().map(|item| item.timeline().len()).sum::<usize>(), 25);
    let next = body("transcript", 59, "done");
    let event = EventRef::parse(next.as_bytes()).unwrap();
    let facts = Facts::of(&event);
    let text = whole.to_json();
    let need: Need = "transcript,video_mixed".parse().unwrap();

    let mut group = c.benchmark_group("state");
    group.sample_size(50).measurement_time(Duration::from_secs(2));
    group.warm_up_time(Duration::from_millis(500));
    group.bench_function("facts of an event", |b| b.iter(|| Facts::of(black_box(&event))));
    group.bench_function("apply, to_json", |b| {
        b.iter_batched(
            || whole.clone(),
            |mut state| {
                state.apply(black_box(&facts));
                (state.to_json(), state)
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("from_json", |b| b.iter(|| State::from_json(black_box(&text)).unwrap()));
    group.bench_function("readiness", |b| b.iter(|| black_box(&whole).readiness(&need)));
    group.finish();
}

criterion_group!(benches, state);
criterion_main!(benches);
