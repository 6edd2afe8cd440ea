//! Which crate of ours may use which.

use super::Violations;
use super::repository::Repository;

const EVENT: &str = "recallai-webhook-event";
const SIGNATURE: &str = "recallai-webhook-signature";
const RECORDING: &str = "recallai-webhook-recording";
const INBOX: &str = "recallai-webhook-inbox";
const INBOX_SQLITE: &str = "recallai-webhook-inbox-sqlite";
const DISPATCH: &str = "recallai-webhook-dispatch";
const HYPER: &str = "recallai-webhook-hyper";
const EMULATOR: &str = "recallai-webhook-emulator";
const TESTING: &str = "recallai-webhook-testing";
const OUTPUTS: &str = "recallai-webhook-outputs";
const TELEMETRY: &str = "recallai-webhook-telemetry";
const ADMIN: &str = "recallai-webhook-admin";
const SERVER: &str = "recallai-webhook-server";
const CLI: &str = "recallai-webhook-cli";
const FACADE: &str = "recallai-webhook";
const XTASK: &str = "xtask";

/// From a crate to those it may use, from the bottom up. `docs/architecture.md` says why.
#[rustfmt::skip]
const ARROWS: &[(&str, &[&str])] = &[
    (EVENT, &[]),
    (SIGNATURE, &[]),
    (RECORDING, &[EVENT]),
    (INBOX, &[EVENT, RECORDING]),
    (INBOX_SQLITE, &[EVENT, RECORDING, INBOX]),
    (DISPATCH, &[EVENT, SIGNATURE, RECORDING, INBOX]),
    (HYPER, &[DISPATCH]),
    (EMULATOR, &[EVENT]),
    (TESTING, &[EVENT, RECORDING, INBOX, DISPATCH, EMULATOR]),
    (OUTPUTS, &[EVENT, SIGNATURE, RECORDING, INBOX, DISPATCH]),
    (TELEMETRY, &[EVENT, SIGNATURE, RECORDING, INBOX, DISPATCH]),
    (ADMIN, &[EVENT, SIGNATURE, RECORDING, INBOX, DISPATCH, HYPER, TELEMETRY]),
    (SERVER, &[EVENT, SIGNATURE, RECORDING, INBOX, INBOX_SQLITE, DISPATCH, HYPER, OUTPUTS, TELEMETRY, ADMIN]),
    (CLI, &[EVENT, SIGNATURE, RECORDING, INBOX, INBOX_SQLITE, DISPATCH, HYPER, EMULATOR, TESTING, OUTPUTS, TELEMETRY, ADMIN, SERVER, FACADE]),
    (FACADE, &[EVENT, SIGNATURE, RECORDING, INBOX, INBOX_SQLITE, DISPATCH, HYPER]),
    (XTASK, &[EVENT]),
];

/// Normal and build dependencies; a dev-dependency binds no user.
pub(super) fn check(repository: &Repository) -> Violations {
    let mut violations = Violations::new();
    for package in &repository.packages {
        let Some((from, allowed)) = ARROWS.iter().find(|(from, _)| *from == package.name) else {
            violations.push(format!("{}: not in the table of {}", package.name, file!()));
            continue;
        };
        for to in package.arrows.iter().filter(|to| !allowed.contains(&to.as_str())) {
            violations.push(format!("{from} must not use {to}"));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;

    fn check(name: &str, arrows: &[&str], expected: &[&str]) {
        let arrows = arrows.iter().map(|&to| to.to_owned()).collect();
        let package = Package { name: name.to_owned(), arrows, ..Package::default() };
        let violations = super::check(&Repository::of(vec![package], &[]));
        assert_eq!(violations.len(), expected.len(), "{violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_found() {
        check(HYPER, &[DISPATCH], &[]);
        check(HYPER, &[EVENT, DISPATCH, SIGNATURE], &["must not use", "must not use"]);
        check(EVENT, &[SIGNATURE], &["recallai-webhook-event must not use"]);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_found() {
        check("recallai-webhook-new", &[], &["recallai-webhook-new: not in the table"]);
    }

    #[test]
    fn the_table_has_no_cycle() {
        for (index, (from, allowed)) in ARROWS.iter().enumerate() {
            for to in *allowed {
                let below = ARROWS[..index].iter().any(|(name, _)| name == to);
                assert!(below || *to == FACADE, "{from} -> {to} does not point down");
            }
        }
    }
}
