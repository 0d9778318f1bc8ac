//! Have all changes that were made before this moment been announced?
//!
//! A file system announces changes in the order in which they were made. So we make one ourselves, in a
//! folder of our own that is watched together with the others: once it has been announced, everything
//! before it has been too. (Watchman calls this a cookie.)

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long an announcement may take. Where it takes longer, the caller looks for changes itself.
const PATIENCE: Duration = Duration::from_millis(100);

/// A folder with one empty file, whose name is a number that grows.
#[derive(Debug)]
pub(super) struct Fence {
    folder: PathBuf,
    /// The number that is the file's name.
    current: Mutex<u64>,
    /// The highest number that was announced.
    announced: Mutex<u64>,
    news: Condvar,
}

impl Fence {
    /// Makes the folder below `scratch`.
    pub(super) fn new(scratch: &Path) -> io::Result<Self> {
        let scratch = scratch.canonicalize()?;
        let process = std::process::id();
        for attempt in 0..100 {
            let folder = scratch.join(format!("bughound-mcp-{process}-{attempt}"));
            match make_folder(&folder) {
                Ok(()) => {
                    let fence = Self {
                        folder,
                        current: Mutex::new(0),
                        announced: Mutex::new(0),
                        news: Condvar::new(),
                    };
                    fs::write(fence.file(0), "")?;
                    return Ok(fence);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The folder to watch.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes an announced path; whether it is one of ours.
    pub(super) fn announce(&self, path: &Path) -> bool {
        if path.parent() != Some(&self.folder) {
            return path == self.folder;
        }
        let number: Option<u64> = path
            .file_name()
            .and_then(|name| name.to_str()?.parse().ok());
        if let Some(number) = number {
            let mut announced = lock(&self.announced);
            *announced = number.max(*announced);
            self.news.notify_all();
        }
        true
    }

    /// Waits until everything that happened before this call has been announced. `false` where that takes too
    /// long or cannot be told.
    pub(super) fn pass(&self) -> bool {
        let number = {
            let mut current = lock(&self.current);
            let next = *current + 1;
            if fs::rename(self.file(*current), self.file(next)).is_err() {
                return false;
            }
            *current = next;
            next
        };
        let waited = self
            .news
            .wait_timeout_while(lock(&self.announced), PATIENCE, |seen| *seen < number);
        let (seen, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *seen >= number
    }

    /// Removes the folder; from then on nothing can be told.
    pub(super) fn remove(&self) {
        let file = self.file(*lock(&self.current));
        // What cannot be removed is an empty file in a folder for temporary ones.
        let _ = fs::remove_file(file);
        let _ = fs::remove_dir(&self.folder);
    }

    fn file(&self, number: u64) -> PathBuf {
        self.folder.join(number.to_string())
    }
}

impl Drop for Fence {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A folder for us alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().mode(0o700).create(folder)
    }
    #[cfg(not(unix))]
    fs::create_dir(folder)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A number is whole even where another thread panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_waits_for_its_own_announcement() {
        let scratch = tempfile::tempdir().unwrap();
        let fence = Fence::new(scratch.path()).unwrap();
        assert!(!fence.pass(), "nobody announces anything");
        let folder = fence.folder().to_owned();
        let next = folder.join("2");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| fence.pass());
            while !next.exists() {
                std::thread::yield_now();
            }
            assert!(!fence.announce(scratch.path()), "not ours");
            assert!(fence.announce(&next));
            assert!(waiting.join().unwrap());
        });
        drop(fence);
        assert!(!folder.exists());
        assert!(Fence::new(&scratch.path().join("absent")).is_err());
    }
}
