//! Where the issue comes from, and what it is: a text that somebody wrote, or a build log.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use bughound_hound::log::{self, BuildLog, LogReader};
use bughound_index::Index;
use serde_json::Value;

use super::Settings;
use crate::args::{IssueKind, LocateArgs};
use crate::exit::Failure;

/// Longer texts are no issues; logs may be of any length.
const MAX_ISSUE_BYTES: u64 = 16 << 20;
/// Of longer lines in a log the rest is skipped.
const MAX_LINE_BYTES: usize = 64 << 10;

/// What is to be located.
pub(crate) enum IssueText {
    /// The issue: its title on the first line, its body below.
    Written(String),
    /// What went wrong in a build.
    Log(BuildLog),
}

impl IssueText {
    /// The text that policies read; a log's names the sources of failing tests.
    pub(crate) fn text(&self, index: &Index) -> String {
        match self {
            Self::Written(text) => text.clone(),
            Self::Log(log) => log.issue_in(index),
        }
    }

    /// The log, where it is one.
    pub(crate) fn log(&self) -> Option<&BuildLog> {
        match self {
            Self::Written(_) => None,
            Self::Log(log) => Some(log),
        }
    }
}

/// Reads the issue.
///
/// # Errors
/// Where the file cannot be read, or there is no text in the issue.
pub(crate) fn read(args: &LocateArgs, settings: &Settings) -> anyhow::Result<IssueText> {
    read_from(
        args.issue.as_deref(),
        args.issue_file.as_deref(),
        args.issue_kind,
        settings,
    )
}

/// Reads the issue from an argument or a file.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_from(
    issue: Option<&str>,
    issue_file: Option<&Path>,
    kind: IssueKind,
    settings: &Settings,
) -> anyhow::Result<IssueText> {
    let (bytes, place, rest): (_, String, Option<Box<dyn BufRead>>) = match (issue_file, issue) {
        (Some(file), _) if file != Path::new("-") => {
            let shown = file.display().to_string();
            let source = File::open(file).map_err(|error| cannot_read(&shown, &error))?;
            let (bytes, rest) = read_beginning(BufReader::new(source), &shown)?;
            (bytes, shown, Some(Box::new(rest)))
        }
        (Some(_), _) | (None, Some("-")) => {
            let place = "standard input";
            let (bytes, rest) = read_beginning(io::stdin().lock(), place)?;
            (bytes, place.into(), Some(Box::new(rest)))
        }
        (None, argument) => {
            let text = argument.unwrap_or_default();
            warn_about_file(text, settings);
            (text.as_bytes().to_vec(), "the argument".into(), None)
        }
    };
    let is_whole = bytes.len() as u64 <= MAX_ISSUE_BYTES;
    let name = issue_file.and_then(Path::to_str);
    let is_log = match kind {
        IssueKind::Log => true,
        IssueKind::Issue => false,
        IssueKind::Auto => {
            let end = bytes.len().min(1 << 16);
            // An argument is what somebody typed.
            rest.is_some() && log::is_log(&String::from_utf8_lossy(&bytes[..end]), name)
        }
    };
    if is_log {
        let log = read_log(&bytes, rest.filter(|_| !is_whole))
            .map_err(|error| cannot_read(&place, &error))?;
        if log.tail.is_empty() {
            return Err(empty(&place));
        }
        return Ok(IssueText::Log(log));
    }
    if !is_whole {
        return Err(Failure::bad_input(format!(
            "the issue ({place}) is longer than {} MB",
            MAX_ISSUE_BYTES >> 20
        ))
        .hint("keep the description and the decisive part; a build log may be of any length: `--issue-kind log`")
        .into());
    }
    if std::str::from_utf8(&bytes).is_err() {
        settings.warn(&format!(
            "the issue ({place}) is not UTF-8; the bytes that are not were replaced"
        ));
    }
    let text = String::from_utf8_lossy(&bytes);
    let issue = understand(text.trim_start_matches('\u{feff}'), &place)?;
    if issue.trim().is_empty() {
        return Err(empty(&place));
    }
    Ok(IssueText::Written(log::condense(&issue).into_owned()))
}

fn empty(place: &str) -> anyhow::Error {
    Failure::bad_input(format!("the issue is empty: there is no text in {place}"))
        .hint("pass the issue's title and text, `--issue FILE`, or `-` to read standard input")
        .into()
}

