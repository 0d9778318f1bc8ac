//! From the module that an import names to the file or folder that holds it.
//!
//! Each language has its own rule; all of them guess where the rule needs what a repository does not say
//! (search paths, build files): a tail of a path is taken where it is the only one, or the one nearest to
//! the importing file.

use bughound_core::{Language, RepoPath};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::{FileIdx, Index, u32_of};
use crate::record::ImportRecord;

/// Where a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In one file.
    File(FileIdx),
    /// In all files directly in a folder (a Go or Java package).
    Folder(u32),
    /// Outside of the repository, or not known.
    Nowhere,
}

/// One name that an import gives to a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound<'a> {
    /// The name in the importing file; `*` for all that the module has.
    pub(crate) local: &'a str,
    /// The name in the module; empty where `local` is the module itself.
    pub(crate) name: &'a str,
    /// The module that `name` comes from.
    pub(crate) from: Place,
    /// What `local` is where it is a module.
    pub(crate) module: Place,
}

/// Languages that can import each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Family {
    Python,
    Script,
    Java,
    Go,
    Rust,
    C,
}

impl Family {
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::Python => Self::Python,
            Language::JavaScript | Language::TypeScript | Language::Tsx => Self::Script,
            Language::Java => Self::Java,
            Language::Go => Self::Go,
            Language::Rust => Self::Rust,
            Language::C | Language::Cpp | Language::Text => Self::C,
        }
    }

    /// What stands between the parts of a module's name.
    pub(crate) fn separators(self) -> &'static [char] {
        match self {
            Self::Python | Self::Java => &['.'],
            Self::Script | Self::Go | Self::C => &['/'],
            Self::Rust => &[':'],
        }
    }
}

/// Files by the last parts of their paths, folders by their names.
pub(crate) struct Modules<'a> {
    index: &'a Index,
    /// By family and every tail of the path without extension: `c`, `b/c`, `a/b/c`. A package's main file
    /// (`__init__`, `index`, `mod`) is known by its folder.
    by_tail: [FxHashMap<&'a str, Vec<FileIdx>>; 6],
    folders: FxHashMap<&'a str, u32>,
    folder_paths: Vec<&'a str>,
    folder_files: Vec<Vec<FileIdx>>,
    folders_by_name: FxHashMap<&'a str, Vec<u32>>,
    folder_of: Vec<u32>,
    /// Folders with an `__init__` file.
    packages: FxHashSet<&'a str>,
    /// Rust crates by name, with the folder of their sources.
    crates: FxHashMap<String, &'a str>,
}

