//! A killed process keeps its page cache, so killing proves nothing about power cuts. This looks at the
//! system calls: no reply leaves before a sync that covers what was written for it.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::process::{Process, serve, skipped};
use crate::support::signed;

/// Connections that deliver beside each other, so that commits are for several messages.
const CONNECTIONS: usize = 8;
const DELIVERIES: usize = 10;

#[test]
fn no_reply_leaves_before_the_sync_of_its_commit() {
    let Some(trace) = traced(&[]) else { return };
    let early = early_replies(&trace);
    assert!(early.is_empty(), "replied before the sync: {early:?}");
}

#[test]
fn without_syncs_every_reply_is_found_to_be_early() {
    let Some(trace) = traced(&[("RECALLAI_WEBHOOK_SYNCHRONOUS", "off")]) else { return };
    assert_eq!(early_replies(&trace).len(), CONNECTIONS * DELIVERIES);
}

/// The system calls of a `serve` that is sent deliveries on several connections.
fn traced(environment: &[(&str, &str)]) -> Option<String> {
    if !Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success()) {
        skipped("strace is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let serve = serve(&folder.path().join("inbox.db"));
    let mut strace = Command::new("strace");
    let calls = "trace=read,recvfrom,write,pwrite64,writev,sendto,fsync,fdatasync";
    strace.args(["-f", "-y", "-s", "16384", "-e", calls, "-o"]);
    strace.arg(&trace).arg(serve.get_program()).args(serve.get_args());
    // A command that starts another has to be given the environment of that one.
    for (name, value) in serve.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace.envs(environment.iter().copied());
    let server = Process::start(&mut strace);
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            std::thread::spawn(move || {
                for number in 0..DELIVERIES {
                    deliver(&mut stream, &format!("msg_sync_{connection}_{number}"));
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    // strace passes a signal to stop on to nobody: its child is asked.
    let children = format!("/proc/{0}/task/{0}/children", server.pid());
    let child = fs::read_to_string(children).unwrap();
    assert!(Command::new("kill").args(["-TERM", child.trim()]).status().unwrap().success());
    let (well, _, log) = server.end();
    assert!(well, "{log}");
    Some(String::from_utf8_lossy(&fs::read(&trace).unwrap()).into_owned())
}

fn deliver(stream: &mut TcpStream, id: &str) {
    let body = r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"},"bot":{"id":"b1","metadata":{}}}}"#;
    let request = String::from_utf8(signed(id, body)).unwrap();
    stream.write_all(request.replace("connection: close\r\n", "").as_bytes()).unwrap();
    let mut reply = [0; 1024];
    let length = stream.read(&mut reply).unwrap();
    assert!(reply[..length].starts_with(b"HTTP/1.1 204"), "{:?}", &reply[..length]);
}

/// Which messages were acknowledged before a sync of the log was over that began after they were written
/// to it.
fn early_replies(trace: &str) -> Vec<String> {
    let lines: Vec<_> = trace.lines().collect();
    let replies = replies(&lines);
    assert_eq!(replies.len(), CONNECTIONS * DELIVERIES, "a reply for each delivery");
    let is_early = |(reply, id): &(usize, String)| !is_covered(&lines[..*reply], id);
    replies.into_iter().filter(is_early).map(|(_, id)| id).collect()
}

/// The lines of the replies, each with the id of the message that was read last on its connection.
fn replies(lines: &[&str]) -> Vec<(usize, String)> {
    let (mut reading, mut asked, mut replies) = (HashMap::new(), HashMap::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let thread = line.split_whitespace().next().unwrap();
        // `recvfrom(12<…>, …`
        let call = line.split_once('(').filter(|(call, _)| !call.contains("resumed"));
        let file = call.and_then(|(_, arguments)| arguments.split_once('<')).map(|(file, _)| file);
        let is_reading =
            line.contains("recvfrom") || line.contains("read(") || line.contains("read resumed");
        if is_reading {
            if let Some(file) = file {
                reading.insert(thread, file);
            }
            let id = line.split_once("svix-id: ").and_then(|(_, rest)| rest.split_once('\\'));
            if let (Some((id, _)), Some(file)) = (id, reading.get(thread)) {
                asked.insert(*file, id.to_owned());
            }
        } else if line.contains("HTTP/1.1 204") {
            replies.push((at, asked[file.unwrap()].clone()));
        }
    }
    replies
}

/// Whether a message was written to the log, and the first sync of the log after that is over.
fn is_covered(before: &[&str], id: &str) -> bool {
    let is_log = |line: &str| line.contains("-wal>");
    let written = before
        .iter()
        .position(|line| line.contains("pwrite64(") && is_log(line) && line.contains(id));
    written.is_some_and(|written| {
        let after = &before[written..];
        let begun = after.iter().position(|line| line.contains("sync(") && is_log(line));
        begun.is_some_and(|begun| is_over(&after[begun..]))
    })
}

/// Whether the call that the first line begins has returned by the last. Another thread may come in
/// between, which strace writes as two lines.
fn is_over(lines: &[&str]) -> bool {
    let first = lines[0];
    if !first.contains("<unfinished") {
        return true;
    }
    let thread = first.split_whitespace().next().unwrap();
    let resumed = |line: &&&str| line.starts_with(thread) && line.contains("sync resumed");
    lines[1..].iter().any(|line| resumed(&line))
}
