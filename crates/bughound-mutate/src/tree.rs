//! Grammars, and whether a changed text still parses.

use std::cell::RefCell;
use std::ops::Range;

use bughound_core::Language;
use memchr::{memchr_iter, memrchr};
use tree_sitter::{InputEdit, Node, Parser, Point, Tree};

/// Whether a text parses as well as another: whether it has no more errors. Text of a language that is not
/// understood always does.
pub fn parses(language: Language, text: &str, as_well_as: &str) -> bool {
    let errors = |text| parse(language, text, None).map_or(0, |tree| n_errors(&tree));
    errors(text) <= errors(as_well_as)
}

/// The grammar of a language.
pub(crate) fn grammar(language: Language) -> Option<tree_sitter::Language> {
    Some(match language {
        Language::Python => tree_sitter_python::LANGUAGE.into(),
        Language::Rust => tree_sitter_rust::LANGUAGE.into(),
        Language::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        Language::Java => tree_sitter_java::LANGUAGE.into(),
        Language::Go => tree_sitter_go::LANGUAGE.into(),
        Language::C => tree_sitter_c::LANGUAGE.into(),
        Language::Cpp => tree_sitter_cpp::LANGUAGE.into(),
        Language::Text => return None,
    })
}

/// Parses; `old` is a tree of nearly the same text, told of the edit. One parser per thread is kept.
pub(crate) fn parse(language: Language, text: &str, old: Option<&Tree>) -> Option<Tree> {
    thread_local! {
        static PARSER: RefCell<(Language, Parser)> = RefCell::new((Language::Text, Parser::new()));
    }
    PARSER.with_borrow_mut(|(of, parser)| {
        if *of != language {
            parser.set_language(&grammar(language)?).ok()?;
            *of = language;
        }
        parser.parse(text, old)
    })
}

/// Places of a tree that were not understood.
pub(crate) fn n_errors(tree: &Tree) -> usize {
    fn count(node: Node<'_>, n: &mut usize) {
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            if node.is_error() || node.is_missing() {
                *n += 1;
            }
            if node.has_error() {
                let mut cursor = node.walk();
                stack.extend(node.children(&mut cursor));
            }
        }
    }
    let mut n = 0;
    count(tree.root_node(), &mut n);
    n
}

/// A text that is parsed again and again with one small change, each time from the original.
pub(crate) struct Reparse<'t> {
    language: Language,
    text: &'t str,
    tree: &'t Tree,
    n_errors: usize,
    /// Where lines begin.
    starts: Vec<usize>,
}

impl<'t> Reparse<'t> {
    pub(crate) fn new(language: Language, text: &'t str, tree: &'t Tree) -> Self {
        Self {
            language,
            text,
            tree,
            n_errors: n_errors(tree),
            starts: std::iter::once(0)
                .chain(memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
                .collect(),
        }
    }

    /// Whether the text parses as well as before when `span` is replaced.
    pub(crate) fn still_parses(&self, span: &Range<usize>, replacement: &str) -> bool {
        let mut changed = String::with_capacity(self.text.len() + replacement.len());
        changed.push_str(&self.text[..span.start]);
        changed.push_str(replacement);
        changed.push_str(&self.text[span.end..]);
        let new_end = span.start + replacement.len();
        let mut old = self.tree.clone();
        old.edit(&InputEdit {
            start_byte: span.start,
            old_end_byte: span.end,
            new_end_byte: new_end,
            start_position: self.point(span.start),
            old_end_position: self.point(span.end),
            new_end_position: moved(self.point(span.start), replacement),
        });
        parse(self.language, &changed, Some(&old))
            .is_some_and(|tree| n_errors(&tree) <= self.n_errors)
    }

    /// Row and column of an offset, in bytes.
    fn point(&self, at: usize) -> Point {
        let row = self.starts.partition_point(|&start| start <= at) - 1;
        Point {
            row,
            column: at - self.starts[row],
        }
    }
}

/// Where a text ends that begins at `from`.
fn moved(from: Point, text: &str) -> Point {
    match memrchr(b'\n', text.as_bytes()) {
        None => Point {
            row: from.row,
            column: from.column + text.len(),
        },
        Some(last) => Point {
            row: from.row + memchr_iter(b'\n', text.as_bytes()).count(),
            column: text.len() - last - 1,
        },
    }
}
