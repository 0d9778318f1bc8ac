//! Go.

use bughound_core::Language::Go;

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const SOURCE: &str = r#"// Package p does é.
package p

import "fmt"
import (
	m "math/rand"
	. "strings"
	_ "embed"
)

// Limit is it.
const Limit = 10
const (
	A, B = iota, "b"
)
var x, y = f(), func() int { return g() }

// T is a type.
type T struct {
	Base
	*pkg.Other
	field int `json:"field"`
}

type (
	I interface {
		fmt.Stringer
		Do(x int) error
	}
	Alias = T
	G[K comparable, V any] map[K]V
)

// Run runs.
func (t *T) Run(ctx context.Context, a ...int) (int, error) {
	if err := t.field.Do(1); err != nil {
		return 0, fmt.Errorf("run %w", err)
	}
	go func() { defer close(ch) }()
	switch v := x.(type) {
	case int:
		panic(fmt.Sprintf(`raw %d`, v))
	}
	return Map[int, string](a...), nil
}

func (g G[K, V]) Len() int { return len(g) }
func external(x int) int
func TestX(t *testing.T) { type local struct{} }
"#;

#[test]
fn declarations_become_definitions() {
    let check = |text: &str, expect: &[&str]| definitions(Go, text, expect);
    check("package p\nfunc f() {\n}\n", &["function f 2-3"]);
    check(
        "package p\nfunc (t *T) M() {}\nfunc (T[K]) N() {}",
        &["method T.M 2", "method T.N 3"],
    );
    check(
        "package p\ntype S struct {\n A\n *b.C\n d int\n}",
        &["struct S 2-6 (A, b.C)"],
    );
    check(
        "package p\ntype I interface {\n E\n M(x int)\n ~int | ~string\n}",
        &["interface I 2-6 (E)", "method I.M 4 declaration"],
    );
    check(
        "package p\ntype (\n A = B\n C[T any] []T\n)",
        &["type alias A 3", "type alias C 4"],
    );
    check(
        "package p\nfunc f() {\n type L struct{}\n}",
        &["function f 2-4", "struct f.L 3 nested"],
    );
    check(
        "package p\nfunc f()\nfunc TestA(t *testing.T) {}\nfunc Testing() {}\nfunc BenchmarkB() {}",
        &[
            "function f 2 declaration",
            "function TestA 3 test",
            "function Testing 4",
            "function BenchmarkB 5 test",
        ],
    );
}

#[test]
fn signatures_bodies_and_comments() {
    let check = |text: &str, expect: &[&str]| parts(Go, text, expect);
    check(
        "package p\n\n// F is.\n// More.\nfunc F(a int) (b int) { return a }",
        &["func F(a int) (b int) | { return a } | // F is.\n// More."],
    );
    check("package p\n// no\n\nfunc f() {}", &["func f() | {} | -"]);
    check(
        "package p\n// T is.\ntype T struct{}",
        &["type T | struct{} | // T is."],
    );
    check(
        "package p\ntype (\n // T is.\n T int\n)",
        &["T | int | // T is."],
    );
}

#[test]
fn imports_calls_and_the_rest() {
    let check = |text: &str, expect: &[&str]| facts(Go, text, expect);
    check(
        "// Package p.\npackage p\nimport \"a/b\"\nimport (\n c \"d\"\n . \"e\"\n _ \"f\"\n)",
        &[
            "doc // Package p.",
            "import 3: a/b",
            "import 5: d as c",
            "import 6: e {*}",
            "import 7: f as _",
            "comment // Package p.",
        ],
    );
    check(
        "package p\nfunc f() { a.b(c()); d().e(); (h)(1); g[0](1) }",
        &[
            "call 2: a.b in f",
            "call 2: c in f",
            "call 2: d in f",
            "call 2: e in f",
        ],
    );
    check(
        "package p\nfunc f() { panic(errors.New(\"bad\")) }",
        &[
            "raise 2: panic in f",
            "call 2: errors.New in f",
            "message 2: bad in f",
        ],
    );
    check(
        "package p\nvar a, b = 1, `raw`\nconst (\n c = \"\\n\"\n d\n)\nfunc f() { var e int }",
        &[
            "string 2: raw",
            "string 4: \\n",
            "let 2: a",
            "let 2: b",
            "let 4: c",
            "let 5: d",
        ],
    );
    check("package p\ntype T struct { a int `json:\"a\"` }", &[]);
    check("package p\nvar f = func() { var x = 1 }", &["let 2: f"]);
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        Go,
        "package p\nfunc a() { x := }\nfunc b() {}",
        &["function a 2", "function b 3"],
    );
    problem_lines(Go, "package p\nfunc a() { x := }\n", &[2]);
}
