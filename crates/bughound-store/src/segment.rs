//! One segment file, opened to be read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::Key;
use crate::format::{self, FOOT_LEN, FORMAT, Foot, HEAD_LEN, KEY_LEN, PLACE_LEN, Place};

/// A whole segment of the right version. Keys and places are in memory, values come when asked for.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    file: File,
    foot: Foot,
    /// Keys, padding, places.
    index: Vec<u8>,
    /// What has been read. `None` for a value that is damaged.
    values: Vec<OnceLock<Option<Value>>>,
    /// All values as they lie in the file, where they were read in one go.
    ahead: OnceLock<Option<Vec<u8>>>,
}

/// Where the bytes of a value are that were found to be right.
#[derive(Debug)]
enum Value {
    Own(Box<[u8]>),
    /// In [`Segment::ahead`].
    Ahead,
}

/// Why a segment is left out.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It has been removed since the folder was listed.
    Gone,
    /// It could not be read; it may be whole.
    Unreadable(io::Error),
    /// Its bytes are wrong.
    Damaged(&'static str),
    /// It belongs to an older version of the table or of this layout.
    Older,
    /// It belongs to a newer version.
    Newer,
}

impl Segment {
    /// Opens a segment of the table named `table`. `version` is the wanted one; `None` takes any.
    pub(crate) fn open(path: &Path, table: &str, version: Option<u32>) -> Result<Self, Unusable> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Unusable::Gone,
            _ => Unusable::Unreadable(error),
        };
        let file = File::open(path).map_err(unreadable)?;
        let file_len = file.metadata().map_err(unreadable)?.len();
        let foot_at = file_len
            .checked_sub(FOOT_LEN as u64)
            .filter(|at| *at >= HEAD_LEN as u64);
        let foot_at = foot_at.ok_or(Unusable::Damaged("it is cut short"))?;
        let mut head = [0; HEAD_LEN];
        read_at(&file, &mut head, 0).map_err(Unusable::Unreadable)?;
        let mut bytes = [0; FOOT_LEN];
        read_at(&file, &mut bytes, foot_at).map_err(Unusable::Unreadable)?;
        let (foot, format) = Foot::from_bytes(&bytes);
        if head[..8] != *format::MAGIC {
            return Err(Unusable::Damaged("it does not start as a segment does"));
        }
        // The foot of another layout cannot be checked; its version is in the head, at the same place
        // for all times.
        let head_format = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        match head_format.cmp(&FORMAT) {
            std::cmp::Ordering::Less => return Err(Unusable::Older),
            std::cmp::Ordering::Greater if format == head_format => return Err(Unusable::Newer),
            std::cmp::Ordering::Greater => {
                return Err(Unusable::Damaged("head and foot do not agree"));
            }
            std::cmp::Ordering::Equal => {}
        }
        let index_len = foot
            .index_len()
            .filter(|len| foot.keys.checked_add(*len as u64) == Some(foot_at));
        let index_len = match index_len {
            Some(len) if foot.file_len == file_len && format == FORMAT => len,
            _ => return Err(Unusable::Damaged("it is cut short, or its end is damaged")),
        };
        let mut index = vec![0; index_len];
        read_at(&file, &mut index, foot.keys).map_err(Unusable::Unreadable)?;
        if format::foot_hash(&index, &bytes) != format::u64_at(&bytes, FOOT_LEN - 8) {
            return Err(Unusable::Damaged("its keys do not match their checksum"));
        }
        if head != format::head(foot.version) || foot.table != format::table_hash(table) {
            return Err(Unusable::Damaged("it belongs to another table"));
        }
        match version.map(|version| foot.version.cmp(&version)) {
            Some(std::cmp::Ordering::Less) => return Err(Unusable::Older),
            Some(std::cmp::Ordering::Greater) => return Err(Unusable::Newer),
            _ => {}
        }
        let n_keys =
            usize::try_from(foot.n_keys).map_err(|_| Unusable::Damaged("it has too many keys"))?;
        let values = std::iter::repeat_with(OnceLock::new).take(n_keys).collect();
        Ok(Self {
            path: path.to_owned(),
            file,
            foot,
            index,
            values,
            ahead: OnceLock::new(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn version(&self) -> u32 {
        self.foot.version
    }

    /// Bytes of the file.
    pub(crate) fn file_len(&self) -> u64 {
        self.foot.file_len
    }

    pub(crate) fn n_keys(&self) -> usize {
        self.values.len()
    }

    /// The keys, ascending.
    pub(crate) fn keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        (0..self.n_keys()).map(|at| self.key(at))
    }

    pub(crate) fn key(&self, at: usize) -> &Key {
        // `index` starts with the keys, so the chunk is always there and of the right length.
        self.index[at * KEY_LEN..]
            .first_chunk()
            .unwrap_or(&[0; KEY_LEN])
    }

    /// Where a key is. Keys are usually hashes, evenly spread, so the search starts where the key would
    /// be if they were exactly even, and doubles its steps from there.
    pub(crate) fn find(&self, key: &Key) -> Option<usize> {
        let n = self.n_keys();
        let head = u64::from(u32::from_be_bytes([key[0], key[1], key[2], key[3]]));
        let guess = usize::try_from((head * n as u64) >> 32).unwrap_or(0);
        let (mut low, mut high, mut step) = (guess, guess, 8);
        while low > 0 && self.key(low) > key {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        step = 8;
        while high < n && self.key(high) < key {
            low = high;
            high = (high + step).min(n);
            step *= 2;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < n && self.key(low) == key).then_some(low)
    }

    fn place(&self, at: usize) -> Place {
        let places = (self.n_keys() * KEY_LEN).next_multiple_of(8);
        Place::from_bytes(&self.index[places + at * PLACE_LEN..][..PLACE_LEN])
    }

    /// Positions of keys in the order in which their values lie in the file.
    pub(crate) fn by_offset(&self) -> Vec<usize> {
        let mut order: Vec<_> = (0..self.n_keys()).collect();
        order.sort_by_key(|at| self.place(*at).offset);
        order
    }

    /// Reads all values in one go. Where that fails they are read one by one, as without it.
    pub(crate) fn read_ahead(&self) {
        self.ahead.get_or_init(|| {
            let len = usize::try_from(self.foot.keys).ok()?;
            let mut bytes = vec![0; len];
            read_at(&self.file, &mut bytes, 0).ok()?;
            Some(bytes)
        });
    }

    /// The value at a position. `None` where its bytes cannot be read or are wrong.
    pub(crate) fn value(&self, at: usize) -> Option<&[u8]> {
        let load = || match self.bytes_ahead(at) {
            Some(bytes) => self.is_right(at, bytes).then_some(Value::Ahead),
            None => self.read_value(at).map(Value::Own),
        };
        match self.values[at].get_or_init(load).as_ref()? {
            Value::Own(bytes) => Some(bytes),
            Value::Ahead => self.bytes_ahead(at),
        }
    }

    /// The bytes of a value that was read ahead.
    fn bytes_ahead(&self, at: usize) -> Option<&[u8]> {
        let bytes = self.ahead.get()?.as_ref()?;
        let (start, end) = self.range(at)?;
        bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// As [`Segment::value`], but remembers nothing.
    pub(crate) fn read_value(&self, at: usize) -> Option<Box<[u8]>> {
        let (start, end) = self.range(at)?;
        let mut value = vec![0; usize::try_from(end - start).ok()?];
        read_at(&self.file, &mut value, start).ok()?;
        self.is_right(at, &value).then(|| value.into_boxed_slice())
    }

    /// Where a value lies in the file; `None` where that is no place for one.
    fn range(&self, at: usize) -> Option<(u64, u64)> {
        let place = self.place(at);
        let end = place.offset.checked_add(place.len)?;
        (place.offset >= HEAD_LEN as u64 && end <= self.foot.keys).then_some((place.offset, end))
    }

    fn is_right(&self, at: usize, value: &[u8]) -> bool {
        format::value_hash(value) == self.place(at).hash
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                buffer = &mut buffer[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}
