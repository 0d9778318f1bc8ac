//! What the kernels' tests share.

use crate::rng::Rng;

/// Numbers around zero.
pub(crate) fn numbers(seed: u64, n: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..n).map(|_| rng.normal() as f32).collect()
}

/// Equal within `tolerance`, relative to the largest number there.
#[track_caller]
pub(crate) fn close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(1e-6f32, |most, x| most.max(x.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= tolerance * scale,
            "number {index} is {found}, not {expected}"
        );
    }
}

/// The same bits with one, two and five threads.
#[track_caller]
pub(crate) fn same_bits_with_threads(compute: impl Fn() -> Vec<f32> + Sync + Send) {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let numbers = pool.build().unwrap().install(&compute);
        numbers.into_iter().map(f32::to_bits).collect::<Vec<u32>>()
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

/// A gradient against central differences of `loss`, along each of a few numbers of `at`.
#[track_caller]
pub(crate) fn finite_differences(
    at: &[f32],
    gradient: &[f32],
    tolerance: f64,
    loss: impl Fn(&[f32]) -> f64,
) {
    const STEP: f32 = 2e-3;
    let scale = gradient
        .iter()
        .fold(1e-3f64, |most, g| most.max(f64::from(g.abs())));
    let every = (at.len() / 40).max(1);
    let mut numbers = at.to_vec();
    for index in (0..at.len()).step_by(every) {
        let before = numbers[index];
        numbers[index] = before + STEP;
        let (high, above) = (loss(&numbers), numbers[index]);
        numbers[index] = before - STEP;
        let (low, below) = (loss(&numbers), numbers[index]);
        numbers[index] = before;
        let slope = (high - low) / f64::from(above - below);
        let found = f64::from(gradient[index]);
        assert!(
            (slope - found).abs() <= tolerance * scale,
            "the gradient of number {index} is {found}, differences say {slope}"
        );
    }
}

/// `Σ weights · numbers`, the loss under which a gradient of `numbers` is `weights`.
pub(crate) fn weighed(weights: &[f32], numbers: &[f32]) -> f64 {
    weights
        .iter()
        .zip(numbers)
        .map(|(w, x)| f64::from(*w) * f64::from(*x))
        .sum()
}
