//! What each operator does and what it leaves alone, as data.

use bughound_core::Language::{self, C, Cpp, Go, Java, JavaScript, Python, Rust, TypeScript};
use bughound_mutate::{mutants, operators};

/// Checks the changed lines that an operator makes of a text, each with its leading space cut off; a removed line is
/// `-` and the line.
#[track_caller]
fn check(language: Language, operator: &str, text: &str, expected: &[&str]) {
    assert!(operators().any(|it| it.name == operator), "{operator}");
    let changed: Vec<String> = mutants(language, text)
        .into_iter()
        .filter(|mutant| mutant.operator == operator)
        .map(|mutant| show(text, &mutant.apply(text).unwrap()))
        .collect();
    assert_eq!(changed, expected, "{operator} on {text}");
}

/// The first line that differs, as it is afterwards.
fn show(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let at = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    if new.len() < old.len() {
        format!("-{}", old[at].trim())
    } else {
        new[at].trim().to_owned()
    }
}

#[test]
fn comparison() {
    let check = |language, text, expected| check(language, "comparison", text, expected);
    check(Python, "a < b\n", &["a <= b"]);
    check(
        Python,
        "if a is not None and b in c:\n    f()\n",
        &[
            "if a is None and b in c:",
            "if a is not None and b not in c:",
        ],
    );
    check(Python, "for a in b:\n    pass\n", &[]);
    check(
        Rust,
        "fn f(a: Vec<u8>) -> bool { a.len() >= 3 }",
        &["fn f(a: Vec<u8>) -> bool { a.len() > 3 }"],
    );
    check(JavaScript, "x = a === b", &["x = a !== b"]);
    check(JavaScript, "for (const k in o) g('a' in o)", &[]);
    check(
        Java,
        "class A { boolean f(List<T> a) { return a == null; } }",
        &["class A { boolean f(List<T> a) { return a != null; } }"],
    );
    check(
        Cpp,
        "template<class T> bool f(T a) { return a < 3; }",
        &["template<class T> bool f(T a) { return a <= 3; }"],
    );
}

#[test]
fn arithmetic() {
    let check = |language, text, expected| check(language, "arithmetic", text, expected);
    check(
        Python,
        "x = a + b * c\n",
        &["x = a - b * c", "x = a + b / c"],
    );
    check(Python, "x = 'a' + b\n", &[]);
    check(Python, "def f(*a, **k): pass\n", &[]);
    check(Python, "x += 1\n", &["x -= 1"]);
    check(
        Rust,
        "fn f(a: &u8) -> u8 { *a & 1 }",
        &["fn f(a: &u8) -> u8 { *a | 1 }"],
    );
    check(Go, "package a\nfunc f() { i++ }\n", &["func f() { i-- }"]);
    check(
        C,
        "int f(int *a) { return *a % 2; }",
        &["int f(int *a) { return *a * 2; }"],
    );
}

#[test]
fn boolean() {
    let check = |language, text, expected| check(language, "boolean", text, expected);
    check(Python, "x = a and b\n", &["x = a or b"]);
    check(JavaScript, "x = a || b", &["x = a && b"]);
    check(Rust, "fn f() { g(|| 1); }", &[]);
}

#[test]
fn boolean_constant() {
    let check = |language, text, expected| check(language, "boolean_constant", text, expected);
    check(Python, "x = f(True)\n", &["x = f(False)"]);
    check(Python, "while True:\n    pass\n", &[]);
    check(
        Java,
        "class A { boolean f() { while (true) { return false; } } }",
        &["class A { boolean f() { while (true) { return true; } } }"],
    );
    check(
        Rust,
        "fn f() -> bool { true }",
        &["fn f() -> bool { false }"],
    );
}

#[test]
fn not_removed() {
    let check = |language, text, expected| check(language, "not_removed", text, expected);
    check(Python, "if not a:\n    f()\n", &["if a:"]);
    check(
        Rust,
        "fn f(a: bool) -> bool { !a }",
        &["fn f(a: bool) -> bool { a }"],
    );
    check(JavaScript, "if (!a) b = -1", &["if (a) b = -1"]);
}

