//! The holes of templates: `${…}` of Terraform, `<…>` of documents.

/// The longest hole in bytes; what is longer is none.
const LONGEST: usize = 512;

/// The length of the hole that `text` begins with, if it begins with one. It ends in the same line.
pub(super) fn hole(text: &str) -> Option<usize> {
    if text.starts_with("${") { expression(text) } else { placeholder(text) }
}

/// `${…}`; braces inside come in pairs, and those in a text of its own do not count.
fn expression(text: &str) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for (at, c) in text.char_indices().take_while(|(at, c)| *at < LONGEST && *c != '\n') {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            '{' if !in_text => depth += 1,
            '}' if !in_text => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `<group name>`: begins with a letter, so that an operator is none.
fn placeholder(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    if !inside.starts_with(char::is_alphabetic) {
        return None;
    }
    let plain = |c: char| c.is_alphanumeric() || "_-.:/ …".contains(c);
    let end = inside.char_indices().find(|(_, c)| !plain(*c)).filter(|(at, c)| *at < LONGEST && *c == '>');
    end.map(|(at, _)| at + 2)
}

/// Whether a text has a hole anywhere.
pub(in super::super) fn any(text: &str) -> bool {
    text.char_indices().any(|(at, c)| matches!(c, '$' | '<') && text.get(at..).and_then(hole).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_from_operators() {
        assert_eq!(hole("${var.group}x"), Some(12));
        assert_eq!(hole("${ { a = \"}\" } } tail"), Some(16));
        assert_eq!(hole("<group name>"), Some(12));
        for other in ["$", "${", "${a", "${a\n}", "< 5", "<", "<=", "<a", "<a = b>", "<a\n>", ""] {
            assert_eq!(hole(other), None, "{other}");
        }
        assert_eq!(hole(&format!("<{}>", "a".repeat(1 << 20))), None);
        assert!(any("grp-<env>-x") && !any("a < b > c"));
    }
}
