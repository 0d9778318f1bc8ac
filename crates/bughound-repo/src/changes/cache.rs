//! Tree objects that were read lately.

use std::sync::Arc;

use gix::objs::Kind;
use rustc_hash::FxHashMap;

use crate::ObjectId;
use crate::packs::Objects;
use crate::repo::ObjectDatabase;

/// Reads tree objects for one thread and remembers them, in two generations: when the young one is full it
/// becomes the old one, and what of the old one has not been asked for since is forgotten.
pub(crate) struct TreeCache {
    objects: Objects,
    young: FxHashMap<ObjectId, Arc<[u8]>>,
    old: FxHashMap<ObjectId, Arc<[u8]>>,
    young_bytes: usize,
    generation_bytes: usize,
}

impl TreeCache {
    /// A cache that holds up to `bytes` of trees.
    pub(crate) fn new(objects: Objects, bytes: usize) -> Self {
        Self {
            objects,
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            young_bytes: 0,
            generation_bytes: bytes / 2,
        }
    }

    /// The bytes of a tree; `None` where it is missing, damaged or no tree.
    pub(crate) fn get(&mut self, id: ObjectId) -> Option<Arc<[u8]>> {
        if let Some(tree) = self.young.get(&id) {
            return Some(Arc::clone(tree));
        }
        let tree: Arc<[u8]> = match self.old.remove(&id) {
            Some(tree) => tree,
            None => {
                self.objects
                    .get(id)
                    .filter(|(kind, _)| *kind == Kind::Tree)?
                    .1
            }
        };
        if self.young_bytes > self.generation_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += tree.len() + size_of::<ObjectId>() + size_of::<Arc<[u8]>>();
        self.young.insert(id, Arc::clone(&tree));
        Some(tree)
    }

    /// For other kinds of objects.
    pub(crate) fn database(&self) -> &ObjectDatabase {
        self.objects.database()
    }
}
