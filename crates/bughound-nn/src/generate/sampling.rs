//! From logits to a token.

use std::cmp::Ordering;

use crate::Error;
use crate::kernels::math::{self, exp, vectorized};
use crate::rng::Rng;

/// How tokens are drawn. Limits are applied in the order of their fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// What logits are divided by; 0 takes the most likely token always.
    pub temperature: f32,
    /// Only so many of the most likely tokens; 0 for all.
    pub top_k: usize,
    /// Only the most likely tokens that together reach this probability; 1 for all.
    pub top_p: f32,
    /// Only tokens with at least this share of the most likely one's probability; 0 for all.
    pub min_p: f32,
}

impl Default for Sampling {
    /// The model's own distribution.
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
        }
    }
}

impl Sampling {
    /// The most likely token, always.
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            ..Self::default()
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let fine = self.temperature.is_finite()
            && self.temperature >= 0.0
            && self.top_p > 0.0
            && self.top_p <= 1.0
            && (0.0..=1.0).contains(&self.min_p);
        if fine {
            return Ok(());
        }
        Err(Error::Request(format!(
            "sampling wants a temperature of at least 0, top_p above 0 and up to 1, min_p from 0 to 1, and got {self:?}"
        )))
    }

    /// Draws a token.
    pub(super) fn draw(&self, logits: &[f32], rng: &mut Rng) -> u32 {
        // One number for each token, whatever the settings.
        let uniform = rng.uniform();
        let most = math::max(logits);
        if self.temperature <= 0.0 {
            return position(logits, |z| z >= most);
        }
        let mut weights = vec![0.0; logits.len()];
        vectorized(
            #[inline(always)]
            || {
                for (w, z) in weights.iter_mut().zip(logits) {
                    *w = exp((z - most) / self.temperature);
                }
            },
        );
        if self.top_k == 0 && self.top_p >= 1.0 {
            if self.min_p > 0.0 {
                for w in &mut weights {
                    *w = if *w >= self.min_p { *w } else { 0.0 };
                }
            }
            return pick(
                weights.iter().copied().enumerate(),
                total(weights.iter()),
                uniform,
            );
        }
        let candidates = self.candidates(&weights);
        let total = total(candidates.iter().map(|token| &weights[*token]));
        pick(
            candidates.iter().map(|token| (*token, weights[*token])),
            total,
            uniform,
        )
    }

    /// The tokens that may be drawn, most likely first.
    fn candidates(&self, weights: &[f32]) -> Vec<usize> {
        let n = weights.len();
        let limit = if self.top_k == 0 {
            n
        } else {
            self.top_k.min(n)
        };
        // A first guess at how many are needed, as sorting all takes longer than computing their logits.
        let mut enough = limit.min(1024);
        let kept_total = if self.top_k == 0 {
            total(weights.iter())
        } else {
            total(top(weights, limit).iter().map(|token| &weights[*token]))
        };
        loop {
            let mut tokens = top(weights, enough);
            let mut sum = 0.0;
            let mut reached = None;
            for (index, token) in tokens.iter().enumerate() {
                sum += f64::from(weights[*token]);
                if sum >= f64::from(self.top_p) * kept_total {
                    reached = Some(index + 1);
                    break;
                }
            }
            if reached.is_some() || enough == limit {
                tokens.truncate(reached.unwrap_or(limit));
                // The largest weight is 1.
                tokens.retain(|token| weights[*token] >= self.min_p);
                return tokens;
            }
            enough = limit.min(enough * 8);
        }
    }
}

/// The most likely tokens with the logarithms of their probabilities.
pub(super) fn most_likely(logits: &[f32], n: usize, log_sum: f32) -> Vec<(u32, f32)> {
    if n == 0 {
        return Vec::new();
    }
    let tokens = top(logits, n.min(logits.len()));
    tokens
        .into_iter()
        .map(|token| (token as u32, logits[token] - log_sum))
        .collect()
}

