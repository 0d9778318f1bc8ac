//! Any text in any language gives an outline that keeps its promises. The first byte picks the language.
#![no_main]

use bughound_core::Language;
use bughound_syntax::{ByteSpan, LineTable, MAX_PROBLEMS, outline};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&number, bytes)) = data.split_first() else { return };
    let languages = Language::ALL;
    let language = languages[usize::from(number) % languages.len()];
    check(language, &String::from_utf8_lossy(bytes));
});

/// The promises of `bughound_syntax::FrontEnd`. The crate's own property tests check them in more detail.
fn check(language: Language, text: &str) {
    let outline = outline(language, text);
    let n_lines = LineTable::new(text).n_lines();
    assert_eq!(outline.n_lines, n_lines);
    let check_span = |span: ByteSpan| {
        assert!(span.start <= span.end);
        assert!(text.get(span.start as usize..span.end as usize).is_some());
    };
    for (index, definition) in outline.definitions.iter().enumerate() {
        for inner in [definition.span, definition.signature, definition.body] {
            check_span(inner);
            assert!(definition.span.start <= inner.start && inner.end <= definition.span.end);
        }
        definition.docstring.into_iter().for_each(check_span);
        assert!(definition.lines.end <= n_lines);
        assert!(definition.lines.contains(definition.name_line));
        assert!(definition.qualified_name.ends_with(&*definition.name));
        if let Some(parent) = definition.parent {
            assert!((parent as usize) < index);
            let parent = &outline.definitions[parent as usize];
            assert!(parent.span.start <= definition.span.start);
            assert!(definition.span.end <= parent.span.end);
        }
    }
    outline.calls.iter().for_each(|call| check_span(call.callee));
    outline.strings.iter().for_each(|string| check_span(string.span));
    outline.comments.iter().copied().for_each(check_span);
    outline.docstring.into_iter().for_each(check_span);
    assert!(outline.problems.len() <= MAX_PROBLEMS);
}
