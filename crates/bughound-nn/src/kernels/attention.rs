//! Causal attention with shared heads of keys and values, over segments that do not see each other.
//!
//! Keys come in blocks, the softmax is kept online (Milakov and Gimelshein 2018; FlashAttention, arXiv 2205.14135),
//! and the way back computes the weights once more from each row's `ln Σ e^s`: nothing of size `t × t` is ever kept.
//!
//! Blocks begin at multiples of [`BLOCK`] from a segment's first token, and a row's blocks are added up in order.
//! What one token sees is therefore computed the same way in training, where its whole segment is there, and in
//! generation, where keys and values come from a cache.

use std::cell::RefCell;
use std::ops::Range;

use rayon::prelude::*;

use super::math::{self, exp, vectorized};
use super::tile::{self, Left, Out, RightRows};

/// Keys in a block.
pub const BLOCK: usize = 64;
/// Rows of queries at once.
const ROWS: usize = 64;

/// How heads are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// Heads of queries.
    pub queries: usize,
    /// Heads of keys and values.
    pub keys: usize,
    /// The width of a head.
    pub dim: usize,
}

impl Heads {
    /// How many heads of queries read one of keys.
    pub fn sharing(self) -> usize {
        self.queries / self.keys
    }

    /// A head's width in blocks: whole vectors on any processor.
    pub fn padded(self) -> usize {
        self.dim.next_multiple_of(16)
    }

    fn scale(self) -> f32 {
        1.0 / (self.dim as f32).sqrt()
    }
}

/// Keys transposed, `[dim, BLOCK]`, and values, `[BLOCK, padded]`, of up to [`BLOCK`] tokens; zeros where none are.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// `[dim, BLOCK]`.
    pub keys: &'a [f32],
    /// `[BLOCK, padded]`.
    pub values: &'a [f32],
}

thread_local! {
    static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Some rows of queries against blocks of keys.
#[derive(Debug)]
pub struct Rows<'a, F> {
    /// `[rows, dim]`.
    pub queries: &'a [f32],
    /// How many keys each row sees: at least one.
    pub seen: &'a [usize],
    /// The blocks of keys and values, by number.
    pub block: F,
    /// `[rows, dim]`.
    pub out: &'a mut [f32],
    /// `ln Σ e^s` of each row, where somebody will go back.
    pub log_sums: Option<&'a mut [f32]>,
    /// The width of a head.
    pub heads: Heads,
}

impl<'a, F: Fn(usize) -> Block<'a>> Rows<'a, F> {
    /// Computes `out`.
    pub fn attend(self) {
        SCRATCH.with_borrow_mut(|scratch| self.attend_in(scratch));
    }

    fn attend_in(self, scratch: &mut Vec<f32>) {
        let Rows {
            queries,
            seen,
            block,
            out,
            mut log_sums,
            heads,
        } = self;
        let (dim, padded, scale) = (heads.dim, heads.padded(), heads.scale());
        scratch.resize(ROWS * (BLOCK + padded), 0.0);
        let (scores, sums) = scratch.split_at_mut(ROWS * BLOCK);
        for first in (0..seen.len()).step_by(ROWS) {
            let seen = &seen[first..seen.len().min(first + ROWS)];
            let m = seen.len();
            let queries = rows_of(&queries[first * dim..(first + m) * dim], dim);
            let (mut most, mut weight) = ([f32::NEG_INFINITY; ROWS], [0.0f32; ROWS]);
            sums[..m * padded].fill(0.0);
            let blocks = seen.iter().max().map_or(0, |seen| seen.div_ceil(BLOCK));
            for index in 0..blocks {
                let block = block(index);
                tile::small(
                    (m, BLOCK, dim),
                    queries,
                    all(block.keys, BLOCK),
                    set(scores, BLOCK),
                );
                vectorized(
                    #[inline(always)]
                    || {
                        for (row, scores) in scores.chunks_exact_mut(BLOCK).take(m).enumerate() {
                            let visible = seen[row].saturating_sub(index * BLOCK);
                            let shrink =
                                soften(scores, visible, scale, &mut most[row], &mut weight[row]);
                            for sum in &mut sums[row * padded..(row + 1) * padded] {
                                *sum *= shrink;
                            }
                        }
                    },
                );
                tile::small(
                    (m, padded, BLOCK),
                    rows_of(scores, BLOCK),
                    all(block.values, padded),
                    add(sums, padded),
                );
            }
            for (row, sums) in sums.chunks_exact(padded).take(m).enumerate() {
                let out = &mut out[(first + row) * dim..][..dim];
                for (out, sum) in out.iter_mut().zip(sums) {
                    *out = sum / weight[row];
                }
                if let Some(log_sums) = &mut log_sums {
                    log_sums[first + row] = most[row] + weight[row].ln();
                }
            }
        }
    }
}

