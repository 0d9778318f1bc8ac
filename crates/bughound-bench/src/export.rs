//! The files of a revision in a folder, for rivals that read folders.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Writes the tree of a revision into `folder`, through `git archive`.
///
/// # Errors
/// Where `git` or `tar` are not there or fail.
#[allow(clippy::disallowed_methods, reason = "rivals are other programs")]
pub fn export(repo: &Path, commit: &str, folder: &Path) -> Result<()> {
    let mut archive = Command::new("git")
        .args(["-c", "safe.directory=*", "-C"])
        .arg(repo)
        .args(["archive", "--format=tar", commit])
        .stdout(Stdio::piped())
        .spawn()
        .context("git cannot be started")?;
    let tar = archive.stdout.take().context("git archive has no output")?;
    let unpacked = Command::new("tar")
        .arg("-x")
        .arg("-C")
        .arg(folder)
        .stdin(tar)
        .status()
        .context("tar cannot be started")?;
    ensure!(
        archive.wait()?.success(),
        "git archive of {commit} in {} failed",
        repo.display()
    );
    ensure!(
        unpacked.success(),
        "tar could not unpack the tree into {}",
        folder.display()
    );
    Ok(())
}
