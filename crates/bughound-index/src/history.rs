//! What the past says: which files change often, lately, together, and for reasons like this one.
//!
//! Ages count from the newest commit of the history, the snapshot's own: a history never holds anything
//! later than the snapshot, and the clock is not read.

use std::sync::Arc;

use bughound_repo::{History, ObjectId, Repo};
use bughound_store::Store;
use rustc_hash::FxHashMap;

use crate::index::{FileIdx, Index, SymbolIdx, u32_of};
use crate::past::Past;
use crate::touched::touched;

/// Commits that change more files than this (mass edits, imports of other projects) say nothing about
/// which files belong together.
pub const MAX_FILES_PER_COMMIT: usize = 30;

/// How many similar commits are looked at.
const N_SIMILAR: usize = 60;

/// The history of a snapshot, ready for questions about the files of one index.
pub struct HistoryIndex {
    past: Arc<Past>,
    /// The files that commit `c` changed, and that exist in the index:
    /// `files[files_at[c]..files_at[c + 1]]`.
    files_at: Vec<u32>,
    files: Vec<FileIdx>,
    by_file: Vec<FileChanges>,
    repo: Option<Repo>,
    store: Store,
}

/// How often and how lately a file changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileChanges {
    /// Number of commits of at most [`MAX_FILES_PER_COMMIT`] files that changed it.
    pub n_commits: u32,
    /// `Σ exp(−age / 90 days)` over them.
    pub recent: f32,
    /// `Σ exp(−age / 730 days)` over them.
    pub lasting: f32,
    /// Days between the newest of them and the newest commit of all.
    pub last_age: Option<f32>,
}

/// A commit whose message resembles a text.
#[derive(Clone, Copy, Debug)]
pub struct SimilarCommit {
    /// Position in the history, 0 being the newest.
    pub at: usize,
    /// `(s / s_max)² · exp(−age / 2500 days) / √(files changed)`, in (0, 1].
    pub weight: f32,
}

impl HistoryIndex {
    /// Prepares a history. The terms of messages that `store` holds are taken from it, the others are kept
    /// there.
    pub fn build(history: &History, index: &Index, store: &Store) -> Self {
        Self::join(Arc::new(Past::new(history, store)), index, store)
    }

    /// Joins a prepared history, that of the index's snapshot, with the index.
    pub fn join(past: Arc<Past>, index: &Index, store: &Store) -> Self {
        let known_paths: Vec<Option<FileIdx>> = past
            .paths()
            .iter()
            .map(|path| index.file_at(path.as_str()))
            .collect();
        let mut by_file = vec![FileChanges::default(); index.files().len()];
        let mut files_at = Vec::with_capacity(past.n_commits() + 1);
        let mut files: Vec<FileIdx> = Vec::new();
        files_at.push(0);
        for (at, &age) in past.ages.iter().enumerate() {
            let (first, changed) = (files.len(), past.changed(at));
            files.extend(
                changed
                    .iter()
                    .filter_map(|&path| known_paths[path as usize]),
            );
            if changed.len() <= MAX_FILES_PER_COMMIT {
                for file in &files[first..] {
                    let changes = &mut by_file[file.index()];
                    changes.n_commits += 1;
                    changes.recent += (-age / 90.0).exp();
                    changes.lasting += (-age / 730.0).exp();
                    changes.last_age = Some(changes.last_age.map_or(age, |least| least.min(age)));
                }
            }
            files_at.push(u32_of(files.len()));
        }
        Self {
            past,
            files_at,
            files,
            by_file,
            repo: index.snapshot().history_tip().map(|(repo, _)| repo),
            store: store.clone(),
        }
    }

    /// Number of commits.
    pub fn n_commits(&self) -> usize {
        self.past.n_commits()
    }

    /// The id of a commit.
    pub fn id(&self, at: usize) -> ObjectId {
        self.past.ids[at]
    }

    /// The first line of a commit's message.
    pub fn subject(&self, at: usize) -> &str {
        &self.past.subjects[at]
    }

    /// Days between a commit and the newest one.
    pub fn age_days(&self, at: usize) -> f32 {
        self.past.ages[at]
    }

    /// The files of the index that a commit changed.
    pub fn files_of(&self, at: usize) -> &[FileIdx] {
        &self.files[self.files_at[at] as usize..self.files_at[at + 1] as usize]
    }

    /// How often and how lately a file changed.
    pub fn changes(&self, file: FileIdx) -> FileChanges {
        self.by_file[file.index()]
    }