impl<'a> Modules<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        let mut modules = Self {
            index,
            by_tail: std::array::from_fn(|_| FxHashMap::default()),
            folders: FxHashMap::default(),
            folder_paths: Vec::new(),
            folder_files: Vec::new(),
            folders_by_name: FxHashMap::default(),
            folder_of: Vec::with_capacity(index.files().len()),
            packages: FxHashSet::default(),
            crates: FxHashMap::default(),
        };
        for file in index.file_idxs() {
            modules.add(file);
        }
        modules
    }

    fn add(&mut self, file: FileIdx) {
        let index = self.index;
        let path = index.file(file).path();
        let family = Family::of(index.file(file).language());
        let folder = path.parent();
        let number = *self.folders.entry(folder).or_insert_with(|| {
            self.folder_paths.push(folder);
            self.folder_files.push(Vec::new());
            let number = u32_of(self.folder_paths.len()) - 1;
            let name = folder.rsplit('/').next().unwrap_or(folder);
            self.folders_by_name.entry(name).or_default().push(number);
            number
        });
        self.folder_files[number as usize].push(file);
        self.folder_of.push(number);
        match (family, path.stem()) {
            (Family::Python, "__init__") => {
                self.packages.insert(folder);
            }
            (Family::Rust, "lib") => {
                let home = folder
                    .strip_suffix("src")
                    .unwrap_or(folder)
                    .trim_end_matches('/');
                let name = home.rsplit('/').next().unwrap_or(home).replace('-', "_");
                self.crates.entry(name).or_insert(folder);
            }
            _ => {}
        }
        let mut tail = module_path(family, path);
        loop {
            self.by_tail[family as usize]
                .entry(tail)
                .or_default()
                .push(file);
            match tail.split_once('/') {
                Some((_, rest)) => tail = rest,
                None => break,
            }
        }
    }

    /// The folder of a file.
    pub(crate) fn folder_of(&self, file: FileIdx) -> u32 {
        self.folder_of[file.index()]
    }

    /// The files directly in a folder.
    pub(crate) fn files_in(&self, folder: u32) -> &[FileIdx] {
        &self.folder_files[folder as usize]
    }

    /// The files of a place, in order.
    pub(crate) fn files_of(&self, place: Place) -> &[FileIdx] {
        match &place {
            Place::File(file) => {
                let at = self.files_in(self.folder_of(*file));
                let i = at.partition_point(|other| other < file);
                &at[i..=i]
            }
            Place::Folder(folder) => self.files_in(*folder),
            Place::Nowhere => &[],
        }
    }

    /// The file of a dotted Python module.
    pub(crate) fn python_file(&self, from: FileIdx, dotted: &str) -> Place {
        self.python(from, dotted)
    }

    /// What an import brings in, name by name; a `local` that is empty says that the file is needed, and
    /// gives it no name.
    pub(crate) fn resolve(&self, from: FileIdx, import: &ImportRecord) -> Vec<Bound<'a>> {
        let record = self.index.file(from).record();
        let module = record.text(import.module);
        let alias = record.text(import.alias);
        let names = record
            .text(import.names)
            .lines()
            .map(|line| match line.split_once(" as ") {
                Some((name, alias)) => (name, alias),
                None => (line, line),
            });
        let family = Family::of(record.language());
        let mut bound: Vec<Bound<'a>> = names
            .map(|(name, local)| {
                let (from, module) = match family {
                    Family::Python => self.python_name(from, module, import.level, name),
                    Family::Script => (self.script(from, module), Place::Nowhere),
                    Family::Java => self.java_name(from, module, name),
                    Family::Go => (self.go(module), Place::Nowhere),
                    Family::Rust => self.rust_name(from, module, name),
                    Family::C => (Place::Nowhere, Place::Nowhere),
                };
                Bound {
                    local,
                    name,
                    from,
                    module,
                }
            })
            .collect();
        if bound.is_empty() || !alias.is_empty() {
            let place = match family {
                Family::Python => self.python(from, &self.python_base(from, module, import.level)),
                Family::Script => self.script(from, module),
                Family::Java => Place::Nowhere,
                Family::Go => self.go(module),
                Family::Rust => self
                    .rust_module(from, module)
                    .map_or(Place::Nowhere, Place::File),
                Family::C => self.include(from, module),
            };
            let parts = || {
                module
                    .split(family.separators())
                    .filter(|part| !part.is_empty())
            };
            let (local, name) = match family {
                _ if !alias.is_empty() => (alias, ""),
                Family::Python => (parts().next().unwrap_or(""), ""),
                // `#include` brings in everything.
                Family::C => ("*", "*"),
                Family::Script => ("", ""),
                Family::Go => (go_package(module), ""),
                Family::Java | Family::Rust => (parts().next_back().unwrap_or(""), ""),
            };
            bound.push(Bound {
                local,
                name,
                from: place,
                module: place,
            });
        }
        bound
    }

    /// The file with a tail of a path that is nearest to `from`, where one is nearest.
    fn nearest(&self, from: FileIdx, candidates: impl Iterator<Item = FileIdx>) -> Option<FileIdx> {
        let near = self.index.file(from).path();
        let mut best: Option<(usize, FileIdx)> = None;
        let mut is_tied = false;
        for file in candidates {
            let path = self.index.file(file).path();
            let shared = near
                .components()
                .zip(path.components())
                .take_while(|(a, b)| a == b)
                .count();
            match best {
                Some((most, _)) if shared < most => {}
                Some((most, _)) if shared == most => is_tied = true,
                _ => {
                    best = Some((shared, file));
                    is_tied = false;
                }
            }
        }
        best.filter(|_| !is_tied).map(|(_, file)| file)
    }

    fn tail(&self, family: Family, tail: &str) -> &[FileIdx] {
        self.by_tail[family as usize]
            .get(tail)
            .map_or(&[], Vec::as_slice)
    }

    /// The main file with this whole path, extension left out: a package before a module, a module before
    /// its stub.
    fn whole(&self, family: Family, path: &str) -> Option<FileIdx> {
        let rank = |file: &FileIdx| {
            let path = self.index.file(*file).path();
            (
                !is_main(family, path.stem()),
                path.extension() == "pyi",
                *file,
            )
        };
        self.tail(family, path)
            .iter()
            .copied()
            .filter(|file| module_path(family, self.index.file(*file).path()) == path)
            .min_by_key(rank)
    }

    /// The absolute dotted name of what a Python import names.
    fn python_base(&self, from: FileIdx, module: &str, level: u32) -> String {
        if level == 0 {
            return module.to_owned();
        }
        let mut folder = self.index.file(from).path().parent();
        let mut above = level - 1;
        while above > 0 && !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            above -= 1;
        }
        // A leading slash marks a path from the root of the repository.
        format!("/{}.{module}", folder.replace('/', "."))
            .trim_end_matches('.')
            .to_owned()
    }

    fn python_name(&self, from: FileIdx, module: &str, level: u32, name: &str) -> (Place, Place) {
        let base = self.python_base(from, module, level);
        let package = self.python(from, &base);
        let module = if name == "*" {
            Place::Nowhere
        } else {
            self.python(from, &format!("{base}.{name}"))
        };
        (package, module)
    }

    /// The file of a dotted module name. Its folder, taken as a root of the search path, must not be a
    /// package itself: `import json` is not `package/json.py`.
    fn python(&self, from: FileIdx, dotted: &str) -> Place {
        let (is_rooted, dotted) = match dotted.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, dotted),
        };
        let parts: Vec<&str> = dotted.split('.').filter(|part| !part.is_empty()).collect();
        let path = parts.join("/");
        if path.is_empty() {
            return Place::Nowhere;
        }
        if let Some(file) = self.whole(Family::Python, &path) {
            return Place::File(file);
        }
        if is_rooted {
            return Place::Nowhere;
        }
        let near = self.index.file(from).path().as_str();
        let roots = self.tail(Family::Python, &path).iter().filter_map(|&file| {
            let found = module_path(Family::Python, self.index.file(file).path());
            let root = found.strip_suffix(path.as_str())?.strip_suffix('/')?;
            let is_beside = near
                .strip_prefix(root)
                .is_some_and(|rest| rest.starts_with('/'));
            let is_package = self.index.file(file).path().stem() == "__init__";
            (!self.packages.contains(root) && (is_beside || is_package || parts.len() > 1))
                .then_some(root)
        });
        let roots: FxHashSet<&str> = roots.collect();
        let files: FxHashSet<FileIdx> = roots
            .iter()
            .filter_map(|root| self.whole(Family::Python, &format!("{root}/{path}")))
            .collect();
        let mut files: Vec<FileIdx> = files.into_iter().collect();
        files.sort_unstable();
        self.nearest(from, files.into_iter())
            .map_or(Place::Nowhere, Place::File)
    }

    fn script(&self, from: FileIdx, module: &str) -> Place {
        if !module.starts_with('.') {
            return Place::Nowhere;
        }
        let target = join(self.index.file(from).path().parent(), module);
        let without = ["js", "jsx", "ts", "tsx", "mjs", "cjs"]
            .iter()
            .find_map(|extension| target.strip_suffix(extension)?.strip_suffix('.'));
        [Some(target.as_str()), without]
            .into_iter()
            .flatten()
            .find_map(|path| self.whole(Family::Script, path))
            .map_or(Place::Nowhere, Place::File)
    }

    fn java_name(&self, from: FileIdx, module: &str, name: &str) -> (Place, Place) {
        let path = module.replace('.', "/");
        if name == "*"
            && let Some(folder) =
                self.folder_with_tail(&path, |shared, _| shared == path.split('/').count())
        {
            return (Place::Folder(folder), Place::Nowhere);
        }
        // The class itself, or the class whose static member it is.
        let found = [format!("{path}/{name}"), path]
            .into_iter()
            .find_map(|tail| self.nearest(from, self.tail(Family::Java, &tail).iter().copied()));
        (found.map_or(Place::Nowhere, Place::File), Place::Nowhere)
    }

    /// A Go package is a folder. The module's own name is in a file that is not read here, so the longest
    /// tail of the import path counts: two parts, or all of a folder's where the path is no standard one
    /// (those have no dot in their first part).
    fn go(&self, module: &str) -> Place {
        let is_standard = !module
            .split('/')
            .next()
            .is_some_and(|host| host.contains('.'));
        let found = self.folder_with_tail(module, |shared, n_parts| {
            shared >= 2 || (shared == n_parts && !is_standard)
        });
        found.map_or(Place::Nowhere, Place::Folder)
    }

    /// The folder that shares the longest tail with a path, where one does; `is_enough` is asked with the
    /// number of parts shared and of the folder's own.
    fn folder_with_tail(
        &self,
        path: &str,
        is_enough: impl Fn(usize, usize) -> bool,
    ) -> Option<u32> {
        let name = path.rsplit('/').next()?;
        let mut best: Option<(usize, u32)> = None;
        let mut is_tied = false;
        for &folder in self.folders_by_name.get(name)? {
            let parts = self.folder_paths[folder as usize].rsplit('/');
            let n_parts = parts.clone().count();
            let shared = path
                .rsplit('/')
                .zip(parts)
                .take_while(|(a, b)| a == b)
                .count();
            if !is_enough(shared, n_parts) {
                continue;
            }
            match best {
                Some((most, _)) if shared < most => {}
                Some((most, _)) if shared == most => is_tied = true,
                _ => {
                    best = Some((shared, folder));
                    is_tied = false;
                }
            }
        }
        best.filter(|_| !is_tied).map(|(_, folder)| folder)
    }

    fn rust_name(&self, from: FileIdx, module: &str, name: &str) -> (Place, Place) {
        let package = self.rust_module(from, module);
        let inner = self.rust_folder(from, &format!("{module}::{name}"));
        let inner = inner.and_then(|folder| self.rust_file(&folder));
        (
            package.map_or(Place::Nowhere, Place::File),
            inner.map_or(Place::Nowhere, Place::File),
        )
    }

    /// The file of the longest prefix of a path that is a module.
    fn rust_module(&self, from: FileIdx, module: &str) -> Option<FileIdx> {
        let mut folder = self.rust_folder(from, module)?;
        let root = self.rust_folder(from, module.split("::").next()?)?;
        loop {
            if let Some(file) = self.rust_file(&folder) {
                return Some(file);
            }
            if folder.len() <= root.len() {
                return None;
            }
            folder.truncate(folder.rfind('/')?);
        }
    }

    /// The folder that the submodules of a path would be in.
    fn rust_folder(&self, from: FileIdx, module: &str) -> Option<String> {
        let path = self.index.file(from).path();
        let own = match path.stem() {
            "mod" | "lib" | "main" => path.parent().to_owned(),
            _ => path.as_str().trim_end_matches(".rs").to_owned(),
        };
        let mut parts = module
            .split("::")
            .filter(|part| !part.is_empty())
            .peekable();
        let first = parts.next()?;
        let mut folder = match first {
            "crate" => self.rust_root(path),
            "self" => own,
            "super" => own.rsplit_once('/')?.0.to_owned(),
            name => match self.crates.get(name) {
                Some(root) => (*root).to_owned(),
                // A module of this file (`use inner::x`), else another crate.
                None => {
                    let inner = format!("{own}/{name}");
                    self.rust_file(&inner)?;
                    inner
                }
            },
        };
        while parts.next_if_eq(&"super").is_some() {
            folder.truncate(folder.rfind('/')?);
        }
        for part in parts {
            folder = join(&folder, part);
        }
        Some(folder)
    }

    /// The folder with the crate's `lib.rs` or `main.rs`.
    fn rust_root(&self, path: &RepoPath) -> String {
        let mut folder = path.parent();
        loop {
            let has = |stem| self.whole(Family::Rust, &join(folder, stem)).is_some();
            if has("lib") || has("main") {
                return folder.to_owned();
            }
            match folder.rsplit_once('/') {
                Some((parent, _)) => folder = parent,
                None => break,
            }
        }
        path.as_str()
            .rfind("src/")
            .map_or("", |at| &path.as_str()[..at + 3])
            .to_owned()
    }

    fn rust_file(&self, folder: &str) -> Option<FileIdx> {
        self.whole(Family::Rust, folder)
            .or_else(|| self.whole(Family::Rust, &join(folder, "lib")))
            .or_else(|| self.whole(Family::Rust, &join(folder, "main")))
    }

    /// An included file: beside this one, else anywhere, the nearest.
    fn include(&self, from: FileIdx, module: &str) -> Place {
        let near = join(self.index.file(from).path().parent(), module);
        if let Some(file) = self.index.file_at(&near) {
            return Place::File(file);
        }
        let tail = join("", module);
        let stem = tail.rfind('.').map_or(tail.as_str(), |dot| &tail[..dot]);
        let candidates = self.tail(Family::C, stem).iter().copied().filter(|&file| {
            let path = self.index.file(file).path().as_str();
            path.strip_suffix(tail.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        });
        self.nearest(from, candidates)
            .map_or(Place::Nowhere, Place::File)
    }
}

