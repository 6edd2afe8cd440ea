//! Files that end in the middle of a line.

use std::fs;

use recallai_webhook_outputs::Output as _;

use super::{file, fresh, outgoing};

const WHOLE: &str = "{\"idempotency_key\":\"a\",\"body\":1}\n";

#[tokio::test]
async fn a_torn_line_is_cut_off_and_a_whole_one_ended() {
    let long = format!("{WHOLE}{{\"idempotency_key\":\"b\",\"body\":\"{}", "x".repeat(200_000));
    let unended = WHOLE.trim_end().to_owned();
    for (before, after) in [
        (String::new(), ""),
        (WHOLE.to_owned(), WHOLE),
        (unended, WHOLE),
        (format!("{WHOLE}{{\"idempotency_key\":\"b\",\"bo"), WHOLE),
        (format!("{WHOLE}{{"), WHOLE),
        (format!("{WHOLE}\0\0\0\0"), WHOLE),
        (format!("{WHOLE}{}", "\0".repeat(200_000)), WHOLE),
        (format!("{WHOLE}{{\"idempotency_key\":\0\0\0\0"), WHOLE),
        // Blocks behind those that were not written.
        (format!("{WHOLE}\0\0\0\0dy\":1}}\n"), WHOLE),
        (format!("{WHOLE}{{\"idem\0\0\0\0y\":1}}\n\0\0\n"), WHOLE),
        (format!("{WHOLE}\0\0\0\0\n{{\"idem\0"), WHOLE),
        (long, WHOLE),
        ("{\"idempotency_key\"".to_owned(), ""),
    ] {
        let (_folder, path) = fresh();
        fs::write(&path, &before).unwrap();
        file(&path).send(&outgoing("c")).await.unwrap();
        let found = fs::read_to_string(&path).unwrap();
        let line = found.strip_prefix(after).unwrap();
        assert!(
            line.starts_with("{\"idempotency_key\":\"c\",") && line.ends_with("}\n"),
            "{found}"
        );
        assert_eq!(line.lines().count(), 1, "{found}");
    }
}

#[tokio::test]
async fn a_file_of_something_else_stays_as_it_is() {
    for before in ["root:x:0:0", "a\nb", "[1,\n2]"] {
        let (_folder, path) = fresh();
        fs::write(&path, before).unwrap();
        let error = file(&path).send(&outgoing("a")).await.unwrap_err().to_string();
        assert!(error.contains("events.ndjson") && error.contains("stays as it is"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }
}
