//! A table: keys to values.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;

use rustc_hash::FxHashSet;

use crate::segment::{Segment, Unusable};
use crate::write::SegmentWriter;
use crate::{Key, StoreError, merge, names};

/// A table as it was when it was opened. Usable from several threads.
#[derive(Debug)]
pub struct Table {
    name: String,
    version: u32,
    /// `None` keeps nothing.
    folder: Option<PathBuf>,
    segments: Vec<Segment>,
    /// Segments that were read and found to be of no use to anybody.
    useless: Vec<PathBuf>,
    findings: Mutex<Vec<String>>,
}

impl Table {
    pub(crate) fn nowhere(name: &str, version: u32) -> Self {
        Self {
            name: name.to_owned(),
            version,
            folder: None,
            segments: Vec::new(),
            useless: Vec::new(),
            findings: Mutex::default(),
        }
    }

    pub(crate) fn open(folder: PathBuf, name: &str, version: u32) -> Self {
        let opened = open_all(&folder, name, version);
        Self {
            segments: opened.segments,
            useless: opened.useless,
            findings: Mutex::new(opened.findings),
            folder: Some(folder),
            ..Self::nowhere(name, version)
        }
    }

    /// Number of distinct keys. (Counted anew by each call.)
    pub fn len(&self) -> usize {
        match self.segments.as_slice() {
            [] => 0,
            [only] => only.n_keys(),
            segments => segments
                .iter()
                .flat_map(Segment::keys)
                .collect::<FxHashSet<_>>()
                .len(),
        }
    }

    /// Whether no key is there.
    pub fn is_empty(&self) -> bool {
        self.segments.iter().all(|segment| segment.n_keys() == 0)
    }

