//! Numbers terms and documents while pairs come in.

use rustc_hash::FxHashMap;

use bughound_repo::ObjectId;

use super::documents::Bag;
use super::{DocumentTerm, Pair, PairKind, Pairs, QueryTerm};
use crate::TrainError;

/// A document by where it comes from, and its bag.
pub(super) struct Document {
    pub(super) blob: ObjectId,
    pub(super) def: u32,
    pub(super) bag: Bag,
}

/// A pair before its terms are numbered; the first `n_positives` documents are those that the text is about.
pub(super) struct RawPair {
    pub(super) kind: PairKind,
    pub(super) query: Vec<(u64, f32)>,
    pub(super) documents: Vec<Document>,
    pub(super) n_positives: usize,
}

/// Puts [`Pairs`] together; documents that come twice are kept once.
#[derive(Default)]
pub(super) struct Builder {
    out: Pairs,
    terms: FxHashMap<u64, u32>,
    documents: FxHashMap<(ObjectId, u32), u32>,
}

impl Builder {
    pub(super) fn begin_project(&mut self, name: &str) {
        self.out.projects.push(name.to_owned());
        self.documents.clear();
        if self.out.document_at.is_empty() {
            self.out.document_at.push(0);
        }
    }

    /// Adds a pair of the project begun last.
    pub(super) fn add(&mut self, raw: RawPair) -> Result<(), TrainError> {
        let query_start = number(self.out.query_terms.len())?;
        for (hash, weight) in raw.query {
            let term = self.term(hash)?;
            self.out.query_terms.push(QueryTerm { term, weight });
        }
        let links_start = number(self.out.links.len())?;
        for document in raw.documents {
            let document = self.document(document)?;
            self.out.links.push(document);
        }
        let n_positives = number(raw.n_positives)?;
        self.out.pairs.push(Pair {
            project: number(self.out.projects.len())? - 1,
            kind: raw.kind as u32,
            query: [query_start, number(self.out.query_terms.len())?],
            links: [
                links_start,
                links_start + n_positives,
                number(self.out.links.len())?,
            ],
        });
        Ok(())
    }

    pub(super) fn finish(self) -> Pairs {
        self.out
    }

    fn term(&mut self, hash: u64) -> Result<u32, TrainError> {
        let next = number(self.out.vocabulary.len())?;
        let out = &mut self.out;
        Ok(*self.terms.entry(hash).or_insert_with(|| {
            out.vocabulary.push(hash);
            next
        }))
    }

    fn document(&mut self, document: Document) -> Result<u32, TrainError> {
        let key = (document.blob, document.def);
        if let Some(&known) = self.documents.get(&key) {
            return Ok(known);
        }
        for (hash, field, sixteenths) in document.bag {
            let term = self.term(hash)?;
            self.out.document_terms.push(DocumentTerm {
                term,
                field,
                sixteenths,
            });
        }
        let number_of_it = number(self.out.document_at.len())? - 1;
        self.out
            .document_at
            .push(number(self.out.document_terms.len())?);
        self.documents.insert(key, number_of_it);
        Ok(number_of_it)
    }
}

fn number(n: usize) -> Result<u32, TrainError> {
    u32::try_from(n).map_err(|_| TrainError::TooMuch)
}

#[cfg(test)]
pub(crate) mod toy {
    use super::*;

    /// Pairs of made-up words: project, kind, words of the text, words of the function's body. Word `i` has the
    /// hash `(i + 1) << 50`.
    pub(crate) fn toy_pairs(n_words: u32, shown: &[(u32, PairKind, Vec<u32>, Vec<u32>)]) -> Pairs {
        let mut builder = Builder::default();
        let hash = |word: &u32| u64::from(word + 1) << 50;
        for word in 0..n_words {
            builder.term(hash(&word)).unwrap();
        }
        let mut before = None;
        for (number, (project, kind, text, body)) in (0..).zip(shown) {
            if before.replace(project) != Some(project) {
                builder.begin_project(&format!("some/project{project}"));
            }
            let document = Document {
                blob: ObjectId([0; 20]),
                def: number,
                bag: body.iter().map(|word| (hash(word), 5, 16)).collect(),
            };
            builder
                .add(RawPair {
                    kind: *kind,
                    query: text.iter().map(|word| (hash(word), 1.0)).collect(),
                    documents: vec![document],
                    n_positives: 1,
                })
                .unwrap();
        }
        builder.finish()
    }
}
