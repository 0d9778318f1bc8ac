//! What was prepared, on disk: archives and layers by the digest of what they are made of.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Fault, FaultKind};

/// A folder with `archives/`, `layers/` and `tasks/`. Several processes may share it: what is named is whole and never
/// changes, because it is made under another name and renamed.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// The layer of this name, where it was made.
    pub(crate) fn layer(&self, name: &str) -> Option<PathBuf> {
        let path = self.root.join("layers").join(name);
        path.is_dir().then_some(path)
    }

    /// A new folder to make a layer in. It goes again with the value, unless it is kept.
    pub(crate) fn unfinished(&self) -> Result<Unfinished, Fault> {
        static N: AtomicU64 = AtomicU64::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{n}", std::process::id());
        let path = self.root.join("unfinished").join(name);
        // One of a process of the same number that was killed.
        remove(&path);
        fs::create_dir_all(&path).map_err(|error| disk("make", &path, &error))?;
        // Where the file system knows no locks nothing is swept, either.
        let held = lock(&path).ok();
        self.sweep();
        Ok(Unfinished { path, _held: held })
    }

    /// Removes what processes that were killed had begun: nobody holds its lock.
    fn sweep(&self) {
        let entries = fs::read_dir(self.root.join("unfinished"));
        for entry in entries.into_iter().flatten().flatten() {
            let path = entry.path();
            let is_left = fs::File::open(path.join(HELD)).is_ok_and(|file| file.try_lock().is_ok());
            if is_left {
                remove(&path);
            }
        }
    }

    /// Names a finished layer. Where another process was faster, its layer is the one.
    pub(crate) fn keep(&self, unfinished: &Unfinished, name: &str) -> Result<PathBuf, Fault> {
        let layers = self.root.join("layers");
        fs::create_dir_all(&layers).map_err(|error| disk("make", &layers, &error))?;
        let path = layers.join(name);
        let made = unfinished.path.join(LAYER);
        match fs::rename(&made, &path) {
            Ok(()) => Ok(path),
            Err(_) if path.is_dir() => Ok(path),
            Err(error) => Err(disk("name", &path, &error)),
        }
    }

    /// A small file, where it was kept.
    pub(crate) fn file(&self, kind: &str, name: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(kind).join(name)).ok()
    }

    /// Keeps a small file.
    pub(crate) fn keep_file(&self, kind: &str, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let folder = self.root.join(kind);
        fs::create_dir_all(&folder).map_err(|error| disk("make", &folder, &error))?;
        let unfinished = self.unfinished()?;
        let made = unfinished.path.join("file");
        let path = folder.join(name);
        fs::write(&made, bytes).map_err(|error| disk("write", &made, &error))?;
        fs::rename(&made, &path).map_err(|error| disk("name", &path, &error))
    }
}

const LAYER: &str = "layer";
/// Locked by whoever makes something in the folder, for as long as the process lives.
const HELD: &str = "held";

/// Makes a folder's lock: it is locked before it has its name.
fn lock(folder: &Path) -> io::Result<fs::File> {
    let unnamed = folder.join("unnamed");
    let file = fs::File::create(&unnamed)?;
    file.lock()?;
    fs::rename(unnamed, folder.join(HELD))?;
    Ok(file)
}

/// A folder in which something is being made.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: PathBuf,
    _held: Option<fs::File>,
}

impl Unfinished {
    /// Where the layer grows.
    pub(crate) fn layer(&self) -> PathBuf {
        self.path.join(LAYER)
    }

    /// Drops a part of it.
    pub(crate) fn drop_part(&self, relative: &str) {
        remove(&self.layer().join(relative));
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes a tree, folders without permissions included (an overlay's work folder is one). What cannot be removed stays.
fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_ok() || !path.is_dir() {
        return;
    }
    open_folders(path);
    let _ = fs::remove_dir_all(path);
}

#[cfg(unix)]
fn open_folders(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_folders(&entry.path());
        }
    }
}

#[cfg(not(unix))]
fn open_folders(_: &Path) {}

fn disk(doing: &str, path: &Path, error: &io::Error) -> Fault {
    Fault {
        kind: FaultKind::Disk,
        what: format!("cannot {doing} {}: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_had_begun_goes_and_what_lives_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().to_owned());
        let living = store.unfinished().unwrap();
        fs::create_dir_all(living.layer()).unwrap();
        let left = folder.path().join("unfinished/1-0");
        fs::create_dir_all(left.join(LAYER)).unwrap();
        drop(lock(&left).unwrap());
        let another = store.unfinished().unwrap();
        assert!(!left.exists());
        assert!(living.layer().is_dir() && another.path.is_dir());
        let path = living.path.clone();
        drop(living);
        assert!(!path.exists());
    }
}
