//! The backend that needs nothing but the kernel.
//!
//! Three processes play together: Bughound; a spawner of one thread that it starts once (`entry`, `spawner`); and
//! for each sandbox a first process in new namespaces, which makes what the sandbox sees (`root`), runs commands
//! (`run`, `lock`) and looks at the tree (`tree`, `copy`). They speak as `wire` says.

mod adapt;
mod capture;
mod cgroups;
mod client;
mod copy;
mod entry;
mod groups;
mod init;
mod lock;
mod probe;
mod root;
mod run;
mod spawner;
mod sys;
mod tree;
mod wire;

pub(crate) use adapt::{Tree, is_opaque_folder, spooled};
pub use capture::Kept;
pub use client::Embedded;
pub(crate) use client::check;
pub(crate) use lock::filter_bytes;
pub(crate) use probe::primitives;
pub(crate) use root::etc;
pub(crate) use sys::reap;
