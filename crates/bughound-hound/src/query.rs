//! From an issue to weighted terms.

use bughound_index::tokens;
use rustc_hash::FxHashMap;

use crate::issue::{Issue, N_ZONES, Zone};

/// Most terms of a query; those of least weight are dropped.
const MAX_TERMS: usize = 260;

/// Characters at the beginning of the issue that count as its head.
const HEAD: usize = 500;

/// How much one mention weighs, by zone.
fn zone_weight(zone: Zone) -> f32 {
    match zone {
        Zone::Title => 3.0,
        Zone::Inline => 2.0,
        Zone::Code | Zone::Prose => 1.0,
        Zone::Traceback => 0.4,
        Zone::Boilerplate => 0.1,
    }
}

/// The terms of an issue. All lists run in parallel, heaviest term first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The terms as text.
    pub terms: Vec<String>,
    /// The word or name in the issue from which each term was first made, as written.
    pub written: Vec<String>,
    /// Their hashes.
    pub hashes: Vec<u64>,
    /// `q(t) = 9 w / (8 + w)` with `w` the sum of zone weights over the mentions of `t`.
    pub weights: Vec<f32>,
    /// `q(t)` with the mentions of one zone alone, by `Zone as usize`.
    pub by_zone: [Vec<f32>; N_ZONES],
    /// `q(t)` with the mentions in the first 500 characters alone.
    pub head: Vec<f32>,
    /// `q(t)` for terms that are whole identifiers (`=get_x`), 0 for others.
    pub whole: Vec<f32>,
}

#[derive(Default)]
struct Mentions {
    first_at: usize,
    written: String,
    by_zone: [u32; N_ZONES],
    head: f32,
}

fn saturate(weight: f32) -> f32 {
    9.0 * weight / (8.0 + weight)
}

impl Query {
    /// The query for an issue.
    pub fn of(issue: &Issue) -> Self {
        let mut mentions: FxHashMap<String, Mentions> = FxHashMap::default();
        for span in &issue.zones {
            let text = &issue.text[span.start..span.end];
            tokens::for_each_identifier(text.as_bytes(), |range| {
                let at = span.start + range.start;
                let Some(identifier) = text.get(range) else {
                    return;
                };
                for term in tokens::terms_of(identifier) {
                    let seen = mentions.entry(term).or_default();
                    if seen.by_zone.iter().all(|&count| count == 0) {
                        seen.first_at = at;
                        identifier.clone_into(&mut seen.written);
                    }
                    seen.by_zone[span.zone as usize] += 1;
                    if at < HEAD {
                        seen.head += zone_weight(span.zone);
                    }
                }
            });
        }
        let zone_sum =
            |seen: &Mentions, zone: Zone| zone_weight(zone) * seen.by_zone[zone as usize] as f32;
        let mut terms: Vec<(String, Mentions, f32)> = mentions
            .into_iter()
            .map(|(term, seen)| {
                let weight = Zone::ALL.iter().map(|&zone| zone_sum(&seen, zone)).sum();
                (term, seen, saturate(weight))
            })
            .collect();
        terms.sort_by(|a, b| {
            b.2.total_cmp(&a.2)
                .then(a.1.first_at.cmp(&b.1.first_at))
                .then(a.0.cmp(&b.0))
        });
        terms.truncate(MAX_TERMS);
        let mut query = Self::default();
        for (term, seen, weight) in terms {
            query.hashes.push(tokens::term_hash(&term));
            query.weights.push(weight);
            for zone in Zone::ALL {
                query.by_zone[zone as usize].push(saturate(zone_sum(&seen, zone)));
            }
            query.head.push(saturate(seen.head));
            query
                .whole
                .push(if term.starts_with('=') { weight } else { 0.0 });
            query.written.push(seen.written);
            query.terms.push(term);
        }
        query
    }

    /// The terms with their weights.
    pub fn weighted_hashes(&self) -> Vec<(u64, f32)> {
        self.hashes
            .iter()
            .copied()
            .zip(self.weights.iter().copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_weighs_most_and_boilerplate_least() {
        let issue = Issue::read("Crash in parser\n\nThe lexer is fine; see `tokenizer`.\n");
        let query = Query::of(&issue);
        let weight = |term: &str| {
            let at = query.terms.iter().position(|t| t == term).unwrap();
            query.weights[at]
        };
        assert!(weight("crash") > weight("tokenizer"));
        assert!(weight("tokenizer") > weight("lexer"));
    }
}
