//! How does a command run without harming anything?
//!
//! A [`World`] is plain data: which read-only layers are merged into one writable tree, which folders of the
//! host are seen, how much memory, disk and how many processes there are. A [`Backend`] makes a [`Sandbox`]
//! of it, in which [`Command`]s run one after the other on the same tree; what they changed is read with
//! [`Sandbox::changes`], and another sandbox can be given those changes with [`Sandbox::write`]. When a
//! sandbox is dropped, its processes and its memory are gone.
//!
//! This is the only crate that starts processes. It knows nothing of tasks, builds and models.

mod backend;
mod change;
mod command;
#[cfg(target_os = "linux")]
mod copied;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod embedded;
mod error;
mod host;
mod probe;
mod world;

pub use backend::{Backend, Sandbox};
pub use change::{Change, ChangeFilter, What};
pub use command::{Captured, Command, End, Finished};
#[cfg(target_os = "linux")]
pub use copied::{Bubblewrap, LayerCopy};
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Embedded;
#[cfg(not(target_os = "linux"))]
use elsewhere::primitives;
#[cfg(target_os = "linux")]
use embedded::primitives;
#[cfg(target_os = "linux")]
pub use embedded::{Embedded, Kept};
pub use error::SandboxError;
pub use host::{HostOutput, capture};
pub use probe::{BackendFound, Primitive, PrimitiveKind, Probe, probe};
pub use world::{Bind, Limits, Network, Upper, World};
