//! Makes pairs of every project of a recipe.

use std::collections::BTreeMap;

use bughound_core::Language;
use bughound_index::{Documents, FileRole, Index};
use bughound_repo::{Commit, History, ObjectId, Repo};
use bughound_store::Store;
use bughound_tasks::{RecipeProject, RepoMap, Task, without_bookkeeping};
use rayon::prelude::*;

use super::build::{Builder, Document, RawPair};
use super::commits::{pair_of_commit, shuffled};
use super::documents::{bag_of, docstring_query};
use super::{PairKind, Pairs};
use crate::TrainError;

/// What is taken of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct PairLimits {
    /// Languages of the functions.
    pub languages: Vec<Language>,
    /// Terms that a text must have.
    pub min_terms: usize,
    /// Source files that a commit may change.
    pub max_files: usize,
    /// Functions that a commit may change.
    pub max_positives: usize,
    /// Other functions of the same files that are kept with a pair.
    pub max_siblings: usize,
    /// Ordinary commits of one project: the newest.
    pub max_commits: usize,
    /// Docstrings of one project.
    pub max_docstrings: usize,
}

impl Default for PairLimits {
    fn default() -> Self {
        Self {
            languages: vec![Language::Python],
            min_terms: 3,
            max_files: 5,
            max_positives: 10,
            max_siblings: 6,
            max_commits: 3000,
            max_docstrings: 3000,
        }
    }
}

/// What to make pairs of.
pub struct ExportRequest<'a> {
    /// The projects with their revisions.
    pub projects: &'a [RecipeProject],
    /// Where they lie.
    pub repos: &'a RepoMap,
    /// Mined tasks: their statements stand in for the messages of their commits.
    pub tasks: &'a [Task],
    /// What is taken.
    pub limits: PairLimits,
    /// The cache.
    pub store: &'a Store,
    /// Called after each project with its name and the pairs that it gave.
    pub on_project: &'a dyn Fn(&str, usize),
}

/// How many pairs there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// By name of the kind.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// Projects of the recipe that could not be read, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Makes the pairs, project by project in the order of the recipe.
///
/// # Errors
/// [`TrainError::TooMuch`] where there are more than 2^32 of anything. A project that cannot be read is left out.
pub fn export_pairs(request: &ExportRequest<'_>) -> Result<(Pairs, ExportSummary), TrainError> {
    let mut builder = Builder::default();
    let mut summary = ExportSummary::default();
    for project in request.projects {
        let raw = match pairs_of(request, project) {
            Ok(raw) => raw,
            Err(reason) => {
                summary.left_out.push((project.name.clone(), reason));
                continue;
            }
        };
        (request.on_project)(&project.name, raw.len());
        builder.begin_project(&project.name);
        for pair in raw {
            *summary.by_kind.entry(pair.kind.name()).or_default() += 1;
            builder.add(pair)?;
        }
    }
    Ok((builder.finish(), summary))
}

fn pairs_of(request: &ExportRequest<'_>, project: &RecipeProject) -> Result<Vec<RawPair>, String> {
    let path = request.repos.find(&project.name).map_err(|e| e.message)?;
    let repo = Repo::open(&path).map_err(|e| e.to_string())?;
    let tip = repo.resolve(&project.rev).map_err(|e| e.to_string())?;
    let history = History::read(&repo, tip, request.store).map_err(|e| e.to_string())?;
    let statements: BTreeMap<ObjectId, &str> = request
        .tasks
        .iter()
        .filter(|task| task.repo == project.name)
        .filter_map(|task| {
            let commit = task.extra.get("mined")?.get("commit")?.as_str()?;
            Some((ObjectId::from_hex(commit)?, task.problem_statement.as_str()))
        })
        .collect();
    let mut raw = pairs_of_commits(request, &repo, &history, &statements);
    let snapshot = repo.snapshot(&project.rev).map_err(|e| e.to_string())?;
    let (index, _) = Index::build(std::sync::Arc::new(snapshot), request.store);
    raw.extend(docstrings(&index, &request.limits));
    Ok(raw)
}

