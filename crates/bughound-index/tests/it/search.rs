//! Text search: what is found, and that ruling files out beforehand changes nothing.

use bughound_core::RepoPath;
use bughound_index::{PatternError, SearchScope, TextMatches, TextPattern};
use proptest::prelude::*;

use crate::fixture::{Fixture, fixture};

fn literal(text: &str, ignore_case: bool) -> TextPattern {
    TextPattern::Literal {
        text: text.to_owned(),
        ignore_case,
    }
}

fn regex(pattern: &str, ignore_case: bool) -> TextPattern {
    TextPattern::Regex {
        pattern: pattern.to_owned(),
        ignore_case,
    }
}

fn search(fixture: &Fixture, pattern: &TextPattern, limit: usize) -> TextMatches {
    let files: Vec<_> = fixture.index.file_idxs().collect();
    fixture
        .index
        .search_text(pattern, SearchScope::Sources(&files), limit)
        .unwrap()
}

/// `path:line:column: text` of all matches.
fn show(found: &TextMatches) -> Vec<String> {
    let show =
        |m: &bughound_index::TextMatch| format!("{}:{}:{}: {}", m.path, m.line, m.column, m.text);
    found.matches.iter().map(show).collect()
}

const FILES: &str = "//- a.py
class A:
    def get_it(self):
        return self.it  # é é get_it(x)

def get():
    return A().get_it()
