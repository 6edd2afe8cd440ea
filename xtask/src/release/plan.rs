//! Which crates the next release takes, with which versions, and why.

use std::collections::BTreeMap;

use super::changelog::{self, Unreleased};
use super::compatibility::{Api, Compare};
use super::history;
use super::version::{Bump, Version};
use crate::Result;
use crate::workspace::{Package, Workspace};

/// It hands out the other libraries under its own name, so that it has to require what it documents.
const FACADE: &str = "recallai-webhook";

/// The releases, each after those it needs, and what a maintainer should look at first.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) releases: Vec<Release>,
    pub(crate) warnings: Vec<String>,
}

impl Plan {
    /// All that are in the plan because of a release, directly or through others, in their order.
    pub(crate) fn taken_along(&self, name: &str) -> Vec<&Release> {
        let mut taken: Vec<&Release> = Vec::new();
        for release in &self.releases {
            let mut reasons = self.releases.iter().filter(|reason| {
                reason.name == name || taken.iter().any(|taken| taken.name == reason.name)
            });
            if reasons.any(|reason| reason.followers.contains(&release.name)) {
                taken.push(release);
            }
        }
        taken
    }
}

/// One crate that is to be released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) to: Version,
    /// One reason a line.
    pub(crate) why: Vec<String>,
    /// Crates that are in the plan because this one breaks them, or because they hand it out.
    pub(crate) followers: Vec<String>,
    /// Whether it breaks users by what changed in it, and not only because it follows another.
    pub(crate) breaks_by_itself: bool,
}

/// How a crate comes into the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It has no tag yet; its version stays.
    First,
    /// Its version is above its last tag already: only the upload is left.
    Prepared,
    /// It moves from its last version.
    Moved(Version, Bump),
}

/// That a crate is in the plan, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Due {
    kind: Kind,
    why: Vec<String>,
}

/// What is known of one published crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) version: Version,
    pub(crate) last: Option<Version>,
    pub(crate) changed: bool,
    pub(crate) unreleased: Unreleased,
    pub(crate) api: Api,
}

/// Makes the plan for a repository.
pub(crate) fn plan(workspace: &Workspace, compare: Compare<'_>) -> Result<Plan> {
    let tags = history::tags(&workspace.root)?;
    let mut states = BTreeMap::new();
    for package in workspace.published() {
        states.insert(package.name.clone(), state(workspace, package, &tags, compare)?);
    }
    Ok(decide(workspace, &states))
}

fn state(
    workspace: &Workspace,
    package: &Package,
    tags: &[String],
    compare: Compare<'_>,
) -> Result<State> {
    let Package { name, directory, .. } = package;
    let version = Version::of(package)?;
    let last = history::last(tags, name);
    let mut api = Api::Unknown("not asked".to_owned());
    let mut changed = false;
    if let Some(last) = last {
        let tag = history::tag(name, last);
        changed = history::has_changed(&workspace.root, package, &tag)?;
        if changed && last == version {
            api = compare(package, &tag);
        }
    }
    let changelog = workspace.root.join(directory).join("CHANGELOG.md");
    let changelog = std::fs::read_to_string(changelog).unwrap_or_default();
    Ok(State { version, last, changed, unreleased: changelog::unreleased(&changelog), api })
}

