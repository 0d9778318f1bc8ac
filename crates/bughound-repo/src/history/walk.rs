//! Finding the commits that are not known yet.
//!
//! Git's commit-graph file is not used: it has no messages, so every commit object is read anyway, and then
//! its own word on its parents is the better one (a stale or damaged graph could make others look like
//! ancestors). Walking is a fifth of the work of a first read, beside the tree differences.

use std::collections::BinaryHeap;

use gix::objs::Kind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::changes::read_commit;
use crate::history::raw::RawCommit;
use crate::packs::Objects;
use crate::{ObjectId, RepoError};

/// A commit whose changes are to be found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// Its position among the walked commits.
    pub(crate) commit: usize,
    /// The tree of its first parent; `None` for a root commit.
    pub(crate) old: Option<ObjectId>,
    pub(crate) new: ObjectId,
}

/// Where a walk starts and ends.
pub(crate) struct Walk<'a> {
    pub(crate) objects: &'a mut Objects,
    /// Commits that are not visited, nor what is behind them.
    pub(crate) known: &'a FxHashSet<ObjectId>,
    /// The clone's history ends with these.
    pub(crate) shallow: &'a FxHashSet<ObjectId>,
    pub(crate) limit: usize,
}

impl Walk<'_> {
    /// Visits `tip` and its ancestors, always going on from the youngest that was found (by committer
    /// time, then id). Calls `found` for every commit with at most one parent, if that is there.
    pub(crate) fn run(
        &mut self,
        tip: ObjectId,
        mut found: impl FnMut(Job),
    ) -> Result<Vec<(ObjectId, RawCommit)>, RepoError> {
        let first = read_commit(self.objects.database(), tip)?;
        // Commits by the order in which they were met.
        let mut frontier = BinaryHeap::from([(first.time, tip, 0)]);
        let mut met = vec![(tip, first)];
        let mut position: FxHashMap<ObjectId, usize> = FxHashMap::from_iter([(tip, 0)]);
        let mut visited = Vec::new();
        while let Some((_, id, at)) = frontier.pop() {
            if visited.len() == self.limit {
                break;
            }
            let parents = if self.shallow.contains(&id) {
                Vec::new()
            } else {
                met[at].1.parents.clone()
            };
            let mut first_parent_tree = None;
            for parent in parents {
                let tree = if let Some(at) = position.get(&parent) {
                    met[*at].1.tree
                } else if let Some(commit) = self.read(parent) {
                    let tree = commit.tree;
                    if !self.known.contains(&parent) {
                        position.insert(parent, met.len());
                        frontier.push((commit.time, parent, met.len()));
                        met.push((parent, commit));
                    }
                    tree
                } else {
                    continue;
                };
                first_parent_tree = Some(tree);
            }
            let new = met[at].1.tree;
            match met[at].1.parents.len() {
                0 => found(Job {
                    commit: at,
                    old: None,
                    new,
                }),
                1 if first_parent_tree.is_some() => found(Job {
                    commit: at,
                    old: first_parent_tree,
                    new,
                }),
                _ => {}
            }
            visited.push(at);
        }
        if visited.len() < met.len() {
            // Cut by the limit: the rest was met, but does not count.
            let visited: FxHashSet<usize> = visited.into_iter().collect();
            met.iter_mut()
                .enumerate()
                .filter(|(at, _)| !visited.contains(at))
                .for_each(|(_, met)| met.0 = ObjectId::NULL);
        }
        Ok(met)
    }

    /// A commit further down; what is wrong with it does not matter, only that it is not there.
    fn read(&mut self, id: ObjectId) -> Option<RawCommit> {
        let (kind, data) = self.objects.get(id)?;
        if kind == Kind::Commit {
            RawCommit::parse(&data)
        } else {
            None
        }
    }
}
