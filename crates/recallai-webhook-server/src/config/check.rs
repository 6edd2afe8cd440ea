//! What makes no sense in a configuration although each value is one, and what should be looked at.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::inbox::RESEND_WINDOW;

use super::{
    Auth, Class, ConfigError, Endpoint, Keep, Loaded, Problem, SecretPlace, check_files,
    check_subscription,
};
use crate::secrets::is_label;
use crate::service::erasing::ERASE;

/// How long the sender waits for an answer.
const SENDER_WAITS: Duration = Duration::from_secs(15);

/// The largest body that the sender sends, about.
const LARGEST_BODY: u64 = 350_000;

/// What the head of a delivery takes, with room for what proxies add.
const USUAL_HEAD: u64 = 4096;
const USUAL_LINES: usize = 32;

/// Nobody who means to deliver is silent for so long.
const LONGEST_SILENCE: Duration = Duration::from_secs(300);

/// How far clocks are apart that nobody looks after, and how late a delivery comes through a proxy.
const SHORTEST_TOLERANCE: Duration = Duration::from_secs(30);

/// For how long a captured delivery may do harm.
const LONGEST_TOLERANCE: Duration = Duration::from_secs(3600);

/// How soon the end of a secret is worth a warning: long enough for a rotation.
pub(crate) const SOON: Duration = Duration::from_secs(14 * 86_400);

/// What is found as it is looked for.
pub(super) struct Findings<'l> {
    pub(super) loaded: &'l Loaded,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Findings<'_> {
    pub(super) fn problem(&mut self, key: &str, reason: impl Into<Box<str>>) {
        self.problems.push(self.loaded.problem(key, reason));
    }

    pub(super) fn warning(&mut self, key: &str, reason: impl Into<Box<str>>) {
        self.warnings.push(self.loaded.problem(key, reason));
    }
}

/// All warnings, unless there is something that cannot be.
pub(super) fn check(loaded: &Loaded) -> Result<Vec<Problem>, ConfigError> {
    let mut findings = Findings { loaded, problems: Vec::new(), warnings: Vec::new() };
    admin(&mut findings);
    limits(&mut findings);
    retention(&mut findings);
    telemetry(&mut findings);
    endpoints(&mut findings);
    check_files::check(&mut findings);
    for (name, subscription) in &loaded.config.subscriptions {
        let key = format!("subscriptions.{name}");
        if !is_label(name) {
            findings.problem(&key, "a name has letters, digits and . _ -");
        }
        check_subscription::check(&mut findings, &key, subscription);
    }
    match findings.problems.is_empty() {
        true => Ok(findings.warnings),
        false => Err(ConfigError::Problems(findings.problems)),
    }
}

fn admin(findings: &mut Findings<'_>) {
    let admin = &findings.loaded.config.admin;
    let listen = findings.loaded.config.listen.address;
    if !admin.enabled {
        return;
    }
    if !admin.address.ip().is_loopback() && admin.token.is_none() {
        findings.problem(
            "admin.token",
            "an admin listener that others can reach needs a token: admin.token = { file = \"…\" }",
        );
    }
    if admin.address.port() != 0 && admin.address == listen {
        findings.problem("admin.address", "it is the address of `listen`");
    }
}

fn limits(findings: &mut Findings<'_>) {
    let limits = &findings.loaded.config.limits;
    let time = |period| Duration::from(period);
    for (key, is_nothing) in [
        ("body_len", limits.body_len.bytes() == 0),
        ("body_time", time(limits.body_time).is_zero()),
        ("head_time", time(limits.head_time).is_zero()),
        ("head_len", limits.head_len.bytes() == 0),
        ("header_lines", limits.header_lines == 0),
        ("connections", limits.connections == 0),
        ("acknowledgement_time", time(limits.acknowledgement_time).is_zero()),
    ] {
        if is_nothing {
            findings.problem(&format!("limits.{key}"), "with nothing allowed, nothing is received");
        }
    }
    const TOO_SMALL: &str =
        "what the sender and proxies send may be more; what is refused is lost in the end";
    const TOO_LONG: &str = "the longer, the longer a connection that says nothing is kept";
    for (key, is_unwise, reason) in [
        ("body_len", limits.body_len.bytes() < LARGEST_BODY, TOO_SMALL),
        ("head_len", limits.head_len.bytes() < USUAL_HEAD, TOO_SMALL),
        ("header_lines", limits.header_lines < USUAL_LINES, TOO_SMALL),
        ("body_time", time(limits.body_time) > LONGEST_SILENCE, TOO_LONG),
        ("head_time", time(limits.head_time) > LONGEST_SILENCE, TOO_LONG),
        (
            "acknowledgement_time",
            time(limits.acknowledgement_time) >= SENDER_WAITS,
            "the sender has hung up after 15 s",
        ),
    ] {
        if is_unwise {
            findings.warning(&format!("limits.{key}"), reason);
        }
    }
}

