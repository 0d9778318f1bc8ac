//! `bughound tasks make`, as typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReportFormat;

/// Make repair tasks of projects that are well
#[derive(Debug, Args)]
#[command(after_help = "\
A base is a folder with base.toml: a task.toml without [break], [symptom] and [fix]. Small changes of it are tried, spread over \
operators and files by the seed; what fails clearly, the same way every time, and passes when it is undone becomes a task. \
What no test notices, what hangs and what is not the same twice is left out and counted.

With --dependency, versions of a dependency are tried in the order given, up to the first with which the base breaks.

Examples:
  bughound tasks make bases --out suite --count 2 --seed 1
  bughound tasks make bases/py-toolz-0.12.1 --kind compile --out suite
  bughound tasks make bases/py-x-1.0 --dependency numpy --version 1.26.4 --version 2.2.1")]
pub(crate) struct TasksMakeArgs {
    /// A base, or a folder of bases; several may be given
    #[arg(value_name = "BASE", required = true)]
    pub(crate) base: Vec<PathBuf>,
    /// Where the tasks' folders go
    #[arg(long, value_name = "DIR", required_unless_present = "dependency")]
    pub(crate) out: Option<PathBuf>,
    /// Tasks of this kind alone; may be repeated [default: all]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<KindChoice>,
    /// How many tasks of each kind of each base
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) count: usize,
    /// How many changes of each kind of each base are tried at most
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) attempts: usize,
    /// How often a change that is noticed is judged, and its task is checked
    #[arg(long, value_name = "K", default_value_t = 2)]
    pub(crate) repeat: usize,
    /// Which changes are tried: the same seed gives the same
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Try versions of this dependency in place of changes
    #[arg(long, value_name = "NAME", requires = "version", conflicts_with_all = ["out", "kind"])]
    pub(crate) dependency: Option<String>,
    /// A version to try; may be repeated
    #[arg(long, value_name = "VERSION", requires = "dependency")]
    pub(crate) version: Vec<String>,
    /// How to print what was tried
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindChoice {
    /// What the program does: a test fails
    Mutation,
    /// It does not compile, or cannot be loaded
    Compile,
    /// A manifest or another file of settings
    Configuration,
    /// A variable of the environment, or a program that is missing
    Environment,
}
