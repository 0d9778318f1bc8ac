//! Model directories, good and bad.

use std::path::Path;

use bughound_nn::{Model, ModelConfig, Precision};
use serde_json::{Value, json};

use crate::fixture::{MODELS, bits, directory, model};

fn config_of(name: &str) -> Value {
    let text = std::fs::read_to_string(directory(name).join("config.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The fixture's directory with another `config.json`.
fn changed(name: &str, change: impl Fn(&mut Value)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(directory(name)).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let mut config = config_of(name);
    change(&mut config);
    std::fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
    folder
}

#[track_caller]
fn refused(directory: &Path, expected: &str) {
    let error = Model::load(directory).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn saved_models_come_back_and_other_programs_read_them() {
    for name in MODELS {
        let model = model(name);
        assert_eq!(model.config().weights(), model.weights().data().len());
        for (precision, bytes) in [(Precision::F32, usize::MAX), (Precision::Bf16, 20_000)] {
            let folder = tempfile::tempdir().unwrap();
            model
                .save_in_parts(folder.path(), precision, bytes)
                .unwrap();
            let again = Model::load(folder.path()).unwrap();
            assert_eq!(again.config(), model.config());
            // The fixtures' weights are bf16, so that nothing is lost.
            assert_eq!(bits(again.weights().data()), bits(model.weights().data()));
            let file = folder.path().join("model.safetensors");
            assert_eq!(file.exists(), bytes == usize::MAX);
            if file.exists() {
                let bytes = std::fs::read(file).unwrap();
                let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
                assert_eq!(tensors.len(), model.weights().slots().len());
                let shape = tensors
                    .tensor("model.layers.1.mlp.up_proj.weight")
                    .unwrap()
                    .shape()
                    .to_vec();
                assert_eq!(shape, [48, 32]);
            }
        }
    }
}

#[test]
fn random_models_depend_on_their_seed_alone() {
    let config = model("qwen2-untied").config().clone();
    let one = Model::random(config.clone(), 1).unwrap();
    assert_eq!(
        bits(one.weights().data()),
        bits(Model::random(config.clone(), 1).unwrap().weights().data())
    );
    assert_ne!(
        bits(one.weights().data()),
        bits(Model::random(config, 2).unwrap().weights().data())
    );
    let deviation = |name: &str| {
        let numbers = one.weights().named(name).unwrap();
        (numbers.iter().map(|x| x * x).sum::<f32>() / numbers.len() as f32).sqrt()
    };
    assert!((deviation("model.embed_tokens.weight") - 0.02).abs() < 0.002);
    assert!((deviation("model.layers.0.input_layernorm.weight") - 1.0).abs() < 1e-6);
    assert!(deviation("model.layers.0.self_attn.q_proj.bias") < 1e-9);
}

#[test]
fn configurations_are_checked() {
    let check = |change: fn(&mut Value), expected: &str| {
        let mut value = config_of("qwen3-untied");
        change(&mut value);
        let error = ModelConfig::from_json(&value).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        |c| c["architectures"] = json!(["LlamaForCausalLM"]),
        "\"LlamaForCausalLM\" is not known; known are Qwen2ForCausalLM, Qwen3ForCausalLM",
    );
    check(|c| *c = json!({}), "the architecture \"\" is not known");
    check(|c| *c = json!([1]), "the architecture \"\" is not known");
    check(
        |c| c["use_sliding_window"] = json!(true),
        "use_sliding_window is true",
    );
    check(
        |c| c["rope_scaling"] = json!({"type": "yarn"}),
        "rope_scaling = ",
    );
    check(
        |c| c["rope_parameters"]["rope_type"] = json!("yarn"),
        "rope_parameters.rope_type = \"yarn\"",
    );
    check(
        |c| c["layer_types"][0] = json!("sliding_attention"),
        "layer_types names \"sliding_attention\"",
    );
    check(|c| c["hidden_act"] = json!("gelu"), "hidden_act = \"gelu\"");
    check(
        |c| c["hidden_size"] = json!(-1),
        "hidden_size = -1 is not a positive integer",
    );
    check(|c| c["hidden_size"] = json!(null), "hidden_size is missing");
    check(|c| c["num_key_value_heads"] = json!(3), "does not divide");
    check(|c| c["head_dim"] = json!(15), "head_dim = 15 is odd");
    check(|c| c["rms_norm_eps"] = json!("x"), "rms_norm_eps = \"x\"");
    check(
        |c| c["tie_word_embeddings"] = json!(1),
        "tie_word_embeddings = 1",
    );
}

#[test]
fn directories_that_do_not_fit_say_what_and_how() {
    refused(Path::new("/nowhere/at/all"), "/nowhere/at/all/config.json");
    let folder = changed("qwen3-tied", |c| c["num_hidden_layers"] = json!(3));
    refused(
        folder.path(),
        "the tensor model.layers.2.input_layernorm.weight of shape [32] is in none",
    );
    let folder = changed("qwen3-tied", |c| c["num_hidden_layers"] = json!(1));
    refused(
        folder.path(),
        "the tensor model.layers.1.input_layernorm.weight of shape [32] has no place",
    );
    let folder = changed("qwen3-tied", |c| c["intermediate_size"] = json!(40));
    refused(
        folder.path(),
        "has shape [32, 48], and config.json asks for [32, 40]",
    );
    let folder = changed("qwen3-tied", |c| c["tie_word_embeddings"] = json!(false));
    refused(
        folder.path(),
        "the tensor lm_head.weight of shape [96, 32] is in none",
    );

    let folder = changed("qwen3-tied", |_| ());
    let file = folder.path().join("model.safetensors");
    let whole = std::fs::read(&file).unwrap();
    for (bytes, expected) in [
        (&whole[..whole.len() - 1], "was cut off"),
        (&whole[..100], "cut off"),
        (&whole[..3], "is no safetensors file"),
        (
            b"version https://git-lfs.github.com/spec/v1\n".as_slice(),
            "is no safetensors file",
        ),
    ] {
        std::fs::write(&file, bytes).unwrap();
        refused(folder.path(), expected);
    }
    std::fs::remove_file(&file).unwrap();
    refused(folder.path(), "model.safetensors");

    let folder = changed("qwen2-tied", |_| ());
    std::fs::remove_file(folder.path().join("model-00002-of-00003.safetensors")).unwrap();
    refused(folder.path(), "model-00002-of-00003.safetensors");
    std::fs::write(
        folder.path().join("model.safetensors.index.json"),
        r#"{"weight_map": {"a": "../x"}}"#,
    )
    .unwrap();
    refused(folder.path(), "which is not in this directory");
}
