//! Bodies built to exhaust a reader end in an error, or are read in linear time.
//!
//! There are no clocks here: sizes are such that a quadratic step would hang the test.

use recallai_webhook_event::{Event, EventRef, MAX_BODY_LEN, MAX_DEPTH, MAX_NUMBER_LEN, Reason};

#[track_caller]
fn refused(value: &str, expected: Reason) {
    for event in ["unheard.of", "slack.huddle_state"] {
        let body = format!(r#"{{"event":"{event}","data":{value}}}"#);
        assert_eq!(EventRef::parse(body.as_bytes()).unwrap_err().reason(), expected);
        // The same where it is passed over as an unknown member, and before the name is known.
        let body = format!(r#"{{"unheard":{value},"event":"{event}","data":{{}}}}"#);
        assert_eq!(Event::parse(body.as_bytes()).unwrap_err().reason(), expected);
        let body = format!(r#"{{"data":{value},"event":"{event}"}}"#);
        assert_eq!(Event::parse(body.as_bytes()).unwrap_err().reason(), expected);
    }
}

#[track_caller]
fn read(value: &str) {
    let body = format!(r#"{{"event":"unheard.of","data":{value},"more":{value}}}"#);
    assert!(body.len() <= MAX_BODY_LEN, "{} bytes", body.len());
    let event = Event::parse(body.as_bytes()).unwrap();
    assert_eq!(event.extra().get("more").unwrap().text(), value);
}

#[test]
fn nesting() {
    refused(&"[".repeat(100_000), Reason::TooDeep);
    refused(&r#"{"a":"#.repeat(100_000), Reason::TooDeep);
    refused(&r#"[{"a":"#.repeat(100_000), Reason::TooDeep);
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    read(&nested(MAX_DEPTH - 1));
    refused(&nested(MAX_DEPTH), Reason::TooDeep);
}

#[test]
fn numbers() {
    refused(&"1".repeat(1 << 20), Reason::NumberTooLong);
    refused(&format!("0.{}", "1".repeat(1 << 20)), Reason::NumberTooLong);
    refused(&format!("1e{}", "0".repeat(1 << 20)), Reason::NumberTooLong);
    refused("1e999999", Reason::NumberRange);
    refused("-1e999999", Reason::NumberRange);
    read("1e-999999");
    read(&"9".repeat(MAX_NUMBER_LEN));
    refused(&"9".repeat(MAX_NUMBER_LEN + 1), Reason::NumberTooLong);
}

#[test]
fn members() {
    let members = |count: usize| -> String {
        (0..count).map(|n| format!(r#""member-{n}":0"#)).collect::<Vec<_>>().join(",")
    };
    read(&format!("{{{}}}", members(100_000)));
    refused(&format!(r#"{{{},"member-0":0}}"#, members(100_000)), Reason::Duplicate);
    // Spelled with an escape, and found all the same.
    refused(&format!(r#"{{{},"\u006dember-1":0}}"#, members(100)), Reason::Duplicate);
    refused(&format!(r#"{{"\u006dember-1":0,{}}}"#, members(2)), Reason::Duplicate);
}

#[test]
fn many_small_things() {
    read(&format!("[{}0]", "0,".repeat(500_000)));
    read(&format!("[{}0]", "{},".repeat(400_000)));
    let blank = format!("{}{{\"event\":\"x\"{}}}", " ".repeat(1 << 20), "\n".repeat(1 << 20));
    assert!(EventRef::parse(blank.as_bytes()).is_ok());
}

#[test]
fn strings() {
    read(&format!("\"{}\"", "a".repeat(1 << 20)));
    read(&format!("\"{}\"", "\\u0000".repeat(200_000)));
    read(&format!("\"{}\"", "\\ud800".repeat(200_000)));
    read(&format!("\"{}\"", "\u{1f600}".repeat(200_000)));
    // An id of a megabyte of escapes is decoded once.
    let id = "\\u0041".repeat(170_000);
    let body = format!(
        r#"{{"event":"bot.done","data":{{"bot":{{"id":"{id}"}},"data":{{"code":"","updated_at":""}}}}}}"#
    );
    assert_eq!(EventRef::parse(body.as_bytes()).unwrap().bot_id().unwrap().len(), 170_000);
}

#[test]
fn length() {
    let body = |len: usize| format!(r#"{{"event":"{}"}}"#, "x".repeat(len - 12));
    assert!(EventRef::parse(body(MAX_BODY_LEN).as_bytes()).is_ok());
    let error = EventRef::parse(body(MAX_BODY_LEN + 1).as_bytes()).unwrap_err();
    assert_eq!((error.reason(), error.path()), (Reason::TooLong, ""));
    // Nothing of it is read, so there is no path to show.
    let error = EventRef::parse("[".repeat(MAX_BODY_LEN + 1).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "body: longer than 4194304 bytes (byte 4194304)");
    // Length is looked at first: these bytes are not even text.
    let error = EventRef::parse(&vec![0xff; MAX_BODY_LEN + 1]).unwrap_err();
    assert_eq!(error.reason(), Reason::TooLong);
}
