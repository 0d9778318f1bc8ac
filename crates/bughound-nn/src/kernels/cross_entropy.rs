//! Log-probabilities of targets, over chunks of tokens and of the vocabulary: logits are never whole in memory.
//!
//! What comes back through it is the gradient of any loss with respect to each target's log-probability: fine-tuning,
//! policy gradients and whatever else is a function of these numbers go through the same door.

use rayon::prelude::*;

use super::math::{self, exp, vectorized};
use super::matmul::{linear, linear_grad_weight};
use super::rows::rows_by_rows;

/// Tokens at once in the forward pass.
const TOKENS: usize = 128;
/// Logits of a token at once in the forward pass; part of what its sums are.
const LOGITS: usize = 512;
/// Tokens at once on the way back.
const BACK_TOKENS: usize = 512;
/// Logits of a token at once on the way back.
const BACK_LOGITS: usize = 4096;

/// What is known of a distribution after some of its logits.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    most: f32,
    sum: f32,
    weighed: f32,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            most: f32::NEG_INFINITY,
            sum: 0.0,
            weighed: 0.0,
        }
    }
}

impl Summary {
    /// Of all logits of one token.
    pub fn of(logits: &[f32]) -> Self {
        vectorized(
            #[inline(always)]
            || {
                let mut summary = Self::default();
                let mut scratch = [0.0; LOGITS];
                for chunk in logits.chunks(LOGITS) {
                    summary.add(chunk, &mut scratch);
                }
                summary
            },
        )
    }

    /// `ln Σ e^z`.
    pub fn log_sum(self) -> f32 {
        self.most + self.sum.ln()
    }

    /// `-Σ p ln p`.
    pub fn entropy(self) -> f32 {
        self.sum.ln() - self.weighed / self.sum
    }

    /// At most [`LOGITS`] more.
    #[inline(always)]
    fn add(&mut self, logits: &[f32], scratch: &mut [f32; LOGITS]) {
        let most = self.most.max(math::max(logits));
        let scratch = &mut scratch[..logits.len()];
        for (e, z) in scratch.iter_mut().zip(logits) {
            *e = exp(z - most);
        }
        let shrink = exp(self.most - most);
        // Relative to the largest logit, so that differences are summed and not their large common part.
        let moved = if self.sum > 0.0 {
            (self.most - most) * self.sum
        } else {
            0.0
        };
        self.weighed =
            (self.weighed + moved) * shrink + math::sum2(scratch, logits, |e, z| e * (z - most));
        self.sum = self.sum * shrink + math::sum(scratch, |e| e);
        self.most = most;
    }
}

/// Results of the forward pass, one number per scored token each.
#[derive(Debug)]
pub struct Out<'a> {
    /// Natural logarithms of the targets' probabilities.
    pub logprobs: &'a mut [f32],
    /// Entropies of the distributions.
    pub entropies: &'a mut [f32],
    /// `ln Σ e^z`, for the way back.
    pub log_sums: &'a mut [f32],
}

/// From `hidden[n, c]` and `table[v, c]`.
pub fn forward(out: Out<'_>, hidden: &[f32], table: &[f32], width: usize, targets: &[u32]) {
    let Out {
        logprobs,
        entropies,
        log_sums,
    } = out;
    logprobs
        .par_chunks_mut(TOKENS)
        .zip(entropies.par_chunks_mut(TOKENS))
        .zip(log_sums.par_chunks_mut(TOKENS))
        .zip(
            hidden
                .par_chunks(TOKENS * width)
                .zip(targets.par_chunks(TOKENS)),
        )
        .for_each(|(((logprobs, entropies), log_sums), (hidden, targets))| {
            let mut logits = vec![0.0; targets.len() * LOGITS];
            let mut summaries = vec![Summary::default(); targets.len()];
            for (index, table) in table.chunks(LOGITS * width).enumerate() {
                let columns = table.len() / width;
                rows_by_rows(&mut logits, LOGITS, hidden, table, width);
                vectorized(
                    #[inline(always)]
                    || {
                        let mut scratch = [0.0; LOGITS];
                        for (summary, logits) in
                            summaries.iter_mut().zip(logits.chunks_exact(LOGITS))
                        {
                            summary.add(&logits[..columns], &mut scratch);
                        }
                    },
                );
                for ((logits, target), logprob) in
                    logits.chunks_exact(LOGITS).zip(targets).zip(&mut *logprobs)
                {
                    let column = (*target as usize).wrapping_sub(index * LOGITS);
                    if column < columns {
                        *logprob = logits[column];
                    }
                }
            }
            for (i, summary) in summaries.into_iter().enumerate() {
                log_sums[i] = summary.log_sum();
                entropies[i] = summary.entropy();
                logprobs[i] -= log_sums[i];
            }
        });
}

