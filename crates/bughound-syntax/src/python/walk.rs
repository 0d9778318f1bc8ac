//! The walk over ruff's tree, in the order of the source: statements.

use bughound_core::SymbolKind;
use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtImport, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange};

use crate::builder::Builder;
use crate::{ByteSpan, Import, ImportedName, Outline};

pub(super) struct Walker<'t> {
    pub(super) builder: Builder<'t>,
    /// Inside the exception of a `raise`.
    pub(super) raising: bool,
}

impl<'t> Walker<'t> {
    pub(super) fn new(builder: Builder<'t>) -> Self {
        Self {
            builder,
            raising: false,
        }
    }

    pub(super) fn finish(self) -> Outline {
        self.builder.finish()
    }

    pub(super) fn module(&mut self, body: &[Stmt]) {
        let docstring = self.docstring(body);
        if let Some(span) = docstring {
            self.builder.module_docstring(span);
        }
        self.body(body, docstring.is_some());
    }

    pub(super) fn span(&self, range: TextRange) -> ByteSpan {
        self.builder
            .span(range.start().to_u32(), range.end().to_u32())
    }

    pub(super) fn docstring(&self, body: &[Stmt]) -> Option<ByteSpan> {
        match body.first()? {
            Stmt::Expr(first) => match &*first.value {
                Expr::StringLiteral(literal) => Some(self.span(literal.range())),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn body(&mut self, body: &[Stmt], has_docstring: bool) {
        for stmt in body.iter().skip(usize::from(has_docstring)) {
            self.stmt(stmt);
        }
    }

    pub(super) fn stmts(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::FunctionDef(stmt) => self.function(stmt),
            Stmt::ClassDef(stmt) => self.class(stmt),
            Stmt::Expr(stmt) => self.expr(&stmt.value),
            Stmt::Assign(stmt) => {
                if self.is_outside_functions() {
                    for target in &stmt.targets {
                        self.assigned(target, stmt.range());
                    }
                }
                self.exprs(&stmt.targets);
                self.expr(&stmt.value);
            }
            Stmt::AugAssign(stmt) => {
                if self.is_outside_functions() {
                    self.assigned(&stmt.target, stmt.range());
                }
                self.expr(&stmt.target);
                self.expr(&stmt.value);
            }
            Stmt::AnnAssign(stmt) => {
                if self.is_outside_functions() {
                    self.assigned(&stmt.target, stmt.range());
                }
                self.expr(&stmt.target);
                self.expr(&stmt.annotation);
                self.optional(stmt.value.as_deref());
            }
            Stmt::TypeAlias(stmt) => self.type_alias(stmt),
            Stmt::Return(stmt) => self.optional(stmt.value.as_deref()),
            Stmt::Delete(stmt) => self.exprs(&stmt.targets),
            Stmt::If(stmt) => {
                self.expr(&stmt.test);
                self.stmts(&stmt.body);
                for clause in &stmt.elif_else_clauses {
                    self.optional(clause.test.as_ref());
                    self.stmts(&clause.body);
                }
            }
            Stmt::For(stmt) => {
                self.expr(&stmt.target);
                self.expr(&stmt.iter);
                self.stmts(&stmt.body);
                self.stmts(&stmt.orelse);
            }
            Stmt::While(stmt) => {
                self.expr(&stmt.test);
                self.stmts(&stmt.body);
                self.stmts(&stmt.orelse);
            }
            Stmt::With(stmt) => {
                for item in &stmt.items {
                    self.expr(&item.context_expr);
                    self.optional(item.optional_vars.as_deref());
                }
                self.stmts(&stmt.body);
            }
            Stmt::Match(stmt) => {
                self.expr(&stmt.subject);
                for case in &stmt.cases {
                    self.pattern(&case.pattern);
                    self.optional(case.guard.as_deref());
                    self.stmts(&case.body);
                }
            }
            Stmt::Try(stmt) => {
                self.stmts(&stmt.body);
                for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
                    self.optional(handler.type_.as_deref());
                    self.stmts(&handler.body);
                }
                self.stmts(&stmt.orelse);
                self.stmts(&stmt.finalbody);
            }
            Stmt::Raise(stmt) => {
                if let Some(exception) = &stmt.exc {
                    self.raising = true;
                    match &**exception {
                        Expr::Call(call) => self.call(call, true),
                        other => self.expr(other),
                    }
                    self.raising = false;
                }
                self.optional(stmt.cause.as_deref());
            }
            Stmt::Assert(stmt) => {
                self.expr(&stmt.test);
                self.optional(stmt.msg.as_deref());
            }
            Stmt::Import(stmt) => self.import(stmt),
            Stmt::ImportFrom(stmt) => self.import_from(stmt),
            Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn is_outside_functions(&self) -> bool {
        self.builder
            .scope()
            .is_none_or(|definition| definition.kind == SymbolKind::Class)
    }

    /// Every name that an assignment to `target` binds.
    fn assigned(&mut self, target: &Expr, statement: TextRange) {
        match target {
            Expr::Name(name) => {
                let span = self.span(statement);
                self.builder.assignment(name.id.as_str(), span);
            }
            Expr::Tuple(tuple) => {
                for element in &tuple.elts {
                    self.assigned(element, statement);
                }
            }
            Expr::List(list) => {
                for element in &list.elts {
                    self.assigned(element, statement);
                }
            }
            Expr::Starred(starred) => self.assigned(&starred.value, statement),
            _ => {}
        }
    }

    fn import(&mut self, stmt: &StmtImport) {
        for alias in &stmt.names {
            let line = self.builder.line(stmt.start().to_u32());
            self.builder.import(Import {
                module: alias.name.as_str().into(),
                level: 0,
                names: Vec::new(),
                alias: alias.asname.as_ref().map(|name| name.as_str().into()),
                line,
            });
        }
    }

    fn import_from(&mut self, stmt: &StmtImportFrom) {
        let line = self.builder.line(stmt.start().to_u32());
        let names = stmt
            .names
            .iter()
            .filter(|alias| !alias.name.as_str().is_empty())
            .map(|alias| ImportedName {
                name: alias.name.as_str().into(),
                alias: alias.asname.as_ref().map(|name| name.as_str().into()),
            })
            .collect();
        self.builder.import(Import {
            module: stmt
                .module
                .as_ref()
                .map_or_else(Box::default, |module| module.as_str().into()),
            level: stmt.level,
            names,
            alias: None,
            line,
        });
    }
}