fn rows_of(data: &[f32], stride: usize) -> Left<'_> {
    Left {
        data,
        row_stride: stride,
        inner_stride: 1,
    }
}

fn columns_of(data: &[f32], stride: usize) -> Left<'_> {
    Left {
        data,
        row_stride: 1,
        inner_stride: stride,
    }
}

fn all(data: &[f32], stride: usize) -> RightRows<'_> {
    RightRows {
        data,
        stride,
        first: 0,
    }
}

fn set(data: &mut [f32], stride: usize) -> Out<'_> {
    Out {
        data,
        stride,
        add: false,
    }
}

fn add(data: &mut [f32], stride: usize) -> Out<'_> {
    Out {
        data,
        stride,
        add: true,
    }
}

/// Scores of one row to weights relative to the largest so far; gives what earlier sums shrink by.
#[inline(always)]
fn soften(scores: &mut [f32], visible: usize, scale: f32, most: &mut f32, weight: &mut f32) -> f32 {
    for score in scores.iter_mut() {
        *score *= scale;
    }
    if visible < BLOCK {
        scores[visible..].fill(f32::NEG_INFINITY);
    }
    let before = *most;
    *most = before.max(math::max(scores));
    for score in scores.iter_mut() {
        *score = exp(*score - *most);
    }
    let shrink = exp(before - *most);
    *weight = *weight * shrink + math::sum(scores, |e| e);
    shrink
}

/// Puts rows of keys and values into blocks, from token `at` of the block on.
pub fn fill_block(
    keys: &mut [f32],
    values: &mut [f32],
    at: usize,
    k: &[f32],
    v: &[f32],
    heads: Heads,
) {
    let (dim, padded) = (heads.dim, heads.padded());
    for (i, (k, v)) in k.chunks_exact(dim).zip(v.chunks_exact(dim)).enumerate() {
        for (to, from) in keys[at + i..].iter_mut().step_by(BLOCK).zip(k) {
            *to = *from;
        }
        values[(at + i) * padded..][..dim].copy_from_slice(v);
    }
}

/// Queries `[h, t, d]`, keys and values `[g, t, d]`, and the tokens of each segment.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// `[h, t, d]`.
    pub q: &'a [f32],
    /// `[g, t, d]`.
    pub k: &'a [f32],
    /// `[g, t, d]`.
    pub v: &'a [f32],
    /// Which tokens see each other; together all, in order.
    pub segments: &'a [Range<usize>],
    /// How heads are laid out.
    pub heads: Heads,
}

/// `o[h, t, d]` and `log_sums[h, t]`.
pub fn forward(o: &mut [f32], log_sums: &mut [f32], input: Input<'_>) {
    let heads = input.heads;
    let tokens = input.q.len() / (heads.queries * heads.dim);
    let mut outs = by_segment(o, tokens * heads.dim, input.segments, heads.dim);
    let mut logs = by_segment(log_sums, tokens, input.segments, 1);
    let sharing = heads.sharing();
    outs.par_chunks_mut(sharing * input.segments.len())
        .zip(logs.par_chunks_mut(sharing * input.segments.len()))
        .enumerate()
        .for_each(|(group, (outs, logs))| {
            // Of each segment, all heads that share these keys.
            (0..input.segments.len()).for_each(|index| {
                let segment = input.segments[index].clone();
                let blocks = Blocks::new(input, group, &segment);
                let seen: Vec<usize> = (1..=segment.len()).collect();
                for sharer in 0..sharing {
                    let place = sharer * input.segments.len() + index;
                    let head = group * sharing + sharer;
                    Rows {
                        queries: rows(input.q, head, tokens, &segment, heads.dim),
                        seen: &seen,
                        block: |index| blocks.get(index),
                        out: &mut *outs[place],
                        log_sums: Some(&mut *logs[place]),
                        heads,
                    }
                    .attend();
                }
            });
        });
}

