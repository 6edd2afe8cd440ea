//! The keys that there are: from the types themselves, so that no page lags behind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::{Schema, schema_for};
use serde_json::{Map, Value};

use super::Config;

/// What is read at the start only, each with all that is below it.
pub(crate) const AT_START: [&str; 8] = [
    "listen",
    "admin.enabled",
    "admin.address",
    "inbox",
    "limits",
    "log",
    "telemetry",
    "shutdown.requests",
];

/// A key of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// The key; `NAME` stands for what the user calls it, `N` for a place in a list.
    pub key: String,
    /// What it says, in a sentence or two.
    pub doc: String,
    /// What holds if it is not set, as TOML; empty where there is nothing.
    pub default: String,
}

/// The JSON Schema of the file, draft 2020-12, for editors.
pub fn schema() -> Schema {
    schema_for!(Config)
}

/// Every key, in the order of the alphabet. The options of an output depend on its type, and are
/// told by [`outputs`].
pub fn keys() -> Vec<Key> {
    let schema = schema();
    let root = schema.as_value();
    let mut keys = BTreeMap::new();
    Walk { root, keys: &mut keys }.object(root, "");
    let mut keys: Vec<_> = keys.into_values().collect();
    for Key { key, doc, .. } in &mut keys {
        let is_below = |part: &&str| {
            key.strip_prefix(*part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if AT_START.iter().any(is_below) {
            doc.push_str(" A change takes a restart.");
        }
    }
    keys
}

/// The keys as a table in Markdown.
pub fn table() -> String {
    rows(keys())
}

/// The options of each output that this build has, as a section with a table in Markdown.
pub fn outputs() -> String {
    let mut sections = String::new();
    for OutputKeys { word, doc, keys } in output_keys() {
        // Writing to a string does not fail.
        let _ = write!(sections, "\n### `type = \"{word}\"`\n\n{doc}\n\n{}", rows(keys));
    }
    sections
}

/// An output that this build has, and its options.
pub(super) struct OutputKeys {
    /// Its `type`.
    pub(super) word: String,
    pub(super) doc: String,
    pub(super) keys: Vec<Key>,
}

/// Every output, in the order of the alphabet.
pub(super) fn output_keys() -> Vec<OutputKeys> {
    let schema = schema();
    let root = schema.as_value();
    let variants = root.pointer("/$defs/OutputOptions/oneOf").and_then(Value::as_array);
    let of = |variant: &Value| {
        let word = variant.pointer("/properties/type/const")?.as_str()?.to_owned();
        let doc = text(variant, "description").unwrap_or_default();
        let mut keys = BTreeMap::new();
        Walk { root, keys: &mut keys }.object(variant, "");
        // That is its word.
        keys.remove("type");
        Some(OutputKeys { word, doc, keys: keys.into_values().collect() })
    };
    variants.into_iter().flatten().filter_map(of).collect()
}

fn rows(keys: impl IntoIterator<Item = Key>) -> String {
    let mut table = String::from("| key | default | what it says |\n|---|---|---|\n");
    for Key { key, doc, default } in keys {
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        let doc = doc.replace('|', "\\|");
        // Writing to a string does not fail.
        let _ = writeln!(table, "| `{key}` | {default} | {doc} |");
    }
    table
}

struct Walk<'w> {
    root: &'w Value,
    keys: &'w mut BTreeMap<String, Key>,
}

impl Walk<'_> {
    fn object(&mut self, schema: &Value, prefix: &str) {
        let Some(properties) = self.resolve(schema).get("properties").and_then(Value::as_object)
        else {
            return;
        };
        for (name, property) in properties.clone() {
            let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            self.key(&key, &property);
        }
    }

    fn key(&mut self, key: &str, property: &Value) {
        let resolved = self.resolve(property).clone();
        let is_output = key.ends_with(".output");
        if let Some(named) = resolved.get("additionalProperties")
            && self.resolve(named).get("properties").is_some()
        {
            return self.object(&named.clone(), &format!("{key}.NAME"));
        }
        if resolved.get("properties").is_some() && !is_output {
            // Of an output: a table that may be left out, and says something by being there.
            if !key.contains('.') && property.get("anyOf").is_some() {
                self.insert(key, property, &resolved);
            }
            return self.object(&resolved, key);
        }
        if let Some(items) = resolved.get("items")
            && self.resolve(items).get("properties").is_some()
        {
            self.object(&items.clone(), &format!("{key}.N"));
        }
        self.insert(key, property, &resolved);
    }

    fn insert(&mut self, key: &str, property: &Value, resolved: &Value) {
        let doc = text(property, "description").or_else(|| text(resolved, "description"));
        let default = property.get("default").map(toml).unwrap_or_default();
        let doc = doc.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let key = key.to_owned();
        self.keys.insert(key.clone(), Key { key, doc, default });
    }

    /// What a reference, or a value that may be absent, stands for.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let found = reference.strip_prefix('#').and_then(|path| self.root.pointer(path));
            return found.map_or(schema, |found| self.resolve(found));
        }
        let options = schema.get("anyOf").and_then(Value::as_array);
        let options = options.into_iter().flatten();
        let mut real = options.filter(|option| option.get("type") != Some(&Value::from("null")));
        match (real.next(), real.next()) {
            (Some(only), None) => self.resolve(only),
            _ => schema,
        }
    }
}

fn text(schema: &Value, member: &str) -> Option<String> {
    Some(schema.get(member)?.as_str()?.to_owned())
}

/// A default as it is written in the file.
fn toml(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(members) => table_of(members),
        other => other.to_string(),
    }
}

fn table_of(members: &Map<String, Value>) -> String {
    let entries: Vec<_> =
        members.iter().map(|(name, value)| format!("{name} = {}", toml(value))).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}
