//! How much of a candidate's name the issue says, in whatever spelling.

use bughound_index::{Index, SymbolIdx, tokens};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::top;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::issue::{Issue, Zone};
use crate::query::Query;

/// Bytes of the issue in which words beside one another are looked at.
const MAX_TEXT: usize = 20_000;

/// How many of the best candidates' names others are held against.
const N_ALIKE: usize = 20;

pub(super) fn names(index: &Index, issue: &Issue, query: &Query, features: &mut Features) {
    let said = Said::of(issue, query);
    let words: Vec<Vec<u64>> = features
        .candidates
        .par_iter()
        .with_min_len(1024)
        .map(|&symbol| index.terms_of_name(symbol))
        .collect();
    let rows: Vec<[f32; 5]> = words
        .par_iter()
        .with_min_len(1024)
        .zip(&features.candidates)
        .map(|(name, &symbol)| {
            let class = index
                .near_type(symbol)
                .and_then(|class| features.row(class));
            said.about(index, symbol, name, class.map(|class| &*words[class]))
        })
        .collect();
    let columns = [
        C::NameCoverage,
        C::NameTitleCoverage,
        C::ClassCoverage,
        C::NamePhrase,
        C::NameForms,
    ];
    for (at, feature) in columns.into_iter().enumerate() {
        features.set_candidate(feature, rows.iter().map(|values| values[at]).collect());
    }
    features.set_candidate(C::Alike, alike(features, &words));
    files(index, issue, features);
}

/// Names that share words with those of the best candidates: where `encode_url` is wrong, `decode_url` is, too.
fn alike(features: &Features, words: &[Vec<u64>]) -> Vec<f32> {
    let base = features.candidate(C::Base);
    let best = top(base, N_ALIKE);
    words
        .par_iter()
        .with_min_len(1024)
        .enumerate()
        .map(|(row, name)| {
            let others = best.iter().filter(|other| **other != row);
            others
                .map(|&other| {
                    let theirs = &words[other];
                    let shared = name.iter().filter(|term| theirs.contains(term)).count();
                    let all = name.len() + theirs.len() - shared;
                    base[other] * shared as f32 / all.max(1) as f32
                })
                .fold(0.0, f32::max)
        })
        .collect()
}

/// What words the issue has.
struct Said {
    terms: FxHashSet<u64>,
    in_title: FxHashSet<u64>,
    /// Terms that follow one another.
    pairs: FxHashSet<(u64, u64)>,
    /// The words of identifiers of several words, as one hash.
    forms: FxHashSet<u64>,
}

impl Said {
    fn of(issue: &Issue, query: &Query) -> Self {
        let titled = &query.by_zone[Zone::Title as usize];
        let in_title = query.hashes.iter().zip(titled);
        let text = issue.text.as_bytes();
        let mut pairs = FxHashSet::default();
        let mut last = None;
        tokens::for_each_identifier(&text[..text.len().min(MAX_TEXT)], |range| {
            for term in parts_of(issue.text.get(range).unwrap_or("")) {
                if let Some(last) = last.replace(term) {
                    pairs.insert((last, term));
                }
            }
        });
        Self {
            terms: query.hashes.iter().copied().collect(),
            in_title: in_title
                .filter(|(_, weight)| **weight > 0.0)
                .map(|(&hash, _)| hash)
                .collect(),
            pairs,
            forms: issue
                .identifiers
                .iter()
                .filter_map(|identifier| form(&parts_of(&identifier.name)))
                .collect(),
        }
    }

    fn about(
        &self,
        index: &Index,
        symbol: SymbolIdx,
        name: &[u64],
        class: Option<&[u64]>,
    ) -> [f32; 5] {
        let n_pairs = name.len().saturating_sub(1);
        let together = name
            .windows(2)
            .filter(|pair| self.pairs.contains(&(pair[0], pair[1])))
            .count();
        let n_definitions = || index.names().symbols(index.names().of(symbol)).len();
        let is_form = form(name).is_some_and(|form| self.forms.contains(&form));
        [
            share(name, &self.terms),
            share(name, &self.in_title),
            class.map_or(0.0, |class| share(class, &self.terms)),
            together as f32 / n_pairs.max(1) as f32,
            if is_form {
                1.0 / (1.0 + n_definitions() as f32).log2()
            } else {
                0.0
            },
        ]
    }
}

/// The terms of an identifier's parts.
fn parts_of(identifier: &str) -> Vec<u64> {
    let terms = tokens::terms_of(identifier);
    let parts = terms.iter().filter(|term| !term.starts_with('='));
    parts.map(|term| tokens::term_hash(term)).collect()
}

/// One hash for two terms or more.
fn form(terms: &[u64]) -> Option<u64> {
    let mix =
        |sum: u64, &term: &u64| sum.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ term;
    (terms.len() > 1).then(|| terms.iter().fold(0, mix))
}

fn share(terms: &[u64], among: &FxHashSet<u64>) -> f32 {
    let found = terms.iter().filter(|term| among.contains(term)).count();
    found as f32 / terms.len().max(1) as f32
}

/// File names as words of the issue.
fn files(index: &Index, issue: &Issue, features: &mut Features) {
    let title: FxHashSet<String> = words(issue.title());
    let text = issue.identifiers.iter().map(|identifier| &identifier.name);
    let text: FxHashSet<String> = text.map(|name| name.to_lowercase()).collect();
    let stems: Vec<String> = index
        .files()
        .iter()
        .map(|file| match file.path().stem() {
            "__init__" | "index" | "mod" => file.path().parent().rsplit('/').next().unwrap_or(""),
            stem => stem,
        })
        .map(|stem| stem.trim_matches('_').to_lowercase())
        .collect();
    let mut n_with: FxHashMap<&str, f32> = FxHashMap::default();
    for stem in &stems {
        *n_with.entry(stem).or_default() += 1.0;
    }
    let column = |words: &FxHashSet<String>| -> Vec<f32> {
        stems
            .iter()
            .map(|stem| {
                if words.contains(stem) {
                    1.0 / n_with[&**stem]
                } else {
                    0.0
                }
            })
            .collect()
    };
    features.set_file(F::StemInTitle, column(&title));
    features.set_file(F::StemInText, column(&text));
}

fn words(text: &str) -> FxHashSet<String> {
    let mut words = FxHashSet::default();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        words.extend(text.get(range).map(str::to_lowercase));
    });
    words
}
