//! Which file imports which.

use bughound_core::{Language, RepoPath};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::{FileIdx, Index};
use crate::record::ImportRecord;

/// One import of a file of this repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportEdge {
    /// The file that is imported.
    pub to: FileIdx,
    /// The line of the import.
    pub line: u32,
    /// Position among the importing file's imports.
    pub(crate) import: u32,
}

/// The imports between the files of an index. Imports of other projects have no edge.
pub struct ImportGraph {
    out: Vec<Vec<ImportEdge>>,
    into: Vec<Vec<FileIdx>>,
}

impl ImportGraph {
    pub(crate) fn build(index: &Index) -> Self {
        let modules = Modules::new(index);
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let out: Vec<Vec<ImportEdge>> = files
            .par_iter()
            .with_min_len(64)
            .map(|&from| {
                let mut edges = Vec::new();
                for (import, found) in (0..).zip(&index.file(from).record().imports) {
                    for to in modules.resolve(index, from, found) {
                        if to != from {
                            edges.push(ImportEdge {
                                to,
                                line: found.line,
                                import,
                            });
                        }
                    }
                }
                edges.sort_unstable();
                edges.dedup();
                edges
            })
            .collect();
        let mut into = vec![Vec::new(); files.len()];
        for (from, edges) in files.iter().zip(&out) {
            for edge in edges {
                if into[edge.to.index()].last() != Some(from) {
                    into[edge.to.index()].push(*from);
                }
            }
        }
        Self { out, into }
    }

    /// The files that `file` imports, once per import statement.
    pub fn imports_of(&self, file: FileIdx) -> &[ImportEdge] {
        &self.out[file.index()]
    }

    /// The files that import `file`, each once.
    pub fn importers_of(&self, file: FileIdx) -> &[FileIdx] {
        &self.into[file.index()]
    }
}

/// Files by the last parts of their paths.
pub(crate) struct Modules<'a> {
    /// By path without extension.
    by_stem: FxHashMap<&'a str, Vec<FileIdx>>,
    /// By every tail of the path without extension, longest first cut: `c`, `b/c`, `a/b/c`.
    by_tail: FxHashMap<&'a str, Vec<FileIdx>>,
}

