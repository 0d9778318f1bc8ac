//! Text that is safe and fits on a terminal.

use std::borrow::Cow;

use console::{measure_text_width, truncate_str};

/// The text in one line: control characters (they could steer a terminal) are shown as `�`, tabs as four
/// spaces.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\t' => out.push_str("    "),
            '\r' | '\n' => out.push(' '),
            other if other.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    Cow::Owned(out.trim_end().to_owned())
}

/// The text, cut to `width` columns with an ellipsis.
pub(crate) fn fit(text: &str, width: usize) -> Cow<'_, str> {
    truncate_str(text, width, "…")
}

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    measure_text_width(text)
}

/// The text in lines of at most `width` columns, broken between words where that is possible.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = columns(&line) + usize::from(!line.is_empty()) + columns(word);
        if !line.is_empty() && joined > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&fit(word, width));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_defused() {
        for (text, expect) in [
            ("plain", "plain"),
            ("\tif x:", "    if x:"),
            ("red \u{1b}[31mtext", "red \u{fffd}[31mtext"),
            ("a\r\nb\n", "a  b"),
            ("naïve – 日本", "naïve – 日本"),
        ] {
            assert_eq!(printable(text), expect);
        }
    }

    #[test]
    fn text_fits() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("abcd", 4), "abcd");
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("日本語 日本語", 7), ["日本語", "日本語"]);
        assert_eq!(wrap("unbreakable", 5), ["unbr…"]);
        assert!(wrap("  ", 5).is_empty());
    }
}
