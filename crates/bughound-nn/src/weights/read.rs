//! From files to a model's tensors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::header::{Entry, Header};
use super::numbers::Kind;
use super::read_json;
use crate::Error;
use crate::params::{Params, Slot, transpose};

/// Bytes read at once.
const PIECE: usize = 4 << 20;

/// Fills `params` from `NAME.safetensors` of a directory, or from the files that `NAME.safetensors.index.json` lists.
/// All tensors must be there, and no others but those that are `ignored`.
pub(crate) fn read_directory(
    directory: &Path,
    name: &str,
    params: &mut Params,
    ignored: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let index = directory.join(format!("{name}.safetensors.index.json"));
    let files = if index.exists() {
        listed(&index)?
            .into_iter()
            .map(|file| directory.join(file))
            .collect()
    } else {
        vec![directory.join(format!("{name}.safetensors"))]
    };
    read_files(&files, params, ignored).map(|_| ())
}

/// Fills `params` from one file, and gives what its header says beside tensors.
pub(crate) fn read_file(
    path: &Path,
    params: &mut Params,
) -> Result<BTreeMap<String, String>, Error> {
    read_files(&[path.to_owned()], params, |_| false)
}

fn listed(index: &Path) -> Result<BTreeSet<String>, Error> {
    let value = read_json(index)?;
    let map = value
        .get("weight_map")
        .and_then(serde_json::Value::as_object);
    let files: Option<BTreeSet<String>> = map.and_then(|map| {
        map.values()
            .map(|file| file.as_str().map(str::to_owned))
            .collect()
    });
    let files = files.ok_or_else(|| Error::file(index, "has no weight_map of names to files"))?;
    match files.iter().find(|file| file.contains(['/', '\\'])) {
        Some(file) => Err(Error::file(
            index,
            format!("names {file:?}, which is not in this directory"),
        )),
        None => Ok(files),
    }
}

fn read_files(
    files: &[PathBuf],
    params: &mut Params,
    ignored: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, String>, Error> {
    let slots: BTreeMap<String, Slot> = params
        .slots()
        .iter()
        .map(|slot| (slot.name.clone(), slot.clone()))
        .collect();
    let mut missing: BTreeSet<&str> = slots.keys().map(String::as_str).collect();
    let mut metadata = BTreeMap::new();
    for path in files {
        let mut file = File::open(path).map_err(Error::io(path))?;
        let header = Header::read(path, &mut file)?;
        for (name, entry) in &header.entries {
            if ignored(name) {
                continue;
            }
            let Some(slot) = slots.get(name) else {
                return Err(Error::ExtraTensor {
                    name: name.clone(),
                    found: entry.shape.clone(),
                });
            };
            read_tensor(path, &mut file, header.begin, slot, entry, params)?;
            missing.remove(name.as_str());
        }
        metadata.extend(header.metadata);
    }
    match missing.first() {
        Some(name) => Err(Error::MissingTensor {
            name: (*name).to_owned(),
            expected: slots[*name].shape.clone(),
        }),
        None => Ok(metadata),
    }
}

fn read_tensor(
    path: &Path,
    file: &mut File,
    begin: u64,
    slot: &Slot,
    entry: &Entry,
    params: &mut Params,
) -> Result<(), Error> {
    if entry.shape != slot.shape {
        return Err(Error::Shape {
            name: slot.name.clone(),
            found: entry.shape.clone(),
            expected: slot.shape.clone(),
        });
    }
    let kind = Kind::from_name(&entry.dtype).ok_or_else(|| Error::Numbers {
        name: slot.name.clone(),
        found: entry.dtype.clone(),
    })?;
    if entry.data_offsets.1 - entry.data_offsets.0 != (slot.len() * kind.bytes()) as u64 {
        return Err(Error::file(
            path,
            format!("has {} in {:?} bytes", slot.name, entry.data_offsets),
        ));
    }
    file.seek(SeekFrom::Start(begin + entry.data_offsets.0))
        .map_err(Error::io(path))?;
    let to = &mut params.data_mut()[slot.offset..slot.offset + slot.len()];
    let mut bytes = vec![0; PIECE.min(slot.len() * kind.bytes())];
    for to in to.chunks_mut(PIECE / kind.bytes()) {
        let bytes = &mut bytes[..to.len() * kind.bytes()];
        file.read_exact(bytes).map_err(Error::io(path))?;
        kind.decode(to, bytes);
    }
    if slot.transposed {
        let turned = transpose(to, slot.shape[0], slot.shape[1]);
        to.copy_from_slice(&turned);
    }
    Ok(())
}
