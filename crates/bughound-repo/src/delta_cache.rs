//! What other objects of a pack are stored as differences to.

use gix::objs::Kind;
use gix::odb::pack::cache::DecodeEntry;
use rustc_hash::FxHashMap;

/// Remembers decoded objects by their place in a pack, in two generations: when the young one is full it
/// becomes the old one, and what of the old one has not been asked for since is forgotten. (Beside a list in
/// the order of last use this spends no time on order, and keeps nearly the same.)
pub(crate) struct DeltaCache {
    young: FxHashMap<(u32, u64), Decoded>,
    old: FxHashMap<(u32, u64), Decoded>,
    young_bytes: usize,
    generation_bytes: usize,
}

struct Decoded {
    data: Box<[u8]>,
    kind: Kind,
    compressed_size: usize,
}

impl DeltaCache {
    /// A cache that holds up to `bytes` of objects.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            young_bytes: 0,
            generation_bytes: bytes / 2,
        }
    }

    fn keep(&mut self, place: (u32, u64), decoded: Decoded) {
        let size = decoded.data.len() + size_of::<Decoded>();
        if self.young_bytes + size > self.generation_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += size;
        self.young.insert(place, decoded);
    }
}

impl DecodeEntry for DeltaCache {
    fn put(&mut self, pack_id: u32, offset: u64, data: &[u8], kind: Kind, compressed_size: usize) {
        // One object alone must not push out all others.
        if data.len() <= self.generation_bytes / 2 {
            self.keep(
                (pack_id, offset),
                Decoded {
                    data: data.into(),
                    kind,
                    compressed_size,
                },
            );
        }
    }

    fn get(&mut self, pack_id: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let place = (pack_id, offset);
        if !self.young.contains_key(&place) {
            let decoded = self.old.remove(&place)?;
            self.keep(place, decoded);
        }
        let decoded = self.young.get(&place)?;
        out.clear();
        out.extend_from_slice(&decoded.data);
        Some((decoded.kind, decoded.compressed_size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut cache = DeltaCache::new(40_000);
        let mut out = vec![1, 2, 3];
        assert!(cache.get(0, 0, &mut out).is_none());
        for n in 0..1000 {
            cache.put(1, n, &n.to_le_bytes().repeat(100), Kind::Blob, 7);
            let (kind, size) = cache.get(1, 0, &mut out).expect("asked for all the time");
            assert_eq!((kind, size, out.len()), (Kind::Blob, 7, 800));
        }
        assert!(cache.get(1, 10, &mut out).is_none(), "long forgotten");
        assert!(cache.get(2, 999, &mut out).is_none(), "another pack");
        assert!(cache.get(1, 999, &mut out).is_some());
        assert_eq!(out, 999_u64.to_le_bytes().repeat(100));
        assert!(cache.young.len() + cache.old.len() <= 50, "bounded");
        cache.put(1, 5000, &[0; 15_000], Kind::Blob, 7);
        assert!(
            cache.get(1, 5000, &mut out).is_none(),
            "too large to be kept"
        );
    }
}
