//! Calls, types and tests between definitions, one fixture per kind of evidence.

use bughound_index::TestEvidence;

use crate::fixture::fixture;

/// All calls of a fixture, as `line caller -> callee: evidence`, in the order of callers.
#[track_caller]
pub(crate) fn check(files: &str, expect: &[&str]) {
    let fixture = fixture(files);
    let found: Vec<String> = fixture
        .index
        .graph()
        .calls()
        .iter()
        .map(|call| {
            let from = call
                .from
                .map_or(fixture.path(call.file), |from| fixture.id(from));
            format!(
                "{} {from} -> {}: {}",
                call.line,
                fixture.id(call.to),
                call.evidence
            )
        })
        .collect();
    assert_eq!(found, expect, "{files}");
}

#[test]
fn own_methods() {
    check(
        "//- a.py
class A:
    def f(self):
        self.g()
    @classmethod
    def g(cls):
        def inner():
            cls.f()
",
        &[
            "3 a.py::A.f -> a.py::A.g: same class",
            "7 a.py::A.g -> a.py::A.f: same class",
        ],
    );
}

#[test]
fn inherited_methods() {
    check(
        "//- base.py
class Base:
    def f(self): pass
    def g(self): pass
//- a.py
from base import Base
class A(Base):
    def f(self):
        super().f()
        super(A, self).g()
        self.g()
",
        &[
            "4 a.py::A.f -> base.py::Base.f: inherited",
            "5 a.py::A.f -> base.py::Base.g: inherited",
            "6 a.py::A.f -> base.py::Base.g: inherited",
        ],
    );
}

#[test]
fn same_file() {
    check(
        "//- a.py
def f():
    def inner(): pass
    inner()
    g()
def g(): pass
f()
class A:
    def g(self):
        g()
",
        &[
            "3 a.py::f -> a.py::f.inner: same file",
            "4 a.py::f -> a.py::g: same file",
            "9 a.py::A.g -> a.py::g: same file",
            "6 a.py -> a.py::f: same file",
        ],
    );
}

#[test]
fn imports() {
    check(
        "//- pkg/__init__.py
from .deep import buried
from .stars import *
//- pkg/deep.py
def buried(): pass
def other(): pass
//- pkg/stars.py
def starred(): pass
//- a.py
import pkg
import pkg.deep
import pkg.deep as d
from pkg import buried, deep, starred as s
from pkg.deep import other as o
def f():
    buried()
    pkg.buried()
    pkg.deep.other()
    d.other()
    deep.other()
    s()
    o()
",
        &[
            "7 a.py::f -> pkg/deep.py::buried: imported",
            "8 a.py::f -> pkg/deep.py::buried: imported",
            "9 a.py::f -> pkg/deep.py::other: imported",
            "10 a.py::f -> pkg/deep.py::other: imported",
            "11 a.py::f -> pkg/deep.py::other: imported",
            "12 a.py::f -> pkg/stars.py::starred: imported",
            "13 a.py::f -> pkg/deep.py::other: imported",
        ],
    );
}

#[test]
fn names_of_other_projects_are_left_alone() {
    check(
        "//- pkg/__init__.py
//- pkg/json.py
def loads(): pass
def join(): pass
class Thing:
    def dump(self): pass
//- pkg/a.py
import json
import os.path
from os.path import join
from elsewhere import Thing
def f():
    json.loads()
    os.path.join()
    join()
    Thing()
    x = Thing()
    x.dump()
    loads()
    print()
",
        &[],
    );
}

#[test]
fn qualified_names() {
    check(
        "//- a.py
class A:
    class Inner:
        def h(self): pass
    def f(self): pass
    @staticmethod
    def g():
        A.f(None)
        A.Inner()
class B(A):
    pass
B.g()
",
        &[
            "7 a.py::A.g -> a.py::A.f: qualified",
            "8 a.py::A.g -> a.py::A.Inner: constructor",
            "11 a.py -> a.py::A.g: qualified",
        ],
    );
}

#[test]
fn instances() {
    check(
        "//- b.py
class B:
    def __init__(self): pass
    def run(self): pass
class Other:
    def run(self): pass
//- a.py
from b import B
import b
def f():
    x = B()
    x.run()
    b.B().run()
class C:
    def __init__(self):
        self.b = B()
    def g(self):
        self.b.run()
",
        &[
            "4 a.py::f -> b.py::B: constructor",
            "5 a.py::f -> b.py::B.run: instance",
            "6 a.py::f -> b.py::B: constructor",
            "6 a.py::f -> b.py::B.run: instance",
            "9 a.py::C.__init__ -> b.py::B: constructor",
            "11 a.py::C.g -> b.py::B.run: instance",
        ],
    );
}

#[test]
fn names_alone() {
    check(
        "//- a.py
class A:
    def only(self): pass
    def twice(self): pass
    def items(self): pass
class B:
    def twice(self): pass
def plain(): pass
//- b.py
def f(x):
    x.only()
    x.twice()
    x.items()
    x.plain()
    x().only()
    only()
",
        &[
            "2 b.py::f -> a.py::A.only: only one with this name",
            "3 b.py::f -> a.py::A.twice: one of 2 with this name",
            "3 b.py::f -> a.py::B.twice: one of 2 with this name",
            "4 b.py::f -> a.py::A.items: one of 1 with this name, which built-in types have too",
            "6 b.py::f -> a.py::A.only: only one with this name",
        ],
    );
}

#[test]
fn sources_do_not_call_tests() {
    check(
        "//- tests/test_a.py
class TestA:
    def only(self): pass
//- a.py
def f(x):
    x.only()
",
        &[],
    );
}

