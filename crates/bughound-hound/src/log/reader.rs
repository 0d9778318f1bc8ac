//! Reading a log line by line, in bounded memory.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use super::clean::clean;
use super::excerpt::Excerpt;
use super::marks::{self, Extent, Mark, Runner};
use super::{BuildLog, Failure, FailureKind};
use crate::issue::error_class;

/// Different failures of one kind that are kept from the start of the log; the first is the cause of others.
const N_FIRST: usize = 10;
/// Remarks that are kept from the end: what a script says last is why it ended.
const N_LAST: usize = 6;
/// Failures whose repetitions are counted.
const N_COUNTED: usize = 10_000;
/// Names of failing tests.
const N_TESTS: usize = 50;
/// Lines kept for logs without a failure.
const N_TAIL: usize = 60;
/// Lines above a failure that lead to it: `In file included from`, `In function 'f':`, what a test printed.
const N_ABOVE: usize = 3;

/// Reads a log.
#[derive(Debug, Default)]
pub struct LogReader {
    n_lines: u64,
    above: VecDeque<String>,
    open: Option<Open>,
    kept: BTreeMap<FailureKind, Vec<Failure>>,
    last_remarks: VecDeque<Failure>,
    seen: FxHashMap<u64, u64>,
    failing_tests: Vec<String>,
    tail: VecDeque<String>,
}

/// A failure whose lines are still coming.
#[derive(Debug)]
struct Open {
    kind: FailureKind,
    extent: Extent,
    line: u64,
    test: Option<String>,
    code: Option<String>,
    excerpt: Excerpt,
    message: String,
    /// Whether the next line that is not blank says what went wrong.
    message_below: bool,
    /// The line above belongs to an error that pytest or Python prints: it goes on there.
    in_error: bool,
    previous: String,
    n_left: u32,
}

impl LogReader {
    /// Takes the next line, with or without its end.
    pub fn push(&mut self, raw: &str) {
        self.n_lines += 1;
        let line = clean(raw);
        let line = line.trim_end();
        if self.goes_on(line) {
            self.above.clear();
        } else {
            self.close();
            let previous = self.above.back().map_or("", String::as_str);
            if let Some(test) = marks::failing_test(line) {
                self.name_test(test);
            } else if let Some(mark) = marks::find(line, previous) {
                self.begin(mark, line);
            }
            if self.above.len() == N_ABOVE {
                self.above.pop_front();
            }
            self.above.push_back(line.to_owned());
        }
        if !line.is_empty() {
            if self.tail.len() == N_TAIL {
                self.tail.pop_front();
            }
            self.tail.push_back(line.to_owned());
        }
    }

    /// All lines have been read.
    pub fn finish(mut self) -> BuildLog {
        self.close();
        let mut failures: Vec<Failure> = self.kept.into_values().rev().flatten().collect();
        for failure in self.last_remarks {
            if failures.iter().all(|kept| kept.line != failure.line) {
                failures.push(failure);
            }
        }
        for failure in &mut failures {
            failure.times = self.seen.get(&key(failure)).copied().unwrap_or(1);
        }
        BuildLog {
            lines: self.n_lines,
            distinct: self.seen.len() as u64,
            failures,
            failing_tests: self.failing_tests,
            tail: self.tail.into(),
        }
    }

    /// Whether the line belongs to the failure that is open; if so it has taken it.
    fn goes_on(&mut self, line: &str) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let goes_on = match open.extent {
            Extent::Section(runner) => !marks::is_border(runner, line),
            Extent::Paragraph => {
                !line.is_empty()
                    && (line.starts_with([' ', '\t']) || marks::find(line, "").is_none())
            }
            Extent::Traceback => open.goes_on_as_traceback(line),
            Extent::Stack => marks::is_stack_line(line) || open.message_below && !line.is_empty(),
            Extent::Lines(_) => {
                let is_next =
                    open.n_left > 0 && (open.message_below || marks::find(line, "").is_none());
                open.n_left = open.n_left.saturating_sub(1);
                is_next
            }
        };
        if goes_on {
            open.take(line);
        }
        goes_on
    }

    fn begin(&mut self, mark: Mark, line: &str) {
        if let Some(test) = &mark.test {
            let test = test.clone();
            self.name_test(&test);
        }
        let mut excerpt = Excerpt::default();
        for above in &self.above {
            let leads = match mark.kind {
                FailureKind::Compiler => leads_to_compiler(above),
                // Verbose runs of Go print what a test says before they say that it failed.
                FailureKind::Test => above.contains("_test.go:"),
                FailureKind::Linker => above.contains(": in function "),
                _ => false,
            };
            if leads {
                excerpt.push(above);
            }
        }
        excerpt.push(line);
        let n_left = match mark.extent {
            Extent::Lines(n) => n,
            _ => 0,
        };
        self.open = Some(Open {
            kind: mark.kind,
            extent: mark.extent,
            line: self.n_lines,
            test: mark.test,
            code: None,
            excerpt,
            message: mark.message.unwrap_or_default(),
            message_below: mark.message_below,
            in_error: false,
            previous: line.to_owned(),
            n_left,
        });
    }

    fn name_test(&mut self, test: &str) {
        if self.failing_tests.len() < N_TESTS
            && self.failing_tests.iter().all(|known| known != test)
        {
            self.failing_tests.push(test.to_owned());
        }
    }

    /// Keeps the failure that is open, or counts it where it is known.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let failure = open.finish();
        let key = key(&failure);
        if let Some(times) = self.seen.get_mut(&key) {
            *times += 1;
            return;
        }
        if self.seen.len() < N_COUNTED {
            self.seen.insert(key, 1);
        }
        let kept = self.kept.entry(failure.kind).or_default();
        if kept.len() < N_FIRST {
            kept.push(failure);
        } else if failure.kind == FailureKind::Remark {
            if self.last_remarks.len() == N_LAST {
                self.last_remarks.pop_front();
            }
            self.last_remarks.push_back(failure);
        }
    }
}

