//! Where a repository keeps what decides which commit history starts from, and which files are tracked.

use std::fs;
use std::path::{Path, PathBuf};

use bughound_repo::Repo;

/// Folders of git, and what matters in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GitPlaces {
    /// Holds `HEAD` and the index.
    git_dir: PathBuf,
    /// Holds `packed-refs`; differs for linked worktrees.
    common_dir: PathBuf,
    /// Holds the current branch, or is the nearest folder above that exists.
    refs: PathBuf,
}

impl GitPlaces {
    /// Those of the repository around a folder.
    pub(super) fn of(root: &Path) -> Option<Self> {
        let repo = Repo::open(root).ok()?;
        let (git_dir, common_dir) = (repo.git_dir().to_owned(), repo.common_dir());
        let absolute = |path: PathBuf| path.canonicalize().unwrap_or(path);
        let (git_dir, common_dir) = (absolute(git_dir), absolute(common_dir));
        let head = fs::read_to_string(git_dir.join("HEAD")).unwrap_or_default();
        let branch = head.trim().strip_prefix("ref: ").unwrap_or("refs/heads/x");
        let mut refs = common_dir.join(branch);
        // The branch itself is a file, and may be packed.
        refs.pop();
        while !refs.is_dir() && refs.starts_with(&common_dir) && refs.pop() {}
        Some(Self {
            git_dir,
            common_dir,
            refs,
        })
    }

    /// The folders to watch.
    pub(super) fn folders(&self) -> [&Path; 3] {
        [&self.git_dir, &self.common_dir, &self.refs]
    }

    /// Whether a change of this path, which lies in one of the folders, can change what is served; `None`
    /// where it lies in none of them.
    pub(super) fn matters(&self, path: &Path) -> Option<bool> {
        let (folder, name) = (path.parent()?, path.file_name()?.to_string_lossy());
        let is_in = |place: &Path| folder == place;
        if !self.folders().into_iter().any(is_in) {
            return None;
        }
        let matters = (is_in(&self.refs) && !name.ends_with(".lock"))
            || (is_in(&self.git_dir) && (name == "HEAD" || name == "index"))
            || (is_in(&self.common_dir) && name == "packed-refs");
        Some(matters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_of_git_matter() {
        let places = GitPlaces {
            git_dir: "/r/.git/worktrees/w".into(),
            common_dir: "/r/.git".into(),
            refs: "/r/.git/refs/heads/topic".into(),
        };
        for (path, expect) in [
            ("/r/.git/worktrees/w/HEAD", Some(true)),
            ("/r/.git/worktrees/w/index", Some(true)),
            ("/r/.git/worktrees/w/index.lock", Some(false)),
            ("/r/.git/packed-refs", Some(true)),
            ("/r/.git/FETCH_HEAD", Some(false)),
            ("/r/.git/refs/heads/topic/x", Some(true)),
            ("/r/.git/refs/heads/topic/x.lock", Some(false)),
            ("/r/.git/refs/heads/main", None),
            ("/r/src/a.py", None),
        ] {
            assert_eq!(places.matters(Path::new(path)), expect, "{path}");
        }
    }
}
