//! `bughound traces`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ReportFormat;

/// Look at recorded episodes
#[derive(Debug, Args)]
#[command(after_help = "\
A file of traces is what `rollout` and `eval` write: traces.jsonl.zst, one zstd frame of one JSON line per episode. \
Plain .jsonl and run folders are read as well, also while they are being written. docs/traces.md describes the shape.")]
pub(crate) struct TracesArgs {
    #[command(subcommand)]
    pub(crate) command: TracesCommand,
}

/// What to do with traces.
#[derive(Debug, Subcommand)]
pub(crate) enum TracesCommand {
    /// Read one episode like a conversation: who said what, which calls were made, what they gave
    Show(TracesShowArgs),
    /// Many episodes in numbers: why they ended, turns, calls, tokens, cost, time, tools, rewards
    Stats(TracesStatsArgs),
    /// Tell which episodes of two files differ, whatever the clock said
    Diff(TracesDiffArgs),
    /// Write episodes as other programs read them: for fine-tuning, for reinforcement learning
    Export(TracesExportArgs),
    /// Turn logs of other agents into traces
    Import(TracesImportArgs),
}

/// Read one episode like a conversation
#[derive(Debug, Args)]
pub(crate) struct TracesShowArgs {
    /// A file of traces, or the folder of a run
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The episode with this id, as INSTANCE or INSTANCE#ATTEMPT
    #[arg(long, value_name = "ID", conflicts_with = "nth")]
    pub(crate) id: Option<String>,
    /// The Nth episode of the file, from 1 [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) nth: Option<u64>,
    /// Print all lines of all messages
    #[arg(long)]
    pub(crate) full: bool,
    /// How to print it; `json` is the whole trace
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Many episodes in numbers
#[derive(Debug, Args)]
pub(crate) struct TracesStatsArgs {
    /// Files of traces, or folders of runs
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// How to print the numbers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Tell which episodes of two files differ
#[derive(Debug, Args)]
#[command(after_help = "\
Episodes are paired by their ids. Calls with their arguments, results, messages, answers, reasons for the end and \
rewards are compared; times are not. Exit code: 0 where nothing differs, 1 where something does.")]
pub(crate) struct TracesDiffArgs {
    /// A file of traces, or the folder of a run
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// Another one
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// Print at most N differing episodes
    #[arg(short, value_name = "N", default_value_t = 20)]
    pub(crate) n: usize,
    /// How to print the differences
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Write episodes as other programs read them
#[derive(Debug, Args)]
#[command(after_help = "\
openai  JSON Lines with `messages` and `tools`, one line per stage of an episode: for supervised fine-tuning with \
TRL, axolotl, verl and others.
verl    parquet with the columns of verl's reinforcement learning, one row per task and stage: the messages before \
the policy's first reply, and what is right. The latter comes from the traces' rewards, or from --ground-truth.

Examples:
  bughound traces export run --to openai --min-reward 0.5 --without-faults --out sft.jsonl
  bughound traces export run --to verl --ground-truth run/ground-truth.json --out train.parquet")]
pub(crate) struct TracesExportArgs {
    /// Files of traces, or folders of runs
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// For whom
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: ExportChoice,
    /// Where to write [default for openai: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Episodes with at least this reward alone
    #[arg(long, value_name = "REWARD")]
    pub(crate) min_reward: Option<f64>,
    /// Leave out episodes that ended in a fault or were stopped
    #[arg(long)]
    pub(crate) without_faults: bool,
    /// This stage of each episode alone, by its name; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) stage: Vec<String>,
    /// What is right, as JSON {"instance_id": ["path::Qualified.name" or "path", ...]}; for verl
    #[arg(long, value_name = "FILE")]
    pub(crate) ground_truth: Option<PathBuf>,
    /// The column `data_source`, by which verl picks a reward function
    #[arg(long, value_name = "NAME", default_value = "bughound")]
    pub(crate) data_source: String,
    /// The column `agent_name`, by which verl picks an agent loop
    #[arg(long, value_name = "NAME", default_value = "tool_agent")]
    pub(crate) agent_name: String,
}

/// A format to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportChoice {
    /// Conversations as JSON Lines
    Openai,
    /// Tasks as parquet
    Verl,
    /// What repairs changed, as SWE-bench's predictions
    Predictions,
}

/// Turn logs of other agents into traces
#[derive(Debug, Args)]
#[command(after_help = "\
mini-swe-agent  *.traj.json
swe-agent       *.traj
tau-bench       results: a JSON array of objects with `task_id`, `reward` and `traj`
openai          messages with `role` and `content`, or `from` and `value`: a JSON array, or objects that hold one \
as `messages` or `conversations`, alone, in a JSON array or as JSON Lines
auto            whichever of these the log looks like

Reasons for the end become ours where they are known; what has no place in a trace is kept beside it. Files that \
submitted a patch get the files that it edits as their answer.

Examples:
  bughound traces import runs/ --out theirs.jsonl.zst
  bughound traces import trajs/ --report results.json --model gpt-4o --out theirs.jsonl.zst
  bughound traces import --from openai logs.jsonl --out logs.jsonl.zst && bughound traces stats logs.jsonl.zst")]
pub(crate) struct TracesImportArgs {
    /// Logs; of a folder, every *.traj and *.traj.json in it and below
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Whose logs these are
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) from: ImportChoice,
    /// Where to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Rewards of 1 and 0 from the report of an evaluation: JSON with `resolved_ids` or `resolved`, as SWE-bench writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// The model, where the logs do not name it
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Replace the file where it is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave out what cannot be read, and count it
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// A format to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportChoice {
    /// Told from the log's fields
    Auto,
    /// mini-swe-agent's trajectories
    MiniSweAgent,
    /// SWE-agent's trajectories
    SweAgent,
    /// tau-bench's results
    TauBench,
    /// Conversations
    Openai,
}
