//! Weights in files, as Hugging Face directories have them: safetensors, in one file or in several with an index.
//!
//! The format is eight bytes of length, a JSON header of that length, and numbers. It is read and written here a few
//! megabytes at a time, so that a model needs its own memory only once.

mod adapter;
mod header;
mod numbers;
mod read;
mod write;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Error;

pub use numbers::Precision;
pub(crate) use read::{read_directory, read_file};
pub(crate) use write::{write_directory, write_file};

/// Writes a file as a whole or not at all.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
) -> Result<(), Error> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let mut file = fs::File::create(part).map_err(Error::io(part))?;
    let written = write(&mut file).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // What is half written is of no use; that it could not be written is what counts.
        let _ = fs::remove_file(part);
        return Err(Error::io(part)(error));
    }
    fs::rename(part, path).map_err(Error::io(path))
}

/// Writes JSON for people and programs.
pub(crate) fn write_json(path: &Path, value: &Value) -> Result<(), Error> {
    let text = format!("{value:#}\n");
    replace(path, |file| {
        std::io::Write::write_all(file, text.as_bytes())
    })
}

/// Reads JSON.
pub(crate) fn read_json(path: &Path) -> Result<Value, Error> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    serde_json::from_str(&text).map_err(|error| Error::file(path, error))
}
