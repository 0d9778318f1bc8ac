//! Folders of runs.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held while a process works on a folder; given back when it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    // Closing the file gives the lock back.
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock file that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes the folder where it is not there, and keeps other processes out of it. `None` where another process is
/// in it.
///
/// # Errors
/// Where the folder or its lock file cannot be made.
pub fn lock_folder(dir: &Path) -> io::Result<Option<Lock>> {
    fs::create_dir_all(dir)?;
    let path = dir.join(".lock");
    let file = File::create(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { path, _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Writes a file under a temporary name in the same folder and renames it, so that a reader sees the old
/// content or the new one, and nothing in between.
///
/// # Errors
/// Where it cannot be written or renamed; the old content is still there then.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    fs::write(&temporary, content)?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        for content in ["one", "", "three"] {
            write_atomically(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_atomically(&dir.path().join("no/such/folder"), b"x").is_err());
    }

    #[test]
    fn one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock_folder(dir.path()).unwrap();
        assert!(held.is_some());
        assert!(lock_folder(dir.path()).unwrap().is_none());
        drop(held);
        assert!(lock_folder(dir.path()).unwrap().is_some());
    }
}
