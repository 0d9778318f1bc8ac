//! Does a failure begin at this line, and how far does it go? One file per family of programs.

mod compilers;
mod runners;
mod tools;
mod traces;

use super::FailureKind;

/// The beginning of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) kind: FailureKind,
    pub(super) extent: Extent,
    /// What went wrong, where this line says it.
    pub(super) message: Option<String>,
    /// The failing test.
    pub(super) test: Option<String>,
    /// Whether the message stands in the next line that is not blank.
    pub(super) message_below: bool,
}

/// How far a failure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// To the next blank line.
    Paragraph,
    /// To the border that ends it in this runner's report; other failures inside belong to it.
    Section(Runner),
    /// As long as lines look like a stack trace.
    Stack,
    /// As long as lines are indented, and one more where that ends a traceback of Python.
    Traceback,
    /// So many lines more.
    Lines(u32),
}

/// Test runners whose reports have sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    Pytest,
    Unittest,
    Cargo,
    Go,
    Jest,
}

impl Mark {
    fn new(kind: FailureKind, extent: Extent, message: &str) -> Self {
        let message = message.trim();
        Self {
            kind,
            extent,
            message: (!message.is_empty()).then(|| message.to_owned()),
            test: None,
            message_below: false,
        }
    }

    fn of_test(extent: Extent, test: &str) -> Self {
        Self {
            test: Some(test.trim().to_owned()),
            ..Self::new(FailureKind::Test, extent, "")
        }
    }

    fn with_message_below(mut self) -> Self {
        self.message_below = true;
        self
    }
}

/// The failure that begins at a line. `previous` is the line above.
pub(super) fn find(line: &str, previous: &str) -> Option<Mark> {
    let trimmed = line.trim_start();
    if trimmed.len() < 4 {
        return None;
    }
    runners::find(line, trimmed, previous)
        .or_else(|| traces::find(line, trimmed))
        .or_else(|| compilers::find(line, trimmed))
        .or_else(|| tools::find(line, trimmed))
}

/// The failing test that a line of a summary names: `FAILED a/test_x.py::test_y - …`, `test x ... FAILED`.
pub(super) fn failing_test(line: &str) -> Option<&str> {
    runners::in_summary(line)
}

/// Whether a line ends the report of one failure.
pub(super) fn is_border(runner: Runner, line: &str) -> bool {
    runners::is_border(runner, line)
}

