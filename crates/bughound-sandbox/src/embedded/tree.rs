//! Looks at and changes the tree of a sandbox while no command runs in it.
//!
//! All that is found was made by commands that may wish us ill: no link is followed, no path leaves the tree, what
//! is no plain file is never opened, and folders are followed down to a certain depth only.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::copy::{is_opaque, names};
use super::root::Root;
use super::wire::{At, Failure, Step};
use crate::{Change, ChangeFilter, What};

/// Folders in folders that are followed. Deeper ones are [`What::Special`].
pub(super) const DEEPEST: usize = 128;

const OPEN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);
const FOLDER: OFlags = OPEN.union(OFlags::DIRECTORY);

/// Tells what differs from the layers.
pub(super) fn changes(
    root: &Root,
    filter: &ChangeFilter,
    tell: &mut dyn FnMut(Change) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let top = open_again(&root.upper).at(Step::Walk, "")?;
    let lower = root.layers.iter().map(open_again);
    let lower = lower.collect::<Result<Vec<_>, _>>().at(Step::Walk, "")?;
    let mut walk = Walk {
        root,
        filter,
        bytes_left: filter.total_bytes,
        tell,
    };
    walk.folder(&top, &lower, Path::new(""), 0)
}

fn open_again(folder: &OwnedFd) -> rustix::io::Result<OwnedFd> {
    rustix::fs::openat(folder, ".", FOLDER, Mode::empty())
}

struct Walk<'a> {
    root: &'a Root,
    filter: &'a ChangeFilter,
    bytes_left: u64,
    tell: &'a mut dyn FnMut(Change) -> Result<(), Failure>,
}

/// What the layers have at a path.
enum Lower {
    Nothing,
    /// The folders that are merged there, highest first.
    Folder(Vec<OwnedFd>),
    /// Something else, and in which folder it lies.
    Other(Stat, OwnedFd),
}

fn is_whiteout(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == 0
}

fn stat(folder: &OwnedFd, name: &OsStr) -> rustix::io::Result<Option<Stat>> {
    match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What merged folders have under a name.
fn lower(folders: &[OwnedFd], name: &OsStr) -> rustix::io::Result<Lower> {
    let mut merged = Vec::new();
    for folder in folders {
        let Some(stat) = stat(folder, name)? else {
            continue;
        };
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            if !merged.is_empty() || is_whiteout(&stat) {
                break;
            }
            let folder = rustix::io::fcntl_dupfd_cloexec(folder, 4)?;
            return Ok(Lower::Other(stat, folder));
        }
        let found = rustix::fs::openat(folder, name, FOLDER, Mode::empty())?;
        let hides = is_opaque(&found);
        merged.push(found);
        if hides {
            break;
        }
    }
    Ok(if merged.is_empty() {
        Lower::Nothing
    } else {
        Lower::Folder(merged)
    })
}