/// The `n` largest, the larger and then the earlier first.
fn top(numbers: &[f32], n: usize) -> Vec<usize> {
    let order =
        |a: &usize, b: &usize| -> Ordering { numbers[*b].total_cmp(&numbers[*a]).then(a.cmp(b)) };
    let mut tokens: Vec<usize> = (0..numbers.len()).collect();
    if n < tokens.len() {
        tokens.select_nth_unstable_by(n, order);
        tokens.truncate(n);
    }
    tokens.sort_unstable_by(order);
    tokens
}

fn total<'a>(weights: impl Iterator<Item = &'a f32>) -> f64 {
    weights.map(|w| f64::from(*w)).sum()
}

fn pick(weights: impl Iterator<Item = (usize, f32)>, total: f64, uniform: f64) -> u32 {
    let mut left = uniform * total;
    let mut last = 0;
    for (token, weight) in weights {
        if weight > 0.0 {
            last = token;
            left -= f64::from(weight);
            if left < 0.0 {
                break;
            }
        }
    }
    last as u32
}

fn position(logits: &[f32], found: impl Fn(f32) -> bool) -> u32 {
    logits.iter().position(|z| found(*z)).unwrap_or(0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [0.0, 2.0, 1.0, 2.0, -1.0];

    /// Shares of tokens over many draws.
    fn shares(sampling: Sampling) -> Vec<f64> {
        let mut rng = Rng::new(3);
        let n = 40_000;
        let mut counts = vec![0.0; LOGITS.len()];
        for _ in 0..n {
            counts[sampling.draw(&LOGITS, &mut rng) as usize] += 1.0 / f64::from(n);
        }
        counts
    }

    #[test]
    fn tokens_come_as_often_as_they_should() {
        let check = |sampling: Sampling, kept: &[usize]| {
            let weight = |token: usize| {
                let weight = f64::from(LOGITS[token] / sampling.temperature).exp();
                if kept.contains(&token) { weight } else { 0.0 }
            };
            let total: f64 = (0..5).map(weight).sum();
            for (token, share) in shares(sampling).into_iter().enumerate() {
                assert!(
                    (share - weight(token) / total).abs() < 0.01,
                    "{sampling:?} {token} {share}"
                );
                assert!(kept.contains(&token) || share < 1e-12);
            }
        };
        let own = Sampling::default();
        check(own, &[0, 1, 2, 3, 4]);
        check(
            Sampling {
                temperature: 2.5,
                ..own
            },
            &[0, 1, 2, 3, 4],
        );
        check(Sampling { top_k: 1, ..own }, &[1]);
        check(Sampling { top_k: 3, ..own }, &[1, 2, 3]);
        check(Sampling { top_k: 99, ..own }, &[0, 1, 2, 3, 4]);
        // Shares are 0.388 twice, 0.143, 0.053, 0.019.
        check(Sampling { top_p: 0.3, ..own }, &[1]);
        check(Sampling { top_p: 0.7, ..own }, &[1, 3]);
        check(Sampling { top_p: 0.8, ..own }, &[1, 2, 3]);
        check(Sampling { min_p: 0.2, ..own }, &[1, 2, 3]);
        check(
            Sampling {
                top_p: 0.99,
                min_p: 0.5,
                ..own
            },
            &[1, 3],
        );
    }

    #[test]
    fn greedy_takes_the_first_of_the_most_likely() {
        assert_eq!(Sampling::greedy().draw(&LOGITS, &mut Rng::new(1)), 1);
    }

    #[test]
    fn many_tokens_are_cut_exactly() {
        let weights: Vec<f32> = (0..5000u16)
            .map(|i| 1.0 / (1.0 + f32::from(i * 37 % 5000)))
            .collect();
        let sampling = Sampling {
            top_p: 0.95,
            ..Sampling::default()
        };
        let found = sampling.candidates(&weights);
        let mut order: Vec<usize> = (0..5000).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let limit = 0.95f32 as f64 * total(weights.iter());
        let mut sum = 0.0;
        let needed = order
            .iter()
            .take_while(|token| {
                let before = sum;
                sum += f64::from(weights[**token]);
                before < limit
            })
            .count();
        assert_eq!(found, order[..needed]);
        assert!(needed > 1024);
    }
}
