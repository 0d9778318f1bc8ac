//! Is the change one that a fix may make? Asked of the change alone; nothing runs.
//!
//! What a change adds where nothing may be added is left out of every validation, so it does no harm and is no reason:
//! a fix may bring tests of its own. What it does to files that were there and are not its business is a reason, though
//! those are put back, too: a policy that deletes tests is not to be paid for the fix beside it.

use bughound_sandbox::{Change, What};
use bughound_testbed::{Prepared, Tree};
use serde::{Deserialize, Serialize};

use crate::guarded;

/// How large a change may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The most files.
    pub files: usize,
    /// The most lines, removed and added ones together.
    pub lines: usize,
}

impl Default for Scope {
    /// 100 files and 5,000 lines: no repair of a build, and more than any known fix of the shipped suite.
    fn default() -> Self {
        Self {
            files: 100,
            lines: 5000,
        }
    }
}

impl Scope {
    /// What is wrong with the change; nothing where it may be judged.
    pub(crate) fn reasons(&self, prepared: &Prepared, changes: &[Change]) -> Vec<String> {
        let tree = prepared.broken_tree();
        let set = prepared.change_set(changes);
        let mut reasons = Vec::new();
        for blocked in &set.blocked {
            let Some(before) = tree.files.get(&blocked.path) else {
                continue;
            };
            let is_only_longer = changes.iter().any(|change| {
                change.path.to_str() == Some(&blocked.path)
                    && matches!(&change.what, What::File { bytes, .. } if only_adds(&before.bytes, bytes))
            });
            if !is_only_longer {
                reasons.push(format!("{} was changed: {}", blocked.path, blocked.why));
            }
        }
        reasons.extend(guarded::reasons(prepared, &set.applied));
        if set.applied.len() > self.files {
            reasons.push(format!(
                "{} files changed, at most {}",
                set.applied.len(),
                self.files
            ));
        }
        let n_lines: usize = set
            .applied
            .iter()
            .map(|change| lines_of(tree, change))
            .sum();
        if n_lines > self.lines {
            reasons.push(format!("{n_lines} lines changed, at most {}", self.lines));
        }
        reasons
    }
}

/// Whether all lines of `before` are in `after`, in their order.
fn only_adds(before: &[u8], after: &[u8]) -> bool {
    let mut lines = after.split(|&byte| byte == b'\n');
    before
        .split(|&byte| byte == b'\n')
        .all(|wanted| lines.any(|line| line == wanted))
}

/// Lines that are in one of the two and not in the other; binary files have as many as they have line ends.
fn lines_of(tree: &Tree, change: &Change) -> usize {
    let before = change
        .path
        .to_str()
        .and_then(|path| tree.files.get(path))
        .map_or(&[][..], |file| &file.bytes);
    let after = match &change.what {
        What::File { bytes, .. } => bytes.as_slice(),
        _ => &[],
    };
    let count = |bytes: &[u8]| {
        let mut lines: std::collections::BTreeMap<Vec<u8>, usize> =
            std::collections::BTreeMap::new();
        for line in bytes.split(|&byte| byte == b'\n') {
            *lines.entry(line.trim_ascii_end().to_vec()).or_default() += 1;
        }
        lines
    };
    let (before, after) = (count(before), count(after));
    let more = |one: &std::collections::BTreeMap<Vec<u8>, usize>,
                other: &std::collections::BTreeMap<Vec<u8>, usize>|
     -> usize {
        one.iter()
            .map(|(line, n)| n.saturating_sub(other.get(line).copied().unwrap_or(0)))
            .sum()
    };
    more(&before, &after) + more(&after, &before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_lines_are_told_from_changed_ones() {
        let check = |before: &str, after: &str, expected: bool| {
            assert_eq!(
                only_adds(before.as_bytes(), after.as_bytes()),
                expected,
                "{before:?} {after:?}"
            );
        };
        check("a\nb\n", "a\nb\n", true);
        check("a\nb\n", "a\nx\nb\ny\n", true);
        check("a\nb\n", "b\na\n", false);
        check("a\nb\n", "a\n", false);
        check("a\n", "", false);
    }
}
