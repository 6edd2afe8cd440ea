//! Laws that hold of any text: reading never panics, and what can be performed can be read again.

use proptest::prelude::*;
use recallai_webhook_emulator::{BUILTIN, Plan, Scenario, ScenarioError, Seed, Trace};
use recallai_webhook_event::Event;

/// What has to hold of a scenario, whoever wrote it.
fn check(text: &str, read: Result<Scenario, ScenarioError>) -> Result<(), TestCaseError> {
    match read {
        Ok(scenario) => {
            let trace = Trace::of(&Plan::from(scenario), Seed(1), Trace::usual_start());
            prop_assert!(!trace.messages.is_empty());
            for message in &trace.messages {
                let event = Event::parse(&message.body).map_err(|error| {
                    TestCaseError::fail(format!("{:?}: {error}", message.event))
                })?;
                prop_assert_eq!(event.name().as_str(), &*message.event);
            }
        }
        Err(error) => {
            prop_assert!(!error.problem.is_empty());
            if let Some((line, column)) = error.place {
                // The end of the text is a place too, and so is the end of a line.
                let lines: Vec<&str> = text.split('\n').collect();
                prop_assert!((1..=lines.len()).contains(&line), "{error}");
                prop_assert!(column <= lines[line - 1].chars().count() + 1, "{error}");
            }
        }
    }
    Ok(())
}

/// A built-in scenario in which a piece was replaced by another, of it or of made-up text.
fn damaged() -> impl Strategy<Value = String> {
    let text = (0..BUILTIN.len()).prop_map(|index| BUILTIN[index].1);
    let piece = prop_oneof![
        Just(String::new()),
        "[a-z_.]{1,8}",
        "\\PC{0,6}",
        Just("\n".to_owned()),
        Just("\"@".to_owned()),
        Just("1h".to_owned()),
    ];
    (text, any::<prop::sample::Index>(), 0..12_usize, piece).prop_map(|(text, at, len, piece)| {
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let behind = chars.iter().skip(at + len);
        chars.iter().take(at).copied().chain(piece.chars()).chain(behind.copied()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_scenario_is_performed_or_refused(text in damaged()) {
        check(&text, Scenario::from_toml(&text))?;
    }

    #[test]
    fn any_data_reaches_a_body_that_can_be_read(
        key in "\\PC{1,8}",
        value in "\\PC{0,20}",
        event in "\\PC{1,12}",
        number in any::<f64>(),
    ) {
        let text = serde_json::json!({
            "name": "any", "description": "Any.",
            "bot": { "a": { "metadata": { &*key: value } } },
            "steps": [
                { "at": "1s", "event": event, "data": { &*key: [number, value] } },
                { "at": "2s", "event": "bot.done", "data": { &*key: { &*key: value } } },
            ],
        });
        let text = text.to_string();
        check(&text, Scenario::from_json(&text))?;
    }

    #[test]
    fn any_text_is_performed_or_refused(text in "\\PC*") {
        check(&text, Scenario::from_toml(&text))?;
        check(&text, Scenario::from_json(&text))?;
    }
}
