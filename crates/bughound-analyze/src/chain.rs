//! What follows what: the first-order Markov chain between tools, from the start of an episode to its end.
//!
//! The state of a call is its tool; calls of a shell go by their program, replies without calls by `(words)`. Several
//! calls in one reply follow each other in the reply's order. A transition's probability is its count over all
//! transitions out of the state; nothing is smoothed.

use std::collections::BTreeMap;

use bughound_metrics::{RatioSums, Share};
use serde::Serialize;

use crate::EpisodeFacts;

/// Where episodes begin.
pub const START: &str = "(start)";
/// Where they end.
pub const END: &str = "(end)";

/// A chain as a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Chain {
    /// Every state with how often it was left, most often first; [`START`] is the first, [`END`] the last.
    pub states: Vec<State>,
    /// Every transition that was seen, by its states in the order of `states`.
    pub transitions: Vec<Transition>,
}

/// A state of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct State {
    /// Its name.
    pub name: String,
    /// How often it was visited.
    pub visits: usize,
}

/// What follows a state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transition {
    /// The state.
    pub from: String,
    /// The next one.
    pub to: String,
    /// How often, among all transitions out of the state; tasks are the clusters.
    pub probability: Share,
}

impl Chain {
    /// The chain of some episodes.
    pub fn of<'a>(episodes: impl Iterator<Item = &'a EpisodeFacts>) -> Self {
        let mut by_task: BTreeMap<&str, Vec<&EpisodeFacts>> = BTreeMap::new();
        for episode in episodes {
            by_task.entry(&episode.task).or_default().push(episode);
        }
        let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
        for episodes in by_task.values() {
            let mut counts: BTreeMap<(&str, &str), f64> = BTreeMap::new();
            for episode in episodes {
                let mut last = START;
                for state in episode.states().chain([END]) {
                    *counts.entry((last, state)).or_default() += 1.0;
                    last = state;
                }
            }
            let mut wholes: BTreeMap<&str, f64> = BTreeMap::new();
            for ((from, _), n) in &counts {
                *wholes.entry(from).or_default() += n;
            }
            for ((from, to), n) in &counts {
                rows.entry(from).or_default().add(to, *n, wholes[from]);
            }
            for (from, whole) in wholes {
                rows.entry(from).or_default().whole.add(0.0, whole);
            }
        }
        let visits = |row: &Row<'_>| as_count(row.whole.whole);
        let mut states: Vec<State> = rows
            .iter()
            .map(|(name, row)| State {
                name: (*name).to_owned(),
                visits: visits(row),
            })
            .collect();
        let n_episodes = rows.get(START).map_or(0, visits);
        states.sort_by_key(|state| (state.name != START, std::cmp::Reverse(state.visits)));
        if n_episodes > 0 {
            states.push(State {
                name: END.to_owned(),
                visits: n_episodes,
            });
        }
        let transitions = states
            .iter()
            .flat_map(|from| {
                let row = rows.get(from.name.as_str());
                states.iter().filter_map(move |to| {
                    let probability = row?.share(&to.name)?;
                    Some(Transition {
                        from: from.name.clone(),
                        to: to.name.clone(),
                        probability,
                    })
                })
            })
            .collect();
        Self {
            states,
            transitions,
        }
    }

    /// The transition between two states, where it was seen.
    pub fn transition(&self, from: &str, to: &str) -> Option<&Transition> {
        self.transitions
            .iter()
            .find(|t| t.from == from && t.to == to)
    }
}

fn as_count(n: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a sum of counts"
    )]
    let n = n as usize;
    n
}

/// The sums of a row: of each cell what the cell alone knows, and of the whole row the rest.
#[derive(Default)]
struct Row<'a> {
    whole: RatioSums,
    cells: BTreeMap<&'a str, RatioSums>,
}

impl<'a> Row<'a> {
    fn add(&mut self, to: &'a str, n: f64, whole: f64) {
        self.cells.entry(to).or_default().add(n, whole);
    }

    /// Tasks that visit the state and never go on to `to` count with 0: only the whole row knows of them.
    fn share(&self, to: &str) -> Option<Share> {
        let cell = self.cells.get(to)?;
        RatioSums {
            part: cell.part,
            part_squared: cell.part_squared,
            cross: cell.cross,
            ..self.whole
        }
        .share()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::episode;

    fn shown(episodes: &[(&str, &[&str])]) -> String {
        let facts: Vec<EpisodeFacts> = episodes
            .iter()
            .map(|(task, states)| episode(task, states, None))
            .collect();
        let chain = Chain::of(facts.iter());
        let states = chain
            .states
            .iter()
            .map(|s| format!("{} {}", s.name, s.visits));
        let transitions = chain.transitions.iter().map(|t| {
            let p = &t.probability;
            format!(
                "{}→{} {}/{} of {}",
                t.from, t.to, p.part, p.whole, p.clusters
            )
        });
        format!(
            "{}\n{}",
            states.collect::<Vec<_>>().join(", "),
            transitions.collect::<Vec<_>>().join(", ")
        )
    }

    #[test]
    fn chains() {
        assert_eq!(shown(&[]), "\n");
        insta::assert_snapshot!(shown(&[("t", &[])]), @r"
        (start) 1, (end) 1
        (start)→(end) 1/1 of 1
        ");
        insta::assert_snapshot!(shown(&[("t", &["a", "a", "b"]), ("u", &["b"]), ("u", &["a"])]), @r"
        (start) 3, a 3, b 2, (end) 3
        (start)→a 2/3 of 2, (start)→b 1/3 of 2, a→a 1/3 of 2, a→b 1/3 of 2, a→(end) 1/3 of 2, b→(end) 2/2 of 2
        ");
    }

    #[test]
    fn rows_sum_to_one() {
        let facts = [
            episode("t", &["a", "b", "a", "c"], None),
            episode("u", &["c", "a"], None),
        ];
        let chain = Chain::of(facts.iter());
        for state in chain.states.iter().filter(|state| state.name != END) {
            let of_state = chain.transitions.iter().filter(|t| t.from == state.name);
            let sum: f64 = of_state.map(|t| t.probability.share).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{}", state.name);
        }
    }
}
