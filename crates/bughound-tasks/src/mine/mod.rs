//! Tasks from a repository's history: commits that fix something, with what their authors said as the statement,
//! the fix as the patch, and the parent as the base commit.
//!
//! Every filter is a setting ([`MineSettings`]); what was left out is counted by reason ([`DropReason`]), and what
//! a statement gives away is recorded with the task.

mod changelog;
mod fix;
mod issues;
mod known;
mod leaks;
mod licence;
mod recipe;
mod settings;
mod statement;
mod time;
mod unified;

pub use issues::IssueTexts;
pub use known::{KnownTasks, TEST_PROJECTS};
pub use leaks::{LeakPolicy, Leaks};
pub use licence::{is_permissive, licence_of};
pub use recipe::{Recipe, RecipeProject};
pub use settings::MineSettings;
pub use statement::without_bookkeeping;
pub use unified::unified_diff;

use std::collections::{BTreeMap, BTreeSet};

use bughound_core::{Language, RepoPath};
use bughound_index::FileRole;
use bughound_repo::{Change, ChangeReader, Commit, History, Repo, RepoError};
use bughound_store::Store;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{PreImage, Task, ground_truth_of_patch};

/// Why a commit makes no task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropReason {
    /// It has no parent, or several.
    NotOneParent,
    /// It changes no source file, or too many.
    FileCount,
    /// Its message speaks of no fix, or of something that is none (a release, a reformatting, a revert).
    NoFix,
    /// It changes no test, and tests were asked for.
    NoTests,
    /// There is too little to read.
    ShortStatement,
    /// It changes too many lines.
    TooManyLines,
    /// It changes no function or class that was there before, or too many.
    LocationCount,
    /// A blob is missing or is no text.
    Unreadable,
    /// The statement gives the answer away.
    Leak,
    /// A task that must not be trained on has the same commit, fix or statement.
    Known,
    /// An earlier task of this run has the same statement or the same fix.
    Duplicate,
    /// The most tasks of one repository were reached.
    OverLimit,
}

impl DropReason {
    /// A few words for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::NotOneParent => "roots and merges",
            Self::FileCount => "no source file changed, or too many",
            Self::NoFix => "the message speaks of no fix",
            Self::NoTests => "no test changed",
            Self::ShortStatement => "too little text",
            Self::TooManyLines => "too many lines changed",
            Self::LocationCount => "no function changed, or too many",
            Self::Unreadable => "a file that cannot be read",
            Self::Leak => "the statement gives the answer away",
            Self::Known => "in a set that must not be trained on",
            Self::Duplicate => "said or done before",
            Self::OverLimit => "over the limit of tasks",
        }
    }
}

/// What mining brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mined {
    /// The tasks, newest first.
    pub tasks: Vec<Task>,
    /// Commits that were looked at.
    pub n_commits: usize,
    /// Commits that make no task, by reason.
    pub dropped: BTreeMap<DropReason, usize>,
    /// The licence that the repository's files name at the revision, as an SPDX identifier.
    pub licence: Option<&'static str>,
}

/// What is mined, and what must stay out.
pub struct MineRequest<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The project: `owner/name`.
    pub name: &'a str,
    /// The youngest commit.
    pub rev: &'a str,
    /// The filters.
    pub settings: &'a MineSettings,
    /// Texts of issues that messages refer to.
    pub issues: &'a IssueTexts,
    /// What must not come out.
    pub known: &'a KnownTasks,
    /// The cache.
    pub store: &'a Store,
}

