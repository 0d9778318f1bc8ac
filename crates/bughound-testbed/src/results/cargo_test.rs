//! `cargo_test`: the text of libtest, for all binaries and documentation tests that `cargo test` runs.
//!
//! Ids are `binary::module::test`: the library's binary is the crate's name, a program's `bin/name`, an integration
//! test's its file's; documentation tests are `crate::doc::path - item`, without the line number, which moves with
//! every edit above it.

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, text};
use crate::TestStatus;

/// `cargo test`.
pub(super) struct CargoTest;

impl ResultFormat for CargoTest {
    fn name(&self) -> &'static str {
        "cargo_test"
    }

    /// All binaries, whatever fails; both outputs in one, since cargo names binaries in one and they print their
    /// results to the other.
    fn wire(&self, run: &mut Run, _: &Judge<'_>) {
        if let Some(cargo) = run.position("cargo")
            && let Some(test) = run.argv[cargo..]
                .iter()
                .position(|word| word == "test" || word == "t")
            && !run.argv.iter().any(|word| word == "--no-fail-fast")
        {
            run.insert(cargo + test + 1, ["--no-fail-fast"]);
        }
        run.insert(0, ["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"]);
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let stdout = text::plain(outputs.stdout);
        let stderr = text::plain(outputs.stderr);
        let mut reader = Reader::default();
        if !stdout.lines().any(|line| binary(line).is_some()) {
            reader.waiting = stderr.lines().filter_map(binary).collect();
            reader.waiting.reverse();
        }
        for line in stdout.lines() {
            reader.line(line);
            reader.is_behind_empty = line.is_empty();
        }
        reader.end_of_block(true);
        if reader.n_blocks == 0 {
            let what = "no test binary has run";
            reader.collector.finding(FindingKind::Incomplete, what);
        }
        reader.collector.finish()
    }
}

#[derive(Default)]
struct Reader {
    collector: Collector,
    /// Binaries named in the other output, next one last.
    waiting: Vec<String>,
    /// The binary that cargo has named, until it begins.
    named: Option<String>,
    block: Option<Block>,
    n_blocks: usize,
    /// Whether the line before was empty.
    is_behind_empty: bool,
}

/// The run of one binary.
struct Block {
    binary: String,
    results: Vec<(String, Option<TestStatus>)>,
    failures: Vec<String>,
    in_failures: bool,
    /// Passed and failed, from the summary.
    summary: Option<(usize, usize)>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(name) = binary(line) {
            self.end_of_block(false);
            self.named = Some(name);
            return;
        }
        if let Some(n) = line.strip_prefix("running ")
            && (n.ends_with(" tests") || n.ends_with(" test"))
            && n.starts_with(|c: char| c.is_ascii_digit())
            && self.may_begin()
        {
            let name = self.named.take();
            self.end_of_block(false);
            let name = name.or_else(|| self.waiting.pop());
            let name = name.unwrap_or_else(|| {
                let what = "tests of a binary that cargo did not name";
                self.collector.finding(FindingKind::NotUnderstood, what);
                "unknown".to_owned()
            });
            self.n_blocks += 1;
            self.block = Some(Block {
                binary: self.collector.numbered(&name),
                results: Vec::new(),
                failures: Vec::new(),
                in_failures: false,
                summary: None,
            });
            return;
        }
        if let Some(block) = &mut self.block
            && block.summary.is_none()
        {
            block.line(line);
        }
    }

    /// A test that prints `running 1 test` does not begin a binary. One that died has no summary; where its successor
    /// is named in the other output, an empty line is all that tells.
    fn may_begin(&self) -> bool {
        let is_over = |block: &Block| block.summary.is_some();
        self.block.as_ref().is_none_or(is_over)
            || (self.is_behind_empty && !self.waiting.is_empty())
    }

    fn end_of_block(&mut self, is_last: bool) {
        let Some(mut block) = self.block.take() else {
            if let Some(name) = self.named.take()
                && !is_last
            {
                // A binary with a harness of its own.
                let what = format!("{name} printed no results that libtest prints");
                self.collector.finding(FindingKind::NotUnderstood, what);
            }
            return;
        };
        let is_whole = block.summary.is_some();
        // Printed as they end; numbered in the order of lines.
        if block.is_doc() {
            block
                .results
                .sort_by_key(|(name, _)| (test_name(name), line_of(name)));
        }
        for (name, status) in &block.results {
            let status = status.unwrap_or_else(|| {
                if is_whole && !block.failures.contains(name) {
                    TestStatus::Passed
                } else if is_whole {
                    TestStatus::Failed
                } else {
                    TestStatus::Error
                }
            });
            let id = block.id(name);
            if block.is_doc() {
                self.collector.put_numbered(&id, status);
            } else {
                self.collector.put(&id, status);
            }
        }
        if !is_whole {
            let what = format!("{} ended before its summary", block.binary);
            self.collector.finding(FindingKind::Incomplete, what);
        }
        if let Some((passed, failed)) = block.summary {
            self.check_counts(&block, passed, failed);
        }
    }

    /// What is counted in the summary must have been seen.
    fn check_counts(&mut self, block: &Block, passed: usize, failed: usize) {
        let n_of = |wanted: TestStatus| {
            let statuses = block.results.iter().filter_map(|(_, status)| *status);
            statuses.filter(|status| *status == wanted).count()
        };
        let seen = (n_of(TestStatus::Passed), n_of(TestStatus::Failed));
        let is_complete = block.results.iter().all(|(_, status)| status.is_some());
        if is_complete && seen != (passed, failed) {
            let what = format!(
                "{}: the summary counts {passed} passed and {failed} failed, {} and {} are named",
                block.binary, seen.0, seen.1
            );
            self.collector.finding(FindingKind::Forged, what);
        }
    }
}

