//! Functions, classes and type aliases.

use bughound_core::SymbolKind;
use ruff_python_ast::{Decorator, Expr, Stmt, StmtClassDef, StmtFunctionDef, StmtTypeAlias};
use ruff_text_size::Ranged;

use super::walk::Walker;
use crate::builder::NewDefinition;
use crate::{ByteSpan, DefinitionFlags};

impl<'t> Walker<'t> {
    pub(super) fn function(&mut self, stmt: &StmtFunctionDef) {
        let name = stmt.name.as_str();
        if name.is_empty() {
            // The name is missing: its body belongs to what lies around.
            self.function_parts(stmt, false);
            return;
        }
        let docstring = self.docstring(&stmt.body);
        let span = self.span(stmt.range());
        let keyword = self.keyword(
            span,
            &stmt.decorator_list,
            stmt.name.start().to_u32(),
            "def",
        );
        let start = if stmt.is_async {
            self.word_before(keyword, "async")
        } else {
            keyword
        };
        let before_colon = stmt
            .returns
            .as_deref()
            .map_or(stmt.parameters.end(), Ranged::end);
        let (signature, body) = self.head_and_body(start, before_colon.to_u32(), &stmt.body, span);
        let decorators = self.decorators(&stmt.decorator_list);
        let mut flags = flags_of_decorators(&decorators);
        if stmt.is_async {
            flags.set(DefinitionFlags::ASYNC);
        }
        if is_stub(&stmt.body, docstring.is_some()) {
            flags.set(DefinitionFlags::DECLARATION);
        }
        if is_test_name(name) {
            flags.set(DefinitionFlags::TEST);
        }
        let in_class = self
            .builder
            .scope()
            .is_some_and(|definition| definition.kind == SymbolKind::Class);
        self.builder.open(NewDefinition {
            kind: if in_class {
                SymbolKind::Method
            } else {
                SymbolKind::Function
            },
            name,
            owner: None,
            flags,
            span,
            name_at: stmt.name.start().to_u32(),
            signature,
            body,
            docstring,
            bases: Vec::new(),
            decorators,
        });
        self.function_parts(stmt, docstring.is_some());
        self.builder.close();
    }

    fn function_parts(&mut self, stmt: &StmtFunctionDef, has_docstring: bool) {
        for decorator in &stmt.decorator_list {
            self.expr(&decorator.expression);
        }
        self.type_params(stmt.type_params.as_deref());
        self.parameters(&stmt.parameters);
        self.optional(stmt.returns.as_deref());
        self.body(&stmt.body, has_docstring);
    }

    pub(super) fn class(&mut self, stmt: &StmtClassDef) {
        let name = stmt.name.as_str();
        if name.is_empty() {
            self.class_parts(stmt, false);
            return;
        }
        let docstring = self.docstring(&stmt.body);
        let span = self.span(stmt.range());
        let keyword = self.keyword(
            span,
            &stmt.decorator_list,
            stmt.name.start().to_u32(),
            "class",
        );
        let before_colon = match (&stmt.arguments, &stmt.type_params) {
            (Some(arguments), _) => arguments.end(),
            (None, Some(type_params)) => type_params.end(),
            (None, None) => stmt.name.end(),
        };
        let (signature, body) =
            self.head_and_body(keyword, before_colon.to_u32(), &stmt.body, span);
        let mut flags = DefinitionFlags::default();
        let mut bases = Vec::new();
        if let Some(arguments) = &stmt.arguments {
            self.bases(&arguments.args, &mut bases);
            let metaclass = arguments
                .keywords
                .iter()
                .find(|keyword| {
                    keyword
                        .arg
                        .as_ref()
                        .is_some_and(|arg| arg.as_str() == "metaclass")
                })
                .and_then(|keyword| self.dotted_name(&keyword.value));
            if metaclass.is_some_and(|name| last_part(name) == "ABCMeta")
                || bases.iter().any(|base| last_part(base) == "ABC")
            {
                flags.set(DefinitionFlags::ABSTRACT);
            }
        }
        let decorators = self.decorators(&stmt.decorator_list);
        self.builder.open(NewDefinition {
            kind: SymbolKind::Class,
            name,
            owner: None,
            flags,
            span,
            name_at: stmt.name.start().to_u32(),
            signature,
            body,
            docstring,
            bases,
            decorators,
        });
        self.class_parts(stmt, docstring.is_some());
        self.builder.close();
    }

    fn class_parts(&mut self, stmt: &StmtClassDef, has_docstring: bool) {
        for decorator in &stmt.decorator_list {
            self.expr(&decorator.expression);
        }
        self.type_params(stmt.type_params.as_deref());
        if let Some(arguments) = &stmt.arguments {
            self.arguments(arguments);
        }
        self.body(&stmt.body, has_docstring);
    }

