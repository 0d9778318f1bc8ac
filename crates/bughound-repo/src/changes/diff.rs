//! The difference of two trees, found by walking both at once and skipping subtrees with equal ids.

use std::cmp::Ordering;

use crate::ObjectId;
use crate::changes::TreeCache;
use crate::changes::entries::{TreeEntries, TreeEntry, skip_equal};

/// A file that differs.
pub(crate) struct Difference<'a> {
    /// As git stores it.
    pub(crate) path: &'a [u8],
    /// Its id before; `None` where it was added.
    pub(crate) old: Option<ObjectId>,
    /// Its id after; `None` where it was removed.
    pub(crate) new: Option<ObjectId>,
}

/// Why a difference is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A tree is missing, damaged or nested too deeply.
    MissingTree(ObjectId),
    /// There is no end to it (see [`MAX_DIFFERENCES`]).
    TooMany,
}

/// Folders within folders. Git itself stops at 2048; this recurses, and small stacks must do.
const MAX_DEPTH: usize = 512;

/// One difference lists at most so many files. (Trees that share subtrees can be tiny on disk and list
/// more files than fit into memory.)
const MAX_DIFFERENCES: usize = 4_000_000;

/// Compares trees for one thread.
pub(crate) struct TreeDiff<'a> {
    trees: &'a mut TreeCache,
    path: Vec<u8>,
    n_found: usize,
}

impl<'a> TreeDiff<'a> {
    pub(crate) fn new(trees: &'a mut TreeCache) -> Self {
        Self {
            trees,
            path: Vec::new(),
            n_found: 0,
        }
    }

    /// Calls `found` for every file, link or submodule that differs in id or mode, in git's order. `None`
    /// stands for the empty tree. After a trouble, what has been found is right but not all.
    pub(crate) fn run(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        found: &mut dyn FnMut(Difference<'_>),
    ) -> Result<(), Trouble> {
        self.path.clear();
        self.n_found = 0;
        if old == new {
            Ok(())
        } else {
            self.trees(old, new, 0, found)
        }
    }

    fn trees(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        depth: usize,
        found: &mut dyn FnMut(Difference<'_>),
    ) -> Result<(), Trouble> {
        let (old_bytes, new_bytes) = (self.bytes(old, depth)?, self.bytes(new, depth)?);
        let malformed = |id: Option<ObjectId>| Trouble::MissingTree(id.unwrap_or(ObjectId::NULL));
        let mut olds = TreeEntries::new(old_bytes.as_deref().unwrap_or(&[]));
        let mut news = TreeEntries::new(new_bytes.as_deref().unwrap_or(&[]));
        skip_equal(&mut olds, &mut news);
        let mut old_entry = olds.next().map_err(|_| malformed(old))?;
        let mut new_entry = news.next().map_err(|_| malformed(new))?;
        loop {
            let order = match (&old_entry, &new_entry) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.order(b),
            };
            let (before, after) = match order {
                Ordering::Less => (old_entry, None),
                Ordering::Greater => (None, new_entry),
                Ordering::Equal => (old_entry, new_entry),
            };
            self.entries(before, after, depth, found)?;
            if order.is_eq() {
                skip_equal(&mut olds, &mut news);
            }
            if order.is_le() {
                old_entry = olds.next().map_err(|_| malformed(old))?;
            }
            if order.is_ge() {
                new_entry = news.next().map_err(|_| malformed(new))?;
            }
        }
    }

    /// Two entries of one name, or one of them; either both are folders or none is.
    fn entries(
        &mut self,
        old: Option<TreeEntry<'_>>,
        new: Option<TreeEntry<'_>>,
        depth: usize,
        found: &mut dyn FnMut(Difference<'_>),
    ) -> Result<(), Trouble> {
        let Some(one) = new.or(old) else {
            return Ok(());
        };
        if let (Some(old), Some(new)) = (&old, &new)
            && old.id == new.id
            && old.mode == new.mode
        {
            return Ok(());
        }
        let parent_len = self.path.len();
        self.path.extend_from_slice(one.name);
        let (old, new) = (old.map(|entry| entry.id), new.map(|entry| entry.id));
        let result = if one.is_tree() {
            self.path.push(b'/');
            if old == new {
                Ok(())
            } else {
                self.trees(old, new, depth + 1, found)
            }
        } else if self.n_found == MAX_DIFFERENCES {
            Err(Trouble::TooMany)
        } else {
            self.n_found += 1;
            found(Difference {
                path: &self.path,
                old,
                new,
            });
            Ok(())
        };
        self.path.truncate(parent_len);
        result
    }

    fn bytes(
        &mut self,
        id: Option<ObjectId>,
        depth: usize,
    ) -> Result<Option<std::sync::Arc<[u8]>>, Trouble> {
        let Some(id) = id else { return Ok(None) };
        if depth > MAX_DEPTH {
            return Err(Trouble::MissingTree(id));
        }
        self.trees.get(id).map(Some).ok_or(Trouble::MissingTree(id))
    }
}
