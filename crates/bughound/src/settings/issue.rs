//! Where the issue comes from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;

use super::Settings;
use crate::args::LocateArgs;
use crate::exit::Failure;

/// Longer texts are no issues.
const MAX_ISSUE_BYTES: u64 = 16 << 20;

/// The issue's text: its title on the first line, its body below.
///
/// # Errors
/// Where the file cannot be read, or there is no text in the issue.
pub(crate) fn read(args: &LocateArgs, settings: &Settings) -> anyhow::Result<String> {
    let (bytes, place) = match (&args.issue_file, args.issue.as_deref()) {
        (Some(file), _) if file != Path::new("-") => {
            (read_file(file)?, format!("{}", file.display()))
        }
        (Some(_), _) | (None, Some("-")) => (
            read_all(io::stdin().lock(), "standard input")?,
            "standard input".into(),
        ),
        (None, argument) => {
            let text = argument.unwrap_or_default();
            warn_about_file(text, settings);
            (text.as_bytes().to_vec(), "the argument".into())
        }
    };
    if std::str::from_utf8(&bytes).is_err() {
        settings.warn(&format!(
            "the issue ({place}) is not UTF-8; the bytes that are not were replaced"
        ));
    }
    let text = String::from_utf8_lossy(&bytes);
    let issue = understand(text.trim_start_matches('\u{feff}'), &place)?;
    if issue.trim().is_empty() {
        return Err(Failure::bad_input(format!("the issue is empty: there is no text in {place}"))
            .hint("pass the issue's title and text, `--issue FILE`, or `-` to read standard input")
            .into());
    }
    Ok(issue)
}

/// Plain text as it is; title and body of a GitHub issue's JSON.
fn understand(text: &str, place: &str) -> anyhow::Result<String> {
    if !text.trim_start().starts_with('{') {
        return Ok(text.to_owned());
    }
    let Ok(Value::Object(object)) = serde_json::from_str(text) else {
        return Ok(text.to_owned());
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

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| cannot_read(&shown, &error))?;
    read_all(file, &shown)
}

fn read_all(source: impl Read, shown: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source
        .take(MAX_ISSUE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(shown, &error))?;
    if bytes.len() as u64 > MAX_ISSUE_BYTES {
        return Err(Failure::bad_input(format!(
            "the issue ({shown}) is longer than {} MB",
            MAX_ISSUE_BYTES >> 20
        ))
        .hint("keep the description and the decisive part of the log")
        .into());
    }
    Ok(bytes)
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
        check(r#"{"a": 1}"#, Ok(r#"{"a": 1}"#));
        check(
            r#"{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}"#,
            Err("standard input holds an error of GitHub's API and not an issue: Not Found"),
        );
    }
}
