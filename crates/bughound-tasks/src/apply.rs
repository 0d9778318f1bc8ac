//! Applying a patch to the text of a file, and remembering which line went where.

use crate::patch::{FilePatch, HunkLine};

/// A file after its patch, with the changes as blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The text after the patch.
    pub post: String,
    /// The changes, top to bottom.
    pub blocks: Vec<Block>,
    /// Hunks that were found elsewhere than their header says: 1-based number of the hunk, and by how many
    /// lines.
    pub moved: Vec<(usize, isize)>,
}

/// Lines that change without an unchanged line between them. Line numbers count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Lines of the old file that go.
    pub deleted: Vec<u32>,
    /// Lines of the new file that come.
    pub inserted: Vec<u32>,
    /// The lines of the old file before the block: it begins after this one, 0 at the top.
    pub after: u32,
}

/// A hunk that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "hunk {hunk} (line {patch_line} of the patch) does not fit: line {line} of the file is {found}, \
     where the patch has `{expected}`"
)]
pub struct Mismatch {
    /// Which hunk, from 1.
    pub hunk: usize,
    /// Where it stands in the patch.
    pub patch_line: usize,
    /// Line of the old file.
    pub line: usize,
    /// What the patch has there.
    pub expected: String,
    /// What the file has there, in backticks, or that it has ended.
    pub found: String,
}

/// Applies the hunks of one file. A hunk that does not fit where its header says is looked for above and
/// below, nearest first, as `patch` does; its context must fit in full.
///
/// Line ends (`\n` or `\r\n`) do not matter in the comparison.
///
/// # Errors
/// [`Mismatch`] for the first hunk that fits nowhere.
pub fn apply(pre: &str, file: &FilePatch) -> Result<Applied, Mismatch> {
    let old = lines_of(pre);
    let mut new: Vec<&str> = Vec::with_capacity(old.len());
    let mut applied = Applied::default();
    // First old line (0-based) that no hunk has consumed, and where the last hunk was found.
    let (mut next, mut shift) = (0_usize, 0_isize);
    for (number, hunk) in file.hunks.iter().enumerate() {
        let wanted: Vec<&str> = hunk
            .lines
            .iter()
            .filter_map(|line| match line {
                HunkLine::Context(text) | HunkLine::Delete(text) => Some(text.as_str()),
                HunkLine::Insert(_) => None,
            })
            .collect();
        // A hunk without old lines is inserted *after* the line that its header names.
        let said = if hunk.old_len == 0 {
            hunk.old_start
        } else {
            hunk.old_start.saturating_sub(1)
        };
        let start = find(&old, &wanted, said.saturating_add_signed(shift), next)
            .ok_or_else(|| mismatch(&old, &wanted, said, number + 1, hunk.patch_line))?;
        shift = start.cast_signed() - said.cast_signed();
        if shift != 0 {
            applied.moved.push((number + 1, shift));
        }
        new.extend(&old[next..start]);
        next = start;
        let mut block = Block::default();
        for line in &hunk.lines {
            match line {
                HunkLine::Context(_) => {
                    push(&mut applied.blocks, &mut block);
                    new.extend(old.get(next));
                    next += 1;
                }
                HunkLine::Delete(_) => {
                    begin(&mut block, next);
                    next += 1;
                    block.deleted.push(count(next));
                }
                HunkLine::Insert(text) => {
                    begin(&mut block, next);
                    new.push(text);
                    block.inserted.push(count(new.len()));
                }
            }
        }
        push(&mut applied.blocks, &mut block);
    }
    new.extend(&old[next.min(old.len())..]);
    for line in new {
        applied.post.push_str(line);
        applied.post.push('\n');
    }
    Ok(applied)
}

fn begin(block: &mut Block, next: usize) {
    if block.deleted.is_empty() && block.inserted.is_empty() {
        block.after = count(next);
    }
}

fn push(blocks: &mut Vec<Block>, block: &mut Block) {
    if !block.deleted.is_empty() || !block.inserted.is_empty() {
        blocks.push(std::mem::take(block));
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The lines without their ends; what follows the last newline counts where it is not empty.
fn lines_of(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    lines
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.strip_suffix('\r').unwrap_or(a) == b.strip_suffix('\r').unwrap_or(b)
}

/// The 0-based line at which `wanted` stands, nearest to `said` and not before `least`.
fn find(old: &[&str], wanted: &[&str], said: usize, least: usize) -> Option<usize> {
    let last = old.len().checked_sub(wanted.len())?;
    let fits = |start: usize| {
        start >= least
            && start <= last
            && old[start..start + wanted.len()]
                .iter()
                .zip(wanted)
                .all(|(a, b)| same(a, b))
    };
    if wanted.is_empty() {
        let start = said.clamp(least, last.max(least));
        return (start <= last).then_some(start);
    }
    let said = said.min(last);
    (0..=old.len()).find_map(|distance| {
        [said.checked_sub(distance), said.checked_add(distance)]
            .into_iter()
            .flatten()
            .find(|&s| fits(s))
    })
}

fn mismatch(
    old: &[&str],
    wanted: &[&str],
    said: usize,
    hunk: usize,
    patch_line: usize,
) -> Mismatch {
    let at = (0..wanted.len())
        .find(|&at| {
            old.get(said + at)
                .is_none_or(|line| !same(line, wanted[at]))
        })
        .unwrap_or(0);
    let found = match old.get(said + at) {
        Some(line) => format!("`{line}`"),
        None => "past its end".to_owned(),
    };
    let expected = wanted.get(at).copied().unwrap_or_default().to_owned();
    Mismatch {
        hunk,
        patch_line,
        line: said + at + 1,
        expected,
        found,
    }
}
