//! The borrowing parse of a usual body allocates nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod support;

use recallai_webhook_event::EventRef;

#[track_caller]
fn check(file: &str, body: &str) {
    let measured = allocation_counter::measure(|| {
        assert!(EventRef::parse(body.as_bytes()).is_ok());
    });
    assert_eq!((measured.count_total, measured.bytes_total), (0, 0), "{file}: {body}");
}

/// The same members with `event` first, and with `data` first.
fn orders(body: &str) -> [String; 2] {
    let value: serde_json::Value = serde_json::from_str(body).unwrap();
    let (event, data) = (&value["event"], &value["data"]);
    [
        format!(r#"{{"event":{event},"data":{data}}}"#),
        format!(r#"{{"data":{data},"event":{event}}}"#),
    ]
}

#[test]
fn no_fixture_costs_an_allocation() {
    for fixture in support::events() {
        check(&fixture.file, &fixture.body);
        check(&fixture.file, &support::compact(&fixture.body));
        for body in orders(&fixture.body) {
            check(&fixture.file, &body);
        }
    }
}

#[test]
fn the_counter_counts() {
    let body = r#"{"event":"recording\u002edone!"}"#;
    let measured = allocation_counter::measure(|| {
        assert!(EventRef::parse(body.as_bytes()).is_ok());
    });
    assert!(measured.count_total > 0, "an escaped name has to be decoded");
}
