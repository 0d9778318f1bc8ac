//! What the processes of a sandbox see, and how much they may use.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the processes of a sandbox see. Nothing else of the host exists for them.
///
/// Besides what is named here there are `/proc` (of the sandbox's own processes), a `/dev` of the harmless
/// devices, an empty `/tmp`, `/usr` with the links to it (`/bin`, `/lib`, ...), and a minimal generated `/etc`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct World {
    /// Read-only trees, lowest first, merged at [`root`](Self::root); later ones hide earlier ones. Each is a
    /// folder that a sandbox has written ([`Upper::Folder`]) or that its user owns.
    pub layers: Vec<PathBuf>,
    /// Where the merged tree appears: an absolute path. Besides `/tmp` the only place that can be written.
    pub root: PathBuf,
    /// Where that which is written goes.
    pub upper: Upper,
    /// Folders and files of the host that are seen, read-only.
    pub binds: Vec<Bind>,
    /// Small files to make outside the tree, such as `/etc/hosts`: absolute path and content.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    /// Whether there is a network.
    pub network: Network,
    /// How much may be used.
    pub limits: Limits,
}

/// Where that which is written in a sandbox goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upper {
    /// Into memory, [`Limits::disk_bytes`] at most; gone with the sandbox.
    Memory,
    /// Into this folder of the host, made where missing: it stays and serves as a layer of later worlds (whose
    /// layers below it must be the same). [`Limits::disk_bytes`] is not enforced.
    Folder(PathBuf),
}

/// A folder or file of the host that is seen in a sandbox, read-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    /// On the host: absolute. May lie below folders that the sandbox's user cannot enter.
    pub source: PathBuf,
    /// In the sandbox: absolute, outside the merged tree or inside it.
    pub target: PathBuf,
}

/// Whether a sandbox has a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// None: not even the host's loopback; the sandbox's own loopback works.
    #[default]
    None,
    /// The host's, to fetch what is pinned. Never for what a policy runs.
    Host,
}

/// How much a sandbox may use, all its processes together where not said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Memory in bytes, what lies in a memory upper included where control groups can be written; otherwise
    /// per process.
    pub memory_bytes: u64,
    /// Bytes that can be written into a memory upper and `/tmp` together.
    pub disk_bytes: u64,
    /// Processes and threads at once.
    pub processes: u64,
    /// Open files of one process.
    pub open_files: u64,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Processors' share: 200 means two processors; `None` is no limit. Where control groups can be written.
    pub cpu_percent: Option<u32>,
}

impl Default for Limits {
    /// 4 GiB of memory, 2 GiB of disk, 512 processes, 1,024 open files, files of 1 GiB.
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self {
            memory_bytes: 4 * GIB,
            disk_bytes: 2 * GIB,
            processes: 512,
            open_files: 1024,
            file_bytes: GIB,
            cpu_percent: None,
        }
    }
}
