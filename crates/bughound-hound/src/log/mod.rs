//! What went wrong, in a build log of any length? Lines in, the issue that [`crate::locate`] reads out.
//!
//! A log is read line by line and never held: [`LogReader`] keeps the places where something fails, each cut to
//! a bounded excerpt, the same failure once. [`BuildLog::issue`] makes a text of those that matter most: compilers'
//! errors before failing tests, these before stray stack traces, and all of them before what merely follows from
//! them (`make: *** Error 1`).
//!
//! The order of work for each line: [`clean`] takes off what terminals and CI servers add, [`marks`] says whether
//! a failure begins here, and the reader collects the lines that belong to it. [`recognise`] tells logs from issues.

mod clean;
mod compose;
mod excerpt;
mod marks;
mod reader;
mod recognise;
mod tests_named;

pub use reader::LogReader;
pub use recognise::{condense, is_log};

/// What a line of a log announces; the greater, the nearer to the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// A line that speaks of an error, or a tool that says that a step failed.
    Remark,
    /// A tool that says why: CMake, npm, Gradle.
    Tool,
    /// A linker.
    Linker,
    /// A stack trace or panic outside of a test's report.
    Trace,
    /// A failing test.
    Test,
    /// A compiler's error.
    Compiler,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Who announces it.
    pub kind: FailureKind,
    /// Its first line in the log, from 1.
    pub line: u64,
    /// What went wrong, in one line.
    pub message: String,
    /// The failing test, as its runner names it.
    pub test: Option<String>,
    /// The line of code that failed, where the log shows it.
    pub code: Option<String>,
    /// The lines that belong to it, long ones and the middle of many left out.
    pub excerpt: String,
    /// How often the log says the same.
    pub times: u64,
}

/// What a log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildLog {
    /// How many lines were read.
    pub lines: u64,
    /// What went wrong, the main thing first; bounded.
    pub failures: Vec<Failure>,
    /// How many different failures were seen, those that were not kept included.
    pub distinct: u64,
    /// Names of failing tests, in the order of the log; bounded.
    pub failing_tests: Vec<String>,
    /// The last lines, for logs without a failure.
    pub tail: Vec<String>,
}

impl BuildLog {
    /// Reads a log that is in memory.
    pub fn read(text: &str) -> Self {
        let mut reader = LogReader::default();
        for line in text.lines() {
            reader.push(line);
        }
        reader.finish()
    }
}

#[cfg(test)]
mod tests;
