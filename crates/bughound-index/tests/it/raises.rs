//! Who raises what.

use crate::fixture::fixture;

#[test]
fn raisers_of_classes() {
    let fixture = fixture(
        "
//- a.py
def strict(x):
    if x:
        raise ValueError('no')
    raise errors.ShopError(x)

def lenient(x):
    return ValueError

class Box:
    def seal(self):
        def inner():
            raise KeyError(self)
        return inner
//- b.ts
export function check() { throw new ShopError('no'); }
//- tests/test_a.py
def test_it():
    raise ValueError('no')
",
    );
    let index = &fixture.index;
    let found = |classes: &[&str]| -> Vec<(String, Vec<usize>)> {
        let raisers = index.raisers(classes).into_iter();
        raisers
            .map(|(symbol, at)| (fixture.id(symbol), at))
            .collect()
    };
    assert_eq!(
        found(&["ShopError", "ValueError"]),
        [
            ("a.py::strict".to_owned(), vec![0, 1]),
            ("b.ts::check".to_owned(), vec![0]),
        ]
    );
    assert_eq!(
        found(&["KeyError"]),
        [("a.py::Box.seal".to_owned(), vec![0])]
    );
    assert!(found(&["lenient"]).is_empty() && found(&[]).is_empty());
}
