//! An issue in a few lines.

use std::collections::BTreeSet;

use bughound_hound::IssueWords;
use bughound_hound::issue::{Issue, Zone};
use bughound_index::tokens;

/// Lines beyond these are not looked at.
const MOST_LINES: usize = 400;

/// The most bytes of a line; longer ones are cut.
const LINE_BYTES: usize = 160;

/// What each line costs beside its bytes: many short lines tell less than one.
const PER_LINE: usize = 24;

/// The title and the lines that tell most for their length, in the order of the issue, within so many bytes.
///
/// What a line tells is the sum over its words of how rare they are in what people write of fixes, squared, so that
/// names count and phrases do not; a word counts once, in the first line that is taken for it.
pub(crate) fn telling_lines(text: &str, max_bytes: usize) -> String {
    let issue = Issue::read(text);
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for line in issue.text.split('\n') {
        let start = at;
        at += line.len() + 1;
        let text = without_links(line.trim());
        let text = cut(text.trim(), LINE_BYTES).to_owned();
        let is_fence = text.starts_with("```") || text.starts_with("~~~");
        if text.is_empty() || is_fence || lines.iter().any(|known| known.text == text) {
            continue;
        }
        let zone = issue.zone_at(start + line.len() - line.trim_start().len());
        lines.push(Line {
            weight: weight(zone),
            terms: terms(&text),
            text,
        });
        if lines.len() >= MOST_LINES {
            break;
        }
    }
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut covered: BTreeSet<u64> = BTreeSet::new();
    let mut n_bytes = 0;
    // The title goes first, whatever it tells.
    let mut next = (!lines.is_empty()).then_some(0);
    while let Some(best) = next {
        taken.insert(best);
        n_bytes += lines[best].text.len() + 1;
        covered.extend(&lines[best].terms);
        next = (0..lines.len())
            .filter(|at| !taken.contains(at) && n_bytes + lines[*at].text.len() < max_bytes)
            .map(|at| (lines[at].tells(&covered), at))
            .filter(|(told, _)| *told > 0.0)
            // Of equals the first.
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, at)| at);
    }
    let lines: Vec<&str> = taken
        .into_iter()
        .map(|at| lines[at].text.as_str())
        .collect();
    lines.join("\n")
}

struct Line {
    text: String,
    weight: f32,
    /// Hashes of its words, each once.
    terms: BTreeSet<u64>,
}

impl Line {
    /// What it tells for its length, beyond what is covered.
    fn tells(&self, covered: &BTreeSet<u64>) -> f32 {
        let words = IssueWords::embedded();
        let sum: f32 = self
            .terms
            .difference(covered)
            .map(|&term| words.rarity(term).powi(2))
            .sum();
        self.weight * sum / (self.text.len() + PER_LINE) as f32
    }
}

/// The line without addresses; one of a file in a hosted repository stays as the file's path.
fn without_links(line: &str) -> String {
    let is_link = |word: &str| word.contains("http://") || word.contains("https://");
    let words = line.split(' ').filter_map(|word| {
        if !is_link(word) {
            return Some(word);
        }
        let (_, rest) = word.split_once("/blob/")?;
        Some(rest.split_once('/')?.1)
    });
    words.collect::<Vec<_>>().join(" ")
}

fn weight(zone: Zone) -> f32 {
    match zone {
        Zone::Title | Zone::Inline => 1.5,
        Zone::Prose => 1.0,
        Zone::Code => 0.7,
        Zone::Traceback => 0.5,
        Zone::Boilerplate => 0.1,
    }
}

fn terms(text: &str) -> BTreeSet<u64> {
    let mut terms = BTreeSet::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        let found = text.get(range).map(tokens::terms_of).unwrap_or_default();
        terms.extend(found.iter().map(|term| tokens::term_hash(term)));
    });
    terms
}

fn cut(line: &str, max_bytes: usize) -> &str {
    let mut end = line.len().min(max_bytes);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_tell_most_stay_in_their_order() {
        let check = |text: &str, max_bytes: usize, expect: &str| {
            let cut = telling_lines(text, max_bytes);
            assert_eq!(cut, expect);
            assert!(cut.len() <= max_bytes.max(LINE_BYTES), "{}", cut.len());
        };
        check("", 100, "");
        check("Title only", 100, "Title only");
        check(
            "A title that is longer than all that is allowed",
            10,
            "A title that is longer than all that is allowed",
        );
        let issue = "Parser fails\n\nHello, thank you all for this.\n\nI call `read_table_row(x)` and it fails.\n\n```\n\
                     TableError: row_span of cell_merge is negative\n```\nPlease help.\n";
        check(
            issue,
            110,
            "Parser fails\nI call `read_table_row(x)` and it fails.\nTableError: row_span of cell_merge is negative",
        );
        check(
            issue,
            60,
            "Parser fails\nTableError: row_span of cell_merge is negative",
        );
        check(
            "T\nsee https://h/o/r/blob/1a2b3c/src/a_b.py#L3 and https://docs/x_y",
            100,
            "T\nsee src/a_b.py#L3 and",
        );
        // What is said twice is said once.
        check("T\nfoo_bar\nfoo_bar\nfoo_bar", 100, "T\nfoo_bar");
    }
}
