//! From a call as it is written to what it calls.

use bughound_core::SymbolKind;
use bughound_syntax::DefinitionFlags;
use rustc_hash::FxHashMap;

use super::builtin::is_builtin_method;
use super::hierarchy::{Hierarchy, is_type};
use super::scope::{Meaning, Scopes};
use super::{CallEdge, Evidence};
use crate::index::{FileIdx, SymbolIdx, u32_of};
use crate::modules::{Family, Place};
use crate::names::NameIdx;
use crate::record::Receiver;
use crate::references::owners;
use crate::role::FileRole;

/// Resolves the calls of one file.
pub(super) struct FileCalls<'a> {
    scopes: &'a Scopes<'a>,
    hierarchy: &'a Hierarchy,
    file: FileIdx,
    family: Family,
    /// What plain names mean at the top of the file.
    meanings: FxHashMap<u64, Meaning>,
    /// What a method call on an unknown object may mean.
    guesses: FxHashMap<u64, Guess>,
}

type Targets = Vec<SymbolIdx>;
type Guess = Option<(Targets, Evidence)>;

/// A name that is defined more often than this is not even looked through.
const MAX_SCANNED: usize = 60;

impl<'a> FileCalls<'a> {
    pub(super) fn new(scopes: &'a Scopes<'a>, hierarchy: &'a Hierarchy, file: FileIdx) -> Self {
        Self {
            scopes,
            hierarchy,
            file,
            family: Family::of(scopes.index.file(file).language()),
            meanings: FxHashMap::default(),
            guesses: FxHashMap::default(),
        }
    }

    /// The edges of all calls of the file.
    pub(super) fn edges(mut self) -> Vec<CallEdge> {
        let index = self.scopes.index;
        let record = index.file(self.file).record();
        let first = index.symbol_range(self.file).start;
        let mut edges = Vec::with_capacity(record.calls.len());
        for (unit, owner) in owners(record).into_iter().enumerate() {
            let from = owner.map(|def| SymbolIdx(first + def));
            let unit_symbol = u32_of(unit)
                .checked_sub(1)
                .map(|def| SymbolIdx(first + def));
            for call in record.unit_calls(unit) {
                let name = record.idents[call.name() as usize];
                let Some((targets, evidence)) = self.resolve(unit_symbol, name, call.receiver())
                else {
                    continue;
                };
                edges.extend(targets.into_iter().map(|to| CallEdge {
                    from,
                    file: self.file,
                    to,
                    line: call.line(),
                    evidence,
                }));
            }
        }
        edges
    }

    fn ident(&self, ident: u32) -> u64 {
        self.scopes.index.file(self.file).record().idents[ident as usize]
    }

    fn resolve(&mut self, unit: Option<SymbolIdx>, name: u64, receiver: Receiver) -> Guess {
        match receiver {
            Receiver::Bare => self.bare(unit, name),
            Receiver::Own => {
                let method = self.scopes.names.by_hash(name)?;
                let Some(class) = self.class_around(unit) else {
                    return self.guess(name);
                };
                match self.hierarchy.find_method(class, method) {
                    Some((of, found)) => Some(self.found_in(class, of, found)),
                    None => self.guess(name),
                }
            }
            Receiver::Super => {
                let method = self.scopes.names.by_hash(name)?;
                let class = self.class_around(unit)?;
                let (_, found) = self.hierarchy.find_inherited(class, method)?;
                Some((found, Evidence::Inherited))
            }
            Receiver::Name(qualifier) => {
                let qualifier = self.ident(qualifier);
                let meaning = self.meaning_in(unit, qualifier);
                match self.member(&meaning, name, Evidence::Qualified) {
                    Some(found) => Some(found),
                    // `variable.method()`.
                    None if meaning == Meaning::Unknown => self
                        .by_qualifier(qualifier, name)
                        .or_else(|| self.guess(name)),
                    None => None,
                }
            }
            Receiver::Instance(class) => {
                let class = self.ident(class);
                let meaning = self.meaning_in(unit, class);
                match &meaning {
                    Meaning::Symbols(symbols, _)
                        if symbols.iter().any(|&s| is_type(self.scopes.index, s)) =>
                    {
                        self.member(&meaning, name, Evidence::Instance)
                    }
                    // An instance of another project's class.
                    Meaning::External => None,
                    _ => self.guess(name),
                }
            }
            Receiver::ImportedChain(last) => {
                let last = self.ident(last);
                match self.scopes.dotted(self.file, last) {
                    Some(place) => self.member(&Meaning::Module(place), name, Evidence::Imported),
                    None => self.by_qualifier(last, name),
                }
            }
            Receiver::Chain(_) | Receiver::Expression => self.guess(name),
        }
    }

