//! The OpenAPI document as it is served.

use std::path::Path;

use serde_json::Value;

use crate::scene::Scene;

/// Where the document is kept, so that a change of the API is seen in review.
const KEPT: &str = "openapi.json";

#[tokio::test]
async fn the_document_that_is_kept_is_the_one_that_is_served() {
    let served = Scene::new().await.get("openapi.json").await;
    let served = format!("{}\n", serde_json::to_string_pretty(&served).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == served, "{KEPT} is another: look at it after a run with UPDATE_OPENAPI=1");
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_and_says_what_may_go_wrong() {
    let document = Scene::new().await.get("openapi.json").await;
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            assert!(operation["summary"].is_string(), "{at}");
            assert!(operation["tags"][0].is_string(), "{at}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{at}: {parameter}");
            }
            let responses = operation["responses"].as_object().unwrap();
            let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
            for status in ["200", "400", "401", "403", "500", "503"] {
                assert!(statuses.contains(&status), "{at}: {statuses:?}");
            }
            assert_eq!(statuses.contains(&"422"), operation["requestBody"].is_object(), "{at}");
        }
    }
    let all = names.len();
    assert!(all >= 20, "{names:?}");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[tokio::test]
async fn what_is_referred_to_is_there() {
    let document = Scene::new().await.get("openapi.json").await;
    let mut found = 0;
    references(&document, &mut |reference| {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
        found += 1;
    });
    assert!(found > 100, "{found}");
}

fn references(value: &Value, tell: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            members.get("$ref").and_then(Value::as_str).into_iter().for_each(&mut *tell);
            members.values().for_each(|value| references(value, tell));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, tell)),
        _ => {}
    }
}
