//! Brings a text into the form that all offsets refer to.

/// Newlines become `\n`; a byte order mark, zero-width spaces and HTML comments outside of fenced code
/// vanish. A comment that is never closed stays.
pub(super) fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    plain.push('\n');
                }
            }
            '\u{feff}' | '\u{200b}' => {}
            c => plain.push(c),
        }
    }
    if plain.contains("<!--") {
        without_comments(&plain)
    } else {
        plain
    }
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_fence = false;
    let mut at = 0;
    // Where the line began that is being kept, where it is not known to be a fence.
    let mut plain_line = None;
    let mut line_start = true;
    while at < text.len() {
        let rest = &text[at..];
        if line_start {
            plain_line = Some(kept.len());
            if is_fence(rest) {
                in_fence = !in_fence;
                plain_line = None;
            }
        }
        line_start = false;
        let newline = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |n| n + 1);
        let line = &rest[..newline];
        match if in_fence { None } else { line.find("<!--") } {
            Some(open) => {
                kept.push_str(&line[..open]);
                match memchr::memmem::find(&rest.as_bytes()[open..], b"-->") {
                    Some(close) => at += open + close + 3,
                    None => {
                        kept.push_str(&rest[open..]);
                        return kept;
                    }
                }
            }
            None => {
                kept.push_str(line);
                at += newline;
                line_start = true;
                // What is left of a line with a comment may be a fence.
                if plain_line.is_some_and(|start| is_fence(&kept[start..])) {
                    in_fence = !in_fence;
                }
            }
        }
    }
    kept
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    line.starts_with("```") || line.starts_with("~~~")
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn newlines_and_comments() {
        for (text, expect) in [
            ("a\r\nb\rc\n", "a\nb\nc\n"),
            ("\u{feff}x\u{200b}y", "xy"),
            ("a <!-- gone --> b", "a  b"),
            ("a <!-- gone\nover lines --> b <!--c-->d", "a  b d"),
            ("a <!-- never closed\nb", "a <!-- never closed\nb"),
            (
                "```html\n<!-- kept -->\n```\n<!-- gone -->",
                "```html\n<!-- kept -->\n```\n",
            ),
            ("`<!-- gone -->``\n<!-- kept -->\n", "```\n<!-- kept -->\n"),
        ] {
            assert_eq!(normalise(text), expect);
        }
    }
}
