//! `bughound locate`, as typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AgentArgs, RepoArgs};

/// Rank the places that must probably change to resolve an issue
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LocateArgs {
    /// The issue: its title, then its text. `-` reads it from standard input. A GitHub issue's JSON (with
    /// `title` and `body`) is understood too
    #[arg(value_name = "ISSUE", required_unless_present = "issue_file")]
    pub(crate) issue: Option<String>,
    /// Read the issue from a file
    #[arg(long = "issue", value_name = "FILE", conflicts_with = "issue")]
    pub(crate) issue_file: Option<PathBuf>,
    /// What the issue is: a text that somebody wrote, or the log of a build or of tests. `auto` looks at it
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub(crate) issue_kind: IssueKind,
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// How many places to print
    #[arg(short, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) k: u32,
    /// Leave out places that are less likely than this to be right, from 0 to 1
    #[arg(long, value_name = "P", value_parser = probability)]
    pub(crate) min_probability: Option<f32>,
    /// How finely the answer is cut
    #[arg(long, value_name = "LEVEL", default_value = "function")]
    pub(crate) level: LevelChoice,
    /// How to print the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: LocateFormat,
    /// Leave the history alone
    #[arg(long)]
    pub(crate) no_history: bool,
    /// Print every reason, with its share of the score
    #[arg(long)]
    pub(crate) explain: bool,
    /// Print this many source lines around the most relevant one; 0 for no source
    #[arg(short = 'C', long, value_name = "N", default_value_t = 2)]
    pub(crate) context: u32,
    /// Let a model order the best candidates, in one request with their sources: needs `--model` and
    /// `--base-url`
    #[arg(long, help_heading = "Policy", requires = "model", conflicts_with_all = ["protocol", "replay", "trace"])]
    pub(crate) rerank: bool,
    /// How many candidates `--rerank` asks about [default: 20]
    #[arg(long, value_name = "N", help_heading = "Policy", requires = "rerank", value_parser = clap::value_parser!(u32).range(2..=100))]
    pub(crate) rerank_candidates: Option<u32>,
    #[command(flatten)]
    pub(crate) agent: AgentArgs,
    /// Append the search's trace to this file: what was asked, called, answered, and what it cost
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    pub(crate) trace: Option<PathBuf>,
}

/// What an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IssueKind {
    /// As it looks
    Auto,
    /// A text that somebody wrote
    Issue,
    /// The output of a build or of tests, of any length
    Log,
}

fn probability(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("a number from 0 to 1 is needed, such as 0.2".to_owned()),
    }
}

/// How finely an answer is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelChoice {
    /// Whole files
    File,
    /// Classes and other types
    Class,
    /// Functions, methods and types
    Function,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LocateFormat {
    /// For people, with source excerpts
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// `path:line:column: message`, for vim's quickfix list and its like
    Quickfix,
    /// For comments on issues
    Markdown,
}

const EXAMPLES: &str = "\
Examples:
  bughound locate \"QuerySet.bulk_create() crashes on an empty list\"
  gh issue view 1234 --json title,body | bughound locate -
  pytest 2>&1 | bughound locate -
  bughound locate --repo ../django.git --rev 4.2 --issue report.md --format json
  bughound locate --rerank --model qwen3 --base-url http://localhost:8000/v1 --issue report.md
  bughound locate --policy http --model qwen3 --base-url http://localhost:8000/v1 --issue report.md";
