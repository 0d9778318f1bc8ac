//! What other backends use of this one: looking at a tree, from outside and by comparing.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::capture::Kept;
use super::client::in_tree;
use super::root::Root;
use super::wire::{At, Failure, Step};
use super::{copy, tree};
use crate::{Captured, Change, ChangeFilter, SandboxError};

/// A tree that was copied from layers, while no command runs in it.
pub(crate) struct Tree(Root);

fn open(path: &Path) -> Result<OwnedFd, Failure> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::open(path, flags, Mode::empty()).at(Step::OpenLayer, path)
}

impl Tree {
    pub(crate) fn of_copy(
        tree: &Path,
        tmp: &Path,
        layers: &[PathBuf],
    ) -> Result<Self, SandboxError> {
        let open = |path: &Path| open(path).map_err(|failure| in_tree(&failure));
        let highest_first = layers.iter().rev();
        Ok(Self(Root {
            tree: open(tree)?,
            upper: open(tree)?,
            tmp: open(tmp)?,
            layers: highest_first
                .map(|layer| open(layer))
                .collect::<Result<_, _>>()?,
            mount_points: Vec::new(),
            is_copy: true,
        }))
    }

    pub(crate) fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        let mut changes = Vec::new();
        let told = tree::changes(&self.0, filter, &mut |change| {
            changes.push(change);
            Ok(())
        });
        told.map(|()| changes).map_err(|failure| in_tree(&failure))
    }

    pub(crate) fn write(&self, changes: &[Change]) -> Result<(), SandboxError> {
        let written = changes
            .iter()
            .try_for_each(|change| tree::write(&self.0, change));
        written.map_err(|failure| in_tree(&failure))
    }

    pub(crate) fn read(
        &self,
        path: &Path,
        limit: u64,
    ) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        tree::read(&self.0, path, limit).map_err(|failure| in_tree(&failure))
    }

    /// Copies the tree and `/tmp` into empty ones.
    pub(crate) fn copy_to(&self, other: &Self) -> Result<(), SandboxError> {
        let (from, to) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
            .at(Step::CopyOut, "")
            .map_err(|failure| in_tree(&failure))?;
        std::thread::scope(|scope| {
            let sends = scope.spawn(|| copy::send(to, &self.0.upper, &self.0.tmp));
            let received = copy::receive(from, &other.0.upper, &other.0.tmp);
            // When receiving fails, sending only finds that nobody reads.
            received.and(sends.join().unwrap_or(Ok(())))
        })
        .map_err(|failure| in_tree(&failure))
    }
}

/// The start and end of a file that a command wrote.
pub(crate) fn spooled(path: &Path, limit: usize) -> std::io::Result<Captured> {
    let mut kept = Kept::new(limit);
    let flags = OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let mut buffer = vec![0; 1 << 16];
    if file.metadata()?.is_file() {
        while let n @ 1.. = file.read(&mut buffer)? {
            kept.push(&buffer[..n]);
        }
    }
    Ok(kept.finish())
}

/// Whether a folder of a layer hides those below.
pub(crate) fn is_opaque_folder(path: &Path) -> std::io::Result<bool> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(copy::is_opaque(rustix::fs::open(
        path,
        flags,
        Mode::empty(),
    )?))
}
