//! Which of the changes is it? Agentless's vote: those that break the least, of them what most samples agree on.
//!
//! One change may be proposed many times; equal ones ([`normal_form`](crate::patch::normal_form)) are one ballot with several
//! votes. In order: it parses; fewest tests do worse; what shows the issue no longer does; most failing tests pass; most votes; it came
//! first. Agentless has no failing tests to look at; where a project has them they know more than a majority.

use std::cmp::Reverse;

/// One change, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ballot {
    /// How many candidates it is.
    pub votes: usize,
    /// Whether all files that it changes parse as well as before.
    pub parses: bool,
    /// Tests that do worse; `None` where nothing was run.
    pub regressions: Option<usize>,
    /// Whether what shows the issue passes; `None` where nothing does.
    pub reproduction: Option<bool>,
    /// Failing tests that pass now.
    pub mended: usize,
    /// The first candidate that it is.
    pub first: usize,
    /// A fault of the testbed: nothing is known of it, so it is not elected.
    pub is_unknown: bool,
}

impl Ballot {
    /// Whether nothing speaks against it.
    pub fn is_clean(&self) -> bool {
        !self.is_unknown
            && self.parses
            && self.regressions.unwrap_or(0) == 0
            && self.reproduction.unwrap_or(true)
    }
}

/// The ballot that is elected.
pub fn elect(ballots: &[Ballot]) -> Option<usize> {
    (0..ballots.len())
        .filter(|&at| !ballots[at].is_unknown)
        .min_by_key(|&at| {
            let ballot = &ballots[at];
            (
                !ballot.parses,
                ballot.regressions.unwrap_or(0),
                !ballot.reproduction.unwrap_or(true),
                Reverse(ballot.mended),
                Reverse(ballot.votes),
                ballot.first,
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_go_before_votes_and_votes_before_order() {
        // votes, regressions, reproduction, mended
        type Row = (usize, Option<usize>, Option<bool>, usize);
        let check = |rows: &[Row], expected: Option<usize>| {
            let ballots: Vec<Ballot> = rows
                .iter()
                .enumerate()
                .map(
                    |(first, &(votes, regressions, reproduction, mended))| Ballot {
                        votes,
                        parses: votes < 100,
                        regressions,
                        reproduction,
                        mended,
                        first,
                        is_unknown: votes == 0,
                    },
                )
                .collect();
            assert_eq!(elect(&ballots), expected, "{rows:?}");
        };
        check(&[], None);
        check(&[(1, None, None, 0), (2, None, None, 0)], Some(1));
        check(&[(2, None, None, 0), (2, None, None, 0)], Some(0));
        check(&[(9, Some(1), None, 0), (1, Some(0), None, 0)], Some(1));
        check(
            &[(9, Some(0), Some(false), 3), (1, Some(0), Some(true), 0)],
            Some(1),
        );
        check(&[(9, Some(0), None, 0), (1, Some(0), None, 1)], Some(1));
        check(&[(9, Some(1), None, 5), (1, Some(0), None, 0)], Some(1));
        check(&[(100, Some(0), None, 0), (1, Some(5), None, 0)], Some(1));
        check(&[(0, None, None, 0)], None);
        check(&[(0, None, None, 0), (1, Some(3), None, 0)], Some(1));
    }
}
