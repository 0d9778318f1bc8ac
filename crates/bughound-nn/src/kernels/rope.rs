//! Rotary positions (arXiv 2104.09864), in the halves of a head as transformers has them.
//!
//! A rotation is also where heads change places: projections lie as `[t, h·d]`, attention reads `[h, t, d]`.

use rayon::prelude::*;

use super::math::vectorized;

/// Cosines and sines of positions.
#[derive(Clone, Debug)]
pub struct Rotation {
    half: usize,
    frequencies: Vec<f32>,
    /// For each position, `half` cosines and `half` sines.
    table: Vec<f32>,
}

impl Rotation {
    /// For heads of `dim`, whose slowest wavelength is 2π times nearly `theta`.
    pub fn new(dim: usize, theta: f64) -> Self {
        let half = dim / 2;
        let frequencies = (0..half)
            .map(|i| (1.0 / theta.powf((2 * i) as f64 / dim as f64)) as f32)
            .collect();
        Self {
            half,
            frequencies,
            table: Vec::new(),
        }
    }

    /// Makes positions below `positions` known.
    pub fn prepare(&mut self, positions: usize) {
        let known = self.table.len() / (2 * self.half);
        for position in known..positions {
            let angles = self
                .frequencies
                .iter()
                .map(|frequency| f64::from(position as f32 * frequency));
            let angles: Vec<f64> = angles.collect();
            self.table
                .extend(angles.iter().map(|angle| angle.cos() as f32));
            self.table
                .extend(angles.iter().map(|angle| angle.sin() as f32));
        }
    }

    fn of(&self, position: u32) -> (&[f32], &[f32]) {
        let row = &self.table[position as usize * 2 * self.half..][..2 * self.half];
        row.split_at(self.half)
    }
}

/// `y[h, t, d]` from `x[t, h·d]`, each token turned to its position.
pub fn forward(y: &mut [f32], x: &[f32], positions: &[u32], rotation: &Rotation) {
    let (tokens, dim) = (positions.len(), 2 * rotation.half);
    let width = x.len() / tokens;
    y.par_chunks_exact_mut(tokens * dim)
        .enumerate()
        .for_each(|(head, y)| {
            vectorized(
                #[inline(always)]
                || {
                    let rows = y
                        .chunks_exact_mut(dim)
                        .zip(x.chunks_exact(width))
                        .zip(positions);
                    for ((y, x), position) in rows {
                        let (cos, sin) = rotation.of(*position);
                        turn(y, &x[head * dim..(head + 1) * dim], cos, sin, 1.0);
                    }
                },
            );
        });
}

/// `dx[t, h·d]` from `dy[h, t, d]`: turned back.
pub fn backward(dx: &mut [f32], dy: &[f32], positions: &[u32], rotation: &Rotation) {
    let (tokens, dim) = (positions.len(), 2 * rotation.half);
    let width = dx.len() / tokens;
    dx.par_chunks_exact_mut(width)
        .zip(positions)
        .enumerate()
        .for_each(|(token, (dx, position))| {
            let (cos, sin) = rotation.of(*position);
            for (head, dx) in dx.chunks_exact_mut(dim).enumerate() {
                let dy = &dy[(head * tokens + token) * dim..][..dim];
                turn(dx, dy, cos, sin, -1.0);
            }
        });
}

#[inline(always)]
fn turn(y: &mut [f32], x: &[f32], cos: &[f32], sin: &[f32], direction: f32) {
    let (x1, x2) = x.split_at(cos.len());
    let (y1, y2) = y.split_at_mut(cos.len());
    for (((y, a), b), (cos, sin)) in y1.iter_mut().zip(x1).zip(x2).zip(cos.iter().zip(sin)) {
        *y = a * cos - b * (direction * sin);
    }
    for (((y, a), b), (cos, sin)) in y2.iter_mut().zip(x1).zip(x2).zip(cos.iter().zip(sin)) {
        *y = b * cos + a * (direction * sin);
    }
}

/// `y[h, t, d]` from `x[t, h·d]` without turning.
pub fn split_heads(y: &mut [f32], x: &[f32], dim: usize, tokens: usize) {
    let width = x.len() / tokens;
    y.par_chunks_exact_mut(tokens * dim)
        .enumerate()
        .for_each(|(head, y)| {
            for (y, x) in y.chunks_exact_mut(dim).zip(x.chunks_exact(width)) {
                y.copy_from_slice(&x[head * dim..(head + 1) * dim]);
            }
        });
}

/// `y[t, h·d]` from `x[h, t, d]`.
pub fn join_heads(y: &mut [f32], x: &[f32], dim: usize, tokens: usize) {
    let width = y.len() / tokens;
    y.par_chunks_exact_mut(width)
        .enumerate()
        .for_each(|(token, y)| {
            for (head, y) in y.chunks_exact_mut(dim).enumerate() {
                y.copy_from_slice(&x[(head * tokens + token) * dim..][..dim]);
            }
        });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{close, finite_differences, numbers, weighed};
    use super::*;

    #[test]
    fn gradients_are_differences_and_turning_back_undoes_turning() {
        let (heads, dim, positions) = (3, 8, [0u32, 1, 2, 0, 1, 700]);
        let mut rotation = Rotation::new(dim, 10_000.0);
        rotation.prepare(701);
        let n = heads * dim * positions.len();
        let (x, dy) = (numbers(1, n), numbers(2, n));
        let turned = |x: &[f32]| {
            let mut y = vec![0.0; n];
            forward(&mut y, x, &positions, &rotation);
            y
        };
        let mut dx = vec![0.0; n];
        backward(&mut dx, &dy, &positions, &rotation);
        finite_differences(&x, &dx, 2e-3, |x| weighed(&dy, &turned(x)));
        let mut back = vec![0.0; n];
        backward(&mut back, &turned(&x), &positions, &rotation);
        close(&back, &x, 1e-6);
    }

    #[test]
    fn joining_undoes_splitting() {
        let x = numbers(1, 5 * 3 * 4);
        let (mut split, mut joined) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        split_heads(&mut split, &x, 4, 5);
        join_heads(&mut joined, &split, 4, 5);
        assert_eq!(joined, x);
        assert_ne!(split, x);
    }
}
