//! The issue that a log amounts to.

use std::fmt::Write;

use super::{BuildLog, Failure};

/// Bytes of all excerpts together.
const MAX_EXCERPTS: usize = 12_000;
/// Bytes of one excerpt.
const MAX_EXCERPT: usize = 4_000;
/// Failures that are shown.
const MAX_SHOWN: usize = 8;
/// Failing tests that are named.
const MAX_TESTS: usize = 10;

impl BuildLog {
    /// A text with the main failure as its title, the failing tests and code lines, and the excerpts as code
    /// blocks. `source_of` gives the source of a failing test, where it is known and the log does not show it.
    pub fn issue(&self, source_of: impl Fn(&str) -> Option<String>) -> String {
        let Some(main) = self.failures.first() else {
            return self.tail.join("\n");
        };
        let mut text = format!("{}\n\n", main.message);
        // What merely follows from a failure says nothing new beside it.
        let shown: Vec<&Failure> = self
            .failures
            .iter()
            .take(MAX_SHOWN)
            .filter(|failure| {
                failure.kind >= super::FailureKind::Tool || main.kind <= super::FailureKind::Tool
            })
            .collect();
        let tests = self.shortened_tests();
        if !tests.is_empty() {
            let names: Vec<String> = tests
                .iter()
                .take(MAX_TESTS)
                .map(|name| format!("`{name}`"))
                .collect();
            let _ = writeln!(text, "Failing: {}\n", names.join(", "));
        }
        for failure in shown
            .iter()
            .filter(|failure| failure.test.is_some())
            .take(3)
        {
            if let Some(code) = failure.code.as_deref().filter(|code| !code.contains('`')) {
                let _ = writeln!(text, "At `{code}`\n");
            }
        }
        let mut left = MAX_EXCERPTS;
        for failure in &shown {
            let excerpt = cut(&failure.excerpt, MAX_EXCERPT.min(left));
            if excerpt.is_empty() {
                break;
            }
            left -= excerpt.len();
            block(&mut text, excerpt);
        }
        for failure in shown.iter().take(3) {
            let Some(test) = &failure.test else { continue };
            let is_shown = failure
                .excerpt
                .contains(&format!("def {}", last_name(test)));
            if let Some(source) = source_of(test).filter(|_| !is_shown) {
                block(&mut text, cut(&source, 2_000));
            }
        }
        text
    }

    /// The failing tests; a name that ends another, longer one is left out.
    fn shortened_tests(&self) -> Vec<&str> {
        let ends = |long: &str, short: &str| {
            long.len() > short.len()
                && long.ends_with(short)
                && long[..long.len() - short.len()].ends_with(['.', ':', '/', ' '])
        };
        self.failing_tests
            .iter()
            .map(String::as_str)
            .filter(|name| {
                !self
                    .failing_tests
                    .iter()
                    .any(|other| ends(&other.replace("::", "."), name))
            })
            .collect()
    }
}

/// The test's own name: the last part, without its parameters.
pub(super) fn last_name(test: &str) -> &str {
    let test = test.split(['[', '(']).next().unwrap_or(test).trim();
    test.rsplit([':', '.', '/', ' ', '>'])
        .next()
        .unwrap_or(test)
}

/// Text that closes no block that it stands in.
fn block(text: &mut String, code: &str) {
    let fence = if code.contains("```") { "~~~~~" } else { "```" };
    let _ = writeln!(text, "{fence}\n{}\n{fence}\n", code.trim_matches('\n'));
}

/// Whole lines of at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = text.floor_char_boundary(most);
    text[..end].rfind('\n').map_or("", |end| &text[..end])
}