/// The plan, from what is known of every published crate.
fn decide(workspace: &Workspace, states: &BTreeMap<String, State>) -> Plan {
    let mut plan = Plan::default();
    for package in workspace.publish_order() {
        let name = &package.name;
        let Some(state) = states.get(name) else { continue };
        let mut due = own(name, state, &mut plan.warnings);
        let breaks_by_itself = due.as_ref().is_some_and(|due| due.kind.is_breaking());
        // Every crate it needs comes before it, so their bumps are known.
        for needed in &mut plan.releases {
            let uses = package.arrows.contains(&needed.name);
            let Kind::Moved(_, bump) = needed.kind else { continue };
            if !uses || !(bump == Bump::Breaking || name == FACADE) {
                continue;
            }
            // The API of a library may hand out the types of what it uses; a binary has none.
            let bump = if package.has_library { bump } else { Bump::Patch };
            let verb = if needed.is_breaking() { "has to follow" } else { "hands out" };
            let reason = format!("{verb} {} {}", needed.name, needed.to);
            due = follow(due, state, bump, reason);
            if due.as_ref().is_some_and(|due| matches!(due.kind, Kind::Moved(..))) {
                needed.followers.push(name.clone());
            }
        }
        plan.releases.extend(due.map(|due| Release::new(name, state, due, breaks_by_itself)));
    }
    plan
}

/// Whether the facade hands out a crate.
pub(super) fn is_handed_out(workspace: &Workspace, name: &str) -> bool {
    let mut facade = workspace.published().filter(|package| package.name == FACADE);
    facade.any(|facade| facade.arrows.iter().any(|arrow| arrow == name))
}

/// How a crate comes into the plan by itself.
fn own(name: &str, state: &State, warnings: &mut Vec<String>) -> Option<Due> {
    let State { version, last, changed, unreleased, api } = state;
    let Some(last) = last else {
        return Some(Due { kind: Kind::First, why: vec!["was never tagged".to_owned()] });
    };
    if version < last {
        warnings.push(format!("{name}: version {version} is below its last tag, {last}"));
        return None;
    }
    if version > last {
        let why = format!("prepared, not published; the last tag has {last}");
        return Some(Due { kind: Kind::Prepared, why: vec![why] });
    }
    if !changed {
        if unreleased.asks.is_some() {
            warnings.push(format!(
                "{name}: its changelog has unreleased lines, but nothing that users get has changed"
            ));
        }
        return None;
    }
    let mut why = Vec::new();
    if unreleased.asks.is_none() {
        warnings.push(format!("{name}: it has changed, but its changelog has no unreleased lines"));
    }
    let least = match api {
        Api::Compared(bump, lints) => {
            let lints = if lints.is_empty() { "" } else { &format!(" ({})", lints.join(", ")) };
            why.push(format!("its API asks for {bump}{lints}"));
            Some(*bump)
        }
        Api::Unknown(reason) => {
            why.push(format!("API not compared: {reason}"));
            None
        }
    };
    if let Some(asks) = unreleased.asks {
        why.push(format!("its changelog asks for {asks}"));
    }
    why.extend(unreleased.breaking.iter().cloned());
    let bump = least.max(unreleased.asks).unwrap_or(Bump::Patch);
    Some(Due { kind: Kind::Moved(*last, bump), why })
}

/// Takes a crate along with one that it uses, in addition to its own reasons.
fn follow(own: Option<Due>, state: &State, bump: Bump, reason: String) -> Option<Due> {
    let (from, bump, mut why) = match own {
        Some(Due { kind: Kind::Moved(from, own), why }) => (from, own.max(bump), why),
        // Neither has a published version that could be left behind.
        Some(other) => return Some(other),
        None => (state.last.filter(|last| *last == state.version)?, bump, Vec::new()),
    };
    why.push(reason);
    Some(Due { kind: Kind::Moved(from, bump), why })
}

impl Kind {
    fn is_breaking(self) -> bool {
        matches!(self, Self::Moved(_, Bump::Breaking))
    }
}

impl Release {
    fn new(name: &str, state: &State, Due { kind, why }: Due, breaks_by_itself: bool) -> Self {
        let to = match kind {
            Kind::First | Kind::Prepared => state.version,
            Kind::Moved(from, bump) => from.after(bump),
        };
        Self { name: name.to_owned(), kind, to, why, followers: Vec::new(), breaks_by_itself }
    }

    pub(crate) fn is_breaking(&self) -> bool {
        self.kind.is_breaking()
    }
}
