//! Python's `ast` making the structure that RepoSearcher's tools look names up in, and one of their look-ups,
//! which reads the structure anew each time.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::version;

const SCRIPT: &str = include_str!("../../rivals/structure.py");

/// What the script measured, in milliseconds; starting Python is left out.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Structure {
    /// Reading and parsing all files, and writing the structure.
    pub build_ms: f64,
    /// One look-up of a class.
    pub lookup_ms: f64,
    /// Size of the structure.
    pub json_bytes: u64,
    /// Files in it.
    pub n_files: u64,
}

/// The version, where Python is installed.
pub fn installed() -> Option<String> {
    version("python3", "--version")
}

/// Builds the structure of a folder and looks a class up.
///
/// # Errors
/// Where Python fails.
#[allow(clippy::disallowed_methods, reason = "a rival is another program")]
pub fn build(folder: &Path, out: &Path) -> Result<Structure> {
    let mut script = tempfile::NamedTempFile::new()?;
    script.write_all(SCRIPT.as_bytes())?;
    let said = Command::new("python3")
        .arg(script.path())
        .arg(folder)
        .arg(out)
        .output()?;
    ensure!(
        said.status.success(),
        "python3 failed: {}",
        String::from_utf8_lossy(&said.stderr)
    );
    serde_json::from_slice(&said.stdout).context("the script's output is no JSON")
}
