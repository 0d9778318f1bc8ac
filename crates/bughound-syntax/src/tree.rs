//! What the tree-sitter front ends share: parsing, the walk over the tree, comments and attributes that lead
//! a definition, string contents, the names of calls.
//!
//! The walk keeps its own stack, so no nesting overflows. Each language maps the names of its grammar's
//! nodes to a small enum once and decides, node by node, what to do ([`Grammar::enter`]).
//!
//! Parsing takes time linear in the text's length for all that people write. What is both wrong and deeply
//! nested all the way down takes quadratic time in tree-sitter's error recovery: seconds for the likes of
//! 20 KB of `case 1: case 1: …` outside of any `switch`.

mod chain;
mod content;

use std::cell::RefCell;

use bughound_core::SymbolKind;
use tree_sitter::{Node, Parser, TreeCursor};

use crate::builder::{Builder, NewDefinition};
use crate::{ByteSpan, DefinitionFlags, Outline};

use content::content;

pub(crate) use chain::chain;

/// A language as the walk sees it.
pub(crate) trait Grammar: Sized + 'static {
    /// The nodes that it tells apart; `Default` is every other one.
    type Kind: Copy + Default + PartialEq + Send + Sync + 'static;

    /// The grammar, loaded once.
    fn table() -> &'static Table<Self>;

    /// Looks at a node before its children and says what becomes of them.
    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Self::Kind) -> Enter;

    /// Whether a comment documents what comes directly after it.
    fn is_doc(comment: &str) -> bool {
        let _ = comment;
        true
    }
}

/// A grammar and the kinds of its nodes by their number.
pub(crate) struct Table<G: Grammar> {
    language: tree_sitter::Language,
    kinds: Vec<G::Kind>,
}

impl<G: Grammar> Table<G> {
    /// Asks `kind_of` once per name of a named node.
    pub(crate) fn new(language: tree_sitter::Language, kind_of: impl Fn(&str) -> G::Kind) -> Self {
        let n_kinds = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let kinds = (0..n_kinds)
            .map(|id| match language.node_kind_for_id(id) {
                Some(name) if language.node_kind_is_named(id) => kind_of(name),
                _ => G::Kind::default(),
            })
            .collect();
        Self { language, kinds }
    }

    fn kind(&self, node: Node<'_>) -> G::Kind {
        self.kinds
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or_default()
    }
}

/// What becomes of a node's children.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Enter {
    /// They are left out.
    Skip,
    /// They are visited.
    Children,
    /// They are visited; the definition just opened ends after them.
    Scope,
    /// They are visited, as part of a function without a name.
    Anonymous,
    /// They are visited, as part of what is thrown.
    Raise,
    /// They are visited; the node is a string with holes, and its quotes have this length.
    Template(u32),
    /// They are visited; the node is a hole in a string.
    Hole,
}

/// A node whose children are being visited.
struct Frame<'n, K> {
    node: Node<'n>,
    kind: K,
    enter: Enter,
    /// Where the next literal piece of a template begins.
    piece: u32,
}

/// A definition as a grammar describes it. Leading comments and attributes are added by the walk.
pub(crate) struct Head<'h, 'n> {
    pub(crate) kind: SymbolKind,
    pub(crate) name: &'h str,
    /// Offset of the name.
    pub(crate) name_at: u32,
    /// See [`NewDefinition::owner`].
    pub(crate) owner: Option<&'h str>,
    pub(crate) flags: DefinitionFlags,
    /// The whole of it, wrappers such as `export` included.
    pub(crate) span: ByteSpan,
    /// Where the signature begins: behind annotations.
    pub(crate) signature_at: u32,
    pub(crate) body: Option<Node<'n>>,
    pub(crate) bases: Vec<Box<str>>,
    pub(crate) decorators: Vec<Box<str>>,
}

/// Comments and attributes that directly follow one another, in case that a definition follows.
#[derive(Default)]
struct Lead {
    attributes_at: Option<u32>,
    decorators: Vec<Box<str>>,
    doc: Option<ByteSpan>,
    end: u32,
}

