//! Unified diffs, as git and `diff -u` write them.

use crate::{Finding, FindingKind};

/// A parsed patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// One per file, in the order of the text.
    pub files: Vec<FilePatch>,
    /// What was odd; lines count from the start of the patch.
    pub findings: Vec<Finding>,
}

/// What a patch does to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePatch {
    /// The path before; `None` for a new file.
    pub old_path: Option<String>,
    /// The path after; `None` for a deleted file.
    pub new_path: Option<String>,
    /// The file is a copy: `old_path` stays as it is.
    pub copied: bool,
    /// The content is not text.
    pub binary: bool,
    /// The changes, in the order of the text. Empty for a pure rename or change of mode.
    pub hunks: Vec<Hunk>,
}

impl FilePatch {
    /// The path before the patch, where the patch changes or removes what was there.
    pub fn edited_path(&self) -> Option<&str> {
        if self.copied {
            None
        } else {
            self.old_path.as_deref()
        }
    }
}

/// Lines that change together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunk {
    /// First line in the old file, from 1; where `old_len` is 0, the line after which to insert.
    pub old_start: usize,
    /// Lines in the old file, as the header says.
    pub old_len: usize,
    /// First line in the new file.
    pub new_start: usize,
    /// Lines in the new file, as the header says.
    pub new_len: usize,
    /// The lines.
    pub lines: Vec<HunkLine>,
    /// The old file ends with this hunk's last old line, and without a newline.
    pub old_unended: bool,
    /// The new file ends with this hunk's last new line, and without a newline.
    pub new_unended: bool,
    /// The line of the patch that holds the header, from 1.
    pub patch_line: usize,
}

/// One line of a hunk, without its mark and its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HunkLine {
    /// In both files.
    Context(String),
    /// In the old file only.
    Delete(String),
    /// In the new file only.
    Insert(String),
}

/// Parses a patch. Never fails: text around the diffs (a mail, a commit message) is ignored, and what
/// contradicts itself is a finding and read by its marks.
///
/// Understood: git's headers (new, deleted, renamed, copied, modes, quoted names, `GIT binary patch`,
/// `Binary files … differ`), plain `---`/`+++` headers with or without `a/` and `b/` and time stamps,
/// `\ No newline at end of file`, context lines whose blank was stripped, and CRLF line ends in headers.
pub fn parse_patch(text: &str) -> Patch {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let mut parser = Parser {
        lines: &lines,
        at: 0,
        patch: Patch::default(),
    };
    parser.run();
    let patch = parser.patch;
    if patch.files.is_empty() {
        let message = if text.trim().is_empty() {
            "the patch is empty"
        } else {
            "the patch holds no diff"
        };
        let findings = vec![Finding::new(FindingKind::PatchMalformed, message)];
        return Patch { findings, ..patch };
    }
    patch
}

struct Parser<'a> {
    lines: &'a [&'a str],
    at: usize,
    patch: Patch,
}

