//! Which announced paths matter?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bughound_repo::{Repo, Snapshot};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What `.gitignore` files say, and what is listed all the same. A path that is wrongly taken to matter costs
/// one more look at the files; so what is hard to tell matters.
pub(super) struct Ignored {
    root: PathBuf,
    listed: Arc<Snapshot>,
    /// The patterns of each folder that has some.
    patterns: BTreeMap<PathBuf, Gitignore>,
}

impl Ignored {
    /// Reads the `.gitignore` files of a listing, and the repository's `info/exclude`.
    pub(super) fn new(root: &Path, listed: &Arc<Snapshot>) -> Self {
        let mut patterns: BTreeMap<PathBuf, GitignoreBuilder> = BTreeMap::new();
        let mut add = |folder: &Path, file: &Path| {
            let builder = patterns
                .entry(folder.to_owned())
                .or_insert_with(|| GitignoreBuilder::new(folder));
            // A pattern that cannot be understood ignores nothing.
            let _ = builder.add(file);
        };
        // Later patterns win, so those of the repository itself come first.
        if let Ok(repo) = Repo::open(root) {
            let exclude = repo.common_dir().join("info").join("exclude");
            if exclude.is_file() {
                add(root, &exclude);
            }
        }
        for entry in listed.entries() {
            if entry.path.file_name() == ".gitignore" {
                let file = root.join(entry.path.as_str());
                add(file.parent().unwrap_or(root), &file);
            }
        }
        let built =
            |(folder, builder): (PathBuf, GitignoreBuilder)| Some((folder, builder.build().ok()?));
        Self {
            root: root.to_owned(),
            listed: Arc::clone(listed),
            patterns: patterns.into_iter().filter_map(built).collect(),
        }
    }

    /// Whether a change of this path, in a folder that is not ignored, can change what is served.
    pub(super) fn matters(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else {
            return true;
        };
        if below.components().any(|part| part.as_os_str() == ".git") {
            return false;
        }
        // Git may track what it ignores.
        let is_listed = below
            .to_str()
            .is_some_and(|below| self.listed.entry(&below.replace('\\', "/")).is_some());
        if is_listed {
            return true;
        }
        let is_folder = path.is_dir();
        let mut folder = path.parent();
        while let Some(at) = folder.filter(|at| at.starts_with(&self.root)) {
            match self.patterns.get(at).map(|it| it.matched(path, is_folder)) {
                Some(Match::Ignore(_)) => return false,
                Some(Match::Whitelist(_)) => return true,
                Some(Match::None) | None => folder = at.parent(),
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn ignored_paths_do_not_matter() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for (path, text) in [
            (".gitignore", "*.o\nbuild/\n/only-here\n!keep.o\n"),
            ("sub/.gitignore", "!wanted.o\n"),
            ("sub/a.py", ""),
            ("sub/build/x", ""),
        ] {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let listed = Arc::new(Snapshot::worktree(&root).unwrap());
        let ignored = Ignored::new(&root, &listed);
        for (path, expect) in [
            ("new.py", true),
            ("sub/a.py", true),
            (".gitignore", true),
            ("x.o", false),
            ("sub/x.o", false),
            ("keep.o", true),
            ("sub/wanted.o", true),
            ("only-here", false),
            ("sub/only-here", true),
            ("sub/build", false),
            (".git/index", false),
            ("sub/.git/HEAD", false),
        ] {
            assert_eq!(ignored.matters(&root.join(path)), expect, "{path}");
        }
        assert!(ignored.matters(Path::new("/elsewhere")));
    }
}
