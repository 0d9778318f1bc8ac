//! Commits in columns: what is computed from a repository once, kept, merged and selected from.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ObjectId;
use crate::history::ragged::{Ragged, Texts};

/// Commits, newest first (see [`crate::History`] for the order).
///
/// What is here is a function of each commit's id alone: neither the tip from which it was read nor the
/// moment of reading can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) ids: Vec<ObjectId>,
    pub(crate) times: Vec<i64>,
    /// Corrected times, never ascending; a child's is greater than its parents'.
    pub(crate) orders: Vec<i64>,
    /// Rows of parents, always greater than the child's; from the number of rows on, positions in `outside`.
    pub(crate) parents: Ragged,
    /// Parents that have no row.
    pub(crate) outside: Vec<ObjectId>,
    pub(crate) messages: Texts,
    /// Positions in `paths`, ascending.
    pub(crate) changed: Ragged,
    /// Sorted and distinct.
    pub(crate) paths: Texts,
}

/// A commit on its way into columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    pub(crate) id: ObjectId,
    pub(crate) time: i64,
    pub(crate) order: i64,
    pub(crate) parents: Vec<ObjectId>,
    pub(crate) message: &'a str,
    /// Positions in the paths given beside the rows.
    pub(crate) changed: Vec<u32>,
}

impl Columns {
    /// Rows in any order, each id once. `paths` are sorted and distinct.
    pub(crate) fn from_rows(mut rows: Vec<Row<'_>>, paths: Texts) -> Self {
        rows.sort_by_key(|row| (Reverse(row.order), row.id));
        let row_of: FxHashMap<ObjectId, u32> = rows.iter().map(|row| row.id).zip(0..).collect();
        let mut outside_of: FxHashMap<ObjectId, u32> = FxHashMap::default();
        let mut columns = Self {
            paths,
            ..Self::default()
        };
        columns
            .messages
            .text
            .reserve(rows.iter().map(|row| row.message.len()).sum());
        let n_rows = rows.len();
        for row in rows {
            let mut parents = Vec::with_capacity(row.parents.len());
            for parent in &row.parents {
                parents.push(row_of.get(parent).copied().unwrap_or_else(|| {
                    *outside_of.entry(*parent).or_insert_with(|| {
                        columns.outside.push(*parent);
                        index(n_rows + columns.outside.len() - 1)
                    })
                }));
            }
            columns.parents.push(parents);
            columns.ids.push(row.id);
            columns.times.push(row.time);
            columns.orders.push(row.order);
            columns.messages.push(row.message);
            columns.changed.push(row.changed);
        }
        columns
    }

    /// All commits of several columns, each once.
    pub(crate) fn merge(mut parts: Vec<Self>) -> Self {
        if parts.len() <= 1 {
            return parts.pop().unwrap_or_default();
        }
        let (paths, positions) = merge_paths(&parts);
        let n_rows = parts.iter().map(Self::len).sum();
        let mut seen = FxHashSet::with_capacity_and_hasher(n_rows, Default::default());
        let mut rows = Vec::with_capacity(n_rows);
        for (part, positions) in parts.iter().zip(&positions) {
            for at in 0..part.len() {
                if seen.insert(part.ids[at]) {
                    rows.push(Row {
                        id: part.ids[at],
                        time: part.times[at],
                        order: part.orders[at],
                        parents: part
                            .parents
                            .get(at)
                            .iter()
                            .map(|parent| part.id_of(*parent))
                            .collect(),
                        message: part.messages.get(at),
                        changed: part
                            .changed
                            .get(at)
                            .iter()
                            .map(|path| positions[*path as usize])
                            .collect(),
                    });
                }
            }
        }
        Self::from_rows(rows, paths)
    }

    /// Number of commits.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The row of a commit.
    pub(crate) fn find(&self, id: ObjectId) -> Option<usize> {
        self.ids.iter().position(|candidate| *candidate == id)
    }

    /// The id that an item of `parents` stands for.
    pub(crate) fn id_of(&self, parent: u32) -> ObjectId {
        let parent = parent as usize;
        self.ids
            .get(parent)
            .copied()
            .unwrap_or_else(|| self.outside[parent - self.len()])
    }
}

/// More than four billion commits, parents or paths do not fit into memory.
pub(crate) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The union of all paths, and for each part the new positions of its own.
fn merge_paths(parts: &[Columns]) -> (Texts, Vec<Vec<u32>>) {
    let mut all: Vec<&str> = parts.iter().flat_map(|part| part.paths.iter()).collect();
    // Each part is a sorted run, which this sort finds and merges.
    all.sort();
    all.dedup();
    let mut paths = Texts::default();
    all.iter().for_each(|path| paths.push(path));
    let positions = parts.iter().map(|part| {
        let mut at = 0;
        let mut position = |path: &str| {
            while all[at] != path {
                at += 1;
            }
            index(at)
        };
        part.paths.iter().map(&mut position).collect()
    });
    let positions = positions.collect();
    (paths, positions)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn id(n: u8) -> ObjectId {
        ObjectId([n; 20])
    }

    /// Columns of commits given as (number, order, parents, changed paths).
    pub(crate) fn columns(commits: &[(u8, i64, &[u8], &[&str])]) -> Columns {
        let mut all: Vec<&str> = commits
            .iter()
            .flat_map(|commit| commit.3)
            .copied()
            .collect();
        all.sort();
        all.dedup();
        let mut paths = Texts::default();
        all.iter().for_each(|path| paths.push(path));
        let messages: Vec<String> = commits
            .iter()
            .map(|commit| format!("message {}", commit.0))
            .collect();
        let rows = commits
            .iter()
            .zip(&messages)
            .map(|((n, order, parents, changed), message)| Row {
                id: id(*n),
                time: *order,
                order: *order,
                parents: parents.iter().map(|parent| id(*parent)).collect(),
                message,
                changed: changed
                    .iter()
                    .map(|path| index(all.iter().position(|p| p == path).expect("listed")))
                    .collect(),
            });
        Columns::from_rows(rows.collect(), paths)
    }

    #[test]
    fn merging_gives_what_reading_at_once_gives() {
        let old: [(u8, i64, &[u8], &[&str]); 3] = [
            (1, 10, &[], &["a", "b"]),
            (2, 20, &[1], &["a"]),
            (3, 20, &[1], &[]),
        ];
        let new: [(u8, i64, &[u8], &[&str]); 3] = [
            (4, 30, &[2, 3], &[]),
            (5, 40, &[4], &["0", "b"]),
            (6, 41, &[9], &["c"]),
        ];
        let all: Vec<_> = old.iter().chain(&new).copied().collect();
        let parts = [
            columns(&old),
            columns(&new),
            columns(&new[1..]),
            Columns::default(),
        ];
        assert_eq!(parts[1].outside.len(), 3);
        assert_eq!(Columns::merge(parts.to_vec()), columns(&all));
        assert_eq!(Columns::merge(vec![columns(&all)]), columns(&all));
        assert_eq!(Columns::merge(Vec::new()), Columns::default());
        let merged = columns(&all);
        assert_eq!(merged.ids, [6, 5, 4, 2, 3, 1].map(id));
        assert_eq!(merged.outside, [id(9)]);
        assert_eq!(merged.find(id(4)), Some(2));
        assert_eq!(merged.find(id(9)), None);
    }
}
