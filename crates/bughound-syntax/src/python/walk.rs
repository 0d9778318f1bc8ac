//! The walk over ruff's tree, in the order of the source.

use bughound_core::SymbolKind;
use ruff_python_ast::{
    Arguments, Comprehension, Decorator, ExceptHandler, Expr, ExprCall, FString, FStringPart,
    InterpolatedStringElement, Parameters, Pattern, Stmt, StmtClassDef, StmtFunctionDef,
    StmtImport, StmtImportFrom, StmtTypeAlias, TypeParam, TypeParams,
};
use ruff_text_size::{Ranged, TextRange};

use crate::builder::{Builder, NewDefinition};
use crate::{ByteSpan, DefinitionFlags, Import, ImportedName, Outline};

pub(super) struct Walker<'t> {
    builder: Builder<'t>,
    /// Inside the exception of a `raise`.
    raising: bool,
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

    fn span(&self, range: TextRange) -> ByteSpan {
        self.builder
            .span(range.start().to_u32(), range.end().to_u32())
    }

    fn docstring(&self, body: &[Stmt]) -> Option<ByteSpan> {
        match body.first()? {
            Stmt::Expr(first) => match &*first.value {
                Expr::StringLiteral(literal) => Some(self.span(literal.range())),
                _ => None,
            },
            _ => None,
        }
    }

    fn body(&mut self, body: &[Stmt], has_docstring: bool) {
        for stmt in body.iter().skip(usize::from(has_docstring)) {
            self.stmt(stmt);
        }
    }

    fn stmts(&mut self, body: &[Stmt]) {
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

    fn function(&mut self, stmt: &StmtFunctionDef) {
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

    fn class(&mut self, stmt: &StmtClassDef) {
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

    fn type_alias(&mut self, stmt: &StmtTypeAlias) {
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

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => {}
            Expr::Attribute(expr) => self.expr(&expr.value),
            Expr::Call(call) => self.call(call, false),
            Expr::StringLiteral(literal) => {
                for part in &literal.value {
                    let span = self.span(part.content_range());
                    self.builder.string(span, self.raising);
                }
            }
            Expr::BytesLiteral(literal) => {
                for part in &literal.value {
                    let span = self.span(part.content_range());
                    self.builder.string(span, self.raising);
                }
            }
            Expr::FString(literal) => {
                for part in &literal.value {
                    match part {
                        FStringPart::Literal(part) => {
                            let span = self.span(part.content_range());
                            self.builder.string(span, self.raising);
                        }
                        FStringPart::FString(FString { elements, .. }) => {
                            self.interpolated(elements);
                        }
                    }
                }
            }
            Expr::TString(literal) => {
                for part in &literal.value {
                    self.interpolated(&part.elements);
                }
            }
            Expr::BoolOp(expr) => self.exprs(&expr.values),
            Expr::Named(expr) => {
                self.expr(&expr.target);
                self.expr(&expr.value);
            }
            Expr::BinOp(expr) => {
                self.expr(&expr.left);
                self.expr(&expr.right);
            }
            Expr::UnaryOp(expr) => self.expr(&expr.operand),
            Expr::Lambda(expr) => {
                if let Some(parameters) = &expr.parameters {
                    self.parameters(parameters);
                }
                self.expr(&expr.body);
            }
            Expr::If(expr) => {
                self.expr(&expr.body);
                self.expr(&expr.test);
                self.expr(&expr.orelse);
            }
            Expr::Dict(expr) => {
                for item in &expr.items {
                    self.optional(item.key.as_ref());
                    self.expr(&item.value);
                }
            }
            Expr::Set(expr) => self.exprs(&expr.elts),
            Expr::List(expr) => self.exprs(&expr.elts),
            Expr::Tuple(expr) => self.exprs(&expr.elts),
            Expr::ListComp(expr) => {
                self.expr(&expr.elt);
                self.comprehensions(&expr.generators);
            }
            Expr::SetComp(expr) => {
                self.expr(&expr.elt);
                self.comprehensions(&expr.generators);
            }
            Expr::DictComp(expr) => {
                self.optional(expr.key.as_deref());
                self.expr(&expr.value);
                self.comprehensions(&expr.generators);
            }
            Expr::Generator(expr) => {
                self.expr(&expr.elt);
                self.comprehensions(&expr.generators);
            }
            Expr::Await(expr) => self.expr(&expr.value),
            Expr::Yield(expr) => self.optional(expr.value.as_deref()),
            Expr::YieldFrom(expr) => self.expr(&expr.value),
            Expr::Compare(expr) => {
                self.expr(&expr.left);
                self.exprs(&expr.comparators);
            }
            Expr::Subscript(expr) => {
                self.expr(&expr.value);
                self.expr(&expr.slice);
            }
            Expr::Starred(expr) => self.expr(&expr.value),
            Expr::Slice(expr) => {
                self.optional(expr.lower.as_deref());
                self.optional(expr.upper.as_deref());
                self.optional(expr.step.as_deref());
            }
        }
    }

    /// A call. In `raise A(…).with_traceback(t)` both calls count as raised, their arguments do not.
    fn call(&mut self, call: &ExprCall, raised: bool) {
        match &*call.func {
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Call(inner) if raised => self.call(inner, true),
                value => self.expr(value),
            },
            func => self.expr(func),
        }
        if let Some((callee, name_at)) = self.callee(&call.func) {
            self.builder.call(callee, name_at, raised);
        }
        self.arguments(&call.arguments);
    }

    /// What is called, and the offset of its last part: the longest chain of names, written without white
    /// space, that ends it. `super()` may begin a chain, whatever its arguments.
    fn callee(&self, func: &Expr) -> Option<(ByteSpan, u32)> {
        match func {
            Expr::Name(name) => Some((self.span(name.range()), name.range().start().to_u32())),
            Expr::Attribute(attribute) => {
                let last = attribute.attr.range();
                let mut start = last.start();
                let mut before = &*attribute.value;
                while before.end().to_u32() + 1 == start.to_u32() {
                    match before {
                        Expr::Name(name) => start = name.range().start(),
                        Expr::Attribute(attribute) => {
                            start = attribute.attr.start();
                            before = &attribute.value;
                            continue;
                        }
                        Expr::Call(call) if is_super(&call.func) => start = call.range_start,
                        _ => {}
                    }
                    break;
                }
                let callee = self.builder.span(start.to_u32(), last.end().to_u32());
                (!last.is_empty()).then_some((callee, last.start().to_u32()))
            }
            _ => None,
        }
    }

    fn arguments(&mut self, arguments: &Arguments) {
        // Keywords nearly always follow; where they do not (`f(a=1, *b)`) the order is of no matter.
        self.exprs(&arguments.args);
        for keyword in &arguments.keywords {
            self.expr(&keyword.value);
        }
    }

    fn comprehensions(&mut self, comprehensions: &[Comprehension]) {
        for comprehension in comprehensions {
            self.expr(&comprehension.target);
            self.expr(&comprehension.iter);
            self.exprs(&comprehension.ifs);
        }
    }

    fn parameters(&mut self, parameters: &Parameters) {
        let (vararg, kwarg) = (parameters.vararg.as_deref(), parameters.kwarg.as_deref());
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            self.optional(parameter.parameter.annotation());
            self.optional(parameter.default());
        }
        self.optional(vararg.and_then(|parameter| parameter.annotation()));
        for parameter in &parameters.kwonlyargs {
            self.optional(parameter.parameter.annotation());
            self.optional(parameter.default());
        }
        self.optional(kwarg.and_then(|parameter| parameter.annotation()));
    }

    fn type_params(&mut self, type_params: Option<&TypeParams>) {
        for type_param in type_params.into_iter().flatten() {
            match type_param {
                TypeParam::TypeVar(param) => {
                    self.optional(param.bound.as_deref());
                    self.optional(param.default.as_deref());
                }
                TypeParam::TypeVarTuple(param) => self.optional(param.default.as_deref()),
                TypeParam::ParamSpec(param) => self.optional(param.default.as_deref()),
            }
        }
    }

    fn interpolated<'a>(
        &mut self,
        elements: impl IntoIterator<Item = &'a InterpolatedStringElement>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let span = self.span(literal.range());
                    self.builder.string(span, self.raising);
                }
                InterpolatedStringElement::Interpolation(element) => {
                    self.expr(&element.expression);
                    if let Some(spec) = &element.format_spec {
                        self.interpolated(&spec.elements);
                    }
                }
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::MatchValue(pattern) => self.expr(&pattern.value),
            Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
            Pattern::MatchSequence(pattern) => self.patterns(&pattern.patterns),
            Pattern::MatchMapping(pattern) => {
                for (key, value) in pattern.keys.iter().zip(&pattern.patterns) {
                    self.expr(key);
                    self.pattern(value);
                }
            }
            Pattern::MatchClass(pattern) => {
                self.expr(&pattern.cls);
                self.patterns(&pattern.arguments.patterns);
                for keyword in &pattern.arguments.keywords {
                    self.pattern(&keyword.pattern);
                }
            }
            Pattern::MatchAs(pattern) => {
                if let Some(pattern) = &pattern.pattern {
                    self.pattern(pattern);
                }
            }
            Pattern::MatchOr(pattern) => self.patterns(&pattern.patterns),
        }
    }

    fn patterns(&mut self, patterns: &[Pattern]) {
        for pattern in patterns {
            self.pattern(pattern);
        }
    }
}

fn is_super(func: &Expr) -> bool {
    matches!(func, Expr::Name(name) if name.id.as_str() == "super")
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
