//! What an unreadable body is told: reason, path and message.

use recallai_webhook_event::{Event, EventRef, Reason};

/// The message begins with the path, or with `body` for the body as a whole.
#[track_caller]
fn check(body: &str, reason: Reason, message: &str) {
    let error = EventRef::parse(body.as_bytes()).unwrap_err();
    let path = message.split(": ").next().filter(|path| *path != "body").unwrap_or_default();
    assert_eq!((error.path(), error.reason()), (path, reason), "{body}");
    assert_eq!(error.to_string(), message, "{body}");
    assert_eq!(Event::parse(body.as_bytes()).unwrap_err(), error);
}

const STATUS: &str = r#"{"code":"done","updated_at":"2024-12-04T23:25:56Z"}"#;

#[test]
fn what_is_not_json() {
    let expected = |expected| Reason::Syntax { expected };
    check(
        "",
        Reason::CutShort { expected: "an object" },
        "body: ends early, expected an object (byte 0)",
    );
    check(
        "{",
        Reason::CutShort { expected: "a member name" },
        "body: ends early, expected a member name (byte 1)",
    );
    check("hello", expected("an object"), "body: not json, expected an object (byte 0)");
    check(r#"{"event" "x"}"#, expected("a colon"), "event: not json, expected a colon (byte 9)");
    check(
        r#"{"event":"x" "data":{}}"#,
        expected("a comma or the end of the object"),
        "event: not json, expected a comma or the end of the object (byte 13)",
    );
    check(
        r#"{"event":"x"} {}"#,
        expected("the end of the body"),
        "body: not json, expected the end of the body (byte 14)",
    );
    check(
        r#"{"event":"x","data":[1,2 3]}"#,
        expected("a comma or the end of the array"),
        "data[1]: not json, expected a comma or the end of the array (byte 25)",
    );
    check(
        r#"{"event":"x","data":[1,{"id":tru}]}"#,
        expected("a value"),
        "data[1].id: not json, expected a value (byte 29)",
    );
    check(
        r#"{"event":"x","data":01}"#,
        expected("a number without leading zeros"),
        "data: not json, expected a number without leading zeros (byte 20)",
    );
    check(
        r#"{"event":"x","data":1.}"#,
        expected("a digit"),
        "data: not json, expected a digit (byte 22)",
    );
    check(
        r#"{"event":"x","data":-"#,
        Reason::CutShort { expected: "a digit" },
        "data: ends early, expected a digit (byte 21)",
    );
    check(
        r#"{"event":"x","data":"ab"#,
        Reason::CutShort { expected: "a closing quote" },
        "data: ends early, expected a closing quote (byte 23)",
    );
    check(
        "{\"event\":\"x\",\"data\":\"a\nb\"}",
        Reason::ControlCharacter,
        "data: control character in a string (byte 22)",
    );
    check(
        r#"{"event":"x","data":"a\qb"}"#,
        Reason::Escape,
        "data: unknown escape in a string (byte 22)",
    );
}

#[test]
fn what_is_not_text() {
    let error = EventRef::parse(b"{\"event\":\"\xff\"}").unwrap_err();
    assert_eq!((error.reason(), error.offset()), (Reason::NotUtf8, 10));
    assert_eq!(error.to_string(), "body: not utf-8 (byte 10)");
}

#[test]
fn what_is_no_event() {
    let string = Reason::WrongType { expected: "a string" };
    let object = Reason::WrongType { expected: "an object" };
    check("[]", object, "body: expected an object (byte 0)");
    check("{}", Reason::Missing { member: "event" }, "event: missing (byte 0)");
    check(r#" {"data":{}}"#, Reason::Missing { member: "event" }, "event: missing (byte 1)");
    check(r#"{"event":7}"#, string, "event: expected a string (byte 9)");
    check(r#"{"event":null}"#, string, "event: expected a string (byte 9)");
    check(r#"{"event":"bot.done"}"#, Reason::Missing { member: "data" }, "data: missing (byte 0)");
    check(r#"{"event":"bot.done","data":null}"#, object, "data: expected an object (byte 27)");
}

#[test]
fn what_lacks_something() {
    let missing = |member| Reason::Missing { member };
    check(r#"{"event":"bot.done","data":{}}"#, missing("data"), "data.data: missing (byte 27)");
    check(
        &format!(r#"{{"event":"bot.done","data":{{"data":{STATUS}}}}}"#),
        missing("bot"),
        "data.bot: missing (byte 27)",
    );
    check(
        &format!(r#"{{"event":"bot.done","data":{{"data":{STATUS},"bot":null}}}}"#),
        missing("bot"),
        "data.bot: missing (byte 27)",
    );
    check(
        &format!(r#"{{"event":"bot.done","data":{{"bot":{{"ID":"b"}},"data":{STATUS}}}}}"#),
        missing("id"),
        "data.bot.id: missing (byte 34)",
    );
    check(
        &format!(
            r#"{{"event":"transcript.done","data":{{"transcript":{{"id":"t"}},"data":{STATUS}}}}}"#
        ),
        missing("recording"),
        "data.recording: missing (byte 34)",
    );
    check(
        &format!(
            r#"{{"event":"audio_mixed.done","data":{{"recording":{{"id":"t"}},"data":{STATUS}}}}}"#
        ),
        missing("audio_mixed"),
        "data.audio_mixed: missing (byte 35)",
    );
    check(
        r#"{"event":"bot.done","data":{"data":{"code":"done"}}}"#,
        missing("updated_at"),
        "data.data.updated_at: missing (byte 35)",
    );
    check(
        r#"{"event":"bot.done","data":{"data":{"updated_at":""}}}"#,
        missing("code"),
        "data.data.code: missing (byte 35)",
    );
    check(
        r#"{"event":"bot.status_change","data":{"bot_id":"b","status":{"code":"x"}}}"#,
        missing("created_at"),
        "data.status.created_at: missing (byte 59)",
    );
    check(
        r#"{"event":"bot.status_change","data":{"bot_id":"b"}}"#,
        missing("status"),
        "data.status: missing (byte 36)",
    );
    check(
        r#"{"event":"bot.log","data":{"bot_id":"b"}}"#,
        missing("log"),
        "data.log: missing (byte 26)",
    );
    check(
        r#"{"event":"bot.transcription","data":{}}"#,
        missing("transcript"),
        "data.transcript: missing (byte 36)",
    );
    check(
        r#"{"event":"calendar.update","data":{"calendar_id":null}}"#,
        missing("calendar_id"),
        "data.calendar_id: missing (byte 34)",
    );
    check(
        r#"{"event":"transcript.data","data":{"bot":null}}"#,
        missing("data"),
        "data.data: missing (byte 34)",
    );
}

#[test]
fn what_has_something_of_another_type() {
    let string = Reason::WrongType { expected: "a string" };
    let object = Reason::WrongType { expected: "an object" };
    check(
        r#"{"event":"bot.done","data":{"data":[]}}"#,
        object,
        "data.data: expected an object (byte 35)",
    );
    check(
        r#"{"event":"bot.done","data":{"data":{"code":1}}}"#,
        string,
        "data.data.code: expected a string (byte 43)",
    );
    check(
        r#"{"event":"bot.done","data":{"data":{"sub_code":{}}}}"#,
        string,
        "data.data.sub_code: expected a string (byte 47)",
    );
    check(
        r#"{"event":"bot.done","data":{"bot":{"id":null}}}"#,
        string,
        "data.bot.id: expected a string (byte 40)",
    );
    check(
        r#"{"event":"bot.done","data":{"bot":{"metadata":[]}}}"#,
        object,
        "data.bot.metadata: expected an object (byte 46)",
    );
    check(
        r#"{"event":"recording.done","data":{"bot": "b"}}"#,
        object,
        "data.bot: expected an object (byte 41)",
    );
    check(
        r#"{"event":"bot.log","data":{"log":{"level":3}}}"#,
        string,
        "data.log.level: expected a string (byte 42)",
    );
    // The same when the data stands before the name.
    check(
        r#"{"data":{"bot":{"id":1}},"event":"bot.done"}"#,
        string,
        "data.bot.id: expected a string (byte 21)",
    );
}

#[test]
fn what_contradicts_itself() {
    let conflict = "data.data.code: code of another event (byte 51)";
    check(
        r#"{"event":"recording.done","data":{"data":{"code" : "failed","updated_at":""},"recording":{"id":"r"}}}"#,
        Reason::CodeConflict,
        conflict,
    );
    check(r#"{"event":"x","event":"x"}"#, Reason::Duplicate, "event: member given twice (byte 13)");
    check(
        r#"{"event":"x","secret":{"also secret":1,"also secret":2}}"#,
        Reason::Duplicate,
        "*.*: member given twice (byte 39)",
    );
}
