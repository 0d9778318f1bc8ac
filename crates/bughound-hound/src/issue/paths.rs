//! File paths that the text mentions.

use std::ops::Range;

use super::scan::{is_file_path, is_identifier_part, is_source_path, number};
use super::zones::{self, Zone, ZoneSpan};

/// A path as the text writes it; whether such a file exists is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMention {
    /// As written: `sklearn/linear_model/base.py`, `base.py`, `C:\x\base.py`, `django/contrib/admin`.
    pub text: String,
    /// The line that is named with it: `base.py:12`, `base.py, line 12`, `line 12 of base.py`.
    pub line: Option<u32>,
    /// Whether it ends like a file; else it is a chain of at least two folders.
    pub is_file: bool,
    /// Where it stands.
    pub zone: Zone,
    /// Its first byte in the text.
    pub at: usize,
}

fn is_path_char(c: char) -> bool {
    is_identifier_part(c) || matches!(c, '_' | '-' | '.' | '/' | '\\' | '~' | '+' | '@' | '%')
}

/// All mentions outside of URLs, and the byte ranges whose identifiers are parts of a path.
pub(super) fn find(
    text: &str,
    spans: &[ZoneSpan],
    urls: &[Range<usize>],
) -> (Vec<PathMention>, Vec<Range<usize>>) {
    let mut mentions = Vec::new();
    let mut parts = Vec::new();
    let mut urls = urls.iter().peekable();
    let mut at = 0;
    while at < text.len() {
        // Every mention has a dot or a slash: look for those, then for the word around.
        let Some(mark) =
            memchr::memchr3(b'.', b'/', b'\\', &text.as_bytes()[at..]).map(|mark| at + mark)
        else {
            break;
        };
        while urls.peek().is_some_and(|url| url.end <= mark) {
            urls.next();
        }
        if let Some(url) = urls.peek().filter(|url| url.start <= mark) {
            at = url.end;
            continue;
        }
        let limit = urls
            .peek()
            .map_or(text.len(), |url| url.start.max(mark + 1));
        let start = text[at..mark]
            .char_indices()
            .rev()
            .take_while(|&(_, c)| is_path_char(c))
            .last();
        let start = at + start.map_or(mark - at, |(start, _)| start);
        let end = text[mark..limit]
            .find(|c| !is_path_char(c))
            .map_or(limit, |end| mark + end);
        at = end.max(mark + 1);
        let word = text[start..end].trim_end_matches(['.', '-', '/', '\\', '+', '~', '@', '%']);
        let lead = word.len() - word.trim_start_matches(['@', '+', '-', '%']).len();
        let (mut start, word) = (start + lead, &word[lead..]);
        let end = start + word.len();
        let is_file = is_file_path(word);
        let is_folder = !is_file && is_folder_path(word);
        if !(is_file || is_folder) {
            continue;
        }
        if word.starts_with(['\\', '/']) && has_drive(&text[..start]) {
            start -= 2;
        }
        let path = &text[start..end];
        let line = line_behind(&text[end..]).or_else(|| line_before(&text[..start]));
        let is_nested = path.contains(['/', '\\']);
        if is_nested
            || (is_source_path(path) && !is_short_attribute(path) && !text[end..].starts_with('('))
        {
            parts.push(start..end);
        }
        mentions.push(PathMention {
            text: path.to_owned(),
            line,
            is_file,
            zone: zones::at(spans, start),
            at: start,
        });
    }
    (mentions, parts)
}

/// At least three names with slashes between, none of which looks like a number or like a choice of
/// words (`and/or/not` passes: only the repository can tell).
fn is_folder_path(word: &str) -> bool {
    let bare = word.trim_start_matches(['.', '/', '~']);
    let mut names = 0;
    for name in bare.split('/') {
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !starts || name.contains(['\\', '@', '%']) || name.len() > 60 {
            return false;
        }
        names += 1;
    }
    names >= 3
}

/// `self.c`, `obj.h`: as likely an attribute as a file.
fn is_short_attribute(path: &str) -> bool {
    path.rsplit('.')
        .next()
        .is_some_and(|extension| extension.len() == 1 || extension == "in")
}

fn has_drive(before: &str) -> bool {
    let bytes = before.as_bytes();
    let Some([letter, b':']) = bytes.len().checked_sub(2).map(|start| &bytes[start..]) else {
        return false;
    };
    letter.is_ascii_alphabetic()
        && (bytes.len() == 2 || !bytes[bytes.len() - 3].is_ascii_alphanumeric())
}

/// `:12`, `#L12`, `, line 12`, `` ` line 12``, ` on line 12`, ` L12`.
fn line_behind(rest: &str) -> Option<u32> {
    let bare = rest.trim_start_matches(['`', '"', '\'', ')', '*']);
    if let Some(digits) = bare.strip_prefix(':').or_else(|| bare.strip_prefix("#L")) {
        return number(digits).map(|(line, _)| line);
    }
    let bare = bare.trim_start_matches([',', ' ', '(']);
    let bare = bare
        .strip_prefix("on ")
        .or_else(|| bare.strip_prefix("at "))
        .unwrap_or(bare);
    let digits = bare
        .strip_prefix("line ")
        .or_else(|| bare.strip_prefix("lines "))
        .or_else(|| bare.strip_prefix("Line "))
        .or_else(|| bare.strip_prefix('L'))?;
    number(digits.trim_start_matches(['#', '`'])).map(|(line, _)| line)
}

/// `line 12 of `, `line 12 in `, `L12 of the file `.
fn line_before(before: &str) -> Option<u32> {
    let mut cut = before.len().saturating_sub(40);
    while !before.is_char_boundary(cut) {
        cut += 1;
    }
    let tail = before[cut..].trim_end_matches(['`', '"', '\'', '*']);
    let tail = tail.trim_end_matches("the file ").trim_end_matches("file ");
    let tail = tail
        .strip_suffix(" of ")
        .or_else(|| tail.strip_suffix(" in "))?;
    let digits = tail.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, value) = tail.split_at(tail.len() - digits);
    let is_line = head.ends_with("line ") || head.ends_with("Line ") || head.ends_with(" L");
    if is_line { value.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, Option<u32>)]) {
        let urls = crate::issue::urls::find(text);
        let (found, _) = find(text, &[], &urls);
        let found: Vec<_> = found.iter().map(|m| (m.text.as_str(), m.line)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn mentions() {
        check(
            "in a/b/c.py, line 12 and d.py.",
            &[("a/b/c.py", Some(12)), ("d.py", None)],
        );
        check(
            "`base.py`:12 `a.py` line 3",
            &[("base.py", Some(12)), ("a.py", Some(3))],
        );
        check("line 44 of `lib/x.rs`", &[("lib/x.rs", Some(44))]);
        check(r"C:\Users\me\a.py fails", &[(r"C:\Users\me\a.py", None)]);
        check("(./src/main.go)", &[("./src/main.go", None)]);
        check("see https://a.org/x/y.py", &[]);
        check(
            "django/contrib/admin is wrong, 1/2/3 not",
            &[("django/contrib/admin", None)],
        );
        check("e.g. this. And that... 3.14", &[]);
        check("tests/a.py::T::t fails", &[("tests/a.py", None)]);
        check("日本a.py語", &[("a.py", None)]);
    }
}
