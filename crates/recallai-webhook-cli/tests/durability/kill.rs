//! Killed at random moments and at named points, over and over on one file: what was acknowledged is
//! stored exactly once, and its job ran.

use std::collections::BTreeSet;
use std::path::Path;

use recallai_webhook_inbox::{Inbox, MessageQuery};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::dice::Dice;
use crate::load::{self, Load};
use crate::process::{Process, serve};
use crate::support::{command, run};

const ROUNDS: usize = 60;
const CONNECTIONS: usize = 16;
/// What the sender has to have seen before the end of each round.
const ACKS: usize = 200;

/// How a round ends.
#[derive(Debug)]
enum End {
    /// `kill -9` after so many acknowledgements.
    Kill(usize),
    /// The process dies at the so-and-so-many-th pass of a point in the code.
    Point(&'static str, usize),
}

impl End {
    fn of(round: usize, dice: &mut Dice) -> Self {
        match round % 6 {
            0 | 1 => Self::Kill(ACKS + dice.below(400)),
            // A pass is a batch with appends, of which each acknowledges one message at least.
            2 => Self::Point("mid-batch", ACKS + CONNECTIONS + dice.below(100)),
            3 => Self::Point("after-commit", ACKS + CONNECTIONS + dice.below(100)),
            4 => Self::Point("before-settle", ACKS + 2 * CONNECTIONS + dice.below(200)),
            // The first may come at once, with what the last round left in the log; from then on two
            // megabytes lie between one and the next.
            _ => Self::Point("mid-checkpoint", 4),
        }
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("inbox.db");
    let (mut acked, mut printed) = (Vec::new(), BTreeSet::new());
    let mut senders = load::senders(CONNECTIONS);
    let mut dice = Dice(0x5eed);
    for round in 0..ROUNDS {
        let end = End::of(round, &mut dice);
        let mut serve = serve(&database);
        if let End::Point(point, pass) = &end {
            serve.env("RECALLAI_WEBHOOK_KILL_AT", format!("{point}:{pass}"));
        }
        let mut server = Process::start(&mut serve);
        let load = Load::start(&server.address, senders);
        let mut acks = Vec::new();
        if let End::Kill(after) = end {
            acks.extend(load.acks.iter().take(after));
            server.kill();
        }
        let (idle, rest) = load.end();
        senders = idle;
        acks.extend(rest);
        let (well, lines, log) = server.end();
        assert!(!well, "round {round}, {end:?}: it was to be killed\n{log}");
        assert!(acks.len() >= ACKS, "round {round}, {end:?}: {} acks\n{log}", acks.len());
        acked.extend(acks);
        printed.extend(lines);
    }
    println!("{} acknowledged over {ROUNDS} kills", acked.len());
    settle(&database, &mut printed);

    let stored = stored(&database);
    let once: BTreeSet<_> = stored.iter().cloned().collect();
    assert_eq!(stored.len(), once.len(), "a message is stored twice");
    let lost: Vec<_> = acked.iter().filter(|id| !once.contains(*id)).collect();
    assert!(lost.is_empty(), "acknowledged and not stored: {lost:?}");
    let idle: Vec<_> = once.difference(&printed).collect();
    assert!(idle.is_empty(), "stored and never handled: {idle:?}");
    let (code, out, err) = run(&mut command(&["inbox", "check", "--database", path(&database)]));
    assert_eq!(code, Some(0), "{out}{err}");
}

/// Lets one last `serve` do what is left.
fn settle(database: &Path, printed: &mut BTreeSet<String>) {
    let server = Process::start(&mut serve(database));
    let mut left: BTreeSet<_> = stored(database).into_iter().collect();
    left.retain(|id| !printed.contains(id));
    while !left.is_empty() {
        let id = server.printed.recv().unwrap();
        left.remove(&id);
        printed.insert(id);
    }
    server.terminate();
    let (well, lines, log) = server.end();
    assert!(well, "{log}");
    printed.extend(lines);
}

/// The ids of all messages, each as often as it is stored.
fn stored(database: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let inbox = SqliteInbox::attach(database).unwrap();
        let (mut ids, mut query) = (Vec::new(), MessageQuery::default());
        query.limit = 1000;
        loop {
            let page = inbox.messages(&query).await.unwrap();
            let Some(last) = page.last() else { break };
            query.after = Some(last.seq);
            ids.extend(page.iter().map(|message| message.id.to_string()));
        }
        inbox.close().await;
        ids
    })
}

fn path(database: &Path) -> &str {
    database.to_str().unwrap()
}