    pub(super) fn type_alias(&mut self, stmt: &StmtTypeAlias) {
        if let Expr::Name(name) = &*stmt.name
            && !name.id.as_str().is_empty()
        {
            let span = self.span(stmt.range());
            let name_end = stmt
                .type_params
                .as_ref()
                .map_or(name.range().end(), |params| params.end());
            self.builder.open(NewDefinition {
                kind: SymbolKind::TypeAlias,
                name: name.id.as_str(),
                owner: None,
                flags: DefinitionFlags::default(),
                span,
                name_at: name.range().start().to_u32(),
                signature: self.builder.span(span.start, name_end.to_u32()),
                body: self.span(stmt.value.range()),
                docstring: None,
                bases: Vec::new(),
                decorators: Vec::new(),
            });
            self.type_params(stmt.type_params.as_deref());
            self.expr(&stmt.value);
            self.builder.close();
        } else {
            self.type_params(stmt.type_params.as_deref());
            self.expr(&stmt.value);
        }
    }

    /// Base classes as written. `with_metaclass(Meta, A, B)` stands for `A` and `B`.
    fn bases(&self, arguments: &[Expr], bases: &mut Vec<Box<str>>) {
        for argument in arguments {
            let name = match argument {
                Expr::Call(call) => match self.dotted_name(&call.func) {
                    Some(name) if last_part(name) == "with_metaclass" => {
                        self.bases(call.arguments.args.get(1..).unwrap_or(&[]), bases);
                        None
                    }
                    name => name,
                },
                other => self.dotted_name(other),
            };
            bases.extend(name.map(Into::into));
        }
    }

    fn decorators(&self, decorators: &[Decorator]) -> Vec<Box<str>> {
        decorators
            .iter()
            .filter_map(|decorator| self.dotted_name(&decorator.expression))
            .map(Into::into)
            .collect()
    }

    /// The name that an expression is known by: `a.b` of `a.b`, `a.b[T]` and `a.b(x)`.
    fn dotted_name(&self, expr: &Expr) -> Option<&'t str> {
        let mut expr = expr;
        loop {
            match expr {
                Expr::Subscript(subscript) => expr = &subscript.value,
                Expr::Call(call) => expr = &call.func,
                _ => break,
            }
        }
        let (callee, _) = self.callee(expr)?;
        let name = callee.text(self.builder.text());
        (!name.is_empty()).then_some(name)
    }

    /// The offset of the keyword before a definition's name.
    fn keyword(&self, span: ByteSpan, decorators: &[Decorator], name_at: u32, word: &str) -> u32 {
        let from = decorators
            .last()
            .map_or(span.start, |last| last.range().end().to_u32());
        self.word_before(name_at, word).max(from)
    }

    /// The offset of `word` where nothing but white space and line continuations lies between it and `at`,
    /// else `at` itself.
    fn word_before(&self, at: u32, word: &str) -> u32 {
        let before = self.builder.slice(0, at);
        let before =
            before.trim_end_matches(|c: char| c.is_whitespace() || c == '\\' || c == '\u{feff}');
        before
            .strip_suffix(word)
            .and_then(|rest| u32::try_from(rest.len()).ok())
            .unwrap_or(at)
    }

    /// The signature from `start` to the colon, which is the first one after `before_colon` outside of a
    /// comment, and the body.
    fn head_and_body(
        &self,
        start: u32,
        before_colon: u32,
        body: &[Stmt],
        span: ByteSpan,
    ) -> (ByteSpan, ByteSpan) {
        let body = match (body.first(), body.last()) {
            (Some(first), Some(last)) => self
                .builder
                .span(first.start().to_u32(), last.end().to_u32().min(span.end)),
            _ => ByteSpan {
                start: span.end,
                end: span.end,
            },
        };
        let mut end = before_colon.max(start);
        for line in self
            .builder
            .slice(end, body.start)
            .split_inclusive(['\n', '\r'])
        {
            let code = line.find('#').map_or(line, |comment| &line[..comment]);
            if let Some(colon) = code.find(':') {
                end += u32::try_from(colon + 1).unwrap_or(0);
                return (self.builder.span(start, end), body);
            }
            end += u32::try_from(line.len()).unwrap_or(0);
        }
        // The colon is missing.
        (self.builder.span(start, before_colon), body)
    }
}

fn last_part(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// A body of `...` alone, after a docstring or not.
fn is_stub(body: &[Stmt], has_docstring: bool) -> bool {
    match body.get(usize::from(has_docstring)..) {
        Some([Stmt::Expr(only)]) => matches!(*only.value, Expr::EllipsisLiteral(_)),
        _ => false,
    }
}

/// `test`, `test_x`, `testX`, `test2`: what unittest and pytest collect, words like `testing` left out.
fn is_test_name(name: &str) -> bool {
    name.strip_prefix("test")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn flags_of_decorators(decorators: &[Box<str>]) -> DefinitionFlags {
    let mut flags = DefinitionFlags::default();
    for decorator in decorators {
        let name = last_part(decorator);
        if name.starts_with("abstract") {
            flags.set(DefinitionFlags::ABSTRACT);
        }
        match name {
            "property" | "cached_property" | "getter" | "abstractproperty" => {
                flags.set(DefinitionFlags::GETTER);
            }
            "setter" | "deleter" => flags.set(DefinitionFlags::SETTER),
            "staticmethod" | "classmethod" | "abstractstaticmethod" | "abstractclassmethod" => {
                flags.set(DefinitionFlags::STATIC);
            }
            "overload" => flags.set(DefinitionFlags::DECLARATION),
            _ => {}
        }
    }
    flags
}
