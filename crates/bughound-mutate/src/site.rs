//! One node of a file, as operators see it.

use std::ops::Range;

use bughound_core::Language;
use tree_sitter::Node;

use crate::MutantKind;
use crate::scope::Binding;

/// One node of a file and what is around it.
pub(crate) struct Site<'t, 'n> {
    pub(crate) language: Language,
    pub(crate) text: &'t str,
    pub(crate) node: Node<'n>,
    pub(crate) kind: &'n str,
    /// The name under which its parent holds it.
    pub(crate) field: Option<&'n str>,
    /// The nodes around it, outermost first.
    pub(crate) ancestors: &'t [Node<'n>],
    /// Variables of the innermost function around it.
    pub(crate) bindings: &'t [Binding<'t>],
}

impl<'t, 'n> Site<'t, 'n> {
    /// The node around it, `level` levels up; 0 is the parent.
    pub(crate) fn ancestor(&self, level: usize) -> Option<Node<'n>> {
        let index = self.ancestors.len().checked_sub(level + 1)?;
        self.ancestors.get(index).copied()
    }

    /// The kind of [`Self::ancestor`]; `""` where there is none.
    pub(crate) fn ancestor_kind(&self, level: usize) -> &'n str {
        self.ancestor(level).map_or("", |node| node.kind())
    }

    /// Whether some node around it is of one of these kinds.
    pub(crate) fn is_within(&self, kinds: &[&str]) -> bool {
        self.ancestors
            .iter()
            .any(|node| kinds.contains(&node.kind()))
    }

    /// The text of a node.
    pub(crate) fn slice(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// The text of the node.
    pub(crate) fn own(&self) -> &'t str {
        self.slice(self.node)
    }

    /// The node's child of this name.
    pub(crate) fn child(&self, field: &str) -> Option<Node<'n>> {
        self.node.child_by_field_name(field)
    }

    /// The lines of a node, where nothing else stands on them.
    pub(crate) fn whole_lines(&self, span: Range<usize>) -> Option<Range<usize>> {
        whole_lines(self.text, span)
    }
}

/// The lines that a span covers, their ends included, where nothing else stands on them.
pub(crate) fn whole_lines(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let before = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let after = text[span.end..]
        .find('\n')
        .map_or(text.len(), |at| span.end + at + 1);
    let is_blank = |text: &str| text.trim().is_empty();
    (is_blank(&text[before..span.start]) && is_blank(&text[span.end..after]))
        .then_some(before..after)
}

/// Named children that are no comments.
pub(crate) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| !child.is_extra())
        .collect()
}

/// Changes as operators hand them in.
pub(crate) struct Changes {
    pub(crate) operator: &'static str,
    pub(crate) kind: MutantKind,
    pub(crate) is_certain: bool,
    pub(crate) found: Vec<Change>,
}

/// One change.
pub(crate) struct Change {
    pub(crate) operator: &'static str,
    pub(crate) kind: MutantKind,
    pub(crate) span: Range<usize>,
    pub(crate) replacement: String,
    pub(crate) description: String,
    /// Whether it is the point that the text no longer parses.
    pub(crate) breaks_syntax: bool,
    /// See [`crate::operator::Operator::is_certain`].
    pub(crate) is_certain: bool,
}

impl Changes {
    pub(crate) fn push(
        &mut self,
        span: Range<usize>,
        replacement: impl Into<String>,
        description: impl Into<String>,
    ) {
        self.push_as(self.kind, span, replacement, description);
    }

    /// Takes a change of another kind than the operator's usual.
    pub(crate) fn push_as(
        &mut self,
        kind: MutantKind,
        span: Range<usize>,
        replacement: impl Into<String>,
        description: impl Into<String>,
    ) {
        self.found.push(Change {
            operator: self.operator,
            kind,
            span,
            replacement: replacement.into(),
            description: description.into(),
            breaks_syntax: false,
            is_certain: self.is_certain,
        });
    }

    /// Takes a change after which the text does not parse.
    pub(crate) fn push_broken(
        &mut self,
        span: Range<usize>,
        replacement: impl Into<String>,
        description: impl Into<String>,
    ) {
        self.push(span, replacement, description);
        if let Some(change) = self.found.last_mut() {
            change.breaks_syntax = true;
        }
    }

    /// Takes the replacement of a node by another text.
    pub(crate) fn replace(&mut self, site: &Site<'_, '_>, node: Node<'_>, replacement: &str) {
        let original = site.slice(node);
        if original != replacement {
            let description = format!("`{original}` becomes `{replacement}`");
            self.push(node.byte_range(), replacement, description);
        }
    }
}
