//! Training: it learns, it resumes where it was, and it stops before it breaks weights.

use bughound_nn::{
    AdamW, AdamWConfig, AdapterConfig, Batch, Error, Model, Pass, PassConfig, Precision, Schedule,
};

use crate::fixture::{batch, bits, model, sequences};

const CONFIG: AdamWConfig = AdamWConfig {
    beta1: 0.9,
    beta2: 0.95,
    eps: 1e-8,
    decay: 0.1,
    clip: Some(1.0),
};

/// Steps of plain fine-tuning on all tokens; gives the mean loss of each.
fn train(model: &mut Model, optimizer: &mut AdamW, batch: &Batch, steps: u64) -> Vec<f32> {
    let mut pass = Pass::new(model, PassConfig::default());
    let schedule = Schedule::cosine(1e-2, 3, 40, 1e-3);
    let n = batch.scored() as f32;
    (0..steps)
        .map(|_| {
            let logprobs = pass.forward(model, batch).unwrap().logprobs;
            let loss = -logprobs.iter().sum::<f32>() / n;
            let gradient = vec![-1.0; logprobs.len()];
            pass.backward(model, &gradient).unwrap();
            let rate = schedule.rate(optimizer.steps());
            let report = optimizer
                .step(model, &mut pass, rate, f64::from(1.0 / n))
                .unwrap();
            assert!(report.norm > 0.0);
            loss
        })
        .collect()
}

#[test]
fn it_learns_by_heart_what_it_is_shown() {
    for adapted in [false, true] {
        let mut model = model("qwen3-tied");
        let frozen = model.weights().clone();
        if adapted {
            model
                .adapt(
                    AdapterConfig {
                        rank: 16,
                        ..AdapterConfig::default()
                    },
                    5,
                )
                .unwrap();
        }
        let batch = batch(&sequences("qwen3-tied")[..2]);
        let mut optimizer = AdamW::new(
            &model,
            AdamWConfig {
                decay: 0.0,
                ..CONFIG
            },
        );
        let losses = train(&mut model, &mut optimizer, &batch, 40);
        assert!(losses[39] < 0.1 * losses[0], "{losses:?}");
        assert_eq!(bits(model.weights().data()) == bits(frozen.data()), adapted);
    }
}

#[test]
fn resumed_is_uninterrupted_to_the_bit() {
    for adapted in [false, true] {
        let start = || {
            let mut model = model("qwen2-untied");
            if adapted {
                model.adapt(AdapterConfig::default(), 5).unwrap();
            }
            let optimizer = AdamW::new(&model, CONFIG);
            (model, optimizer)
        };
        let batch = batch(&sequences("qwen2-untied"));
        let (mut whole, mut optimizer) = start();
        train(&mut whole, &mut optimizer, &batch, 6);

        let folder = tempfile::tempdir().unwrap();
        let (mut first, mut optimizer) = start();
        train(&mut first, &mut optimizer, &batch, 3);
        first.save(folder.path(), Precision::F32).unwrap();
        optimizer.save(folder.path()).unwrap();
        if let Some(adapter) = first.adapter() {
            adapter.save(folder.path(), "", Precision::F32).unwrap();
        }

        let mut second = Model::load(folder.path()).unwrap();
        if adapted {
            let adapter = bughound_nn::Adapter::load(folder.path(), second.config()).unwrap();
            second.set_adapter(Some(adapter)).unwrap();
        }
        let mut optimizer = AdamW::load(folder.path(), &second, CONFIG).unwrap();
        assert_eq!(optimizer.steps(), 3);
        train(&mut second, &mut optimizer, &batch, 3);
        assert_eq!(bits(second.trained().data()), bits(whole.trained().data()));
    }
}

#[test]
fn what_is_not_finite_changes_nothing() {
    let mut model = model("qwen2-tied");
    let batch = batch(&sequences("qwen2-tied")[..1]);
    let mut optimizer = AdamW::new(&model, CONFIG);
    let mut pass = Pass::new(&model, PassConfig::default());
    let before = bits(model.weights().data());
    let n = pass.forward(&model, &batch).unwrap().logprobs.len();
    let error = pass.backward(&model, &vec![f32::NAN; n]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { .. }), "{error}");

    pass.backward(&model, &vec![1e38; n]).unwrap();
    let error = optimizer
        .step(&mut model, &mut pass, 1e-3, 1.0)
        .unwrap_err();
    assert!(matches!(error, Error::NotFinite { .. }), "{error}");
    assert_eq!(bits(model.weights().data()), before);
    assert_eq!(optimizer.steps(), 0);

    // The next step is as if nothing had been.
    let n = pass.forward(&model, &batch).unwrap().logprobs.len();
    pass.backward(&model, &vec![1.0; n]).unwrap();
    optimizer.step(&mut model, &mut pass, 1e-3, 1.0).unwrap();
    assert_ne!(bits(model.weights().data()), before);
}

#[test]
fn misuse_is_said() {
    let mut model = model("qwen2-tied");
    let mut pass = Pass::new(&model, PassConfig::default());
    let check = |result: Result<(), Error>, expected: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let one = batch(&sequences("qwen2-tied")[..1]);
    check(pass.backward(&model, &[1.0]), "each of the 0 scores");
    check(
        pass.forward(&model, &batch(&[vec![1, 96]])).map(|_| ()),
        "token 96 is not below the vocabulary's size of 96",
    );
    check(
        pass.forward(&model, &batch(&[vec![1; 300]])).map(|_| ()),
        "299 tokens do not fit in a context of 256",
    );
    pass.score(&model, &one).unwrap();
    check(pass.backward(&model, &[1.0; 8]), "each of the 0 scores");
    pass.forward(&model, &one).unwrap();
    check(pass.backward(&model, &[1.0; 7]), "each of the 8 scores");
    pass.backward(&model, &[1.0; 8]).unwrap();
    check(pass.backward(&model, &[1.0; 8]), "each of the 0 scores");
    let mut optimizer = AdamW::new(&model, CONFIG);
    model.adapt(AdapterConfig::default(), 1).unwrap();
    check(
        optimizer.step(&mut model, &mut pass, 1e-3, 1.0).map(|_| ()),
        "no gradients of what this optimizer",
    );
    assert!(
        pass.forward(&model, &Batch::new())
            .unwrap()
            .logprobs
            .is_empty()
    );
}
