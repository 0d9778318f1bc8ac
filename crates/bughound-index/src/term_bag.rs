//! All words of a candidate, for those who read it as a bag of terms rather than look for some of them.

use crate::index::{Index, SymbolIdx, u32_of};
use crate::lexical::{DocField, path_terms};
use crate::record::Field;
use crate::references::owners;
use crate::tokens;

/// One term in one field of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermCount {
    /// [`tokens::term_hash`] of the term.
    pub hash: u64,
    /// Where it stands.
    pub field: DocField,
    /// How often.
    pub count: u32,
}

impl Index {
    /// All terms of a candidate as a document: the same seven fields that BM25F reads, what is nested in it
    /// included. Sorted by hash, then by field.
    pub fn term_bag(&self, symbol: SymbolIdx) -> Vec<TermCount> {
        let file = self.file(self.file_of(symbol));
        let record = file.record();
        let mut bag = Vec::new();
        let mut add = |unit: usize, field_of: &dyn Fn(usize) -> Option<DocField>| {
            for posting in record.unit_postings(unit) {
                let Some(field) = field_of(posting.field()) else {
                    continue;
                };
                for &term in record.terms_of_ident(posting.ident()) {
                    bag.push(TermCount {
                        hash: record.terms[term as usize],
                        field,
                        count: posting.count(),
                    });
                }
            }
        };
        let own = (symbol.0 - file.first_symbol) as usize;
        add(own + 1, &|field| Some(own_field(field)));
        // What is nested in a candidate follows it directly; nested names stand in the bodies already.
        let owner = u32_of(own);
        let nested = owners(record);
        for unit in (own + 2..nested.len()).take_while(|&unit| nested[unit] == Some(owner)) {
            add(unit, &|field| {
                (field != Field::Name as usize).then(|| own_field(field))
            });
        }
        if let Some(class) = self.class_of(symbol) {
            let class = (class.0 - file.first_symbol) as usize;
            add(class + 1, &|field| match field {
                field if field == Field::Name as usize => Some(DocField::ClassName),
                field if field == Field::Body as usize => None,
                _ => Some(DocField::ClassContext),
            });
        }
        bag.extend(path_terms(file.path()).iter().map(|term| TermCount {
            hash: tokens::term_hash(term),
            field: DocField::Path,
            count: 1,
        }));
        bag.sort_unstable();
        bag.dedup_by(|next, kept| {
            let same = (next.hash, next.field) == (kept.hash, kept.field);
            if same {
                kept.count += next.count;
            }
            same
        });
        bag
    }
}

fn own_field(field: usize) -> DocField {
    match field {
        0 => DocField::Name,
        1 => DocField::Signature,
        2 => DocField::Doc,
        _ => DocField::Body,
    }
}
