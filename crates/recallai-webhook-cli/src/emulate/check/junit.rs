//! A report as JUnit XML, which CI systems read.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use recallai_webhook_emulator::check::{CheckReport, Grade, Mark, Outcome};

use super::Run;
use crate::exit::Failure;
use crate::{input, terminal};

/// What tests of this kind are called.
const SUITE: &str = "recallai-webhook emulate --check";

/// Where the report goes.
pub(super) enum Destination<'p> {
    StandardOutput,
    File(&'p Path, File),
}

impl<'p> Destination<'p> {
    /// Opens it, so that nothing is sent for a report that cannot be written.
    pub(super) fn open(path: &'p Path) -> Result<Self, Failure> {
        if input::is_standard_input(path) {
            return Ok(Self::StandardOutput);
        }
        let file = File::create(path);
        file.map(|file| Self::File(path, file))
            .map_err(|error| Failure::not_tried_at(input::name(path), error))
    }

    pub(super) fn write(self, report: &CheckReport, run: &Run) -> Result<(), Failure> {
        let xml = junit(report, run).map_err(Failure::failed)?;
        match self {
            Self::StandardOutput => terminal::print_raw(&xml),
            Self::File(path, mut file) => {
                file.write_all(&xml).map_err(|error| Failure::failed_at(input::name(path), error))
            }
        }
    }
}

pub(super) fn junit(report: &CheckReport, run: &Run) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = report.counts();
    let failures = counts.failed + if run.is_strict { counts.advised } else { 0 };
    let numbers = [
        ("tests", report.outcomes.len()),
        ("failures", failures),
        ("errors", 0),
        ("skipped", counts.skipped),
    ]
    .map(|(name, number)| (name, number.to_string()));
    let time = seconds(run.took);
    let mut suite = writer.create_element("testsuite").with_attribute(("name", SUITE));
    for (name, number) in &numbers {
        suite = suite.with_attribute((*name, number.as_str()));
    }
    suite.with_attribute(("time", time.as_str())).write_inner_content(|writer| {
        writer
            .create_element("properties")
            .write_inner_content(|writer| properties(writer, report, run))?;
        report.outcomes.iter().try_for_each(|outcome| case(writer, outcome, run.is_strict))
    })?;
    let mut xml = writer.into_inner();
    xml.push(b'\n');
    Ok(xml)
}

fn properties(writer: &mut Writer<Vec<u8>>, report: &CheckReport, run: &Run) -> io::Result<()> {
    let seed = run.seed.0.to_string();
    let known =
        [("target", Some(&run.target)), ("seed", Some(&seed)), ("hint", report.hint.as_ref())];
    for (name, value) in known {
        if let Some(value) = value {
            let property = writer.create_element("property").with_attribute(("name", name));
            property.with_attribute(("value", &*allowed(value))).write_empty()?;
        }
    }
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, outcome: &Outcome, is_strict: bool) -> io::Result<()> {
    let class = format!("check.{}", outcome.case.group);
    let time = seconds(outcome.took);
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", class.as_str()))
        .with_attribute(("name", outcome.case.name))
        .with_attribute(("time", time.as_str()));
    let named = outcome.bug.map_or("no ordinary delivery is accepted", |bug| bug.about());
    let content = || allowed(&described(outcome));
    match (outcome.mark, outcome.grade) {
        (Mark::Failed, Grade::Should) if !is_strict => {
            element.write_inner_content(|writer| {
                let text = format!("should be better: {named}\n{}", content());
                let advice = writer.create_element("system-out");
                advice.write_text_content(BytesText::new(&text)).map(drop)
            })?;
        }
        (Mark::Failed, grade) => {
            element.write_inner_content(|writer| {
                let failure = writer.create_element("failure").with_attribute(("message", named));
                let failure = failure.with_attribute(("type", grade.name()));
                failure.write_text_content(BytesText::new(&content())).map(drop)
            })?;
        }
        (Mark::Skipped(reason), _) => {
            element.write_inner_content(|writer| {
                let skipped = writer.create_element("skipped");
                skipped.with_attribute(("message", reason)).write_empty().map(drop)
            })?;
        }
        (Mark::Passed, _) => {
            element.write_empty()?;
        }
    }
    Ok(())
}

fn described(outcome: &Outcome) -> String {
    let case = outcome.case;
    let remedy = outcome.bug.map(|bug| format!("\nto do: {}", bug.remedy())).unwrap_or_default();
    format!(
        "sent: {}\nexpected: {}\nanswered: {}\nwhy: {}{remedy}",
        case.sent, case.expected, outcome.answered, case.why
    )
}

fn seconds(time: std::time::Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// The text without the characters that XML 1.0 has no way to write.
fn allowed(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(|c| is_allowed(*c)).collect()
}
