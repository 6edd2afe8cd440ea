//! Parts of a document that are written from code, between two markers: `<!-- name:begin -->` and
//! `<!-- name:end -->`.

/// Why a document cannot be written.
pub(super) const MISSING: &str = "a part has no place in it, such as `<!-- crates:begin -->` and `<!-- crates:end -->` make for `crates`";

/// Puts a part between the two markers of a name; `None` if they are not there.
pub(super) fn replace(text: &str, name: &str, part: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (head, rest) = text.split_once(&begin)?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}{part}{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let readme = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        let fresh = replace(readme, "x", "new\n").unwrap();
        assert_eq!(fresh, "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert_eq!(replace(&fresh, "x", "new\n").unwrap(), fresh);
        assert_eq!(replace(readme, "y", "new\n"), None);
        assert_eq!(replace("<!-- x:begin -->\n", "x", "new\n"), None);
    }
}
