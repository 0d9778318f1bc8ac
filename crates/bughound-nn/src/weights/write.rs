//! From a model's tensors to files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::header::Entry;
use super::numbers::Precision;
use super::{replace, write_json};
use crate::Error;
use crate::params::{Params, Slot, transpose};

/// Numbers encoded at once.
const PIECE: usize = 1 << 20;

/// Writes `NAME.safetensors`, or parts of at most `most` bytes with an index where tensors allow.
pub(crate) fn write_directory(
    directory: &Path,
    name: &str,
    params: &Params,
    precision: Precision,
    most: usize,
) -> Result<(), Error> {
    let bytes = |slot: &Slot| slot.len() * precision.kind().bytes();
    let mut parts: Vec<Vec<&Slot>> = vec![Vec::new()];
    let mut size = 0;
    for slot in params.slots() {
        if size > 0 && size + bytes(slot) > most {
            parts.push(Vec::new());
            size = 0;
        }
        size += bytes(slot);
        if let Some(part) = parts.last_mut() {
            part.push(slot);
        }
    }
    let index_path = directory.join(format!("{name}.safetensors.index.json"));
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    if let [all] = parts.as_slice() {
        write_slots(
            &directory.join(format!("{name}.safetensors")),
            params,
            all,
            precision,
            &metadata,
        )?;
        // Another save's index would hide this file.
        return match std::fs::remove_file(&index_path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io(&index_path)(error))
            }
            _ => Ok(()),
        };
    }
    let mut map = Map::new();
    for (index, part) in parts.iter().enumerate() {
        let file = format!("{name}-{:05}-of-{:05}.safetensors", index + 1, parts.len());
        write_slots(&directory.join(&file), params, part, precision, &metadata)?;
        for slot in part {
            map.insert(slot.name.clone(), Value::String(file.clone()));
        }
    }
    let total: usize = params.slots().iter().map(bytes).sum();
    write_json(
        &index_path,
        &json!({"metadata": {"total_size": total}, "weight_map": map}),
    )
}

/// Writes one file with all tensors.
pub(crate) fn write_file(
    path: &Path,
    params: &Params,
    precision: Precision,
    metadata: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let slots: Vec<&Slot> = params.slots().iter().collect();
    write_slots(path, params, &slots, precision, metadata)
}

fn write_slots(
    path: &Path,
    params: &Params,
    slots: &[&Slot],
    precision: Precision,
    metadata: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let kind = precision.kind();
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!(metadata));
    let mut end = 0;
    for slot in slots {
        let begin = end;
        end += (slot.len() * kind.bytes()) as u64;
        let entry = Entry {
            dtype: kind.name().to_owned(),
            shape: slot.shape.clone(),
            data_offsets: (begin, end),
        };
        header.insert(slot.name.clone(), json!(entry));
    }
    let mut header = Value::Object(header).to_string();
    // Readers that map the file want numbers where a multiple of eight is.
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    replace(path, |file| {
        let mut file = io::BufWriter::new(file);
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(header.as_bytes())?;
        let mut bytes = Vec::new();
        for slot in slots {
            let mut numbers = Cow::Borrowed(params.slot(slot));
            if slot.transposed {
                numbers = Cow::Owned(transpose(&numbers, slot.shape[1], slot.shape[0]));
            }
            for piece in numbers.chunks(PIECE) {
                bytes.clear();
                kind.encode(&mut bytes, piece);
                file.write_all(&bytes)?;
            }
        }
        file.flush()
    })
}