impl<'a> Modules<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        let mut by_stem: FxHashMap<&str, Vec<FileIdx>> = FxHashMap::default();
        let mut by_tail: FxHashMap<&str, Vec<FileIdx>> = FxHashMap::default();
        for file in index.file_idxs() {
            let path = index.file(file).path().as_str();
            let without_extension = path.len() - index.file(file).path().extension().len();
            let stem = path[..without_extension].trim_end_matches('.');
            let module = stem
                .strip_suffix("/__init__")
                .or(stem.strip_suffix("/index"))
                .unwrap_or(stem);
            by_stem.entry(module).or_default().push(file);
            let mut tail = module;
            loop {
                by_tail.entry(tail).or_default().push(file);
                match tail.split_once('/') {
                    Some((_, rest)) => tail = rest,
                    None => break,
                }
            }
        }
        Self { by_stem, by_tail }
    }

    /// The file of a dotted Python module name, as long a prefix of it as there is, with how many of its
    /// parts that took. A tail of the path is enough (`src/` layouts), where it is the only one.
    pub(crate) fn python(&self, dotted: &str) -> Option<(FileIdx, usize)> {
        let parts: Vec<&str> = dotted.split('.').filter(|part| !part.is_empty()).collect();
        for n in (1..=parts.len()).rev() {
            let path = parts[..n].join("/");
            let found = match self.by_stem.get(path.as_str()) {
                Some(files) => Some(files[0]),
                None => self
                    .by_tail
                    .get(path.as_str())
                    .filter(|files| files.len() == 1)
                    .map(|files| files[0]),
            };
            if let Some(file) = found {
                return Some((file, n));
            }
        }
        None
    }

    /// The files with this tail of a path, extension left out.
    pub(crate) fn with_tail(&self, tail: &str) -> &[FileIdx] {
        self.by_tail.get(tail).map_or(&[], Vec::as_slice)
    }

    fn resolve(&self, index: &Index, from: FileIdx, import: &ImportRecord) -> Vec<FileIdx> {
        let record = index.file(from).record();
        let module = record.text(import.module);
        let path = index.file(from).path();
        match record.language() {
            Language::Python => {
                self.resolve_python(record.text(import.names), path, module, import.level)
            }
            Language::JavaScript | Language::TypeScript | Language::Tsx
                if module.starts_with('.') =>
            {
                let target = join(path.parent(), module);
                let without = ["js", "jsx", "ts", "tsx", "mjs", "cjs"]
                    .iter()
                    .find_map(|extension| target.strip_suffix(&format!(".{extension}")))
                    .unwrap_or(&target);
                self.by_stem
                    .get(without)
                    .map(|files| vec![files[0]])
                    .unwrap_or_default()
            }
            Language::C | Language::Cpp => {
                let near = join(path.parent(), module);
                let stem = |text: &str| {
                    text.rfind('.')
                        .map_or(text.to_owned(), |dot| text[..dot].to_owned())
                };
                let mut files = self.with_tail(&stem(&near)).to_vec();
                if files.is_empty() {
                    files = self.with_tail(&stem(module)).to_vec();
                }
                files.retain(|&file| {
                    index
                        .file(file)
                        .path()
                        .as_str()
                        .ends_with(module.trim_start_matches("../"))
                });
                if files.len() > 1 { Vec::new() } else { files }
            }
            Language::Java => {
                let tail = module.trim_end_matches(".*").replace('.', "/");
                self.unique_tail(&tail)
            }
            Language::Rust => self.resolve_rust(path, module),
            Language::Go => {
                // A package is a folder; the last two parts of the import path usually tell it.
                let mut parts: Vec<&str> = module.rsplit('/').take(2).collect();
                parts.reverse();
                let folder = parts.join("/");
                index
                    .file_idxs()
                    .filter(|&file| {
                        let parent = index.file(file).path().parent();
                        parts.len() == 2
                            && (parent == folder || parent.ends_with(&format!("/{folder}")))
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn resolve_python(
        &self,
        names: &str,
        path: &RepoPath,
        module: &str,
        level: u32,
    ) -> Vec<FileIdx> {
        let mut base = module.to_owned();
        if level > 0 {
            let mut folder = path.parent();
            for _ in 1..level {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
            base = format!("{}.{module}", folder.replace('/', "."));
        }
        let base = base.trim_matches('.');
        let n_parts = base.split('.').filter(|part| !part.is_empty()).count();
        let mut files = Vec::new();
        // `from package import module` names files too.
        for line in names.lines() {
            let name = line.split_once(" as ").map_or(line, |(name, _)| name);
            if let Some((file, n)) = self.python(&format!("{base}.{name}"))
                && n == n_parts + 1
            {
                files.push(file);
            }
        }
        if let Some((file, n)) = self.python(base)
            && n == n_parts
            && (names.is_empty() || files.len() < names.lines().count())
        {
            files.push(file);
        }
        files
    }

    fn resolve_rust(&self, path: &RepoPath, module: &str) -> Vec<FileIdx> {
        let mut parts: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
        let source_root = path
            .as_str()
            .rfind("src/")
            .map_or("", |at| &path.as_str()[..at + 3]);
        let mut folder = match parts.first() {
            Some(&"crate") => source_root.to_owned(),
            Some(&"self") => path
                .as_str()
                .trim_end_matches(".rs")
                .trim_end_matches("/mod")
                .to_owned(),
            Some(&"super") => path.parent().to_owned(),
            _ => return Vec::new(),
        };
        parts.remove(0);
        while parts.first() == Some(&"super") {
            folder = folder
                .rsplit_once('/')
                .map_or(String::new(), |(parent, _)| parent.to_owned());
            parts.remove(0);
        }
        for n in (1..=parts.len()).rev() {
            let stem = join(&folder, &parts[..n].join("/"));
            for candidate in [stem.clone(), format!("{stem}/mod")] {
                if let Some(files) = self.by_stem.get(candidate.as_str()) {
                    return vec![files[0]];
                }
            }
        }
        Vec::new()
    }

    fn unique_tail(&self, tail: &str) -> Vec<FileIdx> {
        match self.with_tail(tail) {
            [file] => vec![*file],
            _ => Vec::new(),
        }
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
    use super::join;

    #[test]
    fn relative_paths() {
        assert_eq!(join("a/b", "../c/./d"), "a/c/d");
        assert_eq!(join("", "./x"), "x");
        assert_eq!(join("a", "../../x"), "x");
    }
}
