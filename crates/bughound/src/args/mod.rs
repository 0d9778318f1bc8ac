//! Arguments as the user typed them. One file per subcommand; nothing is decided here.

mod agent;
mod analyze;
mod attacks;
mod compare;
mod completions;
mod doctor;
mod eval;
mod eval_resolve;
mod format;
mod global;
mod index;
mod judge;
mod locate;
mod mcp;
mod repair;
mod repo;
mod repo_map;
mod rollout;
mod score;
mod search;
mod serve;
mod show;
mod task_file;
mod tasks;
mod tasks_make;
mod tasks_mine;
mod tasks_suite;
mod tool;
mod traces;
mod train;
mod transfer;

pub(crate) use agent::AgentArgs;
pub(crate) use analyze::{AnalyzeArgs, OutcomeChoice};
pub(crate) use attacks::AttacksArgs;
pub(crate) use compare::CompareArgs;
pub(crate) use completions::CompletionsArgs;
pub(crate) use doctor::DoctorArgs;
pub(crate) use eval::{EvalArgs, EvalCommand};
pub(crate) use eval_resolve::EvalResolveArgs;
pub(crate) use format::ReportFormat;
pub(crate) use global::{ColorChoice, GlobalArgs};
pub(crate) use index::IndexArgs;
pub(crate) use judge::JudgeArgs;
pub(crate) use locate::{IssueKind, LevelChoice, LocateArgs, LocateFormat};
pub(crate) use mcp::McpArgs;
pub(crate) use repair::{ProposeChoice, RepairArgs, RepairFormat};
pub(crate) use repo::RepoArgs;
pub(crate) use repo_map::RepoMapArgs;
pub(crate) use rollout::RolloutArgs;
pub(crate) use score::ScoreArgs;
pub(crate) use search::SearchArgs;
pub(crate) use serve::{ServeArgs, ServeCommand, ServeModelArgs};
pub(crate) use show::ShowArgs;
pub(crate) use task_file::TaskFileArgs;
pub(crate) use tasks::{
    TaskSelectionArgs, TasksArgs, TasksCheckArgs, TasksCommand, TasksImportArgs, TasksStatsArgs,
};
pub(crate) use tasks_make::{KindChoice, TasksMakeArgs};
pub(crate) use tasks_mine::{LeaksChoice, MineFilterArgs, TasksMineArgs};
pub(crate) use tasks_suite::{TasksCandidatesArgs, TasksClassesArgs, TasksSplitArgs};
pub(crate) use tool::ToolArgs;
pub(crate) use traces::{
    ExportChoice, ImportChoice, TracesArgs, TracesCommand, TracesDiffArgs, TracesExportArgs,
    TracesImportArgs, TracesShowArgs, TracesStatsArgs,
};

pub(crate) use train::{
    EncoderHalvesArgs, LanguageArgs, LearnArgs, TrainAblationArgs, TrainArgs, TrainCollectArgs,
    TrainCommand, TrainEncoderArgs, TrainGrpoArgs, TrainInitArgs, TrainMeasureArgs, TrainPairsArgs,
    TrainPlanArgs, TrainScorerArgs, TrainSftArgs, TrainWordsArgs,
};

pub(crate) use transfer::TransferArgs;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::environment::Environment;

/// Finds where in a repository an issue must be fixed.
#[derive(Debug, Parser)]
#[command(
    name = "bughound",
    version,
    about = "Finds where in a repository an issue must be fixed.",
    after_help = EXIT_CODES,
    styles = STYLES,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Rank the places that must probably change to resolve an issue
    Locate(LocateArgs),
    /// Read a revision's sources into the cache, so that later commands start warm
    Index(IndexArgs),
    /// Print the source of a definition
    Show(ShowArgs),
    /// Search definitions by words
    Search(SearchArgs),
    /// Run a tool of those that policies search with
    Tool(ToolArgs),
    /// Serve a repository to editors and agents, over the Model Context Protocol
    Mcp(McpArgs),
    /// Check the installation, the cache and a repository
    Doctor(DoctorArgs),
    /// Look over sets of tasks
    Tasks(TasksArgs),
    /// Let a policy answer a set of tasks, and say how good the answers are
    Eval(EvalArgs),
    /// Run many searches and keep their traces
    Rollout(RolloutArgs),
    /// Repair an issue: propose changes, run them, vote, print a reviewed diff
    Repair(RepairArgs),
    /// Run a policy through both repair pipelines
    Transfer(TransferArgs),
    /// Hold predictions, our own or others', against what is right
    Score(ScoreArgs),
    /// Tell whether two sets of predictions differ by more than luck
    Compare(CompareArgs),
    /// Train the built-in policy, or a language model
    Train(TrainArgs),
    /// Serve a language model as an OpenAI-compatible server
    Serve(ServeArgs),
    /// Look at recorded episodes: show, count, compare, export, import
    Traces(TracesArgs),
    /// Tell what a policy learnt: tool usage, what follows what, amounts, suspicious behaviour
    Analyze(AnalyzeArgs),
    /// Say which attacks fool a reward, and which honest fixes it refuses
    Attacks(AttacksArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0    found, or done
  1    nothing found; with `traces diff`: something differs
  2    wrong usage
  3    bad input: not a repository, unknown revision, empty issue, malformed tasks, ...
  4    the system failed: a file could not be read or written
  130  interrupted";

/// Reads the command line.
///
/// # Errors
/// Wrong usage, and also `--help` and `--version`: clap prints each of them.
pub(crate) fn parse(environment: &Environment) -> Result<Cli, clap::Error> {
    let color = if environment.no_color {
        clap::ColorChoice::Never
    } else {
        clap::ColorChoice::Auto
    };
    let matches = Cli::command().color(color).try_get_matches()?;
    Cli::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
