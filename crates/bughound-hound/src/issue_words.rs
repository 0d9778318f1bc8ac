//! Which words are common in what people write of bugs? A table of document frequencies over many statements,
//! inside the binary.
//!
//! The file: `BHWORDS1`, the number of statements and of terms (u32 each, little-endian), then for each term the
//! low 32 bits of its hash and the number of statements that have it (u32 each), sorted by hash.

use std::sync::LazyLock;

use bughound_net::math::ln;

use crate::issue::Issue;
use crate::query::Query;

const MAGIC: &[u8; 8] = b"BHWORDS1";

/// Terms in fewer statements than this are left out: all rare terms are alike.
const FEWEST: u32 = 5;

/// The least that a common word keeps of its weight.
const FLOOR: f32 = 0.12;

static EMBEDDED: LazyLock<IssueWords> = LazyLock::new(|| {
    IssueWords::parse(include_bytes!("../weights/issue-words.bin")).unwrap_or_default()
});

/// Document frequencies of terms over statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueWords {
    n_statements: u32,
    /// Low bits of the hash, number of statements; sorted.
    terms: Vec<(u32, u32)>,
}

impl IssueWords {
    /// The table inside the binary.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Counts the terms of statements, each at most once per statement.
    pub fn count<'t>(statements: impl Iterator<Item = &'t str>) -> Self {
        let mut counts = std::collections::BTreeMap::<u32, u32>::new();
        let mut n_statements = 0;
        for statement in statements {
            n_statements += 1;
            let mut terms: Vec<u32> = Query::of(&Issue::read(statement))
                .hashes
                .iter()
                .map(|&hash| low(hash))
                .collect();
            terms.sort_unstable();
            terms.dedup();
            for term in terms {
                *counts.entry(term).or_default() += 1;
            }
        }
        Self {
            n_statements,
            terms: counts.into_iter().filter(|&(_, df)| df >= FEWEST).collect(),
        }
    }

    /// `max(0.12, ln((n + 1) / (df + 1)) / ln(n + 1))`: 1 for a term that no statement has, 0.12 for one that nearly all
    /// have.
    pub fn rarity(&self, hash: u64) -> f32 {
        let df = match self
            .terms
            .binary_search_by_key(&low(hash), |(term, _)| *term)
        {
            Ok(at) => self.terms[at].1,
            Err(_) => return 1.0,
        };
        let n = self.n_statements as f32 + 1.0;
        (ln(n / (df as f32 + 1.0)) / ln(n)).max(FLOOR)
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether it holds no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// As a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let n = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let numbers = [self.n_statements, n];
        let terms = self.terms.iter().flat_map(|&(term, df)| [term, df]);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(numbers.into_iter().chain(terms).flat_map(u32::to_le_bytes));
        bytes
    }

    /// Reads what [`IssueWords::to_bytes`] wrote; `None` where it is something else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.strip_prefix(MAGIC)?.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let (n_statements, n) = (numbers.next()?, numbers.next()?);
        let numbers: Vec<u32> = numbers.collect();
        let (pairs, odd) = numbers.as_chunks::<2>();
        let terms: Vec<(u32, u32)> = pairs.iter().map(|&[term, df]| (term, df)).collect();
        let fits = terms.len() == n as usize && odd.is_empty() && rest.is_empty();
        (fits && terms.is_sorted()).then_some(Self {
            n_statements,
            terms,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are meant")]
fn low(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use bughound_index::tokens::term_hash;

    use super::*;

    #[test]
    fn common_words_weigh_little() {
        let statements: Vec<String> = (0..40)
            .map(|i| {
                format!(
                    "Fix crash number{i} {}",
                    if i % 4 == 0 { "parser" } else { "" }
                )
            })
            .collect();
        let words = IssueWords::count(statements.iter().map(String::as_str));
        let rarity = |term: &str| words.rarity(term_hash(term));
        assert!((rarity("crash") - FLOOR).abs() < 1e-6);
        assert!(rarity("crash") < rarity("parser") && rarity("parser") < 1.0);
        assert!((rarity("unheard") - 1.0).abs() < 1e-6);
        assert_eq!(IssueWords::parse(&words.to_bytes()), Some(words.clone()));
        let bytes = words.to_bytes();
        for cut in [0, 4, 12, bytes.len() - 1] {
            assert_eq!(IssueWords::parse(&bytes[..cut]), None, "{cut} bytes");
        }
    }

    #[test]
    fn the_table_inside_is_sound() {
        let words = IssueWords::embedded();
        assert!(words.len() > 1000);
        assert!(words.rarity(term_hash("fix")) < 0.3);
    }
}
