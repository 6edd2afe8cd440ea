//! `doctor`, as a user would ask it: on nothing, beside a `serve`, and where something is wrong.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::net::TcpListener;
use std::path::Path;

use recallai_webhook_inbox::Inbox as _;
use serde_json::Value;
use support::store::{Store, artifact, bot};
use support::{SECRET, Server, command, run};

/// What it finds on a store, as JSON lines, and its exit code. The secret is in the environment.
struct Found {
    code: Option<i32>,
    lines: Vec<Value>,
}

impl Found {
    fn on(store: &Store, arguments: &[&str]) -> Self {
        Self::of(&[arguments, &["--database", &store.database()]].concat())
    }

    fn of(arguments: &[&str]) -> Self {
        let mut command = command(&[&["doctor", "--format", "json"], arguments].concat());
        let (code, out, err) = run(command.env("RECALLAI_WEBHOOK_SECRET", SECRET));
        assert_eq!(err, "");
        assert!(!out.contains(&SECRET[6..]), "{out}");
        let lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
        Self { code, lines: lines.collect() }
    }

    /// The level and the text of each finding of a check.
    fn check(&self, check: &str) -> Vec<(&str, &str)> {
        let of_check = self.lines.iter().filter(|line| line["check"] == check);
        of_check
            .map(|line| (line["level"].as_str().unwrap(), line["what"].as_str().unwrap()))
            .collect()
    }

    /// What is to be done about the first finding with this text.
    fn advice(&self, what: &str) -> &str {
        let is_it = |line: &&Value| line["what"].as_str().unwrap().contains(what);
        self.lines.iter().find(is_it).unwrap()["do"].as_str().unwrap()
    }
}

const ALONE: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn where_nothing_is_yet_nothing_is_wrong_but_a_missing_secret() {
    let store = Store::new();
    let found = Found::on(&store, &ALONE);
    assert_eq!(found.code, Some(0), "{:?}", found.lines);
    assert_eq!(found.check("configuration"), [("ok", "without a file: it makes sense")]);
    assert_eq!(found.check("secrets"), [("ok", "recall: 1 secret counts: default")]);
    let inbox = found.check("inbox");
    assert!(inbox[0].0 == "ok" && inbox[0].1.ends_with("there is none yet; `serve` makes it"));
    assert_eq!(found.check("deliveries"), []);
    let folder = store.path("inbox.db").parent().unwrap().to_owned();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "and nothing is made");

    let database = store.database();
    let arguments = [&["doctor", "--database", &database], &ALONE[..]].concat();
    let (code, out, err) = run(&mut command(&arguments));
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert!(
        out.contains("failure  configuration  endpoints.recall.secrets: there is no secret"),
        "{out}"
    );
    assert!(out.contains("-> mend it") && out.contains("\n1 failure, "), "{out}");
}

/// The address of the admin listener as an assignment. Either of the two may be the first to listen.
fn admin_address(server: &mut Server) -> String {
    let mut log = server.greeting.clone();
    let of = |log: &str, word: &str| -> Vec<String> {
        let found = log.lines().filter_map(|line| line.split_once(word));
        found.map(|(_, address)| address.trim().to_owned()).collect()
    };
    loop {
        let (admin, listening) = (of(&log, "url=http://"), of(&log, "listening address="));
        if let ([admin], [_, _]) = (admin.as_slice(), listening.as_slice()) {
            server.address = listening.into_iter().find(|address| address != admin).unwrap();
            return format!("admin.address={admin}");
        }
        log.push_str(&server.next_log());
        log.push('\n');
    }
}

#[test]
fn beside_a_serve_it_says_how_that_is() {
    let store = Store::new();
    let admin = ["--set", "admin.enabled=true", "--set", "admin.address=127.0.0.1:0"];
    let mut server = store.serve(&admin);
    let admin = admin_address(&mut server);
    server.post("msg_1", &bot("done", None, "2024-12-04T23:42:00Z"));
    server.next_event();

    let listen = ["--listen", server.address.as_str()];
    let found = Found::on(
        &store,
        &[&listen[..], &["--set", "admin.enabled=true", "--set", &admin]].concat(),
    );
    assert_eq!(found.code, Some(0), "{:?}", found.lines);
    let ports: Vec<_> =
        found.check("ports").into_iter().map(|(level, what)| (level, &what[..22])).collect();
    assert_eq!(ports, [("ok", "listen: `serve` answer"), ("ok", "admin: `serve` answers")]);
    let inbox = found.check("inbox");
    assert!(inbox[0].1.contains("inbox.db: 1 message, the oldest "), "{inbox:?}");
    assert!(inbox[0].1.ends_with("schema up to date; a `serve` works on it"), "{inbox:?}");
    assert_eq!(inbox[1], ("ok", "it is sound: nothing was found"));
    let deliveries = found.check("deliveries");
    assert!(deliveries[0].0 == "ok" && deliveries[0].1.starts_with("recall: the last one came "));
    assert_eq!(found.check("subscriptions"), [("ok", "1 subscription; each message is for one")]);
    let clock = found.check("clock");
    assert!(clock[0].0 == "ok" && clock[0].1.ends_with(" s from that of the sender"), "{clock:?}");

    // With addresses that it does not listen at.
    let found = Found::on(&store, &ALONE);
    assert_eq!(found.check("ports"), [("ok", "listen: the system chooses a port")]);
    let other = Store::empty();
    let found = Found::on(&other, &listen);
    assert_eq!(found.code, Some(1));
    assert!(found.check("ports")[0].1.starts_with("listen: a `serve` of another inbox"));
}

