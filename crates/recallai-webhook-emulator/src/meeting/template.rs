//! Values of a scenario in which `@...` stands for what only a performance knows.

use serde_json::{Map, Value};

/// How deep values may be nested: the event crate reads 64 levels, and some are above.
const MOST_LEVELS: usize = 48;

/// The member that a time of TOML becomes, which JSON does not have.
const TOML_TIME: &str = "$__toml_private_datetime";

/// What a performance puts in.
pub(super) struct Known<'a> {
    /// For `@number`.
    pub(super) number: u32,
    /// For `@now`.
    pub(super) now: &'a str,
    /// For `@bot.notetaker`.
    pub(super) resource: &'a dyn Fn(&str) -> Option<Value>,
}

impl Default for Known<'_> {
    fn default() -> Self {
        Self { number: 0, now: "", resource: &|_| None }
    }
}

/// What is wrong with a value, if anything is. `exists` knows the things, and is absent where neither a time nor
/// a thing can be meant.
pub(crate) fn problem(value: &Value, exists: Option<&dyn Fn(&str) -> bool>) -> Option<String> {
    problem_at(value, exists, 0)
}

fn problem_at(
    value: &Value,
    exists: Option<&dyn Fn(&str) -> bool>,
    level: usize,
) -> Option<String> {
    if level > MOST_LEVELS {
        return Some(format!("nested deeper than {MOST_LEVELS} levels"));
    }
    match value {
        Value::String(text) => {
            let reference = text.strip_prefix('@').filter(|rest| !rest.starts_with('@'))?;
            let known = match (reference, exists) {
                ("number" | "null", _) | ("now", Some(_)) => true,
                (reference, Some(exists)) => exists(reference),
                (_, None) => false,
            };
            (!known).then(|| stands_for_nothing(text, exists.is_some()))
        }
        Value::Array(values) => {
            values.iter().find_map(|value| problem_at(value, exists, level + 1))
        }
        Value::Object(members) if members.contains_key(TOML_TIME) => {
            Some("a time of TOML, which JSON does not have; expected a text in quotes".to_owned())
        }
        Value::Object(members) => {
            members.values().find_map(|value| problem_at(value, exists, level + 1))
        }
        _ => None,
    }
}

fn stands_for_nothing(text: &str, in_data: bool) -> String {
    let more = match in_data {
        true => ", `@now`, a thing such as `@bot.LABEL`",
        false => "",
    };
    format!(
        "`{text}` stands for nothing here; expected `@number`, `@null`{more}, or `@@...` for a text that \
         begins with `@`"
    )
}

/// The members with everything put in, sorted by name: whether `serde_json` keeps an order depends on the
/// features that other crates ask of it, and the bytes of a trace must not.
pub(super) fn fill_members(members: &Map<String, Value>, known: &Known<'_>) -> Map<String, Value> {
    let mut filled: Vec<(String, Value)> =
        members.iter().map(|(key, value)| (key.clone(), fill(value, known))).collect();
    filled.sort_by(|(one, _), (other, _)| one.cmp(other));
    filled.into_iter().collect()
}

fn fill(value: &Value, known: &Known<'_>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            None => value.clone(),
            // As text: values of metadata are.
            Some("number") => Value::from(known.number.to_string()),
            Some("null") => Value::Null,
            Some("now") => Value::from(known.now),
            Some(rest) if rest.starts_with('@') => Value::from(rest),
            Some(rest) => (known.resource)(rest).unwrap_or_else(|| value.clone()),
        },
        Value::Array(values) => values.iter().map(|value| fill(value, known)).collect(),
        Value::Object(members) => Value::Object(fill_members(members, known)),
        _ => value.clone(),
    }
}
