//! Python.

use bughound_core::Language::Python;
use bughound_syntax::outline;

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const SOURCE: &str = r#"#!/usr/bin/env python
"""Module é."""
from __future__ import annotations
import os, a.b as c
from . import sibling
from ..pkg.mod import (One, Two as Zwei)

LIMIT: int = 10
first, (second, *rest) = [f(x) for x in range(3) if x]


@decorate.me("x", key=1)
class Base(pkg.Parent, Generic[T], metaclass=abc.ABCMeta):
    """Docs."""
    attr = field(default='v')

    @property
    def value(self) -> int: return self._value

    @value.setter
    def value(self, new: "str" = 'd', *args, k=1, **kw):
        def inner():
            yield from other()
        raise ValueError(_("bad %s") % new, f"got {new!r:>{width}} pieces") from err

    async def go[T: int](self, /, x): # comment
        async with lock, open(__file__) as f:
            await self.a.b(lambda y=1: y.z())[0].last()
        match x:
            case {"k": [1, Point(x=0) as p]} if ok(): pass
            case _:
                class Local: pass
        return super().go(**{'a': 1, **b})

try:
    import json
except ImportError:
    def fallback(): ...
finally:
    LIMIT += 1
type Alias[T] = list[T]
if __name__ == "__main__": main()
"#;

#[test]
fn definitions_are_found_wherever_they_stand() {
    let check = |text: &str, expect: &[&str]| definitions(Python, text, expect);
    check("", &[]);
    check("def f(): pass", &["function f 1"]);
    check("async def f():\n  pass\n", &["function f 1-2 async"]);
    check(
        "class A:\n def m(self):\n  def inner():\n   class B:\n    def n(self): pass\n",
        &[
            "class A 1-5",
            "method A.m 2-5",
            "function A.m.inner 3-5 nested",
            "class A.m.inner.B 4-5 nested",
            "method A.m.inner.B.n 5 nested",
        ],
    );
    check(
        "if x:\n def a(): pass\nelif y:\n def b(): pass\nelse:\n def c(): pass\n",
        &["function a 2", "function b 4", "function c 6"],
    );
    check(
        "class A:\n try:\n  def a(self): pass\n except E:\n  def b(self): pass\n else:\n  def c(self): pass\n finally:\n  def d(self): pass\n",
        &[
            "class A 1-9",
            "method A.a 3",
            "method A.b 5",
            "method A.c 7",
            "method A.d 9",
        ],
    );
    check(
        "with x:\n def a(): pass\nfor i in y:\n def b(): pass\nelse:\n def c(): pass\nwhile z:\n def d(): pass\nmatch q:\n case 1:\n  def e(): pass\n",
        &[
            "function a 2",
            "function b 4",
            "function c 6",
            "function d 8",
            "function e 11",
        ],
    );
    check("f = lambda: 1", &[]);
    check("type A[T] = list[T]", &["type alias A 1"]);
    // Overloads and branches share a name.
    check(
        "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): return a\n",
        &[
            "function f 1-2 @2 declaration @overload",
            "function f 3-4 @4 declaration @overload",
            "function f 5",
        ],
    );
}

#[test]
fn decorators_belong_to_the_lines() {
    let check = |text: &str, expect: &[&str]| definitions(Python, text, expect);
    check(
        "class A:\n  @property\n  def x(self): pass\n  @x.setter\n  def x(self, v): pass\n  @x.deleter\n  def x(self): pass\n",
        &[
            "class A 1-7",
            "method A.x 2-3 @3 getter @property",
            "method A.x 4-5 @5 setter @x.setter",
            "method A.x 6-7 @7 setter @x.deleter",
        ],
    );
    check(
        "@a.b(\n 1,\n)\n# comment\n@c[0]\nasync \\\n def f(): pass\n",
        &["function f 1-7 @7 async @a.b @c"],
    );
    check("@(yield)\n@x().y\nclass A: pass\n", &["class A 1-3 @3 @y"]);
    check(
        "class A:\n @staticmethod\n def s(): ...\n @functools.cached_property\n def c(self): return 1\n @abc.abstractmethod\n def t(self): pass\n",
        &[
            "class A 1-7",
            "method A.s 2-3 @3 static declaration @staticmethod",
            "method A.c 4-5 @5 getter @functools.cached_property",
            "method A.t 6-7 @7 abstract @abc.abstractmethod",
        ],
    );
}