#[test]
fn each_problem_of_a_configuration_is_named_with_its_line() {
    let store = Store::new();
    let file = store.path("service.toml");
    std::fs::write(&file, "[limits]\nconnections = 0\n\n[endpoints.recall]\npath = 'hook'\n")
        .unwrap();
    let found = Found::of(&["--config", file.to_str().unwrap()]);
    assert_eq!(found.code, Some(1));
    let problems = found.check("configuration");
    assert_eq!(problems.len(), found.lines.len(), "nothing else can be looked at");
    for (problem, place) in
        problems.iter().zip([":2: limits.connections", ":5: endpoints.recall.path"])
    {
        assert!(problem.0 == "failure" && problem.1.contains(place), "{problem:?}");
    }
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn a_port_that_another_program_has_is_a_failure() {
    let store = Store::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    // Says nothing, and hangs up.
    std::thread::spawn(move || other.incoming().for_each(drop));
    let found = Found::on(&store, &["--listen", &address]);
    assert_eq!(found.code, Some(1));
    let taken = format!("listen: {address} is taken by another program");
    assert_eq!(found.check("ports"), [("failure", taken.as_str())]);
    assert!(found.advice(&taken).contains("listen.address"));
}

#[test]
fn what_is_received_in_vain_and_what_was_given_up_is_counted() {
    let store = Store::new();
    let time = "2024-12-04T23:42:00Z";
    let bodies = [
        bot("done", None, time),
        artifact("transcript", "done", time),
        r#"{"event":"a.b","data":{}}"#.to_owned(),
    ];
    store.append_dead("archive", &bodies.each_ref().map(String::as_str));
    store.with(async |inbox| inbox.park("archive").await.unwrap());
    let file = store.path("service.toml");
    let output = |program| format!("output = {{ type = 'command', program = '{program}' }}");
    let (gone, there) = (output("/nowhere/at/all"), output(env!("CARGO_BIN_EXE_recallai-webhook")));
    std::fs::write(
        &file,
        format!(
            "[subscriptions.bots]\nevents = ['bot.*']\n{gone}\n\
             [subscriptions.ready]\nneed = ['video_mixed']\n{there}\n"
        ),
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let found = Found::on(&store, &[&["--config", file], &ALONE[..]].concat());
    assert_eq!(
        found.check("subscriptions"),
        [
            ("warning", "no subscription is for transcript.done (1) of all messages"),
            ("warning", "ready: it needs video_mixed, of which nothing is among all messages"),
            ("warning", "this version does not know a.b (1)"),
        ]
    );
    assert!(
        found
            .advice("it needs video_mixed")
            .contains("subscribe to video_mixed.* in the dashboard")
    );
    assert_eq!(
        found.check("jobs"),
        [
            ("warning", "archive: 3 dead letters"),
            ("warning", "archive: it is parked, and messages are kept for it"),
        ]
    );
    assert!(found.advice("dead letters").contains("dead-letters discard"));
    assert!(found.advice("it is parked").contains("subscriptions remove"));
    let outputs = found.check("outputs");
    assert_eq!(outputs.len(), 2);
    assert!(
        outputs[0].0 == "failure" && outputs[0].1.starts_with("bots: command: "),
        "{outputs:?}"
    );
    assert_eq!(outputs[1], ("ok", "ready: the program is there"));
    assert_eq!(found.code, Some(1), "for the output");
}

#[test]
#[cfg(unix)]
fn secrets_that_two_endpoints_share_or_others_can_read_are_named() {
    let store = Store::new();
    let (file, secret) = (store.path("service.toml"), store.path("eu.secret"));
    std::fs::write(&secret, SECRET).unwrap();
    set_mode(&secret, 0o644);
    let place = secret.display();
    std::fs::write(
        &file,
        format!(
            "[endpoints.eu]\npath = '/eu'\nsecrets = [{{ file = '{place}' }}]\n\
             [endpoints.us]\npath = '/us'\n\
             secrets = [{{ file = '{place}', expires = '2024-01-01T00:00:00Z' }}]\n"
        ),
    )
    .unwrap();
    let found = Found::on(&store, &[&["--config", file.to_str().unwrap()], &ALONE[..]].concat());
    assert_eq!(
        found.check("secrets"),
        [
            ("ok", "eu: 1 secret counts: eu"),
            ("failure", "us: no secret counts any more; every delivery is refused"),
            ("warning", "us: the secret eu has expired"),
            ("warning", "us: eu is the same secret as eu of eu"),
        ]
    );
    assert_eq!(found.code, Some(1));
    let files = found.check("files");
    assert!(files[0].0 == "warning" && files[0].1.contains("eu.secret"), "{files:?}");
    set_mode(&secret, 0o600);
    let found = Found::on(&store, &[&["--config", file.to_str().unwrap()], &ALONE[..]].concat());
    assert_eq!(found.check("files"), [("ok", "others cannot read the files with secrets")]);
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}
