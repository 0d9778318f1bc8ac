//! From a commit to a pair: its message, and the functions that it changed as they were before it.

use bughound_core::{Language, RepoPath};
use bughound_hound::issue::Issue;
use bughound_hound::query::Query;
use bughound_index::{BlobRecord, Documents, FileRole, MAX_SOURCE_BYTES};
use bughound_repo::{ChangeReader, ObjectId, diff_lines};
use xxhash_rust::xxh3::xxh3_64;

use super::PairKind;
use super::build::{Document, RawPair};
use super::documents::bag_of;
use super::export::PairLimits;

/// The pair of a commit, where it changes functions that were there before, and not too many.
pub(super) fn pair_of_commit(
    reader: &mut ChangeReader,
    commit: ObjectId,
    kind: PairKind,
    text: &str,
    limits: &PairLimits,
) -> Option<RawPair> {
    let query = query_of(text);
    if query.len() < limits.min_terms {
        return None;
    }
    let sources: Vec<(RepoPath, Language, ObjectId, Option<ObjectId>)> = reader
        .changes(commit)
        .ok()?
        .into_iter()
        .filter(|change| FileRole::of(&change.path) != FileRole::Test)
        .filter_map(|change| {
            let language = Language::from_extension(change.path.extension())?;
            let wanted = limits.languages.contains(&language);
            Some((change.path, language, change.old?, change.new)).filter(|_| wanted)
        })
        .collect();
    if sources.is_empty() || sources.len() > limits.max_files {
        return None;
    }
    let (mut positives, mut siblings) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for (path, language, old_id, new_id) in sources {
        new.clear();
        if reader.blob(old_id, &mut old).is_err()
            || new_id.is_some_and(|id| reader.blob(id, &mut new).is_err())
            || old.len().max(new.len()) > MAX_SOURCE_BYTES
        {
            continue;
        }
        let record = BlobRecord::of_text(language, &String::from_utf8_lossy(&old));
        let documents = Documents::of(&record);
        let changed = changed_candidates(&documents, &old, &new);
        if changed.is_empty() {
            continue;
        }
        let document = |def: u32| Document {
            blob: old_id,
            def,
            bag: bag_of(&record, &documents, &path, def),
        };
        positives.extend(changed.iter().map(|&def| document(def)));
        let mut others: Vec<(u64, u32)> = documents
            .candidates()
            .filter(|def| !changed.contains(def))
            .map(|def| (shuffled(&commit, def), def))
            .collect();
        others.sort_unstable();
        others.truncate(limits.max_siblings.saturating_sub(siblings.len()));
        siblings.extend(others.into_iter().map(|(_, def)| document(def)));
        if positives.len() > limits.max_positives {
            return None;
        }
    }
    if positives.is_empty() {
        return None;
    }
    let n_positives = positives.len();
    positives.extend(siblings);
    Some(RawPair {
        kind,
        query,
        documents: positives,
        n_positives,
    })
}

/// The terms of a text with their weights, as an issue's.
pub(super) fn query_of(text: &str) -> Vec<(u64, f32)> {
    Query::of(&Issue::read(text)).weighted_hashes()
}

/// A number that orders things the same way on every machine, and in no order that matters.
pub(super) fn shuffled(id: &ObjectId, def: u32) -> u64 {
    let mut bytes = id.0.to_vec();
    bytes.extend_from_slice(&def.to_le_bytes());
    xxh3_64(&bytes)
}

fn changed_candidates(documents: &Documents<'_>, old: &[u8], new: &[u8]) -> Vec<u32> {
    let mut changed = Vec::new();
    for hunk in diff_lines(old, new) {
        // An insertion belongs to the line before it.
        let first = if hunk.old_len == 0 {
            hunk.old_start.saturating_sub(1)
        } else {
            hunk.old_start
        };
        for line in first..first + hunk.old_len.max(1) {
            if let Some(def) = documents.candidate_at(line)
                && !changed.contains(&def)
            {
                changed.push(def);
            }
        }
    }
    changed
}
