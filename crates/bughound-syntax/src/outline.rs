//! The language-neutral description of one source file.

use bughound_core::{LineSpan, SymbolKind};

/// A range of bytes of the file's text: `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl ByteSpan {
    /// The text under the span; `""` where the span does not lie on the text's characters.
    pub fn text(self, source: &str) -> &str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }

    /// What of the span lies inside `outer`; where nothing does, the end of `outer` that is nearer.
    pub(crate) fn clipped(self, outer: Self) -> Self {
        Self {
            start: self.start.clamp(outer.start, outer.end),
            end: self.end.clamp(outer.start, outer.end),
        }
    }
}

/// Facts about a definition that are either so or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DefinitionFlags(pub u16);

impl DefinitionFlags {
    /// `async def`, `async fn`, `async function`.
    pub const ASYNC: Self = Self(1);
    /// A property getter, or a `get` accessor.
    pub const GETTER: Self = Self(1 << 1);
    /// A property setter or deleter, or a `set` accessor.
    pub const SETTER: Self = Self(1 << 2);
    /// A static or class method.
    pub const STATIC: Self = Self(1 << 3);
    /// Declared without a body, or an overload stub.
    pub const DECLARATION: Self = Self(1 << 4);
    /// Defined inside the body of a function.
    pub const NESTED: Self = Self(1 << 5);
    /// A test, by the language's own mark (`#[test]`, `func TestX`, `@Test`, `def test_x`).
    pub const TEST: Self = Self(1 << 6);
    /// Abstract.
    pub const ABSTRACT: Self = Self(1 << 7);

    /// Whether all of `other` is set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets all of `other`.
    pub fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// A class, function, method or other named thing with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub kind: SymbolKind,
    /// The last part of the name: `method`.
    pub name: Box<str>,
    /// The dotted name inside the file, from the outermost definition: `Class.method`, `outer.inner`,
    /// `Outer.Inner.method`. In Rust the methods of `impl Trait for Type` are `Type.method`.
    pub qualified_name: Box<str>,
    /// Index in [`Outline::definitions`] of the definition around it.
    pub parent: Option<u32>,
    /// Facts.
    pub flags: DefinitionFlags,
    /// Lines of the whole definition, decorators, attributes and annotations included, leading comments
    /// not.
    pub lines: LineSpan,
    /// The line that carries the name (`def name`, `fn name`).
    pub name_line: u32,
    /// Bytes of the whole definition, as `lines` counts it.
    pub span: ByteSpan,
    /// From the keyword to where the body begins: `async def f(a, b=1) -> int:`, `class C(Base):`.
    pub signature: ByteSpan,
    /// The body, docstring included; empty for a declaration.
    pub body: ByteSpan,
    /// The documentation: the docstring (Python) or the doc comment directly before the definition
    /// (other languages: then it lies before `span`), quotes and comment marks included.
    pub docstring: Option<ByteSpan>,
    /// Base classes, implemented interfaces and traits as written: `module.Base`, `Generic[T]` gives
    /// `Generic`.
    pub bases: Vec<Box<str>>,
    /// Decorators, attributes or annotations, each the dotted name alone: `property`, `app.route`.
    pub decorators: Vec<Box<str>>,
}

/// One name that an import brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// The name in the module it comes from; `*` for all.
    pub name: Box<str>,
    /// The name it has in this file, where it is another.
    pub alias: Option<Box<str>>,
}

/// An import, include or use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module as written, without leading dots: `a.b` (Python), `./x` (JavaScript), `crate::a::b`
    /// (Rust), `a/b.h` (C).
    pub module: Box<str>,
    /// Leading dots of a relative Python import; 0 elsewhere.
    pub level: u32,
    /// The names that are brought in; empty for a module import (`import a.b`, `#include`).
    pub names: Vec<ImportedName>,
    /// The module's own name in this file, where it is another (`import a as b`).
    pub alias: Option<Box<str>>,
    /// First line of the statement.
    pub line: u32,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called, as written and without arguments: `self.x.run`, `f`, `Type::new`. Cut to its last
    /// parts where the expression before it is no chain of names: `g` of `f(x).g()`. In Python a chain may
    /// begin with `super(…)`, arguments included: `super().save`, `super(Form, self).clean`.
    pub callee: ByteSpan,
    /// The line of the last part of `callee`.
    pub line: u32,
    /// The innermost definition around it; decorators and default values belong to what they stand at.
    pub within: Option<u32>,
    /// Whether it makes what a `raise` (Python) or `throw` statement raises; calls in its arguments are not.
    pub raised: bool,
}

/// A string literal that is no docstring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// Bytes of the literal's content, without prefix and quotes where they can be told apart; pieces of
    /// an implicitly joined string are literals of their own, and so are the literal parts of an
    /// interpolated one.
    pub span: ByteSpan,
    /// Its first line.
    pub line: u32,
    /// The innermost definition around it.
    pub within: Option<u32>,
    /// Whether it is part of what a `raise` or `throw` statement raises: an error's message.
    pub raised: bool,
}

/// An assignment to a name at module or class level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: Box<str>,
    /// Its lines.
    pub lines: LineSpan,
    /// The class around it, where there is one.
    pub within: Option<u32>,
}

/// Something that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Where, from 1.
    pub line: u32,
    /// What.
    pub message: String,
}

/// What one file holds. Definitions are in source order, so parents come before their children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Classes, functions and the like.
    pub definitions: Vec<Definition>,
    /// Imports anywhere in the file.
    pub imports: Vec<Import>,
    /// Calls, in the order of their callees.
    pub calls: Vec<Call>,
    /// String literals, in source order.
    pub strings: Vec<StringLiteral>,
    /// Module- and class-level assignments.
    pub assignments: Vec<Assignment>,
    /// The module's documentation.
    pub docstring: Option<ByteSpan>,
    /// Comments (Python: from the token stream), for readers that want prose.
    pub comments: Vec<ByteSpan>,
    /// Number of lines of the text; a last line without a newline counts.
    pub n_lines: u32,
    /// What could not be understood, at most a few dozen per file.
    pub problems: Vec<SyntaxProblem>,
}
