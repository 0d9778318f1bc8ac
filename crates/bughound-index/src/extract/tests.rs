//! What records hold, and that they survive being kept.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Which identifier belongs to which unit and field: `unit field: identifiers`, sorted by text, repeated ones
/// with their count; the module is `-`.
fn attribution(language: Language, source: &str) -> Vec<String> {
    let record = extract(language, source);
    let mut names = BTreeMap::new();
    tokens::for_each_identifier(source.as_bytes(), |range| {
        names.insert(
            xxh3_64(&source.as_bytes()[range.clone()]),
            source[range].to_owned(),
        );
    });
    let mut rows = Vec::new();
    for unit in 0..=record.n_defs() {
        let name = unit
            .checked_sub(1)
            .map_or("-", |def| record.qualified_name(&record.defs()[def]));
        for (number, field) in ["name", "signature", "doc", "body"].into_iter().enumerate() {
            let mut found: Vec<String> = record
                .unit_postings(unit)
                .iter()
                .filter(|posting| posting.field() == number)
                .map(|posting| {
                    let name = &names[&record.idents[posting.ident() as usize]];
                    let count = posting.count();
                    if count == 1 {
                        name.clone()
                    } else {
                        format!("{name}*{count}")
                    }
                })
                .collect();
            found.sort();
            if !found.is_empty() {
                rows.push(format!("{name} {field}: {}", found.join(" ")));
            }
        }
    }
    rows
}

#[track_caller]
fn check(source: &str, expect: &[&str]) {
    assert_eq!(attribution(Language::Python, source), expect, "{source}");
}

#[test]
fn identifiers_belong_to_the_innermost_unit() {
    check("alpha = beta(alpha)", &["- body: alpha*2 beta"]);
    check("'''mod doc'''\nalpha", &["- doc: doc mod", "- body: alpha"]);
    check(
        "def fun(arg=deflt):\n    '''some text'''\n    code()  # remark\n    code\ntail",
        &[
            "- body: tail",
            "fun name: fun",
            "fun signature: arg deflt fun",
            "fun doc: text",
            "fun body: code*2 remark",
        ],
    );
    check(
        "@deco\nclass Klass(Base):\n    attr = 1\n    def meth(self):\n        attr\n    tail",
        &[
            "Klass name: Klass",
            "Klass signature: Base Klass class",
            "Klass body: attr deco tail",
            "Klass.meth name: meth",
            "Klass.meth signature: meth",
            "Klass.meth body: attr",
        ],
    );
    check(
        "def outer():\n    first\n    def inner():\n        second\n    third",
        &[
            "outer name: outer",
            "outer signature: outer",
            "outer body: first third",
            "outer.inner name: inner",
            "outer.inner signature: inner",
            "outer.inner body: second",
        ],
    );
    check(
        "def one(): alpha\ndef two(): alpha",
        &[
            "one name: one",
            "one signature: one",
            "one body: alpha",
            "two name: two",
            "two signature: two",
            "two body: alpha",
        ],
    );
    check("x = 'quoted words'", &["- body: quoted words"]);
    check("", &[]);
}

#[test]
fn declarations_are_signatures() {
    let found = attribution(Language::C, "int fetch(int count);");
    assert_eq!(
        found,
        ["fetch name: fetch", "fetch signature: count fetch int*2"]
    );
}

#[test]
fn lengths_count_terms_with_repetitions() {
    let record = extract(Language::Python, "def get_url(): get_url; url");
    // `get` is a stop word: `url` and the whole.
    assert_eq!(record.lengths, [[0, 0, 0, 0], [2, 2, 0, 3]]);
}

#[test]
fn calls_belong_to_units() {
    let record = extract(Language::Python, "a()\ndef f():\n    b()\n    raise C()\n");
    let calls = |unit: usize| -> Vec<(u64, u32, bool)> {
        let calls = record.unit_calls(unit).iter();
        calls
            .map(|call| {
                (
                    record.idents[call.name() as usize],
                    call.line(),
                    call.raised(),
                )
            })
            .collect()
    };
    let hash = tokens::identifier_hash;
    assert_eq!(calls(0), [(hash("a"), 1, false)]);
    assert_eq!(calls(1), [(hash("b"), 3, false), (hash("C"), 4, true)]);
}

