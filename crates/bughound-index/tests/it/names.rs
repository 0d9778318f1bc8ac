//! Look-up by name, exact and near.

use crate::fixture::{Fixture, fixture};

fn names() -> Fixture {
    fixture(
        "//- a.py
class QuerySet:
    def filter(self): pass
    def get(self): pass
def get(): pass
def get_absolute_url(): pass
//- b.py
class Query:
    def filter(self): pass
def x(): pass
",
    )
}

#[test]
fn exact_names() {
    let fixture = names();
    let names = fixture.index.names();
    let ids = |name| -> Vec<String> {
        names
            .defined(name)
            .iter()
            .map(|&symbol| fixture.id(symbol))
            .collect()
    };
    assert_eq!(
        ids("filter"),
        ["a.py::QuerySet.filter", "b.py::Query.filter"]
    );
    // Words without terms are names all the same.
    assert_eq!(ids("get"), ["a.py::QuerySet.get", "a.py::get"]);
    assert_eq!(ids("x"), ["b.py::x"]);
    assert_eq!(ids("Filter"), [""; 0]);
    assert_eq!(names.len(), 6);
    for symbol in fixture.index.symbol_idxs() {
        assert!(names.symbols(names.of(symbol)).contains(&symbol));
    }
}

#[track_caller]
fn check_near(wanted: &str, file: Option<&str>, expect: &[&str]) {
    let fixture = names();
    let file = file.map(|path| fixture.index.file_at(path).unwrap());
    let found = fixture
        .index
        .names()
        .nearest(&fixture.index, wanted, file, 3);
    assert_eq!(found, expect, "{wanted}");
}

#[test]
fn near_names() {
    check_near("filtr", None, &["filter"]);
    check_near("queryset", None, &["QuerySet", "Query"]);
    check_near("getAbsoluteUrl", None, &["get_absolute_url"]);
    check_near(
        "QuerySet.fliter",
        None,
        &["QuerySet.filter", "Query.filter", "QuerySet.get"],
    );
    check_near("Query.filter", Some("b.py"), &["Query.filter"]);
    check_near("get_absolute_urls", Some("b.py"), &[]);
    check_near("nothing_like_it", None, &[]);
    check_near("", None, &[]);
}
