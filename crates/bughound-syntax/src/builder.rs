//! What every front end writes into: turns byte offsets into spans, lines, owners and qualified names.

use bughound_core::{LineSpan, SymbolKind};

use crate::front_end::MAX_PROBLEMS;
use crate::{
    Assignment, ByteSpan, Call, Definition, DefinitionFlags, Import, ImportedName, LineTable,
    Outline, StringLiteral, SyntaxProblem,
};

/// An outline in the making. Spans that do not fit the text are cut so that they do.
pub(crate) struct Builder<'t> {
    text: &'t str,
    lines: LineTable,
    outline: Outline,
    /// The definition that is open, innermost.
    scope: Option<u32>,
}

/// What a front end knows of a definition when it opens it.
pub(crate) struct NewDefinition<'n> {
    pub(crate) kind: SymbolKind,
    pub(crate) name: &'n str,
    /// The name of what it belongs to although that does not lie around it (`Class` of a C++
    /// `Class::method`, the receiver of a Go method), dotted.
    pub(crate) owner: Option<&'n str>,
    pub(crate) flags: DefinitionFlags,
    pub(crate) span: ByteSpan,
    /// Offset of the name.
    pub(crate) name_at: u32,
    pub(crate) signature: ByteSpan,
    pub(crate) body: ByteSpan,
    pub(crate) docstring: Option<ByteSpan>,
    pub(crate) bases: Vec<Box<str>>,
    pub(crate) decorators: Vec<Box<str>>,
}

/// What a front end knows of an import.
#[derive(Default)]
pub(crate) struct NewImport<'n> {
    pub(crate) module: &'n str,
    pub(crate) names: Vec<ImportedName>,
    pub(crate) alias: Option<&'n str>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let lines = LineTable::new(text);
        let outline = Outline {
            n_lines: lines.n_lines(),
            ..Outline::default()
        };
        Self {
            text,
            lines,
            outline,
            scope: None,
        }
    }

    pub(crate) fn finish(mut self) -> Outline {
        // They come nearly sorted: only chains and templates are left inside out.
        self.outline.calls.sort_by_key(|call| call.callee.start);
        self.outline.strings.sort_by_key(|string| string.span.start);
        self.outline
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// The text between two offsets, whatever they are.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.span(start, end).text(self.text)
    }

    /// A span that certainly lies inside the text and on its characters.
    pub(crate) fn span(&self, start: u32, end: u32) -> ByteSpan {
        let end = self.floor(end);
        ByteSpan {
            start: self.floor(start).min(end),
            end,
        }
    }

    fn floor(&self, at: u32) -> u32 {
        if self.text.is_char_boundary(at as usize) {
            return at;
        }
        u32::try_from(self.text.floor_char_boundary(at as usize)).unwrap_or(u32::MAX)
    }

    pub(crate) fn line(&mut self, at: u32) -> u32 {
        self.lines.line_in_order(at)
    }

    fn line_span(&mut self, span: ByteSpan) -> LineSpan {
        let start = self.lines.line_in_order(span.start);
        let last = span.end.saturating_sub(1).max(span.start);
        LineSpan::new(start, self.lines.line_in_order(last))
    }

    /// The innermost open definition.
    pub(crate) fn scope(&self) -> Option<&Definition> {
        self.scope
            .and_then(|index| self.outline.definitions.get(index as usize))
    }

    /// Adds a definition and makes it the scope, until [`Self::close`].
    pub(crate) fn open(&mut self, new: NewDefinition<'_>) {
        let parent = self.scope();
        let mut flags = new.flags;
        let mut qualified_name = String::new();
        if let Some(parent) = parent {
            if parent.flags.has(DefinitionFlags::NESTED) || parent.kind.is_callable() {
                flags.set(DefinitionFlags::NESTED);
            }
            qualified_name.reserve_exact(parent.qualified_name.len() + 1 + new.name.len());
            qualified_name.push_str(&parent.qualified_name);
            qualified_name.push('.');
        }
        if let Some(owner) = new.owner {
            qualified_name.push_str(owner);
            qualified_name.push('.');
        }
        qualified_name.push_str(new.name);
        // A broken tree may have a child reach out of its parent, or begin before an elder one.
        let mut span = match parent {
            Some(parent) => new.span.clipped(parent.span),
            None => new.span,
        };
        if let Some(elder) = self.outline.definitions.last() {
            span.start = span.start.max(elder.span.start).min(span.end);
        }
        let lines = self.line_span(span);
        let name_line = self.line(new.name_at).clamp(lines.start, lines.end);
        let parent = self.scope;
        self.scope = u32::try_from(self.outline.definitions.len()).ok();
        self.outline.definitions.push(Definition {
            kind: new.kind,
            name: new.name.into(),
            qualified_name: qualified_name.into_boxed_str(),
            parent,
            flags,
            lines,
            name_line,
            span,
            signature: new.signature.clipped(span),
            body: new.body.clipped(span),
            docstring: new.docstring,
            bases: new.bases,
            decorators: new.decorators,
        });
    }

    /// Ends the innermost definition; its parent is the scope again.
    pub(crate) fn close(&mut self) {
        self.scope = self.scope().and_then(|definition| definition.parent);
    }

    pub(crate) fn import(&mut self, import: Import) {
        self.outline.imports.push(import);
    }

    /// Adds an import whose statement begins at `at`; none where nothing is named.
    pub(crate) fn import_at(&mut self, at: u32, import: NewImport<'_>) {
        if import.module.is_empty() && import.names.is_empty() {
            return;
        }
        let line = self.line(at);
        self.import(Import {
            module: import.module.into(),
            level: 0,
            names: import.names,
            alias: import.alias.map(Into::into),
            line,
        });
    }

    /// Adds a call whose name begins at `name_at`; none where nothing is named.
    pub(crate) fn call(&mut self, callee: ByteSpan, name_at: u32, raised: bool) {
        if callee.start < callee.end {
            let line = self.line(name_at);
            self.outline.calls.push(Call {
                callee,
                line,
                within: self.scope,
                raised,
            });
        }
    }

    /// Adds a string literal by its content; none where it is empty.
    pub(crate) fn string(&mut self, content: ByteSpan, raised: bool) {
        if content.start < content.end {
            let line = self.line(content.start);
            self.outline.strings.push(StringLiteral {
                span: content,
                line,
                within: self.scope,
                raised,
            });
        }
    }

    /// Adds an assignment, `span` being the statement's.
    pub(crate) fn assignment(&mut self, name: &str, span: ByteSpan) {
        if !name.is_empty() {
            let lines = self.line_span(span);
            let within = self.scope;
            self.outline.assignments.push(Assignment {
                name: name.into(),
                lines,
                within,
            });
        }
    }

    pub(crate) fn comment(&mut self, span: ByteSpan) {
        self.outline.comments.push(span);
    }

    pub(crate) fn module_docstring(&mut self, span: ByteSpan) {
        self.outline.docstring = Some(span);
    }

    /// Lists a problem, unless there are enough already.
    pub(crate) fn problem(&mut self, at: u32, message: impl Into<String>) {
        if self.outline.problems.len() < MAX_PROBLEMS {
            let line = self.lines.line(at);
            self.outline.problems.push(SyntaxProblem {
                line,
                message: message.into(),
            });
        }
    }

    pub(crate) fn is_full_of_problems(&self) -> bool {
        self.outline.problems.len() >= MAX_PROBLEMS
    }
}
