//! The files of a working directory as they are now.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use bughound_core::{Problem, RepoPath, Severity};
use ignore::{DirEntry, WalkBuilder, WalkState};
use rayon::prelude::*;

use crate::content::{blob_id, read_link, read_regular, too_large};
use crate::stamp::{Stamp, Stamps};
use crate::tree::NOT_UTF8;
use crate::{Entry, EntryKind, MAX_CONTENT_BYTES, ObjectId, Repo, RepoError};

/// What is needed to read files later.
#[derive(Debug)]
pub(crate) struct Worktree {
    root: PathBuf,
    /// Where files lie whose name had to be escaped.
    escaped: BTreeMap<RepoPath, PathBuf>,
    /// The repository around the folder and its `HEAD`.
    pub(crate) tip: Option<(Repo, ObjectId)>,
    /// The folders in which files were looked for.
    pub(crate) folders: Vec<PathBuf>,
    /// What tells which files have changed since.
    pub(crate) stamps: Stamps,
    /// How many files were read.
    pub(crate) n_read: usize,
}

/// An earlier listing of the same folder.
#[derive(Clone, Copy)]
pub(crate) struct Earlier<'a> {
    /// Its entries, sorted by path.
    pub(crate) entries: &'a [Entry],
    /// Their stamps.
    pub(crate) stamps: &'a Stamps,
}

impl Earlier<'_> {
    /// The id of a file's content, where its stamp shows that it is the same as then.
    fn id(self, path: &RepoPath, stamp: &Stamp) -> Option<ObjectId> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path.cmp(path))
            .ok()?;
        let then = self.stamps.listed_at?;
        let same = self.stamps.of_entries[at].as_ref() == Some(stamp) && stamp.is_settled(then);
        same.then_some(self.entries[at].id)
    }
}

impl Worktree {
    /// Where the file of an entry lies.
    pub(crate) fn file(&self, path: &RepoPath) -> PathBuf {
        self.escaped
            .get(path)
            .cloned()
            .unwrap_or_else(|| self.root.join(path.as_str()))
    }
}

/// Lists a folder; entries are sorted by path. Files that have not changed since an earlier listing are not
/// read again; `now` is the time at which this one begins, for the next.
pub(crate) fn list(
    dir: &Path,
    earlier: Option<Earlier<'_>>,
    now: Option<SystemTime>,
) -> Result<(Vec<Entry>, Vec<Problem>, Worktree), RepoError> {
    let fail = |error: io::Error| RepoError::Worktree {
        path: dir.to_owned(),
        reason: error.to_string(),
    };
    let root = dir.canonicalize().map_err(fail)?;
    fs::read_dir(&root).map_err(fail)?;
    let repo = Repo::open(&root)
        .ok()
        .filter(|repo| repo.work_dir().is_some_and(|top| root.starts_with(top)));

    let mut listing = walk(&root, repo.is_some());
    if let Some(repo) = &repo {
        add_tracked(repo, &root, &mut listing);
    }
    let Listing {
        mut found,
        mut folders,
        mut problems,
    } = listing;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    folders.sort();
    folders.dedup();

    let n_read = AtomicUsize::new(0);
    let hashed: Vec<_> = found
        .par_iter()
        .map_init(Vec::new, |buffer, found| found.id(earlier, buffer, &n_read))
        .collect();
    let mut entries = Vec::with_capacity(found.len());
    let mut stamps = Vec::with_capacity(found.len());
    let mut escaped = BTreeMap::new();
    for (found, (hashed, stamp)) in found.into_iter().zip(hashed) {
        // What could not be read is tried again next time.
        stamps.push(stamp.filter(|_| hashed.is_ok()));
        let id = hashed.unwrap_or_else(|problem| {
            problems.push(problem);
            ObjectId::NULL
        });
        if found.escaped {
            problems.push(Problem::note(found.path.clone(), NOT_UTF8));
            escaped.insert(found.path.clone(), found.file);
        }
        entries.push(Entry {
            path: found.path,
            id,
            kind: found.kind,
        });
    }
    problems.sort_by(|a, b| (&a.path, &a.message).cmp(&(&b.path, &b.message)));
    let tip = repo.and_then(|repo| repo.resolve("HEAD").ok().map(|id| (repo, id)));
    let worktree = Worktree {
        root,
        escaped,
        tip,
        folders,
        stamps: Stamps {
            of_entries: stamps,
            listed_at: now,
        },
        n_read: n_read.into_inner(),
    };
    Ok((entries, problems, worktree))
}

/// A file that the walk came across.
struct Found {
    path: RepoPath,
    escaped: bool,
    file: PathBuf,
    kind: EntryKind,
    /// Known for submodules.
    commit: ObjectId,
}

impl Found {
    fn new(root: &Path, file: PathBuf, kind: EntryKind) -> Self {
        let (path, escaped) = repo_path(file.strip_prefix(root).unwrap_or(&file));
        Self {
            path,
            escaped,
            file,
            kind,
            commit: ObjectId::NULL,
        }
    }

