//! The inner loops: plain, in a fixed order of summation, and of a shape that compilers turn into vector
//! instructions, down to SSE2.

use crate::Matrix;

/// How many sums run side by side.
const LANES: usize = 16;

/// `Σ aᵢ·bᵢ`: lane `l` adds up the products at `l, l+16, l+32, …`; the lanes are then added in pairs.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += a * b;
    }
    in_pairs(lanes)
}

/// `Σ aᵢ`, in the order of [`dot`].
pub(crate) fn sum(a: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (chunks, rest) = a.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, a) in lanes.iter_mut().zip(chunk) {
            *lane += a;
        }
    }
    for (lane, a) in lanes.iter_mut().zip(rest) {
        *lane += a;
    }
    in_pairs(lanes)
}

/// The largest value; minus infinity where there is none.
pub(crate) fn max(a: &[f32]) -> f32 {
    a.iter().fold(
        f32::NEG_INFINITY,
        |best, &value| {
            if value > best { value } else { best }
        },
    )
}

/// `out += left · right` for one row: for each `k`, `out += leftₖ · rightₖ`, four rows of `right` at once. Each
/// value of `out` is the sum from the first `k` to the last, as if one row were taken after another.
pub(crate) fn multiply_add(left: &[f32], right: &Matrix, out: &mut [f32]) {
    let n = right.cols;
    let (fours, rest) = left.as_chunks::<4>();
    for (four, rows) in fours.iter().zip(right.data.chunks_exact(4 * n.max(1))) {
        let (first, second) = rows.split_at(2 * n);
        let ((b0, b1), (b2, b3)) = (first.split_at(n), second.split_at(n));
        let [a0, a1, a2, a3] = *four;
        for ((((out, b0), b1), b2), b3) in out.iter_mut().zip(b0).zip(b1).zip(b2).zip(b3) {
            *out = *out + a0 * b0 + a1 * b1 + a2 * b2 + a3 * b3;
        }
    }
    let done = 4 * fours.len();
    for (k, &a) in rest.iter().enumerate() {
        add_scaled(out, a, right.row(done + k));
    }
}

/// `out += a · b`.
pub(crate) fn add_scaled(out: &mut [f32], a: f32, b: &[f32]) {
    for (out, b) in out.iter_mut().zip(b) {
        *out += a * b;
    }
}

fn in_pairs(mut lanes: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            lanes[l] += lanes[l + half];
        }
        half /= 2;
    }
    lanes[0]
}
