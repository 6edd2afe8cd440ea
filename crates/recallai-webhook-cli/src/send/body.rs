//! The body to send: an example or a file, with members changed or edited by hand.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::exit::Failure;

/// A member and its new value, `data.bot.metadata.user=42`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    path: Vec<String>,
    value: Value,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = text.split_once('=').ok_or("it should be PATH=VALUE")?;
        let path = names(path);
        if path.iter().any(String::is_empty) {
            return Err("a name in the path is empty".to_owned());
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Self { path, value })
    }
}

/// Splits at dots that have no backslash before them.
fn names(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut characters = path.chars();
    while let Some(c) = characters.next() {
        match (c, names.last_mut()) {
            ('.', _) => names.push(String::new()),
            ('\\', Some(name)) => name.extend(characters.next()),
            (c, Some(name)) => name.push(c),
            (_, None) => {}
        }
    }
    names
}

/// The body with every assignment made; without one, it stays as it is, byte for byte.
pub(super) fn assign(body: Vec<u8>, assignments: &[Assignment]) -> Result<Vec<u8>, Failure> {
    if assignments.is_empty() {
        return Ok(body);
    }
    let mut value: Value = serde_json::from_slice(&body)
        .map_err(|error| Failure::not_tried(format!("--set needs a body that is JSON: {error}")))?;
    for Assignment { path, value: new } in assignments {
        let place = place(&mut value, path)
            .map_err(|error| Failure::not_tried(format!("--set {}: {error}", path.join("."))))?;
        *place = new.clone();
    }
    Ok(value.to_string().into_bytes())
}

/// The member at a path; objects on the way are made where there is nothing, or null.
fn place<'v>(value: &'v mut Value, path: &[String]) -> Result<&'v mut Value, String> {
    path.iter().try_fold(value, |value, name| {
        if value.is_null() {
            *value = Value::Object(Map::new());
        }
        match value {
            Value::Object(members) => Ok(members.entry(name).or_insert(Value::Null)),
            Value::Array(items) => {
                let length = items.len();
                let item = name.parse().ok().and_then(|index: usize| items.get_mut(index));
                item.ok_or_else(|| format!("`{name}` is no place in an array of {length}"))
            }
            _ => Err(format!("there is a value above `{name}` that has no members")),
        }
    })
}

/// What an editor makes of the body.
pub(super) fn edit(body: &[u8]) -> Result<Vec<u8>, Failure> {
    let variable = |name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty());
    let editor =
        variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let fail = |error: std::io::Error| Failure::failed_at(&editor, error);
    // Readable for its owner only: a body has names and metadata of people.
    let mut file =
        tempfile::Builder::new().prefix("body-").suffix(".json").tempfile().map_err(fail)?;
    file.write_all(body).and_then(|()| file.flush()).map_err(fail)?;

    let status = editing(&editor, file.path()).status().map_err(fail)?;
    if !status.success() {
        return Err(Failure::failed(format!("{editor} ended with {status}; nothing was sent")));
    }
    // By its name: an editor may have put another file in its place.
    let edited = std::fs::read(file.path()).map_err(fail)?;
    match edited.trim_ascii().is_empty() {
        true => Err(Failure::failed("the body is empty now; nothing was sent")),
        false => Ok(edited),
    }
}

/// As git does it: a shell reads the variable, which may hold arguments and quotes.
#[cfg(unix)]
fn editing(editor: &str, file: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file);
    command
}

#[cfg(not(unix))]
fn editing(editor: &str, file: &Path) -> Command {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("vi"));
    command.args(words).arg(file);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, assignment: &str, expected: Result<&str, &str>) {
        let assignment = assignment.parse::<Assignment>().unwrap();
        let body = assign(body.as_bytes().to_vec(), &[assignment]);
        match (body, expected) {
            (Ok(body), Ok(expected)) => assert_eq!(String::from_utf8(body).unwrap(), expected),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{error}");
            }
            (body, expected) => panic!("{body:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_member_is_set() {
        check(r#"{"a":1}"#, "a=2", Ok(r#"{"a":2}"#));
        check(r#"{"a":1}"#, "b.c=text", Ok(r#"{"a":1,"b":{"c":"text"}}"#));
        check(r#"{"a":null}"#, r"a.b\.c=null", Ok(r#"{"a":{"b.c":null}}"#));
        check(r#"{"a":[1,2]}"#, r#"a.1={"x":"=1"}"#, Ok(r#"{"a":[1,{"x":"=1"}]}"#));
        check(r#"{}"#, r#"a="42""#, Ok(r#"{"a":"42"}"#));
        check(r#"{"a":[1]}"#, "a.1=0", Err("no place in an array of 1"));
        check(r#"{"a":"x"}"#, "a.b=0", Err("no members"));
        check("<xml/>", "a=0", Err("JSON"));
    }

    #[test]
    fn an_assignment_has_a_path_and_a_value() {
        for text in ["a", "=1", "a..b=1", ".=1"] {
            assert!(text.parse::<Assignment>().is_err(), "{text}");
        }
        assert_eq!(assign(b"<xml/>".to_vec(), &[]).unwrap(), b"<xml/>");
    }
}
