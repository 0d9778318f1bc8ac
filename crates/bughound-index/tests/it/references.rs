//! Mentions by name, both ways.

use bughound_index::MAX_DEFINITIONS;

use crate::fixture::{Fixture, fixture};

fn users(fixture: &Fixture, name: &str) -> Vec<String> {
    let (index, names) = (&fixture.index, fixture.index.names());
    let users = names
        .by_name(name)
        .map_or(&[][..], |name| index.references().users_of(name));
    users.iter().map(|&symbol| fixture.id(symbol)).collect()
}

#[test]
fn mentions_in_code() {
    let fixture = fixture(
        "//- a.py
def target(): pass
def user():
    def nested():
        target
def recursive():
    recursive()
def documented():
    '''target'''
class A:
    attribute = target
    def method(self, x=target): pass
target()
",
    );
    assert_eq!(
        users(&fixture, "target"),
        ["a.py::user", "a.py::A", "a.py::A.method"]
    );
    assert_eq!(users(&fixture, "recursive"), [""; 0]);
    assert_eq!(users(&fixture, "absent"), [""; 0]);
    let index = &fixture.index;
    for symbol in index.symbol_idxs() {
        for &name in index.references().names_in(symbol) {
            assert!(index.references().users_of(name).contains(&symbol));
        }
    }
}

#[test]
fn names_with_many_definitions_say_nothing() {
    let define = |n: usize| -> String {
        (0..n).fold(String::new(), |text, i| {
            format!("{text}//- d{i}.py\ndef many(): pass\n")
        })
    };
    let user = "//- z.py\ndef user():\n    many()\n";
    let few = fixture(&(define(MAX_DEFINITIONS) + user));
    assert_eq!(users(&few, "many"), ["z.py::user"]);
    let many = fixture(&(define(MAX_DEFINITIONS + 1) + user));
    assert_eq!(users(&many, "many"), [""; 0]);
}

#[test]
fn weight_is_carried_by_the_formula() {
    let fixture = fixture(
        "//- a.py
def low(): pass
def high():
    low()
    helper()
def second():
    low()
//- b.py
def helper(): pass
//- c.py
def helper(): pass
",
    );
    let index = &fixture.index;
    let (low, high) = (fixture.symbol("low"), fixture.symbol("high"));
    let near = |found: Vec<(bughound_index::SymbolIdx, f32)>, expect: &[(&str, f32)]| {
        let found: Vec<(String, f32)> = found
            .into_iter()
            .map(|(symbol, w)| (fixture.id(symbol), w))
            .collect();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for ((id, weight), (expected_id, expected)) in found.iter().zip(expect) {
            assert_eq!(id, expected_id);
            assert!(
                (weight - expected).abs() < 1e-6,
                "{id}: {weight} and not {expected}"
            );
        }
    };
    // `high` mentions two names; `low` has two users; `helper` has one user and two definitions.
    let half = 0.5f32.sqrt();
    near(
        index.references().to_callees(index, &[(high, 1.0)]),
        &[
            ("a.py::low", half * half),
            ("b.py::helper", half / 2.0),
            ("c.py::helper", half / 2.0),
        ],
    );
    near(
        index.references().to_callers(index, &[(low, 1.0)]),
        &[("a.py::high", half * half), ("a.py::second", half)],
    );
}
