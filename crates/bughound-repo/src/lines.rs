//! Which lines differ between two versions of a file.

use imara_diff::{Algorithm, Diff, InternedInput};

/// A run of lines that was replaced by another. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First replaced line. Where none is replaced, the new lines come before this one (which may be one
    /// past the last).
    pub old_start: u32,
    /// Number of replaced lines.
    pub old_len: u32,
    /// First new line. Where there is none, the old lines were removed before this one.
    pub new_start: u32,
    /// Number of new lines.
    pub new_len: u32,
}

/// The lines that differ, in order, as git's histogram diff finds them, with its preference for hunks that
/// begin at the least indented line. Lines end with `\n`; a missing one at the end is a difference.
pub fn diff_lines(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let hunks = diff.hunks().map(|hunk| Hunk {
        old_start: hunk.before.start + 1,
        old_len: hunk.before.end - hunk.before.start,
        new_start: hunk.after.start + 1,
        new_len: hunk.after.end - hunk.after.start,
    });
    hunks.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(old: &str, new: &str, expect: &[(u32, u32, u32, u32)]) {
        let hunks: Vec<_> = diff_lines(old.as_bytes(), new.as_bytes())
            .into_iter()
            .map(|hunk| (hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len))
            .collect();
        assert_eq!(hunks, expect, "{old:?} {new:?}");
    }

    #[test]
    fn hunks_of_small_texts() {
        check("", "", &[]);
        check("a\nb\n", "a\nb\n", &[]);
        check("", "a\n", &[(1, 0, 1, 1)]);
        check("a\n", "", &[(1, 1, 1, 0)]);
        check("a\nb\nc\n", "a\nB\nc\n", &[(2, 1, 2, 1)]);
        check("a\nb\nc\n", "a\nb\nx\ny\nc\n", &[(3, 0, 3, 2)]);
        check("a\nb\nc\n", "b\nc\nd\n", &[(1, 1, 1, 0), (4, 0, 3, 1)]);
        check("a\nb", "a\nb\n", &[(2, 1, 2, 1)]);
        check(
            "def f():\n    x\n",
            "def e():\n    x\n\ndef f():\n    x\n",
            &[(1, 0, 1, 3)],
        );
    }

    proptest! {
        /// Putting the hunks of the new text into the old one gives the new one.
        #[test]
        fn hunks_lead_from_one_to_the_other(old in "([a-d]{0,2}\n){0,30}[a-d]?", new in "([a-d]{0,2}\n){0,30}[a-d]?") {
            let (old_lines, new_lines): (Vec<_>, Vec<_>) =
                (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
            let (mut made, mut at) = (Vec::new(), 0);
            for hunk in diff_lines(old.as_bytes(), new.as_bytes()) {
                let start = hunk.old_start as usize - 1;
                made.extend_from_slice(&old_lines[at..start]);
                prop_assert_eq!(made.len(), hunk.new_start as usize - 1);
                made.extend_from_slice(&new_lines[hunk.new_start as usize - 1..][..hunk.new_len as usize]);
                at = start + hunk.old_len as usize;
            }
            made.extend_from_slice(&old_lines[at..]);
            prop_assert_eq!(made.concat(), new);
        }

        #[test]
        fn any_bytes(old: Vec<u8>, new: Vec<u8>) {
            prop_assert_eq!(diff_lines(&old, &new).is_empty(), old == new);
        }
    }
}
