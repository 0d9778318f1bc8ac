//! Splits work between threads, where it is worth it.

use rayon::prelude::*;

/// Below this many multiplications or so, handing work to another thread costs more than it saves.
const WORTH_IT: usize = 1 << 16;

/// How many rows of `cost` operations each go to one task; all of them where one thread does it faster.
pub(super) fn rows_per_task(rows: usize, cost: usize, multiple_of: usize) -> usize {
    let threads = rayon::current_num_threads();
    if threads == 1 || rows.saturating_mul(cost) < 2 * WORTH_IT {
        return rows.max(1);
    }
    let least = WORTH_IT.div_ceil(cost.max(1));
    let share = rows.div_ceil(2 * threads).max(least);
    share.div_ceil(multiple_of) * multiple_of
}

/// Calls `task` with pieces of `out`, of `rows` rows of `width` each but the last, and the row they begin at.
pub(super) fn over_rows(
    out: &mut [f32],
    width: usize,
    rows: usize,
    task: impl Fn(usize, &mut [f32]) + Sync,
) {
    if out.is_empty() {
        return;
    }
    let piece = rows.max(1) * width;
    if piece >= out.len() {
        task(0, out);
    } else {
        out.par_chunks_mut(piece)
            .enumerate()
            .for_each(|(index, piece)| task(index * rows, piece));
    }
}
