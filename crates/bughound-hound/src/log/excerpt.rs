//! The lines of one failure, bounded: the first and the last are kept, repetitions folded.

use std::collections::VecDeque;

/// Lines kept from the start.
const HEAD: usize = 30;
/// Lines kept from the end.
const TAIL: usize = 50;

/// Lines that come one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Excerpt {
    head: Vec<String>,
    tail: VecDeque<String>,
    left_out: usize,
    last: String,
    repeated: usize,
}

impl Excerpt {
    pub(super) fn push(&mut self, line: &str) {
        let line = line.trim_end();
        if self.last == line && !(self.head.is_empty() && self.tail.is_empty()) {
            self.repeated += 1;
            return;
        }
        self.flush();
        line.clone_into(&mut self.last);
        self.store(line.to_owned());
    }

    fn flush(&mut self) {
        let repeated = std::mem::take(&mut self.repeated);
        // Blank lines, and carets under two lines of code, repeat without meaning anything by it.
        if repeated > 1 && !self.last.is_empty() {
            self.store(format!("[the line above {repeated} times more]"));
        } else if repeated == 1 && !self.last.is_empty() {
            let line = self.last.clone();
            self.store(line);
        }
    }

    fn store(&mut self, line: String) {
        if self.head.len() < HEAD {
            self.head.push(line);
            return;
        }
        self.tail.push_back(line);
        if self.tail.len() > TAIL {
            self.tail.pop_front();
            self.left_out += 1;
        }
    }

    /// The text, without blank lines around it.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        let mut lines = self.head;
        if self.left_out > 0 {
            lines.push(format!("[{} lines left out]", self.left_out));
        }
        lines.extend(self.tail);
        let is_blank = |line: &String| line.trim().is_empty();
        let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
        let end = lines
            .iter()
            .rposition(|line| !is_blank(line))
            .map_or(first, |at| at + 1);
        lines[first..end].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], expect: &str) {
        let mut excerpt = Excerpt::default();
        for line in lines {
            excerpt.push(line);
        }
        assert_eq!(excerpt.finish(), expect);
    }

    #[test]
    fn repetitions_are_folded() {
        check(&["", "a  ", "b", ""], "a\nb");
        check(&["a", "a"], "a\na");
        check(&["a", "a", "a", "b"], "a\n[the line above 2 times more]\nb");
        check(&["a", "", "", "", "b"], "a\n\nb");
        check(&[], "");
    }

    #[test]
    fn the_middle_is_left_out() {
        let lines: Vec<String> = (0..1000).map(|n| format!("line {n}")).collect();
        let mut excerpt = Excerpt::default();
        for line in &lines {
            excerpt.push(line);
        }
        let text = excerpt.finish();
        assert!(text.starts_with("line 0\n"));
        assert!(
            text.contains("line 29\n[920 lines left out]\nline 950\n"),
            "{text}"
        );
        assert!(text.ends_with("line 999"));
    }
}
