//! Decoding objects of packs.

use std::sync::Arc;

use gix::objs::Kind;
use gix::odb::pack::data::entry::Header;
use rustc_hash::FxHashMap;

use crate::ObjectId;
use crate::packs::Packs;
use crate::packs::delta;

/// Commits and trees with more bytes than this are left to the object database.
const MAX_OBJECT_BYTES: usize = 4 << 20;

/// An object's kind and content.
pub(crate) type Object = (Kind, Arc<[u8]>);

/// Decodes objects for one thread, and remembers all that it has decoded on the way, in two generations: when
/// the young one is full it becomes the old one, and what of the old one was not needed since is forgotten.
pub(crate) struct PackReader {
    packs: Arc<Packs>,
    inflate: gix::zlib::Inflate,
    young: FxHashMap<(usize, u64), Object>,
    old: FxHashMap<(usize, u64), Object>,
    young_bytes: usize,
    generation_bytes: usize,
    delta: Vec<u8>,
    object: Vec<u8>,
}

impl PackReader {
    /// A reader that remembers up to `bytes` of objects.
    pub(crate) fn new(packs: Arc<Packs>, bytes: usize) -> Self {
        Self {
            packs,
            inflate: gix::zlib::Inflate::default(),
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            young_bytes: 0,
            generation_bytes: bytes / 2,
            delta: Vec::new(),
            object: Vec::new(),
        }
    }

    /// A commit or tree. `None` where it is not in a pack, or anything about it is unusual.
    pub(crate) fn get(&mut self, id: ObjectId) -> Option<Object> {
        let (pack_at, offset) = self.packs.find(id)?;
        let packs = Arc::clone(&self.packs);
        let pack = packs.get(pack_at)?;
        let mut chain = Vec::new();
        let mut at = offset;
        let (kind, mut object) = loop {
            if let Some(object) = self.remembered((pack_at, at)) {
                break object;
            }
            let entry = pack.data.entry(at).ok()?;
            let size = usize::try_from(entry.decompressed_size)
                .ok()
                .filter(|size| *size <= MAX_OBJECT_BYTES)?;
            match entry.header {
                Header::OfsDelta { base_distance } => {
                    let base = entry.checked_base_pack_offset(base_distance)?;
                    chain.push((at, entry, size));
                    at = base;
                }
                Header::Commit | Header::Tree => {
                    self.object.resize(size, 0);
                    pack.data
                        .decompress_entry(&entry, &mut self.inflate, &mut self.object)
                        .ok()?;
                    let object = (entry.header.as_kind()?, Arc::from(self.object.as_slice()));
                    self.remember((pack_at, at), object.clone());
                    break object;
                }
                _ => return None,
            }
        };
        while let Some((at, entry, size)) = chain.pop() {
            self.delta.resize(size, 0);
            pack.data
                .decompress_entry(&entry, &mut self.inflate, &mut self.delta)
                .ok()?;
            delta::apply(&object, &self.delta, MAX_OBJECT_BYTES, &mut self.object)?;
            object = Arc::from(self.object.as_slice());
            self.remember((pack_at, at), (kind, Arc::clone(&object)));
        }
        Some((kind, object))
    }

    fn remembered(&mut self, place: (usize, u64)) -> Option<Object> {
        if let Some(object) = self.young.get(&place) {
            return Some(object.clone());
        }
        let object = self.old.remove(&place)?;
        self.remember(place, object.clone());
        Some(object)
    }

    fn remember(&mut self, place: (usize, u64), object: Object) {
        // Beside the bytes: the counters before them, and the map's entry.
        let size = object.1.len() + 16 + size_of::<((usize, u64), Object)>();
        if self.young_bytes + size > self.generation_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += size;
        self.young.insert(place, object);
    }
}
