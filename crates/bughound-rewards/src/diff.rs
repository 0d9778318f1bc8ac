//! A change as people and models read it.

use std::fmt::Write as _;

use bughound_sandbox::{Change, What};
use bughound_testbed::Tree;

/// Lines around a change.
const AROUND: usize = 3;

/// The change as a unified diff: one hunk for each file, from its first line that differs to its last. Files that are no
/// text, links and the like are named.
pub fn unified(tree: &Tree, changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let path = change.path.display().to_string();
        let before = tree.files.get(&path).map(|file| file.bytes.as_slice());
        let after = match &change.what {
            What::File { bytes, .. } => Some(bytes.as_slice()),
            What::Removed => None,
            What::Folder => continue,
            What::Link { target } => {
                let _ = writeln!(text, "{path} is a link to {}", target.display());
                continue;
            }
            What::TooLarge { n_bytes } => {
                let _ = writeln!(text, "{path} has {n_bytes} bytes");
                continue;
            }
            What::Special => {
                let _ = writeln!(text, "{path} is no plain file");
                continue;
            }
        };
        if before.is_none() && after.is_none() {
            let _ = writeln!(text, "{path} was removed");
            continue;
        }
        file(&mut text, &path, before, after);
    }
    text
}

fn file(text: &mut String, path: &str, before: Option<&[u8]>, after: Option<&[u8]>) {
    let name = |side: &str, bytes: Option<&[u8]>| match bytes {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let _ = writeln!(text, "--- {}\n+++ {}", name("a", before), name("b", after));
    let (Ok(before), Ok(after)) = (
        std::str::from_utf8(before.unwrap_or_default()),
        std::str::from_utf8(after.unwrap_or_default()),
    ) else {
        text.push_str("(no text)\n");
        return;
    };
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(one, other)| one == other)
        .count();
    let rest = (before.len() - same).min(after.len() - same);
    let same_behind = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take(rest)
        .take_while(|(one, other)| one == other)
        .count();
    let start = same.saturating_sub(AROUND);
    let behind = same_behind.min(AROUND);
    let (end_before, end_after) = (before.len() - same_behind, after.len() - same_behind);
    let count = |end: usize| end + behind - start;
    let _ = writeln!(
        text,
        "@@ -{},{} +{},{} @@",
        start + usize::from(count(end_before) > 0),
        count(end_before),
        start + usize::from(count(end_after) > 0),
        count(end_after)
    );
    let mut lines = |mark: char, lines: &[&str]| {
        for line in lines {
            let _ = writeln!(text, "{mark}{line}");
        }
    };
    lines(' ', &before[start..same]);
    lines('-', &before[same..end_before]);
    lines('+', &after[same..end_after]);
    lines(' ', &before[end_before..end_before + behind]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_say_what_changed() {
        let mut tree = Tree::default();
        tree.put(
            "a".to_owned(),
            b"1\n2\n3\n4\n5\n6\n7\n8\n9\n".to_vec(),
            false,
        );
        let written = |text: &str| What::File {
            bytes: text.as_bytes().to_vec(),
            executable: false,
        };
        let check = |path: &str, what: What, expected: &str| {
            let change = Change {
                path: path.into(),
                what,
            };
            assert_eq!(unified(&tree, &[change]), expected);
        };
        check(
            "a",
            written("1\n2\n3\n4\nx\n6\n7\n8\n9\n"),
            "--- a/a\n+++ b/a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n",
        );
        check(
            "b",
            written("n\n"),
            "--- /dev/null\n+++ b/b\n@@ -0,0 +1,1 @@\n+n\n",
        );
        check(
            "a",
            What::Removed,
            "--- a/a\n+++ /dev/null\n@@ -1,9 +0,0 @@\n-1\n-2\n-3\n-4\n-5\n-6\n-7\n-8\n-9\n",
        );
        check(
            "l",
            What::Link {
                target: "/etc".into(),
            },
            "l is a link to /etc\n",
        );
    }
}
