//! The page about testing a receiver: its examples are the files that tests run.

use std::path::Path;

use super::markers::replace;
use crate::Result;

pub(super) const PAGE: &str = "docs/testing-your-receiver.md";

/// Where the examples are.
const EXAMPLES: &str = "crates/recallai-webhook-cli/tests/receivers";

/// Each example: the name of its markers, which is the word of its fence, and its file.
const SHOWN: [(&str, &str); 3] =
    [("rust", "receiver.rs"), ("python", "receiver.py"), ("javascript", "receiver.mjs")];

/// The page with fresh examples; `None` if one has no place in it.
pub(super) fn text(root: &Path) -> Result<Option<String>> {
    let mut page = Some(std::fs::read_to_string(root.join(PAGE)).unwrap_or_default());
    for (name, file) in SHOWN {
        let path = root.join(EXAMPLES).join(file);
        let code = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        page = page.and_then(|page| replace(&page, name, &fenced(name, &code)));
    }
    Ok(page)
}

fn fenced(language: &str, code: &str) -> String {
    format!("```{language}\n{code}```\n")
}