/// The pieces of `[heads, t, width]` that belong to a head and a segment, heads outermost.
fn by_segment<'a>(
    all: &'a mut [f32],
    head: usize,
    segments: &[Range<usize>],
    width: usize,
) -> Vec<&'a mut [f32]> {
    let mut pieces = Vec::new();
    for mut rest in all.chunks_exact_mut(head.max(1)) {
        for segment in segments {
            let (piece, after) = rest.split_at_mut(segment.len() * width);
            pieces.push(piece);
            rest = after;
        }
    }
    pieces
}

fn rows<'a>(
    all: &'a [f32],
    head: usize,
    tokens: usize,
    segment: &Range<usize>,
    dim: usize,
) -> &'a [f32] {
    &all[(head * tokens + segment.start) * dim..(head * tokens + segment.end) * dim]
}

/// All blocks of a segment.
struct Blocks {
    keys: Vec<f32>,
    values: Vec<f32>,
    heads: Heads,
}

impl Blocks {
    fn new(input: Input<'_>, group: usize, segment: &Range<usize>) -> Self {
        let heads = input.heads;
        let (dim, padded) = (heads.dim, heads.padded());
        let tokens = input.k.len() / (heads.keys * dim);
        let count = segment.len().div_ceil(BLOCK);
        let (mut keys, mut values) = (
            vec![0.0; count * dim * BLOCK],
            vec![0.0; count * BLOCK * padded],
        );
        let k = rows(input.k, group, tokens, segment, dim);
        let v = rows(input.v, group, tokens, segment, dim);
        let targets = keys
            .chunks_exact_mut(dim * BLOCK)
            .zip(values.chunks_exact_mut(BLOCK * padded));
        for ((keys, values), (k, v)) in
            targets.zip(k.chunks(BLOCK * dim).zip(v.chunks(BLOCK * dim)))
        {
            fill_block(keys, values, 0, k, v, heads);
        }
        Self {
            keys,
            values,
            heads,
        }
    }

    fn get(&self, index: usize) -> Block<'_> {
        let (keys, values) = (self.heads.dim * BLOCK, BLOCK * self.heads.padded());
        Block {
            keys: &self.keys[index * keys..][..keys],
            values: &self.values[index * values..][..values],
        }
    }
}

/// What comes back: `dq[h, t, d]`, `dk[g, t, d]` and `dv[g, t, d]`, all overwritten.
#[derive(Debug)]
pub struct Gradients<'a> {
    /// `[h, t, d]`.
    pub dq: &'a mut [f32],
    /// `[g, t, d]`.
    pub dk: &'a mut [f32],
    /// `[g, t, d]`.
    pub dv: &'a mut [f32],
}

/// From `d_o[h, t, d]`, and of the forward pass `o` and `log_sums`.
pub fn backward(
    gradients: &mut Gradients<'_>,
    d_o: &[f32],
    o: &[f32],
    log_sums: &[f32],
    input: Input<'_>,
) {
    let heads = input.heads;
    let (dim, segments) = (heads.dim, input.segments);
    let tokens = input.q.len() / (heads.queries * dim);
    let mut dq = by_segment(gradients.dq, tokens * dim, segments, dim);
    let mut dk = by_segment(gradients.dk, tokens * dim, segments, dim);
    let mut dv = by_segment(gradients.dv, tokens * dim, segments, dim);
    let sharing = heads.sharing();
    dq.par_chunks_mut(sharing * segments.len())
        .zip(
            dk.par_chunks_mut(segments.len())
                .zip(dv.par_chunks_mut(segments.len())),
        )
        .enumerate()
        .for_each(|(group, (dq, (dk, dv)))| {
            for (index, segment) in segments.iter().enumerate() {
                let mut dqs: Vec<&mut [f32]> = Vec::new();
                for (place, dq) in dq.iter_mut().enumerate() {
                    if place % segments.len() == index {
                        dqs.push(dq);
                    }
                }
                let first = group * sharing;
                GoBack {
                    heads,
                    k: rows(input.k, group, tokens, segment, dim),
                    v: rows(input.v, group, tokens, segment, dim),
                    q: (0..sharing)
                        .map(|i| rows(input.q, first + i, tokens, segment, dim))
                        .collect(),
                    d_o: (0..sharing)
                        .map(|i| rows(d_o, first + i, tokens, segment, dim))
                        .collect(),
                    o: (0..sharing)
                        .map(|i| rows(o, first + i, tokens, segment, dim))
                        .collect(),
                    log_sums: (0..sharing)
                        .map(|i| rows(log_sums, first + i, tokens, segment, 1))
                        .collect(),
                    dq: dqs,
                    dk: &mut *dk[index],
                    dv: &mut *dv[index],
                }
                .go();
            }
        });
}

