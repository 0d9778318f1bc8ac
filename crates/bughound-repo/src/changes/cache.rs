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
}

/// Bytes of trees in one generation. The trees that a thousand commits in a row touch fit in.
const GENERATION_BYTES: usize = 12 << 20;

impl TreeCache {
    pub(crate) fn new(objects: Objects) -> Self {
        Self {
            objects,
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            young_bytes: 0,
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
        if self.young_bytes > GENERATION_BYTES {
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
