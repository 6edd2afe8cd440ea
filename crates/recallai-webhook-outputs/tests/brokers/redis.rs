//! Redis streams.

use std::process::Command;

use recallai_webhook_outputs::{
    Credential, Output, OutputError, Redis, RedisOptions, RedisWait, TlsOptions,
};
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
    /// Starts a server that syncs every write, if there is one and a client to read it with.
    fn start(arguments: &[&str]) -> Option<Self> {
        let [port] = free_ports();
        let mut server = Self {
            process: None,
            port,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            directory: tempfile::tempdir().unwrap(),
        };
        if program("redis-server").is_none() {
            is_missing("redis-server", "install the system's package redis-server");
        } else if python().is_none() {
            is_missing("redis for python", "run `cargo xtask senders`");
        } else {
            server.run();
            return Some(server);
        }
        None
    }

    fn run(&mut self) {
        let mut command = Command::new(program("redis-server").unwrap());
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string()]);
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--save", ""]);
        command.arg("--dir").arg(self.directory.path()).args(&self.arguments);
        self.process = Some(Process::start(command, "Ready to accept connections"));
    }

    fn options(&self, stream: &str) -> RedisOptions {
        RedisOptions::new(format!("127.0.0.1:{}", self.port), stream)
    }

    fn output(&self, stream: &str) -> Redis {
        Redis::new(self.options(stream)).unwrap()
    }

    fn read_back(&self, stream: &str) -> Vec<super::reader::Received> {
        read_back("redis", &self.port.to_string(), stream)
    }

    /// A command by the server's own client.
    fn cli(&self, arguments: &[&str]) {
        let port = self.port.to_string();
        let mut command = Command::new(program("redis-cli").unwrap());
        let output = command.args(["-p", &port]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_is_in_the_stream() {
    let Some(server) = Server::start(&[]) else { return };
    let output = server.output("recall:{scope}:{event}");
    output.probe().await.unwrap();
    let key = "pipeline:recall:msg_1\r\n{x}";
    output.send(&outgoing(key, "transcript.{x}\r\n")).await.unwrap();
    let port = server.port.to_string();
    let received = read_one("redis", &port, "recall:eu:transcript._x___", "");
    assert_eq!(received.key, key);
    assert_eq!(received.labels["event"], "transcript.{x}\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_made_or_missed_as_the_options_say() {
    let Some(server) = Server::start(&[]) else { return };
    let strict = Redis::new(server.options("recall").without_create()).unwrap();
    for error in
        [strict.probe().await.unwrap_err(), strict.send(&outgoing("a", "e")).await.unwrap_err()]
    {
        assert_eq!(error.to_string(), "redis has no stream recall");
        assert!(!error.is_permanent());
    }
    let short = Redis::new(server.options("recall").with_maxlen(100)).unwrap();
    short.probe().await.unwrap();
    for number in 0..500 {
        short.send(&outgoing(&format!("{number}"), "e")).await.unwrap();
    }
    strict.probe().await.unwrap();
    strict.send(&outgoing("last", "e")).await.unwrap();
    let received = server.read_back("recall");
    // About so many: Redis drops whole nodes, of up to a hundred entries.
    assert!((100..=201).contains(&received.len()), "{}", received.len());
    assert_eq!(received.last().unwrap().key, "last");

    server.cli(&["SET", "text", "x"]);
    let error = server.output("text").probe().await.unwrap_err().to_string();
    assert_eq!(error, "text of redis is no stream but a string");
    let error = server.output("text").send(&outgoing("a", "e")).await.unwrap_err().to_string();
    assert!(error.starts_with("redis refused it: WRONGTYPE"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_are_waited_for() {
    let Some(server) = Server::start(&[]) else { return };
    let waiting = || {
        let wait = RedisWait::new(1).with_timeout(std::time::Duration::from_millis(100));
        Redis::new(server.options("recall").with_wait(wait)).unwrap()
    };
    let error = waiting().send(&outgoing("alone", "e")).await.unwrap_err();
    assert_eq!(error.to_string(), "redis has it on 0 of 1 replicas");

    let port = server.port.to_string();
    let Some(replica) = Server::start(&["--replicaof", "127.0.0.1", &port]) else { return };
    let output = waiting();
    // It counts once it has caught up, and says so once a second.
    let caught_up = async {
        while let Err(error) = output.send(&outgoing("two", "e")).await {
            assert!(matches!(error, OutputError::Unavailable { .. }), "{error}");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), caught_up).await.unwrap();
    assert_eq!(replica.read_back("recall").last().unwrap().key, "two");
    let error = replica.output("recall").send(&outgoing("a", "e")).await.unwrap_err();
    assert!(error.to_string().starts_with("a redis that takes entries: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_room_is_away() {
    let Some(server) = Server::start(&[]) else { return };
    let output = server.output("recall");
    output.send(&outgoing("first", "e")).await.unwrap();
    server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    let error = output.send(&outgoing("second", "e")).await.unwrap_err();
    assert!(error.is_outage(), "{error}");
    assert!(error.to_string().starts_with("redis takes nothing at present: OOM "), "{error}");
    server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    output.send(&outgoing("second", "e")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said() {
    let Some(server) = Server::start(&["--requirepass", "right"]) else { return };
    let login = |secret: &str| {
        let file = server.directory.path().join(secret);
        std::fs::write(&file, secret).unwrap();
        Redis::new(server.options("recall").with_password(Credential::File(file))).unwrap()
    };
    login("right").send(&outgoing("key", "e")).await.unwrap();
    for output in [login("wrong"), server.output("recall")] {
        let error = output.send(&outgoing("key", "e")).await.unwrap_err();
        assert_eq!(error.to_string(), "redis refused the login");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_with_those_we_trust_only() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(directory.path());
    let [certificate, key] =
        [&certificates.certificate, &certificates.key].map(|file| file.to_str().unwrap());
    let [port] = free_ports::<1>().map(|port| port.to_string());
    let arguments = [
        "--tls-port",
        &port,
        "--tls-cert-file",
        certificate,
        "--tls-key-file",
        key,
        "--tls-auth-clients",
        "no",
    ];
    let Some(server) = Server::start(&arguments) else { return };
    let with = |port: &str, tls: TlsOptions| {
        let options = RedisOptions::new(format!("localhost:{port}"), "recall").with_tls(tls);
        Redis::new(options.with_timeout(std::time::Duration::from_secs(3))).unwrap()
    };
    with(&port, certificates.tls()).send(&outgoing("key", "e")).await.unwrap();
    let error = with(&port, TlsOptions::new()).send(&outgoing("key", "e")).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error}");
    // A server without TLS waits for the end of a line that never comes.
    let plain = server.port.to_string();
    let error = with(&plain, certificates.tls()).send(&outgoing("key", "e")).await.unwrap_err();
    assert!(matches!(error, OutputError::TimedOut { .. }), "{error}");
    assert_eq!(server.read_back("recall").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_waits_hears_of_what_happens() {
    let Some(server) = Server::start(&[]) else { return };
    waiting::check(server.port, |address, limit| {
        Redis::new(RedisOptions::new(address, "recall").with_timeout(limit)).unwrap()
    })
    .await;
    let received = server.read_back("recall");
    let mut keys: Vec<_> = received.iter().map(|received| &*received.key).collect();
    keys.dedup();
    assert_eq!(keys, ["lost", "given-up", "next", "silent", "last", "closed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_server_is_killed() {
    let Some(mut server) = Server::start(&[]) else { return };
    let output = server.output("recall");
    let process = server.process.take().unwrap();
    let run = many::run(output, || process.kill(), |()| server.run()).await;
    let seconds = run.seconds();
    let received = server.read_back("recall");
    run.check("redis", seconds, &keys(received));
}
