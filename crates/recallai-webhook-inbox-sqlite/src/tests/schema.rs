//! The schema: what the migrations make, held against a golden file.

use rusqlite::Connection;

use crate::schema::{Found, MIGRATIONS, VERSION, look, migrate};

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
