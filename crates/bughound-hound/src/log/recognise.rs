//! Is this text a log, an issue, or an issue with a log in it?

use std::borrow::Cow;

use super::clean::{clean, timestamp};
use super::{BuildLog, LogReader, marks};

/// Lines from which on a log inside an issue is read as one.
const LONG: usize = 400;
/// Lines at the start that tell what the whole is.
const N_FIRST: usize = 60;

/// Whether a text is the output of a build or of tests, rather than an issue that somebody wrote: it begins as
/// such programs begin, or a CI server has put the time before its lines. Fenced code and Markdown's headings are
/// signs of an issue. `name` is that of its file, where it has one.
pub fn is_log(text: &str, name: Option<&str>) -> bool {
    if name.is_some_and(|name| name.ends_with(".log")) {
        return true;
    }
    let first: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(N_FIRST)
        .collect();
    let Some(title) = first.first() else {
        return false;
    };
    if first.iter().any(|line| is_markdown(line)) || is_sentence(title) {
        return false;
    }
    let with_times = first.iter().filter(|line| has_time(line)).count();
    (with_times > 3 && with_times * 2 > first.len())
        || first.iter().any(|line| line.contains("\u{1b}["))
        || first.iter().take(3).any(|line| is_sign(&clean(line)))
}

/// A line that a person may have written: some words, and nothing that only programs write.
fn is_sentence(line: &str) -> bool {
    if is_sign(&clean(line)) || has_time(line) || line.starts_with([' ', '\t']) {
        return false;
    }
    let is_word = |word: &&str| {
        word.chars()
            .all(|c| c.is_alphabetic() || "'’,.!?`-()".contains(c))
    };
    let words = line.split_whitespace();
    words.clone().filter(is_word).count() >= 3 && words.filter(|word| !is_word(word)).count() <= 3
}

/// An issue in which long logs, fenced or at its end, are replaced by what matters in them.
pub fn condense(issue: &str) -> Cow<'_, str> {
    if issue.lines().nth(LONG).is_none() {
        return Cow::Borrowed(issue);
    }
    let mut out = String::new();
    let mut fence: Option<&str> = None;
    let mut run: Vec<&str> = Vec::new();
    let flush = |run: &mut Vec<&str>, is_fenced: bool, out: &mut String| {
        let begins = if is_fenced {
            Some(0)
        } else {
            run.iter()
                .position(|line| is_sign(&clean(line)) || has_time(line))
        };
        match begins {
            Some(at) if run.len() - at > LONG => {
                push(out, &run[..at]);
                out.push_str(&condensed(&run[at..], is_fenced));
            }
            _ => push(out, run),
        }
        run.clear();
    };
    for line in issue.lines() {
        let trimmed = line.trim_start();
        match fence {
            None if trimmed.starts_with("```") || trimmed.starts_with("~~~") => {
                flush(&mut run, false, &mut out);
                push(&mut out, &[line]);
                fence = Some(&trimmed[..3]);
            }
            Some(mark) if trimmed.starts_with(mark) => {
                flush(&mut run, true, &mut out);
                push(&mut out, &[line]);
                fence = None;
            }
            _ => run.push(line),
        }
    }
    flush(&mut run, fence.is_some(), &mut out);
    Cow::Owned(out)
}

fn push(out: &mut String, lines: &[&str]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

/// The part of a log that matters; inside a code block there can be no other.
fn condensed(lines: &[&str], is_fenced: bool) -> String {
    let mut reader = LogReader::default();
    for line in lines {
        reader.push(line);
    }
    let log: BuildLog = reader.finish();
    if is_fenced {
        let excerpts: Vec<&str> = log
            .failures
            .iter()
            .take(8)
            .map(|it| it.excerpt.as_str())
            .collect();
        let text = if excerpts.is_empty() {
            log.tail.join("\n")
        } else {
            excerpts.join("\n\n")
        };
        return format!("{}\n", text.replace("```", "'''").replace("~~~", "---"));
    }
    log.issue(|_| None)
}

fn is_markdown(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```")
        || line.starts_with("<!--")
        || line.starts_with("**")
        || line
            .strip_prefix('#')
            .is_some_and(|rest| rest.trim_start_matches('#').starts_with(' '))
            && !line.starts_with("# ")
}

fn has_time(line: &str) -> bool {
    timestamp(line).is_some()
        || line.matches('\t').count() >= 2 && clean(line).len() + 20 < line.len()
}

/// A line that only a program writes.
fn is_sign(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "=====",
        "_____",
        "   Compiling ",
        "    Finished ",
        "     Running ",
        "[INFO] ",
        "[ERROR] ",
        "##[",
        "npm ERR!",
        "npm error ",
        "npm warn ",
        "> Task :",
        "make: ",
        "make[",
        "gcc ",
        "g++ ",
        "cc ",
        "c++ ",
        "clang ",
        "CMake Error",
        "-- The C",
        "collect2: ",
        "FAIL\t",
        "ok  \t",
        "--- FAIL: ",
        "=== RUN ",
        "Test Suites: ",
        "FAIL ./",
        "PASS ./",
        "running 1 test",
        "error: could not compile",
        "error[E",
        "Traceback (most recent call last):",
        "Ran ",
        "collected ",
        "platform linux ",
        "platform darwin ",
        "test session starts",
        "Requirement already satisfied",
        "Collecting ",
        "go: downloading ",
        "added ",
        "[  FAILED  ]",
        "[==========]",
        "ninja: ",
        "TAP version ",
        "BUILD FAIL",
        "Run set -e",
        "+ ",
        "Downloading ",
        "Get:1 ",
    ];
    STARTS.iter().any(|start| line.starts_with(start))
        || line.starts_with("running ") && line.ends_with(" tests")
        || line.starts_with("test ") && (line.ends_with(" ... ok") || line.ends_with(" ... FAILED"))
        || line.ends_with('%') && line.starts_with('[')
        || line.ends_with("%]")
        || matches!(marks::find(line, ""), Some(mark) if mark.kind == super::FailureKind::Compiler)
}
