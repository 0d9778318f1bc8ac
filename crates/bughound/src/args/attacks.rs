//! `bughound attacks`, as typed.

use std::path::PathBuf;

use clap::Args;

use super::ReportFormat;

/// Say which attacks fool a reward, and which honest fixes it refuses
///
/// Small projects are broken in one place; each attack makes its failure disappear without mending it, each honest fix
/// mends it. All run in sandboxes.
#[derive(Debug, Args)]
pub(crate) struct AttacksArgs {
    /// Which: `build` (the commands end with status 0), `hardened` (judged in a fresh place), `judge` (a model is asked),
    /// `all(hardened, judge)` (both), or `all` for the simple ones, each by itself
    #[arg(long, value_name = "NAME", default_value = "hardened")]
    pub(crate) reward: String,
    /// These cases alone, by name; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Vec<String>,
    /// Projects that need a registry while they are prepared, too
    #[arg(long)]
    pub(crate) registries: bool,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
    /// `judge`: the model's name at the server
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// `judge`: where the server is, such as http://localhost:8000/v1
    #[arg(long, visible_alias = "server", value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// `judge`: the environment variable that holds the server's key [default: BUGHOUND_API_KEY, else OPENAI_API_KEY]
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) api_key_env: Option<String>,
    /// `judge`: append every opinion to this file (JSON lines)
    #[arg(long, value_name = "FILE")]
    pub(crate) opinions: Option<PathBuf>,
    /// `judge`: how often a request is sent again after 429, 5xx, a time-out or a broken connection
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) retries: u32,
    /// `judge`: take its verdicts from this file, such as `--opinions` wrote; nothing is run and nobody is asked
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "base_url", "opinions", "reward"])]
    pub(crate) verdicts: Option<PathBuf>,
    /// Ask nothing from outside, to see what those questions are worth
    #[arg(long)]
    pub(crate) without_oracle: bool,
}
