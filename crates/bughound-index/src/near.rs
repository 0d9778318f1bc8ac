//! Types and calls as far as one definition's surroundings tell: its file, its class, its imports and how rare a
//! name is. Less than [`crate::Graph`] knows, but nothing has to be built for it, so that a few dozen definitions
//! can be asked about in the time of one query.

use crate::graph::is_builtin_method;
use crate::index::{FileIdx, Index, SymbolIdx};
use crate::modules::Family;
use crate::record::Receiver;
use crate::references::owners;
use crate::role::FileRole;

/// A type's name with more definitions than this could mean any of them.
const MAX_TYPES: usize = 3;
/// A called name with more definitions than this is not guessed at.
const MAX_GUESSES: usize = 4;
/// How many steps up the bases are followed.
const MAX_STEPS: usize = 3;

impl Index {
    /// The type that a definition is a member of: the one around it, else, for a method of an `impl` block, a Go
    /// receiver or a C++ `Class::method`, the one that its name says.
    pub fn near_type(&self, symbol: SymbolIdx) -> Option<SymbolIdx> {
        if let Some(parent) = self.parent(symbol)
            && self.symbol(parent).kind().is_type()
        {
            return Some(parent);
        }
        let found = self.symbol(symbol);
        let owner = found
            .qualified_name()
            .strip_suffix(found.name())?
            .strip_suffix('.')?;
        let owner = owner.rsplit('.').next()?;
        self.near_types_named(owner, symbol).into_iter().next()
    }

    /// The types that a name means near a definition: one of its file, else all of its language where they are
    /// few.
    pub fn near_types_named(&self, name: &str, near: SymbolIdx) -> Vec<SymbolIdx> {
        let file = self.file_of(near);
        let language = self.file(file).language();
        let mut types: Vec<SymbolIdx> = self
            .names()
            .defined(name)
            .iter()
            .copied()
            .filter(|&other| {
                let found = self.symbol(other);
                other != near && found.kind().is_type() && found.file.language() == language
            })
            .collect();
        if let Some(&own) = types.iter().find(|&&other| self.file_of(other) == file) {
            return vec![own];
        }
        if types.len() > MAX_TYPES {
            types.clear();
        }
        types
    }

    /// The types that a type names as its bases.
    pub fn near_bases(&self, class: SymbolIdx) -> Vec<SymbolIdx> {
        let found = self.symbol(class);
        let bases = found.file.record().bases(found.def);
        bases
            .map(|base| base.rsplit(['.', ':']).next().unwrap_or(base))
            .flat_map(|name| self.near_types_named(name, class))
            .collect()
    }

    /// What a candidate calls, each with how likely that is (as [`crate::Evidence::confidence`]), in the index's
    /// order. Tests are left out.
    pub fn near_calls(&self, symbol: SymbolIdx) -> Vec<(SymbolIdx, f32)> {
        let file = self.file_of(symbol);
        let record = self.file(file).record();
        let own = symbol.0 - self.file(file).first_symbol;
        let owners = owners(record);
        let units = (own as usize + 1..owners.len()).take_while(|&unit| owners[unit] == Some(own));
        let mut caller = Caller::new(self, symbol);
        let mut calls: Vec<(SymbolIdx, f32)> = units
            .flat_map(|unit| record.unit_calls(unit))
            .flat_map(|call| caller.resolve(record.idents[call.name() as usize], call.receiver()))
            .filter(|(to, _)| *to != symbol)
            .collect();
        calls.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        calls.dedup_by_key(|call| call.0);
        calls
    }
}

/// What is the same for all calls of a candidate.
struct Caller<'a> {
    index: &'a Index,
    symbol: SymbolIdx,
    file: FileIdx,
    imported: Vec<FileIdx>,
    /// Its type, then those above it.
    types: Vec<SymbolIdx>,
}

impl<'a> Caller<'a> {
    fn new(index: &'a Index, symbol: SymbolIdx) -> Self {
        let file = index.file_of(symbol);
        let mut imported: Vec<FileIdx> = index
            .imports()
            .imports_of(file)
            .iter()
            .map(|edge| edge.to)
            .collect();
        imported.sort_unstable();
        imported.dedup();
        let is_type = index.symbol(symbol).kind().is_type();
        let class = if is_type {
            Some(symbol)
        } else {
            index.near_type(symbol)
        };
        let mut types: Vec<SymbolIdx> = class.into_iter().collect();
        let mut from = 0;
        for _ in 0..MAX_STEPS {
            let to = types.len();
            for at in from..to {
                for base in index.near_bases(types[at]) {
                    if !types.contains(&base) {
                        types.push(base);
                    }
                }
            }
            from = to;
        }
        Self {
            index,
            symbol,
            file,
            imported,
            types,
        }
    }

