//! Who acts, by which protocol, and what it may spend, as typed.

use std::num::NonZeroU32;
use std::path::PathBuf;

use bughound_agent::PROTOCOLS;
use bughound_llm::DIALECTS;
use clap::Args;
use clap::builder::PossibleValuesParser;

/// The names of `--policy`, the default first.
pub(crate) const POLICIES: [&str; 5] = ["hound", "navigator", "http", "local", "replay"];

/// Who searches, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub(crate) struct AgentArgs {
    /// Who searches: `hound` (built in, no model), `navigator` (the same, and a trained network chooses what to open),
    /// `http` (a model behind any OpenAI-compatible server), `local` (a model in this process), `replay` (recorded traces)
    #[arg(long, value_name = "NAME", default_value = POLICIES[0], value_parser = PossibleValuesParser::new(POLICIES))]
    pub(crate) policy: String,
    /// What the built-in policy ranks by: `learned` (the network inside the binary), `hand` (weights set by hand), or
    /// a file that `train scorer` wrote
    #[arg(long, value_name = "WHICH", default_value = "learned")]
    pub(crate) weights: String,
    /// Which conversation it has with the repository [default: hound]
    #[arg(long, value_name = "NAME", value_parser = protocol_names())]
    pub(crate) protocol: Option<String>,
    /// The weights of `--policy navigator`: what `train sft` or `train grpo` wrote
    #[arg(long, value_name = "FILE", required_if_eq("policy", "navigator"))]
    pub(crate) navigator: Option<PathBuf>,
    /// The model's name at the server; its folder for `--policy local`
    #[arg(long, value_name = "NAME|DIR", required_if_eq_any([("policy", "http"), ("policy", "local")]))]
    pub(crate) model: Option<String>,
    /// Where the server is, such as http://localhost:8000/v1
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The environment variable that holds the server's key [default: BUGHOUND_API_KEY, else OPENAI_API_KEY]
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) api_key_env: Option<String>,
    /// How tools are described and called: by the server, or in the text
    #[arg(long, value_name = "NAME", default_value = "native", value_parser = dialect_names())]
    pub(crate) dialect: String,
    /// How tokens are drawn; 0 is greedy [default: the server's]
    #[arg(long, value_name = "T")]
    pub(crate) temperature: Option<f64>,
    /// The smallest set of tokens with this probability together [default: the server's]
    #[arg(long, value_name = "P")]
    pub(crate) top_p: Option<f64>,
    /// The most tokens of one reply [default: the server's]
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u32>,
    /// Ask for tokens and their log-probabilities, which traces then hold
    #[arg(long)]
    pub(crate) logprobs: bool,
    /// Ask for whole replies instead of streams
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// US dollars for a million tokens of prompts and of completions, and optionally of cached prompts:
    /// `2.5,10` or `2.5,10,1.25`
    #[arg(long, value_name = "IN,OUT[,CACHED]", value_delimiter = ',')]
    pub(crate) prices: Vec<f64>,
    /// How often a request is sent again after 429, 5xx, a time-out or a broken connection
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) retries: u32,
    /// Send no more than this many requests a minute, over all searches; repeated requests are not counted
    /// [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_minute: Option<NonZeroU32>,
    /// Append every exchange with the server to this file (JSON lines, without the key)
    #[arg(long, value_name = "FILE", conflicts_with = "cassette")]
    pub(crate) record: Option<PathBuf>,
    /// Let exchanges that `--record` kept answer instead of the server
    #[arg(long, value_name = "FILE", conflicts_with = "base_url")]
    pub(crate) cassette: Option<PathBuf>,
    /// The traces that `--policy replay` says again: a file or a run folder
    #[arg(long, value_name = "FILE", required_if_eq("policy", "replay"))]
    pub(crate) replay: Option<PathBuf>,
    /// From which the seed of every attempt is derived
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) budgets: BudgetArgs,
}

/// What an episode may spend.
#[derive(Debug, Args)]
#[command(next_help_heading = "Budgets of one search")]
pub(crate) struct BudgetArgs {
    /// How often the policy may be asked before its answer is [default: 30]
    #[arg(long, value_name = "N")]
    pub(crate) max_turns: Option<u32>,
    /// Tokens of all prompts together [default: 1000000]
    #[arg(long, value_name = "N")]
    pub(crate) max_prompt_tokens: Option<u64>,
    /// Tokens that it may write [default: 65536]
    #[arg(long, value_name = "N")]
    pub(crate) max_completion_tokens: Option<u64>,
    /// Tokens of one request, prompt and completion: the model's context, less room for the answer
    /// [default: 120000]
    #[arg(long, value_name = "N")]
    pub(crate) max_context_tokens: Option<u64>,
    /// Bytes of all tool output [default: 1048576]
    #[arg(long, value_name = "N")]
    pub(crate) max_tool_bytes: Option<u64>,
    /// Seconds until its answer is asked for [default: 900]
    #[arg(long, value_name = "N")]
    pub(crate) max_seconds: Option<u64>,
    /// Malformed replies in a row [default: 3]
    #[arg(long, value_name = "N")]
    pub(crate) max_malformed: Option<u32>,
    /// Calls of one turn that are carried out [default: 8]
    #[arg(long, value_name = "N")]
    pub(crate) max_calls_per_turn: Option<u32>,
}

fn protocol_names() -> PossibleValuesParser {
    PossibleValuesParser::new(PROTOCOLS.iter().map(|protocol| protocol.name()))
}

fn dialect_names() -> PossibleValuesParser {
    PossibleValuesParser::new(DIALECTS.map(bughound_llm::Dialect::name))
}
