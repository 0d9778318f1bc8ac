//! What a safetensors file says of itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;

/// No header of weights is as large.
const MOST: u64 = 100 << 20;

/// A tensor's place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) dtype: String,
    pub(super) shape: Vec<usize>,
    /// From the end of the header.
    pub(super) data_offsets: (u64, u64),
}

/// The tensors of a file.
#[derive(Debug)]
pub(super) struct Header {
    /// Where numbers begin.
    pub(super) begin: u64,
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) metadata: BTreeMap<String, String>,
}

impl Header {
    /// Reads it, and checks that all tensors are within the file.
    pub(super) fn read(path: &Path, file: &mut File) -> Result<Self, Error> {
        let len = file.metadata().map_err(Error::io(path))?.len();
        let mut size = [0; 8];
        if len < 8 {
            return Err(Error::file(
                path,
                format!("is no safetensors file: it has {len} bytes"),
            ));
        }
        file.read_exact(&mut size).map_err(Error::io(path))?;
        let size = u64::from_le_bytes(size);
        if size > MOST || size + 8 > len {
            return Err(Error::file(
                path,
                format!(
                    "is no safetensors file or was cut off: a header of {size} bytes in a file of {len}"
                ),
            ));
        }
        let mut text = vec![0; size as usize];
        file.read_exact(&mut text).map_err(Error::io(path))?;
        let mut members: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&text)
            .map_err(|error| Error::file(path, format!("has a broken header: {error}")))?;
        let metadata = members.remove("__metadata__");
        let metadata = metadata
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
        let mut entries = BTreeMap::new();
        for (name, value) in members {
            let entry: Entry = serde_json::from_value(value).map_err(|error| {
                Error::file(path, format!("has a broken header at {name}: {error}"))
            })?;
            let (begin, end) = entry.data_offsets;
            if begin > end || end > len - 8 - size {
                return Err(Error::file(
                    path,
                    format!(
                        "was cut off: {name} should end at byte {} of {len}",
                        8 + size + end
                    ),
                ));
            }
            entries.insert(name, entry);
        }
        Ok(Self {
            begin: 8 + size,
            entries,
            metadata,
        })
    }
}
