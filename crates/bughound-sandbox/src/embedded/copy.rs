//! Copies all that was written in one sandbox into another: the raw upper folder, marks of deletion included, and
//! `/tmp`. The first processes of the two speak directly; Bughound only joins them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps, XattrFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use super::wire::{At, Failure, Step};

const OPAQUE: &str = "user.overlay.opaque";
const OPEN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

/// One entry of a folder; what follows a [`Kind::Folder`] lies in it, up to its [`Entry::Up`].
#[derive(Debug, Serialize, Deserialize)]
enum Entry {
    Node {
        name: OsString,
        kind: Kind,
        mode: u32,
        seconds: i64,
        nanoseconds: i64,
    },
    Up,
    /// Of one of the two trees.
    End,
}

#[derive(Debug, Serialize, Deserialize)]
enum Kind {
    Folder {
        opaque: bool,
    },
    /// So many bytes follow; other names of the same file may come.
    File {
        n_bytes: u64,
        shared: bool,
    },
    /// The same file as one of the shared that came before, counted from 0.
    Same {
        number: u64,
    },
    Link {
        target: OsString,
    },
    Whiteout,
    Pipe,
}

/// Sends both trees.
pub(super) fn send(to: OwnedFd, upper: &OwnedFd, tmp: &OwnedFd) -> Result<(), Failure> {
    let mut sender = Sender {
        to: BufWriter::with_capacity(1 << 16, File::from(to)),
        linked: BTreeMap::new(),
        n_shared: 0,
    };
    for tree in [upper, tmp] {
        sender.folder(tree)?;
        sender.entry(&Entry::End)?;
    }
    sender.to.flush().at(Step::CopyOut, "")
}

struct Sender {
    to: BufWriter<File>,
    /// Numbers of the files with several names, by inode.
    linked: BTreeMap<(u64, u64), u64>,
    n_shared: u64,
}

impl Sender {
    fn entry(&mut self, entry: &Entry) -> Result<(), Failure> {
        let bytes = postcard::to_stdvec(entry)
            .map_err(std::io::Error::other)
            .at(Step::CopyOut, "")?;
        let n = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.to
            .write_all(&n.to_le_bytes())
            .and_then(|()| self.to.write_all(&bytes))
            .at(Step::CopyOut, "")
    }

    fn folder(&mut self, folder: &OwnedFd) -> Result<(), Failure> {
        for name in names(folder).at(Step::CopyOut, "")? {
            self.node(folder, &name)?;
        }
        Ok(())
    }

    fn node(&mut self, folder: &OwnedFd, name: &OsString) -> Result<(), Failure> {
        let stat = rustix::fs::statat(folder, name.as_os_str(), AtFlags::SYMLINK_NOFOLLOW)
            .at(Step::CopyOut, name)?;
        let node = |kind| Entry::Node {
            name: name.clone(),
            kind,
            mode: stat.st_mode & 0o7777,
            seconds: stat.st_mtime,
            nanoseconds: i64::try_from(stat.st_mtime_nsec).unwrap_or(0),
        };
        let open = |flags| {
            rustix::fs::openat(folder, name.as_os_str(), OPEN | flags, Mode::empty())
                .at(Step::CopyOut, name)
        };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let inner = open(OFlags::DIRECTORY)?;
                let opaque = is_opaque(&inner);
                self.entry(&node(Kind::Folder { opaque }))?;
                self.folder(&inner)?;
                self.entry(&Entry::Up)
            }
            FileType::RegularFile => {
                if let Some(&number) = self.linked.get(&(stat.st_dev, stat.st_ino)) {
                    return self.entry(&node(Kind::Same { number }));
                }
                let shared = stat.st_nlink > 1;
                if shared {
                    self.linked
                        .insert((stat.st_dev, stat.st_ino), self.n_shared);
                    self.n_shared += 1;
                }
                let n_bytes = u64::try_from(stat.st_size).unwrap_or(0);
                self.entry(&node(Kind::File { n_bytes, shared }))?;
                let file = File::from(open(OFlags::empty())?);
                let n_sent =
                    std::io::copy(&mut file.take(n_bytes), &mut self.to).at(Step::CopyOut, name)?;
                if n_sent != n_bytes {
                    return Err(Errno::IO).at(Step::CopyOut, name);
                }
                Ok(())
            }
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(folder, name.as_os_str(), Vec::new())
                    .at(Step::CopyOut, name)?;
                let target = os_string(target.into_bytes());
                self.entry(&node(Kind::Link { target }))
            }
            FileType::CharacterDevice if stat.st_rdev == 0 => self.entry(&node(Kind::Whiteout)),
            FileType::Fifo => self.entry(&node(Kind::Pipe)),
            // A socket without the process that listened on it is of no use.
            _ => Ok(()),
        }
    }
}

fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// The names in a folder, in order.
pub(super) fn names(folder: &OwnedFd) -> rustix::io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push(os_string(name.to_vec()));
        }
    }
    names.sort();
    Ok(names)
}

/// Whether a folder of an upper hides those of the layers.
pub(super) fn is_opaque(folder: impl AsFd) -> bool {
    let mut value = [0_u8; 1];
    rustix::fs::fgetxattr(folder, OPAQUE, &mut value).is_ok_and(|n| n == 1) && value[0] == b'y'
}

/// Receives both trees into empty folders.
pub(super) fn receive(from: OwnedFd, upper: &OwnedFd, tmp: &OwnedFd) -> Result<(), Failure> {
    let mut from = BufReader::with_capacity(1 << 16, File::from(from));
    let mut files: Vec<OwnedFd> = Vec::new();
    for tree in [upper, tmp] {
        let mut above: Vec<(OwnedFd, Timestamps)> = Vec::new();
        let top = rustix::io::fcntl_dupfd_cloexec(tree, 4).at(Step::CopyIn, "")?;
        let mut folder = top;
        loop {
            match entry(&mut from)? {
                Entry::End => break,
                Entry::Up => {
                    if let Some((parent, times)) = above.pop() {
                        rustix::fs::futimens(&folder, &times).at(Step::CopyIn, "")?;
                        folder = parent;
                    }
                }
                Entry::Node {
                    name,
                    kind,
                    mode,
                    seconds,
                    nanoseconds,
                } => {
                    let times = times(seconds, nanoseconds);
                    let is_folder = matches!(kind, Kind::Folder { .. });
                    make(&folder, &name, kind, mode, &times, &mut from, &mut files)
                        .at(Step::CopyIn, &name)?;
                    if is_folder {
                        let inner = rustix::fs::openat(
                            &folder,
                            &name,
                            OPEN | OFlags::DIRECTORY,
                            Mode::empty(),
                        )
                        .at(Step::CopyIn, &name)?;
                        above.push((std::mem::replace(&mut folder, inner), times));
                    }
                }
            }
        }
    }
    Ok(())
}

fn entry(from: &mut impl Read) -> Result<Entry, Failure> {
    let mut read = || -> std::io::Result<Entry> {
        let mut n = [0; 4];
        from.read_exact(&mut n)?;
        let mut bytes = vec![0; u32::from_le_bytes(n) as usize];
        from.read_exact(&mut bytes)?;
        postcard::from_bytes(&bytes).map_err(std::io::Error::other)
    };
    read().at(Step::CopyIn, "")
}

fn times(seconds: i64, nanoseconds: i64) -> Timestamps {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: nanoseconds,
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}

fn make(
    folder: &OwnedFd,
    name: &OsString,
    kind: Kind,
    mode: u32,
    times: &Timestamps,
    from: &mut impl Read,
    files: &mut Vec<OwnedFd>,
) -> std::io::Result<()> {
    let mode = Mode::from_raw_mode(mode);
    match kind {
        Kind::Folder { opaque } => {
            rustix::fs::mkdirat(folder, name, Mode::RWXU)?;
            let flags = OPEN | OFlags::DIRECTORY;
            let made = rustix::fs::openat(folder, name, flags, Mode::empty())?;
            rustix::fs::fchmod(&made, mode)?;
            if opaque {
                rustix::fs::fsetxattr(&made, OPAQUE, b"y", XattrFlags::empty())?;
            }
        }
        Kind::File { n_bytes, shared } => {
            let flags = OPEN | OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY;
            let file = File::from(rustix::fs::openat(folder, name, flags, Mode::RWXU)?);
            let n_copied = std::io::copy(&mut from.take(n_bytes), &mut &file)?;
            if n_copied != n_bytes {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            rustix::fs::fchmod(&file, mode)?;
            rustix::fs::futimens(&file, times)?;
            if shared {
                let flags = OPEN | OFlags::PATH;
                files.push(rustix::fs::openat(folder, name, flags, Mode::empty())?);
            }
        }
        Kind::Same { number } => {
            let first = usize::try_from(number)
                .ok()
                .and_then(|number| files.get(number));
            let first = first.ok_or(std::io::ErrorKind::InvalidData)?;
            let number = std::os::fd::AsRawFd::as_raw_fd(first);
            let path = format!("/proc/self/fd/{number}");
            rustix::fs::linkat(CWD, path, folder, name, AtFlags::SYMLINK_FOLLOW)?;
        }
        Kind::Link { target } => {
            rustix::fs::symlinkat(&target, folder, name)?;
            rustix::fs::utimensat(folder, name, times, AtFlags::SYMLINK_NOFOLLOW)?;
        }
        Kind::Whiteout => {
            rustix::fs::mknodat(folder, name, FileType::CharacterDevice, mode, 0)?;
        }
        Kind::Pipe => rustix::fs::mknodat(folder, name, FileType::Fifo, mode, 0)?,
    }
    Ok(())
}
