//! What a name means in a file: its definitions, its imports, and what those import in turn.

use rayon::prelude::*;

use crate::index::{FileIdx, Index, SymbolIdx};
use crate::modules::{Family, Modules, Place};
use crate::names::Names;
use crate::tokens::identifier_hash;
use bughound_core::SymbolKind;

/// What a name turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Definitions (several for overloads and for one per branch); whether an import led there.
    Symbols(Vec<SymbolIdx>, bool),
    /// A module.
    Module(Place),
    /// Something of another project.
    External,
    /// Not known here.
    Unknown,
}

/// One name that an import gives to a file.
struct Binding {
    local: u64,
    /// The name in the module, or none where `local` is the module.
    name: Option<u64>,
    from: Place,
    module: Place,
}

/// What the imports of one file bring in.
#[derive(Default)]
struct FileImports {
    /// Sorted by `local`; of several with one name, in source order.
    bindings: Vec<Binding>,
    /// Modules of which everything is brought in.
    stars: Vec<Place>,
    /// Dotted module imports by their last part: `c` of `import a.b.c`.
    dotted: Vec<(u64, Place)>,
}

/// The scopes of all files.
pub(crate) struct Scopes<'a> {
    pub(crate) index: &'a Index,
    pub(crate) names: &'a Names,
    pub(crate) modules: Modules<'a>,
    imports: Vec<FileImports>,
}

/// How many files one look-up may pass through.
const MAX_STEPS: u32 = 60;
/// How long a chain of imports may be.
const MAX_DEPTH: u32 = 6;

