//! A disk that is full and a folder that cannot be written: nothing is acknowledged that is not
//! stored, nothing crashes, and it goes on when the cause is gone.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Process, serve, skipped};
use crate::support::{command, run, signed};

/// A small file system in memory; `None`, and a word about it, where we may not mount one.
struct Small {
    folder: tempfile::TempDir,
}

impl Small {
    fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size=6m,{options}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path());
        match mount.output() {
            Ok(output) if output.status.success() => Some(Self { folder }),
            _ => {
                skipped("a file system of our own cannot be mounted here");
                None
            }
        }
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let mut mount = Command::new("mount");
        assert!(mount.args(["-o", &options]).arg(self.folder.path()).status().unwrap().success());
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

#[test]
fn a_full_disk_is_answered_503_until_there_is_room() {
    let Some(small) = Small::mount("mode=700") else { return };
    let (database, ballast) = (small.file("inbox.db"), small.file("ballast"));
    fs::write(&ballast, vec![1; 3 << 20]).unwrap();
    let (server, admin) = Process::start_with_admin(&mut serve(&database));
    assert_eq!(status(&admin, READY), 200);

    let mut acked = Vec::new();
    let refused = (0..100_000).map(id).find(|id| match deliver(&server.address, id) {
        204 => {
            acked.push(id.clone());
            false
        }
        503 => true,
        status => panic!("{status}"),
    });
    let refused = refused.expect("the disk never got full");
    assert!(!acked.is_empty());
    let mut told = std::iter::repeat_with(|| status(&admin, READY)).take(1_000_000);
    assert!(
        told.any(|status| status == 503),
        "what is full is not ready, and says so within a second"
    );
    for id in &acked {
        assert_eq!(stored(&database, id), 1, "{id} was acknowledged");
    }

    fs::remove_file(ballast).unwrap();
    let mut told = std::iter::repeat_with(|| status(&admin, READY)).take(1_000_000);
    assert!(told.any(|status| status == 200), "it is ready again");
    // What the sender was told to send again is taken now, by the same process.
    assert_eq!(deliver(&server.address, &refused), 204);
    acked.push(refused);
    server.terminate();
    let (well, _, log) = server.end();
    assert!(well, "{log}");
    assert!(log.contains("full"), "the log says why: {log}");
    for id in &acked {
        assert_eq!(stored(&database, id), 1, "{id} was acknowledged");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_answered_503_until_it_can() {
    let Some(small) = Small::mount("ro") else { return };
    let database = small.file("inbox.db");
    let server = Process::start(&mut serve(&database));
    assert_eq!(deliver(&server.address, "msg_1"), 503);
    small.remount("rw");
    // The sender tries again, and so does the server.
    let replies = std::iter::repeat_with(|| deliver(&server.address, "msg_1"));
    assert!(replies.take(1_000_000).any(|status| status == 204));
    assert_eq!(stored(&database, "msg_1"), 1);
    server.terminate();
    let (well, _, log) = server.end();
    assert!(well, "{log}");
    assert!(log.contains("Read-only file system"), "the log says why: {log}");
}

#[test]
fn it_stops_while_it_waits_for_the_folder() {
    let Some(small) = Small::mount("ro") else { return };
    let server = Process::start(&mut serve(&small.file("inbox.db")));
    server.terminate();
    let (well, _, log) = server.end();
    assert!(well, "{log}");
}

/// SIGHUP ends a program that does not listen for it.
#[test]
fn it_hears_of_a_reload_while_it_waits_for_the_folder() {
    let Some(small) = Small::mount("ro") else { return };
    let server = Process::start(&mut serve(&small.file("inbox.db")));
    server.hang_up();
    small.remount("rw");
    let replies = std::iter::repeat_with(|| deliver(&server.address, "msg_1"));
    assert!(replies.take(1_000_000).any(|status| status == 204));
    server.terminate();
    let (well, _, log) = server.end();
    assert!(well, "{log}");
}

fn id(number: usize) -> String {
    format!("msg_{number:06}")
}

/// The status of the reply.
fn deliver(address: &str, id: &str) -> u16 {
    let padding = "x".repeat(2000);
    let body = format!(r#"{{"event":"new.event","data":{{"padding":"{padding}"}}}}"#);
    status(address, &signed(id, &body))
}

/// Asks whether it is ready.
const READY: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// The status of the reply to a request.
fn status(address: &str, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

/// How often a message is stored.
fn stored(database: &Path, id: &str) -> usize {
    let database = database.to_str().unwrap();
    let mut get = command(&["messages", "get", id, "--format", "json", "--database", database]);
    let (code, out, err) = run(&mut get);
    assert_eq!(code, Some(0), "{out}{err}");
    out.lines().count()
}
