//! Build tools and package managers, and lines that only speak of an error.

use super::super::FailureKind::{Remark, Tool};
use super::{Extent, Mark};

pub(super) fn find(line: &str, trimmed: &str) -> Option<Mark> {
    if line.starts_with("CMake Error") {
        return Some(Mark::new(Tool, Extent::Lines(8), "").with_message_below());
    }
    for start in ["npm ERR! ", "npm error ", "yarn error ", "pnpm ERR! "] {
        if let Some(message) = line.strip_prefix(start) {
            return Some(Mark::new(Tool, Extent::Lines(0), message));
        }
    }
    if line.starts_with("* What went wrong:") {
        return Some(Mark::new(Tool, Extent::Lines(4), "").with_message_below());
    }
    if let Some(message) = line.strip_prefix("[ERROR] ") {
        return Some(Mark::new(Remark, Extent::Lines(1), message));
    }
    if let Some(rest) = trimmed.strip_prefix("make")
        && let Some(at) = rest.find(": *** ")
        && at < 6
    {
        return Some(Mark::new(Remark, Extent::Lines(0), &rest[at + 2..]));
    }
    for start in [
        "fatal: ", "error: ", "Error: ", "ERROR: ", "FATAL: ", "FAILED: ", "E: ",
    ] {
        if let Some(message) = trimmed.strip_prefix(start) {
            return Some(Mark::new(Remark, Extent::Lines(2), message));
        }
    }
    speaks_of_error(line).then(|| Mark::new(Remark, Extent::Lines(1), trimmed))
}

/// An upper-case word that means an error, or a crash of the process, in a line of reasonable length.
fn speaks_of_error(line: &str) -> bool {
    if line.len() > 400 {
        return false;
    }
    let is_word = |word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let is_end =
                |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !"_-./".contains(c));
            is_end(before) && is_end(after)
        })
    };
    (line.contains("ERROR") && is_word("ERROR"))
        || (line.contains("CRITICAL") && is_word("CRITICAL"))
        || line.contains("Segmentation fault")
        || line.contains("core dumped")
        || line.contains("AssertionError")
        || line.contains("Assertion `")
}
