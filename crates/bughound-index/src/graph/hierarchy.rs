//! Types: which methods are whose, and what inherits from what.

use bughound_core::SymbolKind;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Evidence;
use super::scope::{Meaning, Scopes};
use crate::index::{FileIdx, Index, SymbolIdx};
use crate::modules::Family;
use crate::names::NameIdx;
use crate::tokens::identifier_hash;

/// A step from a type to one above or below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeEdge {
    /// The other type.
    pub to: SymbolIdx,
    /// How the base class's name was resolved.
    pub evidence: Evidence,
}

/// Types of an index.
pub struct Hierarchy {
    /// The type that each definition is a member of.
    container: Vec<Option<SymbolIdx>>,
    /// Type, name, member; sorted.
    members: Vec<(SymbolIdx, NameIdx, SymbolIdx)>,
    above: Vec<Vec<TypeEdge>>,
    below: Vec<Vec<TypeEdge>>,
}

/// How many types a walk up or down visits at most.
const MAX_WALK: usize = 4096;

impl Hierarchy {
    pub(crate) fn build(scopes: &Scopes<'_>) -> Self {
        let index = scopes.index;
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let container: Vec<Option<SymbolIdx>> = files
            .par_iter()
            .with_min_len(64)
            .flat_map_iter(|&file| {
                index
                    .symbols_of(file)
                    .map(move |symbol| container_of(scopes, file, symbol))
            })
            .collect();
        let mut members: Vec<(SymbolIdx, NameIdx, SymbolIdx)> = index
            .symbol_idxs()
            .filter_map(|symbol| {
                Some((container[symbol.index()]?, scopes.names.of(symbol), symbol))
            })
            .collect();
        members.sort_unstable();
        let mut hierarchy = Self {
            container,
            members,
            above: Vec::new(),
            below: vec![Vec::new(); index.n_symbols()],
        };
        let edges: Vec<Vec<(SymbolIdx, TypeEdge)>> = files
            .par_iter()
            .with_min_len(64)
            .map(|&file| hierarchy.bases_in(scopes, file))
            .collect();
        let mut above = vec![Vec::new(); index.n_symbols()];
        for (from, edge) in edges.into_iter().flatten() {
            let known: &mut Vec<TypeEdge> = &mut above[from.index()];
            if edge.to != from && !known.iter().any(|other| other.to == edge.to) {
                known.push(edge);
                hierarchy.below[edge.to.index()].push(TypeEdge { to: from, ..edge });
            }
        }
        hierarchy.above = above;
        hierarchy
    }

    /// The type that a definition is a member of. For methods of a Rust `impl` block, a Go receiver or a C++
    /// `Class::method` that is the type they are written for, wherever it is defined.
    pub fn container(&self, symbol: SymbolIdx) -> Option<SymbolIdx> {
        self.container[symbol.index()]
    }

    /// Direct base types, in the order in which they are written.
    pub fn above(&self, symbol: SymbolIdx) -> &[TypeEdge] {
        &self.above[symbol.index()]
    }

    /// Direct subtypes, in the index's order.
    pub fn below(&self, symbol: SymbolIdx) -> &[TypeEdge] {
        &self.below[symbol.index()]
    }

    /// All types above, nearest first.
    pub fn ancestors(&self, symbol: SymbolIdx) -> Vec<SymbolIdx> {
        walk(symbol, |symbol| self.above(symbol))
    }

    /// All types below, nearest first.
    pub fn descendants(&self, symbol: SymbolIdx) -> Vec<SymbolIdx> {
        walk(symbol, |symbol| self.below(symbol))
    }