/// What the way back reads.
#[derive(Clone, Copy, Debug)]
pub struct Back<'a> {
    /// `[n, c]`.
    pub hidden: &'a [f32],
    /// `[v, c]`.
    pub table: &'a [f32],
    /// `c`.
    pub width: usize,
    /// The targets, `[n]`.
    pub targets: &'a [u32],
    /// What [`forward`] left.
    pub log_sums: &'a [f32],
    /// The loss's gradient with respect to each log-probability, `[n]`.
    pub gradient: &'a [f32],
}

/// `d_hidden[n, c] = …`, and `d_table[v, c] += …` where the table is learnt. `scratch` is kept between calls.
pub fn backward(
    d_hidden: &mut [f32],
    mut d_table: Option<&mut [f32]>,
    back: Back<'_>,
    scratch: &mut Vec<f32>,
) {
    let width = back.width;
    d_hidden.fill(0.0);
    for (index, d_hidden) in d_hidden.chunks_mut(BACK_TOKENS * width).enumerate() {
        let tokens = d_hidden.len() / width;
        let rows = index * BACK_TOKENS..index * BACK_TOKENS + tokens;
        let hidden = &back.hidden[rows.start * width..rows.end * width];
        for (index, table) in back.table.chunks(BACK_LOGITS * width).enumerate() {
            let (first, columns) = (index * BACK_LOGITS, table.len() / width);
            scratch.resize(tokens * columns, 0.0);
            let rows = Back {
                hidden,
                table,
                targets: &back.targets[rows.clone()],
                log_sums: &back.log_sums[rows.clone()],
                gradient: &back.gradient[rows.clone()],
                ..back
            };
            gradient_of_logits(scratch, rows, first);
            linear(d_hidden, scratch, table, (columns, width), true);
            if let Some(d_table) = &mut d_table {
                let d_table = &mut d_table[first * width..(first + columns) * width];
                linear_grad_weight(d_table, scratch, hidden, (columns, width));
            }
        }
    }
}

