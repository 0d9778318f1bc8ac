//! What a history says by itself, whatever the files are now: words of messages, ages, changed paths.

use bughound_core::RepoPath;
use bughound_repo::{History, ObjectId};
use bughound_store::{Key, Store};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::u32_of;
use crate::tokens;

const DAY: f32 = 86_400.0;

/// A history, ready to be joined with an index ([`crate::HistoryIndex::join`]).
#[derive(Debug)]
pub struct Past {
    pub(crate) ids: Vec<ObjectId>,
    pub(crate) subjects: Vec<String>,
    /// Days before the newest commit.
    pub(crate) ages: Vec<f32>,
    paths: Vec<RepoPath>,
    /// Commit `c` changed `changed[changed_at[c]..changed_at[c + 1]]`, positions in `paths`.
    changed_at: Vec<u32>,
    changed: Vec<u32>,
    terms_at: Vec<u32>,
    /// Hashes of the terms of each message, repetitions kept.
    terms: Vec<u64>,
}

impl Past {
    /// Prepares a history. The terms of messages that `store` holds are taken from it, the others are kept
    /// there.
    pub fn new(history: &History, store: &Store) -> Self {
        let n = history.len();
        let newest = history
            .commits()
            .map(|commit| commit.time)
            .max()
            .unwrap_or(0);
        let mut out = Self {
            ids: Vec::with_capacity(n),
            subjects: Vec::with_capacity(n),
            ages: Vec::with_capacity(n),
            paths: history.paths().to_vec(),
            changed_at: Vec::with_capacity(n + 1),
            changed: Vec::new(),
            terms_at: Vec::with_capacity(n + 1),
            terms: Vec::new(),
        };
        out.changed_at.push(0);
        out.terms_at.push(0);
        for (commit, terms) in history.commits().zip(message_terms(history, store)) {
            let subject = commit.message.lines().next().unwrap_or("").trim();
            out.ids.push(commit.id);
            out.subjects.push(subject.to_owned());
            out.ages.push((newest - commit.time).max(0) as f32 / DAY);
            out.changed.extend_from_slice(commit.paths);
            out.changed_at.push(u32_of(out.changed.len()));
            out.terms.extend(terms);
            out.terms_at.push(u32_of(out.terms.len()));
        }
        out
    }

    /// Number of commits.
    pub fn n_commits(&self) -> usize {
        self.ids.len()
    }

    /// Every path that a commit changed.
    pub(crate) fn paths(&self) -> &[RepoPath] {
        &self.paths
    }

    /// Positions in [`Past::paths`] of what a commit changed.
    pub(crate) fn changed(&self, at: usize) -> &[u32] {
        &self.changed[self.changed_at[at] as usize..self.changed_at[at + 1] as usize]
    }

    /// Hashes of the terms of a commit's message.
    pub(crate) fn terms(&self, at: usize) -> &[u64] {
        &self.terms[self.terms_at[at] as usize..self.terms_at[at + 1] as usize]
    }

    /// Terms of all messages together.
    pub(crate) fn n_terms(&self) -> usize {
        self.terms.len()
    }
}

/// The terms of every message, newest first.
fn message_terms(history: &History, store: &Store) -> Vec<Vec<u64>> {
    let table = store.table("messages", tokens::TOKENIZER_VERSION);
    table.read_ahead(history.len());
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
