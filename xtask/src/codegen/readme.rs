//! The README of a crate, from the documentation at the top of its root module.

use super::markdown;
use crate::Result;
use crate::workspace::{Package, Workspace};

/// The file that documents a package: its library, or its binary where it has none.
pub(super) fn source(workspace: &Workspace, package: &Package) -> Result<String> {
    let path = format!("{}/src/{}", package.directory, root_module(package));
    std::fs::read_to_string(workspace.root.join(&path))
        .map_err(|error| format!("{path}: {error}").into())
}

fn root_module(package: &Package) -> &'static str {
    if package.has_library { "lib.rs" } else { "main.rs" }
}

/// The documentation of a root module, as plain Markdown.
pub(super) fn docs(source: &str) -> String {
    markdown::from_rustdoc(&crate_docs(source))
}

/// The whole file.
pub(super) fn text(package: &Package, source: &str) -> String {
    let docs = docs(source);
    let mut text = format!(
        "<!-- Generated from src/{} by `cargo xtask codegen`. -->\n\n# {}\n\n{}\n\n",
        root_module(package),
        package.name,
        docs.trim(),
    );
    text.push_str("## Licence and Rust version\n\n");
    if let Some(version) = &package.rust_version {
        text.push_str(&format!("Needs Rust {version} or newer. "));
    }
    if let Some(license) = &package.license {
        let license = license.replace(" OR ", " or ");
        text.push_str(&format!("Licensed under {license}, at your option. "));
    }
    if !docs.contains("unofficial") {
        text.push_str("This is an unofficial project; Recall.ai does not endorse it. ");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The `//!` lines that a file begins with, without their marks.
fn crate_docs(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        Package {
            name: "one".to_owned(),
            license: Some("MIT OR Apache-2.0".to_owned()),
            rust_version: Some("1.88".to_owned()),
            has_library: true,
            ..Package::default()
        }
    }

    #[test]
    fn a_readme_is_title_docs_and_terms() {
        let source = "//! Does one thing.\n//!\n//! ```\n//! # hidden();\n//! shown();\n//! ```\n\nuse std::fmt;\n//! Not this.\n";
        let expected = "\
<!-- Generated from src/lib.rs by `cargo xtask codegen`. -->

# one

Does one thing.

```rust
shown();
```

## Licence and Rust version

Needs Rust 1.88 or newer. Licensed under MIT or Apache-2.0, at your option. \
This is an unofficial project; Recall.ai does not endorse it.
";
        assert_eq!(text(&package(), source), expected);
    }

    #[test]
    fn unofficial_is_said_once() {
        let text = text(&package(), "//! One, an unofficial thing.\n");
        assert_eq!(text.matches("unofficial").count(), 1, "{text}");
    }
}
