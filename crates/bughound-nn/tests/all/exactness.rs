//! Values and gradients are PyTorch's; and packed, recomputed or threaded ones are each other's, to the bit.

use bughound_nn::{Batch, Pass, PassConfig};

use crate::fixture::{
    MODELS, batch, bits, close, expected, floats, gradients_agree, model, run, sequences,
};

const RECOMPUTE: PassConfig = PassConfig { recompute: true };

#[test]
fn log_probabilities_entropies_and_gradients_are_pytorchs() {
    for name in MODELS {
        let (model, expected) = (model(name), expected(name));
        let mut pass = Pass::new(&model, PassConfig::default());
        let scores = pass.forward(&model, &batch(&sequences(name))).unwrap();
        close(scores.logprobs, &floats(&expected["logprobs"]), 2e-5);
        close(scores.entropies, &floats(&expected["entropies"]), 2e-5);
        let (_, gradients) = run(&model, &batch(&sequences(name)), PassConfig::default());
        gradients_agree(&gradients, &expected["gradients"], 2e-5);
    }
}

#[test]
fn packed_is_single_to_the_bit() {
    for name in MODELS {
        let model = model(name);
        let sequences = sequences(name);
        let (packed, _) = run(&model, &batch(&sequences), PassConfig::default());
        let single: Vec<f32> = sequences
            .iter()
            .flat_map(|tokens| {
                run(
                    &model,
                    &batch(std::slice::from_ref(tokens)),
                    PassConfig::default(),
                )
                .0
            })
            .collect();
        assert_eq!(bits(&packed), bits(&single), "{name}");
    }
}

#[test]
fn recomputed_is_kept_to_the_bit_and_a_pass_can_be_used_again() {
    for name in MODELS {
        let model = model(name);
        let batch = batch(&sequences(name));
        let plain = run(&model, &batch, PassConfig::default());
        let recomputed = run(&model, &batch, RECOMPUTE);
        assert_eq!(bits(&plain.0), bits(&recomputed.0));
        assert_eq!(bits(plain.1.data()), bits(recomputed.1.data()));

        let mut pass = Pass::new(&model, RECOMPUTE);
        for _ in 0..2 {
            let n = pass.forward(&model, &batch).unwrap().logprobs.len();
            pass.clear_gradients();
            pass.backward(&model, &crate::fixture::loss_gradient(n))
                .unwrap();
        }
        assert_eq!(bits(plain.1.data()), bits(pass.gradients().unwrap().data()));
        assert_eq!(
            bits(&plain.0),
            bits(pass.score(&model, &batch).unwrap().logprobs)
        );
    }
}

#[test]
fn gradients_of_micro_batches_add_up() {
    let model = model("qwen3-tied");
    let sequences = sequences("qwen3-tied");
    let (_, whole) = run(&model, &batch(&sequences), PassConfig::default());
    let mut pass = Pass::new(&model, PassConfig::default());
    let d = crate::fixture::loss_gradient(1000);
    let mut at = 0;
    for tokens in &sequences {
        let n = pass
            .forward(&model, &batch(std::slice::from_ref(tokens)))
            .unwrap()
            .logprobs
            .len();
        pass.backward(&model, &d[at..at + n]).unwrap();
        at += n;
    }
    let parts = pass.gradients().unwrap();
    let most = whole
        .data()
        .iter()
        .fold(0.0f32, |most, g| most.max(g.abs()));
    close(parts.data(), whole.data(), 2e-6 * most);
}

#[test]
fn only_what_is_scored_counts() {
    let model = model("qwen2-untied");
    let tokens = &sequences("qwen2-untied")[1];
    let (all, _) = run(
        &model,
        &batch(std::slice::from_ref(tokens)),
        PassConfig::default(),
    );
    let scored: Vec<bool> = (0..tokens.len()).map(|i| i % 3 == 1).collect();
    let mut some = Batch::new();
    let range = some.push(tokens, &scored);
    assert_eq!(range, 0..scored.iter().filter(|scored| **scored).count());
    let (found, _) = run(&model, &some, PassConfig::default());
    let expected: Vec<f32> = (1..tokens.len())
        .filter(|i| scored[*i])
        .map(|i| all[i - 1])
        .collect();
    assert_eq!(bits(&found), bits(&expected));
    assert_eq!(some.targets().len(), found.len());
}

#[test]
fn threads_change_nothing() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let model = model("qwen2-untied");
            let (logprobs, gradients) = run(&model, &batch(&sequences("qwen2-untied")), RECOMPUTE);
            bits(&[logprobs, gradients.data().to_vec()].concat())
        })
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
}
