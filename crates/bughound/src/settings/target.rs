//! Which files: a revision, or a working directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use bughound_core::Severity;
use bughound_index::{BuildReport, HistoryIndex, Index};
use bughound_repo::{History, HistoryOptions, Repo, RepoError, Snapshot};
use bughound_store::Store;

use super::Settings;
use crate::args::RepoArgs;
use crate::environment;
use crate::exit::Failure;

/// Which files are meant by `--repo` and `--rev`.
#[derive(Debug)]
pub(crate) struct Target {
    /// The repository; `None` for a folder that is none.
    pub(crate) repo: Option<Repo>,
    /// The root of the working directory, or the git directory of a bare repository.
    pub(crate) root: PathBuf,
    /// The revision; `None` for the files of the working directory.
    pub(crate) rev: Option<String>,
}

/// A target that has been read.
pub(crate) struct Opened {
    /// Its files.
    pub(crate) snapshot: Arc<Snapshot>,
    /// Where everything is.
    pub(crate) index: Index,
    /// What indexing did.
    pub(crate) report: BuildReport,
}

impl Target {
    /// Decides which files are meant: the given revision; else the working directory around the path; else
    /// (a bare repository, or a path inside `.git`) `HEAD`. A folder that was named and is no repository, such
    /// as an exported one, is taken as it is.
    ///
    /// # Errors
    /// Where there is no repository.
    pub(crate) fn resolve(args: &RepoArgs) -> anyhow::Result<Self> {
        if !args.repo.exists() {
            return Err(
                Failure::bad_input(format!("there is no folder {}", args.repo.display()))
                    .hint("give a working directory, a folder below one, or a bare clone")
                    .into(),
            );
        }
        let repo = match Repo::open(&args.repo) {
            Ok(repo) => repo,
            Err(RepoError::NotARepository { .. })
                if args.rev.is_none() && is_folder_named(&args.repo) =>
            {
                return Ok(Self {
                    repo: None,
                    root: args.repo.clone(),
                    rev: None,
                });
            }
            Err(error) => return Err(error.into()),
        };
        let inside_git_dir = args
            .repo
            .canonicalize()
            .is_ok_and(|path| path.starts_with(repo.git_dir()));
        let work_dir = repo
            .work_dir()
            .map(Path::to_owned)
            .filter(|_| !inside_git_dir);
        let rev = match (&args.rev, &work_dir) {
            (Some(rev), _) => Some(rev.clone()),
            (None, Some(_)) => None,
            (None, None) => Some("HEAD".to_owned()),
        };
        let root = repo
            .work_dir()
            .map_or_else(|| repo.git_dir().to_owned(), Path::to_owned);
        Ok(Self {
            repo: Some(repo),
            root,
            rev,
        })
    }

    /// For people: `the working directory of /src/x`, `v1.2 (0123456789ab) of /src/x.git`.
    pub(crate) fn describe(&self, snapshot: &Snapshot) -> String {
        let root = self.root.display();
        match (&self.rev, snapshot.commit()) {
            (Some(rev), Some(commit)) => {
                let id = commit.to_string();
                let short = &id[..12.min(id.len())];
                if id.starts_with(rev.as_str()) {
                    format!("commit {short} of {root}")
                } else {
                    format!("{rev} ({short}) of {root}")
                }
            }
            _ if self.repo.is_none() => format!("the folder {root}, which is no git repository"),
            _ => format!("the working directory of {root}"),
        }
    }

    /// For machines: the commit id, or `worktree`.
    pub(crate) fn describe_revision(&self, snapshot: &Snapshot) -> String {
        snapshot
            .commit()
            .map_or_else(|| "worktree".to_owned(), |commit| commit.to_string())
    }

    /// Lists the files; those of a working directory that have not changed since the last time are not read.
    ///
    /// # Errors
    /// An unknown revision, a damaged repository, a folder that cannot be listed.
    pub(crate) fn snapshot(&self, store: &Store) -> anyhow::Result<Snapshot> {
        match (&self.rev, &self.repo) {
            (Some(rev), Some(repo)) => Ok(repo.snapshot(rev)?),
            _ => {
                let root = self.root.display();
                Snapshot::worktree_cached(&self.root, store, environment::now())
                    .with_context(|| format!("cannot read the working directory {root}"))
            }
        }
    }

    /// Lists the files and indexes them, with a spinner. Warns where the cache cannot be written.
    ///
    /// # Errors
    /// As [`Target::snapshot`].
    pub(crate) fn open(&self, settings: &Settings) -> anyhow::Result<Opened> {
        let spinner = settings.progress.spinner("Listing files");
        let snapshot = Arc::new(self.snapshot(&settings.store)?);
        spinner.say(format!("Indexing {} files", snapshot.entries().len()));
        let (index, report) = Index::build(Arc::clone(&snapshot), &settings.store);
        drop(spinner);
        Ok(Opened {
            snapshot,
            index,
            report,
        })
    }
}

/// Whoever does not say which folder is meant means a repository, and may stand above thousands of them.
fn is_folder_named(path: &Path) -> bool {
    path != Path::new(".") && path.is_dir()
}

impl Opened {
    /// Warns where the cache could not be written; for commands that do without.
    pub(crate) fn warn_about_cache(&self, settings: &Settings) {
        if let Some(error) = &self.report.cache_error {
            settings.warn(&format!(
                "{error} (the answer does not depend on it; --no-cache avoids this)"
            ));
        }
    }

    /// What happened before. `None` outside of history, and, with a warning, where it cannot be read: answers
    /// are then a little worse, not wrong.
    pub(crate) fn history(&self, settings: &Settings) -> Option<HistoryIndex> {
        let (repo, tip) = self.snapshot.history_tip()?;
        let bar = settings.progress.bar(0, "Reading history");
        let progress = |done: usize, found: usize| bar.reach(done as u64, found as u64);
        let options = HistoryOptions {
            progress: Some(&progress),
            ..HistoryOptions::default()
        };
        let read = History::read_with(&repo, tip, &settings.store, options);
        drop(bar);
        match read {
            Ok(history) => {
                for problem in history.problems() {
                    match problem.severity {
                        Severity::Note => settings.note(&problem.message),
                        Severity::Warning => settings.warn(&problem.message),
                    }
                }
                Some(HistoryIndex::build(&history, &self.index, &settings.store))
            }
            Err(error) => {
                settings.warn(&format!("the history is not used: {error}"));
                None
            }
        }
    }
}
