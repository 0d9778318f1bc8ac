//! Which line of a place should a reader look at first?

use std::collections::{HashMap, HashSet};

use bughound_core::{LineSpan, RepoPath};
use bughound_hound::issue::{Issue, N_ZONES, Zone};
use bughound_index::tokens;

/// What the issue says about single lines.
pub(crate) struct Focus<'a> {
    issue: &'a Issue,
    /// Weight of each term of the issue, by its hash.
    weights: HashMap<u64, f32>,
    /// Every three words that stand in a row in it, by their hash.
    phrases: HashSet<u64>,
}

/// What a phrase of the issue weighs, beside the words in it: error messages are found by their phrases.
const PHRASE_WEIGHT: f32 = 4.0;

impl<'a> Focus<'a> {
    /// Reads the issue's terms.
    pub(crate) fn new(issue: &'a Issue) -> Self {
        let mut weights: HashMap<u64, f32> = HashMap::new();
        for identifier in &issue.identifiers {
            let zone = (0..N_ZONES)
                .filter(|&zone| identifier.zone_counts[zone] > 0)
                .map(zone_weight)
                .fold(0.0, f32::max);
            let shape = if identifier.is_plain_word() { 1.0 } else { 2.0 };
            for term in tokens::terms_of(&identifier.name) {
                let weight = weights.entry(tokens::term_hash(&term)).or_insert(0.0);
                *weight = weight.max(zone * shape);
            }
        }
        let phrases = phrases(&issue.text).into_iter().collect();
        Self {
            issue,
            weights,
            phrases,
        }
    }

    /// The line of `span` that the issue says most about:
    ///
    /// 1. the innermost stack frame in it (found by the source line that the trace shows, else by number);
    /// 2. the first line of a link to it;
    /// 3. the line with the most of the issue's words, each counted by its weight over the number of lines
    ///    of the span that hold it, and of its phrases;
    /// 4. the first line.
    pub(crate) fn line(&self, path: &RepoPath, span: LineSpan, text: &str) -> u32 {
        let lines: Vec<&str> = text
            .lines()
            .skip(span.start as usize - 1)
            .take(span.n_lines() as usize)
            .collect();
        self.frame(path, span, &lines)
            .or_else(|| self.link(path, span))
            .or_else(|| self.words(span, &lines))
            .unwrap_or(span.start)
    }

    fn frame(&self, path: &RepoPath, span: LineSpan, lines: &[&str]) -> Option<u32> {
        let mut frames: Vec<_> = self
            .issue
            .frames
            .iter()
            .filter(|frame| is_same_file(&frame.path, path))
            .collect();
        frames.sort_by_key(|frame| frame.depth_from_innermost);
        frames.into_iter().find_map(|frame| {
            let shown = frame
                .code_line
                .as_deref()
                .map(str::trim)
                .filter(|code| !code.is_empty());
            let by_code = shown.and_then(|code| {
                (span.start..)
                    .zip(lines)
                    .find(|(_, line)| line.trim() == code)
                    .map(|(number, _)| number)
            });
            by_code.or(frame.line.filter(|&line| span.contains(line)))
        })
    }

    fn link(&self, path: &RepoPath, span: LineSpan) -> Option<u32> {
        let links = self
            .issue
            .links
            .iter()
            .filter(|link| is_same_file(&link.path, path));
        links
            .filter_map(|link| link.lines)
            .map(|(start, _)| start)
            .find(|&line| span.contains(line))
    }

    fn words(&self, span: LineSpan, lines: &[&str]) -> Option<u32> {
        let per_line: Vec<Vec<u64>> = lines.iter().map(|line| self.terms_in(line)).collect();
        let mut n_lines_with: HashMap<u64, f32> = HashMap::new();
        for term in per_line.iter().flatten() {
            *n_lines_with.entry(*term).or_insert(0.0) += 1.0;
        }
        let mut best: Option<(f32, u32)> = None;
        for (number, (line, terms)) in (span.start..).zip(lines.iter().zip(&per_line)) {
            if is_import(line) {
                continue;
            }
            let words: f32 = terms
                .iter()
                .map(|term| self.weights[term] / n_lines_with[term])
                .sum();
            let n_phrases = phrases(line)
                .iter()
                .filter(|phrase| self.phrases.contains(phrase))
                .count();
            let score = words + PHRASE_WEIGHT * n_phrases as f32;
            if score > best.map_or(0.0, |(best, _)| best) {
                best = Some((score, number));
            }
        }
        best.map(|(_, number)| number)
    }

