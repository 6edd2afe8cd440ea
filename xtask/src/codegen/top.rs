//! The README at the top: the parts between markers, such as `<!-- crates:begin -->`.

use super::markers::replace;
use super::readme;
use crate::Result;
use crate::table::Table;
use crate::workspace::Workspace;

/// The crate whose first example is shown, and which its tests run.
const SHOWN: &str = "recallai-webhook";

/// The README with fresh parts; `None` if one has no place in it.
pub(super) fn text(current: &str, workspace: &Workspace) -> Result<Option<String>> {
    let source = readme::source(workspace, workspace.package(SHOWN)?)?;
    let docs = readme::docs(&source);
    let example = first_example(&docs).ok_or_else(|| format!("{SHOWN}: no example in its docs"))?;
    let text = replace(current, "crates", &crates(workspace));
    Ok(text.and_then(|text| replace(&text, "example", example)))
}

fn crates(workspace: &Workspace) -> String {
    let mut table = Table::new(&["crate", "what it is"]);
    for package in workspace.published() {
        let link = format!("[`{}`]({})", package.name, package.directory);
        table.row([link, package.description.clone().unwrap_or_default()]);
    }
    table.markdown()
}

/// The first code block in Rust, with its fences.
fn first_example(docs: &str) -> Option<&str> {
    let start = docs.find("```rust\n")?;
    let end = docs[start..].find("\n```\n")?;
    docs.get(start..start + end + "\n```\n".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_example_is_taken_whole() {
        let docs = "One.\n\n```text\nno\n```\n\n```rust\na();\n\nb();\n```\n\n```rust\nc();\n```\n";
        assert_eq!(first_example(docs), Some("```rust\na();\n\nb();\n```\n"));
        assert_eq!(first_example("None."), None);
    }
}
