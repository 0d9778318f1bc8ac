//! Rust.

use bughound_core::Language::Rust;

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const SOURCE: &str = r##"//! Module docs.
//! More.
#![allow(dead_code)]
use std::collections::{self, HashMap as Map, hash_map::{Entry, *}};
use crate::a;
extern crate core as c;
mod file;

/// Doc é.
#[derive(Debug, Clone)]
pub struct Point<T: Copy> where T: Send { x: T }
pub enum Shape { Circle { r: f32 }, Square(u8) }
union Bits { a: u32 }
type Alias<T> = Vec<T>;
pub const LIMIT: usize = 10;
static mut NAME: &str = "name";

trait Draw: Base + fmt::Debug {
    const N: usize;
    type Out;
    fn draw(&self);
    fn twice(&self) { self.draw(); Self::draw(self) }
}

impl<T: Copy> Draw for Point<T> {
    type Out = u8;
    fn draw(&self) { println!("x {}", self.x.get(1)); }
    async fn go(x: u8) -> Result<u8, E> {
        let f = |y| helper::<u8>(y);
        bail!("no {x}");
        match x { 0..=3 if f(2) => r#"raw "q""#.to_owned(), _ => b"bytes".len() }
    }
}
impl fmt::Display for &'a [u8] { fn fmt(&self) {} }

macro_rules! sq { ($x:expr) => { $x * f($x) }; }

mod tests {
    use super::*;
    #[tokio::test]
    async fn works() { fn inner() {} assert_eq!(Point::new(1).x, vec![f(2)]); }
}
"##;

#[test]
fn items_become_definitions() {
    let check = |text: &str, expect: &[&str]| definitions(Rust, text, expect);
    check("fn f() {}", &["function f 1"]);
    check("pub async fn f() {\n}\n", &["function f 1-2 async"]);
    check(
        "struct A;\nenum B {}\nunion C { a: u8 }\ntype D = u8;\ntrait E: F + g::H<T> + 'static {}",
        &[
            "struct A 1",
            "enum B 2",
            "union C 3",
            "type alias D 4",
            "trait E 5 (F, g::H)",
        ],
    );
    check(
        "mod a {\n mod b {\n  fn f() {}\n }\n}",
        &["namespace a 1-5", "namespace a.b 2-4", "function a.b.f 3"],
    );
    check("macro_rules! m { () => {}; }", &["macro m 1"]);
    check(
        "fn outer() {\n fn inner() {}\n struct S;\n}",
        &[
            "function outer 1-4",
            "function outer.inner 2 nested",
            "struct outer.S 3 nested",
        ],
    );
    check(
        "extern \"C\" {\n fn f(x: u8);\n}",
        &["function f 2 declaration"],
    );
}

#[test]
fn methods_belong_to_the_type() {
    let check = |text: &str, expect: &[&str]| definitions(Rust, text, expect);
    check(
        "impl A {\n fn new() -> Self {}\n fn run(&self) {}\n}",
        &["impl A 1-4", "method A.new 2 static", "method A.run 3"],
    );
    check(
        "impl<T> b::Tr<T> for a::A<T> {\n fn m(self) {}\n}",
        &["impl A 1-3 (b::Tr)", "method A.m 2"],
    );
    check(
        "impl Tr for &dyn A { fn m(&mut self) {} }",
        &["impl A 1 (Tr)", "method A.m 1"],
    );
    check(
        "impl Tr for [u8; 2] { fn m(&self) {} }",
        &["impl [u8;2] 1 (Tr)", "method [u8;2].m 1"],
    );
    check(
        "trait T {\n fn a(&self);\n fn b() {}\n type X;\n}\nimpl T for A { type X = u8; }",
        &[
            "trait T 1-5",
            "method T.a 2 declaration",
            "method T.b 3 static",
            "impl A 6 (T)",
        ],
    );
}

#[test]
fn attributes_and_doc_comments_lead() {
    let check = |text: &str, expect: &[&str]| definitions(Rust, text, expect);
    check(
        "#[a]\n#[b::c(d)]\nfn f() {}",
        &["function f 1-3 @3 @a @b::c"],
    );
    check(
        "#[test]\nfn f() {}\n#[tokio::test]\nfn g() {}",
        &[
            "function f 1-2 @2 test @test",
            "function g 3-4 @4 test @tokio::test",
        ],
    );
    check(
        "impl A {\n #[inline]\n fn m(&self) {}\n}",
        &["impl A 1-4", "method A.m 2-3 @3 @inline"],
    );
    let check = |text: &str, expect: &[&str]| parts(Rust, text, expect);
    check(
        "/// A.\n/// B.\n#[x]\npub fn f(a: u8) -> u8 { a }",
        &["pub fn f(a: u8) -> u8 | { a } | /// A.\n/// B."],
    );
    check("#[x]\n/// A.\n#[y]\nfn f();", &["fn f() |  | /// A."]);
    check(
        "// plain\nfn f() {}\n/** doc */\nstruct S(u8);",
        &["fn f() | {} | -", "struct S | (u8) | /** doc */"],
    );
    check("/// Far.\n\nfn f() {}", &["fn f() | {} | -"]);
    check(
        "struct A { a: u8 } /// trailing\nfn f() {}",
        &["struct A | { a: u8 } | -", "fn f() | {} | -"],
    );
    check(
        "trait T {\n  /// D.\n  fn f(&self);\n}",
        &[
            "trait T | {\n  /// D.\n  fn f(&self);\n} | -",
            "fn f(&self) |  | /// D.",
        ],
    );
    check("type A = B;", &["type A = | B | -"]);
}

#[test]
fn uses_are_imports() {
    let check = |text: &str, expect: &[&str]| facts(Rust, text, expect);
    check(
        "use a;\nuse b as c;\nuse d::e;\nuse f::g as h;",
        &[
            "import 1: a",
            "import 2: b as c",
            "import 3: d {e}",
            "import 4: f {g as h}",
        ],
    );
    check(
        "use a::{b, c as d, self, e::f, g::{h, i::*}};",
        &[
            "import 1: a::e {f}",
            "import 1: a {b} {c as d} {self}",
            "import 1: a::g::i {*}",
            "import 1: a::g {h}",
        ],
    );
    check(
        "use {a, b::c};\nuse d::*;\npub use crate::x::Y;",
        &[
            "import 1: a",
            "import 1: b {c}",
            "import 2: d {*}",
            "import 3: crate::x {Y}",
        ],
    );
    check(
        "mod a;\nextern crate b as c;",
        &["import 1: self::a", "import 2: b as c"],
    );
}

#[test]
fn calls_strings_and_constants() {
    let check = |text: &str, expect: &[&str]| facts(Rust, text, expect);
    check(
        "fn f() { a::b(c.d()); e::<T>(); x[0].y(); z.await.w(); }",
        &[
            "call 1: a::b in f",
            "call 1: c.d in f",
            "call 1: e in f",
            "call 1: y in f",
            "call 1: z.await.w in f",
        ],
    );
    check(
        "fn f() { vec![g(1), a.b(2)]; h!(if (x) {}); }",
        &[
            "call 1: vec in f",
            "call 1: g in f",
            "call 1: a.b in f",
            "call 1: h in f",
        ],
    );
    check(
        "fn f() { panic!(\"bad {}\", g()); anyhow::bail!(\"no\"); }",
        &[
            "raise 1: panic in f",
            "call 1: g in f",
            "raise 1: anyhow::bail in f",
            "message 1: bad {} in f",
            "message 1: no in f",
        ],
    );
    check(
        "const A: &str = r#\"a\"b\"#;\nstatic B: u8 = 'c';\nfn f() { const C: u8 = 1; }",
        &["string 1: a\"b", "let 1: A", "let 2: B"],
    );
    check("impl A { const X: u8 = 1; }", &["let 1: X in A"]);
    check(
        "//! Doc.\n//! More.\n\n// c\nfn f() {} /* d */",
        &[
            "doc //! Doc.\n//! More.",
            "comment //! Doc.",
            "comment //! More.",
            "comment // c",
            "comment /* d */",
        ],
    );
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        Rust,
        "fn a() { let x = ; }\nfn b() {}",
        &["function a 1", "function b 2"],
    );
    problem_lines(Rust, "fn a() {}\nfn b() { let x = ; }\n", &[2]);
    definitions(Rust, "struct A {\nfn b() {}\n", &["struct A 1-2"]);
}
