//! Where lines begin.

use memchr::memchr_iter;

use crate::ByteSpan;

/// The lines of a text: byte offsets to line numbers and back.
///
/// Lines are those of git and of most editors: `\n` ends a line, and a `\r` before it belongs to the line's
/// end. A text without any `\n` has its lines ended by `\r` (old Mac files); in other texts a lone `\r` is an
/// ordinary character. (Python counts every lone `\r` as a line end, git counts none.)
/// A last line without an end counts as a line; the empty text has no lines.
#[derive(Clone, Debug)]
pub struct LineTable {
    /// Start of each line; never empty, begins with 0.
    starts: Vec<u32>,
    n_bytes: u32,
    /// Index of the line looked up last: look-ups come mostly in the order of the text.
    hint: usize,
}

impl LineTable {
    /// Counts the lines of `text`. Offsets beyond 4 GiB are not counted.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let n_bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let bytes = &bytes[..n_bytes as usize];
        // Measured on Python and C sources: 33 to 38 bytes per line.
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 2);
        starts.push(0);
        for end in [b'\n', b'\r'] {
            starts.extend(memchr_iter(end, bytes).map(|at| offset(at + 1)));
            if starts.len() > 1 {
                break;
            }
        }
        if starts.len() > 1 && starts.last() == Some(&n_bytes) {
            starts.pop();
        }
        Self {
            starts,
            n_bytes,
            hint: 0,
        }
    }

    /// Number of lines; a last line without an end counts, so only the empty text has none.
    pub fn n_lines(&self) -> u32 {
        if self.n_bytes == 0 {
            0
        } else {
            offset(self.starts.len())
        }
    }

    /// The line, from 1, that holds the byte at `at`; offsets past the end are on the last line.
    pub fn line(&self, at: u32) -> u32 {
        offset(self.starts.partition_point(|&start| start <= at))
    }

    /// As [`Self::line`], faster for look-ups in the order of the text.
    pub fn line_in_order(&mut self, at: u32) -> u32 {
        const STEPS: usize = 8;
        let window = &self.starts[self.hint..self.starts.len().min(self.hint + STEPS)];
        let within = window.iter().take_while(|&&start| start <= at).count();
        let line = if within == 0 || within == STEPS {
            self.starts.partition_point(|&start| start <= at)
        } else {
            self.hint + within
        };
        self.hint = line - 1;
        offset(line)
    }

    /// The bytes of the line, its end included; `None` where the text has no such line.
    pub fn span(&self, line: u32) -> Option<ByteSpan> {
        if line == 0 || line > self.n_lines() {
            return None;
        }
        let start = self.starts[line as usize - 1];
        let end = self
            .starts
            .get(line as usize)
            .copied()
            .unwrap_or(self.n_bytes);
        Some(ByteSpan { start, end })
    }
}

/// An offset as it is stored; texts longer than 4 GiB are cut off before.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_as_git_ends_them() {
        #[track_caller]
        fn check(text: &str, expect: &[&str]) {
            let table = LineTable::new(text);
            let lines: Vec<&str> = (1..=table.n_lines())
                .map(|line| table.span(line).unwrap().text(text))
                .collect();
            assert_eq!(lines, expect, "{text:?}");
        }
        check("", &[]);
        check("a", &["a"]);
        check("a\n", &["a\n"]);
        check("a\nb", &["a\n", "b"]);
        check("\n\n", &["\n", "\n"]);
        check("a\r\nb\r\n", &["a\r\n", "b\r\n"]);
        check("a\rb\r", &["a\r", "b\r"]);
        check("a\rb\nc", &["a\rb\n", "c"]);
        check("a\x0cb\n\x0c\n", &["a\x0cb\n", "\x0c\n"]);
        check("a\u{2028}b", &["a\u{2028}b"]);
    }

    proptest! {
        #[test]
        fn both_look_ups_agree(text in "[a\\n\\r]{0,60}", offsets in prop::collection::vec(0u32..70, 1..40)) {
            let mut table = LineTable::new(&text);
            for at in offsets {
                let line = table.line(at);
                prop_assert_eq!(table.line_in_order(at), line);
                prop_assert!(line >= 1 && line <= table.n_lines().max(1));
                if (at as usize) < text.len() {
                    let span = table.span(line).unwrap();
                    prop_assert!(span.start <= at && at < span.end);
                }
            }
        }
    }
}
