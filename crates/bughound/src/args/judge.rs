//! Which model judges repairs, as typed.

use std::path::PathBuf;

use clap::Args;

/// Which model has the last word in `repair-full`; nobody, where none is named.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judge")]
pub(crate) struct JudgeArgs {
    /// The judge's name at its server
    #[arg(long, value_name = "NAME", requires = "judge_url")]
    pub(crate) judge_model: Option<String>,
    /// Where the judge's server is, such as http://localhost:8000/v1
    #[arg(long, value_name = "URL", requires = "judge_model")]
    pub(crate) judge_url: Option<String>,
    /// The environment variable that holds that server's key [default: BUGHOUND_API_KEY, else OPENAI_API_KEY]
    #[arg(long, value_name = "VARIABLE", requires = "judge_model")]
    pub(crate) judge_key_env: Option<String>,
    /// Append every opinion of the judge to this file (JSON lines)
    #[arg(long, value_name = "FILE", requires = "judge_model")]
    pub(crate) opinions: Option<PathBuf>,
}