#[test]
fn callers_of_a_constructor() {
    let fixture = fixture(
        "//- a.py
class A:
    def __init__(self): pass
class B(A): pass
class C(A):
    def __init__(self):
        super().__init__()
A()
B()
C()
",
    );
    let init = fixture.symbol("A.__init__");
    let mut lines: Vec<u32> = fixture
        .index
        .callers(init)
        .iter()
        .map(|call| call.line)
        .collect();
    lines.sort_unstable();
    assert_eq!(lines, [6, 7, 8]);
    let class = fixture.symbol("A");
    assert_eq!(fixture.index.callers(class).len(), 1);
}

#[test]
fn surest_callers_first() {
    let fixture = fixture(
        "//- a.py
class A:
    def f(self): pass
    def g(self, x):
        x.f()
        self.f()
class B:
    def f(self): pass
",
    );
    let callers = fixture.index.callers(fixture.symbol("A.f"));
    let lines: Vec<u32> = callers.iter().map(|call| call.line).collect();
    assert_eq!(lines, [5, 4]);
    assert!(callers[0].confidence() > callers[1].confidence());
}

#[test]
fn types_above_and_below() {
    let fixture = fixture(
        "//- base.py
class Base:
    def f(self): pass
class Mixin: pass
//- a.py
import base
from base import Mixin as M
class A(base.Base, M):
    def f(self): pass
class B(A):
    def f(self): pass
class C(B): pass
class D(Unknown): pass
class Outer:
    class A: pass
    class E(A): pass
//- c.py
class F(C): pass
",
    );
    let index = &fixture.index;
    let above = |name| -> Vec<String> {
        let edges = index.superclasses(fixture.symbol(name)).iter();
        edges
            .map(|edge| format!("{}: {}", fixture.id(edge.to), edge.evidence))
            .collect()
    };
    assert_eq!(
        above("a.py::A"),
        ["base.py::Base: imported", "base.py::Mixin: imported"]
    );
    assert_eq!(above("B"), ["a.py::A: same file"]);
    assert_eq!(above("D"), [""; 0]);
    assert_eq!(above("Outer.E"), ["a.py::Outer.A: same file"]);
    assert_eq!(above("F"), ["a.py::C: only one with this name"]);
    let ids = |symbols: Vec<bughound_index::SymbolIdx>| -> Vec<String> {
        symbols
            .into_iter()
            .map(|symbol| fixture.id(symbol))
            .collect()
    };
    let below: Vec<_> = index
        .subclasses(fixture.symbol("a.py::A"))
        .iter()
        .map(|edge| edge.to)
        .collect();
    assert_eq!(ids(below), ["a.py::B"]);
    assert_eq!(
        ids(index.overrides(fixture.symbol("B.f"))),
        ["a.py::A.f", "base.py::Base.f"]
    );
    assert_eq!(
        ids(index.overridden_by(fixture.symbol("Base.f"))),
        ["a.py::A.f", "a.py::B.f"]
    );
    let hierarchy = index.graph().hierarchy();
    assert_eq!(
        ids(hierarchy.descendants(fixture.symbol("Base"))),
        ["a.py::A", "a.py::B", "a.py::C", "c.py::F"]
    );
    assert_eq!(
        ids(hierarchy.members(fixture.symbol("Outer"))),
        ["a.py::Outer.A", "a.py::Outer.E"]
    );
}

#[test]
fn circles_end() {
    let fixture = fixture(
        "//- a.py
from b import B, g
class A(B):
    def f(self):
        self.nothing()
        g()
//- b.py
from a import A, g
class B(A): pass
",
    );
    assert!(fixture.index.graph().calls().is_empty());
    let both = fixture
        .index
        .graph()
        .hierarchy()
        .ancestors(fixture.symbol("A"));
    assert_eq!(both, [fixture.symbol("B")]);
}

#[test]
fn tests_of_a_definition() {
    let fixture = fixture(
        "//- pkg/forms.py
class Form:
    def clean(self): pass
def helper(): pass
//- tests/test_forms.py
from pkg.forms import Form
def test_clean():
    Form().clean()
def test_other(x):
    x.clean
//- tests/test_views.py
def test_form(x):
    Form
    x.clean
//- tests/test_zebra.py
def test_nothing(x):
    x.clean
    x.clean
",
    );
    let found: Vec<(String, TestEvidence, u32, Option<u32>)> = fixture
        .index
        .tests_of(fixture.symbol("Form.clean"))
        .into_iter()
        .map(|test| {
            assert_eq!(fixture.index.file_of(test.test.unwrap()), test.file);
            (
                fixture.id(test.test.unwrap()),
                test.evidence,
                test.n_mentions,
                test.line,
            )
        })
        .collect();
    use TestEvidence::{Calls, ImportsAndMentions, Mentions, MentionsWithClass};
    assert_eq!(
        found,
        [
            (
                "tests/test_forms.py::test_clean".to_owned(),
                Calls,
                1,
                Some(3)
            ),
            (
                "tests/test_forms.py::test_other".to_owned(),
                ImportsAndMentions,
                1,
                None
            ),
            (
                "tests/test_views.py::test_form".to_owned(),
                MentionsWithClass,
                1,
                None
            ),
            (
                "tests/test_zebra.py::test_nothing".to_owned(),
                Mentions,
                2,
                None
            ),
        ]
    );
    assert!(fixture.index.tests_of(fixture.symbol("helper")).is_empty());
    assert!(
        fixture
            .index
            .tests_of(fixture.symbol("test_clean"))
            .is_empty()
    );
}
