//! Clients of others, which read back what a broker has: `read_back.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// A message as a broker has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Received {
    pub(crate) key: String,
    pub(crate) place: String,
    pub(crate) body: String,
    pub(crate) labels: BTreeMap<String, String>,
}

/// Python with the clients, as `cargo xtask senders` installs it in the target directory.
pub(crate) fn python() -> Option<PathBuf> {
    let senders = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("senders");
    Some(senders.join("brokers/bin/python")).filter(|python| python.exists())
}

pub(crate) fn script(name: &str) -> Command {
    let mut command = Command::new(python().unwrap());
    // Without `-B` it would leave compiled files beside the scripts.
    command.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/brokers").join(name));
    command
}

/// Everything there is in a place of a broker.
pub(crate) fn read_back(broker: &str, server: &str, place: &str) -> Vec<Received> {
    let output = script("read_back.py").args([broker, server, place]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The keys of messages.
pub(crate) fn keys(received: Vec<Received>) -> Vec<String> {
    received.into_iter().map(|received| received.key).collect()
}

/// The only message there is in a place, checked for what all brokers have of [`outgoing`](crate::outgoing).
pub(crate) fn read_one(broker: &str, server: &str, place: &str, prefix: &str) -> Received {
    let mut all = read_back(broker, server, place);
    assert_eq!(all.len(), 1, "{all:?}");
    let one = all.remove(0);
    assert_eq!(one.body, r#"{"event":"transcript.done","ä":1}"#);
    let label = |name: &str| one.labels.get(name).map(String::as_str);
    let ours = |name: &str| label(&format!("{prefix}{name}"));
    assert_eq!(ours("scope"), Some("eu"));
    assert_eq!(ours("subject-id"), Some("r1"));
    assert_eq!(ours("idempotency-key"), Some(&*one.key));
    assert_eq!(label("content-type"), Some("application/json"));
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assert_eq!(label("traceparent"), Some(traceparent));
    one
}
