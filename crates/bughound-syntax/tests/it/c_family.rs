//! C and C++.

use bughound_core::Language::{C, Cpp};

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const C_SOURCE: &str = r#"/* Licence é. */
#include <stdio.h>
#include "a/b.h"
#define LIMIT 10
#define MAX(a, b) ((a) > (b) ? \
    (a) : (b))

struct point { int x, y; };
typedef struct node { struct node *next; } node_t;
typedef enum { RED, GREEN } color;
typedef int (*callback)(void *);
union u { int a; };
static const char *names[] = { "one", "two" };
int (*hook)(int) = NULL;

/* Adds. */
static inline int add(int a, int b);
extern char *dup(const char *s);

#ifdef A
int *find(struct point *p) {
    printf("x %d" " y\n", p->x);
    p->ops.run(add(1, 2));
    return hook(3);
}
#else
int old(a, b) int a; char b; { return a; }
#endif
"#;

/// A bit of everything.
pub(crate) const CPP_SOURCE: &str = r#"#pragma once
#include <vector>
using namespace std;
using base::Thing;
namespace outer { namespace inner::deep {
/// Docs é.
template <typename T, int N = 3>
class Base : public virtual pkg::Parent<T>, private Other {
public:
    Base() = default;
    explicit Base(int x) : x_(x) {}
    virtual ~Base();
    virtual void draw() const = 0;
    static int count(int a = 1) { return helper::f<T>(a); }
    bool operator==(const Base& o) const;
    operator bool() const { return true; }
    friend void swap(Base& a, Base& b) {}
    struct Inner { int a{1}; };
    enum class Color : char { Red };
private:
    int x_ = 0;
};
template <class T> void Base<T>::draw() const { throw std::runtime_error("bad" + name()); }
Base::~Base() { auto f = [this](int y) { return y; }; new Thing<int>(1); }
Base::operator bool() { return R"x(raw)x"; }
bool Base::operator==(const Base& o) const { return this->x_ == o.get()->x(); }
}
concept Small = sizeof(int) < 8;
using Alias = std::vector<int>;
extern "C" { int c_function(void); }
int Outer::value = 1;
}
TEST(Suite, Name) { EXPECT_EQ(f(1), 2); }
"#;

#[test]
fn c_definitions() {
    let check = |text: &str, expect: &[&str]| definitions(C, text, expect);
    check(
        "int f(void) {\n}\nstatic char **g(int a) { }\nvoid (h)(void) {}",
        &["function f 1-2", "function g 3", "function h 4"],
    );
    check(
        "int f(int);\nchar *g(void), *h;\nint (*p)(int);",
        &["function f 1 declaration"],
    );
    check(
        "struct a { int x; };\nunion b { int y; };\nenum c { D };\nstruct e;\nstruct a f;",
        &["struct a 1", "union b 2", "enum c 3"],
    );
    check(
        "typedef struct { int x; } a;\ntypedef struct b { int y; } b;\ntypedef struct c { int z; } d;\ntypedef int e;\ntypedef int (*f)(void);",
        &[
            "struct a 1",
            "struct b 2",
            "type alias d 3",
            "struct c 3",
            "type alias e 4",
            "type alias f 5",
        ],
    );
    check(
        "#define A 1\n#define B(x) \\\n  (x)\nint c;",
        &["macro B 2-3"],
    );
    check(
        "#if X\nint f() {}\n#else\nint g() {}\n#endif",
        &["function f 2", "function g 4"],
    );
    check("struct a f(struct b *x) { int g(int); }", &["function f 1"]);
    check("struct { int x; } v;", &[]);
    check("int old(a, b) int a; char b; { }", &["function old 1"]);
}

