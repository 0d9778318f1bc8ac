//! What must hold for the outline of any text, in every language.

use bughound_core::Language;
use bughound_syntax::{ByteSpan, LineTable, MAX_BYTES, MAX_PROBLEMS, Outline, outline};
use proptest::prelude::*;

use crate::{c_family, ecma, go, java, python, rust};

/// Panics where the outline breaks a promise of [`bughound_syntax::FrontEnd`].
fn check(language: Language, text: &str) -> Outline {
    let outline = outline(language, text);
    let table = LineTable::new(text);
    assert_eq!(outline.n_lines, table.n_lines());
    let n_lines = table.n_lines().max(1);
    let check_span = |span: ByteSpan| {
        assert!(span.start <= span.end);
        assert!(text.is_char_boundary(span.start as usize), "{span:?}");
        assert!(text.is_char_boundary(span.end as usize), "{span:?}");
        assert!(span.end as usize <= text.len(), "{span:?}");
    };
    let covers =
        |outer: ByteSpan, inner: ByteSpan| outer.start <= inner.start && inner.end <= outer.end;
    let mut last_start = 0;
    for (index, definition) in outline.definitions.iter().enumerate() {
        let span = definition.span;
        for span in [span, definition.signature, definition.body] {
            check_span(span);
        }
        definition.docstring.into_iter().for_each(check_span);
        assert!(covers(span, definition.signature), "{definition:?}");
        assert!(covers(span, definition.body), "{definition:?}");
        assert!(
            span.start >= last_start,
            "definitions in source order: {definition:?}"
        );
        last_start = span.start;
        assert!(!definition.name.is_empty());
        let before = definition
            .qualified_name
            .strip_suffix(&*definition.name)
            .unwrap();
        assert!(before.is_empty() || before.ends_with('.'), "{definition:?}");
        assert!(
            definition.lines.start >= 1 && definition.lines.end <= n_lines,
            "{definition:?}"
        );
        assert!(
            definition.lines.contains(definition.name_line),
            "{definition:?}"
        );
        assert_eq!(definition.lines.start, table.line(span.start));
        assert_eq!(
            definition.lines.end,
            table.line(span.end.saturating_sub(1).max(span.start))
        );
        if let Some(parent) = definition.parent {
            assert!((parent as usize) < index, "parents first: {definition:?}");
            let parent = &outline.definitions[parent as usize];
            assert!(covers(parent.span, span), "{parent:?} {definition:?}");
            assert!(
                definition
                    .qualified_name
                    .starts_with(&*parent.qualified_name)
            );
        }
    }
    let check_owner = |within: Option<u32>, span: ByteSpan| {
        if let Some(within) = within {
            let owner = &outline.definitions[within as usize];
            assert!(covers(owner.span, span), "{owner:?} {:?}", span.text(text));
        }
    };
    for call in &outline.calls {
        check_span(call.callee);
        assert!(call.callee.start < call.callee.end);
        let (first, last) = (
            table.line(call.callee.start),
            table.line(call.callee.end - 1),
        );
        assert!(first <= call.line && call.line <= last);
        check_owner(call.within, call.callee);
    }
    assert!(outline.calls.is_sorted_by_key(|call| call.callee.start));
    assert!(outline.strings.is_sorted_by_key(|string| string.span.start));
    for string in &outline.strings {
        check_span(string.span);
        assert!(string.span.start < string.span.end);
        assert_eq!(string.line, table.line(string.span.start));
        check_owner(string.within, string.span);
    }
    for assignment in &outline.assignments {
        assert!(!assignment.name.is_empty());
        assert!(assignment.lines.end <= n_lines);
        if let Some(within) = assignment.within {
            let owner = &outline.definitions[within as usize];
            assert!(owner.lines.covers(assignment.lines));
        }
    }
    for import in &outline.imports {
        assert!(import.line >= 1 && import.line <= n_lines);
    }
    outline.comments.iter().copied().for_each(check_span);
    outline.docstring.into_iter().for_each(check_span);
    assert!(outline.problems.len() <= MAX_PROBLEMS);
    for problem in &outline.problems {
        assert!(problem.line >= 1 && problem.line <= n_lines);
    }
    outline
}

/// Sources that use much of each language, and the languages that they are tried in.
const SOURCES: &[(Language, &str)] = &[
    (Language::Python, python::SOURCE),
    (Language::Rust, rust::SOURCE),
    (Language::JavaScript, ecma::JS_SOURCE),
    (Language::TypeScript, ecma::TS_SOURCE),
    (Language::Tsx, ecma::JS_SOURCE),
    (Language::Java, java::SOURCE),
    (Language::Go, go::SOURCE),
    (Language::C, c_family::C_SOURCE),
    (Language::Cpp, c_family::CPP_SOURCE),
];

