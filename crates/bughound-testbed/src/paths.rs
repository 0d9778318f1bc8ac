//! Which part of a change counts: globs of a recipe, and what no change may consist of.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of globs in which `*` does not cross folders and `**` does. Globs were checked when the recipe was read.
pub(crate) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = build(pattern) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// One glob.
pub(crate) fn build(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

/// Folders and endings of files that running leaves behind: neither part of a change nor worth a word.
pub(crate) fn is_left_behind(path: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        "__pycache__",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
        "node_modules",
        "target",
        ".gradle",
        "surefire-reports",
    ];
    const ENDINGS: [&str; 6] = [".pyc", ".pyo", ".o", ".class", ".a", ".so"];
    path.split('/')
        .any(|part| FOLDERS.contains(&part) || part.ends_with(".egg-info"))
        || ENDINGS.iter().any(|ending| path.ends_with(ending))
}