#[test]
fn condition_negated() {
    let check = |language, text, expected| check(language, "condition_negated", text, expected);
    check(
        Python,
        "if a:\n    f()\nelif b(c):\n    g()\n",
        &["if not a:", "elif not b(c):"],
    );
    check(Python, "x = a if b else c\n", &["x = a if not b else c"]);
    check(Python, "if a < b: f()\n", &[]);
    check(Python, "if __name__ == '__main__':\n    f()\n", &[]);
    check(
        Rust,
        "fn f() { if a.is_empty() { g() } }",
        &["fn f() { if !a.is_empty() { g() } }"],
    );
    check(Rust, "fn f() { if let Some(x) = y { g() } }", &[]);
    check(JavaScript, "if (a) b()", &["if (!a) b()"]);
    check(
        Cpp,
        "void f() { if (a) b(); }",
        &["void f() { if (!a) b(); }"],
    );
    check(
        Go,
        "package a\nfunc f() { if ok { g() } }\n",
        &["func f() { if !ok { g() } }"],
    );
}

#[test]
fn off_by_one() {
    let check = |language, text, expected| check(language, "off_by_one", text, expected);
    check(Python, "x = a[1:n]\n", &["x = a[0:n]", "x = a[1:n + 1]"]);
    check(
        Python,
        "for i in range(n):\n    pass\n",
        &["for i in range(n - 1):"],
    );
    check(Python, "def f(a=1): return 0xff\n", &[]);
    check(
        Rust,
        "fn f(a: [u8; 4]) { for i in 0..n { g(7); } }",
        &[
            "fn f(a: [u8; 4]) { for i in 1..n { g(7); } }",
            "fn f(a: [u8; 4]) { for i in 0..=n { g(7); } }",
            "fn f(a: [u8; 4]) { for i in 0..n { g(8); } }",
        ],
    );
    check(
        Go,
        "package a\nfunc f() { g(a[i:]) }\n",
        &["func f() { g(a[i + 1:]) }"],
    );
    check(
        C,
        "int a[3]; int f() { return a[2]; }",
        &["int a[3]; int f() { return a[3]; }"],
    );
}

#[test]
fn statement_removed() {
    let check = |language, text, expected| check(language, "statement_removed", text, expected);
    check(
        Python,
        "def f(self):\n    self.a = 1\n    b = 2\n    g(b)\n",
        &["-self.a = 1", "-g(b)"],
    );
    check(Python, "def f():\n    g()\n", &["pass"]);
    check(
        Rust,
        "fn f() {\n    a.push(1);\n    let b = 1;\n    x += 1;\n}",
        &["-a.push(1);", "-x += 1;"],
    );
    check(
        JavaScript,
        "function f() {\n  a.b = 1;\n  g();\n}",
        &["-a.b = 1;", "-g();"],
    );
    check(JavaScript, "function f() {\n  if (x) g();\n}", &[]);
    check(
        Go,
        "package a\nfunc f() {\n\tg()\n\ti++\n\tx := 1\n}\n",
        &["-g()", "-i++"],
    );
    check(
        Java,
        "class A {\n  void f() {\n    g();\n  }\n}",
        &["-g();"],
    );
    check(C, "void f() {\n  g();\n  a = 1;\n}", &["-g();", "-a = 1;"]);
}

#[test]
fn guard_removed() {
    let check = |language, text, expected| check(language, "guard_removed", text, expected);
    check(
        Python,
        "def f(a):\n    if not a:\n        return None\n    return g(a)\n",
        &["-if not a:"],
    );
    check(
        Python,
        "def f(a):\n    if not a:\n        return None\n",
        &[],
    );
    check(
        Rust,
        "fn f(a: bool) -> u8 {\n    if a {\n        return 1;\n    }\n    2\n}",
        &["-if a {"],
    );
    check(
        JavaScript,
        "function f(a) {\n  if (a) return 1;\n  return 2;\n}",
        &["-if (a) return 1;"],
    );
    check(
        Go,
        "package a\nfunc f() int {\n\tif a {\n\t\treturn 1\n\t}\n\treturn 2\n}\n",
        &["-if a {"],
    );
}

#[test]
fn arguments_swapped() {
    let check = |language, text, expected| check(language, "arguments_swapped", text, expected);
    check(Python, "f(a, b, 1)\n", &["f(b, a, 1)"]);
    check(Python, "f(a, b=1)\nf(a, a)\n", &[]);
    check(Rust, "fn f() { g(a, b); }", &["fn f() { g(b, a); }"]);
    check(
        Java,
        "class A { void f() { g(a, b); } }",
        &["class A { void f() { g(b, a); } }"],
    );
}