    /// The id of the content, and the stamp that the file had before it was read.
    fn id(
        &self,
        earlier: Option<Earlier<'_>>,
        buffer: &mut Vec<u8>,
        n_read: &AtomicUsize,
    ) -> (Result<ObjectId, Problem>, Option<Stamp>) {
        if self.kind == EntryKind::Submodule {
            return (Ok(self.commit), None);
        }
        let meta = fs::symlink_metadata(&self.file).ok();
        let stamp = meta.as_ref().map(Stamp::of);
        if let Some(known) = stamp.and_then(|stamp| earlier?.id(&self.path, &stamp)) {
            return (Ok(known), stamp);
        }
        n_read.fetch_add(1, Ordering::Relaxed);
        let content = match (self.kind, meta) {
            (EntryKind::Symlink, _) => read_link(&self.file).map(|target| *buffer = target),
            (_, Some(meta)) if meta.len() > MAX_CONTENT_BYTES => {
                let message = format!("{}; it is listed only", too_large(meta.len()));
                return (Err(Problem::note(self.path.clone(), message)), stamp);
            }
            _ => read_regular(&self.file, buffer),
        };
        let id = content.and_then(|()| blob_id(buffer)).map_err(|message| {
            Problem::in_file(self.path.clone(), format!("it cannot be read: {message}"))
        });
        (id, stamp)
    }
}

#[derive(Default)]
struct Listing {
    found: Vec<Found>,
    folders: Vec<PathBuf>,
    problems: Vec<Problem>,
}

/// More threads than this do not list a folder faster.
const MAX_WALKERS: usize = 8;

/// All files that are not ignored.
fn walk(root: &Path, in_repository: bool) -> Listing {
    let listing = Mutex::new(Listing::default());
    WalkBuilder::new(root)
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .git_ignore(true)
        .git_exclude(true)
        .require_git(false)
        .parents(in_repository)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .threads(rayon::current_num_threads().min(MAX_WALKERS))
        .build_parallel()
        .run(|| {
            Box::new(|entry| {
                let (seen, state) = match entry {
                    Ok(entry) => visit(root, entry),
                    Err(error) => (
                        Seen::Problem(walk_problem(root, &error)),
                        WalkState::Continue,
                    ),
                };
                // A poisoned lock only says that another thread panicked; the list is whole all the same.
                let mut listing = listing
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                match seen {
                    Seen::File(found) => listing.found.push(found),
                    Seen::Folder(folder) => listing.folders.push(folder),
                    Seen::Problem(problem) => listing.problems.push(problem),
                    Seen::Nothing => {}
                }
                state
            })
        });
    listing
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

enum Seen {
    File(Found),
    Folder(PathBuf),
    Problem(Problem),
    Nothing,
}

fn visit(root: &Path, entry: DirEntry) -> (Seen, WalkState) {
    let Some(kind) = entry.file_type() else {
        return (Seen::Nothing, WalkState::Continue);
    };
    if kind.is_dir() {
        if entry.depth() == 0 || gix::discover::is_git(&entry.path().join(".git")).is_err() {
            return (Seen::Folder(entry.into_path()), WalkState::Continue);
        }
        let file = entry.into_path();
        let commit = Repo::open(&file)
            .and_then(|repo| repo.resolve("HEAD"))
            .unwrap_or(ObjectId::NULL);
        let found = Found {
            commit,
            ..Found::new(root, file, EntryKind::Submodule)
        };
        return (Seen::File(found), WalkState::Skip);
    }
    let seen = if kind.is_symlink() {
        Seen::File(Found::new(root, entry.into_path(), EntryKind::Symlink))
    } else if kind.is_file() {
        Seen::File(Found::new(root, entry.into_path(), EntryKind::File))
    } else {
        let (path, _) = repo_path(entry.path().strip_prefix(root).unwrap_or(entry.path()));
        Seen::Problem(Problem::note(
            path,
            "neither a file, a folder nor a symbolic link; it was left out",
        ))
    };
    (seen, WalkState::Continue)
}

fn walk_problem(root: &Path, error: &ignore::Error) -> Problem {
    let path = path_of(error).map(|path| repo_path(path.strip_prefix(root).unwrap_or(path)).0);
    let message = match error.io_error() {
        Some(io) => format!("it was left out: {io}"),
        None => error.to_string(),
    };
    Problem {
        severity: Severity::Warning,
        path,
        line: None,
        message,
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// Adds what git tracks although an ignore pattern matches it, and submodules that are not checked out.
fn add_tracked(repo: &Repo, root: &Path, listing: &mut Listing) {
    let (Some(top), Ok(index)) = (repo.work_dir(), repo.local().index_or_empty()) else {
        return;
    };
    let listed: rustc_hash::FxHashSet<PathBuf> = listing
        .found
        .iter()
        .map(|found| found.file.clone())
        .collect();
    for entry in index.entries() {
        let Ok(relative) = gix::path::from_bstr(entry.path(&index)) else {
            continue;
        };
        let file = top.join(relative);
        if !file.starts_with(root) || listed.contains(&file) {
            continue;
        }
        let Ok(kind) = fs::symlink_metadata(&file).map(|meta| meta.file_type()) else {
            continue;
        };
        let kind = match (kind.is_file(), kind.is_symlink(), kind.is_dir()) {
            (true, ..) => EntryKind::File,
            (_, true, _) => EntryKind::Symlink,
            (_, _, true) if entry.mode == gix::index::entry::Mode::COMMIT => EntryKind::Submodule,
            _ => continue,
        };
        let commit = ObjectId::from_gix(&entry.id).unwrap_or(ObjectId::NULL);
        listing.folders.extend(file.parent().map(Path::to_owned));
        listing.found.push(Found {
            commit,
            ..Found::new(root, file, kind)
        });
    }
}

/// A relative path of the file system with `/` between its components.
fn repo_path(relative: &Path) -> (RepoPath, bool) {
    let mut bytes = Vec::new();
    for component in relative.components() {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(component.as_os_str().as_encoded_bytes());
    }
    RepoPath::from_git(&bytes)
}