impl Open {
    fn take(&mut self, line: &str) {
        self.excerpt.push(line);
        let trimmed = line.trim();
        // rustc shows the place below the message; other programs that say `error: ` do not.
        if self.extent == Extent::Paragraph && trimmed.starts_with("--> ") {
            self.kind = FailureKind::Compiler;
        }
        if self.message_below && !trimmed.is_empty() {
            trimmed.clone_into(&mut self.message);
            self.message_below = false;
        }
        let is_error_line = match self.extent {
            Extent::Section(Runner::Pytest) => self.pytest(line),
            Extent::Section(Runner::Unittest) => self.python_error(line),
            Extent::Section(Runner::Cargo) => self.panic(trimmed),
            Extent::Section(Runner::Go) => self.go(trimmed),
            _ => false,
        };
        if let Extent::Section(Runner::Jest) = self.extent
            && self.code.is_none()
            && let Some((_, code)) = trimmed
                .strip_prefix("> ")
                .and_then(|rest| rest.split_once("| "))
        {
            self.code = code_of(code);
        }
        if self.code.is_none() && self.previous.trim_start().starts_with("File \"") {
            self.code = code_of(trimmed);
        }
        self.in_error = is_error_line;
        line.clone_into(&mut self.previous);
    }

    /// `>       failing line` and `E       what went wrong`.
    fn pytest(&mut self, line: &str) -> bool {
        if line == "E" {
            return self.in_error;
        }
        if let Some(message) = line.strip_prefix("E  ") {
            if !self.in_error {
                message.trim().clone_into(&mut self.message);
            }
            return true;
        }
        if self.code.is_none() {
            if let Some(code) = line.strip_prefix(">  ") {
                self.code = code_of(code);
            } else if line.starts_with("    ") && self.previous.contains(": in test") {
                self.code = code_of(line);
            }
        }
        false
    }

    /// `ValueError: what went wrong` at the margin.
    fn python_error(&mut self, line: &str) -> bool {
        if line.starts_with(' ') || error_class(line, true).is_none() {
            return false;
        }
        line.clone_into(&mut self.message);
        true
    }

    fn panic(&mut self, trimmed: &str) -> bool {
        if self.message.is_empty()
            && let Some(mark) = trimmed
                .starts_with("thread '")
                .then(|| marks::find(trimmed, ""))
                .flatten()
        {
            self.message = mark.message.unwrap_or_default();
            self.message_below = mark.message_below;
        } else if self.message.is_empty() && trimmed.starts_with("Error: ") {
            trimmed.clone_into(&mut self.message);
        }
        false
    }

    fn go(&mut self, trimmed: &str) -> bool {
        if let Some(message) = trimmed.strip_prefix("panic: ") {
            if !message.ends_with("[recovered]") || self.message.is_empty() {
                message.clone_into(&mut self.message);
            }
        } else if self.message.is_empty()
            && let Some((place, message)) = trimmed.split_once(": ")
            && place.contains(".go:")
        {
            message.clone_into(&mut self.message);
        }
        false
    }

    /// Frames are indented; the error stands at the margin; after a blank line another error may follow that
    /// this one led to.
    fn goes_on_as_traceback(&mut self, line: &str) -> bool {
        if self.python_error(line) {
            return true;
        }
        let is_chain = line.starts_with("During handling of")
            || line.starts_with("The above exception")
            || line.starts_with("Traceback (most recent");
        line.starts_with([' ', '\t'])
            || line.is_empty() && self.message.is_empty()
            || is_chain
            || line.is_empty() && self.previous == self.message
    }

    fn finish(self) -> Failure {
        let excerpt = self.excerpt.finish();
        let message = if self.message.is_empty() {
            let first = excerpt.lines().next().unwrap_or("").trim();
            self.test.clone().unwrap_or_else(|| first.to_owned())
        } else {
            self.message
        };
        Failure {
            kind: self.kind,
            line: self.line,
            message,
            test: self.test,
            code: self.code,
            excerpt,
            times: 1,
        }
    }
}

fn leads_to_compiler(line: &str) -> bool {
    line.starts_with("In file included from ")
        || (line.contains(": In ") && line.ends_with(':'))
        || line.trim_start().starts_with("from ") && line.ends_with([':', ','])
}

fn code_of(code: &str) -> Option<String> {
    let code = code.trim();
    (code.len() > 3).then(|| code.to_owned())
}

/// The same failure again: kind, test and message are equal but for numbers.
fn key(failure: &Failure) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write_u8(failure.kind as u8);
    let mut write = |text: &str| {
        for byte in text.bytes().filter(|byte| !byte.is_ascii_digit()) {
            hasher.write_u8(byte);
        }
        hasher.write_u8(0);
    };
    write(failure.test.as_deref().unwrap_or(""));
    write(&failure.message);
    // Two places may have the same thing wrong with them; one place has it once.
    if failure.kind == FailureKind::Compiler {
        write(
            failure
                .excerpt
                .lines()
                .find(|line| line.contains(&failure.message))
                .unwrap_or(""),
        );
    }
    hasher.finish()
}
