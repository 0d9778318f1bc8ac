//! The files of a tokenizer.

use std::io::ErrorKind;
use std::path::Path;

use crate::TokensError;

/// The text of a file; `None` where there is none.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>, TokensError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TokensError::File {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The text of a file that must be there.
pub(crate) fn read(path: &Path) -> Result<String, TokensError> {
    std::fs::read_to_string(path).map_err(|source| TokensError::File {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), TokensError> {
    std::fs::write(path, text).map_err(|source| TokensError::File {
        path: path.to_owned(),
        source,
    })
}