/// One segment of one head of keys, with all heads of queries that read it.
struct GoBack<'a> {
    heads: Heads,
    k: &'a [f32],
    v: &'a [f32],
    q: Vec<&'a [f32]>,
    d_o: Vec<&'a [f32]>,
    o: Vec<&'a [f32]>,
    log_sums: Vec<&'a [f32]>,
    dq: Vec<&'a mut [f32]>,
    dk: &'a mut [f32],
    dv: &'a mut [f32],
}

impl GoBack<'_> {
    fn go(self) {
        let (dim, padded, scale) = (self.heads.dim, self.heads.padded(), self.heads.scale());
        let tokens = self.k.len() / dim;
        let count = tokens.div_ceil(BLOCK);
        let (turned, block) = (dim * BLOCK, BLOCK * padded);
        let k = pad(self.k, dim, padded, count);
        let (kt, vt) = (turn(self.k, dim, count), turn(self.v, dim, count));
        let (mut dk, mut dv) = (vec![0.0; count * block], vec![0.0; count * block]);
        let (mut p, mut ds) = (vec![0.0; BLOCK * BLOCK], vec![0.0; BLOCK * BLOCK]);
        let mut delta = vec![0.0; count * BLOCK];
        for (sharer, dq_out) in self.dq.into_iter().enumerate() {
            let q = pad(self.q[sharer], dim, padded, count);
            let d_o = pad(self.d_o[sharer], dim, padded, count);
            let mut dq = vec![0.0; count * block];
            let pairs = self.d_o[sharer]
                .chunks_exact(dim)
                .zip(self.o[sharer].chunks_exact(dim));
            for (delta, (d_o, o)) in delta.iter_mut().zip(pairs) {
                *delta = math::sum2(d_o, o, |a, b| a * b);
            }
            for key in 0..count {
                let (kt, vt) = (&kt[key * turned..][..turned], &vt[key * turned..][..turned]);
                let k = &k[key * block..][..block];
                let (dk, dv) = (
                    &mut dk[key * block..][..block],
                    &mut dv[key * block..][..block],
                );
                for row in key..count {
                    let first = row * BLOCK;
                    let m = BLOCK.min(tokens - first);
                    let (q, d_o) = (&q[row * block..][..block], &d_o[row * block..][..block]);
                    tile::small(
                        (m, BLOCK, dim),
                        rows_of(q, padded),
                        all(kt, BLOCK),
                        set(&mut p, BLOCK),
                    );
                    tile::small(
                        (m, BLOCK, dim),
                        rows_of(d_o, padded),
                        all(vt, BLOCK),
                        set(&mut ds, BLOCK),
                    );
                    let rows = Softened {
                        log_sums: &self.log_sums[sharer][first..first + m],
                        delta: &delta[first..first + m],
                        visible: first + 1 - key * BLOCK,
                        scale,
                    };
                    vectorized(
                        #[inline(always)]
                        || rows.weights_and_gradients(&mut p, &mut ds),
                    );
                    tile::small(
                        (BLOCK, padded, m),
                        columns_of(&p, BLOCK),
                        all(d_o, padded),
                        add(dv, padded),
                    );
                    tile::small(
                        (BLOCK, padded, m),
                        columns_of(&ds, BLOCK),
                        all(q, padded),
                        add(dk, padded),
                    );
                    let dq = &mut dq[row * block..][..block];
                    tile::small(
                        (m, padded, BLOCK),
                        rows_of(&ds, BLOCK),
                        all(k, padded),
                        add(dq, padded),
                    );
                }
            }
            unpad(dq_out, &dq, dim, padded);
        }
        unpad(self.dk, &dk, dim, padded);
        unpad(self.dv, &dv, dim, padded);
    }
}