#[test]
fn bases_are_names() {
    let check = |text: &str, expect: &[&str]| definitions(Python, text, expect);
    check(
        "class A(B, c.D, metaclass=M): pass",
        &["class A 1 (B, c.D)"],
    );
    check(
        "class A(Generic[T], *mixins, 1): pass",
        &["class A 1 (Generic)"],
    );
    check(
        "class A(namedtuple('A', 'x y')): pass",
        &["class A 1 (namedtuple)"],
    );
    check(
        "class A(six.with_metaclass(M, B, C)): pass",
        &["class A 1 (B, C)"],
    );
    check("class A(ABC): pass", &["class A 1 abstract (ABC)"]);
    check(
        "class A(metaclass=abc.ABCMeta): pass",
        &["class A 1 abstract"],
    );
    check("class A(): pass", &["class A 1"]);
}

#[test]
fn tests_are_named_so() {
    definitions(
        Python,
        "def test_a(): pass\ndef testA(): pass\ndef testing(): pass\ndef test(): pass\ndef a_test(): pass\n",
        &[
            "function test_a 1 test",
            "function testA 2 test",
            "function testing 3",
            "function test 4 test",
            "function a_test 5",
        ],
    );
}

#[test]
fn signatures_bodies_and_docstrings() {
    let check = |text: &str, expect: &[&str]| parts(Python, text, expect);
    check("def f(): pass", &["def f(): | pass | -"]);
    check(
        "@d\nasync  def f(a, b=':') -> Dict[str, int] : # :\n  'doc' 'more'\n  return 1\n",
        &["async  def f(a, b=':') -> Dict[str, int] : | 'doc' 'more'\n  return 1 | 'doc' 'more'"],
    );
    check(
        "def f(\n  a, # :\n) -> (\n int # :\n): x",
        &["def f(\n  a, # :\n) -> (\n int # :\n): | x | -"],
    );
    check(
        "class A:\n r\"\"\"D.\n\n  More.\"\"\"\n",
        &["class A: | r\"\"\"D.\n\n  More.\"\"\" | r\"\"\"D.\n\n  More.\"\"\""],
    );
    check(
        "class A [T] \\\n : x = 1",
        &["class A [T] \\\n : | x = 1 | -"],
    );
    check(
        "def f():\n b'no'\ndef g():\n f'no'\n",
        &["def f(): | b'no' | -", "def g(): | f'no' | -"],
    );
    check("type A[T] = B", &["type A[T] | B | -"]);
    check(
        "@a\n@b\nclass C(\n D): pass",
        &["class C(\n D): | pass | -"],
    );
    check(
        "definedef = 1\nasync\\\n def f(): x",
        &["async\\\n def f(): | x | -"],
    );
}

#[test]
fn imports_wherever_they_stand() {
    facts(
        Python,
        "import a.b, c as d\nfrom . import x\nfrom ...p.q import (y,\n z as w)\ndef f():\n  from m import *\n",
        &[
            "import 1: a.b",
            "import 1: c as d",
            "import 2: . {x}",
            "import 3: ...p.q {y} {z as w}",
            "import 6: m {*}",
        ],
    );
}

#[test]
fn calls_name_what_is_called() {
    let check = |text: &str, expect: &[&str]| facts(Python, text, expect);
    check("f(g(x), h())", &["call 1: f", "call 1: g", "call 1: h"]);
    check("self.x.run()", &["call 1: self.x.run"]);
    check(
        "a(x).b(y).c.d()",
        &["call 1: a", "call 1: b", "call 1: c.d"],
    );
    check(
        "(a\n .filter()\n .all)()",
        &["call 2: filter", "call 3: all"],
    );
    check("x[0].run(); h[k](); f()()", &["call 1: run", "call 1: f"]);
    check("'a'.join(x)", &["call 1: join", "string 1: a"]);
    check("(a).b(); a . c()", &["call 1: b", "call 1: c"]);
    check(
        "class A(B):\n def m(self, d=f()):\n  super().m()\n  super(A, self).m()\n",
        &[
            "call 2: f in A.m",
            "call 3: super in A.m",
            "call 3: super().m in A.m",
            "call 4: super in A.m",
            "call 4: super(A, self).m in A.m",
        ],
    );
    check(
        "@app.route('/')\ndef f(): pass",
        &["call 1: app.route in f", "string 1: / in f"],
    );
    check(
        "raise E(_('no'), str(x)) from F('c')",
        &[
            "raise 1: E",
            "call 1: _",
            "call 1: str",
            "call 1: F",
            "message 1: no",
            "string 1: c",
        ],
    );
    check(
        "raise E().with_traceback(t)",
        &["raise 1: E", "raise 1: with_traceback"],
    );
    check("raise E", &[]);
    check(
        "[f(x) for x in g() if h()]",
        &["call 1: f", "call 1: g", "call 1: h"],
    );
    check("f'{a.b():{w()}}'", &["call 1: a.b", "call 1: w"]);
    check(
        "match f():\n case A(x=1) if g(): h()\n",
        &["call 1: f", "call 2: g", "call 2: h"],
    );
}

