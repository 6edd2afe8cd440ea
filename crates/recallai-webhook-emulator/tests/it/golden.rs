//! Golden traces: the bytes of a seed stay what they are, across runs, machines and versions.
//!
//! Two traces are kept whole, to be looked at; of every built-in scenario a digest is kept. What a test
//! finds instead is written to the folder that its message names: if the change was meant, it is the new file.

use std::path::Path;

use recallai_webhook_emulator::{Plan, Seed, Trace};

use crate::{builtin, builtins, meeting};

#[track_caller]
fn check(file: &str, actual: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).join(file);
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected != actual {
        let found = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        std::fs::write(&found, actual).unwrap();
        let line = expected.lines().zip(actual.lines()).position(|(one, other)| one != other);
        panic!("{file} differs from line {line:?} (from 0) on: see {}", found.display());
    }
}

/// CRC-32 as in gzip: `Trace::to_ndjson` in a file and `crc32` on it give the same.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn the_digest_is_crc_32() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926, "the check value of the algorithm's catalogue");
}

#[test]
fn a_plain_meeting_is_what_it_was() {
    check("plain-bot.1.ndjson", &meeting(builtin("plain-bot"), 1).to_ndjson());
}

#[test]
fn overlapping_meetings_are_what_they_were() {
    let plan = Plan::new()
        .with_meetings(builtin("bot-kicked"), 1)
        .with_meetings(builtin("desktop-upload"), 1)
        .with_meetings(builtin("bot-never-admitted"), 1);
    check("overlap.7.ndjson", &Trace::of(&plan, Seed(7), Trace::usual_start()).to_ndjson());
}

#[test]
fn every_scenario_is_what_it_was() {
    let line = |seed| {
        move |scenario: recallai_webhook_emulator::Scenario| {
            let name = scenario.name().to_owned();
            let trace = meeting(scenario, seed);
            let digest = crc32(trace.to_ndjson().as_bytes());
            format!("{name} {seed} {} {digest:08x}\n", trace.messages.len())
        }
    };
    let lines: String = builtins().map(line(1)).chain(builtins().map(line(2))).collect();
    check("digests.txt", &lines);
}
