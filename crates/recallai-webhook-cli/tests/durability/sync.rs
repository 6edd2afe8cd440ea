//! A killed process keeps its page cache, so killing proves nothing about power cuts. This looks at the
//! system calls: no reply leaves before a sync that covers what was written for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{Process, serve};
use crate::support::signed;

const DELIVERIES: usize = 20;

#[test]
fn no_reply_leaves_before_the_sync_of_its_commit() {
    let Some(trace) = traced(&[]) else { return };
    let early = early_replies(&trace);
    assert!(early.is_empty(), "replied before the sync: {early:?}");
}

#[test]
fn without_syncs_every_reply_is_found_to_be_early() {
    let Some(trace) = traced(&[("RECALLAI_WEBHOOK_SYNCHRONOUS", "off")]) else { return };
    assert_eq!(early_replies(&trace).len(), DELIVERIES);
}

/// The system calls of a `serve` that is sent one delivery after the other.
fn traced(environment: &[(&str, &str)]) -> Option<String> {
    if !Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: strace is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let serve = serve(&folder.path().join("inbox.db"));
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-y",
        "-s",
        "16384",
        "-e",
        "trace=write,pwrite64,writev,sendto,fsync,fdatasync",
    ]);
    strace.arg("-o").arg(&trace).arg(serve.get_program()).args(serve.get_args());
    strace.env_remove("RECALLAI_WEBHOOK_SECRET").envs(environment.iter().copied());
    let server = Process::start(&mut strace);
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    for number in 0..DELIVERIES {
        deliver(&mut stream, &id(number));
    }
    drop(stream);
    // strace passes a signal to stop on to nobody: its child is asked.
    let children = format!("/proc/{0}/task/{0}/children", server.pid());
    let child = fs::read_to_string(children).unwrap();
    assert!(Command::new("kill").args(["-TERM", child.trim()]).status().unwrap().success());
    let (well, _, log) = server.end();
    assert!(well, "{log}");
    Some(read(&trace))
}

fn id(number: usize) -> String {
    format!("msg_sync_{number:03}")
}

fn read(trace: &Path) -> String {
    String::from_utf8_lossy(&fs::read(trace).unwrap()).into_owned()
}

fn deliver(stream: &mut std::net::TcpStream, id: &str) {
    use std::io::{Read, Write};
    let body = r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},"bot":{"id":"b1","metadata":{}}}}"#;
    let request = String::from_utf8(signed(id, body)).unwrap();
    stream.write_all(request.replace("connection: close\r\n", "").as_bytes()).unwrap();
    let mut reply = [0; 1024];
    let length = stream.read(&mut reply).unwrap();
    assert!(reply[..length].starts_with(b"HTTP/1.1 204"), "{:?}", &reply[..length]);
}

/// Which of the replies left before a sync of the log that began after the message was written to it.
fn early_replies(trace: &str) -> Vec<usize> {
    let lines: Vec<_> = trace.lines().collect();
    let is_log = |line: &str| line.contains("-wal>");
    let replies = lines.iter().enumerate().filter(|(_, line)| {
        (line.contains("sendto(") || line.contains("write(") || line.contains("writev("))
            && line.contains("HTTP/1.1 204")
    });
    let replies: Vec<_> = replies.map(|(at, _)| at).collect();
    assert_eq!(replies.len(), DELIVERIES, "a reply for each delivery");
    let is_covered = |(number, reply): (usize, &usize)| {
        let before = &lines[..*reply];
        let written = before.iter().position(|line| {
            line.contains("pwrite64(") && is_log(line) && line.contains(&id(number))
        });
        written.is_some_and(|written| {
            let after = &before[written..];
            let begun = after.iter().position(|line| line.contains("sync(") && is_log(line));
            begun.is_some_and(|begun| is_finished(&after[begun..]))
        })
    };
    let covered = replies.iter().enumerate().map(|reply| (reply.0, is_covered(reply)));
    covered.filter(|(_, is_covered)| !is_covered).map(|(number, _)| number).collect()
}

/// Whether the call that the first line begins has returned by the last. Another thread may come in
/// between, which strace writes as two lines.
fn is_finished(lines: &[&str]) -> bool {
    let first = lines[0];
    if !first.contains("<unfinished") {
        return true;
    }
    let thread = first.split_whitespace().next().unwrap();
    let resumed = |line: &&&str| line.starts_with(thread) && line.contains("sync resumed");
    lines[1..].iter().any(|line| resumed(&line))
}