#[test]
fn cpp_definitions() {
    let check = |text: &str, expect: &[&str]| definitions(Cpp, text, expect);
    check(
        "namespace a { namespace b::c {\nclass D : public E, virtual f::G<H> {\n void m() {}\n static int n();\n virtual void o() = 0;\n D();\n ~D() = default;\n};\n} }",
        &[
            "namespace a 1-9",
            "namespace a.b.c 1-9",
            "class a.b.c.D 2-8 (E, f::G)",
            "method a.b.c.D.m 3",
            "method a.b.c.D.n 4 static declaration",
            "method a.b.c.D.o 5 declaration abstract",
            "method a.b.c.D.D 6 declaration",
            "method a.b.c.D.~D 7 declaration",
        ],
    );
    check(
        "void A::f() {}\nA::A() : x(1) {}\nA::~A() {}\nint *ns::B<T>::g() const {}",
        &[
            "method A.f 1",
            "method A.A 2",
            "method A.~A 3",
            "method ns.B.g 4",
        ],
    );
    check(
        "namespace n { void A::f() {} }",
        &["namespace n 1", "method n.A.f 1"],
    );
    check("namespace { void f() {} }", &["function f 1"]);
    check(
        "bool operator==(A a, A b) {}\nA::operator bool() const {}\nvoid A::operator()(int) {}",
        &[
            "function operator== 1",
            "method A.operator bool 2",
            "method A.operator() 3",
        ],
    );
    check(
        "template <class T>\nclass A {};\ntemplate <class T>\nvoid f() {}\ntemplate <class T> using B = C<T>;",
        &["class A 1-2 @2", "function f 3-4 @4", "type alias B 5"],
    );
    check(
        "enum class E : int { A };\nstruct S { struct T { void m(); }; };\nclass F;",
        &[
            "enum E 1",
            "struct S 2",
            "struct S.T 2",
            "method S.T.m 2 declaration",
        ],
    );
    check(
        "extern \"C\" {\nint f(void);\n}",
        &["function f 2 declaration"],
    );
    check("TEST(A, B) { f(); }", &["function TEST 1 test"]);
    check(
        "auto f() -> int { return 1; }\nint& g() { }\nvoid h() { struct L { void m() {} }; }",
        &[
            "function f 1",
            "function g 2",
            "function h 3",
            "struct h.L 3 nested",
            "method h.L.m 3 nested",
        ],
    );
    check(
        "class A { int x = 1; void (*p)(int); std::function<void()> q; };",
        &["class A 1"],
    );
}

#[test]
fn signatures_bodies_and_comments() {
    let check = |text: &str, expect: &[&str]| parts(Cpp, text, expect);
    check(
        "// F.\n// G.\nint f(int a) const { return a; }",
        &["int f(int a) const | { return a; } | // F.\n// G."],
    );
    check(
        "/** A. */\ntemplate <class T>\nclass A : B {\n  int m(); ///< trailing\n  int n();\n};",
        &[
            "template <class T>\nclass A : B | {\n  int m(); ///< trailing\n  int n();\n} | /** A. */",
            "int m() |  | -",
            "int n() |  | -",
        ],
    );
    check("A::A() : x(1) {}", &["A::A() : x(1) | {} | -"]);
    check("#define M(x) (x)", &["#define M(x) | (x) | -"]);
}

#[test]
fn imports_calls_and_the_rest() {
    let check = |text: &str, expect: &[&str]| facts(Cpp, text, expect);
    check(
        "#include <a/b.h>\n#include \"c.h\"\nusing namespace d::e;\nusing f::g;",
        &[
            "import 1: a/b.h",
            "import 2: c.h",
            "import 3: d::e {*}",
            "import 4: f {g}",
        ],
    );
    check(
        "void f() { a->b.c(d()); e::g<T>(1); h(x)->i(); new J<K>(); (*p)(); }",
        &[
            "call 1: a->b.c in f",
            "call 1: d in f",
            "call 1: e::g in f",
            "call 1: h in f",
            "call 1: i in f",
            "call 1: J in f",
        ],
    );
    check(
        "void f() { throw std::runtime_error(\"bad \" + g()); }",
        &[
            "raise 1: std::runtime_error in f",
            "call 1: g in f",
            "message 1: bad  in f",
        ],
    );
    check(
        "#define A \"x\"\nint b = 1, *c, d[2];\nstatic const char *e = \"s\\n\" L\"t\";\nint N::f = 2;\nvoid g() { int h; }",
        &[
            "string 3: s\\n",
            "string 3: t",
            "let 1: A",
            "let 2: b",
            "let 2: c",
            "let 2: d",
            "let 3: e",
            "let 4: N.f",
        ],
    );
    check(
        "auto x = R\"d(raw \")\" )d\"; // c\n/* d */",
        &[
            "string 1: raw \")\" ",
            "let 1: x",
            "comment // c",
            "comment /* d */",
        ],
    );
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        C,
        "int f() { x = ; }\nint g() {}",
        &["function f 1", "function g 2"],
    );
    problem_lines(C, "int a;\nint f() { x = ; }", &[2]);
    definitions(
        Cpp,
        "MACRO_API int f() {}\nclass X A::g() {}",
        &["function f 1", "method A.g 2"],
    );
}

#[test]
fn macros_that_the_grammar_cannot_read_are_looked_through() {
    let check = |text: &str, expect: &[&str]| definitions(Cpp, text, expect);
    check(
        "NS_BEGIN\n/// A.\ntemplate <typename T>\nstruct A {\n  Q_OBJECT\n  void m();\n};\nNS_END\n",
        &["struct A 3-7 @4", "method A.m 6 declaration"],
    );
    check("class API_EXPORT B : public C {\n};", &["class B 1-2 (C)"]);
    definitions(
        C,
        "#define F(x) do {  /* why */  \\\n  if (x) { /* a */ \\\n  } } while (0)\nint f(int a) { return a; }\n",
        &["macro F 1-3", "function f 4"],
    );
}
