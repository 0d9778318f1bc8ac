//! One ranking held against the right answers.

use rustc_hash::FxHashSet;

/// A ranking held against a set of right answers: all that the metrics need to know.
///
/// Repeated items of a ranking are dropped before anything is counted; the first occurrence keeps its
/// place. Without this a ranking could earn the same right answer twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// 0-based places of the right answers in the ranking, ascending.
    hits: Vec<usize>,
    /// Distinct items of the ranking.
    n_ranked: usize,
    /// Distinct right answers.
    n_truth: usize,
}

impl Judged {
    /// Holds `ranking` (best first) against `truth`. At most `limit` distinct items of the ranking are
    /// looked at, where there is a limit.
    pub fn new<'a>(
        ranking: impl IntoIterator<Item = &'a str>,
        truth: impl IntoIterator<Item = &'a str>,
        limit: Option<usize>,
    ) -> Self {
        let truth: FxHashSet<&str> = truth.into_iter().collect();
        let limit = limit.unwrap_or(usize::MAX);
        let mut seen = FxHashSet::default();
        let mut hits = Vec::new();
        for item in ranking {
            if seen.len() >= limit {
                break;
            }
            if seen.insert(item) && truth.contains(item) {
                hits.push(seen.len() - 1);
            }
        }
        Self {
            hits,
            n_ranked: seen.len(),
            n_truth: truth.len(),
        }
    }

    /// The best answer that there can be: the `n_truth` right answers and nothing else, cut at `limit`.
    pub fn perfect(n_truth: usize, limit: Option<usize>) -> Self {
        let n = n_truth.min(limit.unwrap_or(usize::MAX));
        Self {
            hits: (0..n).collect(),
            n_ranked: n,
            n_truth,
        }
    }

    /// 0-based places of the right answers, ascending.
    pub fn hits(&self) -> &[usize] {
        &self.hits
    }

    /// How many right answers are among the first `k`.
    pub fn hits_within(&self, k: usize) -> usize {
        self.hits.partition_point(|&place| place < k)
    }

    /// 1-based rank of the first right answer.
    pub fn first_rank(&self) -> Option<usize> {
        self.hits.first().map(|place| place + 1)
    }

    /// Number of distinct items in the ranking.
    pub fn n_ranked(&self) -> usize {
        self.n_ranked
    }

    /// Number of right answers.
    pub fn n_truth(&self) -> usize {
        self.n_truth
    }
}

/// `a / b` as a fraction; 0 where `b` is 0.
pub(crate) fn ratio(a: usize, b: usize) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ranking: &str, truth: &str, limit: Option<usize>, hits: &[usize], n_ranked: usize) {
        let judged = Judged::new(ranking.split_whitespace(), truth.split_whitespace(), limit);
        assert_eq!(
            (judged.hits(), judged.n_ranked()),
            (hits, n_ranked),
            "{ranking} / {truth}"
        );
    }

    #[test]
    fn places() {
        check("a b c", "b", None, &[1], 3);
        check("a b c", "c a", None, &[0, 2], 3);
        check("", "c a", None, &[], 0);
        check("a b", "", None, &[], 2);
    }

    #[test]
    fn repeats_are_dropped_before_the_cut() {
        check("a a a b", "b", None, &[1], 2);
        check("a a a b", "b", Some(2), &[1], 2);
        check("b b b b", "b c", None, &[0], 1);
        check("a b", "b b", Some(1), &[], 1);
    }
}
