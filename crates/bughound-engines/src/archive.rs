//! Trees as archives, in both directions.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::{Error, Read, Result, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use bughound_sandbox::{Change, What};

/// Writes all that is in a folder.
pub(crate) fn pack(folder: &Path, target: &mut dyn Write) -> Result<()> {
    let mut builder = tar::Builder::new(target);
    builder.follow_symlinks(false);
    builder.append_dir_all("", folder)?;
    builder.finish()
}

/// Writes files and links of a change.
pub(crate) fn pack_changes(changes: &[Change], target: &mut dyn Write) -> Result<()> {
    let mut builder = tar::Builder::new(target);
    for change in changes {
        let mut header = tar::Header::new_gnu();
        header.set_mtime(0);
        match &change.what {
            What::File { bytes, executable } => {
                header.set_mode(if *executable { 0o755 } else { 0o644 });
                header.set_size(bytes.len() as u64);
                builder.append_data(&mut header, &change.path, bytes.as_slice())?;
            }
            What::Link { target } => {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_mode(0o777);
                header.set_size(0);
                builder.append_link(&mut header, &change.path, target)?;
            }
            _ => {}
        }
    }
    builder.finish()
}

/// Unpacks what a container sent into an empty folder: nothing leaves it, and no more than so many bytes are
/// written. What is wanted is said per path. Answers with the pipes and devices, which are not made.
pub(crate) fn unpack(
    source: impl Read,
    folder: &Path,
    mut n_bytes: u64,
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>> {
    let mut special = Vec::new();
    let mut archive = tar::Archive::new(source);
    archive.set_preserve_permissions(false);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path: PathBuf = entry
            .path()?
            .components()
            .filter(|component| *component != Component::CurDir)
            .collect();
        if path.as_os_str().is_empty() || !is_wanted(&path) {
            continue;
        }
        let kind = entry.header().entry_type();
        if kind.is_fifo() || kind.is_character_special() || kind.is_block_special() {
            special.push(path);
            continue;
        }
        n_bytes = n_bytes
            .checked_sub(entry.size().max(1))
            .ok_or_else(|| Error::other("there is more in the tree than it may hold"))?;
        if !entry.unpack_in(folder)? {
            return Err(Error::other(format!("{} leaves the tree", path.display())));
        }
        if kind.is_dir() {
            fs::set_permissions(folder.join(&path), Permissions::from_mode(0o755))?;
        }
    }
    Ok(special)
}

/// A step of making changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Pairs for [`CHANGE`](crate::scripts::CHANGE).
    Prepare(Vec<String>),
    /// Files and links to unpack, in places where nothing is.
    Unpack(Vec<&'a Change>),
}

/// Bytes of arguments of one start of a script: far below what systems allow.
const ARGUMENTS: usize = 48 << 10;

/// The steps that make changes as if one after the other.
///
/// # Errors
/// The first change that cannot be made.
pub(crate) fn steps(
    changes: &[Change],
) -> std::result::Result<Vec<Step<'_>>, (&Path, &'static str)> {
    let mut steps = Vec::new();
    let (mut pairs, mut n_bytes) = (Vec::new(), 0);
    let mut waiting: Vec<&Change> = Vec::new();
    let mut paths: BTreeSet<&Path> = BTreeSet::new();
    let mut folders: BTreeSet<&Path> = BTreeSet::new();
    for change in changes {
        let path = change.path.as_path();
        let mut components = path.components();
        if path.as_os_str().is_empty()
            || !components.all(|component| matches!(component, Component::Normal(_)))
        {
            return Err((path, "refuse a path that leaves the tree"));
        }
        if path.to_str().is_none() {
            return Err((path, "write under a name that is no UTF-8"));
        }
        if matches!(change.what, What::TooLarge { .. } | What::Special) {
            return Err((path, "write what has no content"));
        }
        let covers = paths
            .range(path..)
            .next()
            .is_some_and(|next| next.starts_with(path));
        let covered = path.ancestors().skip(1).any(|above| paths.contains(above));
        if covers || covered || n_bytes > ARGUMENTS {
            flush(&mut steps, &mut pairs, &mut waiting);
            (n_bytes, paths, folders) = (0, BTreeSet::new(), BTreeSet::new());
        }
        let mut add = |kind: &str, path: &Path| {
            let path = format!("./{}", path.display());
            n_bytes += path.len() + 4;
            pairs.extend([kind.to_owned(), path]);
        };
        if change.what != What::Removed {
            let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
            above.reverse();
            for folder in above {
                if !folder.as_os_str().is_empty() && folders.insert(folder) {
                    add("d", folder);
                }
            }
        }
        match &change.what {
            What::Folder => {
                if folders.insert(path) {
                    add("d", path);
                }
            }
            What::Removed => {
                add("r", path);
                folders.retain(|folder| !folder.starts_with(path));
            }
            _ => {
                add("r", path);
                folders.retain(|folder| !folder.starts_with(path));
                waiting.push(change);
                paths.insert(path);
            }
        }
    }
    flush(&mut steps, &mut pairs, &mut waiting);
    Ok(steps)
}

