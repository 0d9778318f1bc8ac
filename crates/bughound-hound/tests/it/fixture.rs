//! Small repositories, written as text.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bughound_hound::features::{CandidateFeature, Features, FileFeature};
use bughound_hound::{Context, features_of};
use bughound_index::{HistoryIndex, Index};
use bughound_repo::{History, Repo, Snapshot};
use bughound_store::Store;
use tempfile::TempDir;

/// A project and what is known of it for one issue.
pub(crate) struct Known {
    pub(crate) index: Index,
    pub(crate) features: Features,
    _dir: TempDir,
}

/// The features of files, given as `//- path` lines each followed by a text, for an issue.
pub(crate) fn features(files: &str, issue: &str) -> Known {
    let dir = TempDir::new().unwrap();
    write(dir.path(), files);
    let snapshot = Snapshot::worktree(dir.path()).unwrap();
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    let features = features_of(&index, issue, &Context::default());
    Known {
        index,
        features,
        _dir: dir,
    }
}

/// The same after a history: each commit is a message and the files that it writes.
pub(crate) fn features_after(commits: &[(&str, &str)], issue: &str) -> Known {
    let dir = TempDir::new().unwrap();
    git(dir.path(), &["init", "--quiet"], 0);
    for (day, (message, files)) in (0..).zip(commits) {
        write(dir.path(), files);
        git(dir.path(), &["add", "--all"], day);
        git(
            dir.path(),
            &["commit", "--quiet", "--message", message],
            day,
        );
    }
    let repo = Repo::open(dir.path()).unwrap();
    let head = repo.resolve("HEAD").unwrap();
    let snapshot = Snapshot::at_commit(&repo, head).unwrap();
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    let history = History::read(&repo, head, &Store::none()).unwrap();
    let history = HistoryIndex::build(&history, &index, &Store::none());
    let context = Context {
        history: Some(&history),
        ..Context::default()
    };
    let features = features_of(&index, issue, &context);
    Known {
        index,
        features,
        _dir: dir,
    }
}

impl Known {
    /// A feature of the candidate with a dotted name.
    pub(crate) fn of(&self, name: &str, feature: CandidateFeature) -> f32 {
        let found = |symbol| self.index.symbol(symbol).qualified_name() == name;
        let rows = &self.features.candidates;
        let row = rows.iter().position(|&symbol| found(symbol));
        self.features.candidate(feature)[row.unwrap_or_else(|| panic!("no candidate `{name}`"))]
    }

    /// A feature of a file.
    pub(crate) fn of_file(&self, path: &str, feature: FileFeature) -> f32 {
        let file = self.index.file_at(path);
        self.features
            .of_file(feature, file.unwrap_or_else(|| panic!("no file `{path}`")))
    }
}

/// Writes files, given as `//- path` lines each followed by a text.
pub(crate) fn write(dir: &Path, files: &str) {
    for file in files.split("//- ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        let path = dir.join(path.trim());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs git in `dir`, its clock standing at noon of a day of 2021.
#[expect(
    clippy::disallowed_methods,
    reason = "git makes the repositories of tests"
)]
fn git(dir: &Path, arguments: &[&str], day: u64) {
    let date = format!("{} +0000", 1_609_459_200 + day * 86_400 * 30);
    let done = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(["-c", "commit.gpgsign=false", "-C"])
        .arg(dir)
        .args(arguments)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