/// The pairs of fixes and of the newest ordinary commits, newest first.
fn pairs_of_commits(
    request: &ExportRequest<'_>,
    repo: &Repo,
    history: &History,
    statements: &BTreeMap<ObjectId, &str>,
) -> Vec<RawPair> {
    let limits = &request.limits;
    let sources: Vec<bool> = history
        .paths()
        .iter()
        .map(|path| {
            let language = Language::from_extension(path.extension());
            language.is_some_and(|language| limits.languages.contains(&language))
                && FileRole::of(path) != FileRole::Test
        })
        .collect();
    let may_serve = |commit: &Commit<'_>| {
        let n = commit
            .paths
            .iter()
            .filter(|&&at| sources[at as usize])
            .count();
        commit.n_parents == 1 && (1..=limits.max_files).contains(&n)
    };
    let commits: Vec<Commit<'_>> = history.commits().filter(may_serve).collect();
    let make = |commits: &[&Commit<'_>]| -> Vec<Option<RawPair>> {
        commits
            .par_iter()
            .with_min_len(16)
            .map_init(
                || repo.change_reader(),
                |reader, commit| match statements.get(&commit.id) {
                    Some(text) => pair_of_commit(reader, commit.id, PairKind::Fix, text, limits),
                    None => {
                        let text = without_bookkeeping(commit.message);
                        pair_of_commit(reader, commit.id, PairKind::Commit, &text, limits)
                    }
                },
            )
            .collect()
    };
    let (fixes, others): (Vec<&Commit<'_>>, Vec<&Commit<'_>>) = commits
        .iter()
        .partition(|commit| statements.contains_key(&commit.id));
    let mut raw: Vec<RawPair> = make(&fixes).into_iter().flatten().collect();
    let mut n_ordinary = 0;
    // Not all that are looked at serve, so that more than are wanted may have to be.
    for part in others.chunks(1024) {
        let missing = limits.max_commits.saturating_sub(n_ordinary);
        if missing == 0 {
            break;
        }
        let found: Vec<RawPair> = make(part).into_iter().flatten().take(missing).collect();
        n_ordinary += found.len();
        raw.extend(found);
    }
    raw
}

/// The documented functions of a snapshot, in an order that does not matter.
fn docstrings(index: &Index, limits: &PairLimits) -> Vec<RawPair> {
    let mut found: Vec<(u64, RawPair)> = index
        .files()
        .par_iter()
        .filter(|file| {
            file.role() == FileRole::Source && limits.languages.contains(&file.language())
        })
        .flat_map_iter(|file| {
            let record = file.record();
            let documents = Documents::of(record);
            let blob = file.blob();
            let bags: Vec<(u32, super::documents::Bag)> = documents
                .candidates()
                .map(|def| (def, bag_of(record, &documents, file.path(), def)))
                .collect();
            let mut pairs = Vec::new();
            for (def, bag) in &bags {
                let query = docstring_query(bag);
                if query.len() < limits.min_terms + 2 {
                    continue;
                }
                let mut others: Vec<(u64, usize)> = (0..bags.len())
                    .filter(|&at| bags[at].0 != *def)
                    .map(|at| (shuffled(&blob, bags[at].0 ^ def << 16), at))
                    .collect();
                others.sort_unstable();
                others.truncate(limits.max_siblings / 2);
                let document = |def: u32, bag: &super::documents::Bag| Document {
                    blob,
                    def,
                    bag: bag.clone(),
                };
                let mut all = vec![document(*def, bag)];
                all.extend(
                    others
                        .iter()
                        .map(|&(_, at)| document(bags[at].0, &bags[at].1)),
                );
                let pair = RawPair {
                    kind: PairKind::Docstring,
                    query,
                    documents: all,
                    n_positives: 1,
                };
                pairs.push((shuffled(&blob, *def), pair));
            }
            pairs
        })
        .collect();
    found.sort_by_key(|(order, _)| *order);
    found.truncate(limits.max_docstrings);
    found.into_iter().map(|(_, pair)| pair).collect()
}
