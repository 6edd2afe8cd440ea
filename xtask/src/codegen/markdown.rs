//! From the Markdown of rustdoc to that of a README: links into the code become plain code, lines
//! hidden in examples go, and examples say that they are Rust.

/// Attributes that rustdoc takes on a code block, and that make or leave it Rust.
const RUST_ATTRIBUTES: &[&str] =
    &["", "rust", "no_run", "ignore", "should_panic", "compile_fail", "edition2024"];

pub(super) fn from_rustdoc(docs: &str) -> String {
    let mut text = String::new();
    let mut prose = String::new();
    let mut lines = docs.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else {
            prose.push_str(&heading(line));
            prose.push('\n');
            continue;
        };
        text.push_str(&without_code_links(&std::mem::take(&mut prose)));
        let is_rust = info.split(',').all(|word| RUST_ATTRIBUTES.contains(&word.trim()));
        let indent = &line[..line.len() - line.trim_start().len()];
        text.push_str(&format!("{indent}```{}\n", if is_rust { "rust" } else { info }));
        for line in lines.by_ref() {
            if let Some(line) = if is_rust { shown(line) } else { Some(line) } {
                text.push_str(line);
                text.push('\n');
            }
            if line.trim() == "```" {
                break;
            }
        }
    }
    text.push_str(&without_code_links(&prose));
    text
}

/// One level down: the title is the name of the crate.
fn heading(line: &str) -> String {
    if line.starts_with('#') { format!("#{line}") } else { line.to_owned() }
}

/// A line of an example, unless rustdoc hides it.
fn shown(line: &str) -> Option<&str> {
    let code = line.trim_start();
    if code == "#" || code.starts_with("# ") {
        return None;
    }
    // `##` is how rustdoc writes a line that begins with one.
    Some(if code.starts_with("##") { &code[1..] } else { line })
}

/// Turns `[text](path)`, `[text][path]`, `[text]` and `[text]: path` into `text` alone where `path`
/// is one of Rust; what leads to the web stays.
fn without_code_links(prose: &str) -> String {
    let web_labels: Vec<&str> = prose.lines().filter_map(definition).collect();
    let mut text = String::new();
    let mut rest = prose;
    while let Some(at) = rest.find(['[', '`']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('`') {
            let end = code_end(rest);
            text.push_str(&rest[..end]);
            end
        } else {
            link(rest, text.is_empty() || text.ends_with('\n'), &web_labels, &mut text)
        };
        rest = &rest[taken..];
    }
    text.push_str(rest);
    text
}

/// The label of a line that defines a link to the web.
fn definition(line: &str) -> Option<&str> {
    let (label, target) = line.strip_prefix('[')?.split_once("]:")?;
    is_web(target.trim()).then_some(label)
}

fn is_web(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:") || target.starts_with('#')
}

/// The length of the inline code that a text begins with.
fn code_end(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let (fence, rest) = text.split_at(ticks);
    rest.find(fence).map_or(ticks, |at| at + 2 * ticks)
}

/// Writes what the bracket that a text begins with becomes; gives the length of what it replaces.
fn link(text: &str, begins_line: bool, web_labels: &[&str], out: &mut String) -> usize {
    let Some(end) = closing(text, '[', ']') else {
        out.push('[');
        return 1;
    };
    let (label, rest) = (&text[1..end], &text[end + 1..]);
    let mut keep = |keep: bool, len: usize| {
        out.push_str(if keep { &text[..len] } else { label });
        len
    };
    if rest.starts_with('(')
        && let Some(close) = closing(rest, '(', ')')
    {
        return keep(is_web(&rest[1..close]), end + close + 2);
    }
    if rest.starts_with('[')
        && let Some(close) = closing(rest, '[', ']')
    {
        return keep(web_labels.contains(&&rest[1..close]), end + close + 2);
    }
    if rest.starts_with(':') && begins_line {
        let line = text.find('\n').map_or(text.len(), |at| at + 1);
        return if web_labels.contains(&label) { keep(true, line) } else { line };
    }
    keep(web_labels.contains(&label) || !is_code(label), end + 1)
}

/// Whether brackets around a label can only be a link into the code.
fn is_code(label: &str) -> bool {
    label.starts_with('`') || label.contains("::")
}

/// Where the bracket that a text begins with is closed; brackets in inline code do not count.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        if c == '`' {
            skip = at + code_end(&text[at..]);
        } else if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(docs: &str, expected: &str) {
        assert_eq!(from_rustdoc(docs), expected);
    }

    #[test]
    fn links_into_the_code_become_code() {
        check("See [`Event`].", "See `Event`.\n");
        check("See [`parse`](Event::parse), [`a`][crate::a].", "See `parse`, `a`.\n");
        check("See [the\nparser](crate::parse).", "See the\nparser.\n");
        check("See [`Event`].\n\n[`Event`]: crate::Event\n", "See `Event`.\n\n");
        check("A [`[u8]`](slice) and [std::fmt].", "A `[u8]` and std::fmt.\n");
    }

    #[test]
    fn links_to_the_web_stay() {
        for docs in [
            "See [docs](https://docs.rs/one), [below](#features).\n",
            "See [Recall.ai] and [it][Recall.ai].\n\n[Recall.ai]: https://docs.recall.ai\n",
            "- [ ] a box, `a[0]`, an [aside].\n",
        ] {
            check(docs, docs);
        }
    }

    #[test]
    fn examples_are_rust_and_show_no_hidden_lines() {
        check(
            "```no_run\n# fn main() {\n#[derive(Debug)]\nlet a = [`b`];\n## raw\n#\n# }\n```\nThen [`B`].",
            "```rust\n#[derive(Debug)]\nlet a = [`b`];\n# raw\n```\nThen `B`.\n",
        );
        check("```toml\n# kept\n[a]\n```", "```toml\n# kept\n[a]\n```\n");
    }

    #[test]
    fn headings_go_one_level_down() {
        check("# Features\n\n## More", "## Features\n\n### More\n");
    }
}
