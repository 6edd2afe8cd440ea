//! The workspace as `cargo metadata` tells it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::command_line::CommandLine;

/// The packages of the repository, where they lie, and where cargo builds.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// What the commands need to know of a package.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) description: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) rust_version: Option<String>,
    /// The directory, relative to the root, with `/` between its parts.
    pub(crate) directory: String,
    /// Whether it may go to a registry.
    pub(crate) published: bool,
    /// Whether it says how docs.rs builds it.
    pub(crate) has_docs_settings: bool,
    pub(crate) has_library: bool,
    /// Whether one can ask for any feature.
    pub(crate) has_features: bool,
    /// The features that it has of its own: not `default`, and none that only turns on those of others.
    pub(crate) features: Vec<String>,
    pub(crate) benches: Vec<String>,
    /// The packages of this workspace that it needs to build: normal and build dependencies.
    pub(crate) arrows: Vec<String>,
    /// Those that only its tests, benches and examples need.
    pub(crate) dev_arrows: Vec<String>,
    /// The most that its package may weigh, `limit-kb` in `[package.metadata.size]`.
    pub(crate) size_limit_kb: Option<u64>,
}

impl Workspace {
    /// Asks cargo about this repository.
    pub(crate) fn load() -> Result<Self> {
        Self::load_from(&root())
    }

    /// Asks cargo about the workspace in a directory.
    pub(crate) fn load_from(root: &Path) -> Result<Self> {
        let line = CommandLine::new("cargo metadata --no-deps --format-version 1");
        Self::parse(&serde_json::from_str(&line.read(root)?)?)
    }

    fn parse(metadata: &Value) -> Result<Self> {
        let root = PathBuf::from(text(metadata, "workspace_root")?);
        let packages = list(metadata, "packages").iter();
        let mut packages: Vec<Package> =
            packages.map(|value| Package::parse(value, &root)).collect::<Result<_>>()?;
        // Cargo's order moves with the dependencies; documents should not.
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { target: text(metadata, "target_directory")?.into(), root, packages })
    }

    /// A directory below the one where cargo builds, as a command line names it: relative to the root,
    /// if it lies there.
    pub(crate) fn below_target(&self, name: &str) -> Result<String> {
        let directory = self.target.join(name);
        let directory = directory.strip_prefix(&self.root).unwrap_or(&directory).to_string_lossy();
        if directory.contains(char::is_whitespace) {
            return Err(format!("a blank in the target directory: `{directory}`").into());
        }
        Ok(directory.into_owned())
    }

    /// The packages that go to a registry.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.published)
    }

    /// The packages that go to a registry, each after those it needs: the order of uploads.
    pub(crate) fn publish_order(&self) -> Vec<&Package> {
        let mut left: Vec<&Package> = self.published().collect();
        let mut order = Vec::new();
        let waits = |package: &Package, left: &[&Package]| {
            left.iter().any(|other| package.arrows.contains(&other.name))
        };
        // Cargo refuses a circle, so one of them is always ready.
        while let Some(at) = left.iter().position(|package| !waits(package, &left)) {
            order.push(left.remove(at));
        }
        order
    }

    /// The given packages and all that need them, their tests included.
    pub(crate) fn with_dependents(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        let mut found = names.clone();
        loop {
            let before = found.len();
            for package in &self.packages {
                let mut needs = package.arrows.iter().chain(&package.dev_arrows);
                if needs.any(|name| found.contains(name)) {
                    found.insert(package.name.clone());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    /// The named packages and all packages of this workspace that they need to build.
    pub(crate) fn with_needs(&self, names: BTreeSet<String>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut left: Vec<String> = names.into_iter().collect();
        while let Some(name) = left.pop() {
            let package = self.packages.iter().find(|package| package.name == name);
            if found.insert(name) {
                left.extend(package.iter().flat_map(|package| package.arrows.iter().cloned()));
            }
        }
        found
    }

    /// The package of a name, which may leave out `recallai-webhook-`.
    pub(crate) fn package(&self, name: &str) -> Result<&Package> {
        let long = format!("recallai-webhook-{name}");
        let found =
            self.packages.iter().find(|package| package.name == name || package.name == long);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.packages.iter().map(|package| &*package.name).collect();
            format!("no package `{name}`; there are {}", names.join(", ")).into()
        })
    }
}

impl Package {
    fn parse(value: &Value, root: &Path) -> Result<Self> {
        let manifest = PathBuf::from(text(value, "manifest_path")?);
        let directory = manifest.parent().ok_or("a manifest without a directory")?;
        let directory = directory.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        let optional = |key: &str| value[key].as_str().map(str::to_owned);
        let targets = |kind: &'static str| {
            let targets = list(value, "targets").iter();
            targets.filter(move |target| list(target, "kind").iter().any(|k| k == kind))
        };
        let arrows = |dev: bool| -> Result<Vec<String>> {
            let ours = list(value, "dependencies").iter();
            let ours = ours.filter(|dependency| dependency["path"].is_string());
            let ours = ours.filter(|dependency| (dependency["kind"] == "dev") == dev);
            ours.map(|dependency| text(dependency, "name")).collect()
        };
        Ok(Self {
            name: text(value, "name")?,
            version: text(value, "version")?,
            description: optional("description"),
            license: optional("license"),
            rust_version: optional("rust_version"),
            directory,
            published: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
            has_docs_settings: value["metadata"]["docs"]["rs"].is_object(),
            has_library: targets("lib").next().is_some(),
            has_features: value["features"]
                .as_object()
                .is_some_and(|features| !features.is_empty()),
            features: features(value),
            benches: targets("bench").map(|bench| text(bench, "name")).collect::<Result<_>>()?,
            arrows: arrows(false)?,
            dev_arrows: arrows(true)?,
            size_limit_kb: value["metadata"]["size"]["limit-kb"].as_u64(),
        })
    }
}

