//! What was listed of a working directory before.
//!
//! Like git's index this saves reading files that have not changed, but it holds the ids of the files as
//! they lie there, before any filter (line ends, large files) has been at them.

use std::path::Path;
use std::time::{Duration, SystemTime};

use bughound_core::RepoPath;
use bughound_store::{Key, Store, Table};

use crate::content::blob_id;
use crate::stamp::{Stamp, Stamps};
use crate::{Entry, EntryKind, ObjectId};

/// Raised when the bytes of a listing mean something else.
const VERSION: u32 = 1;

/// The table has one value.
const KEY: Key = [0; 20];

/// The table of one working directory.
pub(crate) struct ListingCache {
    table: Table,
}

impl ListingCache {
    /// The table's name stands for the folder.
    pub(crate) fn open(dir: &Path, store: &Store) -> Self {
        let place = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let name = blob_id(place.as_os_str().as_encoded_bytes()).unwrap_or(ObjectId::NULL);
        Self {
            table: store.table(&format!("worktree-{}", &name.to_string()[..16]), VERSION),
        }
    }

    /// The last listing that was kept, without what could not be read then.
    pub(crate) fn load(&self) -> Option<(Vec<Entry>, Stamps)> {
        decode(self.table.get(&KEY)?)
    }

    /// Keeps a listing in place of the last. Where that is impossible the next listing takes longer; whoever
    /// needs the cache for more than that will tell.
    pub(crate) fn keep(&self, entries: &[Entry], stamps: &Stamps) {
        if let Some(bytes) = encode(entries, stamps) {
            let _ = self.table.replace_all(&[(KEY, bytes)]);
        }
    }
}

fn encode(entries: &[Entry], stamps: &Stamps) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(entries.len() * 128);
    put_time(&mut out, stamps.listed_at?)?;
    for (entry, stamp) in entries.iter().zip(&stamps.of_entries) {
        let Some(stamp) = stamp else { continue };
        let path = entry.path.as_str().as_bytes();
        out.extend(u32::try_from(path.len()).ok()?.to_le_bytes());
        out.extend(path);
        out.extend(entry.id.0);
        out.push(u8::from(entry.kind == EntryKind::Symlink));
        out.extend(stamp.len.to_le_bytes());
        out.extend(stamp.inode.to_le_bytes());
        out.extend(stamp.changed.0.to_le_bytes());
        out.extend(stamp.changed.1.to_le_bytes());
        out.push(u8::from(stamp.modified.is_some()));
        put_time(&mut out, stamp.modified.unwrap_or(SystemTime::UNIX_EPOCH))?;
    }
    Some(out)
}

/// `None` where the bytes are not what [`encode`] writes.
fn decode(bytes: &[u8]) -> Option<(Vec<Entry>, Stamps)> {
    let mut input = Input(bytes);
    let listed_at = input.time()?;
    let (mut entries, mut of_entries) = (Vec::new(), Vec::new());
    while !input.0.is_empty() {
        let len = usize::try_from(u32::from_le_bytes(input.array()?)).ok()?;
        let path = std::str::from_utf8(input.take(len)?).ok()?;
        entries.push(Entry {
            path: RepoPath::from(path),
            id: ObjectId(input.array()?),
            kind: match input.array()? {
                [0] => EntryKind::File,
                _ => EntryKind::Symlink,
            },
        });
        let (len, inode) = (input.number()?, input.number()?);
        let changed = (input.number()?.cast_signed(), input.number()?.cast_signed());
        let has_modified = input.array()? != [0];
        let modified = input.time()?;
        of_entries.push(Some(Stamp {
            len,
            inode,
            changed,
            modified: has_modified.then_some(modified),
        }));
    }
    let is_sorted = entries.is_sorted_by(|a, b| a.path < b.path);
    let stamps = Stamps {
        of_entries,
        listed_at: Some(listed_at),
    };
    is_sorted.then_some((entries, stamps))
}

/// Seconds and nanoseconds since 1970; earlier times are not kept.
fn put_time(out: &mut Vec<u8>, time: SystemTime) -> Option<()> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    out.extend(since.as_secs().to_le_bytes());
    out.extend(since.subsec_nanos().to_le_bytes());
    Some(())
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.array()?))
    }

    fn time(&mut self) -> Option<SystemTime> {
        let seconds = self.number()?;
        let nanoseconds = u32::from_le_bytes(self.array()?);
        let since =
            Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanoseconds.into()))?;
        SystemTime::UNIX_EPOCH.checked_add(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> (Vec<Entry>, Stamps) {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::new(seconds, 123_456_789);
        let entry = |path: &str, kind| Entry {
            path: path.into(),
            id: ObjectId([u8::try_from(path.len()).unwrap(); 20]),
            kind,
        };
        let stamp = |modified| Stamp {
            len: 1 << 40,
            modified,
            changed: (-5, 999),
            inode: u64::MAX,
        };
        let entries = vec![
            entry("a", EntryKind::File),
            entry("b/naïve", EntryKind::Symlink),
            entry("c", EntryKind::File),
        ];
        let stamps = Stamps {
            of_entries: vec![Some(stamp(Some(at(77)))), Some(stamp(None)), None],
            listed_at: Some(at(1_700_000_000)),
        };
        (entries, stamps)
    }

    #[test]
    fn a_listing_survives() {
        let (entries, stamps) = listing();
        let bytes = encode(&entries, &stamps).unwrap();
        let (read, read_stamps) = decode(&bytes).unwrap();
        assert_eq!(read, entries[..2]);
        assert_eq!(read_stamps.of_entries, stamps.of_entries[..2]);
        assert_eq!(read_stamps.listed_at, stamps.listed_at);
        // Without a time no stamp says anything.
        let timeless = Stamps {
            listed_at: None,
            ..stamps
        };
        assert_eq!(encode(&entries, &timeless), None);
    }

    #[test]
    fn damaged_bytes_are_no_listing() {
        let (entries, stamps) = listing();
        let bytes = encode(&entries, &stamps).unwrap();
        let ends: Vec<usize> = (0..bytes.len())
            .filter(|&end| decode(&bytes[..end]).is_some())
            .collect();
        // Whole entries only.
        assert_eq!(ends.len(), 2, "{ends:?}");
        let swapped: Vec<Entry> = entries.into_iter().rev().collect();
        let stamps = Stamps {
            of_entries: stamps.of_entries.into_iter().rev().collect(),
            ..stamps
        };
        assert!(decode(&encode(&swapped, &stamps).unwrap()).is_none());
    }
}
