//! Compilers, type checkers and linkers: a place and what is wrong there.

use super::super::FailureKind::{Compiler, Linker, Remark};
use super::{Extent, Mark};
use crate::issue::is_source_path;

/// Lines below a compiler's message that may show the code.
const N_BELOW: u32 = 5;

pub(super) fn find(line: &str, trimmed: &str) -> Option<Mark> {
    rustc(line)
        .or_else(|| placed(trimmed))
        .or_else(|| linker(trimmed))
}

/// `error[E0308]: mismatched types`, `error: expected one of …`.
fn rustc(line: &str) -> Option<Mark> {
    let rest = line.strip_prefix("error")?;
    if let Some(rest) = rest.strip_prefix("[E") {
        let (_, message) = rest.split_once("]: ")?;
        return Some(Mark::new(Compiler, Extent::Paragraph, message));
    }
    let message = rest.strip_prefix(": ")?;
    Some(Mark::new(Remark, Extent::Paragraph, message))
}

/// A source file's path, a line, perhaps a column, and a message that says that it is an error.
fn placed(line: &str) -> Option<Mark> {
    let line = line.strip_prefix("[ERROR] ").unwrap_or(line);
    let line = line.strip_prefix("vet: ").unwrap_or(line);
    let line = line.strip_prefix("ERROR in ").unwrap_or(line);
    let kotlin = line.strip_prefix("e: ");
    let line = kotlin.map_or(line, |rest| rest.strip_prefix("file://").unwrap_or(rest));
    // Where the path ends: `a.c:12`, `a.ts(12`, `A.java:[12`.
    let end = line.char_indices().find_map(|(at, c)| {
        if c != ':' && c != '(' {
            return None;
        }
        let after = line[at + 1..].trim_start_matches('[');
        after
            .starts_with(|c: char| c.is_ascii_digit())
            .then_some(at)
    })?;
    let (path, rest) = line.split_at(end);
    if !is_source_path(path) || path.contains(['"', '\'', '`', '<']) || path.contains("://") {
        return None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "[](),:".contains(c));
    let rest = rest.strip_prefix(" - ").unwrap_or(rest).trim_start();
    let severity = rest.split([' ', ':']).next().unwrap_or("");
    let message = match severity {
        "error" | "Error" => {
            let message = rest.strip_prefix(severity).unwrap_or(rest);
            match message.split_once(": ") {
                // `error TS2304: …`
                Some((code, message)) if !code.trim().contains(' ') => message,
                _ => message.trim_start_matches([':', ' ']),
            }
        }
        "fatal" => rest.strip_prefix("fatal error: ")?,
        // Go, Kotlin and Maven's javac name no severity.
        _ if path.ends_with(".go") && !rest.is_empty() => rest,
        _ if kotlin.is_some() => rest,
        _ if line.contains(":[") && path.ends_with(".java") => rest,
        _ => return None,
    };
    Some(Mark::new(Compiler, Extent::Lines(N_BELOW), message))
}

fn linker(line: &str) -> Option<Mark> {
    const SIGNS: [&str; 4] = [
        "undefined reference to",
        "undefined symbol",
        "multiple definition of",
        "duplicate symbol",
    ];
    let at = SIGNS.iter().find_map(|sign| line.find(sign))?;
    Some(Mark::new(Linker, Extent::Lines(1), &line[at..]))
}
