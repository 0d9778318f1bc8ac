//! Paths of the project, as policies write them.

use std::path::PathBuf;

use bughound_testbed::systems::REPO;
use bughound_tools::ToolError;

/// The path relative to the project that is meant: `./a`, `a//b`, `/w/repo/a`.
///
/// # Errors
/// Told where it leaves the project, or names nothing.
pub(crate) fn in_project(path: &str) -> Result<String, ToolError> {
    let trimmed = path.trim();
    let told = |why: &str| {
        Err(ToolError::miss(
            format!("`{trimmed}` {why}: paths are relative to the project's folder"),
            Vec::new(),
        ))
    };
    if trimmed.contains('\0') {
        return told("has a zero byte");
    }
    let inside = match trimmed.strip_prefix(REPO) {
        Some("") => "",
        Some(rest) if rest.starts_with('/') => rest,
        _ if trimmed.starts_with('/') => return told("lies outside the project"),
        _ => trimmed,
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in inside.split('/') {
        match part {
            "" | "." => {}
            ".." => return told("leaves a folder"),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The same for a file: something must be named.
pub(crate) fn file_in_project(path: &str) -> Result<String, ToolError> {
    let path = in_project(path)?;
    if path.is_empty() {
        return Err(ToolError::miss("No file is named", Vec::new()));
    }
    Ok(path)
}

/// As the sandbox wants it: relative to the root of the merged tree.
pub(crate) fn in_tree(path: &str) -> PathBuf {
    PathBuf::from("repo").join(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_project() {
        for (path, expect) in [
            ("a/b.py", Some("a/b.py")),
            (" ./a//b.py ", Some("a/b.py")),
            ("/w/repo/a", Some("a")),
            ("/w/repo", None),
            ("", None),
            (".", None),
            ("/w/repository/a", None),
            ("/etc/passwd", None),
            ("../a", None),
            ("a/../../b", None),
            ("a/../b", None),
            ("/w/repo/../deps/x", None),
            ("a\0b", None),
            ("~/x", Some("~/x")),
        ] {
            assert_eq!(file_in_project(path).ok().as_deref(), expect, "{path:?}");
        }
    }
}