#[test]
fn the_same_text_gives_the_same_record_after_any_other() {
    let texts = ["def f(): alpha", "class A: beta", "alpha beta f A"];
    let alone: Vec<BlobRecord> = texts
        .iter()
        .map(|text| {
            std::thread::scope(|s| s.spawn(|| extract(Language::Python, text)).join().unwrap())
        })
        .collect();
    for _ in 0..2 {
        for (text, alone) in texts.iter().zip(&alone) {
            assert_eq!(&extract(Language::Python, text), alone);
        }
    }
}

/// Sources that look like Python: lines of many kinds at any indentation.
fn source() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "def [a-c]_[x-z]\\(self, [a-c]=1\\):",
        "async def [a-c]\\(\\) -> [A-C]:",
        "class [A-C]\\([A-C]\\.[A-C], [x-z]\\):",
        "from [.]{0,2}[a-c]\\.[a-c] import [x-z] as [a-c], \\*",
        "import [a-c]\\.[a-c] as [x-z]",
        "    [a-c] = [A-C]\\([x-z]\\)",
        "self\\.[a-c]\\.run\\(super\\(\\)\\.[a-c]\\(\\)\\)",
        "raise [A-C]\\('[a-z ]{0,20}' % [a-c]\\)",
        "'''[a-zé ]{0,12}'''",
        "# [a-z ]{0,12}",
        "@[a-c]\\.[a-c]",
        "\\PC{0,10}",
    ];
    let indented =
        (0usize..4, line).prop_map(|(depth, line)| format!("{}{line}", "    ".repeat(depth)));
    prop::collection::vec(indented, 0..20).prop_map(|lines| lines.join("\n"))
}

/// Reads everything that a record offers.
fn read_all(record: &BlobRecord) {
    for def in record.defs() {
        let _ = (
            record.name(def),
            record.qualified_name(def),
            record.bases(def).count(),
        );
    }
    for unit in 0..=record.n_defs() {
        for posting in record.unit_postings(unit) {
            for &term in record.terms_of_ident(posting.ident()) {
                let _ = record.terms[term as usize];
            }
            let _ = record.lengths[unit][posting.field()];
        }
        for call in record.unit_calls(unit) {
            let _ = (record.idents[call.name() as usize], call.receiver());
        }
        let _ = record.unit_grams(unit).len();
    }
    for import in record.imports() {
        let _ = (import.module, import.names().count());
    }
    let _ = crate::references::owners(record);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn records_survive_being_kept(source in source()) {
        let record = extract(Language::Python, &source);
        prop_assert_eq!(BlobRecord::decode(&record.encode()), Some(record));
    }

    #[test]
    fn damaged_records_are_refused_or_sound(
        source in source(),
        at in any::<prop::sample::Index>(),
        damage in prop::collection::vec(any::<u8>(), 0..12),
        cut: bool,
    ) {
        let mut bytes = extract(Language::Python, &source).encode();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        }
        for (byte, new) in bytes.iter_mut().skip(at).zip(&damage) {
            *byte = *new;
        }
        if let Some(record) = BlobRecord::decode(&bytes) {
            read_all(&record);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_sound(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Some(record) = BlobRecord::decode(&bytes) {
            read_all(&record);
        }
    }

    #[test]
    fn every_identifier_is_attributed_once(source in source()) {
        let record = extract(Language::Python, &source);
        let mut n_identifiers = 0;
        tokens::for_each_identifier(source.as_bytes(), |range| {
            n_identifiers += u32::from(!tokens::terms_of(&source[range]).is_empty());
        });
        let in_text = record.postings.iter().filter(|posting| posting.field() != Field::Name as usize);
        prop_assert_eq!(in_text.map(|posting| posting.count()).sum::<u32>(), n_identifiers);
    }
}
