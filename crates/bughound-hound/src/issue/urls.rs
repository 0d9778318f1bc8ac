//! Where the addresses are.

use std::ops::Range;

/// Byte ranges of all `scheme://…` addresses, in order.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for mark in memchr::memmem::find_iter(bytes, b"://") {
        if found.last().is_some_and(|last| mark < last.end) {
            continue;
        }
        let scheme = bytes[..mark]
            .iter()
            .rev()
            .take(8)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        if scheme < 3 {
            continue;
        }
        let end = mark + 3 + length(&text[mark + 3..]);
        if end > mark + 3 {
            found.push(mark - scheme..end);
        }
    }
    found
}

/// How far an address goes on: to white space, a quote, or a bracket that it did not open; marks of
/// punctuation at the end are not its own.
fn length(rest: &str) -> usize {
    let mut open_round = 0usize;
    let mut open_square = 0usize;
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        let stops = match c {
            '(' => {
                open_round += 1;
                false
            }
            '[' => {
                open_square += 1;
                false
            }
            ')' if open_round > 0 => {
                open_round -= 1;
                false
            }
            ']' if open_square > 0 => {
                open_square -= 1;
                false
            }
            ')' | ']' | '<' | '>' | '"' | '`' | '\'' | '|' | '\u{201d}' => true,
            c => c.is_whitespace(),
        };
        if stops {
            end = at;
            break;
        }
    }
    rest[..end]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '*'])
        .len()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn addresses() {
        for (text, expect) in [
            ("see https://a.org/x.", &["https://a.org/x"][..]),
            (
                "[x](https://a.org/y) (https://a.org/z_(w))",
                &["https://a.org/y", "https://a.org/z_(w)"],
            ),
            ("<http://a.org>, `ftp://b`", &["http://a.org", "ftp://b"]),
            ("a://", &[]),
            ("C:// http://", &[]),
        ] {
            let found: Vec<_> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expect, "{text}");
        }
    }
}
