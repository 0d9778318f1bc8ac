//! A made task as a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bughound_testbed::{Budget, Kind, Recipe};

use crate::Base;

/// The name of a kind in a task's name.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Dependency => "dependency",
        Kind::Compile => "compile",
        Kind::Mutation => "mutation",
        Kind::Environment => "environment",
        Kind::Configuration => "configuration",
    }
}

/// The first name that nothing in `out` has yet: `py-toolz-0.12.1-mutation-1`.
pub(crate) fn free_id(out: &Path, base: &str, kind: Kind) -> String {
    let kind = kind_name(kind);
    let mut n = 1;
    loop {
        let id = format!("{base}-{kind}-{n}");
        if !out.join(&id).exists() {
            return id;
        }
        n += 1;
    }
}

/// Writes the folder of a task; gives its path. What the base has beside its recipe is named where the base lies in `out`,
/// and copied where it does not, so that a folder of tasks is whole.
///
/// # Errors
/// The disk's, or a recipe that cannot be written as TOML.
pub(crate) fn write(
    out: &Path,
    base: &Base,
    recipe: &Recipe,
    more: &[(String, Vec<u8>)],
) -> io::Result<PathBuf> {
    let folder = out.join(&recipe.id);
    let mut recipe = recipe.clone();
    let copied = match within(out, &base.folder) {
        Some(name) => {
            recipe.base = name;
            &[]
        }
        None => base.files.as_slice(),
    };
    put(&folder.join("task.toml"), as_text(&recipe)?.as_bytes())?;
    for (name, bytes) in copied.iter().chain(more) {
        put(&folder.join(name), bytes)?;
    }
    Ok(folder)
}

/// Where `folder` is in `out`, `/` between the parts.
fn within(out: &Path, folder: &Path) -> Option<String> {
    let (out, folder) = (out.canonicalize().ok()?, folder.canonicalize().ok()?);
    let inner = folder.strip_prefix(out).ok()?.to_str()?.to_owned();
    (!inner.is_empty()).then_some(inner)
}

/// The recipe without what is as it is by default.
fn as_text(recipe: &Recipe) -> io::Result<String> {
    let mut table = toml::Table::try_from(recipe).map_err(io::Error::other)?;
    if recipe.budget == Budget::default() {
        table.remove("budget");
    }
    if let Some(toml::Value::Table(paths)) = table.get_mut("paths") {
        paths.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
    toml::to_string(&table).map_err(io::Error::other)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}
