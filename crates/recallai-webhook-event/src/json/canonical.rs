//! One spelling for equal JSON: members sorted by name, no white space, strings escaped one way.

use std::collections::BTreeMap;

use super::Scanner;
use super::scan::Stop;

/// The canonical spelling; `None` if the text is not JSON or exceeds a limit.
///
/// Numbers keep their digits: `1` and `1.0` may mean different things to who wrote them.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut scan = Scanner::new(text);
    let value = scan.value().ok()?;
    scan.end().ok()?;
    write(value, &mut out).ok()?;
    Some(out)
}

/// Writes a value that was scanned as a whole before, so its kind follows from its first byte.
fn write(value: &str, out: &mut String) -> Result<(), Stop> {
    let mut scan = Scanner::new(value);
    match value.as_bytes().first() {
        Some(b'{') => {
            let mut members = BTreeMap::new();
            scan.object(|scan, name| {
                members.insert(name.to_owned(), scan.value()?);
                Ok(())
            })?;
            write_all(out, ['{', '}'], members, |out, (name, value)| {
                string(&name, out);
                out.push(':');
                write(value, out)
            })
        }
        Some(b'[') => {
            let mut elements = Vec::new();
            scan.array(|scan| {
                elements.push(scan.value()?);
                Ok(())
            })?;
            write_all(out, ['[', ']'], elements, |out, value| write(value, out))
        }
        Some(b'"') => {
            string(&scan.string()?.decode(), out);
            Ok(())
        }
        _ => {
            out.push_str(value);
            Ok(())
        }
    }
}

fn write_all<T>(
    out: &mut String,
    [open, close]: [char; 2],
    parts: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    out.push(open);
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, part)?;
    }
    out.push(close);
    Ok(())
}

fn string(text: &str, out: &mut String) {
    // Writing a string to a string does not fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(canonical(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn spellings_of_one_value_meet() {
        check(
            r#" { "b" : [ 1 , {"z":null,"a":true} ] , "a" : "x" } "#,
            Some(r#"{"a":"x","b":[1,{"a":true,"z":null}]}"#),
        );
        check(r#"{"\u0061":"\u00e9\/\n\u0007"}"#, Some("{\"a\":\"é/\\n\\u0007\"}"));
        check("[]", Some("[]"));
        check("{}", Some("{}"));
    }

    #[test]
    fn digits_are_kept_and_what_is_no_value_is_refused() {
        check("[1.0,1,1e2]", Some("[1.0,1,1e2]"));
        check("{", None);
        check("1 2", None);
        check("", None);
    }
}
