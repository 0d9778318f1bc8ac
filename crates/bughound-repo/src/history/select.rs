//! The ancestors of one commit, out of columns that may hold more.

use bughound_core::RepoPath;

use crate::history::History;
use crate::history::columns::{Columns, index};

/// What was selected.
pub(crate) struct Selection {
    pub(crate) history: History,
    /// Commits of which a parent is not there.
    pub(crate) n_cut: usize,
}

/// Selects the commit in row `tip` and its ancestors. Nothing else is copied: neither the messages nor
/// the paths of other commits can be seen afterwards.
pub(crate) fn ancestors(columns: &Columns, tip: usize) -> Selection {
    let (visible, n_cut) = mark(columns, tip);
    let rows: Vec<usize> = (tip..columns.len()).filter(|row| visible[*row]).collect();
    let (paths, positions) = used_paths(columns, &rows);

    let mut history = History {
        paths,
        ..History::default()
    };
    history.ids = rows.iter().map(|row| columns.ids[*row]).collect();
    history.times = rows.iter().map(|row| columns.times[*row]).collect();
    history.n_parents = rows
        .iter()
        .map(|row| index(columns.parents.get(*row).len()))
        .collect();
    history.messages.text.reserve(
        rows.iter()
            .map(|row| columns.messages.get(*row).len())
            .sum(),
    );
    for row in rows {
        history.messages.push(columns.messages.get(row));
        history.changed.push(
            columns
                .changed
                .get(row)
                .iter()
                .map(|path| positions[*path as usize]),
        );
    }
    Selection { history, n_cut }
}

/// Which rows are reachable from `tip`. Parents come after their children, so one pass suffices.
fn mark(columns: &Columns, tip: usize) -> (Vec<bool>, usize) {
    let mut visible = vec![false; columns.len()];
    let mut n_cut = 0;
    if let Some(first) = visible.get_mut(tip) {
        *first = true;
    }
    for row in tip..columns.len() {
        if visible[row] {
            let mut cut = false;
            for parent in columns.parents.get(row) {
                match visible.get_mut(*parent as usize) {
                    Some(parent) => *parent = true,
                    None => cut = true,
                }
            }
            n_cut += usize::from(cut);
        }
    }
    (visible, n_cut)
}

/// The paths that the rows changed, and their new positions (for others, 0).
fn used_paths(columns: &Columns, rows: &[usize]) -> (Vec<RepoPath>, Vec<u32>) {
    let mut used = vec![false; columns.paths.len()];
    for row in rows {
        for path in columns.changed.get(*row) {
            used[*path as usize] = true;
        }
    }
    let mut paths = Vec::new();
    let mut positions = vec![0; used.len()];
    for at in (0..used.len()).filter(|at| used[*at]) {
        positions[at] = index(paths.len());
        paths.push(RepoPath::from(columns.paths.get(at)));
    }
    (paths, positions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::columns::tests::{columns, id};

    #[test]
    fn only_ancestors_are_visible() {
        let all = columns(&[
            (1, 10, &[], &["old"]),
            (2, 20, &[1], &["b", "old"]),
            (3, 25, &[1], &["secret", "zebra"]),
            (4, 30, &[2], &["a"]),
            (5, 40, &[4, 3], &[]),
            (6, 50, &[99], &["cut"]),
        ]);
        let check = |tip: u8, expect: &[u8], paths: &[&str], n_cut: usize| {
            let selection = ancestors(&all, all.find(id(tip)).expect("a row"));
            let history = &selection.history;
            let ids: Vec<_> = history.commits().map(|commit| commit.id).collect();
            let expect: Vec<_> = expect.iter().map(|n| id(*n)).collect();
            let found: Vec<_> = history.paths().iter().map(RepoPath::as_str).collect();
            assert_eq!(
                (ids, found, selection.n_cut),
                (expect, paths.to_vec(), n_cut),
                "{tip}"
            );
            for commit in history.commits() {
                assert_eq!(commit.message, format!("message {}", commit.id.0[0]));
                assert!(commit.paths.is_sorted());
            }
        };
        check(4, &[4, 2, 1], &["a", "b", "old"], 0);
        check(
            5,
            &[5, 4, 3, 2, 1],
            &["a", "b", "old", "secret", "zebra"],
            0,
        );
        check(3, &[3, 1], &["old", "secret", "zebra"], 0);
        check(1, &[1], &["old"], 0);
        check(6, &[6], &["cut"], 1);
    }
}
