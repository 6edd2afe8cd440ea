//! `doctor`: what a service depends on, looked at all at once.

use std::fmt::Write as _;

use clap::Args;
use recallai_webhook_server::doctor::{Doctor, Finding, Level};
use serde_json::json;

use crate::arguments::{Format, Secrets};
use crate::exit::{Code, Failure};
use crate::plural::count;
use crate::secrets::{self, masked};
use crate::serve::Settings;
use crate::terminal::{self, BAD, GOOD, WARNING, printable};

const NOTES: &str = "\
It looks at the configuration and its secrets, the clock, the disk, the addresses, the database, what is received \
and not subscribed to, jobs that wait, and whether the receivers of outputs can be reached. It changes nothing, \
sends nothing, and may be used beside `serve` or without it, with the same arguments. Each finding is a line; \
what begins with an arrow says what to do.

Exit code 1 if something failed; warnings do not change it.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    settings: Settings,

    #[command(flatten)]
    secrets: Secrets,

    /// Read the whole database even if it is larger than 1 GiB, and all messages instead of the last 10000
    #[arg(long)]
    deep: bool,
}

pub(crate) fn run(
    DoctorArguments { settings, secrets, deep }: &DoctorArguments,
    format: Format,
    filter: Option<&str>,
) -> Result<Code, Failure> {
    let sources = secrets::sources(secrets, settings.sources(filter)?)?;
    let doctor = Doctor::new(sources).with_deep(*deep);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let findings = runtime.map_err(Failure::failed)?.block_on(doctor.examine());
    match format {
        Format::Human => terminal::print(&human(&findings))?,
        Format::Json => {
            findings.iter().map(json).try_for_each(|line| terminal::print_json(&line))?;
        }
    }
    let is_failed = findings.iter().any(|found| found.level == Level::Failure);
    Ok(if is_failed { Code::Failed } else { Code::Worked })
}

fn human(findings: &[Finding]) -> String {
    let width = findings.iter().map(|found| found.check.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Finding { check, level, what, advice, .. } in findings {
        let style = match level {
            Level::Ok => GOOD,
            Level::Warning => WARNING,
            _ => BAD,
        };
        let (level, what) = (level.as_str(), printable(&masked(what)));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{style}{level:7}{style:#}  {check:width$}  {what}");
        if let Some(advice) = advice {
            let _ = writeln!(
                text,
                "{:indent$}-> {}",
                "",
                printable(&masked(advice)),
                indent = width + 11
            );
        }
    }
    let of = |level| findings.iter().filter(|found| found.level == level).count() as u64;
    let (failures, warnings) = (of(Level::Failure), of(Level::Warning));
    let _ = writeln!(text, "\n{}, {}", count(failures, "failure"), count(warnings, "warning"));
    text
}

fn json(Finding { check, level, what, advice, .. }: &Finding) -> serde_json::Value {
    let mut line = json!({ "check": check, "level": level.as_str(), "what": masked(what) });
    if let Some(advice) = advice {
        line["do"] = masked(advice).into();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_lines_that_cannot_act_on_a_terminal() {
        let findings = [
            Finding::ok("disk", "fast"),
            Finding::warning("subscriptions", "no subscription is for a\u{1b}[31m (1)")
                .with_advice("add one"),
        ];
        let text = anstream::adapter::strip_str(&human(&findings)).to_string();
        let expected = "\
ok       disk           fast
warning  subscriptions  no subscription is for a\\u{1b}[31m (1)
                        -> add one

0 failures, 1 warning
";
        assert_eq!(text, expected);
        assert_eq!(json(&findings[0]), json!({ "check": "disk", "level": "ok", "what": "fast" }));
        assert_eq!(json(&findings[1])["do"], "add one");
    }
}