#[test]
fn wrong_variable() {
    let check = |language, text, expected| check(language, "wrong_variable", text, expected);
    check(
        Python,
        "def f(a, b):\n    c = a\n    return a + b\n",
        &["return b + b", "return a + c"],
    );
    check(Python, "def f(a):\n    return g(a)\n", &[]);
    check(
        Rust,
        "fn f(a: u8, b: u8, c: &str) { g(a); g(c); }",
        &["fn f(a: u8, b: u8, c: &str) { g(b); g(c); }"],
    );
    check(
        JavaScript,
        "function f(a, b) { if (x) { let c = 1; } return a; }",
        &["function f(a, b) { if (x) { let c = 1; } return b; }"],
    );
    check(
        Java,
        "class A { int f(int a, int b) { return g(a); } }",
        &["class A { int f(int a, int b) { return g(b); } }"],
    );
    check(
        C,
        "int f(int a, int b) { return g(a); }",
        &["int f(int a, int b) { return g(b); }"],
    );
    check(
        Go,
        "package a\nfunc f(a int, b int) int { return a }\n",
        &["func f(a int, b int) int { return b }"],
    );
}

#[test]
fn default_value() {
    let check = |language, text, expected| check(language, "default_value", text, expected);
    check(
        Python,
        "def f(a=True, b: int = 1, c='x', d=None): pass\n",
        &[
            "def f(a=False, b: int = 1, c='x', d=None): pass",
            "def f(a=True, b: int = 2, c='x', d=None): pass",
            "def f(a=True, b: int = 1, c='', d=None): pass",
        ],
    );
    check(
        JavaScript,
        "function f(a = 1) {}",
        &["function f(a = 2) {}"],
    );
    check(
        TypeScript,
        "function f(a: number = 1) {}",
        &["function f(a: number = 2) {}"],
    );
    check(Cpp, "int f(int a = 1);", &["int f(int a = 2);"]);
}

#[test]
fn loop_jump() {
    let check = |language, text, expected| check(language, "loop_jump", text, expected);
    check(Python, "for a in b:\n    break\n", &["continue"]);
    check(
        Rust,
        "fn f() { loop { continue; } }",
        &["fn f() { loop { break; } }"],
    );
    check(C, "void f() { switch (a) { case 1: break; } }", &[]);
    check(
        C,
        "void f() { for (;;) { break; } }",
        &["void f() { for (;;) { continue; } }"],
    );
}

#[test]
fn exception_type() {
    let check = |language, text, expected| check(language, "exception_type", text, expected);
    check(
        Python,
        "try:\n    f()\nexcept KeyError:\n    raise ValueError(TypeError)\n",
        &["except IndexError:", "raise TypeError(TypeError)"],
    );
    check(
        JavaScript,
        "throw new TypeError('x')",
        &["throw new RangeError('x')"],
    );
    check(
        Java,
        "class A { void f() { throw new IllegalStateException(); } }",
        &["class A { void f() { throw new IllegalArgumentException(); } }"],
    );
}

#[test]
fn string_constant() {
    let check = |language, text, expected| check(language, "string_constant", text, expected);
    check(
        Python,
        "\"\"\"Doc.\"\"\"\nx = d['key']\ny = ','\n",
        &["x = d['ke']", "y = ',,'"],
    );
    check(Python, "import a\nx = f'{y}z'\nz = 'a\\n'\n", &[]);
    check(
        JavaScript,
        "'use strict'\nimport a from 'abc'\nx = 'é'",
        &["x = 'éé'"],
    );
    check(
        Go,
        "package a\nimport \"fmt\"\nfunc f() { g(\"ab\") }\n",
        &["func f() { g(\"a\") }"],
    );
    check(
        Rust,
        "#[doc = \"x\"]\nfn f() { g(\"ab\"); assert!(\"xy\"); }",
        &["fn f() { g(\"a\"); assert!(\"xy\"); }"],
    );
}

