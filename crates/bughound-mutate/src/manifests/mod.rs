//! Small changes that break a file of configuration: a wrong key, an entry that is missing, a wrong version, a wrong
//! value. One file per kind of manifest.

mod cargo;
mod cmake;
mod go_mod;
mod makefile;
mod package_json;
mod pom;
mod pyproject;
mod sections;
mod setup_cfg;

use std::ops::Range;

use bughound_syntax::LineTable;

use crate::operator::OperatorInfo;
use crate::site::whole_lines;
use crate::{Mutant, MutantKind};

/// A key that its readers do not know.
pub(crate) const WRONG_KEY: &str = "wrong_key";
/// An entry that got lost.
pub(crate) const MISSING_ENTRY: &str = "missing_entry";
/// Another version.
pub(crate) const WRONG_VERSION: &str = "wrong_version";
/// Another value.
pub(crate) const WRONG_VALUE: &str = "wrong_value";

/// The operators on manifests.
pub fn manifest_operators() -> impl Iterator<Item = OperatorInfo> {
    [
        (WRONG_KEY, "a key is misspelled"),
        (
            MISSING_ENTRY,
            "a dependency, a feature, a source file, an option or another entry is removed",
        ),
        (
            WRONG_VERSION,
            "the version of a dependency, of the language or of the tool is another",
        ),
        (
            WRONG_VALUE,
            "a path, an entry point, a kind of module or another value is wrong",
        ),
    ]
    .into_iter()
    .map(|(name, about)| OperatorInfo { name, about })
}

/// The small changes that may break a manifest, in the order of the text. What is a manifest is told by the file's
/// name: `pyproject.toml`, `setup.cfg`, `Cargo.toml`, `package.json`, `CMakeLists.txt`, `Makefile`, `go.mod`,
/// `pom.xml`. Other files have none.
pub fn manifest_mutants(path: &str, text: &str) -> Vec<Mutant> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut found = Found {
        text,
        mutants: Vec::new(),
        lines: LineTable::new(text),
    };
    match name {
        "pyproject.toml" => pyproject::find(&mut found),
        "setup.cfg" => setup_cfg::find(&mut found),
        "Cargo.toml" => cargo::find(&mut found),
        "package.json" => package_json::find(&mut found),
        "CMakeLists.txt" => cmake::find(&mut found),
        "Makefile" | "makefile" | "GNUmakefile" => makefile::find(&mut found),
        "go.mod" => go_mod::find(&mut found),
        "pom.xml" => pom::find(&mut found),
        _ => {}
    }
    let mut mutants = found.mutants;
    mutants.sort_by_key(|mutant| (mutant.span.start, mutant.span.end));
    mutants.dedup_by(|a, b| a.span == b.span && a.replacement == b.replacement);
    mutants
}

/// What was found so far.
struct Found<'t> {
    text: &'t str,
    mutants: Vec<Mutant>,
    lines: LineTable,
}

impl<'t> Found<'t> {
    /// Takes a change; `inside` is the section or table that holds it.
    fn push(
        &mut self,
        operator: &'static str,
        span: Range<usize>,
        replacement: impl Into<String>,
        description: impl Into<String>,
        inside: &str,
    ) {
        let original = self.slice(&span).to_owned();
        let replacement = replacement.into();
        if original == replacement {
            return;
        }
        let blank = original.len() - original.trim_start().len();
        let at = u32::try_from(span.start + blank).unwrap_or(u32::MAX);
        self.mutants.push(Mutant {
            operator,
            kind: MutantKind::Configuration,
            line: self.lines.line(at),
            original,
            span,
            replacement,
            description: description.into(),
            inside: (!inside.is_empty()).then(|| inside.to_owned()),
        });
    }

    /// Replaces, and says so.
    fn replace(&mut self, operator: &'static str, span: Range<usize>, to: &str, inside: &str) {
        let from = self.slice(&span);
        self.push(
            operator,
            span,
            to,
            format!("`{from}` becomes `{to}`"),
            inside,
        );
    }

    /// Removes the lines of a span, where nothing else stands on them.
    fn remove_lines(&mut self, span: Range<usize>, inside: &str) {
        if let Some(lines) = whole_lines(self.text, span) {
            let own = self.slice(&lines).trim();
            let first = own.lines().next().unwrap_or("");
            let description = format!("`{first}` is removed");
            self.push(MISSING_ENTRY, lines, "", description, inside);
        }
    }

    /// Misspells a key.
    fn misspell(&mut self, span: Range<usize>, inside: &str) {
        if let Some(to) = misspelled(self.slice(&span)) {
            self.replace(WRONG_KEY, span, &to, inside);
        }
    }

    /// Raises the first number of a version.
    fn raise(&mut self, span: Range<usize>, inside: &str) {
        if let Some(to) = raised(self.slice(&span)) {
            self.replace(WRONG_VERSION, span, &to, inside);
        }
    }

    fn slice(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or("")
    }
}

/// Two letters in the middle change places.
fn misspelled(name: &str) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let n = letters.len();
    if n < 4 {
        return None;
    }
    let at = (n / 2..n - 1).chain(1..n / 2).find(|&at| {
        letters[at] != letters[at + 1]
            && letters[at].is_alphabetic()
            && letters[at + 1].is_alphabetic()
    })?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// `>=1.2` becomes `>=2.2`; text without a number has no next version.
fn raised(version: &str) -> Option<String> {
    let start = version.find(|c: char| c.is_ascii_digit())?;
    let digits = version[start..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(version.len(), |at| start + at);
    let number: u32 = version[start..digits].parse().ok()?;
    let next = number.checked_add(1)?;
    Some(format!("{}{next}{}", &version[..start], &version[digits..]))
}

/// A path that leads nowhere: the file's name loses its last letter.
fn wrong_path(path: &str) -> Option<String> {
    let file = path.rfind('/').map_or(0, |at| at + 1);
    let stem = path[file..].find('.').map_or(path.len(), |at| file + at);
    let last = path[file..stem].chars().next_back()?;
    let cut = stem - last.len_utf8();
    let middle = if cut == file { "x" } else { "" };
    Some(format!("{}{middle}{}", &path[..cut], &path[stem..]))
}

/// The words of a text that begins at `from`: their spans.
fn words(body: &str, from: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in body.char_indices().chain([(body.len(), ' ')]) {
        match (start, c.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(begin), true) => {
                found.push(from + begin..from + at);
                start = None;
            }
            _ => {}
        }
    }
    found
}
