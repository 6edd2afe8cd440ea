//! What users of our crates build, as `cargo metadata` resolved it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::Result;
use crate::command_line::CommandLine;

/// A package that a published crate brings with it, or a published crate itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) rust_version: Option<String>,
    /// Where it comes from; `None` for what lies in this repository.
    pub(crate) source: Option<String>,
}

impl Dependency {
    /// Name and version, for a report.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// Asks cargo, with all features and for every platform.
pub(crate) fn load(root: &Path, published: &[&str]) -> Result<Vec<Dependency>> {
    let line = CommandLine::new("cargo metadata --all-features --format-version 1");
    parse(&serde_json::from_str(&line.read(root)?)?, published)
}

/// All that the published crates reach over normal and build dependencies, by name.
fn parse(metadata: &Value, published: &[&str]) -> Result<Vec<Dependency>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let packages: BTreeMap<&str, &Value> =
        packages.iter().filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let nodes: BTreeMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["id"].as_str()?, node))).collect();

    let is_published = |package: &Value| {
        package["source"].is_null() && published.iter().any(|name| package["name"] == *name)
    };
    let mut open: Vec<&str> =
        packages.iter().filter(|(_, package)| is_published(package)).map(|(id, _)| *id).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let node = nodes.get(id).ok_or_else(|| format!("cargo metadata resolved no `{id}`"))?;
        let arrows = node["deps"].as_array().into_iter().flatten();
        let built = arrows.filter(|arrow| {
            let mut kinds = arrow["dep_kinds"].as_array().into_iter().flatten();
            kinds.any(|kind| kind["kind"] != "dev")
        });
        open.extend(built.filter_map(|arrow| arrow["pkg"].as_str()));
    }

    let read = |id: &str| {
        let package = packages.get(id).ok_or_else(|| format!("cargo metadata has no `{id}`"))?;
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        Ok(Dependency {
            name: text("name").unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            license: text("license"),
            rust_version: text("rust_version"),
            source: text("source"),
        })
    };
    let mut found: Vec<Dependency> = reached.into_iter().map(read).collect::<Result<_>>()?;
    found.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_users_build_is_followed_and_tests_are_not() {
        let arrow = |to: &str, kind: Value| json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                { "id": "ours", "name": "ours", "version": "0.1.0", "source": null },
                { "id": "other", "name": "other", "version": "0.1.0", "source": null },
                {
                    "id": "a", "name": "a", "version": "1.0.0", "source": "registry",
                    "license": "MIT", "rust_version": "1.70",
                },
                { "id": "b", "name": "b", "version": "2.0.0", "source": "registry" },
                { "id": "t", "name": "t", "version": "3.0.0", "source": "registry" },
            ],
            "resolve": { "nodes": [
                { "id": "ours", "deps": [arrow("a", json!(null)), arrow("t", json!("dev"))] },
                { "id": "other", "deps": [arrow("t", json!(null))] },
                { "id": "a", "deps": [arrow("b", json!("build"))] },
                { "id": "b", "deps": [] },
                { "id": "t", "deps": [] },
            ] },
        });
        let found = parse(&metadata, &["ours"]).unwrap();
        let labels: Vec<String> = found.iter().map(Dependency::label).collect();
        assert_eq!(labels, ["a 1.0.0", "b 2.0.0", "ours 0.1.0"]);
        assert_eq!(found[0].license.as_deref(), Some("MIT"));
        assert_eq!(found[0].rust_version.as_deref(), Some("1.70"));
        assert_eq!(found[2].source, None);
    }
}
