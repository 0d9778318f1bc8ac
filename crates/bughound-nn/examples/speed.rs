//! Tokens per second and peak memory of a training step and of generation, at shapes given by name.
//!
//! ```text
//! cargo run --release -p bughound-nn --example speed -- train small 8 512 5
//! cargo run --release -p bughound-nn --example speed -- generate small 16 128 128 3
//! cargo run --release -p bughound-nn --example speed -- lora half-billion 1 1024 1 recompute
//! ```
//!
//! `scripts/nn_rival.py` does the same in PyTorch and runs both in turns. `RAYON_NUM_THREADS` says how many threads.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a measurement at the command line"
)]

use std::time::Instant;

use bughound_nn::{
    AdamW, AdamWConfig, AdapterConfig, Batch, Estimate, Family, Generator, GeneratorConfig, Model,
    ModelConfig, Pass, PassConfig, Request, Training,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |at: usize| -> usize { words[at].parse().unwrap() };
    let mut model = Model::random(shape(words[1]), 1).unwrap();
    let recompute = words.contains(&"recompute");
    let (mut speeds, unit) = match words[0] {
        "train" => (
            train(&mut model, number(2), number(3), number(4), recompute),
            "train",
        ),
        "lora" => {
            model.adapt(AdapterConfig::default(), 1).unwrap();
            (
                train(&mut model, number(2), number(3), number(4), recompute),
                "lora",
            )
        }
        "forward" => (forward(&model, number(2), number(3), number(4)), "forward"),
        _ => (
            generate(&model, number(2), number(3), number(4), number(5)),
            "generate",
        ),
    };
    speeds.sort_by(f64::total_cmp);
    let estimate = if unit == "generate" {
        Estimate::generation(
            model.config(),
            number(2),
            number(2) * (number(3) + number(4)),
        )
    } else {
        let tokens = number(2) * number(3);
        let training = Training {
            adapter: model.adapter().map(|adapter| adapter.config().clone()),
            tokens,
            scored: tokens,
            recompute,
        };
        Estimate::training(model.config(), &training)
    };
    println!(
        r#"{{"what": "{unit}", "tokens_per_second": {:.1}, "peak_mb": {:.0}, "estimated_mb": {:.0}}}"#,
        speeds[speeds.len() / 2],
        peak_mb(),
        estimate.total() as f64 / f64::from(1 << 20)
    );
}

fn shape(name: &str) -> ModelConfig {
    let small = ModelConfig {
        family: Family::Qwen3,
        vocab: 4096,
        hidden: 256,
        layers: 6,
        heads: 8,
        kv_heads: 4,
        head_dim: 32,
        feed_forward: 768,
        norm_eps: 1e-6,
        rope_theta: 1e6,
        context: 4096,
        tied: true,
        init_range: 0.02,
        end_tokens: Vec::new(),
    };
    match name {
        "small" => small,
        "half-billion" => ModelConfig {
            family: Family::Qwen2,
            vocab: 151_936,
            hidden: 896,
            layers: 24,
            heads: 14,
            kv_heads: 2,
            head_dim: 64,
            feed_forward: 4864,
            ..small
        },
        _ => panic!("shapes are small and half-billion"),
    }
}

fn batch(model: &Model, sequences: usize, len: usize) -> Batch {
    let vocab = model.config().vocab;
    let mut batch = Batch::new();
    for sequence in 0..sequences {
        // One more than is computed: the last is predicted only.
        let tokens: Vec<u32> = (0..=len)
            .map(|i| ((sequence * 31 + i * 7919) % vocab) as u32)
            .collect();
        batch.push(&tokens, &vec![true; tokens.len()]);
    }
    batch
}

fn train(
    model: &mut Model,
    sequences: usize,
    len: usize,
    steps: usize,
    recompute: bool,
) -> Vec<f64> {
    let batch = batch(model, sequences, len);
    let mut pass = Pass::new(model, PassConfig { recompute });
    let mut optimizer = AdamW::new(model, AdamWConfig::default());
    let gradient = vec![-1.0 / batch.scored() as f32; batch.scored()];
    (0..steps)
        .map(|step| {
            let begin = Instant::now();
            let logprobs = pass.forward(model, &batch).unwrap().logprobs;
            let loss = -logprobs.iter().sum::<f32>() / logprobs.len() as f32;
            pass.backward(model, &gradient).unwrap();
            let report = optimizer.step(model, &mut pass, 1e-4, 1.0).unwrap();
            let seconds = begin.elapsed().as_secs_f64();
            eprintln(&format!(
                "step {step}: {seconds:.3} s, loss {loss:.5}, norm {:.5}",
                report.norm
            ));
            batch.rows() as f64 / seconds
        })
        .collect()
}

fn forward(model: &Model, sequences: usize, len: usize, steps: usize) -> Vec<f64> {
    let batch = batch(model, sequences, len);
    let mut pass = Pass::new(model, PassConfig::default());
    (0..steps)
        .map(|_| {
            let begin = Instant::now();
            pass.score(model, &batch).unwrap();
            batch.rows() as f64 / begin.elapsed().as_secs_f64()
        })
        .collect()
}

/// New tokens per second, with different prompts: nothing is shared.
fn generate(model: &Model, requests: usize, prompt: usize, new: usize, times: usize) -> Vec<f64> {
    let vocab = model.config().vocab;
    let kv_bytes = 64 << 20;
    (0..times)
        .map(|_| {
            let mut generator = Generator::new(
                model.config(),
                GeneratorConfig {
                    slots: requests,
                    kv_bytes,
                },
            );
            let begin = Instant::now();
            for seed in 0..requests {
                let prompt = (0..prompt)
                    .map(|i| ((seed * 977 + i * 7919) % vocab) as u32)
                    .collect();
                let request = Request {
                    prompt,
                    seed: seed as u64,
                    max_new: new,
                    ..Request::default()
                };
                generator.submit(request).unwrap();
            }
            let written: usize = generator.run(model).unwrap().iter().map(Vec::len).sum();
            written as f64 / begin.elapsed().as_secs_f64()
        })
        .collect()
}

fn eprintln(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes());
}

/// The most memory that this process ever had, as Linux tells.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.unwrap_or(f64::NAN) / 1024.0
}
