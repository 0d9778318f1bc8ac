//! Writing a change into the user's own files. The only place of the crate that does.
//!
//! All is looked at before the first byte is written: a file that has uncommitted work, that is no longer what the change was
//! made for, or that a link leads to, stops everything. Each file is written beside its place and renamed, so that none is
//! ever half written.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bughound_repo::{EntryKind, Repo};
use bughound_sandbox::{Change, What};
use bughound_testbed::Tree;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// Files that the change touches are not as they were committed, or not as they were read.
    #[error("{}", said(.0))]
    Dirty(Vec<String>),
    /// The file system refused; what was written before it is named.
    #[error("cannot write {path}: {source}{}", if .done.is_empty() { String::new() } else { format!(" (written before it: {})", .done.join(", ")) }, path = path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
        /// Files that were written before.
        done: Vec<String>,
    },
}

fn said(files: &[String]) -> String {
    format!("nothing was written: {}", files.join("; "))
}

/// Writes `changes` of `tree` into the working directory `root`. `repo` is its repository, whose `HEAD` says what is
/// committed; a folder without one has no commits to differ from. Answers which files were written.
///
/// # Errors
/// [`NotWritten`]: which files keep it from being done, and why.
pub fn write_into(
    root: &Path,
    repo: Option<&Repo>,
    tree: &Tree,
    changes: &[Change],
) -> Result<Vec<String>, NotWritten> {
    let head = repo.and_then(|repo| repo.snapshot("HEAD").ok());
    let mut reader = head.as_ref().map(bughound_repo::Snapshot::reader);
    let mut wrong = Vec::new();
    for change in changes {
        let path = change.path.to_string_lossy().into_owned();
        if let Some(link) = link_on(root, &change.path) {
            wrong.push(format!("{path}: {link} is a link"));
            continue;
        }
        let here = fs::read(root.join(&change.path)).ok();
        let expected = tree.files.get(&path).map(|file| &file.bytes);
        let mut committed = None;
        if let (Some(head), Some(reader)) = (&head, &mut reader) {
            let entry = head.entry(&path).filter(|it| it.kind == EntryKind::File);
            let mut bytes = Vec::new();
            if entry.is_some_and(|entry| reader.read(entry, &mut bytes).is_ok()) {
                committed = Some(bytes);
            }
            if here != committed {
                wrong.push(match (&here, &committed) {
                    (Some(_), None) => format!("{path}: it is not committed"),
                    (None, _) => format!("{path}: it is removed, and that is not committed"),
                    _ => format!("{path}: it has uncommitted work"),
                });
                continue;
            }
        }
        if here.as_ref() != expected {
            wrong.push(format!("{path}: it is not what the patch was made for"));
        }
    }
    if !wrong.is_empty() {
        return Err(NotWritten::Dirty(wrong));
    }
    let mut done = Vec::new();
    for change in changes {
        let to = root.join(&change.path);
        write(&to, &change.what).map_err(|source| NotWritten::Io {
            path: to.clone(),
            source,
            done: done.clone(),
        })?;
        done.push(change.path.to_string_lossy().into_owned());
    }
    Ok(done)
}

/// The first link on the way to a path, itself included.
fn link_on(root: &Path, path: &Path) -> Option<String> {
    let mut at = PathBuf::new();
    for part in path.components() {
        at.push(part);
        if fs::symlink_metadata(root.join(&at)).is_ok_and(|meta| meta.is_symlink()) {
            return Some(at.to_string_lossy().into_owned());
        }
    }
    None
}

fn write(to: &Path, what: &What) -> std::io::Result<()> {
    match what {
        What::Removed => fs::remove_file(to),
        What::File { bytes, .. } => {
            let folder = to.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            let beside = folder.join(format!(".{name}.bughound"));
            let result = (|| {
                let mut file = fs::File::create_new(&beside)?;
                file.write_all(bytes)?;
                file.sync_all()?;
                if let Ok(meta) = fs::metadata(to) {
                    fs::set_permissions(&beside, meta.permissions())?;
                }
                fs::rename(&beside, to)
            })();
            if result.is_err() {
                let _ = fs::remove_file(&beside);
            }
            result
        }
        _ => Ok(()),
    }
}