/// What is known of some rows whose weights are computed once more.
struct Softened<'a> {
    log_sums: &'a [f32],
    /// `Σ d_o · o`.
    delta: &'a [f32],
    /// How many keys of the block the first row sees; each later one sees one more.
    visible: usize,
    scale: f32,
}

impl Softened<'_> {
    /// Scores become weights, gradients of weights become gradients of scores.
    #[inline(always)]
    fn weights_and_gradients(&self, p: &mut [f32], ds: &mut [f32]) {
        let rows = p.chunks_exact_mut(BLOCK).zip(ds.chunks_exact_mut(BLOCK));
        for (i, ((p, ds), (log_sum, delta))) in
            rows.zip(self.log_sums.iter().zip(self.delta)).enumerate()
        {
            for (p, ds) in p.iter_mut().zip(&mut *ds) {
                *p = exp(*p * self.scale - log_sum);
                *ds = *p * (*ds - delta) * self.scale;
            }
            let visible = BLOCK.min(self.visible + i);
            p[visible..].fill(0.0);
            ds[visible..].fill(0.0);
        }
    }
}

/// Rows of `dim` as rows of `padded`, in whole blocks.
fn pad(rows: &[f32], dim: usize, padded: usize, count: usize) -> Vec<f32> {
    let mut to = vec![0.0; count * BLOCK * padded];
    for (to, from) in to.chunks_exact_mut(padded).zip(rows.chunks_exact(dim)) {
        to[..dim].copy_from_slice(from);
    }
    to
}

fn unpad(rows: &mut [f32], padded_rows: &[f32], dim: usize, padded: usize) {
    for (to, from) in rows
        .chunks_exact_mut(dim)
        .zip(padded_rows.chunks_exact(padded))
    {
        to.copy_from_slice(&from[..dim]);
    }
}