    /// The commits whose messages resemble a text, best first: BM25 (k1 1.2, b 0.75) over messages, of
    /// commits that change a source file and at most [`MAX_FILES_PER_COMMIT`] files. `terms` are the
    /// text's terms by hash with their weights.
    pub fn similar(&self, terms: &[(u64, f32)]) -> Vec<SimilarCommit> {
        let (k1, b) = (1.2, 0.75);
        let by_hash: FxHashMap<u64, u32> = (0..)
            .zip(terms)
            .map(|(at, &(hash, _))| (hash, at))
            .collect();
        let mut filter = vec![false; 1 << 16];
        for (hash, _) in terms {
            filter[(hash & 0xffff) as usize] = true;
        }
        let mut df = vec![0u32; terms.len()];
        let mut hits: Vec<(u32, u32, u32)> = Vec::new();
        let mut found: Vec<u32> = Vec::new();
        for at in 0..self.past.n_commits() {
            if self.files_at[at] == self.files_at[at + 1]
                || self.past.changed(at).len() > MAX_FILES_PER_COMMIT
            {
                continue;
            }
            found.clear();
            for hash in self.past.terms(at) {
                if filter[(hash & 0xffff) as usize]
                    && let Some(&term) = by_hash.get(hash)
                {
                    found.push(term);
                }
            }
            found.sort_unstable();
            for run in found.chunk_by(|a, b| a == b) {
                df[run[0] as usize] += 1;
                hits.push((u32_of(at), run[0], u32_of(run.len())));
            }
        }
        let n_docs = self.past.n_commits() as f32;
        let average = (self.past.n_terms() as f32 / n_docs.max(1.0)).max(1.0);
        let mut scored: Vec<(f32, usize)> = Vec::new();
        for commit in hits.chunk_by(|a, b| a.0 == b.0) {
            let at = commit[0].0 as usize;
            let length = self.past.terms(at).len() as f32;
            let norm = k1 * (1.0 - b + b * length / average);
            let score = commit
                .iter()
                .map(|&(_, term, count)| {
                    let df = df[term as usize] as f32;
                    let idf = (1.0 + (n_docs - df + 0.5) / (df + 0.5)).ln();
                    let tf = count as f32;
                    terms[term as usize].1 * idf * tf * (k1 + 1.0) / (tf + norm)
                })
                .sum();
            scored.push((score, at));
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.truncate(N_SIMILAR);
        let best = scored.first().map_or(1.0, |(score, _)| score.max(1e-6));
        scored
            .into_iter()
            .map(|(score, at)| SimilarCommit {
                at,
                weight: (score / best).powi(2) * (-self.past.ages[at] / 2500.0).exp()
                    / (self.past.changed(at).len().max(1) as f32).sqrt(),
            })
            .collect()
    }

    /// For each of some commits the candidates that it changed, as far as they still have the same path and
    /// name. Read from the repository at first, then from the cache.
    pub fn touched(&self, index: &Index, commits: &[SimilarCommit]) -> Vec<Vec<SymbolIdx>> {
        let ids: Vec<ObjectId> = commits
            .iter()
            .map(|commit| self.past.ids[commit.at])
            .collect();
        match &self.repo {
            Some(repo) => touched(repo, index, &ids, &self.store),
            None => vec![Vec::new(); ids.len()],
        }
    }

    /// Weight that files receive from `seeds` over common changes: `Σ_s w(s) · c(f, s) / √(c(f) · c(s))`
    /// with `c` the number of commits (of at most [`MAX_FILES_PER_COMMIT`] files) that changed the file or
    /// both. A seed that changed at all keeps its own weight. By file number.
    pub fn changed_with(&self, seeds: &[(FileIdx, f32)]) -> Vec<f32> {
        let position: FxHashMap<FileIdx, usize> = seeds
            .iter()
            .enumerate()
            .map(|(at, &(file, _))| (file, at))
            .collect();
        let mut together = vec![vec![0u32; self.by_file.len()]; seeds.len()];
        for at in 0..self.past.n_commits() {
            if self.past.changed(at).len() > MAX_FILES_PER_COMMIT {
                continue;
            }
            let files = self.files_of(at);
            for seed in files.iter().filter_map(|file| position.get(file)) {
                for file in files {
                    together[*seed][file.index()] += 1;
                }
            }
        }
        let n_commits = |file: usize| self.by_file[file].n_commits.max(1) as f32;
        let mut out = vec![0.0; self.by_file.len()];
        for (&(seed, weight), counts) in seeds.iter().zip(together) {
            for (file, count) in counts
                .into_iter()
                .enumerate()
                .filter(|(_, count)| *count > 0)
            {
                out[file] +=
                    weight * count as f32 / (n_commits(file) * n_commits(seed.index())).sqrt();
            }
        }
        out
    }
}
