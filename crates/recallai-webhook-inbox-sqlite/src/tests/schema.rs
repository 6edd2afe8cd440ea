//! The schema: what the migrations make, held against a golden file.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_inbox::{
    Claim, Inbox, InboxError, JobEnd, JobFailure, JobQuery, JobState, ManualClock, Prune,
    RESEND_WINDOW,
};
use rusqlite::Connection;

use crate::SqliteInbox;
use crate::schema::{APPLICATION, Found, MIGRATIONS, VERSION, look, migrate};

const GOLDEN: &str = include_str!("schema.sql");

fn schema(connection: &Connection) -> String {
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
               ORDER BY type DESC, name";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|row| row.unwrap() + ";\n").collect()
}

#[test]
fn the_migrations_make_the_golden_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let mut connection = Connection::open(&path).unwrap();
    assert_eq!(look(&connection, &path).unwrap(), Found::Empty);
    migrate(&mut connection, Found::Empty).unwrap();
    assert_eq!(look(&connection, &path).unwrap(), Found::Version(VERSION));
    assert_eq!(schema(&connection), GOLDEN);
}

/// Each step can be applied to what the ones before it made, and the way there makes no difference.
#[test]
fn every_older_version_comes_to_the_same() {
    for from in 1..=MIGRATIONS.len() {
        let mut connection = Connection::open_in_memory().unwrap();
        for step in &MIGRATIONS[..from] {
            connection.execute_batch(step).unwrap();
        }
        migrate(&mut connection, Found::Version(from as u32)).unwrap();
        assert_eq!(schema(&connection), GOLDEN, "from version {from}");
    }
}

/// A file that the first version wrote, with what was in it.
fn of_version_1(path: &std::path::Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    connection.execute_batch(MIGRATIONS[0]).unwrap();
    connection.execute_batch(include_str!("version_1.sql")).unwrap();
    let header = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1");
    connection.execute_batch(&header).unwrap();
}

#[tokio::test]
async fn a_file_of_the_first_version_goes_on_with_its_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    of_version_1(&path);
    // Who may not change the schema says who may.
    let refused = SqliteInbox::attach(&path);
    assert!(matches!(refused, Err(InboxError::Older { .. })), "{refused:?}");

    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let clock = Arc::new(ManualClock::new(start));
    let inbox = SqliteInbox::options(&path).with_clock(Arc::clone(&clock)).open().unwrap();
    assert_eq!(inbox.check().await.unwrap(), []);
    let jobs = inbox.jobs(&JobQuery::new()).await.unwrap();
    let states: Vec<_> = jobs.iter().map(|job| job.state).collect();
    use JobState::{Dead, Done, Retrying, Waiting};
    assert_eq!(states, [Done, Dead, Retrying, Waiting]);
    // A dead letter has told when it died; of the one that is tried again only the text is known.
    let histories: Vec<_> = jobs.into_iter().map(|job| job.failures).collect();
    let died = JobFailure::new(1, start, "it died");
    assert_eq!(histories, [vec![], vec![died.clone()], vec![], vec![]]);

    clock.advance(Duration::from_secs(60));
    let claim = Claim::new("notify", 10, Duration::from_secs(60));
    for job in inbox.claim(claim).await.unwrap().jobs {
        let end = JobEnd::Dead { error: "it died later".into() };
        inbox.settle(job.lease, end).await.unwrap();
    }
    let jobs = inbox.jobs(&JobQuery::new().with_state(JobState::Dead)).await.unwrap();
    let later = start + Duration::from_secs(60);
    let late = |attempt| vec![JobFailure::new(attempt, later, "it died later")];
    let histories: Vec<_> = jobs.iter().map(|job| job.failures.clone()).collect();
    assert_eq!(histories, [vec![died], late(2), late(1)]);
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    assert_eq!(inbox.discard(&ids).await.unwrap(), 3);
    clock.advance(RESEND_WINDOW * 2);
    let pruned = inbox.prune(&Prune::before(later + RESEND_WINDOW)).await.unwrap();
    assert_eq!(pruned.changed, 4);
    assert_eq!(inbox.check().await.unwrap(), []);
}
