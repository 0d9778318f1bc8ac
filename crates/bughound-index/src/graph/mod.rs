//! Who calls whom, what inherits from what, and which tests exercise what: edges between definitions, each
//! with its [`Evidence`].
//!
//! A call is resolved from what its file says: the object before the dot (`self`, `super()`, a class, a
//! module, a variable that was assigned a new instance), the scopes around it, and the imports, followed
//! through re-exports. What that leaves open is matched by name where few definitions have it, with a
//! correspondingly lower confidence. No types are inferred beyond that, so an edge may be missing, and calls
//! through variables, callbacks and the like are.
//!
//! All of it is derived from the records at first use and kept; look-ups afterwards are array accesses.

mod builtin;
mod evidence;
mod hierarchy;
mod resolve;
mod scope;
mod tests_of;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub(crate) use builtin::is_builtin_method;
pub use evidence::Evidence;
pub use hierarchy::{Hierarchy, TypeEdge};
pub(crate) use tests_of::TestMentions;
pub use tests_of::{TestEvidence, TestMention};

use crate::index::{FileIdx, Index, SymbolIdx, u32_of};
use resolve::FileCalls;
use scope::Scopes;

/// One call, from a definition (or the top of a file) to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEdge {
    /// The candidate (see [`crate::Symbol::is_candidate`]) that calls; `None` for code outside of any.
    pub from: Option<SymbolIdx>,
    /// The file of the call.
    pub file: FileIdx,
    /// What is called.
    pub to: SymbolIdx,
    /// The line of the call.
    pub line: u32,
    /// Why this definition is meant.
    pub evidence: Evidence,
}

impl CallEdge {
    /// How likely the edge is right, in (0, 1].
    pub fn confidence(&self) -> f32 {
        self.evidence.confidence()
    }
}

/// The calls and types of an index.
pub struct Graph {
    hierarchy: Hierarchy,
    /// Sorted by caller, then by line; calls of no candidate last.
    calls: Vec<CallEdge>,
    callees_at: Vec<u32>,
    /// Positions in `calls`, by callee; surest first.
    callers_at: Vec<u32>,
    callers: Vec<u32>,
}

impl Graph {
    pub(crate) fn build(index: &Index) -> Self {
        let scopes = Scopes::new(index);
        let hierarchy = Hierarchy::build(&scopes);
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let mut calls: Vec<CallEdge> = files
            .par_iter()
            .with_min_len(16)
            .flat_map_iter(|&file| FileCalls::new(&scopes, &hierarchy, file).edges())
            .collect();
        let caller = |call: &CallEdge| call.from.map_or(u32::MAX, |from| from.0);
        calls.par_sort_by_key(|call| (caller(call), call.file, call.line, call.to, call.evidence));
        // Two calls on one line are one edge, by the better evidence.
        calls.dedup_by_key(|call| (call.from, call.file, call.line, call.to));
        let n = index.n_symbols();
        let callees_at = (0..=u32_of(n))
            .map(|symbol| u32_of(calls.partition_point(|call| caller(call) < symbol)))
            .collect();
        let mut callers: Vec<u32> = (0..u32_of(calls.len())).collect();
        callers.par_sort_by(|&a, &b| {
            let (x, y) = (&calls[a as usize], &calls[b as usize]);
            x.to.cmp(&y.to)
                .then(y.confidence().total_cmp(&x.confidence()))
                .then((x.file, x.line, a).cmp(&(y.file, y.line, b)))
        });
        let mut callers_at = vec![0; n + 1];
        for call in &calls {
            callers_at[call.to.index() + 1] += 1;
        }
        for i in 0..n {
            callers_at[i + 1] += callers_at[i];
        }
        Self {
            hierarchy,
            calls,
            callees_at,
            callers_at,
            callers,
        }
    }

    /// Types and their members.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// All calls, by caller and line; calls of no candidate last.
    pub fn calls(&self) -> &[CallEdge] {
        &self.calls
    }

