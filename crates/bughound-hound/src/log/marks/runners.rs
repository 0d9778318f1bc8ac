//! Test runners.

use super::{Extent, Mark, Runner};

/// Lines of a report without borders.
const N_BELOW: u32 = 14;

pub(super) fn find(line: &str, trimmed: &str, previous: &str) -> Option<Mark> {
    match line.as_bytes()[0] {
        b'_' => pytest(line),
        b'-' => cargo(line).or_else(|| go(trimmed)),
        b'F' | b'E' => unittest(line),
        b'[' => surefire(line).or_else(|| gtest(line)),
        b'n' => tap(line),
        b'I' => conftest(line),
        _ => None,
    }
    .or_else(|| jest(line, trimmed))
    .or_else(|| go(trimmed).filter(|_| trimmed.len() < line.len()))
    .or_else(|| gradle(line))
    .or_else(|| numbered(trimmed, previous))
}

/// `____ test_x ____`, `____ ERROR collecting a/test_x.py ____`.
fn pytest(line: &str) -> Option<Mark> {
    let name = line
        .strip_prefix("__")?
        .strip_suffix("__")?
        .trim_matches('_');
    let name = name.strip_prefix(' ')?.strip_suffix(' ')?;
    let name = name.strip_prefix("ERROR collecting ").unwrap_or(name);
    let name = name.strip_prefix("ERROR at setup of ").unwrap_or(name);
    let name = name.strip_prefix("ERROR at teardown of ").unwrap_or(name);
    Some(Mark::of_test(Extent::Section(Runner::Pytest), name))
}

/// `ImportError while loading conftest '/w/tests/conftest.py'.`: no test was run at all.
fn conftest(line: &str) -> Option<Mark> {
    let rest = line.strip_prefix("ImportError while loading conftest ")?;
    let name = rest.trim_matches(['\'', '.', '"']);
    Some(Mark::of_test(Extent::Section(Runner::Pytest), name))
}

/// `---- tests::x stdout ----`.
fn cargo(line: &str) -> Option<Mark> {
    let name = line.strip_prefix("---- ")?.strip_suffix(" ----")?;
    let name = name
        .strip_suffix(" stdout")
        .or_else(|| name.strip_suffix(" stderr"))?;
    Some(Mark::of_test(Extent::Section(Runner::Cargo), name))
}

/// `--- FAIL: TestX (0.00s)`.
fn go(trimmed: &str) -> Option<Mark> {
    let rest = trimmed.strip_prefix("--- FAIL: ")?;
    let name = rest.rsplit_once(" (").map_or(rest, |(name, _)| name);
    Some(Mark::of_test(Extent::Section(Runner::Go), name))
}

/// `FAIL: test_x (pkg.Class.test_x)`, before Python 3.11 `(pkg.Class)`.
fn unittest(line: &str) -> Option<Mark> {
    let rest = line
        .strip_prefix("FAIL: ")
        .or_else(|| line.strip_prefix("ERROR: "))?;
    let (name, place) = rest.split_once(" (")?;
    let place = &place[..place.find(')')?];
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '.')
    };
    if !is_name(name) || !is_name(place) {
        return None;
    }
    let test = if place.ends_with(name) {
        place.to_owned()
    } else {
        format!("{place}.{name}")
    };
    Some(Mark::of_test(Extent::Section(Runner::Unittest), &test))
}

/// `[ERROR] a.B.c  Time elapsed: … <<< FAILURE!`, in older versions `c(a.B)  Time elapsed`.
fn surefire(line: &str) -> Option<Mark> {
    let head = line
        .strip_suffix("<<< FAILURE!")
        .or_else(|| line.strip_suffix("<<< ERROR!"))?;
    let head = head
        .split(['\u{2014}', ' '])
        .find(|word| word.contains('.') || word.contains('('))?;
    if line.starts_with("[ERROR] Tests run:") {
        return None;
    }
    let test = match head.split_once('(') {
        Some((name, class)) if class.ends_with(')') && class.len() > 1 => {
            format!("{}.{name}", class.trim_end_matches(')'))
        }
        _ => head.to_owned(),
    };
    Some(Mark::of_test(Extent::Stack, &test).with_message_below())
}

