//! What is asked of the machine that prepares tasks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where programs and package managers' settings are on this machine. Read by the command line, once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// Variables that say which registries are used (`PIP_*`, `UV_*`, `NPM_CONFIG_*`, `CARGO_*`, `GOPROXY`, proxies,
    /// certificates): given to steps that fetch, and to nothing else.
    pub registries: BTreeMap<String, String>,
}

impl Host {
    /// The first program of this name on the path, links resolved.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.path
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| is_program(path))
            .and_then(|path| std::fs::canonicalize(path).ok())
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
