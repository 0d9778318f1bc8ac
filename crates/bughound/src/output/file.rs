//! Answers that go to a file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

/// Writes a file under another name beside it and puts it in place when it is whole, so that what was there
/// before is lost only to something better.
///
/// # Errors
/// Where it cannot be written, and those of `write`.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut temporary = OsString::from(path);
    temporary.push(".tmp");
    let temporary = Path::new(&temporary);
    let failed = || format!("cannot write {}", path.display());
    let mut file = BufWriter::new(File::create(temporary).with_context(failed)?);
    let written = write(&mut file).and_then(|()| file.flush().with_context(failed));
    if written.is_err() {
        // What is not whole is of no use to anybody.
        let _ = fs::remove_file(temporary);
        return written;
    }
    fs::rename(temporary, path).with_context(failed)
}