/// Pieces that mean something to some lexer.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "/*",
    "*/",
    "//",
    "#",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\x0c",
    "\0",
    "\u{feff}",
    "é",
    "名",
    "🐕",
    "f\"{",
    "}\"",
    "r#\"",
    "\"#",
    "${",
    "R\"(",
    ")\"",
    ":",
    ";",
    ",",
    ".",
    "@",
    "=",
    "->",
    "=>",
    "::",
    "def ",
    "class ",
    "async ",
    "lambda ",
    "fn ",
    "impl ",
    "function ",
    "import ",
    "from ",
    "use ",
    "func ",
    "struct ",
    "#define X ",
    "#if 0\n",
    "#endif\n",
    "raise ",
    "throw ",
    "case ",
    "if ",
    "else",
    "return ",
    "x",
    "1",
    " ",
    "    ",
];

fn any_language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

/// Cuts, doubles and replaces parts of a source.
fn mutated() -> impl Strategy<Value = (Language, String)> {
    let edit = (
        any::<prop::sample::Index>(),
        0usize..40,
        prop::option::of(prop::sample::select(PIECES)),
        any::<prop::sample::Index>(),
    );
    (
        0..SOURCES.len(),
        prop::collection::vec(edit, 1..12),
        any::<bool>(),
    )
        .prop_map(|(source, edits, crlf)| {
            let (language, source) = SOURCES[source];
            let mut text = if crlf {
                source.replace('\n', "\r\n")
            } else {
                source.to_owned()
            };
            for (at, n_removed, piece, other) in edits {
                let at = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary((at + n_removed).min(text.len()));
                let insert = match piece {
                    Some(piece) => piece.to_owned(),
                    None => {
                        let from = text.floor_char_boundary(other.index(text.len() + 1));
                        let to = text.floor_char_boundary((from + 30).min(text.len()));
                        text[from..to].to_owned()
                    }
                };
                text.replace_range(at..end, &insert);
            }
            (language, text)
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(language in any_language(), text in "\\PC{0,80}|(?s:.{0,80})") {
        check(language, &text);
    }

    #[test]
    fn any_pieces_are_read(
        language in any_language(),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
    ) {
        check(language, &pieces.concat());
    }

    #[test]
    fn any_broken_source_is_read((language, text) in mutated()) {
        check(language, &text);
    }
}

#[test]
fn whole_sources_are_read() {
    for (language, source) in SOURCES {
        let outline = check(*language, source);
        assert_eq!(outline.problems, [], "{language}");
        assert!(!outline.definitions.is_empty(), "{language}");
        for text in [source.replace('\n', "\r\n"), source.replace('\n', "\r")] {
            let other = check(*language, &text);
            assert_eq!(other.n_lines, outline.n_lines, "{language}");
        }
        let crlf = check(*language, &source.replace('\n', "\r\n"));
        assert_eq!(crlf.problems, [], "{language}");
        let names = |outline: &Outline| {
            let definitions = outline.definitions.iter();
            definitions
                .map(|d| (d.qualified_name.clone(), d.lines))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&crlf), names(&outline), "{language}");
    }
}

/// Nesting as deep as a file may have it, and what looks like it. Every language reads every one.
#[test]
fn deep_nesting_does_not_overflow() {
    const DEPTH: usize = 5_000;
    let texts = [
        "(".repeat(DEPTH) + &")".repeat(DEPTH),
        "[".repeat(DEPTH),
        "{".repeat(DEPTH) + "\n" + &"}".repeat(DEPTH),
        "f(".repeat(DEPTH),
        "x = ".to_owned() + &"-".repeat(DEPTH) + "1\n",
        "x = ".to_owned() + &"not ".repeat(DEPTH) + "1\n",
        "x = ".to_owned() + &"1+".repeat(DEPTH) + "1;\n",
        "x = ".to_owned() + &"a.".repeat(DEPTH) + "b();\n",
        "x = a".to_owned() + &".f()".repeat(DEPTH) + ";\n",
        "x = ".to_owned() + &"lambda: ".repeat(DEPTH) + "1\n",
        "async ".repeat(DEPTH),
        "if x { ".repeat(DEPTH) + &"}".repeat(DEPTH),
        "if (x) ".repeat(DEPTH),
        "fn f() { ".repeat(DEPTH),
        "class A { void f() { ".repeat(DEPTH),
        "a<".repeat(DEPTH) + &">".repeat(DEPTH),
        "`${".repeat(DEPTH),
        "f'{".repeat(500),
        (0..500)
            .map(|depth| " ".repeat(depth) + "def f():\n")
            .collect(),
        "else if (x) {} ".repeat(DEPTH),
    ];
    for language in Language::ALL {
        for text in &texts {
            check(language, text);
        }
    }
}

#[test]
fn what_is_too_long_is_reported() {
    for language in [Language::Python, Language::Go] {
        let text = "\n".repeat(MAX_BYTES + 1);
        let outline = outline(language, &text);
        assert_eq!(outline.n_lines as usize, MAX_BYTES + 1);
        let [problem] = &outline.problems[..] else {
            panic!("{:?}", outline.problems)
        };
        assert_eq!(problem.line, 1);
        assert!(problem.message.contains("longer than"), "{problem:?}");
    }
}
