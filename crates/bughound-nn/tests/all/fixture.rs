//! What PyTorch and transformers computed of tiny models (scripts/nn_fixtures.py).

use std::path::PathBuf;

use bughound_nn::{Batch, Model, Params, Pass, PassConfig};
use serde_json::Value;

/// All tiny models.
pub(crate) const MODELS: [&str; 4] = ["qwen2-tied", "qwen2-untied", "qwen3-tied", "qwen3-untied"];

pub(crate) fn directory(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(directory(name).join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn model(name: &str) -> Model {
    Model::load(&directory(name)).unwrap()
}

pub(crate) fn floats(value: &Value) -> Vec<f32> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap() as f32)
        .collect()
}

pub(crate) fn tokens(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

pub(crate) fn sequences(name: &str) -> Vec<Vec<u32>> {
    expected(name)["sequences"]
        .as_array()
        .unwrap()
        .iter()
        .map(tokens)
        .collect()
}

/// All sequences packed, every token scored.
pub(crate) fn batch(sequences: &[Vec<u32>]) -> Batch {
    let mut batch = Batch::new();
    for tokens in sequences {
        batch.push(tokens, &vec![true; tokens.len()]);
    }
    batch
}

/// The weights of the log-probabilities in the fixtures' loss.
pub(crate) fn loss_gradient(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i as f64).cos() as f32).collect()
}

/// Log-probabilities and gradients.
pub(crate) fn run(model: &Model, batch: &Batch, config: PassConfig) -> (Vec<f32>, Params) {
    let mut pass = Pass::new(model, config);
    let logprobs = pass.forward(model, batch).unwrap().logprobs.to_vec();
    pass.backward(model, &loss_gradient(logprobs.len()))
        .unwrap();
    (logprobs, pass.gradients().unwrap().clone())
}

#[track_caller]
pub(crate) fn close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= tolerance,
            "number {index} is {found}, not {expected}"
        );
    }
}

/// Every tensor's gradient has PyTorch's norm and PyTorch's numbers where they were sampled.
#[track_caller]
pub(crate) fn gradients_agree(found: &Params, expected: &Value, tolerance: f64) {
    let expected = expected.as_object().unwrap();
    assert_eq!(found.slots().len(), expected.len());
    for (name, expected) in expected {
        let numbers = found.as_in_files(name).unwrap();
        let norm = numbers
            .iter()
            .map(|x| f64::from(*x).powi(2))
            .sum::<f64>()
            .sqrt();
        let expected_norm = expected["norm"].as_f64().unwrap();
        assert!(
            (norm - expected_norm).abs() <= tolerance * expected_norm,
            "{name}: {norm} {expected_norm}"
        );
        let step = expected["step"].as_u64().unwrap() as usize;
        let scale = expected_norm / (numbers.len() as f64).sqrt();
        for (found, expected) in numbers
            .iter()
            .step_by(step)
            .zip(floats(&expected["samples"]))
        {
            let difference = f64::from((found - expected).abs());
            assert!(
                difference <= 10.0 * tolerance * (scale + f64::from(expected.abs())),
                "{name}: {found} {expected}"
            );
        }
    }
}

pub(crate) fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}
