//! Stack traces and panics that no test runner reports.

use super::super::FailureKind::Trace;
use super::{Extent, Mark};
use crate::issue::error_class;

pub(super) fn find(line: &str, trimmed: &str) -> Option<Mark> {
    if trimmed.starts_with("Traceback (most recent call last)") {
        return Some(Mark::new(Trace, Extent::Traceback, ""));
    }
    if let Some(rest) = trimmed.strip_prefix("thread '")
        && let Some((_, rest)) = rest.split_once(" panicked at ")
    {
        // Before Rust 1.73 the message stands between quotes before the place.
        let quoted = rest
            .strip_prefix('\'')
            .and_then(|rest| Some(rest.rsplit_once("', ")?.0));
        let mark = Mark::new(Trace, Extent::Paragraph, quoted.unwrap_or(""));
        return Some(if quoted.is_some() {
            mark
        } else {
            mark.with_message_below()
        });
    }
    if let Some(message) = line.strip_prefix("panic: ") {
        return Some(Mark::new(
            Trace,
            Extent::Section(super::Runner::Go),
            message,
        ));
    }
    if let Some(rest) = trimmed.strip_prefix("Exception in thread ") {
        let message = rest.split_once("\" ").map_or(rest, |(_, message)| message);
        return Some(Mark::new(Trace, Extent::Stack, message));
    }
    if let Some(message) = trimmed.strip_prefix("Caused by: ") {
        return Some(Mark::new(Trace, Extent::Stack, message));
    }
    if let Some(at) = line.find("Sanitizer: ")
        && line.starts_with("==")
    {
        let start = line[..at].rfind([' ', ':']).map_or(0, |space| space + 1);
        return Some(Mark::new(Trace, Extent::Paragraph, &line[start..]));
    }
    let class = error_class(trimmed, false)?;
    let is_thrown =
        class != "error" && !class.ends_with("Warning") && trimmed.len() > class.len() + 2;
    (is_thrown && line.len() - trimmed.len() <= 4).then(|| Mark::new(Trace, Extent::Stack, trimmed))
}

pub(super) fn is_stack_line(line: &str) -> bool {
    line.starts_with([' ', '\t'])
        || line.starts_with("Caused by:")
        || line.starts_with("at ")
        || line.starts_with("...")
}