    /// The members of a type with a name, in the index's order.
    pub fn members_named(
        &self,
        of: SymbolIdx,
        name: NameIdx,
    ) -> impl Iterator<Item = SymbolIdx> + '_ {
        let start = self
            .members
            .partition_point(|member| (member.0, member.1) < (of, name));
        let rest = &self.members[start..];
        rest.iter()
            .take_while(move |member| (member.0, member.1) == (of, name))
            .map(|member| member.2)
    }

    /// All members of a type, in the index's order.
    pub fn members(&self, of: SymbolIdx) -> Vec<SymbolIdx> {
        let start = self.members.partition_point(|member| member.0 < of);
        let rest = self.members[start..].iter();
        let mut members: Vec<SymbolIdx> = rest
            .take_while(|member| member.0 == of)
            .map(|member| member.2)
            .collect();
        members.sort_unstable();
        members
    }

    /// The members with a name of the nearest type that has some: the type itself, else those above it.
    pub(crate) fn find_method(
        &self,
        of: SymbolIdx,
        name: NameIdx,
    ) -> Option<(SymbolIdx, Vec<SymbolIdx>)> {
        let own: Vec<SymbolIdx> = self.members_named(of, name).collect();
        if own.is_empty() {
            self.find_inherited(of, name)
        } else {
            Some((of, own))
        }
    }

    /// The members with a name of the nearest type above, in the order in which Python would look (depth
    /// first, left to right, without the finer points of its linearisation).
    pub(crate) fn find_inherited(
        &self,
        of: SymbolIdx,
        name: NameIdx,
    ) -> Option<(SymbolIdx, Vec<SymbolIdx>)> {
        let mut seen = FxHashSet::from_iter([of]);
        let mut todo: Vec<SymbolIdx> = self.above(of).iter().rev().map(|edge| edge.to).collect();
        while let Some(class) = todo.pop() {
            if seen.len() > MAX_WALK || !seen.insert(class) {
                continue;
            }
            let own: Vec<SymbolIdx> = self.members_named(class, name).collect();
            if !own.is_empty() {
                return Some((class, own));
            }
            todo.extend(self.above(class).iter().rev().map(|edge| edge.to));
        }
        None
    }

    fn bases_in(&self, scopes: &Scopes<'_>, file: FileIdx) -> Vec<(SymbolIdx, TypeEdge)> {
        let index = scopes.index;
        let mut edges = Vec::new();
        for symbol in index.symbols_of(file) {
            let (record, def) = (index.file(file).record(), index.symbol(symbol).def);
            // What an `impl` block implements, its type does.
            let of = if def.kind == SymbolKind::Impl {
                type_named(scopes, file, record.name(def)).unwrap_or(symbol)
            } else {
                symbol
            };
            for base in record.bases(def) {
                edges.extend(self.base(scopes, file, symbol, base).map(|edge| (of, edge)));
            }
        }
        edges
    }

    fn base(
        &self,
        scopes: &Scopes<'_>,
        file: FileIdx,
        of: SymbolIdx,
        base: &str,
    ) -> Option<TypeEdge> {
        let index = scopes.index;
        let mut parts = base.split(['.', ':']).filter(|part| !part.is_empty());
        let first = identifier_hash(parts.next()?);
        // A class beside it in the class around it, else what the file knows.
        let mut meaning = Meaning::Unknown;
        let mut around = self.container(of);
        while let Some(class) = around {
            let beside = scopes
                .names
                .by_hash(first)
                .map(|name| self.members_named(class, name));
            let beside: Vec<SymbolIdx> = beside
                .into_iter()
                .flatten()
                .filter(|&other| other != of)
                .collect();
            if !beside.is_empty() {
                meaning = Meaning::Symbols(beside, false);
                break;
            }
            around = self.container(class);
        }
        if meaning == Meaning::Unknown {
            meaning = scopes.lookup(file, first);
        }
        let mut is_imported = false;
        for part in parts {
            let part = identifier_hash(part);
            meaning = match meaning {
                Meaning::Module(place) => scopes.lookup_in(place, part),
                Meaning::Symbols(symbols, imported) => {
                    is_imported |= imported;
                    let name = scopes.names.by_hash(part)?;
                    // What classes inherit is not known yet.
                    let inner = symbols
                        .iter()
                        .flat_map(|&symbol| self.members_named(symbol, name))
                        .collect();
                    Meaning::Symbols(inner, imported)
                }
                other => other,
            };
        }
        match meaning {
            Meaning::Symbols(symbols, imported) => {
                let to = symbols
                    .into_iter()
                    .find(|&to| to != of && is_type(index, to))?;
                let evidence = if imported || is_imported {
                    Evidence::Imported
                } else {
                    Evidence::SameFile
                };
                Some(TypeEdge { to, evidence })
            }
            Meaning::External | Meaning::Module(_) => None,
            Meaning::Unknown => {
                let last = base.rsplit(['.', ':']).next()?;
                let to = unique_type(scopes, file, identifier_hash(last)).filter(|&to| to != of)?;
                Some(TypeEdge {
                    to,
                    evidence: Evidence::UniqueName,
                })
            }
        }
    }
}

