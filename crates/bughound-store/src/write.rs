//! Writing one segment: under a temporary name, and renamed once it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::format::{self, Foot, HEAD_LEN, KEY_LEN, PLACE_LEN, Place};
use crate::{Key, StoreError, names};

/// A segment in the making. Dropped before [`SegmentWriter::finish`], it leaves nothing behind.
pub(crate) struct SegmentWriter {
    folder: PathBuf,
    name: String,
    table: u64,
    version: u32,
    out: Option<BufWriter<File>>,
    at: u64,
    places: Vec<(Key, Place)>,
}

impl SegmentWriter {
    /// Starts a segment; makes the folder where it is absent.
    pub(crate) fn start(folder: &Path, table: &str, version: u32) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::write(folder))?;
        let name = names::fresh();
        let temporary = names::temporary(folder, &name);
        let file = File::options()
            .write(true)
            .create_new(true)
            .open(&temporary);
        let file = file.map_err(StoreError::write(&temporary))?;
        let mut writer = Self {
            folder: folder.to_owned(),
            name,
            table: format::table_hash(table),
            version,
            out: Some(BufWriter::with_capacity(1 << 18, file)),
            at: 0,
            places: Vec::new(),
        };
        writer.write(&format::head(version))?;
        debug_assert_eq!(writer.at, HEAD_LEN as u64);
        Ok(writer)
    }

    /// Adds a value. Each key comes once.
    pub(crate) fn add(&mut self, key: Key, value: &[u8]) -> Result<(), StoreError> {
        let place = Place {
            offset: self.at,
            len: value.len() as u64,
            hash: format::value_hash(value),
        };
        self.places.push((key, place));
        self.write(value)?;
        self.pad()
    }

    /// Ends the segment and gives it its name.
    pub(crate) fn finish(mut self) -> Result<PathBuf, StoreError> {
        self.places.sort_unstable_by_key(|(key, _)| *key);
        let n = self.places.len();
        let mut index = Vec::with_capacity(n * (KEY_LEN + PLACE_LEN) + 8);
        self.places
            .iter()
            .for_each(|(key, _)| index.extend_from_slice(key));
        index.resize(index.len().next_multiple_of(8), 0);
        self.places
            .iter()
            .for_each(|(_, place)| index.extend_from_slice(&place.to_bytes()));
        let foot = Foot {
            keys: self.at,
            n_keys: n as u64,
            file_len: self.at + (index.len() + format::FOOT_LEN) as u64,
            table: self.table,
            version: self.version,
        };
        self.write(&index)?;
        self.write(&foot.to_bytes(&index))?;

        let temporary = self.temporary();
        let failed = StoreError::write(&temporary);
        if let Some(mut out) = self.out.take()
            && let Err(error) = out.flush()
        {
            let _ = fs::remove_file(&temporary);
            return Err(failed(error));
        }
        let path = names::segment(&self.folder, &self.name);
        fs::rename(&temporary, &path).map_err(|error| {
            let _ = fs::remove_file(&temporary);
            StoreError::write(&path)(error)
        })?;
        Ok(path)
    }

    fn temporary(&self) -> PathBuf {
        names::temporary(&self.folder, &self.name)
    }

    fn pad(&mut self) -> Result<(), StoreError> {
        let missing = self.at.next_multiple_of(8) - self.at;
        self.write(&[0; 8][..usize::try_from(missing).unwrap_or(0)])
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = match &mut self.out {
            Some(out) => out.write_all(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        self.at += bytes.len() as u64;
        written.map_err(StoreError::write(&self.temporary()))
    }
}

impl Drop for SegmentWriter {
    fn drop(&mut self) {
        if let Some(out) = self.out.take() {
            // What is still buffered is of no use.
            let _ = out.into_parts();
            let _ = fs::remove_file(self.temporary());
        }
    }
}
