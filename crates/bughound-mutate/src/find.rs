//! The walk over one file.

use std::ops::Range;

use bughound_core::Language;
use bughound_syntax::{LineTable, Outline, outline};
use tree_sitter::{Node, Tree, TreeCursor};

use crate::operator::{Operator, interested};
use crate::operators::ALL;
use crate::scope::{Binding, FUNCTIONS, bindings};
use crate::site::{Change, Changes, Site};
use crate::skip::{is_generated, is_skipped, tests};
use crate::tree::{Reparse, parse};
use crate::{Mutant, MutantKind};

/// Longer texts are not looked at: nobody writes them by hand.
const MAX_BYTES: usize = 1 << 20;
/// What is replaced, and what it is replaced by, is no longer than this: a small change.
const MAX_CHANGE: usize = 240;

/// The small changes that may break a source file, in the order of the text and, at one place, of the operators.
/// Generated files and languages that are not understood have none.
pub fn mutants(language: Language, text: &str) -> Vec<Mutant> {
    if text.len() > MAX_BYTES || is_generated(text) {
        return Vec::new();
    }
    let Some(tree) = parse(language, text, None) else {
        return Vec::new();
    };
    let outline = outline(language, text);
    let mut changes = Search::new(language, text, &outline).run(&tree);
    let reparse = Reparse::new(language, text, &tree);
    changes.retain(|change| {
        let original = &text[change.span.clone()];
        original != change.replacement
            && original.len() <= MAX_CHANGE
            && change.replacement.len() <= MAX_CHANGE
            && (change.is_certain
                || reparse.still_parses(&change.span, &change.replacement) != change.breaks_syntax)
    });
    // The walk meets outer nodes first; stable, so operators keep their order at one place.
    changes.sort_by_key(|change| (change.span.start, change.span.end));
    let mut lines = LineTable::new(text);
    changes
        .into_iter()
        .map(|change| finish(text, &mut lines, &outline, change))
        .collect()
}

fn finish(text: &str, lines: &mut LineTable, outline: &Outline, change: Change) -> Mutant {
    let original = &text[change.span.clone()];
    // Whole lines that are removed begin with white space that says nothing.
    let blank = original.len() - original.trim_start().len();
    let at = u32::try_from(change.span.start + blank).unwrap_or(u32::MAX);
    Mutant {
        operator: change.operator,
        kind: change.kind,
        line: lines.line_in_order(at),
        original: original.to_owned(),
        span: change.span,
        replacement: change.replacement,
        description: change.description,
        inside: inside(outline, at),
    }
}

/// The innermost function around an offset, else the innermost definition.
fn inside(outline: &Outline, at: u32) -> Option<String> {
    let definitions = &outline.definitions;
    let mut index = definitions
        .partition_point(|definition| definition.span.start <= at)
        .checked_sub(1)?;
    let mut innermost = None;
    loop {
        let definition = definitions.get(index)?;
        if at < definition.span.end {
            if definition.kind.is_callable() {
                return Some(definition.qualified_name.to_string());
            }
            innermost.get_or_insert_with(|| definition.qualified_name.to_string());
        }
        match definition.parent {
            Some(parent) => index = parent as usize,
            None => return innermost,
        }
    }
}

struct Search<'t> {
    language: Language,
    text: &'t str,
    tests: Vec<Range<usize>>,
    interested: &'static [u64],
    changes: Changes,
}

impl<'t> Search<'t> {
    fn new(language: Language, text: &'t str, outline: &Outline) -> Self {
        Self {
            language,
            text,
            tests: tests(outline),
            interested: interested(language),
            changes: Changes {
                operator: "",
                kind: MutantKind::Mutation,
                is_certain: false,
                found: Vec::new(),
            },
        }
    }

    fn run(mut self, tree: &Tree) -> Vec<Change> {
        let mut cursor = tree.walk();
        let mut ancestors: Vec<Node<'_>> = Vec::new();
        // Variables of the functions around, with the depth at which each begins.
        let mut functions: Vec<(usize, Vec<Binding<'t>>)> = Vec::new();
        loop {
            let node = cursor.node();
            let kind = node.kind();
            let is_left_out = self.is_left_out(node, kind);
            if !is_left_out {
                self.look(&cursor, node, kind, &ancestors, &functions);
                if FUNCTIONS.contains(&kind) {
                    let own = bindings(self.text, node, self.language == Language::Python);
                    functions.push((ancestors.len(), own));
                }
                if cursor.goto_first_child() {
                    ancestors.push(node);
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return self.changes.found;
                }
                ancestors.pop();
                leave(&mut functions, ancestors.len());
            }
            leave(&mut functions, ancestors.len());
        }
    }

    fn is_left_out(&self, node: Node<'_>, kind: &str) -> bool {
        (node.is_named() && is_skipped(self.language, self.text, node, kind))
            || self.tests.contains(&node.byte_range())
    }

    fn look<'n>(
        &mut self,
        cursor: &TreeCursor<'n>,
        node: Node<'n>,
        kind: &'n str,
        ancestors: &[Node<'n>],
        functions: &[(usize, Vec<Binding<'t>>)],
    ) {
        let mut looking = self
            .interested
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or(0);
        if looking == 0 {
            return;
        }
        let site = Site {
            language: self.language,
            text: self.text,
            node,
            kind,
            field: cursor.field_name(),
            ancestors,
            bindings: functions.last().map_or(&[], |(_, own)| own.as_slice()),
        };
        while looking != 0 {
            let bit = looking.trailing_zeros() as usize;
            looking &= looking - 1;
            let operator: &dyn Operator = ALL[bit];
            self.changes.operator = operator.name();
            self.changes.kind = operator.kind(self.language);
            self.changes.is_certain = operator.is_certain();
            operator.at(&site, &mut self.changes);
        }
    }
}

fn leave(functions: &mut Vec<(usize, Vec<Binding<'_>>)>, depth: usize) {
    while functions.last().is_some_and(|(at, _)| *at >= depth) {
        functions.pop();
    }
}