#[test]
fn await_and_question_removed() {
    check(
        Python,
        "await_removed",
        "async def f():\n    x = await g()\n",
        &["x = g()"],
    );
    check(
        Rust,
        "await_removed",
        "async fn f() { g().await; }",
        &["async fn f() { g(); }"],
    );
    check(
        JavaScript,
        "await_removed",
        "async function f() { await g() }",
        &["async function f() { g() }"],
    );
    check(
        Rust,
        "question_removed",
        "fn f() -> R { g()?; }",
        &["fn f() -> R { g(); }"],
    );
}

#[test]
fn argument_missing() {
    let check = |language, text, expected| check(language, "argument_missing", text, expected);
    check(Python, "f(a, b)\ng(a)\nh()\n", &["f(a)", "g()"]);
    check(Python, "class A(B): pass\n", &[]);
    check(Rust, "fn f() { g(a, &b); }", &["fn f() { g(a); }"]);
}

#[test]
fn signature_changed() {
    let check = |language, text, expected| check(language, "signature_changed", text, expected);
    check(
        Python,
        "def f(self, a, b): pass\n",
        &["def f(self, b, a): pass"],
    );
    check(Python, "def f(a, *b): pass\n", &[]);
    check(
        Rust,
        "fn f(&self, a: u8, b: &str) {}",
        &["fn f(&self, b: &str, a: u8) {}"],
    );
    check(
        C,
        "int f(int a, char *b) { return 1; }",
        &["int f(char *b, int a) { return 1; }"],
    );
}

#[test]
fn definition_renamed() {
    let check = |language, text, expected| check(language, "definition_renamed", text, expected);
    check(
        Python,
        "def load_all(): pass\nclass Loader: pass\n",
        &["def load_all_impl(): pass", "class LoaderImpl: pass"],
    );
    check(Rust, "fn main() {}\nstruct Abc;", &["struct AbcImpl;"]);
    check(
        JavaScript,
        "class A { constructor() {} loadAll() {} }",
        &["class A { constructor() {} loadAllImpl() {} }"],
    );
}

#[test]
fn misspelled_name() {
    let check = |language, text, expected| check(language, "misspelled_name", text, expected);
    check(
        Python,
        "import itertools\nreduce(a)\nclass A(Mapping): pass\n",
        &["import itertoosl", "reduec(a)", "class A(Mappign): pass"],
    );
    check(
        Rust,
        "fn f() { values.iter().collect(); }",
        &["fn f() { values.iter().colletc(); }"],
    );
    check(
        Rust,
        "use std::collections::HashMap;",
        &[
            "use std::collectiosn::HashMap;",
            "use std::collections::HashMpa;",
        ],
    );
    check(
        Java,
        "class A { String f() { return a.substring(1); } }",
        &[
            "class A { Strign f() { return a.substring(1); } }",
            "class A { String f() { return a.substrign(1); } }",
        ],
    );
}

#[test]
fn missing_import() {
    let check = |language, text, expected| check(language, "missing_import", text, expected);
    check(
        Python,
        "from __future__ import x\nimport a\nfrom b import c, d\n",
        &["-import a", "-from b import c, d", "from b import c"],
    );
    check(
        Rust,
        "use a::{b, c};\nuse d;\n",
        &["-use a::{b, c};", "use a::{b};", "-use d;"],
    );
    check(
        JavaScript,
        "import {a, b} from 'c';\n",
        &["-import {a, b} from 'c';", "import {a} from 'c';"],
    );
    check(
        Go,
        "package a\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n",
        &["-\"fmt\"", "-\"os\""],
    );
    check(C, "#include <stdio.h>\nint a;\n", &["-#include <stdio.h>"]);
    check(Java, "import a.B;\nclass A {}\n", &["-import a.B;"]);
}

#[test]
fn field_removed() {
    let check = |language, text, expected| check(language, "field_removed", text, expected);
    check(
        Rust,
        "struct A {\n    a: u8,\n    b: u8,\n}",
        &["-a: u8,", "-b: u8,"],
    );
    check(Rust, "enum A {\n    B,\n    C(u8),\n}", &["-B,", "-C(u8),"]);
    check(
        C,
        "struct a {\n  int b;\n  int c;\n};",
        &["-int b;", "-int c;"],
    );
    check(Cpp, "struct A {\n  int f();\n  int b;\n};", &["-int b;"]);
    check(
        Go,
        "package a\ntype T struct {\n\tA int\n\tB int\n}\n",
        &["-A int", "-B int"],
    );
    check(
        TypeScript,
        "interface A {\n  a: string;\n  b: string;\n}",
        &["-a: string;", "-b: string;"],
    );
}