/// The root of the repository: this package lies one level below it.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(value: &Value, key: &str) -> Result<String> {
    let text = value[key].as_str().ok_or_else(|| format!("cargo metadata has no `{key}`"))?;
    Ok(text.to_owned())
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The features that change how the package itself is built: not those that only turn on features of others.
fn features(package: &Value) -> Vec<String> {
    let features = package["features"].as_object();
    let own = |name: &&String| *name != "default" && !forwards(package, name);
    features.into_iter().flat_map(|features| features.keys()).filter(own).cloned().collect()
}

fn forwards(package: &Value, feature: &str) -> bool {
    let turned_on = list(&package["features"], feature);
    let forwards = |name: &str| name.contains('/') || forwards(package, name);
    !turned_on.is_empty() && turned_on.iter().all(|name| name.as_str().is_some_and(forwards))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_package_is_read_from_metadata() {
        let metadata = json!({
            "workspace_root": "/r", "target_directory": "/r/target",
            "packages": [{
                "name": "recallai-webhook-one", "version": "0.1.0", "publish": [],
                "manifest_path": "/r/crates/one/Cargo.toml", "description": null,
                "features": {
                    "default": ["extra", "on"], "extra": [], "more": ["dep:x"],
                    "on": ["two/on"], "all": ["on", "two/off"], "some": ["on", "extra"],
                },
                "metadata": {
                    "docs": { "rs": { "all-features": true } }, "size": { "limit-kb": 40 },
                },
                "targets": [
                    { "kind": ["lib"], "name": "one" }, { "kind": ["bench"], "name": "speed" },
                ],
                "dependencies": [
                    { "name": "two", "path": "/r/crates/two", "kind": null },
                    { "name": "three", "path": "/r/crates/three", "kind": "build" },
                    { "name": "four", "path": "/r/crates/four", "kind": "dev" },
                    { "name": "serde", "kind": null },
                ],
            }],
        });
        let workspace = Workspace::parse(&metadata).unwrap();
        let package = workspace.package("one").unwrap();
        assert_eq!(package.directory, "crates/one");
        assert_eq!(package.arrows, ["two", "three"]);
        assert_eq!(package.dev_arrows, ["four"]);
        assert_eq!(package.size_limit_kb, Some(40));
        assert_eq!(package.features, ["extra", "more", "some"]);
        assert_eq!(package.benches, ["speed"]);
        assert!(!package.published && package.has_docs_settings && package.has_library);
        assert!(workspace.package("five").is_err());
        assert_eq!(workspace.published().count(), 0);
    }

    fn package(name: &str, arrows: &[&str], dev_arrows: &[&str]) -> Package {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let (arrows, dev_arrows) = (owned(arrows), owned(dev_arrows));
        Package { name: name.into(), published: true, arrows, dev_arrows, ..Package::default() }
    }

    fn workspace() -> Workspace {
        let packages = vec![
            package("facade", &["hyper", "event"], &[]),
            package("hyper", &["dispatch"], &[]),
            package("dispatch", &["event"], &[]),
            package("event", &[], &[]),
            package("testing", &[], &["event"]),
            package("signature", &[], &[]),
        ];
        Workspace { packages, ..Workspace::default() }
    }

    #[test]
    fn a_directory_below_the_target_is_named_from_the_root() {
        let below = |target: &str| {
            let (root, target) = ("/a root".into(), target.into());
            Workspace { root, target, ..Workspace::default() }.below_target("x")
        };
        assert_eq!(below("/a root/target").unwrap(), "target/x");
        assert_eq!(below("/elsewhere").unwrap(), "/elsewhere/x");
        assert!(below("/a root/the target").is_err());
    }

    #[test]
    fn a_package_is_published_after_those_it_needs() {
        let workspace = workspace();
        let names: Vec<&str> =
            workspace.publish_order().iter().map(|package| &*package.name).collect();
        assert_eq!(names, ["event", "dispatch", "hyper", "facade", "testing", "signature"]);
    }

    #[test]
    fn dependents_are_followed_through_tests_too() {
        let found = workspace().with_dependents(&["event".to_owned()].into());
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found.contains("testing") && found.contains("facade"), "{found:?}");
        assert_eq!(workspace().with_dependents(&["signature".to_owned()].into()).len(), 1);
    }

    #[test]
    fn needs_are_followed_down() {
        let found = |name: &str| workspace().with_needs([name.to_owned()].into());
        assert_eq!(found("event"), ["event".to_owned()].into());
        assert!(found("facade").len() > 2 && found("facade").contains("event"));
    }
}