/// `[  FAILED  ] Suite.Test (0 ms)`.
fn gtest(line: &str) -> Option<Mark> {
    let name = line.strip_prefix("[  FAILED  ] ")?;
    let name = name.split([' ', ',']).next()?;
    name.contains('.')
        .then(|| Mark::of_test(Extent::Lines(0), name))
}

/// `not ok 3 - name`.
fn tap(line: &str) -> Option<Mark> {
    let rest = line.strip_prefix("not ok ")?;
    let name = rest.split_once("- ").map_or(rest, |(_, name)| name);
    Some(Mark::of_test(Extent::Lines(N_BELOW), name))
}

/// `  ● suite › test`; `FAIL a.test.js > suite > test` of vitest.
fn jest(line: &str, trimmed: &str) -> Option<Mark> {
    let name = match trimmed.strip_prefix("\u{25cf} ") {
        Some(name) => name,
        None => line
            .trim_start()
            .strip_prefix("FAIL ")
            .filter(|rest| rest.contains(" > "))?
            .trim(),
    };
    if name.starts_with("Console") || name.is_empty() {
        return None;
    }
    Some(Mark::of_test(Extent::Section(Runner::Jest), name).with_message_below())
}

/// `PricesTest > noCurrency() FAILED`.
fn gradle(line: &str) -> Option<Mark> {
    let name = line.strip_suffix(" FAILED")?;
    let (class, test) = name.split_once(" > ")?;
    if class.contains(' ') {
        return None;
    }
    let test = test
        .rsplit(" > ")
        .next()
        .unwrap_or(test)
        .trim_end_matches("()");
    Some(Mark::of_test(Extent::Stack, &format!("{class}.{test}")).with_message_below())
}

/// `1) suite name` of mocha, RSpec and PHPUnit, below a blank line or the report's own title.
fn numbered(trimmed: &str, previous: &str) -> Option<Mark> {
    let number = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let name = trimmed.get(number..)?.strip_prefix(") ")?;
    let is_first = previous.trim().is_empty()
        || previous.trim_end().ends_with("failing")
        || previous.starts_with("There w")
        || previous.starts_with("Failures:");
    (number > 0 && is_first && !name.is_empty())
        .then(|| Mark::of_test(Extent::Lines(N_BELOW), name.trim_end_matches(':')))
}

pub(super) fn in_summary(line: &str) -> Option<&str> {
    if let Some(rest) = line
        .strip_prefix("FAILED ")
        .or_else(|| line.strip_prefix("ERROR "))
    {
        let name = rest.split(" - ").next().unwrap_or(rest);
        let is_place = name.contains("::") && !name.contains("  ") || name.ends_with(".py");
        return is_place.then(|| name.trim_end());
    }
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    (!name.contains(' ')).then_some(name)
}

pub(super) fn is_border(runner: Runner, line: &str) -> bool {
    let trimmed = line.trim_start();
    match runner {
        Runner::Pytest => {
            line.starts_with("===") || (line.starts_with("___") && line.ends_with("___"))
        }
        Runner::Unittest => line.starts_with("=====") || line.starts_with("Ran "),
        Runner::Cargo => line.starts_with("---- ") || line == "failures:",
        Runner::Go => {
            ["--- ", "=== ", "ok  ", "FAIL\t", "exit status "]
                .iter()
                .any(|start| trimmed.starts_with(start))
                || matches!(line, "FAIL" | "PASS")
        }
        Runner::Jest => {
            trimmed.starts_with('\u{25cf}')
                || [
                    "Test Suites:",
                    "Test Files ",
                    "FAIL ",
                    "PASS ",
                    "Summary of all",
                ]
                .iter()
                .any(|start| trimmed.starts_with(start))
        }
    }
}
