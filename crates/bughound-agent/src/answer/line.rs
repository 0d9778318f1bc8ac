//! One line of an answer.

use bughound_core::Language;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A file; names on the lines below belong to it.
    File(String),
    /// A name of a file.
    Place(String, String),
    /// A name, of the file above where there is one.
    Name(String),
}

/// Words that stand before a colon and say what follows.
const FILE_WORDS: [&str; 3] = ["file", "path", "file_path"];
const NAME_WORDS: [&str; 7] = [
    "function",
    "method",
    "class",
    "name",
    "symbol",
    "func",
    "class_method",
];

/// Reads a line: `path`, `path::name`, `path:name`, `function: name`, with bullets, numbers, backticks, bold
/// type, and an explanation behind it. `None` where the line is anything else.
pub(super) fn read(line: &str) -> Option<Line> {
    let line = without_bullet(line.trim());
    let lower = line.to_ascii_lowercase();
    for word in FILE_WORDS {
        if let Some(rest) = after_word(line, &lower, word) {
            return place(rest);
        }
    }
    for word in NAME_WORDS {
        if let Some(rest) = after_word(line, &lower, word) {
            return place(rest).or_else(|| Some(Line::Name(name(first_word(rest))?)));
        }
    }
    place(line)
}

/// A line that begins with a path.
fn place(line: &str) -> Option<Line> {
    let word = first_word(line.trim());
    if let Some((path, rest)) = word.split_once("::") {
        let path = path_of(path)?;
        // `path::Class::method` is a habit of other languages.
        return Some(match name(&rest.replace("::", ".")) {
            Some(name) => Line::Place(path, name),
            None => Line::File(path),
        });
    }
    if let Some(path) = path_of(word.trim_end_matches([':', ','])) {
        return Some(Line::File(path));
    }
    let (path, rest) = word.split_once(':')?;
    let path = path_of(path)?;
    // What follows may be a line number.
    Some(match name(rest) {
        Some(name) => Line::Place(path, name),
        None => Line::File(path),
    })
}

/// The text behind `word:`.
fn after_word<'a>(line: &'a str, lower: &str, word: &str) -> Option<&'a str> {
    let rest = lower.strip_prefix(word)?.trim_start_matches(['*', '`']);
    let rest = rest.strip_prefix(':')?;
    line.get(line.len() - rest.len()..)
        .map(|rest| rest.trim_start_matches(['*', ' ']))
}

fn without_bullet(line: &str) -> &str {
    let line = line.trim_start_matches(['-', '*', '•', '>', ' ', '\t']);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = if digits.len() < line.len() {
        digits.strip_prefix(['.', ')']).unwrap_or(line)
    } else {
        line
    };
    line.trim_start_matches(['*', '_', ' '])
}

/// What stands before the first space, without quotes and emphasis.
fn first_word(line: &str) -> &str {
    let line = line.trim_start_matches(['`', '"', '\'', '*', ' ']);
    let end = line
        .find(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '*'))
        .unwrap_or(line.len());
    line[..end].trim_end_matches([',', ';', '.'])
}

/// A path that may be one of a source file.
fn path_of(text: &str) -> Option<String> {
    let text = text.trim_matches(['`', '"', '\'', '*']);
    let text = text.strip_prefix("./").unwrap_or(text);
    let (stem, extension) = text.rsplit_once('.')?;
    let is_known = Language::from_extension(extension).is_some();
    let looks_like_path = text.contains('/')
        && !extension.is_empty()
        && extension.len() <= 5
        && extension.chars().all(|c| c.is_ascii_alphanumeric());
    let is_clean = !stem.is_empty()
        && !text.contains("://")
        && text.chars().all(|c| {
            !c.is_whitespace() && !matches!(c, '(' | ')' | '{' | '}' | '=' | '<' | '>' | '|' | ':')
        });
    (is_clean && (is_known || looks_like_path)).then(|| text.to_owned())
}

/// A dotted name, without what a call or a type parameter would add.
fn name(text: &str) -> Option<String> {
    let text = text.trim_matches(['`', '"', '\'', '*', ' ']);
    let end = text.find(['(', '<', '[']).unwrap_or(text.len());
    let text = text[..end].trim_end_matches([':', ',', '.']);
    let is_name = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '~' | '$'))
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '~' | '$' | '#'));
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Option<Line> {
        Some(Line::File(path.to_owned()))
    }

    fn at(path: &str, name: &str) -> Option<Line> {
        Some(Line::Place(path.to_owned(), name.to_owned()))
    }

    fn named(name: &str) -> Option<Line> {
        Some(Line::Name(name.to_owned()))
    }

    #[test]
    fn lines() {
        let check = |line: &str, expect: Option<Line>| assert_eq!(read(line), expect, "{line:?}");
        check("a/b.py", file("a/b.py"));
        check("./a/b.py", file("a/b.py"));
        check("1. `a/b.py`", file("a/b.py"));
        check("12) a/b.py: holds the loop", file("a/b.py"));
        check("- **a/b.py** — the loop", file("a/b.py"));
        check("setup.py", file("setup.py"));
        check("a/data.json", file("a/data.json"));
        check("File: a/b.py", file("a/b.py"));
        check("a/b.py::C.m", at("a/b.py", "C.m"));
        check("a/b.py::C::m", at("a/b.py", "C.m"));
        check("`a/b.py::C.m()` - because", at("a/b.py", "C.m"));
        check("* a/b.py:f", at("a/b.py", "f"));
        check("a/b.py:120", file("a/b.py"));
        check("a/b.py::f(x, y)", at("a/b.py", "f"));
        check("function: C.m", named("C.m"));
        check("**Function**: `C.m`", named("C.m"));
        check("class: C", named("C"));
        check("method: m()", named("m"));
        check("function: a/b.py::f", at("a/b.py", "f"));
        check("src/x.rs::Type::run<T>", at("src/x.rs", "Type.run"));
        check("The bug is in a/b.py.", None);
        check("", None);
        check("```", None);
        check("x = a.py", None);
        check("see https://host/a.py", None);
        check("def f(): pass", None);
        check("Note: this is hard", None);
    }
}
