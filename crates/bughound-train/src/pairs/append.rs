//! Pairs of several files as one.

use rustc_hash::FxHashMap;

use super::{Pair, Pairs};
use crate::TrainError;

impl Pairs {
    /// Adds the pairs of other projects behind these; words are numbered anew.
    ///
    /// # Errors
    /// [`TrainError::TooMuch`] where there are more than 2^32 of anything.
    pub fn append(&mut self, other: &Self) -> Result<(), TrainError> {
        let number = |n: usize| u32::try_from(n).map_err(|_| TrainError::TooMuch);
        let mut known: FxHashMap<u64, u32> = (0..)
            .zip(&self.vocabulary)
            .map(|(term, &hash)| (hash, term))
            .collect();
        let mut terms = Vec::with_capacity(other.vocabulary.len());
        for &hash in &other.vocabulary {
            let next = number(self.vocabulary.len())?;
            let term = *known.entry(hash).or_insert(next);
            if term == next {
                self.vocabulary.push(hash);
            }
            terms.push(term);
        }
        if self.document_at.is_empty() {
            self.document_at.push(0);
        }
        let projects = number(self.projects.len())?;
        let queries = number(self.query_terms.len())?;
        let documents = number(self.n_documents())?;
        let document_terms = number(self.document_terms.len())?;
        let links = number(self.links.len())?;
        number(self.query_terms.len() + other.query_terms.len())?;
        number(self.document_terms.len() + other.document_terms.len())?;
        number(self.links.len() + other.links.len())?;
        number(self.n_documents() + other.n_documents())?;
        self.projects.extend_from_slice(&other.projects);
        self.pairs.extend(other.pairs.iter().map(|pair| Pair {
            project: pair.project + projects,
            kind: pair.kind,
            query: pair.query.map(|at| at + queries),
            links: pair.links.map(|at| at + links),
        }));
        self.query_terms.extend(other.query_terms.iter().map(|t| {
            let term = terms[t.term as usize];
            super::QueryTerm { term, ..*t }
        }));
        let ends = other.document_at.iter().skip(1);
        self.document_at.extend(ends.map(|at| at + document_terms));
        self.document_terms
            .extend(other.document_terms.iter().map(|t| {
                let term = terms[t.term as usize];
                super::DocumentTerm { term, ..*t }
            }));
        self.links
            .extend(other.links.iter().map(|link| link + documents));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::PairKind;
    use super::super::build::toy::toy_pairs;
    use super::*;

    #[test]
    fn two_files_are_one() {
        let first = (0, PairKind::Fix, vec![0, 1], vec![2]);
        let second = (1, PairKind::Commit, vec![3, 1], vec![0, 2]);
        let mut both = toy_pairs(4, std::slice::from_ref(&first));
        let other = toy_pairs(4, std::slice::from_ref(&second));
        both.append(&other).unwrap();
        let mut expect = toy_pairs(4, &[first, second]);
        expect.projects[1] = other.projects[0].clone();
        assert_eq!(both, expect);

        let mut empty = Pairs::default();
        empty.append(&other).unwrap();
        assert_eq!(empty, other);
    }
}