/// Makes tasks of the ancestors of a revision.
///
/// # Errors
/// [`RepoError`] where the revision is unknown or its history cannot be read. What is wrong with single commits is
/// counted.
pub fn mine(request: &MineRequest<'_>) -> Result<Mined, RepoError> {
    let tip = request.repo.resolve(request.rev)?;
    let history = History::read(request.repo, tip, request.store)?;
    let paths: Vec<PathKind> = history.paths().iter().map(PathKind::of).collect();
    let numbers: Vec<usize> = (0..history.len()).collect();
    let found: Vec<Result<Task, DropReason>> = numbers
        .par_chunks(64)
        .map_init(
            || request.repo.change_reader(),
            |reader, numbers| {
                let each = |&at: &usize| candidate(request, reader, history.commit(at), &paths);
                numbers.iter().map(each).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect();
    let mut mined = Mined {
        n_commits: history.len(),
        licence: licence_of(&request.repo.snapshot(request.rev)?),
        ..Mined::default()
    };
    let mut seen = BTreeSet::new();
    for task in found {
        let kept = task.and_then(|task| {
            let keys = known::keys_of(&task);
            if keys.iter().any(|key| seen.contains(key)) {
                return Err(DropReason::Duplicate);
            }
            if mined.tasks.len() >= request.settings.max_tasks.unwrap_or(usize::MAX) {
                return Err(DropReason::OverLimit);
            }
            seen.extend(keys);
            Ok(task)
        });
        match kept {
            Ok(mut task) => {
                if let Some(record) = task.extra.get_mut("mined") {
                    record["licence"] = json!(mined.licence);
                }
                mined.tasks.push(task);
            }
            Err(reason) => *mined.dropped.entry(reason).or_default() += 1,
        }
    }
    Ok(mined)
}

/// What a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathKind {
    Source,
    Test,
    Changelog,
    Other,
}

impl PathKind {
    fn of(path: &RepoPath) -> Self {
        if changelog::is_changelog(path) {
            return Self::Changelog;
        }
        if Language::from_extension(path.extension()).is_none() {
            return Self::Other;
        }
        match FileRole::of(path) {
            FileRole::Source => Self::Source,
            FileRole::Test => Self::Test,
            _ => Self::Other,
        }
    }
}

/// The task that a commit makes.
fn candidate(
    request: &MineRequest<'_>,
    reader: &mut ChangeReader,
    commit: Commit<'_>,
    kinds: &[PathKind],
) -> Result<Task, DropReason> {
    let settings = request.settings;
    if commit.n_parents != 1 {
        return Err(DropReason::NotOneParent);
    }
    let count = |kind: PathKind| {
        let is_kind = |path: &&u32| kinds.get(**path as usize) == Some(&kind);
        commit.paths.iter().filter(is_kind).count()
    };
    let n_sources = count(PathKind::Source);
    if n_sources == 0 || n_sources > settings.max_files {
        return Err(DropReason::FileCount);
    }
    if settings.fixes_only && !fix::is_fix(commit.message) {
        return Err(DropReason::NoFix);
    }
    if settings.with_tests_only && count(PathKind::Test) == 0 {
        return Err(DropReason::NoTests);
    }
    let changes = reader
        .changes(commit.id)
        .map_err(|_| DropReason::Unreadable)?;
    let mut texts = Texts::read(reader, &changes, PathKind::of);
    let statement = statement::of(commit.message, request.issues, &texts.changelog);
    if statement.n_chars() < settings.min_statement_chars {
        return Err(DropReason::ShortStatement);
    }
    if texts.unreadable {
        return Err(DropReason::Unreadable);
    }
    let mut patch = String::new();
    let mut n_lines = 0;
    for file in &texts.sources {
        n_lines += unified::write(&mut patch, file);
    }
    if n_lines == 0 || n_lines > settings.max_lines {
        return Err(DropReason::TooManyLines);
    }
    let (truth, _) = ground_truth_of_patch(&patch, &mut |path| texts.before(path));
    let n_locations = truth.functions.len() + truth.classes.len();
    if n_locations == 0 || n_locations > settings.max_locations {
        return Err(DropReason::LocationCount);
    }
    let leaks = Leaks::of(&statement.text, &truth);
    if settings.leaks.refuses(&leaks) {
        return Err(DropReason::Leak);
    }
    let base_commit = parent_of(request.repo, commit).ok_or(DropReason::Unreadable)?;
    let id = commit.id.to_string();
    let mut task = Task {
        instance_id: format!(
            "{}-{}",
            request.name.replace('/', "__"),
            &id[..12.min(id.len())]
        ),
        repo: request.name.to_owned(),
        base_commit,
        problem_statement: statement.text,
        patch,
        created_at: time::iso(commit.time),
        ..Task::default()
    };
    task.extra.insert(
        "mined".to_owned(),
        json!({
            "commit": id,
            "statement": statement.sources,
            "tests_changed": count(PathKind::Test) > 0,
            "names_function": leaks.functions,
            "names_path": leaks.paths,
        }),
    );
    if request.known.holds(&task, &id) {
        return Err(DropReason::Known);
    }
    Ok(task)
}

/// The commit before.
fn parent_of(repo: &Repo, commit: Commit<'_>) -> Option<String> {
    let id = repo.resolve(&format!("{}^", commit.id)).ok()?;
    Some(id.to_string())
}

/// A file before and after.
struct FileTexts {
    path: RepoPath,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

/// What a commit changed, read.
#[derive(Default)]
struct Texts {
    sources: Vec<FileTexts>,
    /// Lines that were added to changelogs.
    changelog: String,
    unreadable: bool,
}

impl Texts {
    fn read(
        reader: &mut ChangeReader,
        changes: &[Change],
        kind_of: impl Fn(&RepoPath) -> PathKind,
    ) -> Self {
        let mut texts = Self::default();
        for change in changes {
            let kind = kind_of(&change.path);
            if change.old == change.new || matches!(kind, PathKind::Test | PathKind::Other) {
                continue;
            }
            let mut read = |id: Option<bughound_repo::ObjectId>| {
                let Some(id) = id else { return Some(None) };
                let mut bytes = Vec::new();
                reader.blob(id, &mut bytes).ok()?;
                (!bytes.contains(&0)).then_some(Some(bytes))
            };
            let (Some(old), Some(new)) = (read(change.old), read(change.new)) else {
                texts.unreadable |= kind == PathKind::Source;
                continue;
            };
            if kind == PathKind::Changelog {
                changelog::add(&mut texts.changelog, old.as_deref(), new.as_deref());
            } else {
                texts.sources.push(FileTexts {
                    path: change.path.clone(),
                    old,
                    new,
                });
            }
        }
        texts
    }

    fn before(&mut self, path: &str) -> PreImage {
        match self.sources.iter().find(|file| file.path.as_str() == path) {
            Some(FileTexts { old: Some(old), .. }) => {
                PreImage::Text(String::from_utf8_lossy(old).into_owned())
            }
            _ => PreImage::Absent,
        }
    }
}