impl Walk<'_> {
    fn folder(
        &mut self,
        folder: &OwnedFd,
        lower_folders: &[OwnedFd],
        path: &Path,
        depth: usize,
    ) -> Result<(), Failure> {
        let mut there = names(folder).at(Step::Walk, path)?;
        if self.root.is_copy {
            for lower in lower_folders {
                there.extend(names(lower).at(Step::Walk, path)?);
            }
            there.sort();
            there.dedup();
        }
        for name in there {
            let path = path.join(&name);
            if !self.is_on_the_way(&path) || self.filter.without.contains(&path) {
                continue;
            }
            let below = lower(lower_folders, &name).at(Step::Walk, &path)?;
            let Some(found) = stat(folder, &name).at(Step::Walk, &path)? else {
                if self.root.is_copy && !matches!(below, Lower::Nothing) {
                    self.tell(&path, What::Removed)?;
                }
                continue;
            };
            match FileType::from_raw_mode(found.st_mode) {
                FileType::Directory => {
                    self.folder_below(folder, &name, &path, below, depth + 1)?;
                }
                _ => self.leaf(folder, &name, &path, &found, &below)?,
            }
        }
        Ok(())
    }

    /// Whether this path is wanted, or leads to what is.
    fn is_on_the_way(&self, path: &Path) -> bool {
        path.starts_with(&self.filter.under) || self.filter.under.starts_with(path)
    }

    fn tell(&mut self, path: &Path, what: What) -> Result<(), Failure> {
        let wanted = path.starts_with(&self.filter.under);
        // A folder above that was replaced hides what was asked for.
        let path = match (wanted, &what) {
            (true, _) => path.to_owned(),
            (false, What::Folder) => return Ok(()),
            (false, _) => {
                return (self.tell)(Change {
                    path: self.filter.under.clone(),
                    what: What::Removed,
                });
            }
        };
        (self.tell)(Change { path, what })
    }

    fn folder_below(
        &mut self,
        folder: &OwnedFd,
        name: &OsStr,
        path: &Path,
        below: Lower,
        depth: usize,
    ) -> Result<(), Failure> {
        if depth > DEEPEST {
            return self.tell(path, What::Special);
        }
        let inner = rustix::fs::openat(folder, name, FOLDER, Mode::empty()).at(Step::Walk, path)?;
        let made_for_mount = self
            .root
            .mount_points
            .iter()
            .any(|point| point.starts_with(path));
        let lower_folders = match below {
            Lower::Folder(folders) if !is_opaque(&inner) => folders,
            Lower::Nothing => {
                if !made_for_mount {
                    self.tell(path, What::Folder)?;
                }
                Vec::new()
            }
            Lower::Folder(_) | Lower::Other(..) => {
                self.tell(path, What::Removed)?;
                self.tell(path, What::Folder)?;
                Vec::new()
            }
        };
        self.folder(&inner, &lower_folders, path, depth)
    }

    fn leaf(
        &mut self,
        folder: &OwnedFd,
        name: &OsStr,
        path: &Path,
        found: &Stat,
        below: &Lower,
    ) -> Result<(), Failure> {
        let what = match FileType::from_raw_mode(found.st_mode) {
            FileType::CharacterDevice if is_whiteout(found) => match below {
                Lower::Nothing => return Ok(()),
                _ => What::Removed,
            },
            FileType::RegularFile => {
                let is_mount_point = self.root.mount_points.iter().any(|point| point == path);
                let same = same_file(folder, name, found, below).at(Step::Walk, path)?;
                if same || (is_mount_point && found.st_size == 0) {
                    return Ok(());
                }
                self.file(folder, name, found).at(Step::Walk, path)?
            }
            FileType::Symlink => {
                let target = read_link(folder, name).at(Step::Walk, path)?;
                if let Lower::Other(stat, folder) = below
                    && FileType::from_raw_mode(stat.st_mode) == FileType::Symlink
                    && read_link(folder, name).at(Step::Walk, path)? == target
                {
                    return Ok(());
                }
                What::Link {
                    target: target.into(),
                }
            }
            _ => What::Special,
        };
        self.tell(path, what)
    }

    fn file(&mut self, folder: &OwnedFd, name: &OsStr, found: &Stat) -> std::io::Result<What> {
        let n_bytes = u64::try_from(found.st_size).unwrap_or(0);
        if n_bytes > self.filter.file_bytes || n_bytes > self.bytes_left {
            return Ok(What::TooLarge { n_bytes });
        }
        let mut bytes = Vec::new();
        let file = open_file(folder, name)?;
        file.take(n_bytes).read_to_end(&mut bytes)?;
        self.bytes_left -= n_bytes;
        Ok(What::File {
            bytes,
            executable: is_executable(found),
        })
    }
}

fn is_executable(stat: &Stat) -> bool {
    stat.st_mode & 0o100 != 0
}

/// A plain file: nothing else is opened, not even when it was put there in the meantime.
fn open_file(folder: &OwnedFd, name: &OsStr) -> std::io::Result<File> {
    let flags = OPEN | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::openat(folder, name, flags, Mode::empty())?);
    if !file.metadata()?.is_file() {
        return Err(Errno::INVAL.into());
    }
    Ok(file)
}

fn read_link(folder: &OwnedFd, name: &OsStr) -> rustix::io::Result<OsString> {
    let target = rustix::fs::readlinkat(folder, name, Vec::new())?;
    Ok(std::os::unix::ffi::OsStringExt::from_vec(
        target.into_bytes(),
    ))
}

/// Whether a file that lies in the upper folder says the same as the layers': it was only touched.
fn same_file(folder: &OwnedFd, name: &OsStr, found: &Stat, below: &Lower) -> std::io::Result<bool> {
    let Lower::Other(lower_stat, lower_folder) = below else {
        return Ok(false);
    };
    if FileType::from_raw_mode(lower_stat.st_mode) != FileType::RegularFile
        || lower_stat.st_size != found.st_size
        || is_executable(lower_stat) != is_executable(found)
    {
        return Ok(false);
    }
    let mut ours = open_file(folder, name)?;
    let mut theirs = open_file(lower_folder, name)?;
    let (mut ours_buffer, mut theirs_buffer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let n = ours.read(&mut ours_buffer)?;
        if n == 0 {
            return Ok(true);
        }
        let same_length = theirs.read_exact(&mut theirs_buffer[..n]).is_ok();
        if !same_length || ours_buffer[..n] != theirs_buffer[..n] {
            return Ok(false);
        }
    }
}

