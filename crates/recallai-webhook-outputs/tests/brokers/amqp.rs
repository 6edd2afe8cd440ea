//! RabbitMQ.

use std::process::Command;
use std::time::Duration;

use recallai_webhook_outputs::{Amqp, AmqpOptions, Credential, Output, OutputError, TlsOptions};
use tempfile::TempDir;

use super::certificates::Certificates;
use super::process::{Process, free_ports, program};
use super::reader::{Received, keys, python, read_back, read_one};
use super::{is_missing, many, outgoing, waiting};

/// The scripts, as Debian has them. Those in the search path want to be root or `rabbitmq`.
const SCRIPT: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// What tells a node what to do.
const CONTROL: &str = "/usr/lib/rabbitmq/bin/rabbitmqctl";

/// A node of its own, with a name service of its own.
struct Node {
    process: Option<Process>,
    _names: Process,
    port: u16,
    tls_port: u16,
    distribution_port: u16,
    names_port: u16,
    certificates: Certificates,
    directory: TempDir,
}

impl Node {
    /// Starts a node, if there is one and a client to read it with.
    fn start() -> Option<Self> {
        let (Some(epmd), true) = (program("epmd"), std::path::Path::new(SCRIPT).exists()) else {
            is_missing("rabbitmq-server", "install the system's package rabbitmq-server");
            return None;
        };
        if python().is_none() {
            is_missing("pika", "run `cargo xtask senders`");
            return None;
        }
        let [port, tls_port, distribution_port, names_port] = free_ports();
        let directory = tempfile::tempdir().unwrap();
        let mut names = Command::new(epmd);
        names.args(["-d", "-port", &names_port.to_string(), "-address", "127.0.0.1"]);
        let mut node = Self {
            process: None,
            _names: Process::start(names, "epmd running"),
            port,
            tls_port,
            distribution_port,
            names_port,
            certificates: Certificates::make(directory.path()),
            directory,
        };
        node.run();
        Some(node)
    }