/// The walk over one tree.
pub(crate) struct Walk<'t, 'n, G: Grammar> {
    pub(crate) builder: Builder<'t>,
    text: &'t str,
    table: &'static Table<G>,
    ancestors: Vec<Frame<'n, G::Kind>>,
    lead: Lead,
    n_raises: u32,
    n_anonymous: u32,
    has_error: bool,
    n_errors: usize,
}

/// Reads a text through its grammar.
pub(crate) fn read<G: Grammar>(text: &str) -> Outline {
    read_as::<G>(text, text).0
}

/// Reads a text through its grammar, the parser being given another text of the same length in its place.
/// Returns the number of errors in the tree as well.
pub(crate) fn read_as<G: Grammar>(text: &str, parsed: &str) -> (Outline, usize) {
    let mut builder = Builder::new(text);
    let table = G::table();
    let Some(tree) = parse(&table.language, parsed) else {
        builder.problem(0, "the grammar does not fit the parser library; not parsed");
        return (builder.finish(), 0);
    };
    let root = tree.root_node();
    let mut walk = Walk::<G> {
        builder,
        text,
        table,
        ancestors: Vec::new(),
        lead: Lead::default(),
        n_raises: 0,
        n_anonymous: 0,
        has_error: root.has_error(),
        n_errors: 0,
    };
    walk.run(root.walk());
    (walk.builder.finish(), walk.n_errors)
}

/// Parses. One parser per thread is kept, with its memory.
fn parse(language: &tree_sitter::Language, text: &str) -> Option<tree_sitter::Tree> {
    thread_local! {
        static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
    }
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(language).ok()?;
        parser.parse(text, None)
    })
}

/// An offset as it is stored; the text is shorter than 4 GiB.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(crate) fn start(node: Node<'_>) -> u32 {
    offset(node.start_byte())
}

pub(crate) fn end(node: Node<'_>) -> u32 {
    offset(node.end_byte())
}

