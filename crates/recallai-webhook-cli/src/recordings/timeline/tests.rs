//! The timeline of fixed traces, column for column.

use recallai_webhook_event::EventRef;
use recallai_webhook_inbox::recording::{Facts, State, Subject};

use super::draw;

/// A recording that was told of by (kind, id, code, sub code, time).
fn state(trace: &[(&str, &str, &str, Option<&str>, &str)]) -> State {
    let mut state = State::new(Subject::recording("r1"));
    for (kind, id, code, sub_code, time) in trace {
        let body = serde_json::json!({ "event": format!("{kind}.{code}"), "data": {
            "data": { "code": code, "sub_code": sub_code, "updated_at": time },
            *kind: { "id": id, "metadata": {} },
            "recording": { "id": "r1", "metadata": {} },
        }});
        let body = body.to_string();
        state.apply(&Facts::of(&EventRef::parse(body.as_bytes()).unwrap()));
    }
    state
}

fn check(trace: &[(&str, &str, &str, Option<&str>, &str)], columns: usize, expected: &str) {
    let drawn = draw(&state(trace), columns);
    let plain = anstream::adapter::strip_str(&drawn).to_string();
    let lines: Vec<_> = plain.lines().map(str::trim_end).collect();
    let expected: Vec<_> = expected.trim_matches('\n').lines().collect();
    assert_eq!(lines, expected, "\n{plain}");
    for line in lines {
        assert!(line.chars().count() <= columns, "{line}");
    }
}

const MEETING: &[(&str, &str, &str, Option<&str>, &str)] = &[
    ("recording", "r1", "processing", None, "2024-12-04T23:00:00Z"),
    ("recording", "r1", "done", None, "2024-12-04T23:40:00Z"),
    ("video_mixed", "v1", "processing", None, "2024-12-04T23:40:00Z"),
    ("video_mixed", "v1", "failed", Some("too_long"), "2024-12-04T23:50:00.5Z"),
    ("transcript", "transcript-1", "done", None, "2024-12-05T00:00:00+00:00"),
    ("transcript", "transcript-1", "processing", None, "2024-12-04T23:45:00Z"),
    ("audio_mixed", "a1", "processing", None, "2024-12-04T23:41:00Z"),
];

#[test]
fn statuses_stand_at_their_times() {
    check(
        MEETING,
        100,
        "
                     2024-12-04 23:00:00       2024-12-05 00:00:00 (+1 h)
                     ┬─────────────────────────────────┬┬──┬────┬───────┬
recording r1         P─────────────────────────────────D                   done +40 min
transcript transcri                                        P────────────D  done +1 h
video_mixed v1                                         P────────F          failed (too_long) +50 min
audio_mixed a1                                          P················  processing +41 min
",
    );
}

#[test]
fn it_fits_a_narrow_terminal() {
    check(
        MEETING,
        72,
        "
                     2024-12-04 23:00:00 2024-12-05 00:00:00 (+1 h)
                     ┬──────────────┬┬┬─┬───┬
recording r1         P──────────────D          done +40 min
transcript transcri                   P─────D  done +1 h
video_mixed v1                      P───F      failed (too_long) +50 min
audio_mixed a1                       P·······  processing +41 min
",
    );
}

/// Deleted a week later: the meeting is not squeezed into one column.
#[test]
fn a_long_gap_is_cut() {
    let mut trace = MEETING[..4].to_vec();
    trace.push(("recording", "r1", "deleted", None, "2024-12-11T23:00:00Z"));
    check(
        &trace,
        90,
        "
                2024-12-04 23:00:00  2024-12-11 23:00:00 (+7 d)
                ┬─────────────────┬────┬──────────≈───────────┬
recording r1    P─────────────────D───────────────────────────X  deleted +7 d
video_mixed v1                    P────F                         failed (too_long) +50 min
",
    );
}

#[test]
fn times_that_cannot_be_read_hide_nothing() {
    check(
        &[("transcript", "t1", "done", None, "soon")],
        60,
        "
               no readable times
transcript t1  D                                        done
",
    );
    check(
        &[
            ("recording", "r1", "processing", None, "2024-12-04T23:00:00Z"),
            ("recording", "r1", "done", None, "2024-12-04T23:00:00Z"),
            ("transcript", "t1", "done", None, "soon"),
        ],
        60,
        "
               2024-12-04 23:00:00
               ┬─────────────────────────────────
recording r1   D                                   done +0 s
transcript t1  D                                   done
",
    );
}

#[test]
fn nothing_reported_is_nothing_drawn() {
    assert_eq!(draw(&state(&[]), 100), "");
}
