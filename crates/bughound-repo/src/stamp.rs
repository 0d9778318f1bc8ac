//! What tells that a file has not changed without reading it: size, times, inode.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// What the file system says about a file. Two equal stamps mean the same content only where the first
/// [is settled](Stamp::is_settled).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) len: u64,
    /// `None` where the file system keeps no such time.
    pub(crate) modified: Option<SystemTime>,
    /// When content, name or rights changed last, in seconds and nanoseconds; nobody can set this time.
    pub(crate) changed: (i64, i64),
    pub(crate) inode: u64,
}

/// The stamps of a listing.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    /// Of each entry; `None` where it was not read.
    pub(crate) of_entries: Vec<Option<Stamp>>,
    /// When listing began; `None` where nobody said so, and no stamp says anything.
    pub(crate) listed_at: Option<SystemTime>,
}

/// The coarsest step in which file systems keep time (FAT: 2 seconds).
const COARSEST: Duration = Duration::from_secs(2);

impl Stamp {
    /// The stamp of a file.
    pub(crate) fn of(meta: &Metadata) -> Self {
        let (changed, inode) = status(meta);
        Self {
            len: meta.len(),
            modified: meta.modified().ok(),
            changed,
            inode,
        }
    }

    /// Whether any change after `then` would have given the file another stamp. Not so for a file that had
    /// just been changed: a second change in the same tick of the file system's clock leaves no trace (git
    /// calls such files racy).
    pub(crate) fn is_settled(&self, then: SystemTime) -> bool {
        let changed = u64::try_from(self.changed.0)
            .ok()
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let is_before = |time: Option<SystemTime>| {
            time.and_then(|time| time.checked_add(COARSEST))
                .is_some_and(|end| end < then)
        };
        is_before(self.modified) && is_before(changed)
    }
}

#[cfg(unix)]
fn status(meta: &Metadata) -> ((i64, i64), u64) {
    use std::os::unix::fs::MetadataExt;
    ((meta.ctime(), meta.ctime_nsec()), meta.ino())
}

#[cfg(not(unix))]
fn status(_: &Metadata) -> ((i64, i64), u64) {
    ((0, 0), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn what_changed_lately_is_not_settled() {
        let check = |modified: Option<u64>, changed: i64, then: u64, expect: bool| {
            let stamp = Stamp {
                len: 1,
                modified: modified.map(at),
                changed: (changed, 0),
                inode: 1,
            };
            assert_eq!(stamp.is_settled(at(then)), expect, "{stamp:?} {then}");
        };
        check(Some(100), 100, 110, true);
        check(Some(100), 100, 102, false);
        check(Some(100), 100, 99, false);
        // Somebody set the time of modification back.
        check(Some(10), 109, 110, false);
        // A clock that is ahead.
        check(Some(500), 100, 110, false);
        check(None, 100, 110, false);
    }
}
