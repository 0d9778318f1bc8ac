//! All words of a candidate.

use bughound_index::DocField::{self, Body, ClassContext, ClassName, Doc, Name, Path, Signature};
use bughound_index::tokens::term_hash;

use crate::fixture::fixture;

const FILES: &str = "//- pack/mod.py
class Reader(Base):
    '''Reads rows.'''
    def load(self, source):
        '''Opens it.'''
        def helper():
            return hidden
        return source + helper()
";

/// `expect` are terms with their fields and counts; no other occurrence of these terms may be in the bag.
fn check(name: &str, expect: &[(&str, DocField, u32)]) {
    let fixture = fixture(FILES);
    let file = fixture.index.file_at("pack/mod.py").unwrap();
    let symbol = fixture.index.find(file, name)[0];
    let bag = fixture.index.term_bag(symbol);
    assert!(bag.is_sorted());
    for (term, _, _) in expect {
        let got: Vec<(&str, DocField, u32)> = bag
            .iter()
            .filter(|entry| entry.hash == term_hash(term))
            .map(|entry| (*term, entry.field, entry.count))
            .collect();
        let wanted: Vec<_> = expect.iter().filter(|e| e.0 == *term).copied().collect();
        assert_eq!(got, wanted, "{name}: {term}");
    }
}

#[test]
fn the_fields_of_a_method() {
    check(
        "Reader.load",
        &[
            ("load", Name, 1),
            ("load", Signature, 1),
            ("open", Doc, 1),
            ("hidden", Body, 1),
            ("reader", ClassName, 1),
            ("reader", ClassContext, 1),
            ("row", ClassContext, 1),
            ("pack", Path, 1),
        ],
    );
}

#[test]
fn a_class_is_without_its_methods() {
    check(
        "Reader",
        &[
            ("reader", Name, 1),
            ("reader", Signature, 1),
            ("row", Doc, 1),
        ],
    );
    let fixture = fixture(FILES);
    let file = fixture.index.file_at("pack/mod.py").unwrap();
    let class = fixture.index.find(file, "Reader")[0];
    let hidden = term_hash("hidden");
    assert!(
        !fixture
            .index
            .term_bag(class)
            .iter()
            .any(|entry| entry.hash == hidden)
    );
}