//- b/c.py
from a import A
A().get_it( )
it = 'GET_IT'
//- notes.txt
get_it( is good
";

#[track_caller]
fn check(pattern: &TextPattern, expect: &[&str]) {
    let found = search(&fixture(FILES), pattern, 100);
    assert_eq!(show(&found), expect, "{pattern:?}");
    assert_eq!(found.n_lines, expect.len());
}

#[test]
fn lines_with_a_text() {
    check(
        &literal("A().get_it()", false),
        &["a.py:6:12:     return A().get_it()"],
    );
    check(
        &literal(".get_it(", false),
        &[
            "a.py:6:15:     return A().get_it()",
            "b/c.py:2:4: A().get_it( )",
        ],
    );
    check(
        &literal("et_i", false),
        &[
            "a.py:2:10:     def get_it(self):",
            "a.py:3:32:         return self.it  # é é get_it(x)",
            "a.py:6:17:     return A().get_it()",
            "b/c.py:2:6: A().get_it( )",
        ],
    );
    check(&literal("'get_it'", true), &["b/c.py:3:6: it = 'GET_IT'"]);
    check(&literal("'get_it'", false), &[]);
    check(
        &literal("é é", false),
        &["a.py:3:27:         return self.it  # é é get_it(x)"],
    );
    check(
        &literal("it()\n", false),
        &["a.py:6:20:     return A().get_it()"],
    );
    check(&literal(")\nit", false), &["b/c.py:2:13: A().get_it( )"]);
    check(&literal("(a|", false), &[]);
    check(&literal("(a|", true), &[]);
}

#[test]
fn lines_that_match_an_expression() {
    check(&regex("^it", false), &["b/c.py:3:1: it = 'GET_IT'"]);
    check(
        &regex(r"get\w*\(\s*\)$", false),
        &[
            "a.py:6:16:     return A().get_it()",
            "b/c.py:2:5: A().get_it( )",
        ],
    );
    check(
        &regex("def (get|set)_", false),
        &["a.py:2:5:     def get_it(self):"],
    );
    check(
        &regex("FROM|import", true),
        &["b/c.py:1:1: from a import A"],
    );
}

#[test]
fn lines_end_as_they_like() {
    let fixture = fixture("//- a.py\none\r\n\r\ntwo\n\nthree");
    let lines = |pattern: &str| -> Vec<u32> {
        let found = search(&fixture, &regex(pattern, false), 100);
        found.matches.iter().map(|m| m.line).collect()
    };
    assert_eq!(lines("^$"), [2, 4]);
    assert_eq!(lines("o.?.?$"), [1, 3]);
    assert_eq!(lines("x*"), [1, 2, 3, 4, 5]);
    assert_eq!(
        search(&fixture, &regex("one$", false), 1).matches[0].text,
        "one"
    );
}

#[test]
fn all_text_files() {
    let fixture = fixture(FILES);
    let all = |filter: &(dyn Fn(&RepoPath) -> bool + Sync)| {
        let pattern = literal("get_it(", false);
        fixture
            .index
            .search_text(&pattern, SearchScope::AllText(filter), 100)
            .unwrap()
    };
    let found = all(&|_| true);
    assert_eq!((found.n_lines, found.n_files), (5, 3));
    let found = all(&|path| path.extension() == "txt");
    assert_eq!(show(&found), ["notes.txt:1:1: get_it( is good"]);
    assert_eq!(found.matches[0].file, None);
}

#[test]
fn limits_cut_and_count() {
    let fixture = fixture(FILES);
    let found = search(&fixture, &literal("get", false), 2);
    assert_eq!(show(&found).len(), 2);
    assert_eq!((found.n_lines, found.n_files), (5, 2));
    assert_eq!(search(&fixture, &literal("get", false), 0).matches, []);
}

#[test]
fn order_of_files_is_kept() {
    let fixture = fixture(FILES);
    let mut files: Vec<_> = fixture.index.file_idxs().collect();
    files.reverse();
    let pattern = literal("get_it", false);
    let found = fixture
        .index
        .search_text(&pattern, SearchScope::Sources(&files), 1)
        .unwrap();
    assert_eq!(show(&found), ["b/c.py:2:5: A().get_it( )"]);
}

#[test]
fn what_cannot_be_searched_for() {
    let fixture = fixture(FILES);
    let fail = |pattern: &TextPattern| {
        fixture
            .index
            .search_text(pattern, SearchScope::Sources(&[]), 1)
            .unwrap_err()
    };
    assert_eq!(fail(&literal("", false)), PatternError::Empty);
    assert_eq!(
        fail(&regex("a(", false)).to_string(),
        "`a(` is no regular expression that can be used: unclosed group"
    );
    assert!(matches!(
        fail(&regex(r"\w{1000}{1000}", false)),
        PatternError::Invalid { .. }
    ));
}

#[test]
fn long_lines_are_cut_around_the_match() {
    let fixture = fixture(&format!(
        "//- a.py\nx = '{}needle{}'\n",
        "é".repeat(20_000),
        "b".repeat(20_000)
    ));
    let found = search(&fixture, &literal("needle", false), 1);
    let text = &found.matches[0].text;
    assert!(
        text.starts_with('…') && text.ends_with('…') && text.contains("needle"),
        "{text}"
    );
    assert!(text.len() < 10_100);
    assert_eq!(found.matches[0].column, 20_006);
}

/// Enough files that trigrams are used.
fn many_files() -> Fixture {
    let words = [
        "alpha",
        "beta",
        "Gamma",
        "delta_x",
        "key",
        "Straße",
        "x1",
        "self",
        "İstanbul",
    ];
    let mut files = String::new();
    for i in 0..150 {
        let (a, b, c) = (words[i % 9], words[i / 9 % 9], words[i / 3 % 9]);
        files += &format!("//- d{}/f{i}.py\n{a} = {b}.{c}({i})\n# {c} {b}\n", i % 7);
    }
    fixture(&files)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_ruled_out_wrongly(
        text in "[a-zA-Z.=#_ 1ßİkſK(]{1,6}|(alpha|beta|Gamma|delta_x|key|Stra)[.( =]{1,2}[a-zG]{0,4}",
        ignore_case: bool,
        is_regex: bool,
    ) {
        thread_local! {
            static MANY: Fixture = many_files();
        }
        let pattern = if is_regex { regex(&regex::escape(&text), ignore_case) } else { literal(&text, ignore_case) };
        let wanted = regex::RegexBuilder::new(&regex::escape(&text)).case_insensitive(ignore_case).build().unwrap();
        MANY.with(|many| {
            let index = &many.index;
            let mut expect = 0;
            for file in index.file_idxs() {
                let text = index.text(file).unwrap();
                expect += text.lines().filter(|line| wanted.is_match(line)).count();
            }
            prop_assert_eq!(search(many, &pattern, 3).n_lines, expect, "{:?}", pattern);
            Ok(())
        })?;
    }
}