/// `dz = gradient · (1 at the target - p)`, where `first` is the first column.
fn gradient_of_logits(dz: &mut [f32], back: Back<'_>, first: usize) {
    const ROWS: usize = 64;
    let columns = back.table.len() / back.width;
    dz.par_chunks_mut(ROWS * columns)
        .zip(back.hidden.par_chunks(ROWS * back.width))
        .enumerate()
        .for_each(|(index, (dz, hidden))| {
            rows_by_rows(dz, columns, hidden, back.table, back.width);
            let row = index * ROWS;
            for (i, dz) in dz.chunks_exact_mut(columns).enumerate() {
                let (gradient, log_sum) = (back.gradient[row + i], back.log_sums[row + i]);
                vectorized(
                    #[inline(always)]
                    || {
                        for z in dz.iter_mut() {
                            *z = -gradient * exp(*z - log_sum);
                        }
                    },
                );
                let column = (back.targets[row + i] as usize).wrapping_sub(first);
                if let Some(z) = dz.get_mut(column) {
                    *z += gradient;
                }
            }
        });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finite_differences, numbers, same_bits_with_threads, weighed};
    use super::*;

    fn run(hidden: &[f32], table: &[f32], width: usize, targets: &[u32]) -> [Vec<f32>; 3] {
        let n = targets.len();
        let (mut logprobs, mut entropies, mut log_sums) =
            (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let out = Out {
            logprobs: &mut logprobs,
            entropies: &mut entropies,
            log_sums: &mut log_sums,
        };
        forward(out, hidden, table, width, targets);
        [logprobs, entropies, log_sums]
    }

    #[test]
    fn values_are_the_textbooks() {
        let (n, width, vocab) = (3, 8, 1300);
        let (hidden, table) = (numbers(1, n * width), numbers(2, vocab * width));
        let [logprobs, entropies, log_sums] = run(&hidden, &table, width, &[0, 1299, 600]);
        for (i, target) in [0, 1299, 600].into_iter().enumerate() {
            let logits: Vec<f64> = (0..vocab)
                .map(|v| {
                    (0..width)
                        .map(|c| f64::from(hidden[i * width + c]) * f64::from(table[v * width + c]))
                        .sum()
                })
                .collect();
            let log_sum = logits.iter().map(|z| z.exp()).sum::<f64>().ln();
            let entropy: f64 = logits
                .iter()
                .map(|z| -(z - log_sum).exp() * (z - log_sum))
                .sum();
            assert!((f64::from(log_sums[i]) - log_sum).abs() < 1e-5);
            assert!((f64::from(entropies[i]) - entropy).abs() < 1e-5);
            assert!((f64::from(logprobs[i]) - (logits[target] - log_sum)).abs() < 1e-5);
            let z: Vec<f32> = (0..vocab)
                .map(|v| {
                    let mut z = [0.0];
                    rows_by_rows(
                        &mut z,
                        1,
                        &hidden[i * width..][..width],
                        &table[v * width..][..width],
                        width,
                    );
                    z[0]
                })
                .collect();
            assert_eq!(Summary::of(&z).log_sum().to_bits(), log_sums[i].to_bits());
        }
    }

    #[test]
    fn gradients_are_differences() {
        for (n, width, vocab) in [(3, 8, 20), (130, 16, 600), (4, 4, 4200)] {
            let (hidden, table, gradient) = (
                numbers(1, n * width),
                numbers(2, vocab * width),
                numbers(3, n),
            );
            let targets: Vec<u32> = (0..n).map(|i| (i * 7919 % vocab) as u32).collect();
            let [_, _, log_sums] = run(&hidden, &table, width, &targets);
            let (mut d_hidden, mut d_table) = (vec![0.0; hidden.len()], vec![0.0; table.len()]);
            let back = Back {
                hidden: &hidden,
                table: &table,
                width,
                targets: &targets,
                log_sums: &log_sums,
                gradient: &gradient,
            };
            backward(&mut d_hidden, Some(&mut d_table), back, &mut Vec::new());
            finite_differences(&hidden, &d_hidden, 4e-3, |x| {
                weighed(&gradient, &run(x, &table, width, &targets)[0])
            });
            finite_differences(&table, &d_table, 4e-3, |x| {
                weighed(&gradient, &run(&hidden, x, width, &targets)[0])
            });
        }
    }

    #[test]
    fn threads_change_nothing() {
        let (n, width, vocab) = (300, 16, 5000);
        let (hidden, table, gradient) = (
            numbers(1, n * width),
            numbers(2, vocab * width),
            numbers(3, n),
        );
        let targets: Vec<u32> = (0..n).map(|i| (i * 7919 % vocab) as u32).collect();
        same_bits_with_threads(|| {
            let [logprobs, entropies, log_sums] = run(&hidden, &table, width, &targets);
            let (mut d_hidden, mut d_table) = (vec![0.0; hidden.len()], vec![0.0; table.len()]);
            let back = Back {
                hidden: &hidden,
                table: &table,
                width,
                targets: &targets,
                log_sums: &log_sums,
                gradient: &gradient,
            };
            backward(&mut d_hidden, Some(&mut d_table), back, &mut Vec::new());
            [logprobs, entropies, log_sums, d_hidden, d_table].concat()
        });
    }
}
