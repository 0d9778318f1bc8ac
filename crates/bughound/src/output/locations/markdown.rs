//! The answer as Markdown, for a comment on an issue.

use std::fmt::Write;

use bughound_core::Location;

use super::{Located, kind_name, name, percent, summary};
use crate::output::plain::printable;

/// Reasons for each place.
const N_REASONS: usize = 3;

/// A list of the places with their reasons.
pub(crate) fn markdown(located: &Located<'_>, target: &str) -> String {
    let mut out = places(&located.locations);
    let _ = writeln!(out, "\n<sub>{}.</sub>", text(&summary(located, target)));
    out
}

fn places(locations: &[Location]) -> String {
    let mut out = String::new();
    for (rank, location) in (1..).zip(locations) {
        let lines = location
            .lines
            .map(|lines| format!(":{lines}"))
            .unwrap_or_default();
        let place = code(&format!("{}{lines}", location.path));
        let likely = location
            .probability
            .map(|probability| format!(", {} likely", text(&percent(probability))))
            .unwrap_or_default();
        let _ = if location.qualified_name.is_some() {
            writeln!(
                out,
                "{rank}. **{}** ({}) in {place}{likely}",
                code(name(location)),
                kind_name(location)
            )
        } else {
            writeln!(out, "{rank}. {place}{likely}")
        };
        for reason in location.reasons.iter().take(N_REASONS) {
            let _ = writeln!(out, "   - {}", text(&reason.text));
        }
    }
    out
}

/// As code, whatever it holds: more backticks around than inside.
fn code(value: &str) -> String {
    let value = printable(value);
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{value}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {value} {fence}")
}

/// As text in which nothing is a link, a mention, an image or HTML: names and words of an issue or a repository
/// may hold anything. What stands between backticks stays as it is.
fn text(value: &str) -> String {
    let value = printable(value);
    let mut out = String::with_capacity(value.len());
    let is_balanced = value.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    for c in value.chars() {
        match c {
            '`' if is_balanced => {
                in_code = !in_code;
                out.push(c);
            }
            // A zero-width space, since a backslash does not keep a mention from being one.
            '@' if !in_code => out.push_str("@\u{200b}"),
            '#' if !in_code => out.push_str("#\u{200b}"),
            '<' if !in_code => out.push_str("&lt;"),
            '&' if !in_code => out.push_str("&amp;"),
            '[' | ']' | '*' | '_' | '!' | '\\' | '`' | '~' | '|' if !in_code => {
                out.push('\\');
                out.push(c);
            }
            ':' if !in_code && (out.ends_with("http") || out.ends_with("https")) => {
                out.push_str(":\u{200b}");
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_places() {
        insta::assert_snapshot!(places(&super::super::fixture::locations()), @"
        1. **`Reader.load`** (method) in `pkg/a file.py:2-5`, 62 % likely
           - a traceback frame is at line 4
           - its words are the issue's: load, reader
        2. `pkg/b.py`
        ");
    }

    #[test]
    fn nothing_becomes_markup() {
        for (value, expect) in [
            ("plain words", "plain words"),
            ("`f_x` is named", "`f_x` is named"),
            ("@ada #12", "@\u{200b}ada #\u{200b}12"),
            ("<img src=x>", "&lt;img src=x>"),
            ("[a](b) ![c](d)", "\\[a\\](b) \\!\\[c\\](d)"),
            ("one ` alone", "one \\` alone"),
            ("see https://x.example", "see https:\u{200b}//x.example"),
            ("a\nb", "a b"),
        ] {
            assert_eq!(text(value), expect, "{value}");
        }
        for (value, expect) in [
            ("a.py:1-2", "`a.py:1-2`"),
            ("a`b", "`` a`b ``"),
            ("``", "``` `` ```"),
        ] {
            assert_eq!(code(value), expect, "{value}");
        }
    }
}
