//! What have we computed before? A cache of immutable segment files that several processes may read and
//! write at the same time, and that a kill at any moment leaves whole.
//!
//! A cache holds *tables*; a table maps keys of 20 bytes to values (bytes). Nothing is ever changed in
//! place: [`Table::put_all`] writes one new segment under a temporary name, with checksums, and renames
//! it. Whoever opens the table later sees it. A segment that is torn, damaged or of another version is
//! left out, reported and rebuilt from its source, never trusted.
//!
//! # Why no lock is needed
//!
//! - A segment has its name only once it is complete, and never changes again.
//! - A name is never given twice (it is random), so whoever removes a segment that it has examined removes
//!   just that.
//! - Segments are removed when a merge has renamed another into place that holds all their values
//!   ([`Table::put_all`]), or when their bytes have been read and found to be damaged or of an older
//!   version. A reader that had listed them by then lists anew.
//! - Two merges at the same time write some values twice; the next merge drops the doubles.
//!
//! Nothing is forced to the disk: after a power cut a segment may be torn, which its checksums show.
//!
//! This crate knows nothing of git, source files or what the values mean.

mod error;
mod format;
mod merge;
mod names;
mod segment;
mod stats;
mod store;
mod table;
mod write;

pub use error::StoreError;
pub use stats::TableStats;
pub use store::Store;
pub use table::Table;

/// A key: usually a git object id.
pub type Key = [u8; 20];
