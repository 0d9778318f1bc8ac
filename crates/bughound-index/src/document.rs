//! A candidate as a document: which identifiers stand in which of its seven fields.

use bughound_core::{Language, SymbolKind};

use crate::index::u32_of;
use crate::lexical::DocField;
use crate::record::{BlobRecord, Field};
use crate::references::owners;

/// The candidates of one blob, with the units that belong to each.
pub struct Documents<'a> {
    record: &'a BlobRecord,
    owners: Vec<Option<u32>>,
}

impl<'a> Documents<'a> {
    /// The documents of a record.
    pub fn of(record: &'a BlobRecord) -> Self {
        Self {
            record,
            owners: owners(record),
        }
    }

    /// The definitions that may be answers (see [`crate::Symbol::is_candidate`]), in source order.
    pub fn candidates(&self) -> impl Iterator<Item = u32> {
        (0..u32_of(self.record.n_defs())).filter(|&def| self.owners[def as usize + 1] == Some(def))
    }

    /// The innermost candidate around a line.
    pub fn candidate_at(&self, line: u32) -> Option<u32> {
        let defs = self.record.defs();
        self.candidates()
            .filter(|&def| defs[def as usize].lines.contains(line))
            .last()
    }

    /// Calls `visit` with field, local identifier number and count for all that stands in a candidate, what is
    /// nested in it included, and in the header and documentation of the class around it. The path is not
    /// part of a blob and left out. An identifier may come several times in one field.
    pub fn visit(&self, def: u32, mut visit: impl FnMut(DocField, u32, u32)) {
        let own = def as usize + 1;
        for posting in self.record.unit_postings(own) {
            visit(own_field(posting.field()), posting.ident(), posting.count());
        }
        // What is nested in a candidate follows it directly; nested names stand in the bodies already.
        let nested = self.owners[own + 1..]
            .iter()
            .take_while(|owner| **owner == Some(def))
            .count();
        for unit in own + 1..=own + nested {
            for posting in self.record.unit_postings(unit) {
                if posting.field() != Field::Name as usize {
                    visit(own_field(posting.field()), posting.ident(), posting.count());
                }
            }
        }
        let Some(class) = self.class_of(def) else {
            return;
        };
        for posting in self.record.unit_postings(class as usize + 1) {
            if posting.field() == Field::Name as usize {
                visit(DocField::ClassName, posting.ident(), posting.count());
            } else if posting.field() != Field::Body as usize {
                visit(DocField::ClassContext, posting.ident(), posting.count());
            }
        }
    }

    /// The type directly around a definition.
    fn class_of(&self, def: u32) -> Option<u32> {
        let parent = self.record.defs()[def as usize].parent?;
        let kind = self.record.defs()[parent as usize].kind;
        (kind.is_type() || kind == SymbolKind::Impl).then_some(parent)
    }
}

impl BlobRecord {
    /// The record of a text that stands in no index: an earlier version of a file.
    pub fn of_text(language: Language, text: &str) -> Self {
        crate::extract::extract(language, text)
    }

    /// Number of identifiers, which are numbered from 0.
    pub fn n_idents(&self) -> usize {
        self.idents.len()
    }

    /// The hashes of an identifier's terms ([`crate::tokens::term_hash`]).
    pub fn term_hashes_of(&self, ident: u32) -> impl Iterator<Item = u64> {
        self.terms_of_ident(ident)
            .iter()
            .map(|&term| self.terms[term as usize])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::term_hash;

    const SOURCE: &str = "\
class Parser(Base):
    '''Reads grammars.'''
    def feed(self, chunk):
        '''Takes bytes.'''
        def inner():
            return chunk.strip()
        return inner()
def alone(): pass
";

    /// The fields in which a term stands, in order of definition of the fields.
    fn fields(def: u32, term: &str) -> Vec<(DocField, u32)> {
        let record = BlobRecord::of_text(Language::Python, SOURCE);
        let mut found: Vec<(DocField, u32)> = Vec::new();
        Documents::of(&record).visit(def, |field, ident, count| {
            if record
                .term_hashes_of(ident)
                .any(|hash| hash == term_hash(term))
            {
                match found.iter_mut().find(|(known, _)| *known == field) {
                    Some(entry) => entry.1 += count,
                    None => found.push((field, count)),
                }
            }
        });
        found.sort_by_key(|(field, _)| *field as u8);
        found
    }

    #[test]
    fn candidates_are_found_by_line() {
        let record = BlobRecord::of_text(Language::Python, SOURCE);
        let documents = Documents::of(&record);
        assert_eq!(documents.candidates().collect::<Vec<_>>(), [0, 1, 3]);
        // Line 6 stands in `inner`, which belongs to `feed`.
        assert_eq!(documents.candidate_at(6), Some(1));
        assert_eq!(documents.candidate_at(2), Some(0));
        assert_eq!(documents.candidate_at(8), Some(3));
        assert_eq!(documents.candidate_at(9), None);
    }

    #[test]
    fn a_method_holds_what_is_nested_in_it_and_its_class() {
        assert_eq!(fields(1, "strip"), [(DocField::Body, 1)]);
        assert_eq!(
            fields(1, "feed"),
            [(DocField::Name, 1), (DocField::Signature, 1)]
        );
        assert_eq!(fields(1, "byt"), [(DocField::Doc, 1)]);
        assert_eq!(fields(1, "grammar"), [(DocField::ClassContext, 1)]);
        assert_eq!(
            fields(1, "parser"),
            [(DocField::ClassName, 1), (DocField::ClassContext, 1)]
        );
        assert_eq!(fields(3, "parser"), []);
    }
}
