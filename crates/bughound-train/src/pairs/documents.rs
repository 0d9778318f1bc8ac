//! The candidates of one blob as bags of terms.

use bughound_core::RepoPath;
use bughound_index::{BlobRecord, DocField, Documents, path_terms, tokens};

/// A document before its terms are numbered: hash, field, weight in sixteenths; sorted.
pub(super) type Bag = Vec<(u64, u16, u16)>;

/// Most that one term may weigh in one field, in sixteenths.
const MAX_SIXTEENTHS: u32 = 1 << 12;

/// The bag of one candidate.
pub(super) fn bag_of(
    record: &BlobRecord,
    documents: &Documents<'_>,
    path: &RepoPath,
    def: u32,
) -> Bag {
    let mut terms: Vec<(u64, u16, u32)> = Vec::new();
    documents.visit(def, |field, ident, count| {
        let weight = sixteenths(count);
        for hash in record.term_hashes_of(ident) {
            terms.push((hash, field as u16, weight));
        }
    });
    for term in path_terms(path) {
        terms.push((
            tokens::term_hash(&term),
            DocField::Path as u16,
            sixteenths(1),
        ));
    }
    terms.sort_unstable();
    let mut bag: Bag = Vec::with_capacity(terms.len());
    let mut at = 0;
    while at < terms.len() {
        let (hash, field, _) = terms[at];
        let mut sum = 0;
        while at < terms.len() && (terms[at].0, terms[at].1) == (hash, field) {
            sum += terms[at].2;
            at += 1;
        }
        let sum = u16::try_from(sum.min(MAX_SIXTEENTHS)).unwrap_or(u16::MAX);
        bag.push((hash, field, sum));
    }
    bag
}

/// `16 · √count`, rounded. Square roots are exact to the last bit on every machine.
fn sixteenths(count: u32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count has 11 bits"
    )]
    let rounded = (16.0 * f64::from(count).sqrt()).round() as u32;
    rounded
}

/// The terms of a bag's documentation as a query: hash and `9 w / (8 + w)`, as the terms of an issue are weighted.
pub(super) fn docstring_query(bag: &Bag) -> Vec<(u64, f32)> {
    bag.iter()
        .filter(|(_, field, _)| *field == DocField::Doc as u16)
        .map(|&(hash, _, sixteenths)| {
            let weight = f32::from(sixteenths) / 16.0;
            (hash, 9.0 * weight / (8.0 + weight))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use bughound_core::Language;

    use super::*;

    #[test]
    fn bags_hold_paths_and_roots_of_counts() {
        let source =
            "def feed(chunk):\n    '''Takes bytes.'''\n    chunk = chunk + chunk + chunk\n";
        let record = BlobRecord::of_text(Language::Python, source);
        let documents = Documents::of(&record);
        let bag = bag_of(&record, &documents, &RepoPath::new("pkg/lexer.py"), 0);
        let weight = |term: &str, field: DocField| {
            bag.iter()
                .find(|entry| entry.0 == tokens::term_hash(term) && entry.1 == field as u16)
                .map(|entry| entry.2)
        };
        assert_eq!(weight("chunk", DocField::Body), Some(32));
        assert_eq!(weight("chunk", DocField::Signature), Some(16));
        assert_eq!(weight("lexer", DocField::Path), Some(16));
        assert_eq!(weight("lexer", DocField::Body), None);
        assert!(bag.is_sorted());
        let query = docstring_query(&bag);
        assert_eq!(query.len(), 2);
        assert!(query.iter().all(|(_, weight)| (*weight - 1.0).abs() < 1e-6));
    }
}
