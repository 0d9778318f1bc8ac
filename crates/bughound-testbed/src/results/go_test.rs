//! `go_test`: the events of `go test -json`, or the text of `go test -v`.
//!
//! Ids are `import/path.TestName/sub test`. A package that fails by itself, for example because it does not compile, is
//! a test of the package's name with an error.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, text};
use crate::TestStatus;

/// `go test`.
pub(super) struct GoTest;

impl ResultFormat for GoTest {
    fn name(&self) -> &'static str {
        "go_test"
    }

    fn wire(&self, run: &mut Run, _: &Judge<'_>) {
        let test = run
            .position("go")
            .filter(|go| run.argv.get(go + 1).is_some_and(|word| word == "test"));
        match test {
            Some(go) if !run.argv.iter().any(|word| word == "-json") => {
                run.insert(go + 2, ["-json"]);
            }
            Some(_) => {}
            None => run.prepend_env("GOFLAGS", "-v", " "),
        }
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut reader = Reader::default();
        let mut text = TextReader::default();
        for output in [outputs.stdout, outputs.stderr] {
            for line in text::plain(output).lines() {
                match serde_json::from_str::<Event>(line) {
                    Ok(event) => reader.event(event),
                    Err(_) if line.starts_with("{\"Time\"") => {
                        let what = "an event that is cut off";
                        reader.collector.finding(FindingKind::NotUnderstood, what);
                    }
                    Err(_) => text.line(line, &mut reader),
                }
            }
        }
        reader.finish(&text)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    #[serde(default)]
    package: String,
    #[serde(default)]
    import_path: String,
    test: Option<String>,
    #[serde(default)]
    output: String,
}

#[derive(Default)]
struct Reader {
    collector: Collector,
    /// Tests that were begun, by package, with their status where it is known.
    packages: BTreeMap<String, Vec<(String, Option<TestStatus>)>>,
    /// Results printed behind something without a newline, which `-json` of older versions does not see.
    printed: BTreeMap<String, TestStatus>,
    ended: BTreeSet<String>,
    n_packages: usize,
}

impl Reader {
    fn event(&mut self, event: Event) {
        let package = event.package;
        match (event.action.as_str(), event.test) {
            ("run", Some(test)) => self.begin(&package, test),
            ("pass", Some(test)) => self.result(&package, &test, TestStatus::Passed),
            ("fail", Some(test)) => self.result(&package, &test, TestStatus::Failed),
            ("skip", Some(test)) => self.result(&package, &test, TestStatus::Skipped),
            ("bench", Some(test)) => {
                self.begin(&package, test.clone());
                self.result(&package, &test, TestStatus::Passed);
            }
            ("output", _) => {
                if let Some((test, status)) = result_line(event.output.trim_end()) {
                    self.printed.insert(format!("{package}.{test}"), status);
                }
            }
            ("pass" | "skip", None) => self.end(&package, true),
            ("fail", None) => self.end(&package, false),
            ("build-fail", _) => {
                // `path [path.test]` is the package with its tests.
                let package = event.import_path.split(' ').next().unwrap_or("").to_owned();
                self.packages.entry(package).or_default();
            }
            _ => {}
        }
    }

    fn begin(&mut self, package: &str, test: String) {
        let tests = self.packages.entry(package.to_owned()).or_default();
        // Again with `-count=2`.
        tests.push((test, None));
    }

    fn result(&mut self, package: &str, test: &str, status: TestStatus) {
        let tests = self.packages.entry(package.to_owned()).or_default();
        let open = tests
            .iter_mut()
            .rev()
            .find(|(name, status)| name == test && status.is_none());
        match open {
            Some((_, open)) => *open = Some(status),
            None => {
                let what = format!("{package}.{test} ends without having begun");
                self.collector.finding(FindingKind::Forged, what);
            }
        }
    }

    /// The package is through. One that passed has no failed test, so what was begun there and has no end has passed.
    fn end(&mut self, package: &str, passed: bool) {
        if !self.ended.insert(package.to_owned()) {
            return;
        }
        self.n_packages += 1;
        let tests = self.packages.remove(package).unwrap_or_default();
        let mut failed = false;
        for (test, status) in tests {
            let id = format!("{package}.{test}");
            let status =
                status
                    .or_else(|| self.printed.get(&id).copied())
                    .unwrap_or(match passed {
                        true => TestStatus::Passed,
                        false => TestStatus::Error,
                    });
            failed |= matches!(status, TestStatus::Failed | TestStatus::Error);
            self.collector.put(&id, status);
        }
        if !passed && !failed {
            self.collector.put(package, TestStatus::Error);
        }
        if passed && failed {
            let what = format!("{package} passed although a test of it failed");
            self.collector.finding(FindingKind::Forged, what);
        }
    }

    fn finish(mut self, text: &TextReader) -> Results {
        let open: Vec<String> = self.packages.keys().cloned().collect();
        for package in open {
            let what = format!("{package} did not end");
            self.collector.finding(FindingKind::Incomplete, what);
            self.end(&package, false);
        }
        if text.is_open() {
            let what = "the output ends within a package";
            self.collector.finding(FindingKind::Incomplete, what);
        }
        if self.n_packages == 0 {
            let what = "no package was tested";
            self.collector.finding(FindingKind::Incomplete, what);
        }
        self.collector.finish()
    }
}

/// Lines of `-v`: the package is named behind its tests.
#[derive(Default)]
struct TextReader {
    began: Vec<String>,
    results: Vec<(String, TestStatus)>,
}

impl TextReader {
    fn is_open(&self) -> bool {
        !self.began.is_empty()
    }

    fn line(&mut self, line: &str, reader: &mut Reader) {
        if let Some(test) = line.strip_prefix("=== RUN ") {
            self.began.push(test.trim().to_owned());
        } else if let Some((test, status)) = result_line(line) {
            self.results.push((test.to_owned(), status));
        } else if let Some((package, passed)) = package_line(line) {
            if self.began.is_empty() {
                // Without `-v` only failures are named.
                let failures = self.results.iter();
                let failures = failures.filter(|(_, status)| *status == TestStatus::Failed);
                self.began.extend(failures.map(|(test, _)| test.clone()));
            }
            for test in self.began.drain(..) {
                reader.begin(package, test);
            }
            for (test, status) in self.results.drain(..) {
                reader.result(package, &test, status);
            }
            reader.end(package, passed);
        }
    }
}

/// `    --- PASS: TestA/b (0.00s)`, also behind something that was printed without a newline.
fn result_line(line: &str) -> Option<(&str, TestStatus)> {
    let at = line.rfind("--- ")?;
    let (word, rest) = line[at + 4..].split_once(": ")?;
    let status = match word {
        "PASS" => TestStatus::Passed,
        "FAIL" => TestStatus::Failed,
        "SKIP" => TestStatus::Skipped,
        _ => return None,
    };
    let (test, seconds) = rest.rsplit_once(" (")?;
    seconds.ends_with("s)").then_some((test, status))
}

/// `ok  \tpath\t0.01s`, `FAIL\tpath\t0.01s`, `FAIL\tpath [build failed]`, `?   \tpath\t[no test files]`.
fn package_line(line: &str) -> Option<(&str, bool)> {
    let (word, rest) = line.split_once('\t')?;
    let passed = match word.trim_end() {
        "ok" | "?" => true,
        "FAIL" => false,
        _ => return None,
    };
    let package = rest.split(['\t', ' ']).next()?;
    (!package.is_empty()).then_some((package, passed))
}
