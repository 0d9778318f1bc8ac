//! The packs of a repository.

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

use gix::odb::pack::{data, index};

use crate::{ObjectId, Repo};

/// A repository with more packs than this (it wants a `git gc`) is left to the object database.
const MAX_PACKS: usize = 32;

/// Packs of a repository and of those that it borrows from, mapped into memory.
pub(crate) struct Packs {
    packs: Vec<Pack>,
}

pub(crate) struct Pack {
    index: index::File,
    pub(crate) data: data::File,
}

impl Packs {
    /// Opens all packs; what cannot be opened is left out.
    pub(crate) fn open(repo: &Repo) -> Self {
        let mut indices = Vec::new();
        for objects in repo.object_folders() {
            indices.extend(indices_in(&objects.join("pack")));
        }
        // Most objects are in the largest.
        indices.sort_by(|a, b| (b.1, &b.0).cmp(&(a.1, &a.0)));
        if indices.len() > MAX_PACKS {
            indices.clear();
        }
        Self {
            packs: indices
                .iter()
                .filter_map(|(index, _)| Pack::open(index))
                .collect(),
        }
    }

    /// Which pack holds an object, and where.
    pub(crate) fn find(&self, id: ObjectId) -> Option<(usize, u64)> {
        self.packs
            .iter()
            .enumerate()
            .find_map(|(at, pack)| Some((at, pack.find(id)?)))
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Pack> {
        self.packs.get(at)
    }
}

impl Pack {
    fn open(index: &Path) -> Option<Self> {
        let hash = gix::hash::Kind::Sha1;
        let data = data::File::at(index.with_extension("pack"), hash).ok()?;
        Some(Self {
            index: index::File::at(index, hash).ok()?,
            data,
        })
    }

    /// Ids are hashes, evenly spread, so the search starts where the id would be if they were exactly even,
    /// and doubles its steps from there.
    fn find(&self, id: ObjectId) -> Option<u64> {
        let n = self.index.num_objects();
        let wanted = prefix(&id.0);
        let key = |at: u32| self.index.oid_at_index(at).as_bytes();
        // Two ids hardly ever share eight bytes, which compare faster than twenty.
        let below = |at: u32| match prefix(key(at)).cmp(&wanted) {
            Ordering::Equal => key(at) < &id.0[..],
            order => order.is_lt(),
        };
        let guess = u32::try_from(((wanted >> 32) * u64::from(n)) >> 32).ok()?;
        let (mut low, mut high, mut step) = (guess, guess, 32);
        while low > 0 && !below(low) {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        step = 32;
        while high < n && below(high) {
            low = high;
            high = high.saturating_add(step).min(n);
            step *= 2;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if below(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < n && key(low) == id.0).then(|| self.index.pack_offset_at_index(low))
    }
}

/// The first eight bytes as a number that orders as they do.
fn prefix(id: &[u8]) -> u64 {
    id.first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Index files of a folder with their sizes.
fn indices_in(folder: &Path) -> Vec<(PathBuf, u64)> {
    let Ok(listing) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let files = listing.filter_map(Result::ok).map(|entry| entry.path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
        .filter_map(|path| fs::metadata(&path).map(|meta| (path, meta.len())).ok())
        .collect()
}
