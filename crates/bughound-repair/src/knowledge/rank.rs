//! Which of what is known is about this?
//!
//! The relevance of a past fix is half BM25 of the question's words over the fix's error and log, half how much a line of
//! the question looks like its error (Dice's coefficient of pairs of letters, numbers and folders left out). It is
//! weighed with the share of tries that worked, of which two more are thought, one of each kind, so that one success is
//! not certainty; and a fix of another build system counts less. Equal scores are in the order of ids.

use std::collections::BTreeMap;

use super::{Document, PastFix};

/// BM25's usual constants.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The BM25 score that counts half.
const HALF: f64 = 5.0;
/// What a fix of another system counts.
const FOREIGN: f64 = 0.5;
/// Below this nothing is said: a word that everything has.
const LEAST: f64 = 0.06;
/// Lines of a question that are looked at.
const MOST_LINES: usize = 300;

/// Fixes, best first.
pub(super) fn fixes<'a>(all: &'a [PastFix], question: &str, system: &str) -> Vec<&'a PastFix> {
    let texts: Vec<Vec<String>> = all
        .iter()
        .map(|fix| words(&format!("{} {}", fix.error, fix.log)))
        .collect();
    let found = bm25(&texts, &words(question));
    let lines: Vec<String> = question
        .lines()
        .map(essence)
        .filter(|line| line.len() > 8)
        .take(MOST_LINES)
        .collect();
    let mut ranked: Vec<(f64, &PastFix)> = all
        .iter()
        .zip(found)
        .filter_map(|(fix, bm25)| {
            let error = essence(&fix.error);
            let alike = lines
                .iter()
                .map(|line| strsim::sorensen_dice(line, &error))
                .fold(0.0, f64::max);
            // Two English sentences share a third of their pairs of letters.
            let alike = ((alike - 0.35) / 0.65).max(0.0);
            let relevance = 0.5 * bm25 / (bm25 + HALF) + 0.5 * alike;
            let worked = (f64::from(fix.succeeded) + 1.0) / (f64::from(fix.tried) + 2.0);
            let home = if fix.system == system { 1.0 } else { FOREIGN };
            (relevance * home > LEAST).then_some((relevance * home * (0.5 + 0.5 * worked), fix))
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    ranked.into_iter().map(|(_, fix)| fix).collect()
}

/// Pages, best first.
pub(super) fn pages<'a>(all: &'a [Document], question: &str, system: &str) -> Vec<&'a Document> {
    let fitting: Vec<&Document> = all
        .iter()
        .filter(|page| page.systems.is_empty() || page.systems.iter().any(|other| other == system))
        .collect();
    let texts: Vec<Vec<String>> = fitting
        .iter()
        .map(|page| words(&format!("{} {}", page.title, page.text)))
        .collect();
    let found = bm25(&texts, &words(question));
    let mut ranked: Vec<(f64, &Document)> = fitting
        .into_iter()
        .zip(found)
        .map(|(page, bm25)| {
            // Its own system's page helps even where no word is shared.
            let own = if page.systems.is_empty() { 0.0 } else { 1.0 };
            (bm25 + own, page)
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.title.cmp(&b.1.title)));
    ranked.into_iter().map(|(_, page)| page).collect()
}

/// Okapi BM25 of one query over a few texts.
fn bm25(texts: &[Vec<String>], query: &[String]) -> Vec<f64> {
    let n = texts.len() as f64;
    let mean = texts.iter().map(Vec::len).sum::<usize>() as f64 / n.max(1.0);
    let counts: Vec<BTreeMap<&str, usize>> = texts
        .iter()
        .map(|words| {
            let mut counts = BTreeMap::new();
            for word in words {
                *counts.entry(word.as_str()).or_default() += 1;
            }
            counts
        })
        .collect();
    let mut wanted: Vec<&str> = query.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut scores = vec![0.0; texts.len()];
    for word in wanted {
        let with = counts
            .iter()
            .filter(|counts| counts.contains_key(word))
            .count() as f64;
        let idf = (1.0 + (n - with + 0.5) / (with + 0.5)).ln();
        for ((score, counts), words) in scores.iter_mut().zip(&counts).zip(texts) {
            let Some(&count) = counts.get(word) else {
                continue;
            };
            let count = count as f64;
            let length = words.len() as f64 / mean.max(1.0);
            *score += idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
        }
    }
    scores
}

/// Words of at least two letters, lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.chars().count() > 1 && !word.chars().all(|c| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

/// A line without what differs between two occurrences of one error: folders, numbers.
fn essence(line: &str) -> String {
    let mut out = String::new();
    for word in line.split_whitespace().take(60) {
        let word = word.rsplit('/').next().unwrap_or(word);
        out.extend(word.chars().filter(|c| !c.is_ascii_digit()));
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use bughound_testbed::ErrorClass;

    use super::*;

    fn fix(id: &str, system: &str, error: &str, tried: u32, succeeded: u32) -> PastFix {
        PastFix {
            id: id.to_owned(),
            system: system.to_owned(),
            class: ErrorClass::Dependency,
            error: error.to_owned(),
            log: String::new(),
            change: String::new(),
            tried,
            succeeded,
            task: None,
            project: None,
            date: None,
        }
    }

    #[test]
    fn alike_errors_come_first_and_what_worked_before_what_did_not() {
        let all = [
            fix(
                "a",
                "python",
                "ImportError: cannot import name 'gadget' from 'widgets' (/a/b.py)",
                9,
                1,
            ),
            fix(
                "b",
                "python",
                "ImportError: cannot import name 'gadget' from 'widgets' (/c/d.py)",
                9,
                8,
            ),
            fix(
                "c",
                "python",
                "ModuleNotFoundError: No module named 'sprockets'",
                9,
                9,
            ),
            fix(
                "d",
                "cargo",
                "error[E0432]: unresolved import `widgets::gadget`",
                9,
                9,
            ),
            fix("e", "python", "Killed", 1, 1),
        ];
        let check = |question: &str, system: &str, expect: &[&str]| {
            let found: Vec<&str> = fixes(&all, question, system)
                .iter()
                .map(|fix| fix.id.as_str())
                .collect();
            assert_eq!(found, expect, "{question}");
        };
        check(
            "collecting ...\nE   ImportError: cannot import name 'gadget' from 'widgets' (/w/repo/x.py)\n",
            "python",
            &["b", "a", "d"],
        );
        check(
            "error[E0432]: unresolved import `widgets::gizmo`",
            "cargo",
            &["d"],
        );
        check("No module named 'sprockets'", "python", &["c"]);
        check("what is the weather like", "python", &[]);
    }
}
