//! What shape is the model? `config.json` of Qwen2 and Qwen3, checked.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Error;

/// The names in `architectures` that are known.
const KNOWN: [&str; 2] = ["Qwen2ForCausalLM", "Qwen3ForCausalLM"];

/// Which kind of decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Qwen2 and Qwen2.5: biases on queries, keys and values.
    Qwen2,
    /// Qwen3, dense: queries and keys normalised per head, no biases.
    Qwen3,
}

/// The shape of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// Which kind of decoder.
    pub family: Family,
    /// How many tokens there are.
    pub vocab: usize,
    /// The width of the residual stream.
    pub hidden: usize,
    /// How many layers.
    pub layers: usize,
    /// How many heads of queries.
    pub heads: usize,
    /// How many heads of keys and values; divides `heads`.
    pub kv_heads: usize,
    /// The width of a head; even.
    pub head_dim: usize,
    /// The inner width of the feed-forward part.
    pub feed_forward: usize,
    /// What is added to the mean square in RMSNorm.
    pub norm_eps: f32,
    /// The base of the rotary embedding's wavelengths.
    pub rope_theta: f64,
    /// The most positions that the model was made for.
    pub context: usize,
    /// The embedding is the head, too.
    pub tied: bool,
    /// The deviation of random weights.
    pub init_range: f64,
    /// Tokens that end a text, as `config.json` names them.
    pub end_tokens: Vec<u32>,
}

impl ModelConfig {
    /// Reads `config.json` of a model's directory.
    pub fn load(directory: &Path) -> Result<Self, Error> {
        let path = directory.join("config.json");
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let value = serde_json::from_str(&text).map_err(|error| Error::file(&path, error))?;
        Self::from_json(&value)
    }

    /// Understands the contents of `config.json`.
    pub fn from_json(value: &Value) -> Result<Self, Error> {
        let empty = Map::new();
        let fields = Fields(value.as_object().unwrap_or(&empty));
        let family = fields.family()?;
        fields.refuse_what_is_not_implemented()?;
        let heads = fields.count("num_attention_heads")?;
        let hidden = fields.count("hidden_size")?;
        let head_dim = match (family, fields.optional_count("head_dim")?) {
            (_, Some(dim)) => dim,
            (Family::Qwen3, None) => 128,
            (Family::Qwen2, None) => hidden / heads,
        };
        let config = Self {
            family,
            vocab: fields.count("vocab_size")?,
            hidden,
            layers: fields.count("num_hidden_layers")?,
            heads,
            kv_heads: fields
                .optional_count("num_key_value_heads")?
                .unwrap_or(heads),
            head_dim,
            feed_forward: fields.count("intermediate_size")?,
            norm_eps: fields.number("rms_norm_eps")?.unwrap_or(1e-6) as f32,
            rope_theta: fields.rope_theta()?,
            context: fields.count("max_position_embeddings")?,
            tied: fields.flag("tie_word_embeddings")?.unwrap_or(false),
            init_range: fields.number("initializer_range")?.unwrap_or(0.02),
            end_tokens: fields.tokens("eos_token_id")?,
        };
        config.check()?;
        Ok(config)
    }

    /// Says what contradicts itself.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |setting: &str, problem: String| {
            Err(Error::Setting {
                setting: setting.to_owned(),
                problem,
            })
        };
        if !self.heads.is_multiple_of(self.kv_heads) {
            return wrong(
                "num_key_value_heads",
                format!(
                    "= {} does not divide num_attention_heads = {}",
                    self.kv_heads, self.heads
                ),
            );
        }
        if !self.head_dim.is_multiple_of(2) {
            return wrong(
                "head_dim",
                format!(
                    "= {} is odd, which rotary positions cannot be",
                    self.head_dim
                ),
            );
        }
        if self.vocab > u32::MAX as usize {
            return wrong(
                "vocab_size",
                format!("= {} does not fit in 32 bits", self.vocab),
            );
        }
        Ok(())
    }

    /// The contents of `config.json`, as transformers reads it.
    pub fn to_json(&self) -> Value {
        let (architecture, model_type) = match self.family {
            Family::Qwen2 => (KNOWN[0], "qwen2"),
            Family::Qwen3 => (KNOWN[1], "qwen3"),
        };
        let mut value = json!({
            "architectures": [architecture],
            "model_type": model_type,
            "attention_dropout": 0.0,
            "head_dim": self.head_dim,
            "hidden_act": "silu",
            "hidden_size": self.hidden,
            "initializer_range": self.init_range,
            "intermediate_size": self.feed_forward,
            "max_position_embeddings": self.context,
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "num_key_value_heads": self.kv_heads,
            // Through its shortest decimal form, so that 1e-6 stays 1e-6.
            "rms_norm_eps": self.norm_eps.to_string().parse::<f64>().unwrap_or(1e-6),
            "rope_theta": self.rope_theta,
            "sliding_window": null,
            "tie_word_embeddings": self.tied,
            "torch_dtype": "float32",
            "use_cache": true,
            "use_sliding_window": false,
            "vocab_size": self.vocab,
        });
        if self.family == Family::Qwen3 {
            value["attention_bias"] = json!(false);
        }
        match self.end_tokens.as_slice() {
            [] => {}
            [one] => value["eos_token_id"] = json!(one),
            many => value["eos_token_id"] = json!(many),
        }
        value
    }

    /// How many numbers the model's weights are.
    pub fn weights(&self) -> usize {
        let (queries, keys) = (self.heads * self.head_dim, self.kv_heads * self.head_dim);
        let extra = match self.family {
            Family::Qwen2 => queries + 2 * keys,
            Family::Qwen3 => 2 * self.head_dim,
        };
        let layer = self.hidden * (2 * queries + 2 * keys + 3 * self.feed_forward + 2) + extra;
        let embeddings = if self.tied { 1 } else { 2 };
        self.layers * layer + embeddings * self.vocab * self.hidden + self.hidden
    }
}

