//! What a cache holds.

use std::fs;
use std::path::Path;

use crate::names;
use crate::segment::{Segment, Unusable};

/// What one table holds, of all versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStats {
    /// The table's name.
    pub name: String,
    /// Versions of its segments, ascending.
    pub versions: Vec<u32>,
    /// Whole segments.
    pub n_segments: usize,
    /// Keys in them; one that several segments hold counts several times.
    pub n_keys: usize,
    /// Bytes on disk, of all files.
    pub n_bytes: u64,
    /// Segments that are torn, damaged or of another layout.
    pub n_damaged_segments: usize,
    /// Values in whole segments that do not match their checksum.
    pub n_damaged_values: usize,
    /// Temporary files: being written just now, or left by a process that was killed.
    pub n_temporaries: usize,
}

/// Reads a whole table and checks every byte.
pub(crate) fn examine(folder: &Path, name: &str) -> TableStats {
    let mut stats = TableStats {
        name: name.to_owned(),
        ..TableStats::default()
    };
    let listing = names::list(folder).unwrap_or_default();
    let size = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
    stats.n_temporaries = listing.temporaries.len();
    stats.n_bytes = listing
        .temporaries
        .iter()
        .chain(&listing.segments)
        .map(|path| size(path))
        .sum();
    for path in &listing.segments {
        match Segment::open(path, name, None) {
            Ok(segment) => {
                stats.n_segments += 1;
                stats.n_keys += segment.n_keys();
                stats.versions.push(segment.version());
                let damaged = segment
                    .by_offset()
                    .into_iter()
                    .filter(|at| segment.read_value(*at).is_none());
                stats.n_damaged_values += damaged.count();
            }
            Err(Unusable::Gone) => {}
            Err(_) => stats.n_damaged_segments += 1,
        }
    }
    stats.versions.sort_unstable();
    stats.versions.dedup();
    stats
}
