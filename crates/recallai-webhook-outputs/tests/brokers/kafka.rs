//! Kafka, for which the mock cluster of librdkafka stands in: it speaks the protocol, keeps records in memory,
//! and can lose brokers and change leaders. It does no TLS, no SASL and no replication.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use recallai_webhook_outputs::{Kafka, KafkaCompression, KafkaOptions, Output, OutputError};

use super::reader::{Received, keys, python, read_back, read_one, script};
use super::{is_missing, many, outgoing};

/// Codes of Kafka's protocol.
const PRODUCE: &str = "0";
const MESSAGE_TOO_LARGE: &str = "10";
const NOT_ENOUGH_REPLICAS: &str = "19";

struct Cluster {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    servers: String,
}

impl Cluster {
    /// Starts a cluster of so many brokers, if the library is there.
    fn start(brokers: usize) -> Option<Self> {
        if python().is_none() {
            is_missing("confluent-kafka", "run `cargo xtask senders`");
            return None;
        }
        let mut command = script("kafka_cluster.py");
        command.arg(brokers.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let commands = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut cluster = Self { child, commands, answers, servers: String::new() };
        cluster.servers = cluster.line().strip_prefix("ready ").unwrap().to_owned();
        Some(cluster)
    }

    /// Lets the cluster do something.
    fn tell(&mut self, command: &str) {
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
        assert_eq!(self.line(), "done", "{command}");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn options(&self, topic: &str) -> KafkaOptions {
        KafkaOptions::new(self.servers.split(','), topic)
    }

    fn output(&self, topic: &str) -> Kafka {
        Kafka::new(self.options(topic)).unwrap()
    }

    fn read_back(&self, topic: &str) -> Vec<Received> {
        read_back("kafka", &self.servers, topic)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_is_in_the_topic() {
    let Some(mut cluster) = Cluster::start(3) else { return };
    cluster.tell("topic recall.eu.transcript._x_ 8");
    let compressions = [KafkaCompression::None, KafkaCompression::Gzip, KafkaCompression::Snappy];
    for compression in compressions {
        let options = cluster.options("recall.{scope}.{event}").with_compression(compression);
        let output = Kafka::new(options).unwrap();
        output.probe().await.unwrap();
        output.send(&outgoing("pipeline:recall:msg_1", "transcript.{x}")).await.unwrap();
        if compression == KafkaCompression::None {
            let topic = "recall.eu.transcript._x_";
            let received = read_one("kafka", &cluster.servers, topic, "recallai-webhook-");
            assert_eq!(received.labels["key"], "eu/recording/r1");
            assert_eq!(received.labels["recallai-webhook-event"], "transcript.{x}");
        }
    }
    let received = cluster.read_back("recall.eu.transcript._x_");
    assert_eq!(received.len(), 3);
    // Of one key, so in one partition.
    assert!(received.iter().all(|one| one.place == received[0].place), "{received:?}");
    assert!(received.iter().all(|one| one.body == received[0].body), "{received:?}");
}

/// The default of librdkafka is another hash, so its producer is told to use the Java client's.
#[tokio::test(flavor = "multi_thread")]
async fn keys_have_the_partitions_of_the_java_client() {
    let Some(mut cluster) = Cluster::start(1) else { return };
    cluster.tell("topic ours 7");
    cluster.tell("topic theirs 7");
    let subjects: Vec<_> = (0..40).map(|number| format!("eu/recording/{number}ä")).collect();
    let output = cluster.output("ours");
    for subject in &subjects {
        let mut one = outgoing(subject, "e");
        one.subject = (**subject).into();
        output.send(&one).await.unwrap();
    }
    let mut produce = script("produce.py");
    let status = produce.args([&cluster.servers, "theirs"]).args(&subjects).status().unwrap();
    assert!(status.success());
    let places = |topic: &str| -> BTreeMap<String, String> {
        cluster.read_back(topic).into_iter().map(|one| (one.key, one.place)).collect()
    };
    let (ours, theirs) = (places("ours"), places("theirs"));
    assert_eq!(ours.len(), 40);
    assert_eq!(ours, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_topic_is_an_error() {
    let Some(mut cluster) = Cluster::start(1) else { return };
    cluster.tell("topic recall 1");
    let output = cluster.output("missing");
    for error in
        [output.probe().await.unwrap_err(), output.send(&outgoing("key", "e")).await.unwrap_err()]
    {
        assert_eq!(error.to_string(), "kafka has no topic missing");
        assert!(!error.is_permanent());
    }
    cluster.output("{event}").probe().await.unwrap();

    let output = cluster.output("recall");
    cluster.tell(&format!("errors {PRODUCE} {MESSAGE_TOO_LARGE} 1"));
    let error = output.send(&outgoing("key", "e")).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
    cluster.tell(&format!("errors {PRODUCE} {NOT_ENOUGH_REPLICAS} 1"));
    let error = output.send(&outgoing("key", "e")).await.unwrap_err();
    assert_eq!(error.to_string(), "kafka has not enough replicas of recall in sync");
    output.send(&outgoing("key", "e")).await.unwrap();
    assert_eq!(cluster.read_back("recall").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaders_are_followed() {
    let Some(mut cluster) = Cluster::start(3) else { return };
    cluster.tell("topic recall 1");
    let output = cluster.output("recall");
    for leader in [1, 2, 3, 1] {
        cluster.tell(&format!("leader recall 0 {leader}"));
        output.send(&outgoing(&format!("led by {leader}"), "e")).await.unwrap();
    }
    // Its leader goes, and another takes over.
    cluster.tell("down 1");
    cluster.tell("leader recall 0 2");
    output.send(&outgoing("taken over", "e")).await.unwrap();
    let keys: Vec<_> = cluster.read_back("recall").into_iter().map(|one| one.key).collect();
    assert_eq!(keys, ["led by 1", "led by 2", "led by 3", "led by 1", "taken over"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_waits_ends_and_the_next_one_succeeds() {
    let Some(mut cluster) = Cluster::start(1) else { return };
    cluster.tell("topic recall 1");
    let options = cluster.options("recall").with_timeout(Duration::from_secs(4));
    let output = Kafka::new(options).unwrap();
    output.send(&outgoing("first", "e")).await.unwrap();

    // An answer that does not come in time.
    cluster.tell("delay 1 60000");
    let error = output.send(&outgoing("late", "e")).await.unwrap_err();
    assert!(matches!(error, OutputError::TimedOut { .. }), "{error}");
    cluster.tell("delay 1 0");
    output.send(&outgoing("late", "e")).await.unwrap();

    // A connection that is lost, and no broker.
    cluster.tell("down 1");
    let error = output.send(&outgoing("lost", "e")).await.unwrap_err();
    let is_of_the_connection =
        matches!(error, OutputError::Unreachable { .. } | OutputError::TimedOut { .. });
    assert!(is_of_the_connection, "{error}");
    cluster.tell("up 1");
    output.send(&outgoing("lost", "e")).await.unwrap();

    // A send that is given up does no harm to the next.
    for number in 0..20 {
        let given_up = outgoing(&format!("given up {number}"), "e");
        tokio::select! {
            biased;
            _ = output.send(&given_up) => {}
            () = tokio::task::yield_now() => {}
        }
    }
    output.send(&outgoing("last", "e")).await.unwrap();
    let keys: Vec<_> = cluster.read_back("recall").into_iter().map(|one| one.key).collect();
    for key in ["first", "late", "lost", "last"] {
        assert!(keys.iter().any(|known| known == key), "{key}: {keys:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_brokers_are_gone_for_a_while() {
    let Some(mut cluster) = Cluster::start(3) else { return };
    cluster.tell("topic recall 12");
    let output = cluster.output("recall");
    let cluster = std::cell::RefCell::new(cluster);
    let every = |command: &str| {
        (1..=3).for_each(|broker| cluster.borrow_mut().tell(&format!("{command} {broker}")));
    };
    let run = many::run(output, || every("down"), |()| every("up")).await;
    let seconds = run.seconds();
    run.check("kafka (mock)", seconds, &keys(cluster.borrow().read_back("recall")));
}
