//! Low-rank adapters: PyTorch's numbers, PEFT's files, and merging.

use bughound_nn::{Adapter, AdapterConfig, Model, Pass, PassConfig, Precision, Target};

use crate::fixture::{
    batch, bits, close, directory, expected, floats, gradients_agree, model, run, sequences,
};

fn adapted() -> Model {
    let mut model = model("qwen3-tied");
    let adapter = Adapter::load(&directory("adapter"), model.config()).unwrap();
    model.set_adapter(Some(adapter)).unwrap();
    model
}

#[test]
fn values_and_gradients_are_pytorchs_and_frozen_weights_have_none() {
    let (model, expected) = (adapted(), expected("adapter"));
    let batch = batch(&sequences("qwen3-tied"));
    for recompute in [false, true] {
        let (logprobs, gradients) = run(&model, &batch, PassConfig { recompute });
        close(&logprobs, &floats(&expected["logprobs"]), 5e-5);
        gradients_agree(&gradients, &expected["gradients"], 5e-5);
        assert_eq!(
            gradients.data().len(),
            model.adapter().unwrap().params().data().len()
        );
    }
}

#[test]
fn merged_is_unmerged() {
    let batch = batch(&sequences("qwen3-tied"));
    let mut model = adapted();
    let score = |model: &Model| {
        Pass::new(model, PassConfig::default())
            .score(model, &batch)
            .unwrap()
            .logprobs
            .to_vec()
    };
    let unmerged = score(&model);
    model.merge_adapter();
    assert!(model.adapter().is_none());
    close(&score(&model), &unmerged, 5e-5);
}

#[test]
fn a_new_adapter_changes_nothing_and_files_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = model("qwen2-tied");
    let batch = batch(&sequences("qwen2-tied"));
    let score = |model: &Model| {
        let mut pass = Pass::new(model, PassConfig::default());
        bits(pass.score(model, &batch).unwrap().logprobs)
    };
    let before = score(&model);
    model
        .adapt(
            AdapterConfig {
                rank: 3,
                alpha: 6.0,
                targets: Target::ALL.to_vec(),
            },
            1,
        )
        .unwrap();
    assert_eq!(score(&model), before);

    let adapter = model.adapter().unwrap();
    adapter
        .save(folder.path(), "somewhere", Precision::F32)
        .unwrap();
    let again = Adapter::load(folder.path(), model.config()).unwrap();
    assert_eq!(again.config(), adapter.config());
    assert_eq!(bits(again.params().data()), bits(adapter.params().data()));
}

#[test]
fn what_is_not_understood_is_refused() {
    let model = model("qwen2-tied");
    let check = |change: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        let text =
            std::fs::read_to_string(directory("adapter").join("adapter_config.json")).unwrap();
        let text = text.trim_end().trim_end_matches('}').to_owned() + ", " + change + "}";
        std::fs::write(folder.path().join("adapter_config.json"), text).unwrap();
        let error = Adapter::load(folder.path(), model.config())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(r#""peft_type": "IA3""#, "peft_type is \"IA3\"");
    check(r#""use_dora": true"#, "use_dora is not implemented");
    check(r#""r": 0"#, "r is not a positive integer");
    check(r#""target_modules": ["c_attn"]"#, "known are q_proj");
    check(
        r#""modules_to_save": ["lm_head"]"#,
        "modules_to_save is not implemented",
    );
    check(r#""bias": "all""#, "bias is \"all\"");

    let mut other = crate::fixture::model("qwen2-tied");
    let adapter = Adapter::load(
        &directory("adapter"),
        crate::fixture::model("qwen3-tied").config(),
    )
    .unwrap();
    let error = other.set_adapter(Some(adapter)).unwrap_err().to_string();
    assert!(error.contains("another shape"), "{error}");
}
