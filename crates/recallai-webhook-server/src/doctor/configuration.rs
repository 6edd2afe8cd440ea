//! Whether there is a configuration that can be served from.

use crate::config::{ConfigError, Loaded, Problem, Sources};
use crate::{Service, ServiceError};

use super::Finding;

const CHECK: &str = "configuration";

/// The configuration, and what is wrong with it; without one, nothing else can be looked at.
pub(super) fn read(sources: &Sources) -> (Option<Loaded>, Vec<Finding>) {
    let loaded = match sources.load() {
        Ok(loaded) => loaded,
        Err(error) => return (None, wrong(error)),
    };
    // Secrets, outputs and tokens are made for this, and not kept.
    let mut findings = match Service::new(sources.clone()).check() {
        Ok(_) => Vec::new(),
        Err(ServiceError::Config(error)) => wrong(error),
        Err(error) => vec![Finding::failure(CHECK, error.to_string())],
    };
    findings.extend(warnings(&loaded.warnings));
    if findings.is_empty() {
        let file = loaded.file().filter(|file| file.exists());
        let place = file.map_or("without a file".into(), |file| file.display().to_string());
        findings.push(Finding::ok(CHECK, format!("{place}: it makes sense")));
    }
    (Some(loaded), findings)
}

fn wrong(error: ConfigError) -> Vec<Finding> {
    let finding = |what: String| {
        Finding::failure(CHECK, what).with_advice("mend it: `serve` does not start, nor reload")
    };
    match error {
        ConfigError::Problems(problems) => {
            problems.iter().map(|problem| finding(problem.to_string())).collect()
        }
        error => vec![finding(error.to_string())],
    }
}

/// When secrets expire is said of the secrets themselves.
fn warnings(warnings: &[Problem]) -> impl Iterator<Item = Finding> {
    let others = warnings.iter().filter(|warning| !warning.key.ends_with(".expires"));
    others.map(|warning| Finding::warning(CHECK, warning.to_string()))
}