    /// Whether a key is there. (Its value may still turn out to be damaged when it is read.)
    pub fn contains(&self, key: &Key) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.find(key).is_some())
    }

    /// The keys, ascending.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<_> = self
            .segments
            .iter()
            .flat_map(Segment::keys)
            .copied()
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Says that so many values will be asked for. Where that is a good part of all, they are read in one go,
    /// which is much quicker than one by one.
    pub fn read_ahead(&self, n_wanted: usize) {
        let n_keys: usize = self.segments.iter().map(Segment::n_keys).sum();
        if n_wanted * 4 >= n_keys {
            self.segments.iter().for_each(Segment::read_ahead);
        }
    }

    /// The value of a key. `None` where it is absent, or where its bytes do not match their checksum.
    ///
    /// The value is read from the file by the first call and stays in memory as long as the table.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        for segment in &self.segments {
            let Some(at) = segment.find(key) else {
                continue;
            };
            if let Some(value) = segment.value(at) {
                return Some(value);
            }
            self.find_fault(segment.path(), "a value is damaged; it is computed anew");
        }
        None
    }

    /// What was wrong with the folder: damaged segments left out, no permission to read. For people.
    pub fn findings(&self) -> Vec<String> {
        self.findings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Writes values as one new segment, so that later openings see them; this opening does not change.
    /// Where a key comes twice, the first is kept. Where the table then has many small segments, they are
    /// merged.
    ///
    /// Values of a key that is there already are kept beside the old one until a merge drops one of them:
    /// a key names its value (both are the same), except in a table that is written by
    /// [`Table::replace_all`] alone.
    ///
    /// # Errors
    /// Where the folder cannot be written (read-only, full): nothing is left behind, and what is there
    /// stays whole. The caller may go on without a cache.
    pub fn put_all(&self, entries: &[(Key, Vec<u8>)]) -> Result<(), StoreError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        if entries.is_empty() {
            return Ok(());
        }
        let written = self.write_segment(folder, entries)?;
        self.tidy(folder, &written);
        if let Err(error) = self.merge_small(folder) {
            // The values are kept; only the tidying failed.
            self.find_fault(folder, &format!("small segments were not merged: {error}"));
        }
        Ok(())
    }

    /// As [`Table::put_all`], and then removes the segments that this opening has seen: the new values take
    /// the place of theirs. What others have written since stays.
    ///
    /// # Errors
    /// As [`Table::put_all`].
    pub fn replace_all(&self, entries: &[(Key, Vec<u8>)]) -> Result<(), StoreError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let written = self.write_segment(folder, entries)?;
        for segment in &self.segments {
            let _ = fs::remove_file(segment.path());
        }
        self.tidy(folder, &written);
        Ok(())
    }

    fn write_segment(
        &self,
        folder: &Path,
        entries: &[(Key, Vec<u8>)],
    ) -> Result<PathBuf, StoreError> {
        let mut writer = SegmentWriter::start(folder, &self.name, self.version)?;
        let mut seen: FxHashSet<&Key> = FxHashSet::default();
        for (key, value) in entries {
            if seen.insert(key) {
                writer.add(*key, value)?;
            }
        }
        writer.finish()
    }

    /// Removes what nobody can use: segments whose bytes are wrong or of an older version (their names
    /// are never given again, so nobody can have written something else there since), and temporary files
    /// whose writer was killed (an hour older than the segment just written, by the file system's own
    /// clock; no segment takes that long to write, and its writer would merely fail to rename it).
    fn tidy(&self, folder: &Path, written: &Path) {
        for path in &self.useless {
            let _ = fs::remove_file(path);
        }
        let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified());
        let (Ok(now), Ok(listing)) = (modified(written), names::list(folder)) else {
            return;
        };
        for path in listing.temporaries {
            let age = modified(&path)
                .ok()
                .and_then(|then| now.duration_since(then).ok());
            if age.is_some_and(|age| age.as_secs() > 3600) {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn merge_small(&self, folder: &Path) -> Result<(), StoreError> {
        // Opening all segments is only worth it when there are many.
        match names::list(folder) {
            Ok(listing) if listing.segments.len() > merge::MAX_SEGMENTS => {}
            _ => return Ok(()),
        }
        let mut segments = open_all(folder, &self.name, self.version).segments;
        segments.sort_by_key(Segment::file_len);
        let sizes: Vec<_> = segments.iter().map(Segment::file_len).collect();
        segments.truncate(merge::n_to_merge(&sizes));
        if segments.is_empty() {
            return Ok(());
        }
        merge::merge(folder, &self.name, self.version, &segments).map(|_| ())
    }

    fn find_fault(&self, path: &Path, message: &str) {
        let finding = finding(path, message);
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}

#[derive(Default)]
struct Opened {
    segments: Vec<Segment>,
    useless: Vec<PathBuf>,
    findings: Vec<String>,
}

/// Opens all segments of a folder. Where one has been removed between listing and opening, its values are
/// in another that may not have been listed: list again.
fn open_all(folder: &Path, name: &str, version: u32) -> Opened {
    const ATTEMPTS: usize = 20;
    let mut opened = Opened::default();
    for _ in 0..ATTEMPTS {
        opened = Opened::default();
        let listing = match names::list(folder) {
            Ok(listing) => listing,
            Err(error) => {
                opened
                    .findings
                    .push(finding(folder, &format!("it cannot be listed: {error}")));
                return opened;
            }
        };
        let mut gone = false;
        for path in listing.segments {
            let (message, useless) = match Segment::open(&path, name, Some(version)) {
                Ok(segment) => {
                    opened.segments.push(segment);
                    continue;
                }
                Err(Unusable::Gone) => {
                    gone = true;
                    continue;
                }
                Err(Unusable::Unreadable(error)) => {
                    (format!("left out, for it cannot be read: {error}"), false)
                }
                Err(Unusable::Damaged(why)) => (
                    format!("left out, for {why}; its values are computed anew"),
                    true,
                ),
                Err(Unusable::Older) => (
                    "left out, for an older version of bughound wrote it".to_owned(),
                    true,
                ),
                Err(Unusable::Newer) => (
                    "left out, for a newer version of bughound wrote it".to_owned(),
                    false,
                ),
            };
            opened.findings.push(finding(&path, &message));
            if useless {
                opened.useless.push(path);
            }
        }
        if !gone {
            break;
        }
    }
    opened
}

fn finding(path: &Path, message: &str) -> String {
    format!("cache {}: {message}", path.display())
}
