//! A chain with its rarer states put together, so that it fits on a page.

use std::collections::BTreeMap;

use crate::chain::{Chain, END, START};

/// What states are put together under.
const OTHER: &str = "(other)";

/// Counts of transitions between the states that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The states: the start, the most visited, the others together where there are any, the end.
    pub labels: Vec<String>,
    /// How often each is followed by each; rows by state, columns by the next.
    pub counts: Vec<Vec<u64>>,
}

impl Folded {
    /// The `most` most visited states of a chain, the others together.
    pub fn of(chain: &Chain, most: usize) -> Self {
        Self::with(chain, &labels(&[chain], most))
    }

    /// Two chains over the same states: the `most` most visited of both, each counting by its share.
    pub fn pair(a: &Chain, b: &Chain, most: usize) -> (Self, Self) {
        let labels = labels(&[a, b], most);
        (Self::with(a, &labels), Self::with(b, &labels))
    }

    fn with(chain: &Chain, labels: &[String]) -> Self {
        let places: BTreeMap<&str, usize> = labels
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), at))
            .collect();
        let other = places.get(OTHER).copied();
        let place = |name: &str| places.get(name).copied().or(other);
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for transition in &chain.transitions {
            if let (Some(from), Some(to)) = (place(&transition.from), place(&transition.to)) {
                counts[from][to] += whole(transition.probability.part);
            }
        }
        Self {
            labels: labels.to_vec(),
            counts,
        }
    }

    /// How often a state was left.
    pub fn visits(&self, row: usize) -> u64 {
        self.counts.get(row).map_or(0, |row| row.iter().sum())
    }

    /// The probability of a transition; `None` where the state was never left.
    pub fn probability(&self, row: usize, column: usize) -> Option<f64> {
        let visits = self.visits(row);
        (visits > 0).then(|| self.counts[row][column] as f64 / visits as f64)
    }
}

fn whole(n: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count"
    )]
    let n = n as u64;
    n
}

/// The states to show.
fn labels(chains: &[&Chain], most: usize) -> Vec<String> {
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for chain in chains {
        let inner = || {
            chain
                .states
                .iter()
                .filter(|state| state.name != START && state.name != END)
        };
        let all: usize = inner().map(|state| state.visits).sum();
        for state in inner() {
            *weights.entry(&state.name).or_default() += state.visits as f64 / all.max(1) as f64;
        }
    }
    let mut names: Vec<(&str, f64)> = weights.into_iter().collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1));
    let folds = names.len() > most;
    let mut labels = vec![START.to_owned()];
    labels.extend(names.iter().take(most).map(|(name, _)| (*name).to_owned()));
    if folds {
        labels.push(OTHER.to_owned());
    }
    labels.push(END.to_owned());
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::episode;

    #[test]
    fn rare_states_are_folded() {
        let facts = [
            episode("t", &["a", "a", "b", "c", "d", "a"], None),
            episode("u", &["b"], None),
        ];
        let chain = Chain::of(facts.iter());
        let folded = Folded::of(&chain, 2);
        assert_eq!(folded.labels, ["(start)", "a", "b", "(other)", "(end)"]);
        assert_eq!(
            folded.counts,
            [
                [0, 1, 1, 0, 0],
                [0, 1, 1, 0, 1],
                [0, 0, 0, 1, 1],
                [0, 1, 0, 1, 0],
                [0, 0, 0, 0, 0]
            ]
        );
        assert_eq!(folded.probability(1, 1), Some(1.0 / 3.0));
        assert_eq!(folded.probability(4, 1), None);
        let all = Folded::of(&chain, 9);
        assert_eq!(all.labels.len(), 6);
        assert_eq!(all.counts.iter().flatten().sum::<u64>(), 9);
    }
}
