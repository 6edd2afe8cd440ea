//! The layers above the file: variables of the environment and arguments of the command line.

use super::tree::{Leaf, Node};
use super::{Problem, Source, file};

/// What the variables begin with that are for the configuration.
const PREFIX: &str = "RECALLAI_WEBHOOK_";

/// The variable that is older than the configuration: the secrets of the endpoint `recall`.
pub(crate) const SECRET: &str = "RECALLAI_WEBHOOK_SECRET";

/// The endpoint that there is if nothing else is said.
pub const ENDPOINT: &str = "recall";

/// Where names stand that users have chosen.
const NAMED: [&str; 2] = ["endpoints", "subscriptions"];

/// What the environment says: `RECALLAI_WEBHOOK_LISTEN__ADDRESS` is `listen.address`. A variable without
/// `__` is none of ours. Names of endpoints and subscriptions that `below` knows are found whatever
/// their case and hyphens.
pub(crate) fn environment<'v>(
    variables: impl IntoIterator<Item = (&'v str, &'v str)>,
    below: &Node,
) -> Node {
    let mut tree = Node::empty();
    for (variable, text) in variables {
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        if variable == SECRET {
            if !text.trim().is_empty() && takes_secret(below) {
                tree.merge(secret());
            }
        } else if name.contains("__") {
            let mut key: Vec<_> =
                name.to_ascii_lowercase().split("__").map(str::to_owned).collect();
            if let [section, name, ..] = key.as_mut_slice()
                && NAMED.contains(&section.as_str())
                && let Some(names) = below.get(&[&**section])
                && let Some(known) = names.names().find(|known| folded(known) == *name)
            {
                *name = known.to_owned();
            }
            tree.merge(Node::at(&key, loose(text, Source::Variable(variable.into()))));
        }
    }
    tree
}

/// An argument `KEY=VALUE`.
///
/// # Errors
///
/// It has no `=`, or a key with empty parts.
pub(crate) fn argument(given: &str) -> Result<Node, Problem> {
    let source = || Source::Flag("--set".into());
    let (key, text) = given.split_once('=').ok_or_else(|| {
        Problem::new(
            source(),
            "",
            "an assignment is `key=value`, such as listen.address=127.0.0.1:8080",
        )
    })?;
    let key: Vec<_> = key.trim().split('.').map(|part| part.replace('-', "_")).collect();
    if key.iter().any(String::is_empty) {
        return Err(Problem::new(source(), "", "a part of the key is empty"));
    }
    Ok(Node::at(&key, loose(text.trim(), Source::Flag("--set".into()))))
}

fn loose(text: &str, source: Source) -> Node {
    let value = file::value(text, &source).map(Box::new);
    Node::Leaf { leaf: Leaf::Loose { text: text.into(), value }, source }
}

fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// Whether there is an endpoint that the old variable is for: one that says so itself has no need of it.
fn takes_secret(below: &Node) -> bool {
    below.get(&["endpoints"]).is_none_or(|endpoints| {
        endpoints.names().next().is_none() || endpoints.get(&[ENDPOINT]).is_some()
    })
}

fn secret() -> Node {
    use std::collections::BTreeMap;
    let source = Source::Variable(SECRET.into());
    let entry = ("env".to_owned(), Node::text(SECRET, source.clone()));
    let item = Node::Table { entries: BTreeMap::from([entry]), source: source.clone() };
    let list = Node::Array { items: vec![item], source };
    Node::at(&["endpoints", ENDPOINT, "secrets"].map(str::to_owned), list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_known_are_found_again() {
        let below = file::parse("f", "[endpoints.EU-west]\npath = '/x'").unwrap();
        let tree = environment(
            [
                ("RECALLAI_WEBHOOK_ENDPOINTS__EU_WEST__PATH", "/y"),
                ("RECALLAI_WEBHOOK_ENDPOINTS__NEW__PATH", "/z"),
                ("RECALLAI_WEBHOOK_BROWSER", "required"),
                ("PATH", "/bin"),
            ],
            &below,
        );
        let names: Vec<_> = tree.get(&["endpoints"]).unwrap().names().collect();
        assert_eq!(names, ["EU-west", "new"]);
        assert_eq!(tree.names().count(), 1, "and nothing else");
    }

    #[test]
    fn an_assignment_needs_a_key() {
        for wrong in ["x", "=1", "a..b=1", ".=1"] {
            assert!(argument(wrong).is_err(), "{wrong}");
        }
        let tree = argument("log.format = json").unwrap();
        assert!(tree.get(&["log", "format"]).is_some());
    }
}