    /// A plain call, by the scopes around it, innermost first.
    fn bare(&mut self, unit: Option<SymbolIdx>, name: u64) -> Guess {
        let index = self.scopes.index;
        let known = self.scopes.names.by_hash(name);
        let mut around = unit;
        while let Some(symbol) = around {
            // Names of a class's body are not visible in its methods, but for Java and C++.
            let kind = index.symbol(symbol).kind();
            let is_visible = kind.is_callable() || around == unit || kind == SymbolKind::Namespace;
            if is_visible && let Some(name) = known {
                let own = self.scopes.names.symbols(name);
                let range = index.symbol_range(self.file);
                let start = own.partition_point(|symbol| symbol.0 < range.start);
                let inside = own[start..]
                    .iter()
                    .copied()
                    .take_while(|inner| inner.0 < range.end);
                let inside: Targets = inside
                    .filter(|&inner| index.parent(inner) == Some(symbol))
                    .collect();
                if !inside.is_empty() {
                    return Some(self.called(inside, Evidence::SameFile));
                }
            }
            if matches!(self.family, Family::Java | Family::C)
                && let Some(name) = known
                && let Some(class) = self.hierarchy.container(symbol)
                && let Some((of, found)) = self.hierarchy.find_method(class, name)
            {
                return Some(self.found_in(class, of, found));
            }
            around = index.parent(symbol);
        }
        match self.meaning(name) {
            Meaning::Symbols(symbols, imported) => {
                let evidence = if imported {
                    Evidence::Imported
                } else {
                    Evidence::SameFile
                };
                Some(self.called(symbols, evidence))
            }
            // `const run = require("./run"); run()`.
            Meaning::Module(Place::File(file)) if self.family == Family::Script => {
                let found = self.scopes.top_level(file, name);
                (!found.is_empty()).then(|| self.called(found, Evidence::Imported))
            }
            Meaning::Module(_) | Meaning::External => None,
            // In Python, what the file does not know is a built-in or a parameter.
            Meaning::Unknown if self.family == Family::Python => None,
            Meaning::Unknown => self.unique_function(known?),
        }
    }

    fn meaning(&mut self, name: u64) -> Meaning {
        let (scopes, file) = (self.scopes, self.file);
        self.meanings
            .entry(name)
            .or_insert_with(|| scopes.lookup(file, name))
            .clone()
    }

    /// What a name before a dot means: a class beside or around the unit, else what the file knows.
    fn meaning_in(&mut self, unit: Option<SymbolIdx>, name: u64) -> Meaning {
        let meaning = self.meaning(name);
        if meaning != Meaning::Unknown {
            return meaning;
        }
        let index = self.scopes.index;
        let found = self.scopes.in_file(self.file, name).iter().copied();
        let mut around = unit;
        let mut scopes_around = Vec::new();
        while let Some(symbol) = around {
            scopes_around.push(symbol);
            around = index.parent(symbol);
        }
        let inner: Targets = found
            .filter(|&symbol| {
                is_type(index, symbol)
                    && index
                        .parent(symbol)
                        .is_some_and(|parent| scopes_around.contains(&parent))
            })
            .collect();
        if inner.is_empty() {
            Meaning::Unknown
        } else {
            Meaning::Symbols(inner, false)
        }
    }

    /// A name behind a class or module.
    fn member(&self, of: &Meaning, name: u64, evidence: Evidence) -> Guess {
        match of {
            Meaning::Symbols(symbols, _) => {
                let method = self.scopes.names.by_hash(name)?;
                let classes = symbols
                    .iter()
                    .filter(|&&symbol| is_type(self.scopes.index, symbol));
                let mut found =
                    classes.filter_map(|&class| self.hierarchy.find_method(class, method));
                Some(self.called(found.next()?.1, evidence))
            }
            Meaning::Module(place) => match self.scopes.lookup_in(*place, name) {
                Meaning::Symbols(symbols, _) => Some(self.called(symbols, Evidence::Imported)),
                _ => None,
            },
            Meaning::External | Meaning::Unknown => None,
        }
    }

    /// What is called `name` in a class, namespace, module or package called `qualifier`, where there is just
    /// one such place.
    fn by_qualifier(&self, qualifier: u64, name: u64) -> Guess {
        let (index, names) = (self.scopes.index, self.scopes.names);
        let candidates = names.symbols(names.by_hash(name)?);
        if candidates.len() > MAX_SCANNED {
            return None;
        }
        let wanted = names.by_hash(qualifier);
        let is_in = |symbol: SymbolIdx| {
            let around = self
                .hierarchy
                .container(symbol)
                .or_else(|| index.parent(symbol));
            match around {
                Some(around) => wanted == Some(names.of(around)),
                None => {
                    let path = index.symbol(symbol).path();
                    let hash = crate::tokens::identifier_hash;
                    let folder = path.parent().rsplit('/').next().unwrap_or("");
                    hash(path.stem()) == qualifier
                        || (path.stem().starts_with("__") && hash(folder) == qualifier)
                }
            }
        };
        let found: Targets = candidates
            .iter()
            .copied()
            .filter(|&symbol| self.may_use(symbol) && is_in(symbol))
            .collect();
        let found = self.scopes.without_declarations(found);
        let place = |symbol: SymbolIdx| (self.hierarchy.container(symbol), index.file_of(symbol));
        let is_one = found
            .windows(2)
            .all(|pair| place(pair[0]) == place(pair[1]));
        (!found.is_empty() && is_one).then(|| self.called(found, Evidence::Qualified))
    }