#[test]
fn strings_are_their_contents() {
    let check = |text: &str, expect: &[&str]| facts(Python, text, expect);
    check(
        "'''doc'''\n'not doc'",
        &["doc '''doc'''", "string 2: not doc"],
    );
    check(
        "x('a' \"b\"\n r'c\\n' '', rb'd')",
        &[
            "call 1: x",
            "string 1: a",
            "string 1: b",
            "string 2: c\\n",
            "string 2: d",
        ],
    );
    check(
        "f(f'a {b} c' 'd')",
        &["call 1: f", "string 1: a ", "string 1:  c", "string 1: d"],
    );
    check(
        "f(f'{x:a{y}b}')",
        &["call 1: f", "string 1: a", "string 1: b"],
    );
    check("def f():\n 'doc'\n return 'é'", &["string 3: é in f"]);
    check("x('''a\nb''')", &["call 1: x", "string 1: a\nb"]);
}

#[test]
fn assignments_outside_of_functions() {
    facts(
        Python,
        "a = b = 1\nc, (d, *e) = x\nf: int\ng += 1\nh.i = j[0] = 2\nclass A:\n k = \\\n  3\n def m(self):\n  l = 4\nif x:\n m = 5\nfor n in x: pass\nm.f = lambda: 1\n",
        &[
            "let 1: a",
            "let 1: b",
            "let 2: c",
            "let 2: d",
            "let 2: e",
            "let 3: f",
            "let 4: g",
            "let 7-8: k in A",
            "let 12: m",
        ],
    );
}

#[test]
fn comments_come_from_the_tokens() {
    facts(
        Python,
        "# a\nx = '# no' # b\n#c",
        &[
            "string 2: # no",
            "let 2: x",
            "comment # a",
            "comment # b",
            "comment #c",
        ],
    );
}

#[test]
fn line_ends_and_odd_characters() {
    let check = |text: &str, expect: &[&str]| definitions(Python, text, expect);
    check(
        "x\r\n@d\r\ndef f():\r\n  pass\r\n",
        &["function f 2-4 @3 @d"],
    );
    check("x\r@d\rdef f():\r  pass\r", &["function f 2-4 @3 @d"]);
    check("\u{feff}def f(): pass", &["function f 1"]);
    check("\u{feff}# c\ndef f(): pass", &["function f 2"]);
    check(
        "\x0cdef f():\n\x0c\tpass\n\x0c\ndef g(): pass",
        &["function f 1-2", "function g 4"],
    );
    check("\n\n\tdef f(): pass", &["function f 3"]);
    check("def é名():\n  'ü'", &["function é名 1-2"]);
    // A lone carriage return between line feeds ends no line, as for git.
    check("a = 1\rb = 2\ndef f(): pass", &["function f 2"]);
    assert_eq!(outline(Python, "def f(): pass").n_lines, 1);
    assert_eq!(outline(Python, "").n_lines, 0);
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        Python,
        "class A:\n  def m(self):\n    print 'x'\n    foo(\n\n  def n(self): pass\n\ndef after(): pass\n",
        &[
            "class A 1-6",
            "method A.m 2-4",
            "method A.n 6",
            "function after 8",
        ],
    );
    problem_lines(Python, "x = 1\ny = = 2\nz = )\n", &[2, 3]);
    problem_lines(Python, "x = 1\n", &[]);
    definitions(Python, "def (): pass\ndef f(): pass", &["function f 2"]);
    definitions(
        Python,
        "def f(:\n  pass\nclass\nclass B:",
        &["function f 1-2", "class B 4"],
    );
    // Python 2.
    definitions(
        Python,
        "def f():\n  print \"a\"\n  exec code in ns\n  raise E, 'm'\ndef g(): pass\n",
        &["function f 1-4", "function g 5"],
    );
    assert_eq!(outline(Python, &"= 1\n".repeat(1000)).problems.len(), 20);
    assert!(
        outline(Python, "\0\u{1}\u{fffd}PNG\r\n\x1a")
            .definitions
            .is_empty()
    );
}

#[test]
fn what_nests_too_deeply_is_reported() {
    let outline = outline(Python, &"(".repeat(300_000));
    assert_eq!(outline.problems.len(), 1);
    assert!(
        outline.problems[0].message.contains("nested deeper"),
        "{:?}",
        outline.problems
    );
}

#[test]
fn large_tables_are_read() {
    let text = format!(
        "TABLE = [\n{}]\n",
        "    {'key': (1, 2.5, 'value')},\n".repeat(50_000)
    );
    let outline = outline(Python, &text);
    assert_eq!(
        (outline.strings.len(), outline.problems.len()),
        (100_000, 0)
    );
    assert_eq!(outline.assignments[0].lines.n_lines(), 50_002);
}
