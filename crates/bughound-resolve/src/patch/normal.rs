//! When are two patches the same? When what they leave behind differs in white space, empty lines and comment lines alone.
//!
//! Agentless compares unparsed syntax trees of Python. Here it is the text, for all languages: of each changed file its
//! lines without comments of their own, white space between words and signs dropped where it says nothing, indentation as a depth
//! in Python and not at all elsewhere. What stands in quotes is kept. Where the little that is read of a language is wrong (a
//! quote that is none), a line is kept as it is: two patches may then count as different, never as the same.

use std::fmt::Write as _;

use bughound_core::{Language, RepoPath};
use bughound_sandbox::{Change, What};

/// A text that is equal for equal changes.
pub fn normal_form(changes: &[Change]) -> String {
    let mut form = String::new();
    for change in changes {
        let path = change.path.to_string_lossy();
        match &change.what {
            What::File { bytes, .. } => {
                let _ = writeln!(form, "= {path}");
                match std::str::from_utf8(bytes) {
                    Ok(text) => text_into(&mut form, language_of(&path), text),
                    Err(_) => form.push_str(&bughound_testbed::sha256(bytes)),
                }
            }
            What::Removed => {
                let _ = writeln!(form, "- {path}");
            }
            other => {
                let _ = writeln!(form, "? {path} {other:?}");
            }
        }
    }
    form
}

fn language_of(path: &str) -> Option<Language> {
    Language::from_extension(RepoPath::from(path).extension())
}

fn text_into(form: &mut String, language: Option<Language>, text: &str) {
    let Some(language) = language else {
        // Of other files nothing is known: only the ends of lines do not count.
        for line in text.lines() {
            let _ = writeln!(form, "{}", line.trim_end());
        }
        return;
    };
    let is_python = language == Language::Python;
    let comment = if is_python { "#" } else { "//" };
    let mut depths: Vec<usize> = vec![0];
    let mut open: Option<&str> = None;
    for line in text.lines() {
        if let Some(end) = open {
            // Inside a text of several lines everything counts.
            let _ = writeln!(form, "{line}");
            if line.contains(end) {
                open = None;
            }
            continue;
        }
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(comment) {
            continue;
        }
        if is_python {
            let width: usize = line
                .chars()
                .take_while(|c| c.is_whitespace())
                .map(|c| if c == '\t' { 8 } else { 1 })
                .sum();
            while depths.len() > 1 && depths.last().is_some_and(|top| *top > width) {
                depths.pop();
            }
            if depths.last().is_none_or(|top| *top < width) {
                depths.push(width);
            }
            let _ = write!(form, "{}|", depths.len() - 1);
        }
        open = line_into(form, bare, is_python);
        form.push('\n');
    }
}

/// A line without white space that says nothing; the end of a text that goes on behind it.
fn line_into(form: &mut String, line: &str, is_python: bool) -> Option<&'static str> {
    let mut rest = line;
    let mut last = '\0';
    while let Some(c) = rest.chars().next() {
        for (open, is_used) in [("\"\"\"", is_python), ("'''", is_python), ("`", !is_python)] {
            if is_used && rest.starts_with(open) {
                match rest[open.len()..].find(open) {
                    Some(at) => {
                        let end = at + 2 * open.len();
                        form.push_str(&rest[..end]);
                        rest = &rest[end..];
                        last = ')';
                    }
                    None => {
                        form.push_str(rest);
                        return Some(open);
                    }
                }
                break;
            }
        }
        let Some(now) = rest.chars().next() else {
            break;
        };
        if now != c {
            continue;
        }
        if now == '"' || now == '\'' {
            let length = quoted(rest, now);
            form.push_str(&rest[..length]);
            rest = &rest[length..];
            last = ')';
        } else if now.is_whitespace() {
            rest = rest.trim_start();
            let next = rest.chars().next().unwrap_or('\0');
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '\'';
            // `a b`, and signs that would mean another one together: `a - -b`, `= =`.
            if (is_word(last) || last == ')') && is_word(next)
                || last.is_ascii_punctuation() && !"()[]{},;:".contains(last) && last == next
                || last == '=' && next == '='
            {
                form.push(' ');
            }
        } else {
            form.push(now);
            last = now;
            rest = &rest[now.len_utf8()..];
        }
    }
    None
}

/// The length of a text in quotes; to the line's end where it has none.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(path: &str, text: &str) -> String {
        normal_form(&[Change {
            path: path.into(),
            what: What::File {
                bytes: text.as_bytes().to_vec(),
                executable: false,
            },
        }])
    }

    #[test]
    fn white_space_and_comments_do_not_tell_patches_apart() {
        let check = |path: &str, one: &str, other: &str, same: bool| {
            assert_eq!(
                form(path, one) == form(path, other),
                same,
                "{}\n{}",
                form(path, one),
                form(path, other)
            );
        };
        check("a.py", "x=1\n", "x = 1\n", true);
        check("a.py", "x = 1\n", "x = 1  \n\n# why\n", true);
        check("a.py", "f(a,b)\n", "f( a, b )\n", true);
        check("a.py", "if a:\n  b\n", "if a:\n\tb\n", true);
        check("a.py", "if a:\n  b\nc\n", "if a:\n  b\n  c\n", false);
        check("a.py", "x = 'a b'\n", "x = 'a  b'\n", false);
        check("a.py", "x = 'a  # b'\n", "x = 'a # b'\n", false);
        check("a.py", "x = \"it's\"  +  y\n", "x=\"it's\"+y\n", true);
        check(
            "a.py",
            "x = \"\"\"a\n  b\"\"\"\n",
            "x = \"\"\"a\n b\"\"\"\n",
            false,
        );
        check("a.py", "return not a\n", "return nota\n", false);
        check("a.py", "a - -b\n", "a--b\n", false);
        check("a.py", "a = b\n", "a == b\n", false);
        check("a.py", "a < b\n", "a <= b\n", false);
        check("a.py", "return 'x'\n", "return'x'\n", false);
        check("a.js", "if (a) {\n  b()\n}\n", "if (a) {\nb();\n}\n", false);
        check(
            "a.js",
            "if (a) {\n  b()\n}\n",
            "if(a){\nb() // c\n}\n",
            false,
        );
        check(
            "a.js",
            "if (a) {\n  b()\n}\n",
            "if(a){\n// c\n    b()\n}\n",
            true,
        );
        check("a.js", "x = `a  b`\n", "x = `a b`\n", false);
        check(
            "a.rs",
            "fn f<'a>(x: &'a str) {}\n",
            "fn f<'a>(x:  &'a str) {}\n",
            false,
        );
        check("a.txt", "a  b\n", "a b\n", false);
        check("a.txt", "a b \r\n", "a b\n", true);
    }

    #[test]
    fn files_and_removals_count() {
        let removed = |path: &str| {
            normal_form(&[Change {
                path: path.into(),
                what: What::Removed,
            }])
        };
        assert_ne!(form("a.py", "x"), form("b.py", "x"));
        assert_ne!(form("a.py", ""), removed("a.py"));
        assert_ne!(removed("a.py"), removed("b.py"));
    }
}
