//! The lines of a text.

use std::ops::Range;

/// One line, without its newline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Offset of its first byte in the whole text.
    pub(super) start: usize,
    /// The line as it stands.
    pub(super) text: &'t str,
    /// Whether the author marked it as code; set by [`Lines::in_block`].
    pub(super) in_block: bool,
}

impl<'t> Line<'t> {
    /// Without white space around.
    pub(super) fn trimmed(&self) -> &'t str {
        self.text.trim()
    }

    /// Bytes of white space in front; a tab counts as one.
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// Nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim_start().is_empty()
    }

    /// Without the mark that pytest puts before every line of its own tracebacks.
    fn unprefixed(&self) -> Self {
        match self.text.strip_prefix("INTERNALERROR> ") {
            Some(rest) => Self {
                start: self.start + (self.text.len() - rest.len()),
                text: rest,
                ..*self
            },
            None => *self,
        }
    }

    /// Bytes of the line in the whole text, its newline left out.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// All lines of a text, in order.
#[derive(Debug)]
pub(super) struct Lines<'t>(Vec<Line<'t>>);

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut lines = Vec::with_capacity(text.len() / 40 + 1);
        let mut start = 0;
        for newline in memchr::memchr_iter(b'\n', text.as_bytes()) {
            lines.push(Line {
                start,
                text: &text[start..newline],
                in_block: false,
            });
            start = newline + 1;
        }
        if start < text.len() {
            lines.push(Line {
                start,
                text: &text[start..],
                in_block: false,
            });
        }
        Self(lines)
    }

    /// The lines with the `> ` of quoted mail taken away, for readers that look at the start of a line.
    /// A `>` with much space behind it is pytest's mark of the failing line and stays.
    pub(super) fn unquoted(&self, range: Range<usize>) -> Vec<Line<'t>> {
        self.0[range]
            .iter()
            .map(|line| {
                let mut line = line.unprefixed();
                while let Some(rest) = line.text.trim_start().strip_prefix("> ") {
                    if rest.starts_with("      ") {
                        break;
                    }
                    line = Line {
                        start: line.start + (line.text.len() - rest.len()),
                        text: rest,
                        ..line
                    };
                }
                line
            })
            .collect()
    }

    /// The lines as they stand, known to be in a marked block.
    pub(super) fn in_block(&self, range: Range<usize>) -> Vec<Line<'t>> {
        self.0[range]
            .iter()
            .map(|line| Line {
                in_block: true,
                ..line.unprefixed()
            })
            .collect()
    }
}

impl<'t> std::ops::Deref for Lines<'t> {
    type Target = [Line<'t>];

    fn deref(&self) -> &[Line<'t>] {
        &self.0
    }
}