impl<'a> Parser<'a> {
    fn run(&mut self) {
        // Whether the last file still waits for its `---`, or for hunks.
        let mut in_git_header = false;
        while let Some(line) = self.peek(0) {
            if let Some(rest) = line.strip_prefix("diff --git ") {
                self.at += 1;
                let (old_path, new_path) = git_header_paths(rest);
                self.patch.files.push(FilePatch {
                    old_path,
                    new_path,
                    ..FilePatch::default()
                });
                in_git_header = true;
            } else if line.starts_with("--- ")
                && self.peek(1).is_some_and(|l| l.starts_with("+++ "))
            {
                self.file_header(in_git_header);
                in_git_header = false;
            } else if line.starts_with("@@ -") {
                self.hunk();
                in_git_header = false;
            } else {
                if in_git_header {
                    in_git_header = self.git_header_line(line);
                }
                self.at += 1;
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<&'a str> {
        self.lines
            .get(self.at + ahead)
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
    }

    fn finding(&mut self, line: usize, message: String) {
        self.patch
            .findings
            .push(Finding::new(FindingKind::PatchMalformed, message).at_line(line));
    }

    /// `--- a/x` and `+++ b/x`. After a git header they say again what it said, but surely.
    fn file_header(&mut self, in_git_header: bool) {
        let old = self.peek(0).and_then(|line| header_path(&line[4..]));
        let new = self.peek(1).and_then(|line| header_path(&line[4..]));
        self.at += 2;
        let (old, new) = strip_prefixes(old, new);
        if !in_git_header {
            self.patch.files.push(FilePatch::default());
        }
        let Some(file) = self.patch.files.last_mut() else {
            return;
        };
        if in_git_header && file.copied {
            return;
        }
        (file.old_path, file.new_path) = (old, new);
    }

    /// A line between `diff --git` and the hunks; says whether the header goes on.
    fn git_header_line(&mut self, line: &str) -> bool {
        let Some(file) = self.patch.files.last_mut() else {
            return false;
        };
        let name = |rest: &str| Some(unquote(rest));
        if line.starts_with("new file mode") {
            file.old_path = None;
        } else if line.starts_with("deleted file mode") {
            file.new_path = None;
        } else if let Some(rest) = line.strip_prefix("rename from ") {
            file.old_path = name(rest);
        } else if let Some(rest) = line.strip_prefix("rename to ") {
            file.new_path = name(rest);
        } else if let Some(rest) = line.strip_prefix("copy from ") {
            (file.old_path, file.copied) = (name(rest), true);
        } else if let Some(rest) = line.strip_prefix("copy to ") {
            (file.new_path, file.copied) = (name(rest), true);
        } else if line.starts_with("Binary files ") || line.starts_with("GIT binary patch") {
            file.binary = true;
            return false;
        }
        true
    }

    fn hunk(&mut self) {
        let header_line = self.at + 1;
        let Some(line) = self.peek(0) else { return };
        self.at += 1;
        let Some((old_start, old_len, new_start, new_len)) = hunk_header(line) else {
            self.finding(
                header_line,
                format!("not a hunk header, its lines are ignored: `{line}`"),
            );
            return;
        };
        if self.patch.files.is_empty() {
            self.finding(
                header_line,
                "a hunk before any file name is ignored".to_owned(),
            );
            return;
        }
        let mut hunk = Hunk {
            old_start,
            old_len,
            new_start,
            new_len,
            patch_line: header_line,
            ..Hunk::default()
        };
        let (mut n_old, mut n_new) = (0, 0);
        while let Some(raw) = self.lines.get(self.at).copied() {
            let full = n_old >= old_len && n_new >= new_len;
            if full && !self.goes_on(raw) {
                break;
            }
            let (mark, rest) = match raw.split_at_checked(1) {
                Some(parts) => parts,
                None if raw.is_empty() => (" ", ""),
                None => break,
            };
            match mark {
                "+" => {
                    hunk.lines.push(HunkLine::Insert(rest.to_owned()));
                    n_new += 1;
                }
                "-" => {
                    hunk.lines.push(HunkLine::Delete(rest.to_owned()));
                    n_old += 1;
                }
                " " => {
                    hunk.lines.push(HunkLine::Context(rest.to_owned()));
                    n_old += 1;
                    n_new += 1;
                }
                "\r" => {
                    hunk.lines.push(HunkLine::Context("\r".to_owned()));
                    n_old += 1;
                    n_new += 1;
                }
                "\\" => {
                    let last = hunk.lines.last();
                    hunk.old_unended |= !matches!(last, None | Some(HunkLine::Insert(_)));
                    hunk.new_unended |= !matches!(last, None | Some(HunkLine::Delete(_)));
                }
                _ => break,
            }
            self.at += 1;
        }
        if (n_old, n_new) != (old_len, new_len) {
            self.finding(header_line, format!(
                "the header of the hunk promises {old_len} old and {new_len} new lines, but there are {n_old} and {n_new}; its lines are believed"
            ));
        }
        if let Some(file) = self.patch.files.last_mut() {
            file.hunks.push(hunk);
        }
    }

    /// Whether a line after a complete hunk still belongs to it, so that its header lies.
    fn goes_on(&self, line: &str) -> bool {
        if line.starts_with('\\') {
            return true;
        }
        let header =
            line.starts_with("--- ") && self.peek(1).is_some_and(|l| l.starts_with("+++ "));
        let signature = line.trim_end() == "--";
        line.starts_with(['+', '-', ' ']) && !header && !signature
    }
}

/// `@@ -1,2 +3,4 @@ section`; a missing length is 1.
fn hunk_header(line: &str) -> Option<(usize, usize, usize, usize)> {
    let rest = line.strip_prefix("@@ -")?;
    let (ranges, _) = rest.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let number = |text: &str| Some(text.parse::<u32>().ok()? as usize);
    let range = |text: &str| match text.split_once(',') {
        Some((start, len)) => Some((number(start)?, number(len)?)),
        None => Some((number(text)?, 1)),
    };
    let ((old_start, old_len), (new_start, new_len)) = (range(old)?, range(new)?);
    Some((old_start, old_len, new_start, new_len))
}

/// The two paths of `diff --git a/x b/x`. Names with blanks are not quoted there, so where there are
/// several ways to cut, both halves must be equal.
fn git_header_paths(rest: &str) -> (Option<String>, Option<String>) {
    if let Some(end) = rest.strip_prefix('"').and_then(closing_quote) {
        let old = unquote(&rest[..end + 2]);
        let new = unquote(rest[end + 2..].trim_start());
        return strip_prefixes(Some(old), Some(new));
    }
    let cuts = || {
        rest.match_indices(' ')
            .map(|(at, _)| (&rest[..at], &rest[at + 1..]))
    };
    let same = cuts().find(|(old, new)| {
        let tail = |path: &str| path.split_once('/').map(|(_, tail)| tail.to_owned());
        !new.starts_with('"') && (old == new || (tail(old).is_some() && tail(old) == tail(new)))
    });
    match same.or_else(|| cuts().next()) {
        Some((old, new)) => strip_prefixes(Some(unquote(old)), Some(unquote(new))),
        None => (None, None),
    }
}

/// The path of a `---` or `+++` line; `None` for `/dev/null`. A time stamp follows a tab.
fn header_path(text: &str) -> Option<String> {
    let text = if text.starts_with('"') {
        text
    } else {
        text.split('\t').next().unwrap_or(text)
    };
    let path = unquote(text.trim_end());
    (path != "/dev/null").then_some(path)
}

/// Takes off git's `a/` and `b/` (or `i/`, `w/`, `c/`, `o/`) where both sides carry one.
fn strip_prefixes(old: Option<String>, new: Option<String>) -> (Option<String>, Option<String>) {
    let stripped = |path: &str, prefixes: [&str; 4]| {
        prefixes
            .iter()
            .find_map(|p| path.strip_prefix(p))
            .map(str::to_owned)
    };
    let of_old = old
        .as_deref()
        .map(|path| stripped(path, ["a/", "i/", "c/", "o/"]));
    let of_new = new
        .as_deref()
        .map(|path| stripped(path, ["b/", "w/", "i/", "c/"]));
    match (of_old, of_new) {
        (Some(Some(old)), Some(Some(new))) => (Some(old), Some(new)),
        (Some(Some(old)), None) => (Some(old), None),
        (None, Some(Some(new))) => (None, Some(new)),
        _ => (old, new),
    }
}

/// Where a quoted name ends (byte offset of the closing quote in the text after the opening one).
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Undoes git's C-style quoting: `"a/na\303\257ve.py"`. Bytes that are no UTF-8 are written `\xNN`.
fn unquote(text: &str) -> String {
    let Some(inner) = text
        .strip_prefix('"')
        .and_then(|rest| Some(&rest[..closing_quote(rest)?]))
    else {
        return text.to_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some(escape) = rest.next() else { break };
        bytes.push(match escape {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'0'..=b'7' => {
                let mut value = u32::from(escape - b'0');
                for _ in 0..2 {
                    let Some(digit) = rest.next_if(|d| (b'0'..=b'7').contains(d)) else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                }
                u8::try_from(value & 0xFF).unwrap_or_default()
            }
            other => other,
        });
    }
    bughound_core::RepoPath::from_git(&bytes)
        .0
        .as_str()
        .to_owned()
}