impl Block {
    fn line(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            let count = |word: &str| {
                let before = rest.split(word).next().filter(|before| *before != rest)?;
                before.split_whitespace().next_back()?.parse().ok()
            };
            if let (Some(passed), Some(failed)) = (count(" passed"), count(" failed")) {
                self.summary = Some((passed, failed));
            }
            return;
        }
        if line == "failures:" {
            // Twice: with what they printed, then their names alone.
            self.in_failures = true;
            self.failures.clear();
            return;
        }
        if self.in_failures {
            if let Some(name) = line.strip_prefix("    ")
                && !name.starts_with(' ')
            {
                self.failures.push(name.to_owned());
            }
            return;
        }
        let pending = self
            .results
            .last_mut()
            .filter(|(_, status)| status.is_none());
        if let Some(rest) = line.strip_prefix("test ")
            && let Some((name, rest)) = rest.split_once(" ... ")
        {
            let name = name.strip_suffix(" - should panic").unwrap_or(name);
            self.results.push((name.to_owned(), status_of(rest)));
        } else if let (Some((_, status)), Some(found)) = (pending, status_of(line)) {
            // With one thread the name is printed first, then whatever the test prints, then its status.
            *status = Some(found);
        }
    }

    /// Examples of one item differ in their line only: they are numbered in the order of lines.
    fn is_doc(&self) -> bool {
        self.binary.contains("::doc")
    }

    fn id(&self, name: &str) -> String {
        match self.is_doc() {
            true => format!("{}::{}", self.binary, test_name(name)),
            false => format!("{}::{name}", self.binary),
        }
    }
}

fn status_of(text: &str) -> Option<TestStatus> {
    let text = text.trim();
    let word = text.split([',', ' ']).next().unwrap_or("");
    // `ok <0.001s>` with reported times.
    let is_plain = word == text || text[word.len()..].trim_start().starts_with('<');
    match word {
        "ok" if is_plain => Some(TestStatus::Passed),
        "FAILED" if is_plain => Some(TestStatus::Failed),
        "ignored" => Some(TestStatus::Skipped),
        "bench:" => Some(TestStatus::Passed),
        _ => None,
    }
}

fn line_of(name: &str) -> u32 {
    let digits = name
        .split(" (line ")
        .nth(1)
        .and_then(|rest| rest.split(')').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Without `(line 12)`.
fn test_name(name: &str) -> String {
    let Some(at) = name.find(" (line ") else {
        return name.to_owned();
    };
    let end = name[at..]
        .find(')')
        .map_or(name.len(), |close| at + close + 1);
    format!("{}{}", &name[..at], &name[end..])
}

/// The binary that a line of cargo names.
fn binary(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{}::doc", name.trim()));
    }
    let rest = line.strip_prefix("Running ")?;
    let (source, path) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let file = path.rsplit(['/', '\\']).next()?;
    let file = file.strip_suffix(".exe").unwrap_or(file);
    let (name, hash) = file.rsplit_once('-')?;
    if !hash.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let is_program = source
        .strip_prefix("unittests ")
        .is_some_and(|source| source.contains("bin/") || source.ends_with("main.rs"));
    Some(if is_program {
        format!("bin/{name}")
    } else {
        name.to_owned()
    })
}
