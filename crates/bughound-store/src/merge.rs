//! Few large segments instead of many small ones.

use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::segment::Segment;
use crate::write::SegmentWriter;
use crate::{Key, StoreError};

/// A table may have this many segments before small ones are merged.
pub(crate) const MAX_SEGMENTS: usize = 16;

/// How many of the smallest segments to merge, given all sizes in ascending order: as many as possible
/// such that none is larger than all smaller ones together.
///
/// So every value that is written again comes into a segment at least twice as large as its own, and is
/// written at most log2(bytes in the table) times in all. What is left doubles in size from one segment
/// to the next, so there are few.
pub(crate) fn n_to_merge(sizes: &[u64]) -> usize {
    if sizes.len() <= MAX_SEGMENTS {
        return 0;
    }
    let (mut smaller, mut n) = (0, 0);
    for (at, size) in sizes.iter().enumerate() {
        if at > 0 && *size <= smaller {
            n = at + 1;
        }
        smaller += size;
    }
    n
}

/// Merges segments into one, and removes them.
///
/// Values that cannot be read are left out: their segment is damaged there, or another process has
/// removed it after having merged it too. Each key is written once, from the first segment that has it.
pub(crate) fn merge(
    folder: &Path,
    table: &str,
    version: u32,
    segments: &[Segment],
) -> Result<PathBuf, StoreError> {
    let mut writer = SegmentWriter::start(folder, table, version)?;
    let mut written: FxHashSet<Key> = FxHashSet::default();
    for segment in segments {
        for at in segment.by_offset() {
            let key = segment.key(at);
            if written.contains(key) {
                continue;
            }
            if let Some(value) = segment.read_value(at) {
                written.insert(*key);
                writer.add(*key, &value)?;
            }
        }
    }
    let merged = writer.finish()?;
    // Only now that their values are in place under another name may the sources go. One that another
    // process has removed already is gone, and one that cannot be removed does no harm.
    for segment in segments {
        let _ = fs::remove_file(segment.path());
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_merged() {
        let check =
            |sizes: &[u64], expect: usize| assert_eq!(n_to_merge(sizes), expect, "{sizes:?}");
        check(&[], 0);
        check(&[1; 16], 0);
        check(&[1; 17], 17);
        let one_large: Vec<u64> = [1; 16].into_iter().chain([1000]).collect();
        check(&one_large, 16);
        let doubling: Vec<u64> = (0..20).map(|n| 1 << n).collect();
        check(&doubling, 0);
        let mut with_pair = doubling.clone();
        with_pair.insert(4, 8);
        check(&with_pair, 21);
    }

    /// Segments of one value each: what is written in all stays within n log n, and few are left.
    #[test]
    fn merging_writes_little() {
        for n in [100_u64, 1000, 20_000] {
            let (mut sizes, mut written) = (Vec::new(), 0);
            for _ in 0..n {
                sizes.push(1);
                written += 1;
                sizes.sort_unstable();
                let k = n_to_merge(&sizes);
                let merged: u64 = sizes.drain(..k).sum();
                written += merged;
                if merged > 0 {
                    sizes.push(merged);
                }
            }
            assert!(written <= n * (2 + u64::from(n.ilog2())), "{n}: {written}");
            assert!(sizes.len() <= MAX_SEGMENTS + 64, "{n}: {}", sizes.len());
        }
    }
}
