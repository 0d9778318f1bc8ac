//! A file's text after its hunks or blocks. What is looked for must be there as it is written, but for line ends.

use bughound_tasks::{Hunk, HunkLine};

use super::nearest::nearest;
use super::{Block, Refusal};

/// A text as lines that keep their ends.
pub(super) struct Text {
    lines: Vec<String>,
    /// The line end that most lines have.
    end: &'static str,
}

impl Text {
    pub(super) fn of(text: &str) -> Self {
        let n_crlf = text.matches("\r\n").count();
        let is_crlf = n_crlf > 0 && 2 * n_crlf >= text.matches('\n').count();
        Self {
            lines: text.split_inclusive('\n').map(str::to_owned).collect(),
            end: if is_crlf { "\r\n" } else { "\n" },
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn into_string(self) -> String {
        self.lines.concat()
    }

    fn bare(&self) -> Vec<&str> {
        self.lines.iter().map(|line| bare(line)).collect()
    }

    /// Puts `new` in the place of `n` lines from `at` on.
    fn splice(&mut self, at: usize, n: usize, new: Vec<String>) {
        // Something comes behind a last line that has no end.
        if at > 0 && at == self.lines.len() && !new.is_empty() {
            let end = self.end;
            let last = &mut self.lines[at - 1];
            if !last.ends_with('\n') {
                last.push_str(end);
            }
        }
        self.lines.splice(at..at + n, new);
    }

    fn ended(&self, line: &str) -> String {
        format!("{}{}", bare(line), self.end)
    }
}

/// A line without its end.
fn bare(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Where `wanted` stands, every place.
fn places(lines: &[&str], wanted: &[&str]) -> Vec<usize> {
    if wanted.is_empty() || wanted.len() > lines.len() {
        return Vec::new();
    }
    (0..=lines.len() - wanted.len())
        .filter(|&start| lines[start..start + wanted.len()] == *wanted)
        .collect()
}

fn listed(places: &[usize]) -> String {
    let shown: Vec<String> = places
        .iter()
        .take(5)
        .map(|at| (at + 1).to_string())
        .collect();
    let more = if places.len() > 5 { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Applies the hunks of one file, all or none; what was found elsewhere than its header says is told in `notes`.
pub(super) fn diff(
    path: &str,
    text: &mut Text,
    hunks: &[Hunk],
    notes: &mut Vec<String>,
) -> Result<(), Vec<Refusal>> {
    let mut refused = Vec::new();
    // How many lines earlier hunks added, and where the last one ended.
    let (mut grown, mut least) = (0_isize, 0_usize);
    for (number, hunk) in (1..).zip(hunks) {
        match place(text, hunk, grown, least) {
            Ok(at) => {
                let said = hunk.old_start.saturating_sub(usize::from(hunk.old_len > 0));
                let expected = said.saturating_add_signed(grown);
                if is_numbered(hunk) && at != expected {
                    notes.push(format!(
                        "{path}, hunk {number}: found at line {}, its header says {}",
                        at + 1,
                        expected + 1
                    ));
                }
                let (n_old, n_new) = write(text, hunk, at);
                grown += n_new.cast_signed() - n_old.cast_signed();
                least = at + n_new;
            }
            Err((why, near)) => refused.push(Refusal {
                path: path.to_owned(),
                hunk: Some(number),
                line: Some(hunk.patch_line),
                why,
                nearest: near.map(Box::new),
            }),
        }
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(refused)
    }
}

/// Whether its header says where it belongs.
fn is_numbered(hunk: &Hunk) -> bool {
    hunk.old_start > 0 || hunk.new_start > 0
}

fn old_lines(hunk: &Hunk) -> Vec<&str> {
    hunk.lines
        .iter()
        .filter_map(|line| match line {
            HunkLine::Context(text) | HunkLine::Delete(text) => Some(bare(text)),
            HunkLine::Insert(_) => None,
        })
        .collect()
}

type Misfit = (String, Option<super::Nearest>);

fn place(text: &Text, hunk: &Hunk, grown: isize, least: usize) -> Result<usize, Misfit> {
    let lines = text.bare();
    let wanted = old_lines(hunk);
    let said = hunk
        .old_start
        .saturating_sub(usize::from(hunk.old_len > 0))
        .saturating_add_signed(grown);
    if wanted.is_empty() {
        return match (lines.is_empty(), is_numbered(hunk)) {
            (true, _) => Ok(0),
            (false, true) if said <= lines.len() => Ok(said),
            (false, true) => Err((
                format!(
                    "it belongs behind line {said}, the file has {}",
                    lines.len()
                ),
                None,
            )),
            (false, false) => Err((
                "it has neither a line number nor a line that the file has".to_owned(),
                None,
            )),
        };
    }
    let fits: Vec<usize> = places(&lines, &wanted)
        .into_iter()
        .filter(|&at| at >= least)
        .collect();
    match fits.as_slice() {
        [] => Err((
            "its lines are not in the file".to_owned(),
            nearest(&lines, &wanted),
        )),
        _ if is_numbered(hunk) && fits.contains(&said) => Ok(said),
        [at] => Ok(*at),
        several => Err((
            format!(
                "its lines stand at {} places (lines {}), and its header names none of them",
                several.len(),
                listed(several)
            ),
            None,
        )),
    }
}

/// Writes a hunk at its place; answers how many lines went and came.
fn write(text: &mut Text, hunk: &Hunk, at: usize) -> (usize, usize) {
    let n_old = old_lines(hunk).len();
    let mut new = Vec::new();
    let mut from = at;
    for line in &hunk.lines {
        match line {
            HunkLine::Context(_) => {
                new.push(text.lines[from].clone());
                from += 1;
            }
            HunkLine::Delete(_) => from += 1,
            HunkLine::Insert(line) => new.push(text.ended(line)),
        }
    }
    let n_new = new.len();
    let is_last = at + n_old >= text.lines.len();
    let had_no_end = text.lines.last().is_some_and(|line| !line.ends_with('\n'));
    text.splice(at, n_old, new);
    if is_last {
        let end = text.end;
        let n = text.lines.len();
        // A line that was the last one and has another behind it now.
        for line in text.lines.iter_mut().take(n.saturating_sub(1)) {
            if !line.ends_with('\n') {
                line.push_str(end);
            }
        }
        if let Some(last) = text.lines.last_mut() {
            let last_is_kept = matches!(hunk.lines.last(), Some(HunkLine::Context(_)));
            if hunk.new_unended || (last_is_kept && had_no_end && !hunk.old_unended) {
                *last = bare(last).to_owned();
            } else if !last.ends_with('\n') && !last_is_kept {
                last.push_str(end);
            }
        }
    }
    (n_old, n_new)
}

/// Applies a search/replace block: its lines must stand in the file once.
pub(super) fn block(text: &mut Text, block: &Block, number: usize) -> Result<(), Refusal> {
    let refusal = |why: String, near: Option<super::Nearest>| Refusal {
        path: block.path.clone(),
        hunk: Some(number),
        line: Some(block.line),
        why,
        nearest: near.map(Box::new),
    };
    let wanted: Vec<&str> = block.search.iter().map(|line| bare(line)).collect();
    let lines = text.bare();
    if wanted.iter().all(|line| line.trim().is_empty()) {
        if !text.is_empty() {
            let why = "it looks for nothing, and the file is not empty";
            return Err(refusal(why.to_owned(), None));
        }
        let new = block.replace.iter().map(|line| text.ended(line)).collect();
        text.splice(0, 0, new);
        return Ok(());
    }
    let fits = places(&lines, &wanted);
    let at = match fits.as_slice() {
        [] => {
            let near = nearest(&lines, &wanted);
            return Err(refusal("its lines are not in the file".to_owned(), near));
        }
        [at] => *at,
        several => {
            return Err(refusal(
                format!(
                    "its lines stand at {} places (lines {}): more lines around it would tell which is meant",
                    several.len(),
                    listed(several)
                ),
                None,
            ));
        }
    };
    let last_has_end = text
        .lines
        .get(at + wanted.len() - 1)
        .is_some_and(|line| line.ends_with('\n'));
    let mut new: Vec<String> = block.replace.iter().map(|line| text.ended(line)).collect();
    if !last_has_end && let Some(last) = new.last_mut() {
        *last = bare(last).to_owned();
    }
    text.splice(at, wanted.len(), new);
    Ok(())
}
