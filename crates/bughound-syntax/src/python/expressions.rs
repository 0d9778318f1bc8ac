//! Expressions: calls and string literals.

use ruff_python_ast::{
    Arguments, Comprehension, Expr, ExprCall, FString, FStringPart, InterpolatedStringElement,
    Parameters, Pattern, TypeParam, TypeParams,
};
use ruff_text_size::Ranged;

use super::walk::Walker;
use crate::ByteSpan;

impl Walker<'_> {
    pub(super) fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    pub(super) fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
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
    pub(super) fn call(&mut self, call: &ExprCall, raised: bool) {
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
    pub(super) fn callee(&self, func: &Expr) -> Option<(ByteSpan, u32)> {
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

    pub(super) fn arguments(&mut self, arguments: &Arguments) {
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

    pub(super) fn parameters(&mut self, parameters: &Parameters) {
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

    pub(super) fn type_params(&mut self, type_params: Option<&TypeParams>) {
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

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
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
