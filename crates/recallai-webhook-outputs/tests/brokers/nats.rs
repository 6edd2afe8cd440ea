//! NATS with JetStream.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use recallai_webhook_outputs::{Credential, Nats, NatsOptions, Output, OutputError, TlsOptions};
use tempfile::TempDir;

use super::certificates::Certificates;
use super::process::{Process, free_ports, program};
use super::reader::{keys, python, read_back, read_one};
use super::{is_missing, many, outgoing, waiting};

struct Server {
    process: Option<Process>,
    port: u16,
    arguments: Vec<String>,
    directory: TempDir,
}

impl Server {
    /// Starts a server, if there is one and a client to read it with.
    fn start(arguments: &[&str]) -> Option<Self> {
        let [port] = free_ports();
        let mut server = Self {
            process: None,
            port,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            directory: tempfile::tempdir().unwrap(),
        };
        if program("nats-server").is_none() {
            is_missing("nats-server", "install the system's package nats-server");
        } else if python().is_none() {
            is_missing("nats-py", "run `cargo xtask senders`");
        } else {
            server.run();
            return Some(server);
        }
        None
    }

    fn run(&mut self) {
        let mut command = Command::new(program("nats-server").unwrap());
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js"]);
        command.arg("-sd").arg(self.directory.path()).args(&self.arguments);
        self.process = Some(Process::start(command, "Server is ready"));
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn output(&self, subject: &str) -> Nats {
        Nats::new(NatsOptions::new([self.address()], subject)).unwrap()
    }

    /// Makes a stream in files.
    async fn make_stream(&self, name: &str, subjects: &str) {
        self.make_stream_of(name, subjects, -1).await;
    }

    /// The same for so many messages, after which it takes no more.
    async fn make_stream_of(&self, name: &str, subjects: &str, max_messages: i64) {
        let client = async_nats::connect(self.address()).await.unwrap();
        let config = async_nats::jetstream::stream::Config {
            name: name.to_owned(),
            subjects: vec![subjects.to_owned()],
            max_messages,
            discard: async_nats::jetstream::stream::DiscardPolicy::New,
            ..Default::default()
        };
        async_nats::jetstream::new(client).create_stream(config).await.unwrap();
    }
}

fn credential(directory: &Path, secret: &str) -> Credential {
    let file = directory.join("credential");
    std::fs::write(&file, secret).unwrap();
    Credential::File(file)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_is_in_the_stream_once() {
    let Some(server) = Server::start(&[]) else { return };
    server.make_stream("RECALL", "recall.>").await;
    let output = server.output("recall.{scope}.{event}");
    output.probe().await.unwrap();
    // An event that would be another subject, or none, if it were taken as it is.
    let sent = outgoing("pipeline:recall:msg_1\r\nX: 1", "transcript.>.\r\nPUB x");
    output.send(&sent).await.unwrap();
    output.send(&sent).await.unwrap();
    let port = server.port.to_string();
    let received = read_one("nats", &port, "RECALL", "recallai-webhook-");
    assert_eq!(received.place, "recall.eu.transcript._.__PUB_x");
    assert_eq!(received.key, "pipeline:recall:msg_1%0D%0AX: 1");
    assert_eq!(received.labels["recallai-webhook-event"], "transcript.>.%0D%0APUB x");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_stream_takes_is_an_error() {
    let Some(server) = Server::start(&[]) else { return };
    server.make_stream("RECALL", "recall.>").await;
    let output = server.output("other.{event}");
    let error = output.send(&outgoing("key", "a.b")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats has no stream for other.a.b");
    assert!(!error.is_permanent());
    let error = output.probe().await.unwrap_err().to_string();
    assert!(error.starts_with("nats has no stream for other.>"), "{error}");

    let of_stream = |stream: &str| {
        Nats::new(NatsOptions::new([server.address()], "recall.x").with_stream(stream)).unwrap()
    };
    of_stream("RECALL").probe().await.unwrap();
    of_stream("RECALL").send(&outgoing("key", "a.b")).await.unwrap();
    let error = of_stream("OTHER").probe().await.unwrap_err().to_string();
    assert!(error.starts_with("nats has no stream OTHER for us: "), "{error}");
    let error = of_stream("OTHER").send(&outgoing("other", "a.b")).await.unwrap_err().to_string();
    assert!(error.starts_with("nats refused it: "), "{error}");

    let mut large = outgoing("large", "a.b");
    large.body = vec![b' '; 2 << 20].into();
    let error = server.output("recall.x").send(&large).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
    assert_eq!(read_back("nats", &server.port.to_string(), "RECALL").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_full_is_away() {
    let Some(server) = Server::start(&[]) else { return };
    server.make_stream_of("SMALL", "small", 1).await;
    let output = server.output("small");
    output.send(&outgoing("first", "e")).await.unwrap();
    let error = output.send(&outgoing("second", "e")).await.unwrap_err();
    assert!(error.is_outage(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_jetstream_is_away() {
    let [port] = free_ports();
    let Some(nats) = program("nats-server") else {
        is_missing("nats-server", "install the system's package nats-server");
        return;
    };
    let mut command = Command::new(nats);
    command.args(["-a", "127.0.0.1", "-p", &port.to_string()]);
    let _process = Process::start(command, "Server is ready");
    let options = NatsOptions::new([format!("127.0.0.1:{port}")], "recall");
    let error = Nats::new(options).unwrap().send(&outgoing("key", "e")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats has nobody who answers for recall at present");
    assert!(error.is_outage());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said() {
    let Some(server) = Server::start(&["--user", "us", "--pass", "right"]) else { return };
    let login = |secret: &str| {
        let credential = credential(server.directory.path(), secret);
        let options = NatsOptions::new([server.address()], "x").with_login("us", credential);
        Nats::new(options).unwrap()
    };
    let error = login("wrong").send(&outgoing("key", "a")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats refused the login");
    let error = login("right").send(&outgoing("key", "a")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats has no stream for x");
    let error = server.output("x").probe().await.unwrap_err();
    assert_eq!(error.to_string(), "nats refused the login");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_logs_in() {
    let Some(server) = Server::start(&["--auth", "secret"]) else { return };
    let options = NatsOptions::new([server.address()], "x")
        .with_token(credential(server.directory.path(), "secret\n"));
    let error = Nats::new(options).unwrap().send(&outgoing("key", "a")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats has no stream for x");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_with_those_we_trust_only() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(directory.path());
    let [certificate, key] =
        [&certificates.certificate, &certificates.key].map(|file| file.to_str().unwrap());
    let arguments = ["--tls", "--tlscert", certificate, "--tlskey", key];
    let Some(server) = Server::start(&arguments) else { return };
    let with = |tls: TlsOptions| {
        let options = NatsOptions::new([server.address()], "x").with_tls(tls);
        Nats::new(options.with_timeout(Duration::from_secs(20))).unwrap()
    };
    let error = with(certificates.tls()).send(&outgoing("key", "a")).await.unwrap_err();
    assert_eq!(error.to_string(), "nats has no stream for x");
    let error = with(TlsOptions::new()).send(&outgoing("key", "a")).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error}");

    let Some(plain) = Server::start(&[]) else { return };
    let options = NatsOptions::new([plain.address()], "x").with_tls(certificates.tls());
    let error = Nats::new(options).unwrap().probe().await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_waits_hears_of_what_happens() {
    let Some(server) = Server::start(&[]) else { return };
    server.make_stream("RECALL", "recall").await;
    waiting::check(server.port, |address, limit| {
        Nats::new(NatsOptions::new([address], "recall").with_timeout(limit)).unwrap()
    })
    .await;
    let received = read_back("nats", &server.port.to_string(), "RECALL");
    let keys: Vec<_> = received.iter().map(|received| &*received.key).collect();
    // Once each: the stream knows a repetition by its key.
    assert_eq!(keys, ["lost", "given-up", "next", "silent", "last", "closed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_server_is_killed() {
    let Some(mut server) = Server::start(&[]) else { return };
    server.make_stream("RECALL", "recall.>").await;
    let output = server.output("recall.{event}");
    let process = server.process.take().unwrap();
    let run = many::run(output, || process.kill(), |()| server.run()).await;
    let seconds = run.seconds();
    let received = read_back("nats", &server.port.to_string(), "RECALL");
    run.check("nats", seconds, &keys(received));
}
