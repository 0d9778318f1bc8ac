//! `bughound tasks mine`, as typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::RepoMapArgs;

/// Make tasks of repositories' histories
#[derive(Debug, Args)]
#[command(after_help = "\
A commit that fixes something becomes a task: what its author said is the statement (or the text of the issue that it \
refers to, with --issues), the change of source files is the fix, and its parent is the base commit. Commits, fixes \
and statements of --exclude stay out, and so do the twelve projects that SWE-bench tests on.

Examples:
  bughound tasks mine --project encode/httpx --repos ~/clones --exclude swebench-dev.jsonl --out httpx.jsonl
  bughound tasks mine --recipe recipe.toml --repos ~/clones --out mined.jsonl")]
pub(crate) struct TasksMineArgs {
    /// A recipe: TOML with [filters], and [[project]] with name and rev
    #[arg(long, value_name = "FILE", conflicts_with_all = ["project", "rev", "issues"], required_unless_present = "project")]
    pub(crate) recipe: Option<PathBuf>,
    /// The project, as owner/name
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) project: Option<String>,
    /// Its youngest commit that is looked at
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub(crate) rev: String,
    #[command(flatten)]
    pub(crate) repos: RepoMapArgs,
    /// Texts of the project's issues: {"12": "text"}, or what `gh issue list --json number,title,body` prints
    #[arg(long, value_name = "FILE")]
    pub(crate) issues: Option<PathBuf>,
    /// Tasks whose commits, fixes and statements must not come out; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Vec<PathBuf>,
    /// Where to write the tasks, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Take projects under licences that are not permissive, too
    #[arg(long)]
    pub(crate) any_licence: bool,
    #[command(flatten)]
    pub(crate) filters: MineFilterArgs,
}

/// Which commits make tasks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filters (they win over the recipe's)")]
pub(crate) struct MineFilterArgs {
    /// Take commits whose message speaks of no fix, too
    #[arg(long)]
    pub(crate) any_message: bool,
    /// Take only commits that change a test as well
    #[arg(long)]
    pub(crate) with_tests: bool,
    /// The most source files, tests not counted [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) max_files: Option<usize>,
    /// The most lines added and removed in them [default: 150]
    #[arg(long, value_name = "N")]
    pub(crate) max_lines: Option<usize>,
    /// The most functions and classes that change [default: 10]
    #[arg(long, value_name = "N")]
    pub(crate) max_locations: Option<usize>,
    /// The fewest characters of a statement, space not counted [default: 60]
    #[arg(long, value_name = "N")]
    pub(crate) min_chars: Option<usize>,
    /// Which statements that give the answer away stay out [default: paths]
    #[arg(long, value_name = "WHICH")]
    pub(crate) leaks: Option<LeaksChoice>,
    /// The most tasks of one project, newest first
    #[arg(long, value_name = "N")]
    pub(crate) max_tasks: Option<usize>,
}

/// Which statements that give the answer away stay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeaksChoice {
    /// None: the task records what its statement names
    Keep,
    /// Those that name a file that changes
    Paths,
    /// Those that name a file, a function or a class that changes
    Names,
}
