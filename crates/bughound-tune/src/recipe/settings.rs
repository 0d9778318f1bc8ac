//! The fields of a recipe.

use bughound_nn::{Family, ModelConfig};
use bughound_objective::{AdvantageSettings, Baseline, KlToReference, ObjectiveSettings};
use bughound_trace::Budgets;
use serde::{Deserialize, Serialize};

use crate::select::SelectSettings;

/// Everything that decides how a model is trained. What lies where, and how many threads there are, is not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// [`Recipe::FORMAT`].
    pub format: String,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Where its numbers come from.
    pub source: String,
    /// Of every random choice.
    pub seed: u64,
    /// What is trained.
    pub model: ModelSettings,
    /// Where it acts.
    pub environment: EnvironmentSettings,
    /// The first stage; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sft: Option<SftSettings>,
    /// The second stage; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grpo: Option<GrpoSettings>,
}

/// What is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    /// A folder as Hugging Face has it, or a name like `Qwen/Qwen2.5-Coder-7B-Instruct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its shape. Without `from`, a Qwen3 of this shape begins with random weights; with it, this is for plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// The longest sequence, in tokens.
    pub context: usize,
    /// Low-rank adapters in place of all weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lora: Option<LoraSettings>,
    /// Whether activations of a layer are computed again in the backward pass rather than kept.
    #[serde(default)]
    pub recompute: bool,
}

/// The shape of a decoder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Tokens of the vocabulary; the most, where it is learnt from the training projects.
    pub vocabulary: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Layers.
    pub layers: usize,
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values.
    pub key_value_heads: usize,
    /// Size of a head.
    pub head: usize,
    /// Width within the feed-forward part.
    pub feed_forward: usize,
    /// Whether the embedding is the head, too.
    pub tied: bool,
}

impl Shape {
    /// As the engine knows it, for sequences of `context` tokens; `vocabulary` is the tokenizer's, and `end` what ends a text.
    pub fn config(&self, context: usize, vocabulary: usize, end: &[u32]) -> ModelConfig {
        ModelConfig {
            family: Family::Qwen3,
            vocab: vocabulary,
            hidden: self.hidden,
            layers: self.layers,
            heads: self.heads,
            kv_heads: self.key_value_heads,
            head_dim: self.head,
            feed_forward: self.feed_forward,
            norm_eps: 1e-6,
            rope_theta: 10_000.0,
            context,
            tied: self.tied,
            init_range: 0.02,
            end_tokens: end.to_vec(),
        }
    }
}

/// Low-rank adapters (Hu et al., *LoRA*, ICLR 2022).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoraSettings {
    /// Rank.
    pub rank: usize,
    /// What is added is scaled by alpha/rank.
    pub alpha: f64,
    /// Which products have one: `q_proj`, `k_proj`, …
    pub targets: Vec<String>,
}

/// What kind of episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A repository is searched for what an issue is about; the reward is nDCG@5.
    Search,
    /// A broken build is repaired; the reward is one of the testbed's.
    Repair,
}

/// What becomes of thoughts in what is imitated. arXiv 2510.22075 compares the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thinking {
    /// They are imitated.
    Keep,
    /// They are taken out.
    #[default]
    Strip,
}

/// Where a model acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentSettings {
    /// What kind of episodes.
    pub kind: Kind,
    /// The protocol's name.
    pub protocol: String,
    /// The reward's name: `ndcg@5`, or for repairs `build`, `hardened`, …
    pub reward: String,
    /// What an episode may spend.
    #[serde(default)]
    pub budgets: Budgets,
}

/// How weights are moved: AdamW with decoupled decay (Loshchilov and Hutter, ICLR 2019).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerSettings {
    /// Rate of learning after warm-up.
    pub rate: f64,
    /// Decay of the two means.
    pub betas: (f64, f64),
    /// Added to the root.
    #[serde(default = "epsilon")]
    pub epsilon: f64,
    /// Decoupled decay of weights.
    pub weight_decay: f64,
    /// Share of all steps in which the rate rises from 0.
    pub warm_up: f64,
    /// How it goes on.
    pub schedule: Schedule,
    /// The gradient's length is cut to this.
    pub clip: f64,
}

fn epsilon() -> f64 {
    1e-8
}

/// How the rate of learning goes after warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls to 0 along half a cosine.
    Cosine,
}

/// The first stage: imitation of episodes that were chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SftSettings {
    /// Passes over the episodes.
    pub epochs: usize,
    /// Sequences of a step.
    pub batch: usize,
    /// Tokens that are computed at once; a step's sequences are spread over as many passes as that takes.
    pub pass_tokens: usize,
    /// What becomes of thoughts.
    #[serde(default)]
    pub thinking: Thinking,
    /// Which episodes.
    #[serde(default)]
    pub select: SelectSettings,
    /// How weights are moved.
    pub optimizer: OptimizerSettings,
}

/// The second stage: reinforcement with live tools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrpoSettings {
    /// Steps.
    pub steps: usize,
    /// Tasks of a step.
    pub tasks: usize,
    /// Episodes of each task.
    pub group: usize,
    /// Updates with the episodes of a step, each on its share of them.
    pub updates: usize,
    /// Tokens that are computed at once.
    pub pass_tokens: usize,
    /// Of sampling.
    pub temperature: f64,
    /// Of sampling.
    pub top_p: f64,
    /// The most tokens of a reply.
    pub max_reply_tokens: usize,
    /// By how many steps the weights that sample may be behind those that are trained. 0: sampling and training take turns.
    #[serde(default)]
    pub staleness: usize,
    /// Tasks drawn in place of groups whose rewards are all equal, at most so many times the step's own.
    #[serde(default)]
    pub replace_groups: f64,
    /// Whether a group's advantages are divided by its standard deviation.
    pub by_deviation: bool,
    /// Whether an episode is held against the mean of the others rather than of all.
    #[serde(default)]
    pub leave_one_out: bool,
    /// How far below 1 a ratio still moves the policy.
    pub clip_low: f64,
    /// How far above 1.
    pub clip_high: f64,
    /// The largest ratio that counts for bad episodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dual_clip: Option<f64>,
    /// The pull towards the weights at the beginning; 0: none.
    #[serde(default)]
    pub kl: f64,
    /// Whether episodes that a budget cut off are left out.
    #[serde(default)]
    pub mask_truncated: bool,
    /// Steps between evaluations on held-out tasks.
    pub evaluate_every: usize,
    /// Steps between checkpoints.
    pub save_every: usize,
    /// How weights are moved.
    pub optimizer: OptimizerSettings,
}

impl GrpoSettings {
    /// What advantages are made of.
    pub fn advantages(&self) -> AdvantageSettings {
        AdvantageSettings {
            baseline: if self.leave_one_out {
                Baseline::LeaveOneOut
            } else {
                Baseline::Mean
            },
            by_deviation: self.by_deviation,
            ..AdvantageSettings::default()
        }
    }

    /// What the loss is made of.
    pub fn objective(&self) -> ObjectiveSettings {
        ObjectiveSettings {
            clip_low: self.clip_low,
            clip_high: self.clip_high,
            dual_clip: self.dual_clip,
            kl: (self.kl > 0.0).then_some(KlToReference {
                coefficient: self.kl,
            }),
            mask_truncated: self.mask_truncated,
            ..ObjectiveSettings::default()
        }
    }
}