/// Each block of rows as `[dim, BLOCK]`.
fn turn(rows: &[f32], dim: usize, count: usize) -> Vec<f32> {
    let mut to = vec![0.0; count * BLOCK * dim];
    for (to, rows) in to
        .chunks_exact_mut(BLOCK * dim)
        .zip(rows.chunks(BLOCK * dim))
    {
        for (i, row) in rows.chunks_exact(dim).enumerate() {
            for (to, from) in to[i..].iter_mut().step_by(BLOCK).zip(row) {
                *to = *from;
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::super::testing::{
        close, finite_differences, numbers, same_bits_with_threads, weighed,
    };
    use super::*;

    const HEADS: Heads = Heads {
        queries: 4,
        keys: 2,
        dim: 8,
    };

    fn lens(lens: &[usize]) -> Vec<Range<usize>> {
        let mut end = 0;
        lens.iter()
            .map(|len| {
                end += len;
                end - len..end
            })
            .collect()
    }

    struct Case {
        q: Vec<f32>,
        k: Vec<f32>,
        v: Vec<f32>,
        segments: Vec<Range<usize>>,
        heads: Heads,
    }

    impl Case {
        fn new(heads: Heads, segments: &[usize]) -> Self {
            let tokens: usize = segments.iter().sum();
            Self {
                q: numbers(1, heads.queries * tokens * heads.dim),
                k: numbers(2, heads.keys * tokens * heads.dim),
                v: numbers(3, heads.keys * tokens * heads.dim),
                segments: lens(segments),
                heads,
            }
        }

        fn input(&self) -> Input<'_> {
            Input {
                q: &self.q,
                k: &self.k,
                v: &self.v,
                segments: &self.segments,
                heads: self.heads,
            }
        }
    }

    fn run(input: Input<'_>) -> (Vec<f32>, Vec<f32>) {
        let mut o = vec![0.0; input.q.len()];
        let mut log_sums = vec![0.0; input.q.len() / input.heads.dim];
        forward(&mut o, &mut log_sums, input);
        (o, log_sums)
    }

    fn back(input: Input<'_>, d_o: &[f32]) -> [Vec<f32>; 3] {
        let (o, log_sums) = run(input);
        let mut out = [
            vec![0.5; input.q.len()],
            vec![0.5; input.k.len()],
            vec![0.5; input.v.len()],
        ];
        let [dq, dk, dv] = &mut out;
        backward(&mut Gradients { dq, dk, dv }, d_o, &o, &log_sums, input);
        out
    }

    /// As the textbook has it, one weight at a time.
    fn plain(input: Input<'_>) -> Vec<f32> {
        let Heads { queries, dim, .. } = input.heads;
        let tokens = input.q.len() / (queries * dim);
        let mut o = vec![0.0; input.q.len()];
        for head in 0..queries {
            let group = head / input.heads.sharing();
            for segment in input.segments {
                for t in segment.clone() {
                    let q = &input.q[(head * tokens + t) * dim..][..dim];
                    let row = |all: &'_ [f32], s: usize| {
                        all[(group * tokens + s) * dim..][..dim].to_vec()
                    };
                    let scores: Vec<f64> = (segment.start..=t)
                        .map(|s| {
                            let k = row(input.k, s);
                            q.iter()
                                .zip(k)
                                .map(|(q, k)| f64::from(*q) * f64::from(k))
                                .sum::<f64>()
                                / (dim as f64).sqrt()
                        })
                        .collect();
                    let total: f64 = scores.iter().map(|s| s.exp()).sum();
                    for (s, score) in (segment.start..=t).zip(scores) {
                        for (o, v) in o[(head * tokens + t) * dim..][..dim]
                            .iter_mut()
                            .zip(row(input.v, s))
                        {
                            *o += (score.exp() / total) as f32 * v;
                        }
                    }
                }
            }
        }
        o
    }

    #[test]
    fn values_are_the_textbooks() {
        for segments in [&[1][..], &[5, 70], &[64, 1, 130], &[200]] {
            for heads in [
                HEADS,
                Heads {
                    queries: 3,
                    keys: 1,
                    dim: 34,
                },
            ] {
                let case = Case::new(heads, segments);
                close(&run(case.input()).0, &plain(case.input()), 1e-5);
            }
        }
    }

    #[test]
    fn gradients_are_differences() {
        for segments in [&[3, 5][..], &[70], &[1, 66, 2]] {
            let case = Case::new(HEADS, segments);
            let d_o = numbers(4, case.q.len());
            let input = case.input();
            let [dq, dk, dv] = back(input, &d_o);
            finite_differences(&case.q, &dq, 4e-3, |q| {
                weighed(&d_o, &run(Input { q, ..input }).0)
            });
            finite_differences(&case.k, &dk, 4e-3, |k| {
                weighed(&d_o, &run(Input { k, ..input }).0)
            });
            finite_differences(&case.v, &dv, 4e-3, |v| {
                weighed(&d_o, &run(Input { v, ..input }).0)
            });
        }
    }

    #[test]
    fn a_segment_does_not_know_of_others() {
        let (both, one) = (Case::new(HEADS, &[40, 70]), Case::new(HEADS, &[40]));
        let part = |all: &[f32], heads: usize| -> Vec<f32> {
            all.chunks_exact(all.len() / heads)
                .flat_map(|head| head[..40 * 8].to_vec())
                .collect()
        };
        let alone = Case {
            q: part(&both.q, 4),
            k: part(&both.k, 2),
            v: part(&both.v, 2),
            ..one
        };
        assert_eq!(part(&run(both.input()).0, 4), run(alone.input()).0);
    }

    #[test]
    fn threads_change_nothing() {
        let case = Case::new(HEADS, &[100, 3, 130]);
        let d_o = numbers(4, case.q.len());
        same_bits_with_threads(|| {
            [run(case.input()).0, back(case.input(), &d_o).concat()].concat()
        });
    }
}