fn walk<'a>(from: SymbolIdx, edges: impl Fn(SymbolIdx) -> &'a [TypeEdge]) -> Vec<SymbolIdx> {
    let mut seen = FxHashSet::from_iter([from]);
    let mut order = vec![from];
    let mut next = 0;
    while next < order.len() && order.len() < MAX_WALK {
        for edge in edges(order[next]) {
            if seen.insert(edge.to) {
                order.push(edge.to);
            }
        }
        next += 1;
    }
    order.remove(0);
    order
}

pub(crate) fn is_type(index: &Index, symbol: SymbolIdx) -> bool {
    index.symbol(symbol).kind().is_type()
}

fn container_of(scopes: &Scopes<'_>, file: FileIdx, symbol: SymbolIdx) -> Option<SymbolIdx> {
    let index = scopes.index;
    let found = index.symbol(symbol);
    if found.kind() == SymbolKind::Impl {
        return None;
    }
    let parent = index.parent(symbol);
    if let Some(parent) = parent {
        let around = index.symbol(parent);
        if around.kind().is_type() {
            return Some(parent);
        }
        if around.kind() == SymbolKind::Impl {
            return Some(type_named(scopes, file, around.name()).unwrap_or(parent));
        }
    }
    // `Class::method` outside of the class, a Go receiver: the owner's name is between the parent's and
    // the method's.
    let around = parent.map_or("", |parent| index.symbol(parent).qualified_name());
    let qualified = found.qualified_name();
    let owner = qualified.strip_suffix(found.name())?.strip_suffix('.')?;
    let owner = owner.strip_prefix(around)?.trim_start_matches('.');
    let owner = owner.rsplit('.').next().filter(|owner| !owner.is_empty())?;
    type_named(scopes, file, owner).filter(|&owner| owner != symbol)
}

/// The type with a name that a file means: its own, one of its folder, an imported one, or the only one.
fn type_named(scopes: &Scopes<'_>, file: FileIdx, name: &str) -> Option<SymbolIdx> {
    let index = scopes.index;
    let name = identifier_hash(name);
    let mut own = scopes.in_file(file, name).iter().copied();
    if let Some(own) = own.find(|&symbol| is_type(index, symbol)) {
        return Some(own);
    }
    if let Meaning::Symbols(symbols, _) = scopes.lookup(file, name)
        && let Some(found) = symbols.into_iter().find(|&symbol| is_type(index, symbol))
    {
        return Some(found);
    }
    unique_type(scopes, file, name)
}

/// The only type with a name among the languages that the file's own can use.
fn unique_type(scopes: &Scopes<'_>, file: FileIdx, name: u64) -> Option<SymbolIdx> {
    let index = scopes.index;
    let family = Family::of(index.file(file).language());
    let name = scopes.names.by_hash(name)?;
    let mut found = scopes
        .names
        .symbols(name)
        .iter()
        .copied()
        .filter(|&symbol| {
            is_type(index, symbol) && Family::of(index.symbol(symbol).file.language()) == family
        });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}