fn retention(findings: &mut Findings<'_>) {
    let retention = &findings.loaded.config.retention;
    if retention.erase_deleted && findings.loaded.config.subscriptions.contains_key(ERASE) {
        let reason = "this name is taken by what erases for `retention.erase_deleted`";
        findings.problem(&format!("subscriptions.{ERASE}"), reason);
    }
    let kept = [
        ("retention.messages", Some(retention.messages)),
        ("retention.realtime", retention.realtime),
    ];
    let mut endpoints = findings.loaded.config.endpoints.values();
    if retention.realtime.is_some() && !endpoints.any(|of| of.class == Class::Realtime) {
        findings.warning("retention.realtime", "no endpoint has the class `realtime`");
    }
    for (key, keep) in kept {
        if keep.and_then(Keep::time).is_some_and(|time| time < RESEND_WINDOW) {
            findings.warning(
                key,
                "messages are kept for 35 hours in any case: the sender may repeat them",
            );
        }
    }
}

fn telemetry(findings: &mut Findings<'_>) {
    let Some(otlp) = &findings.loaded.config.telemetry.otlp else { return };
    if !(0.0..=1.0).contains(&otlp.ratio) {
        findings.problem("telemetry.otlp.ratio", "a part is from 0 to 1");
    }
    if cfg!(not(feature = "otlp")) {
        let reason = "this build sends no traces; it takes the cargo feature `otlp`";
        findings.problem("telemetry.otlp", reason);
    }
}

fn endpoints(findings: &mut Findings<'_>) {
    let loaded = findings.loaded;
    let mut paths: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, endpoint) in &loaded.config.endpoints {
        let key = format!("endpoints.{name}");
        if !is_label(name) {
            findings.problem(&key, "a name has letters, digits and . _ -");
        }
        let path = endpoint.path.as_str();
        let is_plain = |b: u8| b.is_ascii_graphic() && b != b'?' && b != b'#';
        if !path.starts_with('/') || !path.bytes().all(is_plain) {
            let reason = "a path starts with `/` and has no white space, `?` or `#`";
            findings.problem(&format!("{key}.path"), reason);
        } else if let Some(other) = paths.insert(path, name) {
            findings.problem(&format!("{key}.path"), format!("endpoints.{other} has this path"));
        }
        if endpoint.scope.as_ref().is_some_and(String::is_empty) {
            findings.problem(&format!("{key}.scope"), "a scope has a name");
        }
        tolerance(findings, &format!("{key}.tolerance"), endpoint.tolerance.into());
        proof(findings, &key, endpoint);
    }
}

fn tolerance(findings: &mut Findings<'_>, key: &str, tolerance: Duration) {
    if tolerance.is_zero() {
        findings.problem(key, "with none, nearly every delivery is refused");
    } else if tolerance < SHORTEST_TOLERANCE {
        findings.warning(key, "clocks may be further apart, and then all deliveries are refused");
    } else if tolerance > LONGEST_TOLERANCE {
        findings.warning(key, "for so long, whoever has captured a delivery can send it again");
    }
}

/// Whether there is what the sender is known by, and nothing that would be taken for it.
fn proof(findings: &mut Findings<'_>, key: &str, endpoint: &Endpoint) {
    let (token, secrets) = (format!("{key}.token"), format!("{key}.secrets"));
    if endpoint.auth != Auth::Token && endpoint.token.is_some() {
        findings.problem(&token, "it is for auth = \"token\"");
    }
    if endpoint.auth != Auth::Signature && !endpoint.secrets.is_empty() {
        findings.problem(&secrets, "they are for auth = \"signature\"");
    }
    match endpoint.auth {
        Auth::Token if endpoint.token.is_none() => findings.problem(&token, "it is missing"),
        Auth::DangerUnverified => findings.warning(
            &format!("{key}.auth"),
            "nothing is verified: anybody who knows the URL can forge events",
        ),
        _ => {}
    }
    for (index, place) in endpoint.secrets.iter().enumerate() {
        secret(findings, &format!("{secrets}.{index}"), place);
    }
}

fn secret(findings: &mut Findings<'_>, key: &str, place: &SecretPlace) {
    if place.file.is_some() == place.env.is_some() {
        findings.problem(key, "the place of a secret is one of `file` and `env`");
    }
    if place.label.as_ref().is_some_and(|label| !is_label(label)) {
        findings.problem(&format!("{key}.label"), "a label has letters, digits and . _ -");
    }
    let Some(expires) = &place.expires else { return };
    let key = format!("{key}.expires");
    let Ok(at) = SystemTime::try_from(expires.0) else {
        findings.problem(&key, "it is no time that a clock shows");
        return;
    };
    match at.duration_since(SystemTime::now()) {
        Err(_) => findings.warning(&key, "the secret has expired: it does not count any more"),
        Ok(left) if left < SOON => {
            findings.warning(&key, format!("the secret expires in less than {}", days(left)));
        }
        Ok(_) => {}
    }
}

/// A day, or the days that are not over: what is left is less.
fn days(left: Duration) -> String {
    match left.as_secs() / 86_400 {
        0 => "a day".to_owned(),
        days => format!("{} days", days + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_one_day_is_less_than_a_day() {
        let left = [1, 86_399, 86_400, 13 * 86_400].map(Duration::from_secs);
        assert_eq!(left.map(days), ["a day", "a day", "2 days", "14 days"]);
    }
}