/// Plain text as it is; title and body of a GitHub issue's JSON, or of an event about one.
fn understand(text: &str, place: &str) -> anyhow::Result<String> {
    if !text.trim_start().starts_with('{') {
        return Ok(text.to_owned());
    }
    let Ok(Value::Object(object)) = serde_json::from_str(text) else {
        return Ok(text.to_owned());
    };
    // The event of a webhook, as workflows of GitHub find it at `$GITHUB_EVENT_PATH`, holds the issue.
    let object = match object.get("issue") {
        Some(Value::Object(issue)) if issue.contains_key("title") => issue,
        _ => &object,
    };
    let field = |name: &str| object.get(name).and_then(Value::as_str);
    match (field("title"), field("body")) {
        (None, None) => match (field("message"), field("documentation_url")) {
            (Some(message), Some(_)) => Err(Failure::bad_input(format!(
                "{place} holds an error of GitHub's API and not an issue: {message}"
            ))
            .hint("check the issue's number and that you may read it (`gh auth status`)")
            .into()),
            _ => Ok(text.to_owned()),
        },
        (title, body) => Ok(format!(
            "{}\n\n{}",
            title.unwrap_or_default(),
            body.unwrap_or_default()
        )),
    }
}

/// What an issue may hold at most and a byte more where there is more; and the source, to go on.
fn read_beginning<R: BufRead>(mut source: R, shown: &str) -> anyhow::Result<(Vec<u8>, R)> {
    let mut bytes = Vec::new();
    source
        .by_ref()
        .take(MAX_ISSUE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(shown, &error))?;
    Ok((bytes, source))
}

/// Reads a log of any length, holding one line at a time.
fn read_log(beginning: &[u8], rest: Option<Box<dyn BufRead>>) -> io::Result<BuildLog> {
    let mut reader = LogReader::default();
    let mut line: Vec<u8> = Vec::new();
    let mut push = |bytes: &[u8], line: &mut Vec<u8>| {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let room = MAX_LINE_BYTES.saturating_sub(line.len());
            line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                reader.push(&String::from_utf8_lossy(line));
                line.clear();
            }
        }
    };
    push(beginning, &mut line);
    if let Some(mut rest) = rest {
        loop {
            let bytes = match rest.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                break;
            }
            let n = bytes.len();
            push(bytes, &mut line);
            rest.consume(n);
        }
    }
    if !line.is_empty() {
        reader.push(&String::from_utf8_lossy(&line));
    }
    Ok(reader.finish())
}

fn cannot_read(shown: &str, error: &io::Error) -> Failure {
    let failure = Failure::bad_input(format!("cannot read the issue from {shown}: {error}"));
    match error.kind() {
        io::ErrorKind::NotFound => {
            failure.hint("check the path; to pass the text itself leave `--issue` out")
        }
        _ => failure.hint("check that it is a file and may be read"),
    }
}

/// `bughound locate report.md` means the file, most likely.
fn warn_about_file(text: &str, settings: &Settings) {
    let looks_like_path =
        !text.is_empty() && text.len() < 256 && !text.contains(char::is_whitespace);
    if looks_like_path && Path::new(text).is_file() {
        settings.warn(&format!(
            "`{text}` is taken for the issue's text; to read that file pass `--issue {text}`"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&str, &str>) {
        match (understand(text, "standard input"), expect) {
            (Ok(issue), Ok(expect)) => assert_eq!(issue, expect),
            (Err(error), Err(expect)) => assert_eq!(error.to_string(), expect),
            (issue, _) => panic!("{text}: {issue:?}"),
        }
    }

    #[test]
    fn issues_are_text_or_json() {
        check("It crashes\n\nwith {}", Ok("It crashes\n\nwith {}"));
        check("{ broken", Ok("{ broken"));
        check(
            r#"{"title": "T", "body": "line 1\nline 2"}"#,
            Ok("T\n\nline 1\nline 2"),
        );
        check(
            r#"  {"number": 7, "title": "T", "body": null, "labels": []}"#,
            Ok("T\n\n"),
        );
        check(r#"{"body": "B"}"#, Ok("\n\nB"));
        check(
            r#"{"action": "opened", "issue": {"title": "T", "body": "B"}, "sender": {}}"#,
            Ok("T\n\nB"),
        );
        check(r#"{"a": 1}"#, Ok(r#"{"a": 1}"#));
        check(
            r#"{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}"#,
            Err("standard input holds an error of GitHub's API and not an issue: Not Found"),
        );
    }

    #[test]
    fn logs_are_read_in_pieces() {
        let text = "make: a\nx.c:3:1: error: bad\r\nlast";
        let whole = BuildLog::read(text);
        assert_eq!(whole.failures[0].message, "bad");
        for at in 0..=text.len() {
            let rest: Box<dyn BufRead> = Box::new(BufReader::with_capacity(
                3,
                io::Cursor::new(text.as_bytes()[at..].to_vec()),
            ));
            assert_eq!(
                read_log(&text.as_bytes()[..at], Some(rest)).unwrap(),
                whole,
                "{at}"
            );
        }
        let endless = vec![b'x'; 10 * MAX_LINE_BYTES];
        assert_eq!(read_log(&endless, None).unwrap().lines, 1);
    }
}