#[test]
fn wrong_type() {
    let check = |language, text, expected| check(language, "wrong_type", text, expected);
    check(
        Rust,
        "fn f(a: &str) { let b: usize = 1; }",
        &["fn f(a: &String) { let b: usize = 1; }"],
    );
    check(
        Go,
        "package a\nfunc f(a string) {}\n",
        &["func f(a int) {}"],
    );
    check(Java, "class A { int a; }", &["class A { boolean a; }"]);
    check(
        TypeScript,
        "function f(a: number) {}",
        &["function f(a: string) {}"],
    );
}

#[test]
fn brackets_and_marks_removed() {
    check(Python, "bracket_removed", "f(a)\n", &["f(a"]);
    check(
        Rust,
        "bracket_removed",
        "fn f() { g(1); }",
        &["fn f( { g(1); }", "fn f() { g(1; }", "fn f() { g(1);"],
    );
    check(Python, "mark_removed", "if a:\n    b = c[1:2]\n", &["if a"]);
    check(
        Rust,
        "mark_removed",
        "fn f() { let a = 1; g(); }",
        &["fn f() { let a = 1 g(); }"],
    );
    check(
        Java,
        "mark_removed",
        "class A { void f() { g(); } }",
        &["class A { void f() { g() } }"],
    );
    check(JavaScript, "mark_removed", "f();\n", &[]);
}

#[test]
fn modifiers_and_borrows_removed() {
    let check = |operator, language, text, expected| check(language, operator, text, expected);
    check(
        "modifier_removed",
        Rust,
        "pub fn f() { let mut a = 1; }",
        &["fn f() { let mut a = 1; }", "pub fn f() { let a = 1; }"],
    );
    check(
        "modifier_removed",
        JavaScript,
        "export function f() {}\nexport { a };",
        &["function f() {}"],
    );
    check(
        "modifier_removed",
        Java,
        "class A { static void f() {} }",
        &["class A { void f() {} }"],
    );
    check(
        "borrow_removed",
        Rust,
        "fn f() { g(&a, &mut b); }",
        &["fn f() { g(a, &mut b); }", "fn f() { g(&a, b); }"],
    );
}

#[test]
fn nothing_is_changed_in_tests_comments_and_generated_files() {
    #[track_caller]
    fn check(language: Language, text: &str) {
        let found = mutants(language, text);
        assert!(found.is_empty(), "{text}: {found:?}");
    }
    check(Python, "# a < b\n\"\"\"a < b\"\"\"\n");
    check(Python, "def test_a():\n    assert 1 < 2\n");
    check(
        Python,
        "class TestA:\n    def f(self):\n        self.a = 1 < 2\n",
    );
    check(
        Python,
        "import unittest as u\nclass A(u.TestCase):\n    def f(self): g(1)\n"
            .split_once('\n')
            .unwrap()
            .1,
    );
    check(Python, "# Generated by tool. DO NOT EDIT.\na = 1 < 2\n");
    check(Python, "__version__ = '1.2'\n");
    check(Rust, "#[cfg(test)]\nmod tests {\n    fn f() { g(1); }\n}");
    check(Rust, "#[test]\nfn works() { assert_eq!(1, f(2)); }");
    check(
        JavaScript,
        "describe('a', () => { it('b', () => f(1 < 2)) })",
    );
    check(
        Go,
        "// Code generated by x. DO NOT EDIT.\npackage a\nfunc f() { g(1) }\n",
    );
    check(Language::Text, "a < b");
}

#[test]
fn a_mutant_says_where_it_is() {
    let text = "import os\n\nclass A:\n    def f(self, n):\n        return n < 3\n";
    let mutant = mutants(Python, text)
        .into_iter()
        .find(|mutant| mutant.operator == "comparison")
        .unwrap();
    assert_eq!(mutant.line, 5);
    assert_eq!(mutant.inside.as_deref(), Some("A.f"));
    assert_eq!(mutant.description, "`<` becomes `<=`");
    assert_eq!(
        (mutant.original.as_str(), mutant.replacement.as_str()),
        ("<", "<=")
    );
    assert!(mutant.apply("something else").is_err());
}