    /// The issue's terms that stand in a line, each once.
    fn terms_in(&self, line: &str) -> Vec<u64> {
        let mut found = Vec::new();
        tokens::for_each_identifier(line.as_bytes(), |range| {
            let Some(identifier) = line.get(range) else {
                return;
            };
            let hashes = tokens::terms_of(identifier)
                .into_iter()
                .map(|term| tokens::term_hash(&term));
            found.extend(hashes.filter(|hash| self.weights.contains_key(hash)));
        });
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Imports name much and do nothing.
fn is_import(line: &str) -> bool {
    let line = line.trim_start();
    [
        "import ", "from ", "use ", "pub use ", "#include", "package ",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}

/// Every three words that stand in a row, by their hash.
fn phrases(text: &str) -> Vec<u64> {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words
        .windows(3)
        .map(|words| tokens::term_hash(&words.join(" ")))
        .collect()
}

/// How much a word says by where it stands.
fn zone_weight(zone: usize) -> f32 {
    match Zone::ALL[zone] {
        Zone::Title => 3.0,
        Zone::Inline => 2.5,
        Zone::Prose | Zone::Code => 1.0,
        Zone::Traceback => 0.4,
        Zone::Boilerplate => 0.1,
    }
}

/// Whether a path in an issue (absolute, relative, of another machine) can be this file: the shorter of the
/// two is the end of the longer one.
fn is_same_file(written: &str, path: &RepoPath) -> bool {
    let written = written.replace('\\', "/");
    let mut ours = path.components().rev();
    let mut theirs = written
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .rev();
    let mut n_equal = 0;
    loop {
        match (ours.next(), theirs.next()) {
            (Some(a), Some(b)) if a == b => n_equal += 1,
            (Some(_), Some(_)) => return n_equal >= 2,
            _ => return n_equal >= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
def load(path):
    \"\"\"Reads settings.\"\"\"
    text = open(path).read()
    if not text:
        raise ValueError('settings file is empty')
    return parse(text)
";

    fn check(issue: &str, line: u32) {
        let issue = Issue::read(issue);
        let path = RepoPath::from("pkg/config.py");
        assert_eq!(
            Focus::new(&issue).line(&path, LineSpan::new(1, 6), SOURCE),
            line,
            "{issue:?}"
        );
    }

    #[test]
    fn the_line_that_the_issue_is_about() {
        check("ValueError: settings file is empty", 5);
        check("`parse` gets it wrong", 6);
        check(
            "Settings settings text text path. The settings file is empty it says",
            5,
        );
        check("nothing in common", 1);
        // The line number of another version; the code that the trace shows wins.
        check(
            "Crash\n\nTraceback (most recent call last):\n  File \"/x/pkg/config.py\", line 30, in load\n    \
             text = open(path).read()\nOSError: gone\n",
            3,
        );
        check(
            "Crash\n\nTraceback (most recent call last):\n  File \"/x/pkg/config.py\", line 4, in load\nOSError: gone\n",
            4,
        );
    }

    #[test]
    fn paths_are_compared_from_their_ends() {
        let path = RepoPath::from("src/pkg/config.py");
        for (written, expect) in [
            ("config.py", true),
            ("/usr/lib/pkg/config.py", true),
            ("C:\\x\\pkg\\config.py", true),
            ("other/config.py", false),
            ("./src/pkg/config.py", true),
            ("pkg/config.pyi", false),
            ("", false),
        ] {
            assert_eq!(is_same_file(written, &path), expect, "{written}");
        }
    }
}
