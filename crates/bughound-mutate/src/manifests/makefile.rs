//! `Makefile`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, MISSING_ENTRY, WRONG_KEY, WRONG_VALUE, words, wrong_path};

/// `NAME = value`, `NAME := value`, `NAME += value`.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^([A-Za-z_]\w*)[ \t]*(?::|\+|\?)?=[ \t]*([^\n]*?)[ \t]*$").ok()
});

/// `$(NAME)`.
static USE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\(([A-Za-z_]\w*)\)").ok());

/// A command of a rule.
static RECIPE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^\t").ok());

pub(super) fn find(found: &mut Found<'_>) {
    let (Some(variable), Some(used), Some(recipe)) =
        (VARIABLE.as_ref(), USE.as_ref(), RECIPE.as_ref())
    else {
        return;
    };
    for captures in variable.captures_iter(found.text) {
        let (Some(name), Some(value)) = (captures.get(1), captures.get(2)) else {
            continue;
        };
        found.misspell(name.range(), name.as_str());
        for span in words(value.as_str(), value.start()) {
            let word = found.slice(&span);
            let is_option = word.starts_with("-l")
                || word.starts_with("-I")
                || word.starts_with("-D")
                || word.starts_with("-std");
            let is_file = word.ends_with(".o") || word.ends_with(".c") || word.ends_with(".cpp");
            if is_option || is_file {
                let start = found.text[..span.start].trim_end_matches([' ', '\t']).len();
                let start = if span.start == value.start() {
                    span.start
                } else {
                    start
                };
                found.push(
                    MISSING_ENTRY,
                    start..span.end,
                    "",
                    format!("`{word}` is removed"),
                    name.as_str(),
                );
            }
            if is_file && let Some(to) = wrong_path(word) {
                found.replace(WRONG_VALUE, span, &to, name.as_str());
            }
        }
    }
    for captures in used.captures_iter(found.text) {
        if let Some(name) = captures.get(1)
            && let Some(to) = name
                .as_str()
                .get(..name.len() - 1)
                .filter(|to| to.len() > 1)
        {
            found.replace(WRONG_KEY, name.range(), to, "");
        }
    }
    for tab in recipe.find_iter(found.text) {
        found.push(
            WRONG_VALUE,
            tab.range(),
            "    ",
            "a tab becomes four spaces",
            "",
        );
    }
}
