//! What every kind of sandbox upholds.

use crate::{Change, ChangeFilter, Command, Finished, SandboxError, World};

/// A way to isolate commands.
pub trait Backend: Send + Sync {
    /// Its name: `embedded`, `bwrap`, `docker`, `podman`.
    fn name(&self) -> &'static str;

    /// Makes a sandbox.
    ///
    /// Untrusted code must be safe to run in it: a backend that cannot cut the network or hide the host's files
    /// on this machine refuses with [`SandboxError::Unavailable`].
    ///
    /// # Errors
    /// [`SandboxError`]; nothing is left behind then.
    fn open(&self, world: &World) -> Result<Box<dyn Sandbox>, SandboxError>;
}

/// A place in which commands run, one after the other, on one tree.
///
/// When it is dropped, all its processes are killed and what it held in memory is freed. That must also be so
/// when the process that holds it is killed.
pub trait Sandbox: Send {
    /// Runs a command to its end and kills whatever it left running.
    ///
    /// # Errors
    /// [`SandboxError::Gone`]. That the command failed, did not start or took too long is no error.
    fn run(&mut self, command: &Command) -> Result<Finished, SandboxError>;

    /// What differs from the layers, in the order of paths. No command runs meanwhile, and no link is followed.
    ///
    /// # Errors
    /// [`SandboxError::Gone`] or [`SandboxError::Tree`].
    fn changes(&mut self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError>;

    /// Makes these changes: folders above a path are made, modification times are now, links are never followed
    /// or replaced by what they point at. A path that leaves the tree is refused.
    ///
    /// # Errors
    /// [`SandboxError::Tree`] names the first that could not be made; those before it are made.
    fn write(&mut self, changes: &[Change]) -> Result<(), SandboxError>;

    /// The content of a plain file of the merged tree (layers included), its first `limit` bytes, and how large it
    /// is; `None` where there is no plain file. Links are not followed out of the tree.
    ///
    /// # Errors
    /// [`SandboxError::Gone`] or [`SandboxError::Tree`].
    fn read(
        &mut self,
        path: &std::path::Path,
        limit: u64,
    ) -> Result<Option<(Vec<u8>, u64)>, SandboxError>;

    /// A second sandbox of the same world with the same files. Processes are not duplicated.
    ///
    /// # Errors
    /// As [`Backend::open`] and [`Sandbox::write`].
    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError>;
}
