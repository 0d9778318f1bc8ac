//! How much a call may say.

use crate::ToolOutput;

/// The most that one call may give. What is over is counted and left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Lines, the note about what was left out not counted.
    pub max_lines: usize,
    /// Bytes, newlines counted, that note not.
    pub max_bytes: usize,
    /// Bytes of a single line; longer lines are cut.
    pub max_line_bytes: usize,
}

impl Default for Budget {
    /// 400 lines, 16 KiB, 400 bytes a line: some 4,000 tokens of a language model.
    fn default() -> Self {
        Self {
            max_lines: 400,
            max_bytes: 16 << 10,
            max_line_bytes: 400,
        }
    }
}

/// A text that grows line by line until the budget is spent, and counts from there on.
#[derive(Debug)]
pub struct Page {
    budget: Budget,
    text: String,
    n_lines: usize,
    n_left_out: usize,
}

impl Page {
    /// An empty one.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            text: String::new(),
            n_lines: 0,
            n_left_out: 0,
        }
    }

    /// Adds one line; line ends inside it become spaces.
    pub fn line(&mut self, line: &str) {
        let (line, cut) = shorten(
            line.trim_end_matches(['\r', '\n']),
            self.budget.max_line_bytes,
        );
        let note = if cut > 0 {
            format!(" … (+{cut} bytes)")
        } else {
            String::new()
        };
        let is_full = self.n_left_out > 0
            || self.n_lines >= self.budget.max_lines
            || self.text.len() + line.len() + note.len() + 1 > self.budget.max_bytes;
        if is_full {
            self.n_left_out += 1;
            return;
        }
        if line.contains(['\n', '\r']) {
            self.text.push_str(&line.replace(['\n', '\r'], " "));
        } else {
            self.text.push_str(line);
        }
        self.text.push_str(&note);
        self.text.push('\n');
        self.n_lines += 1;
    }

    /// Adds every line of a text.
    pub fn lines(&mut self, text: &str) {
        for line in text.split('\n') {
            self.line(line);
        }
    }

    /// Counts lines that are not even made.
    pub fn leave_out(&mut self, n_lines: usize) {
        self.n_left_out += n_lines;
    }

    /// How many lines would still fit, as far as their number goes.
    pub fn lines_left(&self) -> usize {
        if self.n_left_out > 0 {
            0
        } else {
            self.budget.max_lines - self.n_lines.min(self.budget.max_lines)
        }
    }

    /// How many bytes would still fit.
    pub fn bytes_left(&self) -> usize {
        if self.n_left_out > 0 {
            0
        } else {
            self.budget.max_bytes.saturating_sub(self.text.len())
        }
    }

    /// The most bytes that a line would take of the budget.
    pub fn cost(&self, line: &str) -> usize {
        // A line that is cut says so.
        let note = " … (+ bytes)".len() + 20;
        (line.len() + 1).min(self.budget.max_line_bytes + note)
    }

    /// The output, with a note where something was left out; no newline at its end.
    pub fn finish(mut self) -> ToolOutput {
        if self.n_left_out > 0 {
            let lines = if self.n_left_out == 1 {
                "line"
            } else {
                "lines"
            };
            self.text
                .push_str(&format!("… {} more {lines}\n", self.n_left_out));
        }
        self.text.truncate(self.text.trim_end_matches('\n').len());
        ToolOutput {
            text: self.text,
            n_left_out: self.n_left_out,
            ..ToolOutput::default()
        }
    }
}

/// The line cut between characters, and how many bytes that took away.
fn shorten(line: &str, max_bytes: usize) -> (&str, usize) {
    if line.len() <= max_bytes {
        return (line, 0);
    }
    let mut end = max_bytes;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    (&line[..end], line.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        max_lines: usize,
        max_bytes: usize,
        max_line_bytes: usize,
        lines: &[&str],
        expect: &str,
    ) {
        let mut page = Page::new(Budget {
            max_lines,
            max_bytes,
            max_line_bytes,
        });
        lines.iter().for_each(|line| page.line(line));
        assert_eq!(page.finish().text, expect);
    }

    #[test]
    fn budgets_are_kept_and_the_rest_is_counted() {
        check(2, 100, 100, &["a", "b"], "a\nb");
        check(2, 100, 100, &["a", "b", "c"], "a\nb\n… 1 more line");
        check(9, 4, 100, &["a", "b", "c", "d"], "a\nb\n… 2 more lines");
        check(9, 100, 3, &["abcdef"], "abc … (+3 bytes)");
        check(9, 100, 3, &["aéé"], "aé … (+2 bytes)");
        check(0, 0, 3, &["a"], "… 1 more line");
        // Nothing is shown behind the first line that was left out.
        check(9, 8, 100, &["aaaa", "bbbbbb", "c"], "aaaa\n… 2 more lines");
    }
}
