//! The options as they stand in a configuration.

use recallai_webhook_outputs::{File, FileOptions, OutputOptions, Period, Size};
use serde_json::json;

#[test]
fn options_are_read_and_written() {
    let least: OutputOptions =
        serde_json::from_value(json!({"type": "file", "path": "/e.ndjson"})).unwrap();
    assert_eq!(least, OutputOptions::File(FileOptions::new("/e.ndjson")));
    let all = json!({
        "type": "file", "path": "/e.ndjson", "max_size": "1MiB", "max_age": "1d", "keep": 7,
        "timeout": "5s",
    });
    let options: OutputOptions = serde_json::from_value(all.clone()).unwrap();
    let expected = FileOptions::new("/e.ndjson")
        .with_max_size(Size::from_mib(1))
        .with_max_age(Period::from_secs(86_400))
        .with_keep(7)
        .with_timeout(Period::from_secs(5));
    assert_eq!(options, OutputOptions::File(expected));
    assert_eq!(options.type_name(), "file");
    assert_eq!(serde_json::to_value(&options).unwrap(), all);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for (options, expected) in [
        (json!({"type": "file"}), "missing field `path`"),
        (json!({"type": "file", "path": "/e", "fax": 1}), "fax: there is no such option"),
        (json!({"type": "file", "path": "/e", "max_size": "big"}), "max_size: a size is"),
    ] {
        let error = serde_json::from_value::<OutputOptions>(options).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let options = FileOptions::new("/e");
    for (options, expected) in [
        (FileOptions::new(""), "path: does not end with the name of a file"),
        (FileOptions::new("/a/.."), "path: does not end with the name of a file"),
        (options.clone().with_max_size(Size::from_bytes(0)), "max_size: is zero"),
        (options.with_max_age(Period::from_secs(0)), "max_age: is zero"),
    ] {
        assert_eq!(File::new(options).unwrap_err().to_string(), expected);
    }
}
