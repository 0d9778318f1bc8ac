//! `bughound repair`, as typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AgentArgs, IssueKind};

/// Repair an issue: rank places, propose changes, run them in sandboxes, vote, print a reviewed diff
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RepairArgs {
    /// The issue: its title, then its text. `-` reads it from standard input
    #[arg(value_name = "ISSUE")]
    pub(crate) issue: Option<String>,
    /// Read the issue from a file; `-` is standard input [default with `--task`: the task's]
    #[arg(long = "issue", value_name = "FILE", conflicts_with = "issue")]
    pub(crate) issue_file: Option<PathBuf>,
    /// What the issue is: a text that somebody wrote, or the log of a build or of tests. `auto` looks at it
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub(crate) issue_kind: IssueKind,
    /// The repository: a working directory, which is copied with its uncommitted work, a bare clone, or a folder [default:
    /// the tree of `--task`, else the current folder]
    #[arg(long, value_name = "PATH", help_heading = "Repository")]
    pub(crate) repo: Option<PathBuf>,
    /// A branch, a tag, a commit id or `HEAD~3` [default: the files of the working directory as they are now]
    #[arg(
        long,
        alias = "revision",
        value_name = "REV",
        help_heading = "Repository"
    )]
    pub(crate) rev: Option<String>,
    /// Leave the history alone while places are ranked
    #[arg(long, help_heading = "Repository")]
    pub(crate) no_history: bool,
    /// Candidates from a file: a patch, or JSON (lines, a list) of patches or of objects with `id` and `patch`
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "propose",
        help_heading = "Candidates"
    )]
    pub(crate) patches: Option<PathBuf>,
    /// Who proposes changes [default: samples]
    #[arg(long, value_name = "WHO", help_heading = "Candidates")]
    pub(crate) propose: Option<ProposeChoice>,
    /// How many samples or episodes [default: 10 samples, 1 episode]
    #[arg(long, value_name = "N", help_heading = "Candidates", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) samples: Option<u16>,
    /// How many places a model is shown
    #[arg(short = 'k', long, value_name = "N", default_value_t = 8, help_heading = "Candidates", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) places: u16,
    /// Keep samples in this file; where it has some already, only the others are asked for
    #[arg(long, value_name = "FILE", help_heading = "Candidates")]
    pub(crate) keep: Option<PathBuf>,
    /// Append the traces of episodes to this file
    #[arg(long, value_name = "FILE", help_heading = "Candidates")]
    pub(crate) trace: Option<PathBuf>,
    /// How the project is built and tested: a folder with a task.toml or base.toml, or the id of a task that comes with
    /// bughound [default: by the build system's files]
    #[arg(long, value_name = "FOLDER", help_heading = "Running")]
    pub(crate) task: Option<PathBuf>,
    /// How it is built; may be repeated
    #[arg(long, value_name = "COMMAND", help_heading = "Running")]
    pub(crate) build: Vec<String>,
    /// How it is tested; may be repeated
    #[arg(long, value_name = "COMMAND", help_heading = "Running")]
    pub(crate) test: Vec<String>,
    /// How results are read per test, such as pytest, tap or none [default: by the test command]
    #[arg(long, value_name = "FORMAT", help_heading = "Running")]
    pub(crate) results: Option<String>,
    /// A further dependency, as the build system writes it; may be repeated
    #[arg(long, value_name = "DEPENDENCY", help_heading = "Running")]
    pub(crate) pin: Vec<String>,
    /// A command that fails as long as the issue is there
    #[arg(long, value_name = "COMMAND", help_heading = "Running")]
    pub(crate) reproduce: Option<String>,
    /// Seconds that one command may take
    #[arg(long, value_name = "N", help_heading = "Running", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seconds: Option<u64>,
    /// Run nothing: patches are read, applied to a copy and parsed
    #[arg(long, help_heading = "Running", conflicts_with_all = ["task", "build", "test", "reproduce"])]
    pub(crate) no_run: bool,
    /// Files that a change may touch (a glob, `**` crosses folders); may be repeated [default: all]
    #[arg(long, value_name = "GLOB", help_heading = "Running")]
    pub(crate) allow: Vec<String>,
    /// Files that no change touches: left out of it, and named; may be repeated [default: the tests that are there]
    #[arg(long, value_name = "GLOB", help_heading = "Running")]
    pub(crate) protect: Vec<String>,
    /// Write the chosen change into the working directory, unless files that it changes have uncommitted work
    #[arg(long, conflicts_with = "rev")]
    pub(crate) apply: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RepairFormat,
    /// The name under which it is recorded and predicted
    #[arg(long, value_name = "ID", default_value = "repair")]
    pub(crate) instance_id: String,
    #[command(flatten)]
    pub(crate) agent: AgentArgs,
}

/// Who proposes changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProposeChoice {
    /// A model, from the code of the ranked places (`--model`)
    Samples,
    /// An agent with tools in a copy of the project (`--policy http` or `replay`)
    Agent,
}

/// How a review is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RepairFormat {
    /// For people, and for `git apply`: what is said is comments before the diff
    Text,
    /// One JSON document
    Json,
    /// The diff alone
    Diff,
    /// A line of SWE-bench's predictions
    Predictions,
}

const EXAMPLES: &str = "\
The working directory is copied and never written without --apply. Exit codes: 0 where nothing speaks against the change \
that was chosen, 1 where something does or nothing was chosen.

Examples:
  bughound repair --issue report.md --model qwen3 --base-url http://localhost:8000/v1
  bughound repair --issue report.md --propose agent --policy http --model qwen3 --base-url http://localhost:8000/v1
  bughound repair --issue report.md --patches candidates.jsonl --test 'python -m pytest -q' --reproduce 'python bug.py'
  bughound repair --task py-toolz-0.12.1-mutation-1 --patches fix.diff";