/// The members of `config.json`, asked by name.
struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    fn family(&self) -> Result<Family, Error> {
        let found = self
            .0
            .get("architectures")
            .and_then(|list| list.get(0))
            .and_then(Value::as_str)
            .unwrap_or_default();
        match found {
            "Qwen2ForCausalLM" => Ok(Family::Qwen2),
            "Qwen3ForCausalLM" => Ok(Family::Qwen3),
            _ => Err(Error::Architecture {
                found: found.to_owned(),
                known: KNOWN.to_vec(),
            }),
        }
    }

    /// Settings that change results must be known or absent.
    fn refuse_what_is_not_implemented(&self) -> Result<(), Error> {
        if self.flag("use_sliding_window")? == Some(true) {
            return Err(wrong(
                "use_sliding_window",
                "is true, and attention sees the whole context here",
            ));
        }
        if let Some(kinds) = self.0.get("layer_types").and_then(Value::as_array)
            && let Some(kind) = kinds.iter().find(|kind| **kind != "full_attention")
        {
            return Err(wrong(
                "layer_types",
                &format!("names {kind}, and only \"full_attention\" is known"),
            ));
        }
        if let Some(value) = self.0.get("rope_scaling").filter(|value| !value.is_null()) {
            return Err(wrong(
                "rope_scaling",
                &format!("= {value} is not implemented"),
            ));
        }
        if let Some(kind) = self
            .rope_parameter("rope_type")
            .filter(|kind| *kind != "default")
        {
            return Err(wrong(
                "rope_parameters.rope_type",
                &format!("= {kind} is not implemented"),
            ));
        }
        if let Some(act) = self.0.get("hidden_act").filter(|act| *act != "silu") {
            return Err(wrong(
                "hidden_act",
                &format!("= {act}, and only \"silu\" is known"),
            ));
        }
        if self.flag("attention_bias")? == Some(true) {
            return Err(wrong("attention_bias", "is true, which is not implemented"));
        }
        Ok(())
    }

    fn rope_parameter(&self, name: &str) -> Option<&Value> {
        self.0
            .get("rope_parameters")
            .and_then(|value| value.get(name))
    }

    /// Newer configurations keep it among the `rope_parameters`.
    fn rope_theta(&self) -> Result<f64, Error> {
        if let Some(theta) = self.rope_parameter("rope_theta").and_then(Value::as_f64) {
            return Ok(theta);
        }
        Ok(self.number("rope_theta")?.unwrap_or(10_000.0))
    }

    fn present(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn count(&self, name: &str) -> Result<usize, Error> {
        self.optional_count(name)?
            .ok_or_else(|| wrong(name, "is missing"))
    }

    fn optional_count(&self, name: &str) -> Result<Option<usize>, Error> {
        let Some(value) = self.present(name) else {
            return Ok(None);
        };
        match value.as_u64().and_then(|count| usize::try_from(count).ok()) {
            Some(count) if count > 0 => Ok(Some(count)),
            _ => Err(wrong(name, &format!("= {value} is not a positive integer"))),
        }
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        match self.present(name) {
            None => Ok(None),
            Some(value) => match value.as_f64().filter(|number| *number > 0.0) {
                Some(number) => Ok(Some(number)),
                None => Err(wrong(name, &format!("= {value} is not a positive number"))),
            },
        }
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.present(name) {
            None => Ok(None),
            Some(value) => value
                .as_bool()
                .map(Some)
                .ok_or_else(|| wrong(name, &format!("= {value} is neither true nor false"))),
        }
    }

    /// One token or a list of them.
    fn tokens(&self, name: &str) -> Result<Vec<u32>, Error> {
        let Some(value) = self.present(name) else {
            return Ok(Vec::new());
        };
        let list = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        list.iter()
            .map(|token| token.as_u64().and_then(|token| u32::try_from(token).ok()))
            .collect::<Option<_>>()
            .ok_or_else(|| {
                wrong(
                    name,
                    &format!("= {value} is not a token or a list of tokens"),
                )
            })
    }
}

fn wrong(setting: &str, problem: &str) -> Error {
    Error::Setting {
        setting: setting.to_owned(),
        problem: problem.to_owned(),
    }
}
