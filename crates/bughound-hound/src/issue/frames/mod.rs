//! Stack traces and compiler diagnostics, one file per dialect.
//!
//! A reader is asked at one line whether a trace starts there; it takes all lines that belong to it and
//! gives its frames innermost first, whatever the order in which the dialect prints them.

mod diagnostic;
mod go;
mod ipython;
mod java;
mod javascript;
mod native;
mod pytest;
mod python;
mod rust;

use std::ops::Range;

use super::blocks::Block;
use super::lines::{Line, Lines};

/// How a frame was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `File "x.py", line 3, in f`.
    Python,
    /// `x.py:3: in f`, `x.py:3: ValueError`.
    Pytest,
    /// `x.py in f(a)` or `File x.py:3, in f(a)` above numbered lines.
    IPython,
    /// `thread 'main' panicked at x.rs:3:1`, `at x.rs:3:1`.
    Rust,
    /// `at f (x.js:3:1)`, `f@x.js:3:1`.
    JavaScript,
    /// `at a.b.C.m(C.java:3)`; Kotlin, Scala and C# (`in C.cs:line 3`) too.
    Java,
    /// `main.f(0x1)` above `x.go:3 +0x1d`.
    Go,
    /// Debuggers' and sanitizers' `#0 0x1 in f x.c:3`.
    Native,
    /// What compilers, linters and Python's warnings print about one line: `x.c:3:1: error: …`.
    Diagnostic,
}

/// One frame of a stack trace, or the place of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The file as written: absolute, relative, `<stdin>`; Java's is made from the package and the file
    /// name. Empty where the trace names a function alone.
    pub path: String,
    /// The line, from 1, where it is given.
    pub line: Option<u32>,
    /// The function as written, without its arguments: `f`, `Class.method`, `krate::module::f`,
    /// `<module>`.
    pub function: Option<String>,
    /// How it was printed.
    pub dialect: Dialect,
    /// 0 for the frame where the error arose, 1 for its caller, and so on.
    pub depth_from_innermost: u32,
    /// Which trace of the issue it belongs to, from 0. Diagnostics are a trace each.
    pub traceback: usize,
    /// The source line that the trace shows for it.
    pub code_line: Option<String>,
}

/// A frame as a reader finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    path: String,
    line: Option<u32>,
    function: Option<String>,
    code_line: Option<String>,
}

/// What a reader found, in line numbers of the region that it was given.
struct Reading {
    /// First line that belongs to it; may lie before the line asked about.
    start: usize,
    /// One past its last line.
    end: usize,
    /// Innermost first.
    frames: Vec<Found>,
    /// Lines that say what went wrong.
    errors: Range<usize>,
}

/// A stack trace in the issue.
#[derive(Debug)]
pub(super) struct Trace {
    /// Lines of the text that belong to it.
    pub(super) lines: Range<usize>,
    /// Lines of the text that say what went wrong.
    pub(super) errors: Range<usize>,
    dialect: Dialect,
    frames: Vec<Found>,
}

impl Trace {
    /// Whether the lines are a trace rather than a remark about one line.
    pub(super) fn is_stack(&self) -> bool {
        self.dialect != Dialect::Diagnostic
    }
}

type Reader = fn(&[Line<'_>], usize) -> Option<Reading>;

const READERS: [(Dialect, Reader); 9] = [
    (Dialect::Python, python::read),
    (Dialect::IPython, ipython::read),
    (Dialect::Rust, rust::read),
    (Dialect::Java, java::read),
    (Dialect::JavaScript, javascript::read),
    (Dialect::Go, go::read),
    (Dialect::Native, native::read),
    (Dialect::Pytest, pytest::read),
    (Dialect::Diagnostic, diagnostic::read),
];

/// All traces of the text, in order. A trace does not go on across the border of a code block.
pub(super) fn find(lines: &Lines<'_>, blocks: &[Block]) -> Vec<Trace> {
    let mut traces = Vec::new();
    let mut at = 0;
    for block in blocks {
        find_in(&lines.unquoted(at..block.open), at, &mut traces);
        let is_quoted = lines[block.open].trimmed().starts_with('>');
        let content = block.content();
        let inside = if is_quoted {
            lines.unquoted(content.clone())
        } else {
            lines.in_block(content.clone())
        };
        find_in(&inside, content.start, &mut traces);
        at = block.content().end;
    }
    find_in(&lines.unquoted(at..lines.len()), at, &mut traces);
    traces
}

/// `offset` is the number of the region's first line in the text.
fn find_in(region: &[Line<'_>], offset: usize, traces: &mut Vec<Trace>) {
    let mut at = 0;
    let mut taken = 0;
    while at < region.len() {
        let reading = if may_start(region[at].text) {
            READERS
                .iter()
                .find_map(|(dialect, read)| Some((*dialect, read(region, at)?)))
        } else {
            None
        };
        let Some((dialect, reading)) = reading else {
            at += 1;
            continue;
        };
        let start = reading.start.max(taken);
        traces.push(Trace {
            lines: offset + start..offset + reading.end,
            errors: offset + reading.errors.start..offset + reading.errors.end,
            dialect,
            frames: reading.frames,
        });
        at = reading.end.max(at + 1);
        taken = at;
    }
}

/// Cheap test that nearly every line of prose fails: all dialects have one of these characters.
fn may_start(line: &str) -> bool {
    line.len() < 4000 && memchr::memchr3(b':', b'"', b'(', line.as_bytes()).is_some()
        || line.trim_start().starts_with('#')
        || line.ends_with('>')
        || line.starts_with("Cell In")
}

/// Gives the frames their places.
pub(super) fn flatten(traces: Vec<Trace>) -> Vec<Frame> {
    let mut frames = Vec::new();
    for (traceback, trace) in traces.into_iter().enumerate() {
        for (depth, found) in trace.frames.into_iter().enumerate() {
            frames.push(Frame {
                path: found.path,
                line: found.line,
                function: found.function,
                dialect: trace.dialect,
                depth_from_innermost: u32::try_from(depth).unwrap_or(u32::MAX),
                traceback,
                code_line: found.code_line,
            });
        }
    }
    frames
}

/// Whether the line says that the error above it led to the one below.
pub(super) fn is_chain(line: &str) -> bool {
    python::is_chain(line.trim_start())
}

/// A shown source line: trimmed, none where nothing is left.
fn code_line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The error class that the line starts with, and whether a message follows: `ValueError: x`,
/// `a.b.DoesNotExist`, `java.io.IOException: x`. Names that do not sound like an error count where
/// `known` says that an error must stand here.
pub(crate) fn error_class(line: &str, known: bool) -> Option<&str> {
    let name = super::scan::dotted(line);
    let rest = &line[name.len()..];
    if name.is_empty() || !(rest.is_empty() || rest.starts_with(": ") || rest == ":") {
        return None;
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    let sounds = [
        "Error",
        "Exception",
        "Warning",
        "Interrupt",
        "Exit",
        "Fault",
        "Failure",
        "Failed",
        "DoesNotExist",
    ]
    .iter()
    .any(|ending| last.ends_with(ending))
        || last == "error"
        || (name.contains('.')
            && last.starts_with(|c: char| c.is_ascii_uppercase())
            && last.contains("Error"));
    (sounds || (known && last.starts_with(|c: char| c.is_alphabetic()))).then_some(name)
}

#[cfg(test)]
mod tests;
