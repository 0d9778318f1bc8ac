//! universal-ctags: names and places of definitions alone.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::version;
use crate::jobs::ms_since;

/// The version, where universal-ctags is installed.
pub fn installed() -> Option<String> {
    version("ctags", "--version").filter(|version| version.starts_with("Universal Ctags"))
}

/// Milliseconds to write the tags of the Python files of a folder.
///
/// # Errors
/// Where ctags fails.
#[allow(clippy::disallowed_methods, reason = "a rival is another program")]
pub fn tag(folder: &Path, out: &Path) -> Result<f64> {
    let start = Instant::now();
    let status = Command::new("ctags")
        .args(["--languages=Python", "--sort=no", "-R", "-f"])
        .arg(out)
        .arg(folder)
        .stderr(Stdio::null())
        .status()?;
    let taken = ms_since(start);
    ensure!(status.success(), "ctags failed on {}", folder.display());
    Ok(taken)
}
