//! Commits and trees from wherever they are.

use std::sync::Arc;

use gix::objs::Find;

use crate::packs::Packs;
use crate::packs::reader::{Object, PackReader};
use crate::repo::ObjectDatabase;
use crate::{ObjectId, Repo};

/// Reads commits and trees for one thread: from packs if it can, else from the object database.
pub(crate) struct Objects {
    packs: Option<PackReader>,
    database: ObjectDatabase,
    buffer: Vec<u8>,
}

/// What the object database remembers of objects that others were stored as differences to.
const DATABASE_BYTES: usize = 8 << 20;

impl Objects {
    /// For bulk reading: remembers up to `bytes` of what it has read from packs.
    pub(crate) fn bulk(repo: &Repo, packs: &Arc<Packs>, bytes: usize) -> Self {
        let mut database = repo.objects(DATABASE_BYTES);
        // What is missing is not looked for again and again.
        database.refresh_never();
        Self {
            packs: Some(PackReader::new(Arc::clone(packs), bytes)),
            database,
            buffer: Vec::new(),
        }
    }

    /// For few objects.
    pub(crate) fn single(repo: &Repo) -> Self {
        Self {
            packs: None,
            database: repo.objects(DATABASE_BYTES),
            buffer: Vec::new(),
        }
    }

    /// An object; `None` where it is missing or damaged.
    pub(crate) fn get(&mut self, id: ObjectId) -> Option<Object> {
        if let Some(object) = self.packs.as_mut().and_then(|packs| packs.get(id)) {
            return Some(object);
        }
        match self.database.try_find(&id.to_gix(), &mut self.buffer) {
            Ok(Some(data)) => Some((data.kind, data.data.into())),
            _ => None,
        }
    }

    pub(crate) fn database(&self) -> &ObjectDatabase {
        &self.database
    }
}
