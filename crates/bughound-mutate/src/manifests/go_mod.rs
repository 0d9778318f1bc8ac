//! `go.mod`.

use super::{Found, WRONG_VALUE, WRONG_VERSION, misspelled};

pub(super) fn find(found: &mut Found<'_>) {
    let mut at = 0;
    let mut in_block = false;
    for line in found.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.split("//").next().unwrap_or("").trim_end();
        let words: Vec<&str> = body.split_whitespace().collect();
        let end = start + body.len();
        let whole = start + (line.len() - line.trim_start().len())..start + line.trim_end().len();
        let last = |word: &str| end - word.len()..end;
        match words.as_slice() {
            ["module", name] => {
                if let Some(to) = misspelled(name) {
                    found.replace(WRONG_VALUE, last(name), &to, "module");
                }
            }
            ["go", version] => {
                found.replace(WRONG_VERSION, last(version), "1.11", "go");
                found.replace(WRONG_VERSION, last(version), "1.99", "go");
            }
            ["require" | "replace" | "exclude", "("] => in_block = true,
            [")"] => in_block = false,
            ["require", _, version] => {
                found.remove_lines(whole, "require");
                found.raise(last(version), "require");
            }
            [_, version] if in_block => {
                found.remove_lines(whole, "require");
                found.raise(last(version), "require");
            }
            _ => {}
        }
    }
}
