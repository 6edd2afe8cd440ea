//! Which secrets count, for how long, and whether each is for one endpoint alone.

use std::time::SystemTime;

use crate::config::{Auth, Loaded, SOON};
use crate::service::endpoints;

use super::Finding;
use super::quantity::{count, roughly};

const CHECK: &str = "secrets";

/// A secret, without the secret.
pub(super) struct Known {
    endpoint: String,
    label: String,
    expires: Option<SystemTime>,
    /// The endpoint and label of an earlier one that is the same.
    same_as: Option<(String, String)>,
}

/// The secrets that can be read. Why others cannot be is said of the configuration.
pub(super) fn gather(loaded: &Loaded) -> Vec<Known> {
    let (mut known, mut texts) = (Vec::<Known>::new(), Vec::new());
    let signed = loaded.config.endpoints.iter().filter(|(_, one)| one.auth == Auth::Signature);
    for (name, endpoint) in signed {
        for secret in endpoints::secrets(loaded, name, endpoint).unwrap_or_default() {
            let same = texts.iter().position(|text| *text == secret.labelled.text);
            let same = same.map(|index| &known[index]);
            let same_as = same.map(|same| (same.endpoint.clone(), same.label.clone()));
            let label = secret.labelled.label;
            known.push(Known { endpoint: name.clone(), label, expires: secret.expires, same_as });
            texts.push(secret.labelled.text);
        }
    }
    known
}

pub(super) fn judge(known: &[Known], now: SystemTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    for of_one in known.chunk_by(|one, next| one.endpoint == next.endpoint) {
        endpoint(of_one, now, &mut findings);
    }
    for secret in known {
        findings.extend(expiry(secret, now));
        findings
            .extend(secret.same_as.as_ref().map(|(endpoint, label)| twin(secret, endpoint, label)));
    }
    findings
}

fn endpoint(secrets: &[Known], now: SystemTime, findings: &mut Vec<Finding>) {
    let counts = |secret: &&Known| secret.expires.is_none_or(|expires| expires > now);
    let labels: Vec<_> =
        secrets.iter().filter(counts).map(|secret| secret.label.as_str()).collect();
    let Some(Known { endpoint, .. }) = secrets.first() else { return };
    findings.push(match labels.len() {
        0 => Finding::failure(
            CHECK,
            format!("{endpoint}: no secret counts any more; every delivery is refused"),
        )
        .with_advice("give the place of the secret that the sender signs with now"),
        number => {
            let secrets = count(number as u64, "secret");
            let verb = if number == 1 { "counts" } else { "count" };
            Finding::ok(CHECK, format!("{endpoint}: {secrets} {verb}: {}", labels.join(", ")))
        }
    });
}

fn expiry(Known { endpoint, label, expires, .. }: &Known, now: SystemTime) -> Option<Finding> {
    let expires = (*expires)?;
    Some(match expires.duration_since(now) {
        Ok(left) if left > SOON => return None,
        Ok(left) if !left.is_zero() => {
            let left = roughly(left);
            Finding::warning(CHECK, format!("{endpoint}: the secret {label} expires in {left}"))
                .with_advice("see that the sender signs with another one by then")
        }
        _ => Finding::warning(CHECK, format!("{endpoint}: the secret {label} has expired"))
            .with_advice("remove its place from the configuration"),
    })
}

fn twin(secret: &Known, endpoint: &str, label: &str) -> Finding {
    let Known { endpoint: at, label: own, .. } = secret;
    match at == endpoint {
        true => Finding::warning(CHECK, format!("{at}: {own} and {label} are the same secret"))
            .with_advice("leave it in one place"),
        false => Finding::warning(
            CHECK,
            format!("{at}: {own} is the same secret as {label} of {endpoint}"),
        )
        .with_advice(
            "give each endpoint a secret of its own: what is signed for one verifies at the other",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::Level;
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn known(endpoint: &str, label: &str, expires: Option<SystemTime>) -> Known {
        Known { endpoint: endpoint.into(), label: label.into(), expires, same_as: None }
    }

    #[test]
    fn the_end_of_a_secret_is_announced_two_weeks_before() {
        let now = UNIX_EPOCH + 20_000 * DAY;
        for (expires, expected) in [
            (None, None),
            (Some(now + 15 * DAY), None),
            (Some(now + 14 * DAY), Some("eu: the secret old expires in 14 days")),
            (Some(now + DAY / 24), Some("eu: the secret old expires in 60 min")),
            (Some(now), Some("eu: the secret old has expired")),
            (Some(now - DAY), Some("eu: the secret old has expired")),
        ] {
            let found = judge(&[known("eu", "old", expires), known("eu", "new", None)], now);
            let warnings: Vec<_> =
                found.iter().filter(|found| found.level == Level::Warning).collect();
            assert_eq!(warnings.first().map(|found| &*found.what), expected);
            let lapsed = expires.is_some_and(|expires| expires <= now);
            let counted = if lapsed { "1 secret counts: new" } else { "2 secrets count: old, new" };
            assert_eq!(*found[0].what, *format!("eu: {counted}"));
        }
    }

    #[test]
    fn an_endpoint_none_of_whose_secrets_counts_is_a_failure() {
        let now = UNIX_EPOCH + 20_000 * DAY;
        let found = judge(&[known("eu", "old", Some(now - DAY)), known("us", "a", None)], now);
        let levels: Vec<_> = found.iter().map(|found| found.level).collect();
        assert_eq!(levels, [Level::Failure, Level::Ok, Level::Warning]);
    }

    #[test]
    fn a_secret_that_is_there_twice_is_named() {
        let mut twin = known("us", "b", None);
        for (endpoint, expected) in [
            ("us", "us: b and a are the same secret"),
            ("eu", "us: b is the same secret as a of eu"),
        ] {
            twin.same_as = Some((endpoint.into(), "a".into()));
            let found = judge(std::slice::from_ref(&twin), UNIX_EPOCH);
            assert_eq!(&*found[1].what, expected);
        }
    }
}
