//! What the past says: which files change often, lately, together, and for reasons like this one.
//!
//! Ages count from the newest commit of the history, the snapshot's own: a history never holds anything
//! later than the snapshot, and the clock is not read.

use bughound_repo::{History, ObjectId, Repo};
use bughound_store::{Key, Store};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::{FileIdx, Index, SymbolIdx, u32_of};
use crate::tokens;
use crate::touched::touched;

/// Commits that change more files than this (mass edits, imports of other projects) say nothing about
/// which files belong together.
pub const MAX_FILES_PER_COMMIT: usize = 30;

/// How many similar commits are looked at.
const N_SIMILAR: usize = 60;

const DAY: f32 = 86_400.0;

/// The history of a snapshot, ready for questions about the files of one index.
pub struct HistoryIndex {
    ids: Vec<ObjectId>,
    subjects: Vec<String>,
    /// Days before the newest commit.
    ages: Vec<f32>,
    /// The files that commit `c` changed, and that exist in the index:
    /// `files[files_at[c]..files_at[c + 1]]`.
    files_at: Vec<u32>,
    files: Vec<FileIdx>,
    /// How many files commit `c` changed in all, source or not.
    n_changed: Vec<u32>,
    terms_at: Vec<u32>,
    /// Hashes of the terms of each message, repetitions kept.
    terms: Vec<u64>,
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
        let n = history.len();
        let newest = history
            .commits()
            .map(|commit| commit.time)
            .max()
            .unwrap_or(0);
        let known_paths: Vec<Option<FileIdx>> = history
            .paths()
            .iter()
            .map(|path| index.file_at(path.as_str()))
            .collect();
        let mut by_file = vec![FileChanges::default(); index.files().len()];
        let mut out = Self {
            ids: Vec::with_capacity(n),
            subjects: Vec::with_capacity(n),
            ages: Vec::with_capacity(n),
            files_at: Vec::with_capacity(n + 1),
            files: Vec::new(),
            n_changed: Vec::with_capacity(n),
            terms_at: Vec::with_capacity(n + 1),
            terms: Vec::new(),
            by_file: Vec::new(),
            repo: index.snapshot().history_tip().map(|(repo, _)| repo),
            store: store.clone(),
        };
        out.files_at.push(0);
        out.terms_at.push(0);
        for (commit, terms) in history.commits().zip(message_terms(history, store)) {
            let age = (newest - commit.time).max(0) as f32 / DAY;
            out.ids.push(commit.id);
            out.subjects.push(
                commit
                    .message
                    .lines()
                    .next()
                    .unwrap_or("")
                    .trim()
                    .to_owned(),
            );
            out.ages.push(age);
            out.files.extend(
                commit
                    .paths
                    .iter()
                    .filter_map(|&path| known_paths[path as usize]),
            );
            out.n_changed.push(u32_of(commit.paths.len()));
            out.terms.extend(terms);
            let changed = &out.files[out.files_at[out.files_at.len() - 1] as usize..];
            if commit.paths.len() <= MAX_FILES_PER_COMMIT {
                for file in changed {
                    let changes = &mut by_file[file.index()];
                    changes.n_commits += 1;
                    changes.recent += (-age / 90.0).exp();
                    changes.lasting += (-age / 730.0).exp();
                }
            }
            out.files_at.push(u32_of(out.files.len()));
            out.terms_at.push(u32_of(out.terms.len()));
        }
        out.by_file = by_file;
        out
    }

    /// Number of commits.
    pub fn n_commits(&self) -> usize {
        self.ids.len()
    }

    /// The id of a commit.
    pub fn id(&self, at: usize) -> ObjectId {
        self.ids[at]
    }

    /// The first line of a commit's message.
    pub fn subject(&self, at: usize) -> &str {
        &self.subjects[at]
    }

    /// Days between a commit and the newest one.
    pub fn age_days(&self, at: usize) -> f32 {
        self.ages[at]
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
        for at in 0..self.ids.len() {
            if self.files_at[at] == self.files_at[at + 1]
                || self.n_changed[at] as usize > MAX_FILES_PER_COMMIT
            {
                continue;
            }
            found.clear();
            for hash in &self.terms[self.terms_at[at] as usize..self.terms_at[at + 1] as usize] {
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
        let n_docs = self.ids.len() as f32;
        let average = (self.terms.len() as f32 / n_docs.max(1.0)).max(1.0);
        let mut scored: Vec<(f32, usize)> = Vec::new();
        for commit in hits.chunk_by(|a, b| a.0 == b.0) {
            let at = commit[0].0 as usize;
            let length = (self.terms_at[at + 1] - self.terms_at[at]) as f32;
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
                weight: (score / best).powi(2) * (-self.ages[at] / 2500.0).exp()
                    / (self.n_changed[at].max(1) as f32).sqrt(),
            })
            .collect()
    }

    /// For each of some commits the candidates that it changed, as far as they still have the same path and
    /// name. Read from the repository at first, then from the cache.
    pub fn touched(&self, index: &Index, commits: &[SimilarCommit]) -> Vec<Vec<SymbolIdx>> {
        let ids: Vec<ObjectId> = commits.iter().map(|commit| self.ids[commit.at]).collect();
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
        for at in 0..self.ids.len() {
            if self.n_changed[at] as usize > MAX_FILES_PER_COMMIT {
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

/// The terms of every message, newest first.
fn message_terms(history: &History, store: &Store) -> Vec<Vec<u64>> {
    let table = store.table("messages", tokens::TOKENIZER_VERSION);
    let terms: Vec<(Vec<u64>, bool)> = (0..history.len())
        .into_par_iter()
        .with_min_len(512)
        .map_init(FxHashMap::default, |memory, at| {
            let commit = history.commit(at);
            match table.get(&commit.id.0) {
                Some(bytes) if bytes.len() % 8 == 0 => {
                    let (words, _) = bytes.as_chunks::<8>();
                    (
                        words.iter().map(|word| u64::from_le_bytes(*word)).collect(),
                        true,
                    )
                }
                _ => (text_terms(commit.message, memory), false),
            }
        })
        .collect();
    let fresh: Vec<(Key, Vec<u8>)> = terms
        .iter()
        .enumerate()
        .filter(|(_, (_, known))| !known)
        .map(|(at, (terms, _))| {
            (
                history.commit(at).id.0,
                terms.iter().flat_map(|term| term.to_le_bytes()).collect(),
            )
        })
        .collect();
    if !fresh.is_empty() {
        // A cache that cannot be written costs time, not results; building the index has reported it.
        let _ = table.put_all(&fresh);
    }
    terms.into_iter().map(|(terms, _)| terms).collect()
}

fn text_terms(text: &str, memory: &mut FxHashMap<u64, Vec<u64>>) -> Vec<u64> {
    let mut terms = Vec::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        let Some(identifier) = text.get(range) else {
            return;
        };
        let known = memory
            .entry(tokens::identifier_hash(identifier))
            .or_insert_with(|| {
                tokens::terms_of(identifier)
                    .iter()
                    .map(|term| tokens::term_hash(term))
                    .collect()
            });
        terms.extend_from_slice(known);
    });
    terms
}
