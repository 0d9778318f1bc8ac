//! Adapters as PEFT keeps them: `adapter_config.json` and `adapter_model.safetensors`.

use std::path::Path;

use serde_json::{Value, json};

use super::{Precision, read_directory, read_json, write_directory, write_json};
use crate::Error;
use crate::config::ModelConfig;
use crate::model::{Adapter, AdapterConfig, Target};

impl Adapter {
    /// Reads an adapter for a model of this shape.
    pub fn load(directory: &Path, model: &ModelConfig) -> Result<Self, Error> {
        let path = directory.join("adapter_config.json");
        let value = read_json(&path)?;
        let config = understood(&value).map_err(|problem| Error::file(&path, problem))?;
        let mut adapter = Self::zeros(model, config)?;
        read_directory(directory, "adapter_model", adapter.params_mut(), |_| false)?;
        Ok(adapter)
    }

    /// Writes both files into a directory that exists. `base` is where the model is that it belongs to.
    pub fn save(&self, directory: &Path, base: &str, precision: Precision) -> Result<(), Error> {
        let config = self.config();
        let targets: Vec<&str> = config.targets.iter().map(|target| target.name()).collect();
        let value = json!({
            "base_model_name_or_path": base,
            "bias": "none",
            "fan_in_fan_out": false,
            "inference_mode": true,
            "init_lora_weights": true,
            "lora_alpha": config.alpha,
            "lora_dropout": 0.0,
            "peft_type": "LORA",
            "r": config.rank,
            "target_modules": targets,
            "task_type": "CAUSAL_LM",
            "use_dora": false,
            "use_rslora": false,
        });
        write_json(&directory.join("adapter_config.json"), &value)?;
        write_directory(
            directory,
            "adapter_model",
            self.params(),
            precision,
            usize::MAX,
        )
    }
}

fn understood(value: &Value) -> Result<AdapterConfig, String> {
    if value["peft_type"] != "LORA" {
        return Err(format!(
            "peft_type is {}, and only \"LORA\" is known",
            value["peft_type"]
        ));
    }
    for setting in ["use_dora", "use_rslora", "fan_in_fan_out", "lora_bias"] {
        if value[setting] == true {
            return Err(format!("{setting} is not implemented"));
        }
    }
    for setting in ["rank_pattern", "alpha_pattern"] {
        if value[setting]
            .as_object()
            .is_some_and(|map| !map.is_empty())
        {
            return Err(format!("{setting} is not implemented"));
        }
    }
    for setting in ["modules_to_save", "layers_to_transform"] {
        if !value[setting].is_null() {
            return Err(format!("{setting} is not implemented"));
        }
    }
    if !(value["bias"].is_null() || value["bias"] == "none") {
        return Err(format!(
            "bias is {}, and only \"none\" is known",
            value["bias"]
        ));
    }
    let rank = value["r"]
        .as_u64()
        .filter(|rank| *rank > 0)
        .ok_or("r is not a positive integer")?;
    let alpha = value["lora_alpha"]
        .as_f64()
        .ok_or("lora_alpha is not a number")?;
    let names = value["target_modules"]
        .as_array()
        .ok_or("target_modules is not a list of names")?;
    let mut targets = Vec::new();
    for name in names {
        let target = name.as_str().and_then(Target::from_name);
        targets.push(target.ok_or_else(|| {
            let known = Target::ALL.map(Target::name).join(", ");
            format!("target_modules names {name}; known are {known}")
        })?);
    }
    Ok(AdapterConfig {
        rank: rank as usize,
        alpha: alpha as f32,
        targets,
    })
}
