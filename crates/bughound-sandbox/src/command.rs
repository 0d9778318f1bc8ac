//! A command, and what became of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A command to run in a sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Program and arguments. A program without `/` is looked up in the `PATH` of [`env`](Self::env).
    pub argv: Vec<String>,
    /// Where it runs: absolute, in the sandbox.
    pub cwd: PathBuf,
    /// Its whole environment; nothing is inherited.
    pub env: BTreeMap<String, String>,
    /// What it reads.
    pub stdin: Vec<u8>,
    /// How long it may take.
    pub wall: Duration,
    /// Processor time that one of its processes may take.
    pub cpu: Option<Duration>,
    /// Bytes that are kept of each of its outputs, half of them from the start, half from the end. What is
    /// beyond is read, counted and dropped.
    pub output_bytes: usize,
    /// Whether it gets a pipe as file descriptor 3, whose bytes come back in [`Finished::report`].
    pub report: bool,
}

/// What became of a command. When it is said, no process that it started is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output.
    pub stdout: Captured,
    /// What it wrote to standard error.
    pub stderr: Captured,
    /// What was written to file descriptor 3, where there was one.
    pub report: Captured,
    /// Seconds from its start to its end.
    pub seconds: f64,
    /// Processor seconds, user and system, of it and all its descendants.
    pub cpu_seconds: f64,
    /// Processes that were still there when it ended, and were killed.
    pub n_left: usize,
}

impl Finished {
    /// Whether it ended by itself with status 0.
    pub fn succeeded(&self) -> bool {
        self.end == End::Exited(0)
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With this status.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// It took longer than [`Command::wall`] and was killed.
    TimedOut,
    /// It used more memory than there was and was killed (where control groups tell).
    OutOfMemory,
    /// It could not be started, for example because there is no such program.
    NotStarted {
        /// The system's error number.
        errno: i32,
    },
}

/// What a command wrote, start and end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The first bytes; all of them where nothing was left out.
    pub head: Vec<u8>,
    /// The last bytes, where some were left out between.
    pub tail: Vec<u8>,
    /// Bytes left out between the two.
    pub n_left_out: u64,
}

impl Captured {
    /// As text: invalid UTF-8 replaced, what was left out counted in a line of its own.
    pub fn text(&self) -> String {
        let head = String::from_utf8_lossy(&self.head);
        if self.n_left_out == 0 && self.tail.is_empty() {
            return head.into_owned();
        }
        let tail = String::from_utf8_lossy(&self.tail);
        format!("{head}\n[{} bytes left out]\n{tail}", self.n_left_out)
    }
}
