//! Unified diffs, as git writes them.

use std::fmt::Write as _;

use bughound_repo::{Hunk, diff_lines};

use super::FileTexts;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The diff of one file, as git writes it: `None` for a side that does not exist. Empty where nothing differs.
pub fn unified_diff(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let mut text = String::new();
    let file = FileTexts {
        path: path.into(),
        old: old.map(<[u8]>::to_vec),
        new: new.map(<[u8]>::to_vec),
    };
    if write(&mut text, &file) == 0 {
        let mode = match (old, new) {
            (None, Some(_)) => "new file mode 100644",
            (Some(_), None) => "deleted file mode 100644",
            _ => return text,
        };
        let _ = writeln!(text, "diff --git a/{path} b/{path}\n{mode}");
    }
    text
}

/// Appends the diff of a file; answers how many lines it adds and removes.
pub(super) fn write(into: &mut String, file: &FileTexts) -> usize {
    let (old, new) = (
        file.old.as_deref().unwrap_or_default(),
        file.new.as_deref().unwrap_or_default(),
    );
    let hunks = diff_lines(old, new);
    if hunks.is_empty() {
        return 0;
    }
    let path = &file.path;
    let _ = writeln!(into, "diff --git a/{path} b/{path}");
    let side = |bytes: &Option<Vec<u8>>, prefix: &str| match bytes {
        Some(_) => format!("{prefix}/{path}"),
        None => "/dev/null".to_owned(),
    };
    if file.old.is_none() {
        into.push_str("new file mode 100644\n");
    } else if file.new.is_none() {
        into.push_str("deleted file mode 100644\n");
    }
    let _ = writeln!(into, "--- {}", side(&file.old, "a"));
    let _ = writeln!(into, "+++ {}", side(&file.new, "b"));
    let old: Vec<&[u8]> = old.split_inclusive(|&byte| byte == b'\n').collect();
    let new: Vec<&[u8]> = new.split_inclusive(|&byte| byte == b'\n').collect();
    let mut at = 0;
    while at < hunks.len() {
        // Hunks whose contexts touch stand together.
        let mut end = at + 1;
        while end < hunks.len()
            && hunks[end].old_start as usize <= old_end(&hunks[end - 1]) + 2 * CONTEXT
        {
            end += 1;
        }
        group(into, &hunks[at..end], &old, &new);
        at = end;
    }
    hunks
        .iter()
        .map(|hunk| (hunk.old_len + hunk.new_len) as usize)
        .sum()
}

/// The first old line (from 1) behind a hunk.
fn old_end(hunk: &Hunk) -> usize {
    (hunk.old_start + hunk.old_len) as usize
}

fn group(into: &mut String, hunks: &[Hunk], old: &[&[u8]], new: &[&[u8]]) {
    let (Some(first), Some(last)) = (hunks.first(), hunks.last()) else {
        return;
    };
    // 0-based ends, context included.
    let begin = (first.old_start as usize - 1).saturating_sub(CONTEXT);
    let end = (old_end(last) - 1 + CONTEXT).min(old.len());
    let new_begin = first.new_start as usize - 1 - (first.old_start as usize - 1 - begin);
    let n_new: usize = hunks.iter().map(|hunk| hunk.new_len as usize).sum();
    let n_old: usize = hunks.iter().map(|hunk| hunk.old_len as usize).sum();
    let (old_len, new_len) = (end - begin, end - begin - n_old + n_new);
    let range = |begin: usize, len: usize| match len {
        // An empty range names the line before it.
        0 => format!("{begin},0"),
        1 => format!("{}", begin + 1),
        len => format!("{},{len}", begin + 1),
    };
    let _ = writeln!(
        into,
        "@@ -{} +{} @@",
        range(begin, old_len),
        range(new_begin, new_len)
    );
    let mut at = begin;
    for hunk in hunks {
        let start = hunk.old_start as usize - 1;
        for text in &old[at..start] {
            line(into, ' ', text);
        }
        at = start + hunk.old_len as usize;
        for text in &old[start..at] {
            line(into, '-', text);
        }
        let start = hunk.new_start as usize - 1;
        for text in &new[start..start + hunk.new_len as usize] {
            line(into, '+', text);
        }
    }
    for text in &old[at..end] {
        line(into, ' ', text);
    }
}

fn line(into: &mut String, mark: char, bytes: &[u8]) {
    into.push(mark);
    let text = String::from_utf8_lossy(bytes);
    into.push_str(&text);
    if !text.ends_with('\n') {
        into.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{apply, parse_patch};

    fn diff(old: Option<&str>, new: Option<&str>) -> String {
        let mut text = String::new();
        write(
            &mut text,
            &FileTexts {
                path: "a.py".into(),
                old: old.map(|text| text.as_bytes().to_vec()),
                new: new.map(|text| text.as_bytes().to_vec()),
            },
        );
        text
    }

    #[test]
    fn diffs_look_like_gits() {
        insta::assert_snapshot!(diff(Some("a\nb\nc\nd\ne\nf\n"), Some("a\nb\nc\nX\ne\nf")), @r"
        diff --git a/a.py b/a.py
        --- a/a.py
        +++ b/a.py
        @@ -1,6 +1,6 @@
         a
         b
         c
        -d
        +X
         e
        -f
        +f
        \ No newline at end of file
        ");
        insta::assert_snapshot!(diff(None, Some("a\n")), @r"
        diff --git a/a.py b/a.py
        new file mode 100644
        --- /dev/null
        +++ b/a.py
        @@ -0,0 +1 @@
        +a
        ");
    }

    proptest! {
        #[test]
        fn applying_a_diff_gives_the_new_text(
            old in "([a-e]{0,2}\n){0,40}[a-e]?", new in "([a-e]{0,2}\n){0,40}[a-e]?"
        ) {
            let text = diff(Some(&old), Some(&new));
            prop_assert_eq!(text.is_empty(), old == new);
            if old != new {
                let patch = parse_patch(&text);
                prop_assert!(patch.findings.is_empty(), "{:?}", patch.findings);
                let applied = apply(&old, &patch.files[0]).unwrap();
                prop_assert!(applied.moved.is_empty());
                // Ends of lines are not `apply`'s business.
                prop_assert_eq!(applied.post.lines().collect::<Vec<_>>(), new.lines().collect::<Vec<_>>());
            }
        }
    }
}
