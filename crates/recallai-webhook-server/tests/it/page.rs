//! The page about the configuration is what the types say, and its examples are configurations.

#[cfg(feature = "all-outputs")]
use std::path::Path;

use recallai_webhook_server::config::{Sources, page};

#[cfg(feature = "all-outputs")]
/// Where the page is in the repository; a package of its own does not have it.
fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md")
}

/// It has every output.
#[cfg(feature = "all-outputs")]
#[test]
fn the_page_is_fresh() {
    if std::env::var_os("RECALLAI_WEBHOOK_WRITE_PAGE").is_some() {
        std::fs::write(file(), page()).unwrap();
    }
    let Ok(written) = std::fs::read_to_string(file()) else { return };
    assert!(written == page(), "stale: RECALLAI_WEBHOOK_WRITE_PAGE=1 has this test write it");
}

#[test]
fn its_example_is_a_configuration() {
    let page = page();
    let (_, example) = page.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    // An output that the tests do not have.
    let example = example.replace(
        "{ type = \"nats\", servers = [\"nats://127.0.0.1\"], subject = \"recall.{event}\" }",
        "{ type = \"http\", url = \"https://example.com\", unsigned = true }",
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.toml");
    std::fs::write(&file, example).unwrap();
    let loaded = Sources::new().with_file(&file).load().unwrap();
    assert_eq!(loaded.config.subscriptions.len(), 2);
    assert_eq!(loaded.config.endpoints["recall"].secrets.len(), 2);
}