/// The start of a plain file of the tree, and its length.
pub(super) fn read(
    root: &Root,
    path: &Path,
    limit: u64,
) -> Result<Option<(Vec<u8>, u64)>, Failure> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let flags = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match rustix::fs::openat2(&root.tree, path, flags, Mode::empty(), resolve) {
        Ok(file) => File::from(file),
        // There is nothing, it lies outside, it is a link in a circle, or nobody can open it.
        Err(
            Errno::NOENT
            | Errno::NOTDIR
            | Errno::XDEV
            | Errno::LOOP
            | Errno::NXIO
            | Errno::NAMETOOLONG
            | Errno::NODEV,
        ) => {
            return Ok(None);
        }
        Err(error) => return Err(error).at(Step::Read, path),
    };
    let meta = file.metadata().at(Step::Read, path)?;
    if !meta.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(limit)
        .read_to_end(&mut bytes)
        .at(Step::Read, path)?;
    Ok(Some((bytes, meta.len())))
}

/// Makes one change.
pub(super) fn write(root: &Root, change: &Change) -> Result<(), Failure> {
    let path = &change.path;
    let is_plain = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    let (Some(parent), Some(name), true) = (path.parent(), path.file_name(), is_plain) else {
        return Err(Errno::INVAL).at(Step::Refuse, path);
    };
    if change.what == What::Removed {
        return match open_folder(&root.tree, parent) {
            Ok(folder) => remove(&folder, name, 0).at(Step::Remove, path),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(error).at(Step::Remove, path),
        };
    }
    let folder = make_folders(root, parent)?;
    match &change.what {
        What::File { bytes, executable } => {
            remove(&folder, name, 0).at(Step::Write, path)?;
            let mode = if *executable { 0o755 } else { 0o644 };
            make_file(&folder, name, bytes, mode).at(Step::Write, path)
        }
        What::Folder => make_folder(&folder, name).map(drop).at(Step::Write, path),
        What::Link { target } => {
            remove(&folder, name, 0).at(Step::Write, path)?;
            rustix::fs::symlinkat(target, &folder, name).at(Step::Write, path)
        }
        What::TooLarge { .. } | What::Special | What::Removed => {
            Err(Errno::INVAL).at(Step::Write, path)
        }
    }
}

/// A folder of the tree itself: no link, and nothing of the host that is seen in it.
fn open_folder(at: &OwnedFd, path: &Path) -> rustix::io::Result<OwnedFd> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat2(at, path, flags, Mode::empty(), resolve)
}

fn make_folders(root: &Root, path: &Path) -> Result<OwnedFd, Failure> {
    let mut folder = open_folder(&root.tree, Path::new("")).at(Step::Write, path)?;
    let mut so_far = PathBuf::new();
    for component in path.components() {
        so_far.push(component);
        folder = make_folder(&folder, component.as_os_str()).at(Step::Write, &so_far)?;
    }
    Ok(folder)
}

/// Makes a folder where none is; a link or a file in its place goes.
fn make_folder(at: &OwnedFd, name: &OsStr) -> rustix::io::Result<OwnedFd> {
    match open_folder(at, Path::new(name)) {
        Err(Errno::NOENT) => {}
        Err(Errno::NOTDIR | Errno::LOOP) => {
            rustix::fs::unlinkat(at, name, AtFlags::empty())?;
        }
        found => return found,
    }
    rustix::fs::mkdirat(at, name, Mode::from_raw_mode(0o755))?;
    open_folder(at, Path::new(name))
}

fn make_file(folder: &OwnedFd, name: &OsStr, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let flags = OPEN | OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY;
    let mode = Mode::from_raw_mode(mode);
    let mut file = File::from(rustix::fs::openat(folder, name, flags, mode)?);
    file.write_all(bytes)
}

/// Removes whatever is there, also nothing.
fn remove(folder: &OwnedFd, name: &OsStr, depth: usize) -> rustix::io::Result<()> {
    match rustix::fs::unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR) => {}
        Err(error) => return Err(error),
    }
    if depth > 8 * DEEPEST {
        return Err(Errno::LOOP);
    }
    let inner = open_folder(folder, Path::new(name))?;
    for name in names(&inner)? {
        remove(&inner, &name, depth + 1)?;
    }
    rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR)
}
