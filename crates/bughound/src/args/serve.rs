//! `bughound serve`, as typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::mcp::address;

/// Serve a model to other programs
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(subcommand)]
    pub(crate) command: ServeCommand,
}

/// What to serve.
#[derive(Debug, Subcommand)]
pub(crate) enum ServeCommand {
    /// Serve a model from its folder as an OpenAI-compatible server
    Model(ServeModelArgs),
}

/// Serve a model from its folder as an OpenAI-compatible server
#[derive(Debug, Args)]
#[command(after_help = "\
POST /v1/chat/completions (streams, tools, log-probabilities, token ids), GET /v1/models, GET /health.

Examples:
  bughound serve model --model models/tiny --http 8000
  bughound locate --policy http --model tiny --base-url http://127.0.0.1:8000/v1 < issue.md")]
pub(crate) struct ServeModelArgs {
    /// The model's folder: config.json, safetensors, tokenizer.json, chat template
    #[arg(long, value_name = "DIR")]
    pub(crate) model: PathBuf,
    /// What clients call it [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Where to listen; port 0 chooses a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8000", value_parser = address)]
    pub(crate) http: SocketAddr,
    /// Let other machines connect; there is no password
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Replies that are written at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) slots: u16,
}
