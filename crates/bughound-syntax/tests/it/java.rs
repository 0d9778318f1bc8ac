//! Java.

use bughound_core::Language::Java;

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const SOURCE: &str = r#"/* Licence é. */
package a.b;

import java.util.List;
import static org.junit.Assert.*;

/** Docs. */
@Deprecated
@Entity(name = "t")
public abstract class Base<T extends Number> extends pkg.Parent<T> implements Runnable, java.io.Serializable {
    private static final String NAME = "name", OTHER = null;
    static { init(); }

    public Base(int x) { super(x); this.x = x; }

    /** Runs. */
    @Override
    public void run() throws IOException {
        list.stream().map(y -> y.get()).forEach(System.out::println);
        Runnable r = new Runnable() { @Override public void run() { go(); } };
        if (x) throw new IllegalStateException("bad " + name());
    }

    protected abstract <U> U make(List<? super U> us);

    interface Inner { int LIMIT = 1; default void d() {} void e(); }
    enum Color { RED("r") { void paint() {} }, GREEN; void paint() {} }
    record Pair(int a, int b) implements Inner { Pair { check(a); } }
    @interface Mark { String value() default """
        block "q"
        """; }
}
"#;

#[test]
fn declarations_become_definitions() {
    let check = |text: &str, expect: &[&str]| definitions(Java, text, expect);
    check(
        "class A extends b.B<T> implements C, D<E> {\n A() {}\n void m() {}\n static int s;\n}",
        &["class A 1-5 (b.B, C, D)", "method A.A 2", "method A.m 3"],
    );
    check(
        "interface I extends J, K { void m(); default int n() { return 1; } }",
        &[
            "interface I 1 (J, K)",
            "method I.m 1 declaration",
            "method I.n 1",
        ],
    );
    check(
        "enum E implements I {\n A, B;\n void m() {}\n}",
        &["enum E 1-4 (I)", "method E.m 3"],
    );
    check(
        "record R(int a) { R { } static R of() { return null; } }",
        &["struct R 1", "method R.R 1", "method R.of 1 static"],
    );
    check(
        "@interface M { String value(); }",
        &["interface M 1", "method M.value 1 declaration"],
    );
    check(
        "class A { class B { void m() {} } }",
        &["class A 1", "class A.B 1", "method A.B.m 1"],
    );
    check(
        "class A { void m() { new B() { void n() {} }; } }",
        &["class A 1", "method A.m 1", "method A.m.n 1 nested"],
    );
    check(
        "class A { void m(int a) {} void m() {} }",
        &["class A 1", "method A.m 1", "method A.m 1"],
    );
    check(
        "abstract class A { abstract void m(); }",
        &["class A 1 abstract", "method A.m 1 declaration abstract"],
    );
}

#[test]
fn annotations_and_javadoc_lead() {
    definitions(
        Java,
        "class A {\n @Override\n @x.Y(1) public void m() {}\n @Test void t() {}\n}",
        &[
            "class A 1-5",
            "method A.m 2-3 @3 @Override @x.Y",
            "method A.t 4 test @Test",
        ],
    );
    parts(
        Java,
        "/** A. */\n@X\nclass A {\n  /** M. */\n  @Override public int m(int a) { return a; }\n  void n();\n}",
        &[
            "class A | {\n  /** M. */\n  @Override public int m(int a) { return a; }\n  void n();\n} | /** A. */",
            "public int m(int a) | { return a; } | /** M. */",
            "void n() |  | -",
        ],
    );
}

#[test]
fn imports_calls_and_the_rest() {
    let check = |text: &str, expect: &[&str]| facts(Java, text, expect);
    check(
        "import a.b.C;\nimport a.d.*;\nimport static e.F.g;\nimport static e.F.*;",
        &[
            "import 1: a.b {C}",
            "import 2: a.d {*}",
            "import 3: e.F {g}",
            "import 4: e.F {*}",
        ],
    );
    check(
        "class A { void m() { a.b(c()).d(); this.x.e(); super.m(); new F<G>(1); a.new H(); I::j; } A() { this(1); } }",
        &[
            "call 1: a.b in A.m",
            "call 1: c in A.m",
            "call 1: d in A.m",
            "call 1: this.x.e in A.m",
            "call 1: super.m in A.m",
            "call 1: F in A.m",
            "call 1: H in A.m",
            "call 1: this in A.A",
        ],
    );
    check(
        "class A { void m() { throw new E(\"bad\" + f()); } }",
        &[
            "raise 1: E in A.m",
            "call 1: f in A.m",
            "message 1: bad in A.m",
        ],
    );
    check(
        "class A { int a = 1, b; static final String C = \"c\\n\"; void m() { int d; } }",
        &[
            "string 1: c\\n in A",
            "let 1: a in A",
            "let 1: b in A",
            "let 1: C in A",
        ],
    );
    check("enum E { A, B(1) }", &["let 1: A in E", "let 1: B in E"]);
    check(
        "class A { String s = \"\"\"\n  x \"y\"\n  \"\"\"; }",
        &["string 1: \n  x \"y\"\n   in A", "let 1-3: s in A"],
    );
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        Java,
        "class A {\n void m() { int x = ; }\n void n() {}\n}",
        &["class A 1-4", "method A.m 2", "method A.n 3"],
    );
    problem_lines(Java, "class A {\n int x = ;\n}", &[2]);
}
