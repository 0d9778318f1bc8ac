//! What others do with the same files, measured in the same run.

pub mod ctags;
pub mod python_ast;
pub mod tantivy;

use std::process::Command;

/// Whether a program is there, asked for its version; the first line of what it says.
#[allow(clippy::disallowed_methods, reason = "rivals are other programs")]
pub(crate) fn version(program: &str, argument: &str) -> Option<String> {
    let said = Command::new(program)
        .arg(argument)
        .output()
        .ok()
        .filter(|said| said.status.success())?;
    let text = String::from_utf8_lossy(if said.stdout.is_empty() {
        &said.stderr
    } else {
        &said.stdout
    })
    .into_owned();
    text.lines().next().map(str::to_owned)
}
