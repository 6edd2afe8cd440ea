//! What is said of a scenario that cannot be used, or that looks like a mistake.

use recallai_webhook_emulator::{Scenario, ScenarioError};

const HEAD: &str = "name = \"test\"\ndescription = \"A test.\"\n";

fn error(toml: &str) -> ScenarioError {
    Scenario::from_toml(&format!("{HEAD}{toml}")).unwrap_err()
}

/// The whole message but for the name of the scenario.
#[track_caller]
fn check(toml: &str, expected: &str) {
    assert_eq!(error(toml).to_string(), expected);
}

#[test]
fn what_is_not_toml_or_has_another_shape_is_shown_with_its_place() {
    check("steps = [", "line 3, column 10: unclosed array, expected `]`");
    let unknown = error("[bot.a]\nmetdata = {}").to_string();
    assert!(unknown.starts_with("line 4, column 1: unknown field `metdata`"), "{unknown}");
    let missing = Scenario::from_toml("name = \"a\"").unwrap_err().to_string();
    assert!(missing.contains("missing field `description`"), "{missing}");
    let time = error("[[steps]]\nat = \"soon\"\nevent = \"bot.done\"").to_string();
    assert!(time.starts_with("line 4, column 6: `soon` is no time after the beginning"), "{time}");
    let outcome = error("[recording.r]\noutcome = \"great\"").to_string();
    assert!(outcome.contains("unknown variant `great`, expected `done` or `failed`"), "{outcome}");
}

#[test]
fn a_thing_that_is_not_there_is_named_with_those_that_are() {
    check(
        "[[steps]]\nat = \"0s\"\nevent = \"bot.done\"",
        "line 3, column 1: steps[0].of: the scenario has no bot that this could be about",
    );
    check(
        "[[steps]]\nat = \"0s\"\nevent = \"bot.done\"\nof = \"c\"\n[bot.a]\n[bot.b]",
        "line 6, column 6: steps[0].of: there is no bot `c`; expected one of `a`, `b`",
    );
    check(
        "[bot.a]\n[bot.b]\n[[steps]]\nat = \"0s\"\nevent = \"bot.done\"",
        "line 5, column 1: steps[0].of: which bot? Expected one of `a`, `b`",
    );
    check(
        "[recording.r]\nbot = \"x\"",
        "line 4, column 7: recording.r.bot: there is no bot `x`, and no other bot either",
    );
    check(
        "[recording.r]\nartifacts = [\"video\"]",
        "line 4, column 14: recording.r.artifacts[0]: `video` is no kind of media object; expected one of \
         `transcript`, `participant_events`, `video_mixed`, `video_separate`, `audio_mixed`, `audio_separate`, \
         `meeting_metadata`",
    );
}

#[test]
fn a_feed_without_its_media_object_is_found() {
    check(
        "[recording.r]\nstart = \"0s\"\n[realtime_endpoint.e]\n[[steps]]\nat = \"1s\"\n\
         event = \"transcript.data\"\nparticipant = \"Ada\"\ntext = \"hi\"",
        "line 8, column 9: steps[0].event: `transcript.data` belongs to a transcript, which the recording `r` does \
         not have",
    );
}

#[test]
fn a_life_in_the_wrong_order_is_found() {
    let life = |life: &str| error(&format!("[recording.r]\n{life}")).to_string();
    assert!(life("start = \"2s\"\nend = \"1s\"").ends_with("recording.r.end: before `start`"));
    assert!(life("end = \"1s\"").ends_with("recording.r.end: there is no `start`"));
    assert!(life("start = \"1s\"\ndeleted = \"2s\"").ends_with("deleted: there is no `end`"));
    assert!(life("start = \"1s\"\nend = \"3s\"\ndeleted = \"2s\"").ends_with("before `end`"));
    assert!(life("outcome = \"failed\"").contains("no `end` at which it could fail"));
    assert!(
        life("start = \"1s\"\nend = \"3s\"\nsub_code = \"x\"")
            .contains("`outcome` is not `failed`")
    );
}

#[test]
fn a_key_that_says_nothing_in_its_event_is_found() {
    check(
        "[bot.a]\n[[steps]]\nat = \"0s\"\nevent = \"bot.done\"\ntext = \"bye\"",
        "line 7, column 8: steps[0].text: says nothing in `bot.done`; expected `of`, `sub_code`, `data`",
    );
    check(
        "[bot.a]\n[[steps]]\nat = \"0s\"\nevent = \"bot.done\"\ndata = { bot = 1 }",
        "line 7, column 16: steps[0].data.bot: the sender writes this member of `bot.done` itself",
    );
    check(
        "[bot.a]\n[[steps]]\nat = \"0s\"\nevent = \"bot.log\"",
        "line 4, column 1: steps[0].text: `bot.log` cannot be without it",
    );
}

