//! Changelogs, and the lines that a commit adds to them.

use bughound_core::RepoPath;
use bughound_repo::diff_lines;

/// Whether a file is a changelog, or a fragment of one.
pub(super) fn is_changelog(path: &RepoPath) -> bool {
    let stem = path.stem().to_lowercase();
    let is_text = matches!(
        path.extension(),
        "" | "md" | "rst" | "txt" | "bugfix" | "misc" | "feature"
    );
    let is_named = [
        "change",
        "history",
        "news",
        "whatsnew",
        "releasenotes",
        "release_notes",
        "release-notes",
    ]
    .iter()
    .any(|name| stem.starts_with(name));
    let in_folder = path.components().rev().skip(1).any(|folder| {
        matches!(
            folder.to_ascii_lowercase().as_str(),
            "newsfragments"
                | "changelog"
                | "changelog.d"
                | "changes"
                | "news"
                | "releasenotes"
                | "whatsnew"
        )
    });
    is_text && (is_named || in_folder)
}

/// Adds the lines that are new, without their marks.
pub(super) fn add(into: &mut String, old: Option<&[u8]>, new: Option<&[u8]>) {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let lines: Vec<&[u8]> = new.split_inclusive(|&byte| byte == b'\n').collect();
    for hunk in diff_lines(old, new) {
        let start = hunk.new_start as usize - 1;
        for line in lines.iter().skip(start).take(hunk.new_len as usize) {
            let line = String::from_utf8_lossy(line);
            let line = line.trim().trim_start_matches(['*', '-', '+', ' ']);
            // Underlines and dates of releases say nothing.
            if line.chars().any(char::is_alphabetic) {
                into.push_str(line);
                into.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check =
            |path: &str, expect: bool| assert_eq!(is_changelog(&path.into()), expect, "{path}");
        check("CHANGES.rst", true);
        check("docs/releases/history.txt", true);
        check("newsfragments/12.bugfix", true);
        check("doc/whatsnew/v1.2.rst", true);
        check("src/changes.py", false);
        check("README.md", false);
    }

    #[test]
    fn new_lines_are_taken() {
        let mut text = String::new();
        add(
            &mut text,
            Some(b"1.0\n===\n* old\n"),
            Some(b"1.1\n===\n* mended f\n1.0\n===\n* old\n"),
        );
        assert_eq!(text, "mended f\n");
    }
}