impl<'t, 'n, G: Grammar> Walk<'t, 'n, G> {
    fn run(&mut self, mut cursor: TreeCursor<'n>) {
        loop {
            let node = cursor.node();
            let kind = self.table.kind(node);
            let enter = self.enter(node, kind);
            let piece = match enter {
                Enter::Template(quote) => start(node) + quote,
                _ => 0,
            };
            let frame = Frame {
                node,
                kind,
                enter,
                piece,
            };
            if enter != Enter::Skip && cursor.goto_first_child() {
                self.ancestors.push(frame);
                continue;
            }
            self.leave(&frame);
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                if let Some(frame) = self.ancestors.pop() {
                    self.leave(&frame);
                }
            }
        }
    }

    fn enter(&mut self, node: Node<'n>, kind: G::Kind) -> Enter {
        if self.has_error {
            self.note_error(node);
        }
        let enter = if kind == G::Kind::default() {
            Enter::Children
        } else {
            G::enter(self, node, kind)
        };
        match enter {
            Enter::Raise => self.n_raises += 1,
            Enter::Anonymous => self.n_anonymous += 1,
            Enter::Hole => {
                if let Some(Frame {
                    enter: Enter::Template(_),
                    piece,
                    ..
                }) = self.ancestors.last()
                {
                    self.piece(*piece, start(node));
                }
            }
            _ => {}
        }
        enter
    }

    fn leave(&mut self, frame: &Frame<'n, G::Kind>) {
        match frame.enter {
            Enter::Skip | Enter::Children => {}
            Enter::Scope => self.builder.close(),
            Enter::Anonymous => self.n_anonymous -= 1,
            Enter::Raise => self.n_raises -= 1,
            Enter::Template(quote) => {
                self.piece(frame.piece, end(frame.node).saturating_sub(quote));
            }
            Enter::Hole => {
                if let Some(parent) = self.ancestors.last_mut() {
                    parent.piece = end(frame.node);
                }
            }
        }
    }

    fn piece(&mut self, start: u32, end: u32) {
        let span = self.builder.span(start, end);
        self.builder.string(span, self.n_raises > 0);
    }

    fn note_error(&mut self, node: Node<'n>) {
        let (is_error, is_missing) = (node.is_error(), node.is_missing());
        self.n_errors += usize::from(is_error || is_missing);
        if self.builder.is_full_of_problems() {
            return;
        }
        if is_error {
            let text = self.text_of(node);
            let line = text.lines().next().unwrap_or("");
            let excerpt: String = line.chars().take(40).collect();
            let dots = if excerpt.len() < text.len() {
                "…"
            } else {
                ""
            };
            self.builder
                .problem(start(node), format!("not understood: `{excerpt}{dots}`"));
        } else if is_missing {
            self.builder
                .problem(start(node), format!("missing `{}`", node.kind()));
        }
    }

    /// The text of a node.
    pub(crate) fn text_of(&self, node: Node<'_>) -> &'t str {
        self.builder.slice(start(node), end(node))
    }

    /// The text between two offsets.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.builder.slice(start, end)
    }

    /// The kind of the ancestor `n` levels up; 0 is the parent.
    pub(crate) fn ancestor(&self, n: usize) -> Option<(G::Kind, Node<'n>)> {
        let index = self.ancestors.len().checked_sub(n + 1)?;
        self.ancestors
            .get(index)
            .map(|frame| (frame.kind, frame.node))
    }

    /// The kind of the parent.
    pub(crate) fn parent_kind(&self) -> G::Kind {
        self.ancestor(0).map(|(kind, _)| kind).unwrap_or_default()
    }

    /// The span of a node or of the outermost of its ancestors, up to the definition around it, that wrap
    /// nothing else.
    pub(crate) fn wrapped(
        &self,
        node: Node<'n>,
        is_wrapper: impl Fn(G::Kind, Node<'n>) -> bool,
    ) -> ByteSpan {
        let mut outer = node;
        for frame in self.ancestors.iter().rev() {
            if frame.enter == Enter::Scope || !is_wrapper(frame.kind, frame.node) {
                break;
            }
            outer = frame.node;
        }
        ByteSpan {
            start: start(outer),
            end: end(outer),
        }
    }

    /// Whether no function lies around, so that an assignment is one of the module or of a type.
    pub(crate) fn is_outside_functions(&self) -> bool {
        self.n_anonymous == 0
            && self
                .builder
                .scope()
                .is_none_or(|definition| !definition.kind.is_callable())
    }

    /// Whether the innermost definition is a type or what else may hold methods.
    pub(crate) fn is_in_type(&self) -> bool {
        self.builder.scope().is_some_and(|definition| {
            definition.kind.is_type() || definition.kind == SymbolKind::Impl
        })
    }

    /// `Method` in a type, else `Function`.
    pub(crate) fn function_kind(&self) -> SymbolKind {
        if self.is_in_type() {
            SymbolKind::Method
        } else {
            SymbolKind::Function
        }
    }

    /// Whether the parent is a statement that throws.
    pub(crate) fn is_thrown(&self) -> bool {
        self.ancestors
            .last()
            .is_some_and(|frame| frame.enter == Enter::Raise)
    }

    /// Takes a comment.
    pub(crate) fn comment(&mut self, node: Node<'n>) -> Enter {
        let comment = self.text_of(node).trim_end();
        let at = start(node);
        let span = self.builder.span(at, at + offset(comment.len()));
        self.builder.comment(span);
        if !self.is_adjacent(at) {
            self.lead = Lead::default();
        }
        let follows_code = || {
            let line = self.text[..at as usize]
                .rsplit(['\n', '\r'])
                .next()
                .unwrap_or("");
            !line.trim_start_matches('\u{feff}').trim_start().is_empty()
        };
        if G::is_doc(comment) && (self.lead.end > 0 || !follows_code()) {
            let start = self.lead.doc.map_or(span.start, |doc| doc.start);
            self.lead.doc = Some(ByteSpan {
                start,
                end: span.end,
            });
            self.lead.end = span.end;
        } else if self.lead.attributes_at.is_some() {
            self.lead.end = span.end;
        } else {
            self.lead = Lead::default();
        }
        Enter::Skip
    }

    /// Takes an attribute that leads a definition as its elder sibling.
    pub(crate) fn attribute(&mut self, node: Node<'n>, name: Option<&str>) {
        if !self.is_adjacent(start(node)) {
            self.lead = Lead::default();
        }
        self.lead.attributes_at.get_or_insert(start(node));
        self.lead.decorators.extend(name.map(Into::into));
        self.lead.end = end(node);
    }

    /// Whether what begins at `at` directly follows the last leading comment or attribute: nothing but
    /// white space lies between, and no blank line unless an attribute went before.
    fn is_adjacent(&self, at: u32) -> bool {
        if self.lead.end == 0 || self.lead.end > at {
            return false;
        }
        let between = self.slice(self.lead.end, at);
        if !between.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return false;
        }
        self.lead.attributes_at.is_some()
            || between
                .bytes()
                .filter(|&byte| byte == b'\n')
                .take(2)
                .count()
                < 2
    }

    /// Whether one of the attributes that directly precede `at` satisfies the test.
    pub(crate) fn has_leading(&self, at: u32, test: impl Fn(&str) -> bool) -> bool {
        self.is_adjacent(at) && self.lead.decorators.iter().any(|name| test(name))
    }

    /// The documentation that directly precedes `at`; it is taken.
    pub(crate) fn take_doc(&mut self, at: u32) -> Option<ByteSpan> {
        let lead = if self.is_adjacent(at) {
            std::mem::take(&mut self.lead)
        } else {
            return None;
        };
        lead.doc
    }

    /// Opens a definition; none where it has no name.
    pub(crate) fn define(&mut self, head: Head<'_, 'n>) -> Enter {
        if head.name.is_empty() {
            return Enter::Children;
        }
        let lead = if self.is_adjacent(head.span.start) {
            std::mem::take(&mut self.lead)
        } else {
            Lead::default()
        };
        let mut decorators = lead.decorators;
        decorators.extend(head.decorators);
        let span_start = lead.attributes_at.unwrap_or(head.span.start);
        let span = self.builder.span(span_start, head.span.end);
        let body = match head.body {
            Some(body) => self.builder.span(start(body), end(body)),
            None => ByteSpan {
                start: span.end,
                end: span.end,
            },
        };
        let signature = self.slice(head.signature_at, body.start);
        let signature_end = head.signature_at
            + offset(
                signature
                    .trim_end_matches(|c: char| c.is_whitespace() || c == ';')
                    .len(),
            );
        self.builder.open(NewDefinition {
            kind: head.kind,
            name: head.name,
            owner: head.owner,
            flags: head.flags,
            span,
            name_at: head.name_at,
            signature: self.builder.span(head.signature_at, signature_end),
            body,
            docstring: lead.doc,
            bases: head.bases,
            decorators,
        });
        Enter::Scope
    }

    /// Takes a string literal without holes.
    pub(crate) fn string(&mut self, node: Node<'n>) -> Enter {
        let (from, to) = content(self.text_of(node));
        let at = start(node);
        self.piece(at + offset(from), at + offset(to));
        Enter::Skip
    }

    /// Takes a call of what `function` names.
    pub(crate) fn call(&mut self, function: Node<'n>, raised: bool) {
        if let Some((callee, name_at)) = chain(self.text, start(function), end(function)) {
            self.builder.call(callee, name_at, raised);
        }
    }

    /// The name that a type or an expression is known by: `a.B` of `a.B<T>`.
    pub(crate) fn name_of(&self, node: Node<'_>) -> Option<&'t str> {
        let (span, _) = chain(self.text, start(node), end(node))?;
        Some(span.text(self.text))
    }
}

/// The children of a node, nameless ones left out.
pub(crate) fn named_children<'n>(node: Node<'n>) -> impl Iterator<Item = Node<'n>> {
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    std::iter::from_fn(move || {
        while more {
            let child = cursor.node();
            more = cursor.goto_next_sibling();
            if child.is_named() {
                return Some(child);
            }
        }
        None
    })
}

/// The children of a node.
pub(crate) fn children<'n>(node: Node<'n>) -> impl Iterator<Item = Node<'n>> {
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    std::iter::from_fn(move || {
        more.then(|| {
            let child = cursor.node();
            more = cursor.goto_next_sibling();
            child
        })
    })
}