impl<'a> Scopes<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        let modules = Modules::new(index);
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let imports = files
            .par_iter()
            .with_min_len(32)
            .map(|&file| FileImports::new(index, &modules, file))
            .collect();
        Self {
            index,
            names: index.names(),
            modules,
            imports,
        }
    }

    /// What a plain name means at the top of a file.
    pub(crate) fn lookup(&self, file: FileIdx, name: u64) -> Meaning {
        let mut steps = MAX_STEPS;
        self.find(file, name, MAX_DEPTH, &mut steps)
    }

    /// What a name means in a module.
    pub(crate) fn lookup_in(&self, place: Place, name: u64) -> Meaning {
        let mut steps = MAX_STEPS;
        match self.find_in(place, name, MAX_DEPTH, &mut steps) {
            Meaning::Symbols(symbols, _) => Meaning::Symbols(symbols, true),
            other => other,
        }
    }

    /// The module that `import a.b.c` names, by `c`.
    pub(crate) fn dotted(&self, file: FileIdx, last: u64) -> Option<Place> {
        let dotted = &self.imports[file.index()].dotted;
        dotted
            .iter()
            .find(|(name, _)| *name == last)
            .map(|(_, place)| *place)
    }

    fn find(&self, file: FileIdx, name: u64, depth: u32, steps: &mut u32) -> Meaning {
        if *steps == 0 || depth == 0 {
            return Meaning::Unknown;
        }
        *steps -= 1;
        let own = self.top_level(file, name);
        if !own.is_empty() {
            return Meaning::Symbols(own, false);
        }
        let imports = &self.imports[file.index()];
        let start = imports
            .bindings
            .partition_point(|binding| binding.local < name);
        let mut found = Meaning::Unknown;
        for binding in imports.bindings[start..]
            .iter()
            .take_while(|binding| binding.local == name)
        {
            match self.follow(binding, depth, steps) {
                Meaning::Symbols(symbols, _) => return Meaning::Symbols(symbols, true),
                Meaning::Module(place) => return Meaning::Module(place),
                Meaning::External => found = Meaning::External,
                Meaning::Unknown => {}
            }
        }
        if found == Meaning::External {
            return found;
        }
        for &star in &imports.stars {
            match self.find_in(star, name, depth - 1, steps) {
                Meaning::Symbols(symbols, _) => return Meaning::Symbols(symbols, true),
                Meaning::Unknown => {}
                other => return other,
            }
        }
        // Files of one folder are one package.
        let language = self.index.file(file).language();
        if matches!(Family::of(language), Family::Go | Family::Java) {
            let folder = self.modules.folder_of(file);
            for &sibling in self.modules.files_in(folder) {
                let found = self.top_level(sibling, name);
                if !found.is_empty() {
                    return Meaning::Symbols(found, false);
                }
            }
        }
        Meaning::Unknown
    }

    fn find_in(&self, place: Place, name: u64, depth: u32, steps: &mut u32) -> Meaning {
        match place {
            Place::File(file) => self.find(file, name, depth, steps),
            Place::Folder(folder) => {
                let files = self.modules.files_in(folder).iter();
                let found = files
                    .map(|&file| self.top_level(file, name))
                    .find(|found| !found.is_empty());
                found.map_or(Meaning::Unknown, |found| Meaning::Symbols(found, true))
            }
            Place::Nowhere => Meaning::External,
        }
    }

    fn follow(&self, binding: &Binding, depth: u32, steps: &mut u32) -> Meaning {
        let Some(name) = binding.name else {
            return match binding.module {
                Place::Nowhere => Meaning::External,
                place => Meaning::Module(place),
            };
        };
        // A package's own name goes before its submodule of that name.
        if binding.from != Place::Nowhere {
            match self.find_in(binding.from, name, depth - 1, steps) {
                Meaning::Unknown => {}
                found => return found,
            }
            // `import Name from "./file"` of `export default class Name`.
            if name == identifier_hash("default")
                && let Place::File(file) = binding.from
            {
                let found = self.top_level(file, binding.local);
                if !found.is_empty() {
                    return Meaning::Symbols(found, true);
                }
            }
        }
        match (binding.module, binding.from) {
            (Place::Nowhere, Place::Nowhere) => Meaning::External,
            // Assigned there, or made at run time.
            (Place::Nowhere, _) => Meaning::Unknown,
            (place, _) => Meaning::Module(place),
        }
    }

    /// The definitions at the top of a file (or in its namespaces) with a name.
    pub(crate) fn top_level(&self, file: FileIdx, name: u64) -> Vec<SymbolIdx> {
        let found = self.in_file(file, name).iter().copied();
        let found = found.filter(|&symbol| self.is_top_level(symbol)).collect();
        self.without_declarations(found)
    }

    /// The definitions in a file with a name.
    pub(crate) fn in_file(&self, file: FileIdx, name: u64) -> &'a [SymbolIdx] {
        let Some(name) = self.names.by_hash(name) else {
            return &[];
        };
        let symbols = self.names.symbols(name);
        let range = self.index.symbol_range(file);
        let start = symbols.partition_point(|symbol| symbol.0 < range.start);
        let end = symbols.partition_point(|symbol| symbol.0 < range.end);
        &symbols[start..end]
    }

    fn is_top_level(&self, symbol: SymbolIdx) -> bool {
        let kind = self.index.symbol(symbol).kind();
        if matches!(kind, SymbolKind::Method | SymbolKind::Impl) {
            return false;
        }
        let mut around = self.index.parent(symbol);
        while let Some(parent) = around {
            if self.index.symbol(parent).kind() != SymbolKind::Namespace {
                return false;
            }
            around = self.index.parent(parent);
        }
        true
    }

    /// Declarations give way to definitions with a body.
    pub(crate) fn without_declarations(&self, mut symbols: Vec<SymbolIdx>) -> Vec<SymbolIdx> {
        let is_declaration = |symbol: &SymbolIdx| {
            self.index
                .symbol(*symbol)
                .def
                .flags
                .has(bughound_syntax::DefinitionFlags::DECLARATION)
        };
        if symbols.len() > 1 && !symbols.iter().all(is_declaration) {
            symbols.retain(|symbol| !is_declaration(symbol));
        }
        symbols
    }
}

impl FileImports {
    fn new(index: &Index, modules: &Modules<'_>, file: FileIdx) -> Self {
        let record = index.file(file).record();
        let family = Family::of(record.language());
        let mut imports = Self::default();
        for import in &record.imports {
            for bound in modules.resolve(file, import) {
                if bound.local == "*" || (family == Family::Python && bound.name == "*") {
                    if bound.from != Place::Nowhere {
                        imports.stars.push(bound.from);
                    }
                    continue;
                }
                if bound.local.is_empty() {
                    continue;
                }
                if bound.name.is_empty() {
                    let parts = record.text(import.module).rsplit(family.separators());
                    let last = parts.into_iter().next().unwrap_or("");
                    let is_alias = import.alias.len > 0;
                    if !is_alias && last != bound.local {
                        imports.dotted.push((identifier_hash(last), bound.module));
                        // `import a.b` brings in `a`.
                        let whole = modules.python_file(file, bound.local);
                        imports.bindings.push(Binding {
                            local: identifier_hash(bound.local),
                            name: None,
                            from: whole,
                            module: whole,
                        });
                        continue;
                    }
                }
                imports.bindings.push(Binding {
                    local: identifier_hash(bound.local),
                    name: (!bound.name.is_empty()).then(|| identifier_hash(bound.name)),
                    from: bound.from,
                    module: bound.module,
                });
            }
        }
        imports.bindings.sort_by_key(|binding| binding.local);
        imports
    }
}