/// The name of a Go package by its import path: the last part that is no version.
fn go_package(path: &str) -> &str {
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    path.rsplit('/')
        .find(|part| !is_version(part))
        .unwrap_or(path)
}

fn is_main(family: Family, stem: &str) -> bool {
    matches!(
        (family, stem),
        (Family::Python, "__init__") | (Family::Script, "index") | (Family::Rust, "mod")
    )
}

/// The path by which a file is imported: without extension, a package's main file as its folder.
fn module_path(family: Family, path: &RepoPath) -> &str {
    let text = path.as_str();
    let extension = path.extension().len();
    let stem = if extension == 0 {
        text
    } else {
        &text[..text.len() - extension - 1]
    };
    // `types.d.ts` declares what `types` holds.
    let stem = if family == Family::Script {
        stem.strip_suffix(".d").unwrap_or(stem)
    } else {
        stem
    };
    if is_main(family, path.stem()) && !path.parent().is_empty() {
        path.parent()
    } else {
        stem
    }
}

/// `a/b` and `../c/./d` give `a/c/d`.
fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{go_package, join};

    #[test]
    fn relative_paths() {
        assert_eq!(join("a/b", "../c/./d"), "a/c/d");
        assert_eq!(join("", "./x"), "x");
        assert_eq!(join("a", "../../x"), "x");
    }

    #[test]
    fn go_packages() {
        assert_eq!(go_package("github.com/a/b/v2"), "b");
        assert_eq!(go_package("fmt"), "fmt");
    }
}