/// Whether a line may stand inside a stack trace: indented, a cause, a frame.
pub(super) fn is_stack_line(line: &str) -> bool {
    traces::is_stack_line(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(FailureKind, Option<&str>, Option<&str>)>) {
        let found = find(line, "");
        let found = found
            .as_ref()
            .map(|mark| (mark.kind, mark.message.as_deref(), mark.test.as_deref()));
        assert_eq!(found, expect, "{line}");
    }

    #[test]
    fn beginnings() {
        use FailureKind::{Compiler, Linker, Remark, Test, Tool, Trace};
        for (line, kind, message, test) in [
            (
                "error[E0308]: mismatched types",
                Compiler,
                Some("mismatched types"),
                None,
            ),
            (
                "price.c:5:50: error: expected ';'",
                Compiler,
                Some("expected ';'"),
                None,
            ),
            (
                "price.h:1:10: fatal error: x.h: No such file",
                Compiler,
                Some("x.h: No such file"),
                None,
            ),
            (
                "A.java:10: error: cannot find symbol",
                Compiler,
                Some("cannot find symbol"),
                None,
            ),
            (
                "[ERROR] /w/src/A.java:[10,40] cannot find symbol",
                Compiler,
                Some("cannot find symbol"),
                None,
            ),
            (
                "a.ts(2,37): error TS2304: Cannot find name 'x'.",
                Compiler,
                Some("Cannot find name 'x'."),
                None,
            ),
            (
                "a.ts:2:37 - error TS2304: Cannot find name 'x'.",
                Compiler,
                Some("Cannot find name 'x'."),
                None,
            ),
            (
                "./prices.go:18:12: undefined: prise",
                Compiler,
                Some("undefined: prise"),
                None,
            ),
            (
                "vet: ./prices.go:18:12: undeclared name: prise",
                Compiler,
                Some("undeclared name: prise"),
                None,
            ),
            (
                "e: file:///w/A.kt:3:5 Unresolved reference: x",
                Compiler,
                Some("Unresolved reference: x"),
                None,
            ),
            (
                "a.py:3: error: Name \"x\" is not defined  [name-defined]",
                Compiler,
                Some("Name \"x\" is not defined  [name-defined]"),
                None,
            ),
            (
                "price.c:(.text+0x82): undefined reference to `strlent'",
                Linker,
                Some("undefined reference to `strlent'"),
                None,
            ),
            (
                "_____________ test_total _____________",
                Test,
                None,
                Some("test_total"),
            ),
            (
                "___ ERROR collecting tests/test_x.py ___",
                Test,
                None,
                Some("tests/test_x.py"),
            ),
            (
                "ERROR: test_x (pkg.PriceTest.test_x)",
                Test,
                None,
                Some("pkg.PriceTest.test_x"),
            ),
            (
                "FAIL: test_x (pkg.PriceTest)",
                Test,
                None,
                Some("pkg.PriceTest.test_x"),
            ),
            (
                "---- tests::no_currency stdout ----",
                Test,
                None,
                Some("tests::no_currency"),
            ),
            (
                "ImportError while loading conftest '/w/tests/conftest.py'.",
                Test,
                None,
                Some("/w/tests/conftest.py"),
            ),
            (
                "--- FAIL: TestDiscount (0.00s)",
                Test,
                None,
                Some("TestDiscount"),
            ),
            (
                "    --- FAIL: TestDiscount/half (0.00s)",
                Test,
                None,
                Some("TestDiscount/half"),
            ),
            (
                "  ● prices › no currency",
                Test,
                None,
                Some("prices › no currency"),
            ),
            (
                "[ERROR] shop.PricesTest.noCurrency  Time elapsed: 0.01 s  <<< ERROR!",
                Test,
                None,
                Some("shop.PricesTest.noCurrency"),
            ),
            (
                "[ERROR] noCurrency(shop.PricesTest)  Time elapsed: 0 s  <<< FAILURE!",
                Test,
                None,
                Some("shop.PricesTest.noCurrency"),
            ),
            (
                "PricesTest > noCurrency() FAILED",
                Test,
                None,
                Some("PricesTest.noCurrency"),
            ),
            (
                "[  FAILED  ] Prices.Discount (0 ms)",
                Test,
                None,
                Some("Prices.Discount"),
            ),
            ("not ok 3 - parses", Test, None, Some("parses")),
            ("Traceback (most recent call last):", Trace, None, None),
            ("thread 'main' panicked at src/a.rs:3:1:", Trace, None, None),
            (
                "thread 'main' panicked at 'no value', src/a.rs:3:1",
                Trace,
                Some("no value"),
                None,
            ),
            (
                "panic: runtime error: index out of range",
                Trace,
                Some("runtime error: index out of range"),
                None,
            ),
            (
                "Exception in thread \"main\" java.lang.Error: x",
                Trace,
                Some("java.lang.Error: x"),
                None,
            ),
            (
                "Caused by: java.io.IOException: x",
                Trace,
                Some("java.io.IOException: x"),
                None,
            ),
            (
                "TypeError: x is not a function",
                Trace,
                Some("TypeError: x is not a function"),
                None,
            ),
            (
                "==7==ERROR: AddressSanitizer: heap-use-after-free",
                Trace,
                Some("AddressSanitizer: heap-use-after-free"),
                None,
            ),
            (
                "CMake Error at CMakeLists.txt:3 (find_package):",
                Tool,
                None,
                None,
            ),
            (
                "npm ERR! missing script: x",
                Tool,
                Some("missing script: x"),
                None,
            ),
            ("* What went wrong:", Tool, None, None),
            (
                "make: *** [Makefile:4: price.o] Error 1",
                Remark,
                Some("*** [Makefile:4: price.o] Error 1"),
                None,
            ),
            (
                "error: could not compile `shop` (lib) due to 1 previous error",
                Remark,
                Some("could not compile `shop` (lib) due to 1 previous error"),
                None,
            ),
            (
                "fatal: not a git repository",
                Remark,
                Some("not a git repository"),
                None,
            ),
            (
                "2 ERROR in handler",
                Remark,
                Some("2 ERROR in handler"),
                None,
            ),
        ] {
            check(line, Some((kind, message, test)));
        }
        for line in [
            "",
            "test tests::fine ... ok",
            "price.c:8:38: warning: implicit declaration",
            "_ _ _ _ _ _ _ _ _ _",
            "collected 4 items",
            "0 errors, 0 warnings",
            "-- Detecting C compiler ABI info - done",
            "  symbol:   variable lin",
            "tests/test_errors.py ....  [ 10%]",
            "    Compiling thiserror v1.0.0",
            "PASS ./error.test.js",
            "[INFO] Downloading: error-prone.jar",
        ] {
            check(line, None);
        }
    }
}