    /// What a candidate calls, in order of lines.
    pub fn callees(&self, symbol: SymbolIdx) -> &[CallEdge] {
        let i = symbol.index();
        &self.calls[self.callees_at[i] as usize..self.callees_at[i + 1] as usize]
    }

    /// The calls of a definition under its own name, surest first.
    pub fn callers(&self, symbol: SymbolIdx) -> impl ExactSizeIterator<Item = &CallEdge> {
        let i = symbol.index();
        let range = self.callers_at[i] as usize..self.callers_at[i + 1] as usize;
        self.callers[range]
            .iter()
            .map(|&call| &self.calls[call as usize])
    }
}

impl Index {
    /// Calls and types, made at first use.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::build(self))
    }

    /// The calls of a definition, surest first. For a constructor (`__init__`, a method named as its class)
    /// these are the calls of its class as well, and of the classes below that have no constructor of their
    /// own.
    pub fn callers(&self, symbol: SymbolIdx) -> Vec<CallEdge> {
        let graph = self.graph();
        let mut calls: Vec<CallEdge> = graph.callers(symbol).copied().collect();
        let Some(class) = self.constructed(symbol) else {
            return calls;
        };
        let name = self.names().of(symbol);
        let mut seen = FxHashSet::from_iter([class]);
        let mut todo = vec![class];
        while let Some(class) = todo.pop() {
            calls.extend(
                graph
                    .callers(class)
                    .filter(|call| call.evidence == Evidence::Constructor),
            );
            for edge in graph.hierarchy.below(class) {
                let has_own = graph
                    .hierarchy
                    .members_named(edge.to, name)
                    .next()
                    .is_some();
                if !has_own && seen.insert(edge.to) {
                    todo.push(edge.to);
                }
            }
        }
        calls.sort_by(|a, b| {
            let place = |call: &CallEdge| (call.file, call.line, call.to);
            b.confidence()
                .total_cmp(&a.confidence())
                .then(place(a).cmp(&place(b)))
        });
        calls
    }

    /// The class that a method is the constructor of.
    fn constructed(&self, symbol: SymbolIdx) -> Option<SymbolIdx> {
        let class = self.graph().hierarchy.container(symbol)?;
        let name = self.symbol(symbol).name();
        let is_constructor = matches!(name, "__init__" | "__new__" | "constructor")
            || name == self.symbol(class).name();
        is_constructor.then_some(class)
    }

    /// What a candidate calls, in order of lines. Functions inside it count as part of it; the methods of a
    /// class do not.
    pub fn callees(&self, symbol: SymbolIdx) -> &[CallEdge] {
        self.graph().callees(symbol)
    }

    /// Direct base types.
    pub fn superclasses(&self, symbol: SymbolIdx) -> &[TypeEdge] {
        self.graph().hierarchy.above(symbol)
    }

    /// Direct subtypes.
    pub fn subclasses(&self, symbol: SymbolIdx) -> &[TypeEdge] {
        self.graph().hierarchy.below(symbol)
    }

    /// The methods that a method overrides: same-named ones of the types above its own, nearest first.
    pub fn overrides(&self, symbol: SymbolIdx) -> Vec<SymbolIdx> {
        self.same_named(symbol, Hierarchy::ancestors)
    }

    /// The methods that override a method: same-named ones of the types below its own, nearest first.
    pub fn overridden_by(&self, symbol: SymbolIdx) -> Vec<SymbolIdx> {
        self.same_named(symbol, Hierarchy::descendants)
    }

    fn same_named(
        &self,
        symbol: SymbolIdx,
        types: impl Fn(&Hierarchy, SymbolIdx) -> Vec<SymbolIdx>,
    ) -> Vec<SymbolIdx> {
        let hierarchy = &self.graph().hierarchy;
        let name = self.names().of(symbol);
        let Some(class) = hierarchy.container(symbol) else {
            return Vec::new();
        };
        types(hierarchy, class)
            .into_iter()
            .flat_map(|class| hierarchy.members_named(class, name))
            .collect()
    }
}
