//! Paths inside a repository.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path relative to the root of a repository: UTF-8, `/` between components on every platform, no
/// leading `/`.
///
/// Git allows any bytes but NUL and `/` in a name. Bytes that are not UTF-8 are written as `\xNN`
/// ([`RepoPath::from_git`]), so that every file keeps a printable and unique path.
///
/// Cloning is cheap (the text is shared).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepoPath(Arc<str>);

impl RepoPath {
    /// Wraps a path that is already relative and `/`-separated.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// A path as git stores it. The flag is `true` where bytes had to be escaped.
    pub fn from_git(bytes: &[u8]) -> (Self, bool) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return (Self(text.into()), false);
        }
        let mut text = String::with_capacity(bytes.len() + 8);
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02X}"));
            }
        }
        (Self(text.into()), true)
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component: `c.py` of `a/b/c.py`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last component without its last extension: `c` of `a/b/c.py`, `.bashrc` of `.bashrc`.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// What follows the last dot of the file name, without the dot; `""` where there is none.
    pub fn extension(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[dot + 1..],
            _ => "",
        }
    }

    /// The folder that holds the file, `""` for the root.
    pub fn parent(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..slash])
    }

    /// The components, root first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for RepoPath {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, file_name: &str, stem: &str, extension: &str, parent: &str) {
        let path = RepoPath::from(path);
        assert_eq!(
            (
                path.file_name(),
                path.stem(),
                path.extension(),
                path.parent()
            ),
            (file_name, stem, extension, parent),
            "{path}"
        );
    }

    #[test]
    fn parts_of_a_path() {
        check("a/b/c.py", "c.py", "c", "py", "a/b");
        check("setup.py", "setup.py", "setup", "py", "");
        check(".bashrc", ".bashrc", ".bashrc", "", "");
        check("a/x.tar.gz", "x.tar.gz", "x.tar", "gz", "a");
        check("Makefile", "Makefile", "Makefile", "", "");
    }

    #[test]
    fn names_that_are_not_utf8_stay_distinct() {
        let (plain, escaped) = RepoPath::from_git("naïve.py".as_bytes());
        assert_eq!((plain.as_str(), escaped), ("naïve.py", false));
        let (odd, escaped) = RepoPath::from_git(b"dir/\xff\xfe.py");
        assert_eq!((odd.as_str(), escaped), ("dir/\\xFF\\xFE.py", true));
    }
}