#[test]
fn references_that_lead_nowhere_are_found() {
    let data = |data: &str| {
        error(&format!("[bot.a]\n[[steps]]\nat = \"0s\"\nevent = \"x\"\ndata = {data}")).to_string()
    };
    assert!(
        data("{ who = [\"@bot.b\"] }")
            .contains("steps[0].data.who: `@bot.b` stands for nothing here")
    );
    assert!(data("{ who = { a = \"@later\" } }").contains("`@later` stands for nothing"));
    let metadata = error("[bot.a]\nmetadata = { t = \"@now\" }").to_string();
    assert!(metadata.contains("bot.a.metadata.t: `@now` stands for nothing here"), "{metadata}");
}

#[test]
fn values_that_json_does_not_have_or_nobody_reads_are_found() {
    let data =
        |data: &str| error(&format!("[[steps]]\nat = \"0s\"\nevent = \"x\"\ndata.d = {data}"));
    assert!(data("[2026-01-05]").to_string().contains("steps[0].data.d: a time of TOML"));
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    assert!(data(&deep).to_string().contains("steps[0].data.d: nested deeper than 48 levels"));
}

#[test]
fn events_that_are_no_webhooks_are_refused() {
    let problem = error("[[steps]]\nat = \"0s\"\nevent = \"audio_mixed_raw.data\"").to_string();
    assert!(problem.contains("comes over a WebSocket only"), "{problem}");
}

#[test]
fn repetition_needs_both_its_keys() {
    let step =
        |more: &str| error(&format!("[[steps]]\nat = \"0s\"\nevent = \"x\"\n{more}")).to_string();
    assert!(step("repeat = 2").contains("steps[0].repeat: how often? There is no `every`"));
    assert!(
        step("every = \"1s\"").contains("steps[0].every: how many times? There is no `repeat`")
    );
    assert!(step("repeat = 0\nevery = \"1s\"").contains("expected 1 to 100000"));
}

#[test]
fn names_labels_and_an_empty_story_are_checked() {
    check(
        "",
        "line 1, column 1: steps: nothing happens; expected steps, or a recording with `start` and `end`",
    );
    let label = error("[bot.\"a b\"]").to_string();
    assert!(label.contains("`a b` is no name; expected letters, digits, `-` and `_`"), "{label}");
    let twice = error("[recording.r]\nartifacts = [\"transcript\", \"transcript\"]").to_string();
    assert!(twice.contains("recording.r.artifacts[1]: `transcript` is there twice"), "{twice}");
    let both = error("[bot.a]\n[sdk_upload.a]\n[recording.r]\nbot = \"a\"\nsdk_upload = \"a\"")
        .to_string();
    assert!(both.contains("not by both"), "{both}");
}

#[test]
fn json_has_the_place_of_what_has_another_shape_and_the_key_of_a_contradiction() {
    let error = Scenario::from_json("{\"name\": \"a\",\n \"nme\": 1}").unwrap_err();
    assert_eq!(error.place, Some((2, 6)));
    assert!(error.problem.starts_with("unknown field `nme`"), "{error}");
    assert!(!error.problem.contains("line"), "{error}");
    let text = r#"{"name":"a","description":"A.","bot":{"a":{},"a":{}}}"#;
    let error = Scenario::from_json(text).unwrap_err().to_string();
    assert!(error.ends_with("the label `a` is there twice"), "{error}");
    let text = r#"{"name":"a","description":"A.","steps":[{"at":"0s","event":"bot.done"}]}"#;
    let error = Scenario::from_json(text).unwrap_err();
    assert_eq!((error.place, error.key.as_deref()), (None, Some("steps[0].of")));
}

#[test]
fn a_thing_that_is_told_of_by_way_of_another_is_no_mistake() {
    let scenario = Scenario::from_toml(&format!(
        "{HEAD}[bot.a]\n[sdk_upload.b]\n[recording.r]\nbot = \"a\"\nstart = \"0s\"\n\
         [recording.s]\nsdk_upload = \"b\"\nstart = \"0s\""
    ));
    assert_eq!(scenario.unwrap().warnings(), [""; 0]);
}

#[test]
fn an_unknown_event_that_is_nearly_a_known_one_is_a_warning() {
    let warnings = |event: &str| {
        let scenario = format!("{HEAD}[[steps]]\nat = \"0s\"\nevent = \"{event}\"");
        Scenario::from_toml(&scenario).unwrap().warnings().to_vec()
    };
    assert_eq!(
        warnings("bot.doen"),
        ["`bot.doen` is not in the catalogue, and is sent as an unknown event; `bot.done` is"]
    );
    assert_eq!(warnings("summary.done"), [""; 0]);
}

#[test]
fn what_looks_like_a_mistake_is_a_warning() {
    let scenario = Scenario::from_toml(&format!(
        "{HEAD}steps = [{{ at = \"3s\", event = \"recording.processing\" }}]\n[bot.idle]\n[recording.r]\nstart = \"0s\"\nend = \"2s\""
    ));
    assert_eq!(
        scenario.unwrap().warnings(),
        ["recording.r goes from done back to processing after 3 s", "no event tells of bot.idle"]
    );
}
