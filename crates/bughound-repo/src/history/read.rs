//! Reading a history: what is cached, what is new, and the ancestors out of both.

use std::sync::Arc;

use bughound_core::{Problem, Severity};
use bughound_store::Store;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::history::cache::Cache;
use crate::history::changed::Workers;
use crate::history::columns::{Columns, Row};
use crate::history::raw::RawCommit;
use crate::history::select;
use crate::history::walk::{Job, Walk};
use crate::history::{History, HistoryOptions};
use crate::packs::{Objects, Packs};
use crate::{ObjectId, Repo, RepoError};

/// Commits whose changes one worker finds in one go. Neighbours share most of their trees, and each tree is
/// mostly stored as the difference to its neighbour's: what two workers take turns in, both must decode.
const BATCH: usize = 1024;

/// What is remembered of commits that others were stored as differences to.
const COMMIT_BYTES: usize = 2 << 20;

pub(crate) fn read(
    repo: &Repo,
    tip: ObjectId,
    store: &Store,
    options: HistoryOptions<'_>,
) -> Result<History, RepoError> {
    let shallow = Shallow::of(repo);
    if options.limit.is_some() {
        let new = read_new(repo, tip, &[], &shallow, options)?;
        return Ok(finish(&new.columns, tip, &shallow, new.problems));
    }
    let cache = Cache::open(repo, store, &shallow.file);
    let mut parts = cache.load();
    let mut problems = cache.findings();
    if !parts.iter().any(|part| part.find(tip).is_some()) {
        let new = read_new(repo, tip, &parts, &shallow, options)?;
        let complete = new.problems.is_empty();
        problems.extend(new.problems);
        parts.push(new.columns);
        if complete && let Err(error) = cache.keep(&mut parts) {
            let message = format!("the history was not kept and will be read again: {error}");
            problems.push(Problem {
                severity: Severity::Note,
                ..Problem::general(message)
            });
        }
    }
    Ok(finish(&Columns::merge(parts), tip, &shallow, problems))
}

/// Where a shallow clone ends.
struct Shallow {
    commits: FxHashSet<ObjectId>,
    /// The content of its file; empty where the clone is not shallow.
    file: Vec<u8>,
}

impl Shallow {
    fn of(repo: &Repo) -> Self {
        let file = repo
            .local()
            .shallow_file()
            .ok()
            .and_then(|path| std::fs::read(path).ok())
            .unwrap_or_default();
        let commits = file
            .split(|byte| *byte == b'\n')
            .filter_map(|line| ObjectId::from_hex(std::str::from_utf8(line).ok()?.trim()));
        Self {
            commits: commits.collect(),
            file,
        }
    }
}

fn finish(
    columns: &Columns,
    tip: ObjectId,
    shallow: &Shallow,
    mut problems: Vec<Problem>,
) -> History {
    let Some(row) = columns.find(tip) else {
        return History {
            problems,
            ..History::default()
        };
    };
    let select::Selection { mut history, n_cut } = select::ancestors(columns, row);
    if n_cut > 0 {
        let (severity, message) = if shallow.commits.is_empty() {
            (
                Severity::Warning,
                format!(
                    "parents of {n_cut} commits are missing, and all before them: run `git fsck`"
                ),
            )
        } else {
            let message = format!(
                "the clone is shallow: its history ends at {n_cut} commits; `git fetch --unshallow` gets the rest"
            );
            (Severity::Note, message)
        };
        problems.push(Problem {
            severity,
            ..Problem::general(message)
        });
    }
    history.problems = problems;
    history
}

struct New {
    columns: Columns,
    problems: Vec<Problem>,
}

/// Reads the ancestors of `tip` that are in none of `known`.
fn read_new(
    repo: &Repo,
    tip: ObjectId,
    known: &[Columns],
    shallow: &Shallow,
    options: HistoryOptions<'_>,
) -> Result<New, RepoError> {
    let known_order: FxHashMap<ObjectId, i64> = known
        .iter()
        .flat_map(|part| part.ids.iter().copied().zip(part.orders.iter().copied()))
        .collect();
    let known_ids: FxHashSet<ObjectId> = known
        .iter()
        .flat_map(|part| part.ids.iter().copied())
        .collect();
    let repo = &repo.reopened();
    let packs = Arc::new(Packs::open(repo));
    let workers = Workers::new(repo, Arc::clone(&packs));
    let n_found = std::sync::atomic::AtomicUsize::new(0);
    let met = rayon::in_place_scope(|scope| {
        let mut batch: Vec<Job> = Vec::with_capacity(BATCH);
        let (workers, n_found) = (&workers, &n_found);
        let send = |batch: Vec<Job>| {
            scope.spawn(move |_| {
                let n_done = workers.work(&batch);
                if let Some(progress) = options.progress {
                    progress(n_done, n_found.load(std::sync::atomic::Ordering::Relaxed));
                }
            });
        };
        let mut objects = Objects::bulk(repo, &packs, COMMIT_BYTES);
        let mut walk = Walk {
            objects: &mut objects,
            known: &known_ids,
            shallow: &shallow.commits,
            limit: options.limit.unwrap_or(usize::MAX),
        };
        let met = walk.run(tip, |job| {
            n_found.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            batch.push(job);
            if batch.len() == BATCH {
                send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        });
        send(batch);
        met
    })?;
    let mut changed = workers.finish();
    let mut problems = Vec::new();
    if changed.n_incomplete > 0 {
        problems.push(Problem::general(format!(
            "trees of {} commits are missing or damaged, so what these changed is unknown: the clone is partial \
             (fetch again without `--filter=tree:0`) or damaged (run `git fsck`)",
            changed.n_incomplete
        )));
    }
    let orders = corrected_times(&met, &known_order);
    let rows = met
        .iter()
        .zip(orders)
        .enumerate()
        .filter(|(_, ((id, _), _))| !id.is_null());
    let rows = rows.map(|(at, ((id, commit), order))| Row {
        id: *id,
        time: commit.time,
        order,
        parents: commit.parents.clone(),
        message: &commit.message,
        changed: changed.of_commit.remove(&at).unwrap_or_default(),
    });
    let columns = Columns::from_rows(rows.collect(), changed.paths);
    Ok(New { columns, problems })
}

/// For each commit its time, or one second more than the greatest of its parents' corrected times, whichever
/// is greater.
fn corrected_times(met: &[(ObjectId, RawCommit)], known: &FxHashMap<ObjectId, i64>) -> Vec<i64> {
    let position: FxHashMap<ObjectId, usize> = met.iter().map(|(id, _)| *id).zip(0..).collect();
    let mut corrected: Vec<Option<i64>> = vec![None; met.len()];
    let mut pending = Vec::new();
    for start in 0..met.len() {
        pending.push(start);
        while let Some(at) = pending.last().copied() {
            let n_pending = pending.len();
            let mut time = met[at].1.time;
            for parent in &met[at].1.parents {
                let parent_time = match position.get(parent) {
                    Some(parent) if corrected[*parent].is_none() => {
                        pending.push(*parent);
                        None
                    }
                    Some(parent) => corrected[*parent],
                    None => known.get(parent).copied(),
                };
                time = time.max(parent_time.map_or(i64::MIN, |parent| parent.saturating_add(1)));
            }
            if pending.len() == n_pending {
                corrected[at] = Some(time);
                pending.pop();
            }
        }
    }
    corrected
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect()
}
