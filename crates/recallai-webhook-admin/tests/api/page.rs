//! `docs/api.md` has a row for each operation and each status of the document, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use crate::scene::Scene;

/// The cells of the table that begins with a header, row by row.
fn table(header: &str) -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once(header).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.split('|').skip(1).map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

#[tokio::test]
async fn the_page_has_a_row_for_each_operation() {
    let document = Scene::new().await.get("openapi.json").await;
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.strip_prefix("/api/v1").unwrap();
            operations.insert((method.to_uppercase(), format!("`{path}`")));
        }
    }
    let rows = table("| method | path | what |").into_iter();
    let rows: BTreeSet<_> = rows.map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(rows, operations);
}

#[tokio::test]
async fn the_page_has_a_row_for_each_problem() {
    let document = Scene::new().await.get("openapi.json").await;
    // What is answered where there is no operation.
    let mut statuses = BTreeSet::from(["405".to_owned()]);
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let answers = operation["responses"].as_object().unwrap().keys();
            statuses.extend(answers.filter(|status| *status != "200").cloned());
        }
    }
    let rows: BTreeSet<_> =
        table("| status | why |").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(rows, statuses);
}