    /// A method call on an object of unknown type: the methods with this name, where they are few.
    fn guess(&mut self, name: u64) -> Guess {
        if let Some(known) = self.guesses.get(&name) {
            return known.clone();
        }
        let guess = self.methods_named(name);
        self.guesses.insert(name, guess.clone());
        guess
    }

    fn methods_named(&self, name: u64) -> Guess {
        let (index, names) = (self.scopes.index, self.scopes.names);
        let candidates = names.symbols(names.by_hash(name)?);
        if candidates.len() > MAX_SCANNED {
            return None;
        }
        let is_builtin = is_builtin_method(self.family, index.symbol(*candidates.first()?).name());
        let methods = candidates.iter().copied().filter(|&symbol| {
            self.hierarchy.container(symbol).is_some()
                && !is_type(index, symbol)
                && self.may_use(symbol)
        });
        let found = self.scopes.without_declarations(methods.collect());
        // A getter and its setter, overloads: one method.
        let id = |symbol: SymbolIdx| (index.file_of(symbol), self.hierarchy.container(symbol));
        let n = found.chunk_by(|a, b| id(*a) == id(*b)).count();
        Evidence::by_name(n, is_builtin).map(|evidence| (found, evidence))
    }

    /// A plain call of what no import explains (C's headers, scripts of one page, Rust's preludes).
    fn unique_function(&self, name: NameIdx) -> Guess {
        let index = self.scopes.index;
        let candidates = self.scopes.names.symbols(name);
        if candidates.len() > MAX_SCANNED {
            return None;
        }
        let plain = candidates.iter().copied().filter(|&symbol| {
            self.hierarchy.container(symbol).is_none()
                && index.symbol(symbol).kind() != SymbolKind::Impl
                && self.may_use(symbol)
        });
        let found = self.scopes.without_declarations(plain.collect());
        let evidence = Evidence::by_name(found.len(), false)?;
        Some((found, evidence))
    }

    /// Whether this file may use a definition: of a language that it can use, and not of a test unless it is
    /// one itself.
    fn may_use(&self, symbol: SymbolIdx) -> bool {
        let index = self.scopes.index;
        let file = index.symbol(symbol).file;
        let is_test = |role| role == FileRole::Test;
        Family::of(file.language()) == self.family
            && (!is_test(file.role()) || is_test(index.file(self.file).role()))
    }

    /// The innermost type around a unit, through functions inside methods.
    fn class_around(&self, unit: Option<SymbolIdx>) -> Option<SymbolIdx> {
        let mut around = unit;
        while let Some(symbol) = around {
            if is_type(self.scopes.index, symbol) {
                return Some(symbol);
            }
            if let Some(class) = self.hierarchy.container(symbol) {
                return Some(class);
            }
            around = self.scopes.index.parent(symbol);
        }
        None
    }

    fn found_in(&self, class: SymbolIdx, of: SymbolIdx, found: Targets) -> (Targets, Evidence) {
        let evidence = if class == of {
            Evidence::SameClass
        } else {
            Evidence::Inherited
        };
        (self.scopes.without_declarations(found), evidence)
    }

    /// The bodies of functions that headers only declare, where there is one for each.
    fn bodies(&self, targets: Targets) -> Targets {
        let index = self.scopes.index;
        let is_declared = |symbol: SymbolIdx| {
            let def = index.symbol(symbol).def;
            def.kind == SymbolKind::Function && def.flags.has(DefinitionFlags::DECLARATION)
        };
        if self.family != Family::C || !targets.iter().all(|&target| is_declared(target)) {
            return targets;
        }
        let Some(&first) = targets.first() else {
            return targets;
        };
        let same = self
            .scopes
            .names
            .symbols(self.scopes.names.of(first))
            .iter()
            .copied();
        let found: Targets = same
            .filter(|&symbol| {
                index.symbol(symbol).kind() == SymbolKind::Function
                    && !is_declared(symbol)
                    && self.may_use(symbol)
            })
            .collect();
        if found.len() == 1 { found } else { targets }
    }

    /// A type that is called is a constructor.
    fn called(&self, targets: Targets, evidence: Evidence) -> (Targets, Evidence) {
        let targets = self.bodies(self.scopes.without_declarations(targets));
        let is_constructor = targets
            .iter()
            .any(|&target| is_type(self.scopes.index, target));
        (
            targets,
            if is_constructor {
                Evidence::Constructor
            } else {
                evidence
            },
        )
    }
}