    fn run(&mut self) {
        let directory = self.directory.path();
        let file = |name: &str, content: String| {
            std::fs::write(directory.join(name), content).unwrap();
            directory.join(name)
        };
        let config = format!(
            "listeners.tcp.default = 127.0.0.1:{}\nlisteners.ssl.default = 127.0.0.1:{}\n\
             ssl_options.cacertfile = {}\nssl_options.certfile = {}\nssl_options.keyfile = {}\n\
             log.console = true\nlog.file = false\n",
            self.port,
            self.tls_port,
            self.certificates.authority.display(),
            self.certificates.certificate.display(),
            self.certificates.key.display(),
        );
        let mut command = Command::new(SCRIPT);
        command
            // The cookie is made there.
            .env("HOME", directory)
            .env("ERL_EPMD_PORT", self.names_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODENAME", "outputs@localhost")
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env("RABBITMQ_MNESIA_BASE", directory.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", directory.join("log"))
            .env("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf", config))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins", "[].".to_owned()))
            // Not the system's.
            .env("RABBITMQ_CONF_ENV_FILE", directory.join("none"))
            .env("RABBITMQ_PID_FILE", directory.join("pid"));
        self.process = Some(Process::start(command, "Server startup complete"));
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = Command::new(CONTROL);
        command
            .env("HOME", self.directory.path())
            .env("ERL_EPMD_PORT", self.names_port.to_string())
            .env("RABBITMQ_CONF_ENV_FILE", self.directory.path().join("none"))
            .args(["--node", "outputs@localhost"]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn options(&self, exchange: &str, routing_key: &str) -> AmqpOptions {
        AmqpOptions::new(format!("127.0.0.1:{}", self.port), exchange, routing_key)
            .with_timeout(Duration::from_secs(30))
    }

    fn output(&self, exchange: &str, routing_key: &str) -> Amqp {
        Amqp::new(self.options(exchange, routing_key)).unwrap()
    }

    /// Everything in a queue, which is empty afterwards.
    fn read_back(&self, queue: &str) -> Vec<Received> {
        read_back("amqp", &self.port.to_string(), queue)
    }
}

/// One test for all, since a node takes its time to start.
#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq() {
    let Some(mut node) = Node::start() else { return };
    what_is_confirmed_is_in_the_queue(&node).await;
    what_goes_nowhere_is_an_error(&node).await;
    a_full_queue_is_an_error(&node).await;
    a_node_without_memory_is_away(&node).await;
    logins_and_tls(&node).await;
    a_send_that_waits_hears_of_what_happens(&node).await;
    nothing_is_lost_when_the_node_is_restarted(&mut node).await;
}

async fn what_is_confirmed_is_in_the_queue(node: &Node) {
    let declares = node.options("", "declared").with_declare_queue("declared");
    Amqp::new(declares).unwrap().probe().await.unwrap();
    let output = node.output("", "declared");
    output.probe().await.unwrap();
    output.send(&outgoing("pipeline:recall:msg_1", "transcript.done")).await.unwrap();
    let port = node.port.to_string();
    let received = read_one("amqp", &port, "declared", "recallai-webhook-");
    assert_eq!(received.key, "pipeline:recall:msg_1");

    let output = node.output("amq.topic", "recall.{scope}.{event}");
    output.probe().await.unwrap();
    let channel = channel(node).await;
    bind(&channel, "bound", "recall.eu.#", None).await;
    output.send(&outgoing("key", "transcript.#.\r\nx")).await.unwrap();
    assert_eq!(node.read_back("bound")[0].place, "recall.eu.transcript._.__x");

    // Longer than a message id can be.
    let key = "k".repeat(300);
    output.send(&outgoing(&key, "e")).await.unwrap();
    let output =
        super::reader::script("read_back.py").args(["amqp", &port, "bound"]).output().unwrap();
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["key"], serde_json::Value::Null);
    assert_eq!(line["labels"]["recallai-webhook-idempotency-key"], *key);
}

async fn what_goes_nowhere_is_an_error(node: &Node) {
    let output = node.output("amq.direct", "nowhere");
    output.probe().await.unwrap();
    let error = output.send(&outgoing("key", "e")).await.unwrap_err();
    assert_eq!(error.to_string(), "amqp has no queue for routing key nowhere: NO_ROUTE");
    assert!(!error.is_permanent());

    let output = node.output("missing", "x");
    for _ in 0..2 {
        for error in [
            output.probe().await.unwrap_err(),
            output.send(&outgoing("key", "e")).await.unwrap_err(),
        ] {
            let error = error.to_string();
            assert!(
                error.starts_with("amqp refused it: NOT_FOUND - no exchange 'missing'"),
                "{error}"
            );
        }
    }
    let error = node.output("", "missing").probe().await.unwrap_err().to_string();
    assert!(error.starts_with("amqp refused it: NOT_FOUND - no queue 'missing'"), "{error}");
    let vhost = node.options("", "x").with_vhost("missing");
    let error = Amqp::new(vhost).unwrap().probe().await.unwrap_err().to_string();
    assert!(error.starts_with("amqp refused it: NOT_ALLOWED - vhost missing"), "{error}");
}

async fn a_full_queue_is_an_error(node: &Node) {
    let channel = channel(node).await;
    bind(&channel, "small", "small", Some(1)).await;
    let output = node.output("amq.topic", "small");
    output.send(&outgoing("first", "e")).await.unwrap();
    let error = output.send(&outgoing("second", "e")).await.unwrap_err();
    assert!(error.is_outage());
    assert_eq!(error.to_string(), "amqp did not take it: a queue refused or is full");
    assert_eq!(node.read_back("small").len(), 1);
    output.send(&outgoing("second", "e")).await.unwrap();
}

async fn a_node_without_memory_is_away(node: &Node) {
    bind(&channel(node).await, "blocked", "blocked", None).await;
    let output = |limit| {
        Amqp::new(node.options("amq.topic", "blocked").with_timeout(Duration::from_secs(limit)))
    };
    let (impatient, patient) = (output(2).unwrap(), output(60).unwrap());
    node.control(&["set_vm_memory_high_watermark", "absolute", "1"]);
    let error = impatient.send(&outgoing("blocked", "e")).await.unwrap_err();
    assert!(matches!(error, OutputError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("short of memory or disk"), "{error}");
    node.control(&["set_vm_memory_high_watermark", "0.6"]);
    patient.send(&outgoing("patient", "e")).await.unwrap();
    impatient.send(&outgoing("after", "e")).await.unwrap();
}

async fn logins_and_tls(node: &Node) {
    let login = |secret: &str| {
        let file = node.directory.path().join("credential");
        std::fs::write(&file, secret).unwrap();
        let options = node.options("amq.topic", "x");
        Amqp::new(options.with_login("guest", Credential::File(file))).unwrap()
    };
    login("guest").probe().await.unwrap();
    let error = login("wrong").probe().await.unwrap_err();
    assert_eq!(error.to_string(), "amqp refused the login");

    let with = |port: u16, tls: TlsOptions| {
        let options = AmqpOptions::new(format!("localhost:{port}"), "amq.topic", "small");
        Amqp::new(options.with_tls(tls)).unwrap()
    };
    node.read_back("small");
    let trusted = with(node.tls_port, node.certificates.tls());
    trusted.send(&outgoing("tls", "e")).await.unwrap();
    trusted.close().await;
    for output in [with(node.tls_port, TlsOptions::new()), with(node.port, node.certificates.tls())]
    {
        let error = output.send(&outgoing("key", "e")).await.unwrap_err();
        assert!(matches!(error, OutputError::Unreachable { .. }), "{error}");
    }
}

async fn a_send_that_waits_hears_of_what_happens(node: &Node) {
    bind(&channel(node).await, "waiting", "waiting", None).await;
    waiting::check(node.port, |address, limit| {
        Amqp::new(AmqpOptions::new(address, "", "waiting").with_timeout(limit)).unwrap()
    })
    .await;
    let received = node.read_back("waiting");
    let mut keys: Vec<_> = received.iter().map(|received| &*received.key).collect();
    keys.dedup();
    assert_eq!(keys, ["lost", "given-up", "next", "silent", "last", "closed"]);
}

async fn nothing_is_lost_when_the_node_is_restarted(node: &mut Node) {
    let options = node.options("", "many").with_declare_queue("many");
    let output = Amqp::new(options).unwrap();
    let process = node.process.take().unwrap();
    let run = many::run(output, || process.stop(), |()| node.run()).await;
    let seconds = run.seconds();
    run.check("amqp", seconds, &keys(node.read_back("many")));
}

async fn channel(node: &Node) -> lapin::Channel {
    let uri = format!("amqp://127.0.0.1:{}", node.port);
    let connection = lapin::Connection::connect(&uri, Default::default()).await.unwrap();
    connection.create_channel().await.unwrap()
}

/// Declares a durable queue of so many messages at most, and binds it to `amq.topic`.
async fn bind(channel: &lapin::Channel, queue: &str, key: &str, length: Option<u32>) {
    use lapin::options::{QueueBindOptions, QueueDeclareOptions};
    use lapin::types::{AMQPValue, FieldTable, LongString};

    let mut arguments = FieldTable::default();
    if let Some(length) = length {
        arguments.insert("x-max-length".into(), AMQPValue::LongUInt(length));
        let refuse = LongString::from("reject-publish");
        arguments.insert("x-overflow".into(), AMQPValue::LongString(refuse));
    }
    let durable = QueueDeclareOptions::durable();
    channel.queue_declare(queue.into(), durable, arguments).await.unwrap();
    let binding = QueueBindOptions::default();
    let exchange = "amq.topic".into();
    let bound =
        channel.queue_bind(queue.into(), exchange, key.into(), binding, FieldTable::default());
    bound.await.unwrap();
}
