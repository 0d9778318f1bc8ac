//! Blocks that the author marked as code: fences, `<pre>`, and Trac's `{{{ }}}`.

use super::boilerplate;
use super::lines::Lines;

/// A marked block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The line with the opening mark.
    pub(super) open: usize,
    /// The line with the closing mark, or one past the block's last line where it is never closed.
    pub(super) close: usize,
    /// Whether line `close` holds nothing but the mark.
    pub(super) close_is_mark: bool,
}

impl Block {
    /// The lines between the marks; a last line with code before its mark is among them.
    pub(super) fn content(&self) -> std::ops::Range<usize> {
        self.open + 1..if self.close_is_mark {
            self.close
        } else {
            self.close.max(self.open + 1)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Backticks,
    Tildes,
    Pre,
    Trac,
}

impl Mark {
    const ALL: [Self; 4] = [Self::Backticks, Self::Tildes, Self::Pre, Self::Trac];

    fn opens(line: &str) -> Option<Self> {
        let line = line.trim();
        let line = line.strip_prefix("> ").unwrap_or(line).trim_start();
        if let Some(rest) = line.strip_prefix("```") {
            return (!rest.trim_start_matches('`').contains('`')).then_some(Self::Backticks);
        }
        if line.starts_with("~~~") {
            let rest = line.trim_start_matches('~');
            return rest
                .chars()
                .all(|c| c.is_alphanumeric() || " .+-_{}".contains(c))
                .then_some(Self::Tildes);
        }
        if line.starts_with("<pre") {
            return (!line.contains("</pre>")).then_some(Self::Pre);
        }
        if line.starts_with("{{{") {
            return (!line.contains("}}}")).then_some(Self::Trac);
        }
        None
    }

    /// Whether the line closes a block of this kind, and whether it holds nothing else.
    fn closes(self, line: &str) -> Option<bool> {
        let line = line.trim();
        match self {
            Self::Backticks | Self::Tildes => {
                let mark = if self == Self::Backticks { '`' } else { '~' };
                let bare = line.strip_prefix("> ").unwrap_or(line).trim_start();
                let rest = bare.trim_end_matches(mark);
                if bare.len() - rest.len() < 3 {
                    return None;
                }
                // Code, and the mark glued to its end. A line that also starts a run is inline code.
                if !rest.is_empty() && (self == Self::Tildes || rest.contains("``")) {
                    return None;
                }
                Some(rest.is_empty())
            }
            Self::Pre => line.contains("</pre>").then(|| line.starts_with("</pre>")),
            Self::Trac => line.ends_with("}}}").then_some(line == "}}}"),
        }
    }
}

/// All blocks, in order, none inside another.
///
/// A block that is never closed ends before the next heading of an issue template, or with the text.
pub(super) fn find(lines: &Lines<'_>) -> Vec<Block> {
    let mut last_close: [Option<usize>; 4] = [None; 4];
    for (number, line) in lines.iter().enumerate() {
        for (last, mark) in last_close.iter_mut().zip(Mark::ALL) {
            if mark.closes(line.text).is_some() {
                *last = Some(number);
            }
        }
    }
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(mark) = Mark::opens(lines[at].text) else {
            at += 1;
            continue;
        };
        let is_closed = last_close[mark as usize].is_some_and(|last| last > at);
        let (mut close, mut close_is_mark) = (at + 1, false);
        while close < lines.len() {
            let line = lines[close].text;
            if let Some(bare) = mark.closes(line) {
                close_is_mark = bare;
                break;
            }
            if !is_closed && boilerplate::is_template_heading(line) {
                break;
            }
            close += 1;
        }
        let shares_last_line = is_closed && !close_is_mark && close < lines.len();
        if shares_last_line {
            close += 1;
        }
        blocks.push(Block {
            open: at,
            close,
            close_is_mark,
        });
        at = if close_is_mark { close + 1 } else { close };
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(usize, usize, bool)]) {
        let found: Vec<_> = find(&Lines::of(text))
            .iter()
            .map(|b| (b.open, b.close, b.close_is_mark))
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn marked_blocks() {
        check("a\n```python\nx\n```\nb", &[(1, 3, true)]);
        check("~~~\n```\n~~~", &[(0, 2, true)]);
        check("see ```x``` here\n```x``` too", &[]);
        check("```\nx()```\nb", &[(0, 2, false)]);
        check("```\nx\ny", &[(0, 3, false)]);
        check("```\nx\n### Expected behavior\ny", &[(0, 2, false)]);
        check("{{{\n#!python\nx\n}}}\nb", &[(0, 3, true)]);
        check("<pre>\nx\n</pre>", &[(0, 2, true)]);
        check(
            "  ```\n  x\n  ```\n```\ny\n```",
            &[(0, 2, true), (3, 5, true)],
        );
        check("```", &[(0, 1, false)]);
    }
}
