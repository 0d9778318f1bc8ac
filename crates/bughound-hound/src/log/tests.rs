//! Logs of real programs, run on a small shop with wrong prices in several languages.

use super::FailureKind::{Compiler, Linker, Remark, Test, Tool, Trace};
use super::*;

type Expect<'a> = (FailureKind, &'a str, Option<&'a str>);

fn check(name: &str, log: &str, expect: &[Expect<'_>]) {
    let read = BuildLog::read(log);
    let found: Vec<Expect<'_>> = read
        .failures
        .iter()
        .map(|it| (it.kind, it.message.as_str(), it.test.as_deref()))
        .collect();
    assert_eq!(found, expect, "{name}");
    assert_eq!(read.lines, log.lines().count() as u64, "{name}");
}

macro_rules! log {
    ($name:literal) => {
        include_str!(concat!("fixtures/", $name, ".log"))
    };
}

#[test]
fn failures_of_real_logs() {
    let discount = "test_total_takes_the_discount_off";
    let currency = "test_report_of_a_line_without_currency";
    let unpack = "ValueError: not enough values to unpack (expected 2, got 1)";
    for (name, log) in [
        ("pytest", log!("pytest")),
        ("pytest-short", log!("pytest-short")),
    ] {
        check(
            name,
            log,
            &[
                (Test, "AssertionError: assert 0 == 1350", Some(discount)),
                (Test, unpack, Some(currency)),
            ],
        );
    }
    check(
        "unittest",
        log!("unittest"),
        &[
            (Test, unpack, Some("__main__.PriceTest.test_no_currency")),
            (
                Test,
                "AssertionError: 0 != 900",
                Some("__main__.PriceTest.test_discount"),
            ),
        ],
    );
    check(
        "cargo test",
        log!("cargo-test"),
        &[
            (
                Test,
                "called `Option::unwrap()` on a `None` value",
                Some("tests::no_currency"),
            ),
            (
                Test,
                "assertion `left == right` failed",
                Some("tests::discount_is_taken_off"),
            ),
            (Remark, "test failed, to rerun pass `--lib`", None),
        ],
    );
    check(
        "rustc",
        log!("rustc"),
        &[
            (Compiler, "mismatched types", None),
            (
                Remark,
                "could not compile `shop` (lib) due to 1 previous error",
                None,
            ),
        ],
    );
    check(
        "gcc",
        log!("gcc"),
        &[
            (Compiler, "expected ‘;’ before ‘return’", None),
            (Remark, "*** [Makefile:4: price.o] Error 1", None),
        ],
    );
    check(
        "linker",
        log!("linker"),
        &[
            (Linker, "undefined reference to `main'", None),
            (Linker, "undefined reference to `strlent'", None),
            (Remark, "*** [Makefile:2: all] Error 1", None),
        ],
    );
    check(
        "javac",
        log!("javac"),
        &[(Compiler, "cannot find symbol", None)],
    );
    check(
        "go test",
        log!("go-test"),
        &[
            (
                Test,
                "Total with discount = 0, want 900",
                Some("TestDiscount"),
            ),
            (
                Test,
                "runtime error: index out of range [1] with length 1",
                Some("TestNoCurrency"),
            ),
        ],
    );
    check(
        "go build",
        log!("go-build"),
        &[
            (Compiler, "price declared but not used", None),
            (Compiler, "undefined: prise", None),
            (Compiler, "undeclared name: prise", None),
        ],
    );
    for (name, log) in [("tsc", log!("tsc")), ("tsc --pretty", log!("tsc-pretty"))] {
        check(
            name,
            log,
            &[
                (Compiler, "Cannot find name 'parse'.", None),
                (
                    Compiler,
                    "Type 'string' is not assignable to type 'number'.",
                    None,
                ),
            ],
        );
    }
    let upper = "TypeError: Cannot read properties of undefined (reading 'toUpperCase')";
    check(
        "jest",
        log!("jest"),
        &[
            (
                Test,
                "expect(received).toBe(expected) // Object.is equality",
                Some("prices › the discount is taken off"),
            ),
            (Test, upper, Some("prices › no currency")),
        ],
    );
    check("node", log!("node"), &[(Trace, upper, None)]);
    check(
        "cmake",
        log!("cmake"),
        &[(
            Tool,
            "By not providing \"FindNowhere.cmake\" in CMAKE_MODULE_PATH this project has",
            None,
        )],
    );
    check(
        "pytest with a difference",
        "___ test_x ___\n>   f()\nE   assert [1] == [2]\nE   \nE     Differing items:\nE     1 != 2\n\na.py:3: AssertionError\n",
        &[(Test, "assert [1] == [2]", Some("test_x"))],
    );
    check("nothing", "", &[]);
    check("all went well", "running 1 test\ntest a ... ok\n", &[]);
}

#[test]
fn an_issue_is_made_of_a_log() {
    let source = |test: &str| Some(format!("func {test}() {{}}"));
    insta::assert_snapshot!(BuildLog::read(log!("go-test")).issue(source), @r"
    Total with discount = 0, want 900

    Failing: `TestDiscount`, `TestNoCurrency`

    ```
    --- FAIL: TestDiscount (0.00s)
        prices_test.go:7: Total with discount = 0, want 900
    ```

    ```
    --- FAIL: TestNoCurrency (0.00s)
    panic: runtime error: index out of range [1] with length 1 [recovered]
    	panic: runtime error: index out of range [1] with length 1

    goroutine 7 [running]:
    testing.tRunner.func1.2({0x51aa00, 0xc0000180f0})
    	/usr/lib/go-1.19/src/testing/testing.go:1396 +0x24e
    testing.tRunner.func1()
    	/usr/lib/go-1.19/src/testing/testing.go:1399 +0x39f
    panic({0x51aa00, 0xc0000180f0})
    	/usr/lib/go-1.19/src/runtime/panic.go:884 +0x212
    example.com/shop.Parse({0x52616c?, 0x475997?})
    	/home/ci/shop/prices.go:11 +0x9b
    example.com/shop.TestNoCurrency(0xc000007860?)
    	/home/ci/shop/prices_test.go:12 +0x25
    testing.tRunner(0xc000007ba0, 0x531340)
    	/usr/lib/go-1.19/src/testing/testing.go:1446 +0x10b
    created by testing.(*T).Run
    	/usr/lib/go-1.19/src/testing/testing.go:1493 +0x35f
    ```

    ```
    func TestDiscount() {}
    ```

    ```
    func TestNoCurrency() {}
    ```
    ");
    insta::assert_snapshot!(BuildLog::read(log!("pytest")).issue(|_| None), @r#"
    AssertionError: assert 0 == 1350

    Failing: `shop/tests/test_prices.py::test_total_takes_the_discount_off`, `shop/tests/test_prices.py::test_report_of_a_line_without_currency`

    At `assert total(basket, discount=10) == 1350`

    At `assert report(["10.00"]) == "   10.00 EUR"`

    ```
    ______________________ test_total_takes_the_discount_off _______________________

        def test_total_takes_the_discount_off():
            basket = ["10.00 EUR", "5.00 EUR"]
    >       assert total(basket, discount=10) == 1350
    E       AssertionError: assert 0 == 1350
    E        +  where 0 = total(['10.00 EUR', '5.00 EUR'], discount=10)

    shop/tests/test_prices.py:8: AssertionError
    ```

    ```
    ____________________ test_report_of_a_line_without_currency ____________________

        def test_report_of_a_line_without_currency():
    >       assert report(["10.00"]) == "   10.00 EUR"
                   ^^^^^^^^^^^^^^^^^

    shop/tests/test_prices.py:12:
    _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
    shop/prices.py:17: in report
        rows = [parse_price(line) for line in lines]
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    shop/prices.py:17: in <listcomp>
        rows = [parse_price(line) for line in lines]
                ^^^^^^^^^^^^^^^^^
    _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    text = '10.00'

        def parse_price(text):
            """`12.50 EUR` as cents and currency."""
    >       amount, currency = text.split(" ")
            ^^^^^^^^^^^^^^^^
    E       ValueError: not enough values to unpack (expected 2, got 1)

    shop/prices.py:6: ValueError
    ```
    "#);
}

#[test]
fn the_cause_goes_before_what_follows_from_it() {
    let mut log = String::new();
    for n in 0..3000 {
        log.push_str(&format!(
            "make[2]: Entering directory '/w/{n}'\nERROR retry {n} of fetch\n"
        ));
    }
    log.push_str(log!("gcc"));
    for n in 0..3000 {
        log.push_str(&format!("make: *** [Makefile:{n}: all] Error 2\n"));
    }
    let read = BuildLog::read(&log);
    assert_eq!(read.failures[0].message, "expected ‘;’ before ‘return’");
    let retries = read
        .failures
        .iter()
        .find(|it| it.message.starts_with("ERROR retry"));
    assert_eq!(retries.map(|it| it.times), Some(3000));
    assert!(read.failures.len() < 20, "{:?}", read.failures.len());
    assert!(read.issue(|_| None).len() < 16_000);
}

#[test]
fn prefixes_of_servers_change_nothing() {
    let plain = BuildLog::read(log!("go-test"));
    let timed: String = log!("go-test")
        .lines()
        .map(|line| format!("test\tgo test\t2024-05-01T12:00:00.1234567Z {line}\n"))
        .collect();
    assert_eq!(BuildLog::read(&timed), plain);
}

#[test]
fn logs_are_told_from_issues() {
    let issue = "total() ignores the discount\n\nI ran it and got\n\n```\nTraceback (most recent call last):\n```\n";
    let unfenced = format!(
        "total() ignores the discount\n\nWhen I run the tests I get this:\n\n{}",
        log!("unittest")
    );
    let one_word = "crash";
    for (text, name, expect) in [
        (log!("pytest"), None, true),
        (log!("pytest-short"), None, true),
        (log!("cargo-test"), None, true),
        (log!("rustc"), None, true),
        (log!("gcc"), None, true),
        (log!("javac"), None, true),
        (log!("go-test"), None, true),
        (log!("go-build"), None, true),
        (log!("tsc"), None, true),
        (log!("jest"), None, true),
        (log!("cmake"), None, true),
        (log!("node"), Some("out.log"), true),
        (issue, None, false),
        (one_word, None, false),
        (&unfenced, None, false),
        (
            "The build fails\n[INFO] Scanning\n[INFO] Building\n[ERROR] bad\n",
            None,
            false,
        ),
        ("", None, false),
    ] {
        assert_eq!(
            is_log(text, name),
            expect,
            "{}",
            &text[..text.len().min(80)]
        );
    }
}

#[test]
fn long_logs_in_issues_are_condensed() {
    let noise: String = (0..100_000).map(|n| format!("[INFO] step {n}\n")).collect();
    for issue in [
        format!(
            "The price is wrong\n\nSee:\n\n```\n{noise}{}```\n\nThanks\n",
            log!("unittest")
        ),
        format!("The price is wrong\n\nSee:\n\n{noise}{}", log!("unittest")),
    ] {
        let short = condense(&issue);
        assert!(short.starts_with("The price is wrong\n\nSee:\n"), "{short}");
        assert!(short.contains("in parse_price"), "{short}");
        assert!(short.len() < 20_000, "{}", short.len());
        assert_eq!(
            issue.ends_with("Thanks\n"),
            short.ends_with("Thanks\n"),
            "{short}"
        );
    }
    let prose = "A long story.\n".repeat(1000);
    assert_eq!(condense(&prose), prose);
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_read_without_panic_and_in_bounds(text in "([ -~é‘\u{1b}\n\r\t]|___ |error: |E   |FAIL: t \\(a\\)|---- |a.rs:3|\\[ERROR\\] ){0,200}") {
            let log = BuildLog::read(&text);
            prop_assert_eq!(log.lines, text.lines().count() as u64);
            prop_assert!(log.issue(|_| None).len() < 20_000 + text.len());
            let _ = (is_log(&text, None), condense(&text));
        }
    }
}
