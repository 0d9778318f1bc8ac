//! Merges layers into a folder by copying, with the marks that overlay leaves in them.

use std::fs;
use std::io::Result;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, lchown, symlink};
use std::path::Path;

/// Puts a layer over what is in a folder already.
pub(super) fn merge(layer: &Path, target: &Path) -> Result<()> {
    for entry in fs::read_dir(layer)? {
        let entry = entry?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        let meta = entry.metadata()?;
        let kind = meta.file_type();
        let there = fs::symlink_metadata(&to).ok();
        if kind.is_dir() {
            let hides = crate::embedded::is_opaque_folder(&from)?;
            if hides || there.as_ref().is_some_and(|there| !there.is_dir()) {
                remove(&to)?;
            }
            match fs::create_dir(&to) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(error);
                }
                _ => merge(&from, &to)?,
            }
            fs::set_permissions(&to, fs::Permissions::from_mode(meta.mode() & 0o777 | 0o700))?;
            continue;
        }
        if there.is_some() {
            remove(&to)?;
        }
        if kind.is_symlink() {
            symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
            let times = fs::FileTimes::new().set_modified(meta.modified()?);
            fs::File::open(&to)?.set_times(times)?;
        } else if !kind.is_char_device() {
            // Pipes and sockets of a layer are of no use to anyone; a device is a mark of deletion.
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Removes a folder though what is in it may be locked against us.
pub(super) fn remove_all(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        unlock(folder);
        // What is still left is in a folder for temporary files.
        let _ = fs::remove_dir_all(folder);
    }
}

fn unlock(folder: &Path) {
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            unlock(&entry.path());
        }
    }
}

/// Gives all that lies in a folder, and itself, to a user.
pub(super) fn own_all(folder: &Path, owner: u32) -> Result<()> {
    lchown(folder, Some(owner), Some(owner))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            own_all(&entry.path(), owner)?;
        } else {
            lchown(entry.path(), Some(owner), Some(owner))?;
        }
    }
    Ok(())
}
