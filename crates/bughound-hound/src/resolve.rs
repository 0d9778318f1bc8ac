//! From what an issue names to files of the index.

use bughound_index::{FileIdx, Index};
use rustc_hash::FxHashMap;

/// Files by their names.
pub(crate) struct Paths<'a> {
    index: &'a Index,
    by_name: FxHashMap<&'a str, Vec<FileIdx>>,
}

/// Files whose paths end like a mention.
pub(crate) struct SuffixMatch {
    /// The files that share the most parts.
    pub(crate) files: Vec<FileIdx>,
    /// How many parts they share, the file name included.
    pub(crate) n_parts: usize,
}

impl<'a> Paths<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        let mut by_name: FxHashMap<&str, Vec<FileIdx>> = FxHashMap::default();
        for file in index.file_idxs() {
            by_name
                .entry(index.file(file).path().file_name())
                .or_default()
                .push(file);
        }
        Self { index, by_name }
    }

    /// The files that share the longest tail of parts with a path as written anywhere: absolute, with
    /// backslashes, below `site-packages`.
    pub(crate) fn longest_suffix(&self, written: &str) -> Option<SuffixMatch> {
        let written = written.replace('\\', "/");
        let parts: Vec<&str> = written
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        let files = self.by_name.get(parts.last()?)?;
        let mut best = SuffixMatch {
            files: Vec::new(),
            n_parts: 0,
        };
        for &file in files {
            let shared = self
                .index
                .file(file)
                .path()
                .components()
                .rev()
                .zip(parts.iter().rev())
                .take_while(|(ours, theirs)| ours == *theirs)
                .count();
            if shared > best.n_parts {
                best = SuffixMatch {
                    files: vec![file],
                    n_parts: shared,
                };
            } else if shared == best.n_parts {
                best.files.push(file);
            }
        }
        Some(best)
    }

    /// The file of a stack frame: it must share at least two parts with the path as written, or all there
    /// are, and be the only one.
    pub(crate) fn of_frame(&self, written: &str) -> Option<FileIdx> {
        let found = self.longest_suffix(written)?;
        let whole =
            |file: FileIdx| self.index.file(file).path().components().count() == found.n_parts;
        let n_written = written
            .split(['/', '\\'])
            .filter(|part| !part.is_empty())
            .count();
        match found.files.as_slice() {
            &[file] if found.n_parts >= 2 || whole(file) || n_written == 1 => Some(file),
            files => files
                .iter()
                .copied()
                .find(|&file| whole(file) && found.n_parts >= 2),
        }
    }

    /// The file of a dotted module name, as long a prefix of it as there is, and how many of its parts
    /// that took. At least the last part of the path's own name must be among them.
    pub(crate) fn module(&self, parts: &[String]) -> Option<(FileIdx, usize)> {
        let extensions = ["py", "java", "rs", "ts", "js", "go"];
        for n in (1..=parts.len()).rev() {
            let tail = parts[..n].join("/");
            for extension in extensions {
                for path in [
                    format!("{tail}.{extension}"),
                    format!("{tail}/__init__.{extension}"),
                ] {
                    let needed = path.split('/').count();
                    let Some(found) = self.longest_suffix(&path) else {
                        continue;
                    };
                    if found.n_parts == needed
                        && found.files.len() == 1
                        && (n > 1 || parts.len() > 1)
                    {
                        return Some((found.files[0], n));
                    }
                }
            }
        }
        None
    }
}