    fn resolve(&mut self, name: u64, receiver: Receiver) -> Vec<(SymbolIdx, f32)> {
        let index = self.index;
        let Some(name) = index.names().by_hash(name) else {
            return Vec::new();
        };
        let defined: Vec<SymbolIdx> = index
            .names()
            .symbols(name)
            .iter()
            .copied()
            .filter(|&to| {
                let found = index.symbol(to);
                found.is_candidate() && found.file.role() != FileRole::Test
            })
            .collect();
        if defined.is_empty() {
            return Vec::new();
        }
        let surely = match receiver {
            Receiver::Bare => self.visible(&defined),
            Receiver::Own => self.member(&defined, &self.types, 0.97),
            Receiver::Super => self.member(&defined, self.types.get(1..).unwrap_or(&[]), 0.9),
            Receiver::Name(qualifier)
            | Receiver::Instance(qualifier)
            | Receiver::ImportedChain(qualifier) => self.qualified(&defined, qualifier),
            Receiver::Chain(_) | Receiver::Expression => Vec::new(),
        };
        if surely.is_empty() && receiver != Receiver::Super {
            return self.guess(&defined, receiver == Receiver::Bare);
        }
        surely
    }

    /// Defined at the top of the own file, else of an imported one.
    fn visible(&self, defined: &[SymbolIdx]) -> Vec<(SymbolIdx, f32)> {
        let top = |to: &&SymbolIdx| self.index.parent(**to).is_none();
        let here = defined.iter().filter(top);
        let mut found: Vec<SymbolIdx> = here
            .copied()
            .filter(|&to| self.index.file_of(to) == self.file)
            .collect();
        if found.is_empty() {
            let there = defined.iter().filter(top).copied();
            found = there.filter(|&to| self.is_imported(to)).collect();
        }
        found.into_iter().map(|to| (to, 0.95)).collect()
    }

    fn is_imported(&self, to: SymbolIdx) -> bool {
        let file = self.index.file_of(to);
        self.imported.binary_search(&file).is_ok()
    }

    /// A member of the first of some types that has one.
    fn member(
        &self,
        defined: &[SymbolIdx],
        types: &[SymbolIdx],
        confidence: f32,
    ) -> Vec<(SymbolIdx, f32)> {
        let of_type = |class: SymbolIdx| -> Vec<(SymbolIdx, f32)> {
            defined
                .iter()
                .filter(|&&to| self.index.near_type(to) == Some(class))
                .map(|&to| (to, confidence))
                .collect()
        };
        types
            .iter()
            .map(|&class| of_type(class))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// A member of the type that the qualifier names, or a function of the module that it names.
    fn qualified(&self, defined: &[SymbolIdx], qualifier: u32) -> Vec<(SymbolIdx, f32)> {
        let index = self.index;
        let hash = index.file(self.file).record().idents[qualifier as usize];
        let is_named = |text: &str| crate::tokens::identifier_hash(text) == hash;
        if let Some(name) = index.names().by_hash(hash) {
            let types: Vec<SymbolIdx> = index
                .names()
                .symbols(name)
                .iter()
                .copied()
                .filter(|&class| {
                    index.symbol(class).kind().is_type()
                        && (index.file_of(class) == self.file || self.is_imported(class))
                })
                .collect();
            let found = self.member(defined, &types, 0.9);
            if !found.is_empty() {
                return found;
            }
        }
        let in_module = |to: &&SymbolIdx| {
            let path = index.symbol(**to).path();
            let module = match path.stem() {
                "__init__" | "index" | "mod" => path.parent().rsplit('/').next().unwrap_or(""),
                stem => stem,
            };
            index.parent(**to).is_none() && self.is_imported(**to) && is_named(module)
        };
        let found = defined.iter().filter(in_module);
        found.map(|&to| (to, 0.9)).collect()
    }

    /// By name alone: rarely right where built-in types have such a method.
    fn guess(&self, defined: &[SymbolIdx], is_bare: bool) -> Vec<(SymbolIdx, f32)> {
        let n = defined.len();
        let family = Family::of(self.index.file(self.file).language());
        let is_builtin =
            !is_bare && is_builtin_method(family, self.index.symbol(defined[0]).name());
        if n > MAX_GUESSES || is_builtin || defined.contains(&self.symbol) {
            return Vec::new();
        }
        let confidence = if n == 1 { 0.6 } else { 0.5 / n as f32 };
        defined.iter().map(|&to| (to, confidence)).collect()
    }
}