fn flush<'a>(steps: &mut Vec<Step<'a>>, pairs: &mut Vec<String>, waiting: &mut Vec<&'a Change>) {
    if !pairs.is_empty() {
        steps.push(Step::Prepare(std::mem::take(pairs)));
    }
    if !waiting.is_empty() {
        steps.push(Step::Unpack(std::mem::take(waiting)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Change {
        let what = What::File {
            bytes: path.into(),
            executable: false,
        };
        Change {
            path: path.into(),
            what,
        }
    }

    fn other(path: &str, what: What) -> Change {
        Change {
            path: path.into(),
            what,
        }
    }

    #[test]
    fn changes_become_steps_in_an_order_that_keeps_their_meaning() {
        #[track_caller]
        fn check(changes: &[Change], expected: &str) {
            let shown: Vec<String> = match steps(changes) {
                Err((path, why)) => vec![format!("{why}: {}", path.display())],
                Ok(steps) => steps
                    .iter()
                    .map(|step| match step {
                        Step::Prepare(pairs) => pairs.join(" "),
                        Step::Unpack(changes) => {
                            let paths = changes.iter().map(|change| change.path.display());
                            format!(
                                "+{}",
                                paths.map(|path| format!(" {path}")).collect::<String>()
                            )
                        }
                    })
                    .collect(),
            };
            assert_eq!(shown.join("; "), expected);
        }
        check(&[], "");
        check(&[file("a")], "r ./a; + a");
        check(
            &[file("a/b/c"), file("a/b/d")],
            "d ./a d ./a/b r ./a/b/c r ./a/b/d; + a/b/c a/b/d",
        );
        check(
            &[
                other("a", What::Removed),
                other("a", What::Folder),
                file("a/b"),
            ],
            "r ./a d ./a r ./a/b; + a/b",
        );
        // What came before is not undone by what is prepared for it.
        check(
            &[file("a/b"), other("a", What::Removed)],
            "d ./a r ./a/b; + a/b; r ./a",
        );
        check(
            &[file("a"), file("a/b")],
            "r ./a; + a; d ./a r ./a/b; + a/b",
        );
        check(&[file("a"), file("a.b")], "r ./a r ./a.b; + a a.b");
        check(
            &[
                other("a", What::Folder),
                other("a", What::Removed),
                file("a/b"),
            ],
            "d ./a r ./a d ./a r ./a/b; + a/b",
        );
        check(&[file("../a")], "refuse a path that leaves the tree: ../a");
        check(&[file("/a")], "refuse a path that leaves the tree: /a");
        check(&[file("")], "refuse a path that leaves the tree: ");
        check(&[other("p", What::Special)], "write what has no content: p");
    }

    #[test]
    fn an_archive_that_misbehaves_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let unpack = |bytes: &[u8], n_bytes| unpack(bytes, place.path(), n_bytes, &|_| true);
        let mut bytes = Vec::new();
        pack_changes(
            &[
                file("a"),
                other(
                    "p/q",
                    What::Link {
                        target: "/etc".into(),
                    },
                ),
            ],
            &mut bytes,
        )
        .unwrap();
        assert_eq!(unpack(&bytes, 100).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(fs::read(place.path().join("a")).unwrap(), b"a");
        assert!(unpack(&bytes, 1).is_err());
        // A file below a link that leads out.
        let mut bytes = Vec::new();
        pack_changes(&[file("p/q/passwd-of-a-test")], &mut bytes).unwrap();
        assert!(unpack(&bytes, 100).is_err());
        assert!(!Path::new("/etc/passwd-of-a-test").exists());
    }
}
