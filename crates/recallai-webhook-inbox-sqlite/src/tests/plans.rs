//! How SQLite goes about each statement that runs for every message or job.

use rusqlite::Connection;

use crate::{claiming, connection, erasing, filling, pruning, rows, schema};

/// The files whose statements may never look through a whole table.
const FILES: [(&str, &str); 13] = [
    ("claiming.rs", include_str!("../claiming.rs")),
    ("counters.rs", include_str!("../counters.rs")),
    ("erasing.rs", include_str!("../erasing.rs")),
    ("failures.rs", include_str!("../failures.rs")),
    ("filling.rs", include_str!("../filling.rs")),
    ("making.rs", include_str!("../making.rs")),
    ("probing.rs", include_str!("../probing.rs")),
    ("pruning.rs", include_str!("../pruning.rs")),
    ("receiving.rs", include_str!("../receiving.rs")),
    ("reparsing.rs", include_str!("../reparsing.rs")),
    ("settling.rs", include_str!("../settling.rs")),
    ("states.rs", include_str!("../states.rs")),
    ("subscriptions.rs", include_str!("../subscriptions.rs")),
];

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let mut connection = connection::open(&path, true).unwrap();
    schema::migrate(&mut connection, schema::Found::Empty).unwrap();
    (folder, connection)
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let count = statement.parameter_count();
    let values = rusqlite::params_from_iter(std::iter::repeat_n(1_i64, count));
    let steps = statement.query_map(values, |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<_, _>>().unwrap()
}

/// The statements that stand in a file as they are.
fn statements(source: &str) -> Vec<String> {
    let words = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    let mut found = Vec::new();
    for word in words {
        for (at, _) in source.match_indices(&format!("\"{word} ")) {
            let text = &source[at + 1..];
            let text = &text[..text.find('"').unwrap()];
            // A part of a statement that is put together elsewhere.
            if text.trim_end().ends_with(',') || text == "SELECT " {
                continue;
            }
            found.push(text.to_owned());
        }
    }
    found
}

#[test]
fn no_statement_of_the_writer_looks_through_a_table() {
    let (_folder, connection) = database();
    let mut all: Vec<_> = FILES
        .iter()
        .flat_map(|(file, source)| statements(source).into_iter().map(move |sql| (*file, sql)))
        .collect();
    all.push(("claiming.rs", claiming::READY_JOBS.to_owned()));
    all.push(("filling.rs", filling::PAGE.to_owned()));
    assert!(all.len() > 40, "{}", all.len());
    for (file, sql) in all {
        // Few rows, read once and remembered.
        if sql.contains("FROM subscriptions ORDER BY name") {
            continue;
        }
        for step in plan(&connection, &sql) {
            // The end of a subscription.
            let is_rare = sql.ends_with("jobs WHERE subscription = ?1")
                || sql.ends_with("jobs WHERE subscription = ?1)");
            assert!(is_rare || !step.starts_with("SCAN"), "{file}: {step}: {sql}");
        }
    }
}

#[test]
fn a_claim_reads_ready_jobs_in_their_order() {
    let (_folder, connection) = database();
    let steps = plan(&connection, claiming::READY_JOBS).join("; ");
    assert!(steps.contains("jobs_ready"), "{steps}");
    assert!(!steps.contains("TEMP B-TREE"), "{steps}");
    let steps = plan(&connection, claiming::DUE_JOBS).join("; ");
    assert!(steps.contains("jobs_due") && !steps.contains("TEMP"), "{steps}");
    let steps = plan(&connection, crate::making::NEXT).join("; ");
    assert!(steps.contains("jobs_blocked") && !steps.contains("TEMP"), "{steps}");
    let steps = plan(&connection, crate::making::HOLDER).join("; ");
    assert!(steps.contains("jobs_lane"), "{steps}");
    let steps = plan(&connection, pruning::PRUNE_PAGE).join("; ");
    assert!(steps.contains("jobs_by_message"), "{steps}");
    assert!(steps.contains("messages_by_age (endpoint=? AND received_at>?"), "{steps}");
    assert!(!steps.contains("TEMP"), "{steps}");
    let steps = plan(&connection, pruning::ENDPOINT_FROM).join("; ");
    assert!(steps.contains("messages_by_age (endpoint>?"), "{steps}");
}

#[test]
fn questions_that_are_asked_often_use_an_index() {
    let (_folder, connection) = database();
    let by_subject = "m.subject IN (SELECT id FROM subjects WHERE kind = ?1 AND subject_id = ?2)";
    let messages =
        format!("SELECT m.seq FROM messages m WHERE {by_subject} AND m.forgotten_at IS NULL");
    let dead = format!("{} WHERE n.name = ?1 AND j.state = 'dead' ORDER BY j.id", rows::JOB);
    let newest = format!("{} WHERE n.name = ?1 AND j.state = 'dead' ORDER BY j.id DESC", rows::JOB);
    let of_message = format!("{} WHERE j.message = ?1 ORDER BY j.id", rows::JOB);
    for (sql, index) in [
        (messages, "messages_by_subject"),
        (dead, "jobs_dead"),
        (newest, "jobs_dead"),
        (of_message, "jobs_by_message"),
        (erasing::JOBS_OF_SUBJECT.to_owned(), "jobs_by_mark"),
    ] {
        let steps = plan(&connection, &sql).join("; ");
        assert!(steps.contains(index) && !steps.contains("SCAN"), "{steps}: {sql}");
    }
}
